//! What the timeline points at, in a few words each, and where the words have room.

use crate::audit::{Mark, MarkKind};
use crate::engine::VirtualTime;
use crate::order::sort_by_numbers;
use crate::run::Run;
use crate::scenario::Action;
use crate::ui::words::{counted, name_of};
use crate::world::{Event, EventKind, FaultKind, ParcelKind};

/// Marks of one kind that are nearer than this share of the run become one.
const NEAR: f64 = 0.025;

/// Marks of two kinds that are nearer than this would lie over each other.
const OVER: f64 = 0.014;

/// The width of a letter and of a mark without words, as shares of a timeline of usual width.
const LETTER: f64 = 0.0102;
const MARK: f64 = 0.026;

/// A run with more look-ups than this does not point at each hit and miss.
const FEW_LOOKUPS: usize = 6;

/// Most marks: of more, those that matter most are kept.
const MOST_MARKS: usize = 80;

/// A run with more flushes than this does not name each.
const FEW_FLUSHES: usize = 6;

/// What a mark is, in order of weight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Signal {
    /// Something was broken.
    Fault,
    /// Acknowledged writes were lost.
    Lost,
    /// An update was replaced unseen.
    Update,
    /// An older write became durable after a newer one.
    Order,
    /// Somebody read what was there before a lost write.
    Gap,
    /// Somebody did not see what it had written itself.
    Own,
    /// Somebody saw something older than before.
    Back,
    /// Somebody read something older than what had been saved.
    Stale,
    /// Somebody read what no order of reads and writes allows.
    Linear,
    /// Somebody was told of an error.
    Error,
    /// Something was mended.
    Restart,
    /// The flusher brought writes to the database.
    Flush,
    /// Something to know.
    Info,
}

impl Signal {
    /// Its name in the style sheets.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Lost => "lost",
            Self::Update => "update",
            Self::Order => "order",
            Self::Gap => "gap",
            Self::Own => "own",
            Self::Back => "back",
            Self::Stale => "stale",
            Self::Linear => "linear",
            Self::Error => "error",
            Self::Restart => "restart",
            Self::Flush => "flush",
            Self::Info => "info",
        }
    }

    /// Its icon; or else the letter that it has instead.
    pub const fn icon(self) -> Result<&'static str, &'static str> {
        match self {
            Self::Fault => Ok("bolt"),
            Self::Lost => Ok("lost"),
            Self::Update => Err("U"),
            Self::Order => Err("O"),
            Self::Gap => Err("?"),
            Self::Own => Err("W"),
            Self::Back => Err("M"),
            Self::Stale => Ok("old"),
            Self::Linear => Err("L"),
            Self::Error => Ok("cross"),
            Self::Restart => Ok("again"),
            Self::Flush => Ok("flusher"),
            Self::Info => Ok("dot"),
        }
    }
}

impl Signal {
    /// The words of a mark, or what its icon stands for where it has none.
    #[must_use]
    pub fn meaning(self, words: &str) -> String {
        let plain = match self {
            _ if !words.is_empty() => words,
            Self::Flush => "flush",
            Self::Error => "error",
            _ => "mark",
        };
        plain.to_owned()
    }
}

/// How a mark's words are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wording {
    /// All of them, to its right.
    Right,
    /// All of them, to its left.
    Left,
    /// The shorter ones, to its right.
    ShortRight,
    /// The shorter ones, to its left.
    ShortLeft,
    /// They have no room.
    Nowhere,
}

/// A mark.
#[derive(Clone, Debug, PartialEq)]
pub struct MarkLabel {
    /// When.
    pub at: VirtualTime,
    /// What kind.
    pub signal: Signal,
    /// The words.
    pub words: String,
    /// Fewer words, for where those have no room.
    pub short: String,
    /// Whether it has words where there is little room.
    pub loud: bool,
    /// The anomalies that it stands for: their places among the marks of the audit.
    pub found: Vec<u32>,
}

/// The marks of a run in order of time.
#[must_use]
pub fn marks(run: &Run) -> Vec<MarkLabel> {
    let mut found = interventions(run);
    found.extend(audited(run, &found));
    found.extend(flushes(run));
    found.extend(lookups(run));
    sort_by_numbers(&mut found, |mark| [mark.signal as u64, mark.at.as_nanos()]);
    found.truncate(MOST_MARKS);
    sort_by_numbers(&mut found, |mark| [mark.at.as_nanos(), mark.signal as u64]);
    found
}

