//! What the audit found, as marks of the timeline.

use super::{MarkLabel, Signal, mark, share};
use crate::audit::MarkKind;
use crate::engine::VirtualTime;
use crate::run::Run;
use crate::ui::words::counted;

/// Marks of one kind that are nearer than this share of the run become one.
const NEAR: f64 = 0.025;

/// Marks of two kinds that are nearer than this would lie over each other.
const OVER: f64 = 0.014;

/// The places of the audit's marks of one kind.
pub(super) fn places(run: &Run, kind: MarkKind) -> Vec<u32> {
    let mut found = Vec::new();
    for (place, mark) in (0..).zip(run.audit.marks()) {
        if mark.kind == kind {
            found.push(place);
        }
    }
    found
}

/// What the audit found, in groups of what is near; what a fault tells already is not told again. Where groups of two kinds
/// would lie over each other, the one that matters more stands for both.
pub(super) fn audited(run: &Run, faults: &[MarkLabel]) -> Vec<MarkLabel> {
    let mut groups: Vec<Group> = Vec::new();
    for kind in MarkKind::ANOMALIES {
        let (of_others, mut last) = (groups.len(), None);
        for place in places(run, kind) {
            let Some(at) = run.audit.marks().get(place as usize).map(|mark| mark.at) else { continue };
            if kind == MarkKind::Lost && faults.iter().any(|fault| fault.at == at) {
                continue;
            }
            let spot = share(at, run.trace.end());
            // A mark belongs where the one before it does, if that is near.
            let group = match last {
                Some((before, group)) if spot - before < NEAR => group,
                _ => groups.iter().take(of_others).position(|other| (other.spot - spot).abs() < OVER).unwrap_or_else(
                    || {
                        groups.push(Group { kind, at, spot, count: 0, found: Vec::new() });
                        groups.len() - 1
                    },
                ),
            };
            last = Some((spot, group));
            if let Some(group) = groups.get_mut(group) {
                group.count += usize::from(group.kind == kind);
                group.found.push(place);
            }
        }
    }
    groups.into_iter().map(label).collect()
}

/// Marks that are shown as one.
struct Group {
    /// The kind of what matters most.
    kind: MarkKind,
    /// When the first of that kind was.
    at: VirtualTime,
    /// Where that is on the timeline.
    spot: f64,
    /// How many are of that kind.
    count: usize,
    /// All of them.
    found: Vec<u32>,
}

fn label(group: Group) -> MarkLabel {
    let Group { kind, at, count, found, .. } = group;
    let words = match found.len() - count {
        0 => finding(kind, count),
        others => format!("{} +{others}", finding(kind, count)),
    };
    MarkLabel { found, ..mark(at, signal_of(kind), words, kind == MarkKind::Lost) }
}

const fn signal_of(kind: MarkKind) -> Signal {
    match kind {
        MarkKind::Lost => Signal::Lost,
        MarkKind::LostUpdate => Signal::Update,
        MarkKind::OutOfOrder => Signal::Order,
        MarkKind::AfterLoss => Signal::Gap,
        MarkKind::OwnWrite => Signal::Own,
        MarkKind::Backwards => Signal::Back,
        MarkKind::Stale => Signal::Stale,
        MarkKind::NotLinearizable => Signal::Linear,
        MarkKind::Failed => Signal::Error,
        MarkKind::Intervention => Signal::Info,
    }
}

fn finding(kind: MarkKind, count: usize) -> String {
    let one = match (kind, count) {
        (MarkKind::Lost, count) => return format!("{count} lost"),
        (MarkKind::AfterLoss, 1) => "reads the old value",
        (MarkKind::AfterLoss, count) => return format!("{count} read old values"),
        (MarkKind::Stale, _) => "stale read",
        (MarkKind::Failed, _) => "error",
        (MarkKind::LostUpdate, _) => "update lost",
        (MarkKind::OutOfOrder, _) => "out of order",
        (MarkKind::OwnWrite, _) => "own write not read",
        (MarkKind::Backwards, _) => "back in time",
        _ => "not linearizable",
    };
    match (kind, count) {
        (_, 1) => one.to_owned(),
        (MarkKind::Stale | MarkKind::Failed, count) => counted(count, one),
        _ => format!("{count} × {one}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::READY;
    use crate::ui::words::marks;

    #[test]
    fn every_anomaly_is_found_behind_one_mark() {
        for ready in &READY {
            let run = Run::of(ready.scenario()).unwrap();
            let mut found: Vec<u32> = marks(&run).into_iter().flat_map(|mark| mark.found).collect();
            found.sort_unstable();
            let mut all: Vec<u32> = MarkKind::ANOMALIES.iter().flat_map(|kind| places(&run, *kind)).collect();
            all.sort_unstable();
            assert_eq!(found, all, "{}", ready.id);
        }
    }

    #[test]
    fn marks_of_anomalies_do_not_lie_over_each_other() {
        for ready in &READY {
            let run = Run::of(ready.scenario()).unwrap();
            let spots: Vec<f64> = audited(&run, &[]).iter().map(|mark| share(mark.at, run.trace.end())).collect();
            for (place, spot) in spots.iter().enumerate() {
                let near = spots.iter().skip(place + 1).any(|other| (spot - other).abs() < OVER);
                assert!(!near, "{}: {spots:?}", ready.id);
            }
        }
    }

    #[test]
    fn each_kind_has_a_shape_or_a_letter_of_its_own() {
        let signs = MarkKind::ANOMALIES.map(|kind| signal_of(kind).icon());
        for (place, sign) in signs.iter().enumerate() {
            assert!(!signs[..place].contains(sign), "{sign:?}");
        }
    }
}
