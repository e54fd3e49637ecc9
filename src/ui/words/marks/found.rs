//! What the audit found, as marks of the timeline.

use super::{MarkLabel, Signal, mark, share};
use crate::audit::{Mark, MarkKind};
use crate::run::Run;
use crate::ui::words::counted;

/// Marks of one kind that are nearer than this share of the run become one.
const NEAR: f64 = 0.025;

/// Marks of two kinds that are nearer than this would lie over each other.
const OVER: f64 = 0.014;

/// The places of some of the audit's marks.
pub(super) fn places<'a>(run: &'a Run, of: impl Fn(&Mark) -> bool + 'a) -> impl Iterator<Item = u32> + 'a {
    (0..).zip(run.audit.marks()).filter(move |(_, mark)| of(mark)).map(|(place, _)| place)
}

/// What the audit found, in groups of what is near; what a fault tells already is not told again. Where groups of two kinds
/// would lie over each other, the one that matters more stands for both.
pub(super) fn audited(run: &Run, faults: &[MarkLabel]) -> Vec<MarkLabel> {
    let mut groups: Vec<(MarkKind, Vec<u32>)> = Vec::new();
    for kind in MarkKind::ANOMALIES {
        let told = |mark: &Mark| kind == MarkKind::Lost && faults.iter().any(|fault| fault.at == mark.at);
        let of_kind = places(run, move |mark| mark.kind == kind && !told(mark));
        for group in grouped(run, of_kind) {
            let first = spot(run, group[0]);
            let over = groups.iter_mut().find(|(_, other)| (spot(run, other[0]) - first).abs() < OVER);
            match over {
                Some((_, other)) => other.extend(group),
                None => groups.push((kind, group)),
            }
        }
    }
    groups.into_iter().filter_map(|(kind, group)| label(run, kind, group)).collect()
}

fn label(run: &Run, kind: MarkKind, found: Vec<u32>) -> Option<MarkLabel> {
    let marks = run.audit.marks();
    let at = marks.get(*found.first()? as usize)?.at;
    let same = found.iter().filter(|place| marks.get(**place as usize).is_some_and(|mark| mark.kind == kind)).count();
    let words = match found.len() - same {
        0 => finding(kind, same),
        others => format!("{} +{others}", finding(kind, same)),
    };
    Some(MarkLabel { found, ..mark(at, signal_of(kind), words, kind == MarkKind::Lost) })
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

/// Where on the timeline an audit's mark is.
fn spot(run: &Run, place: u32) -> f64 {
    run.audit.marks().get(place as usize).map_or(0.0, |mark| share(mark.at, run.trace.end()))
}

fn grouped(run: &Run, places: impl Iterator<Item = u32>) -> Vec<Vec<u32>> {
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let mut last = 0.0;
    for place in places {
        let spot = spot(run, place);
        match groups.last_mut() {
            Some(group) if spot - last < NEAR => group.push(place),
            _ => groups.push(vec![place]),
        }
        last = spot;
    }
    groups
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
            let all: Vec<u32> = places(&run, |mark| mark.kind.is_anomaly()).collect();
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