fn mark(at: VirtualTime, signal: Signal, words: impl Into<String>, loud: bool) -> MarkLabel {
    let words = words.into();
    let short = match (signal, words.split_once(", ")) {
        (Signal::Fault, Some((_, loss))) => loss.to_owned(),
        (Signal::Flush, Some((flush, _))) => flush.to_owned(),
        _ => words.clone(),
    };
    MarkLabel { at, signal, words, short, loud, found: Vec::new() }
}

fn interventions(run: &Run) -> Vec<MarkLabel> {
    let lost_at = |at: VirtualTime| places(run, move |mark| mark.kind == MarkKind::Lost && mark.at == at).collect();
    let label = |at: VirtualTime, action: &Action| match action {
        Action::Inject(fault) => {
            let who = name_of(fault.target);
            let words = match fault.fault {
                FaultKind::Crash => format!("{who} crashes"),
                FaultKind::Repair => return mark(at, Signal::Restart, format!("{who} back"), false),
                FaultKind::Unreachable => format!("{who} cut off"),
                FaultKind::Slow => format!("{who} slow"),
                FaultKind::CrashBetweenSteps => "app will crash between two steps".to_owned(),
            };
            let found: Vec<u32> = lost_at(at);
            let words = match found.len() {
                0 => words,
                lost => format!("{words}, {lost} lost"),
            };
            MarkLabel { found, ..mark(at, Signal::Fault, words, true) }
        }
        Action::Set { name, value } => {
            mark(at, Signal::Info, format!("{}: {}", name.spec().label, name.show(*value)), false)
        }
        Action::Command { text } => mark(at, Signal::Info, text.chars().take(24).collect::<String>(), false),
    };
    run.scenario.interventions.iter().map(|intervention| label(intervention.at, &intervention.action)).collect()
}

/// The places of some of the audit's marks.
fn places<'a>(run: &'a Run, of: impl Fn(&Mark) -> bool + 'a) -> impl Iterator<Item = u32> + 'a {
    (0..).zip(run.audit.marks()).filter(move |(_, mark)| of(mark)).map(|(place, _)| place)
}

/// What the audit found, in groups of what is near; what a fault tells already is not told again. Where groups of two kinds
/// would lie over each other, the one that matters more stands for both.
fn audited(run: &Run, faults: &[MarkLabel]) -> Vec<MarkLabel> {
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

fn flushes(run: &Run) -> Vec<MarkLabel> {
    let done = run.trace.events().iter().scan(0, |in_hand, event| {
        let EventKind::InHand { writes } = &event.kind else { return Some(None) };
        let before = std::mem::replace(in_hand, writes.len());
        let ended = writes.is_empty() && before > 0 && has_arrived(run, event.at);
        Some(ended.then_some((event.at, before)))
    });
    let done: Vec<(VirtualTime, usize)> = done.flatten().collect();
    let named = done.len() <= FEW_FLUSHES;
    let words = |count| if named { format!("flush, {}", counted(count, "write")) } else { String::new() };
    done.iter().map(|(at, count)| mark(*at, Signal::Flush, words(*count), false)).collect()
}

/// Whether the database has taken any write shortly before: a flush that failed has brought nothing.
fn has_arrived(run: &Run, at: VirtualTime) -> bool {
    let last = run.audit.writes().iter().filter_map(|write| write.durable).filter(|durable| *durable <= at).max();
    last.is_some_and(|last| at.since(last).as_secs_f64() < 3.0)
}

fn lookups(run: &Run) -> Vec<MarkLabel> {
    let of_kind = |event: &Event| match &event.kind {
        EventKind::Sent { from: crate::world::Actor::Cache, parcel, request: Some(_), .. } => match parcel.kind {
            ParcelKind::Hit => Some(mark(event.at, Signal::Info, "hit", false)),
            ParcelKind::Miss => Some(mark(event.at, Signal::Info, "miss", false)),
            _ => None,
        },
        _ => None,
    };
    let found: Vec<MarkLabel> = run.trace.events().iter().filter_map(of_kind).take(FEW_LOOKUPS + 1).collect();
    if found.len() > FEW_LOOKUPS { Vec::new() } else { found }
}

fn share(at: VirtualTime, end: VirtualTime) -> f64 {
    at.as_secs_f64() / end.as_secs_f64().max(1e-9)
}

/// How the words of the marks until `at` are shown: those that matter most choose first. Marks that are still to come take
/// no room, as they have no words yet.
#[must_use]
pub fn wordings(marks: &[MarkLabel], at: VirtualTime, end: VirtualTime) -> Vec<Wording> {
    let past = marks.partition_point(|mark| mark.at <= at);
    let mut order: Vec<usize> = (0..past).collect();
    sort_by_numbers(&mut order, |index| [marks[*index].signal as u64, 0]);
    let mut desk =
        Layout { spots: marks.iter().take(past).map(|mark| share(mark.at, end)).collect(), taken: Vec::new() };
    let mut wordings = vec![Wording::Nowhere; marks.len()];
    for index in order {
        wordings[index] = desk.choose(index, &marks[index]);
    }
    wordings
}

/// The room above the timeline, in shares of its width.
struct Layout {
    spots: Vec<f64>,
    taken: Vec<(f64, f64)>,
}

impl Layout {
    fn choose(&mut self, index: usize, mark: &MarkLabel) -> Wording {
        let (spot, half) = (self.spots[index], MARK / 2.0);
        let width = |words: &str| words.chars().count() as f64 * LETTER + 0.006;
        let right = |words: &str| (spot + half, spot + half + width(words));
        let left = |words: &str| (spot - half - width(words), spot - half);
        let ways = [
            (Wording::Right, right(&mark.words)),
            (Wording::Left, left(&mark.words)),
            (Wording::ShortRight, right(&mark.short)),
            (Wording::ShortLeft, left(&mark.short)),
        ];
        let free = ways.into_iter().find(|(_, range)| !mark.words.is_empty() && self.is_free(index, *range));
        let Some((wording, range)) = free else { return Wording::Nowhere };
        self.taken.push(range);
        wording
    }

    fn is_free(&self, index: usize, (from, to): (f64, f64)) -> bool {
        let on_mark = self
            .spots
            .iter()
            .enumerate()
            .any(|(other, at)| other != index && *at + MARK / 2.0 > from && *at - MARK / 2.0 < to);
        let on_words = self.taken.iter().any(|(other_from, other_to)| *other_from < to && *other_to > from);
        !on_mark && !on_words && from > -0.01 && to < 1.03
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{self, READY};

    fn of(id: &str) -> Vec<MarkLabel> {
        marks(&Run::of(scenario::ready(id, None).unwrap()).unwrap())
    }

    #[test]
    fn the_crash_says_what_it_took() {
        let marks = of("write-behind-data-loss");
        let crash = marks.iter().find(|mark| mark.signal == Signal::Fault).unwrap();
        assert_eq!((crash.words.as_str(), crash.loud), ("cache crashes, 6 lost", true));
        assert!(!marks.iter().any(|mark| mark.signal == Signal::Lost), "the crash tells it already");
        assert!(marks.iter().any(|mark| mark.signal == Signal::Flush && mark.words.starts_with("flush, ")));
        assert!(marks.iter().any(|mark| mark.signal == Signal::Gap));
        assert_eq!(crash.found.len(), 6, "and explains each");
    }

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

    #[test]
    fn a_short_run_points_at_its_hits_and_misses() {
        let words: Vec<String> = of("second-read").into_iter().map(|mark| mark.words).collect();
        assert_eq!(words, ["miss", "hit"]);
    }

    #[test]
    fn the_crash_keeps_its_words_while_the_scene_goes_on() {
        let marks = of("write-behind-data-loss");
        let end = VirtualTime::from_secs(27);
        let crash = marks.iter().position(|mark| mark.signal == Signal::Fault).unwrap();
        let at = |seconds| wordings(&marks, VirtualTime::from_secs_f64(seconds), end)[crash];
        assert_eq!((at(14.0), at(14.5)), (Wording::Nowhere, Wording::Right));
        assert_ne!(at(26.0), Wording::Nowhere);
    }

    #[test]
    fn marks_are_in_order_and_words_never_overlap() {
        for ready in &READY {
            let marks = of(ready.id);
            assert!(marks.is_sorted_by_key(|mark| mark.at), "{}", ready.id);
            let end = VirtualTime::ZERO + ready.scenario().duration;
            let range = |(mark, wording): &(&MarkLabel, &Wording)| {
                let spot = share(mark.at, end);
                let (long, short) = (mark.words.chars().count(), mark.short.chars().count());
                match wording {
                    Wording::Right => (spot, spot + long as f64 * LETTER),
                    Wording::Left => (spot - long as f64 * LETTER, spot),
                    Wording::ShortRight => (spot, spot + short as f64 * LETTER),
                    Wording::ShortLeft => (spot - short as f64 * LETTER, spot),
                    Wording::Nowhere => (spot, spot),
                }
            };
            let wordings = wordings(&marks, end, end);
            let marks: Vec<(&MarkLabel, &Wording)> = marks.iter().zip(&wordings).collect();
            for (index, one) in marks.iter().enumerate() {
                for other in &marks[index + 1..] {
                    let (one, other) = (range(one), range(other));
                    assert!(
                        one.0 >= other.1 || other.0 >= one.1 || one.0 == one.1 || other.0 == other.1,
                        "{}",
                        ready.id
                    );
                }
            }
        }
    }
}
