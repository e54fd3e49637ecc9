//! What the timeline points at, in a few words each, and where the words have room.

mod found;

use found::{audited, places};

use crate::audit::MarkKind;
use crate::decimal::Decimal;
use crate::engine::VirtualTime;
use crate::order::sort_by_numbers;
use crate::run::Run;
use crate::scenario::Action;
use crate::ui::words::{counted, name_of};
use crate::world::{Event, EventKind, FaultKind, ParcelKind};

/// The width of a letter and of a mark without words, as shares of a timeline of usual width.
const LETTER: f64 = 0.0102;
const MARK: f64 = 0.026;

/// How far marks are apart on a narrow page, so that a finger meets one of them, as a share of the narrowest timeline.
const FINGER: f64 = 0.086;

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
    /// Whether a mark that matters more stands where there is room for one on a narrow page.
    pub crowded: bool,
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
    let mut apart: Vec<f64> = Vec::new();
    for mark in &mut found {
        let spot = share(mark.at, run.trace.end());
        mark.crowded = apart.iter().any(|other| (spot - other).abs() < FINGER);
        if !mark.crowded {
            apart.push(spot);
        }
    }
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
    MarkLabel { at, signal, words, short, loud, crowded: false, found: Vec::new() }
}

fn interventions(run: &Run) -> Vec<MarkLabel> {
    let is_then = |place: &u32, at| run.audit.marks().get(*place as usize).is_some_and(|mark| mark.at == at);
    let lost_at = |at| {
        let mut lost = places(run, MarkKind::Lost);
        lost.retain(|place| is_then(place, at));
        lost
    };
    let label = |at: VirtualTime, action: &Action| match action {
        Action::Inject(incident) => {
            let who = name_of(incident.fault.target);
            let words = match incident.fault.fault {
                FaultKind::Crash => format!("{who} crashes"),
                FaultKind::Repair => return mark(at, Signal::Restart, format!("{who} back"), false),
                FaultKind::Unreachable => format!("{who} cut off"),
                FaultKind::Slow => format!("{who} slow"),
                FaultKind::CrashBetweenSteps => "app will crash between two steps".to_owned(),
                FaultKind::Restart => format!("{who} restarts"),
                FaultKind::MemoryPressure => format!("{who} short of memory"),
                FaultKind::Failover => "failover".to_owned(),
                FaultKind::Drop => format!("message to {who} lost"),
                FaultKind::Delay => format!("message to {who} held up"),
                FaultKind::Duplicate => format!("message to {who} doubled"),
                FaultKind::Burst => "burst of clients".to_owned(),
            };
            let found = lost_at(at);
            let words = match found.len() {
                0 => words,
                lost => format!("{words}, {lost} lost"),
            };
            MarkLabel { found, ..mark(at, Signal::Fault, words, true) }
        }
        Action::Meddle { deed, .. } => mark(at, Signal::Fault, format!("message {deed}"), false),
        Action::Set { name, value } => {
            mark(at, Signal::Info, format!("{}: {}", name.spec().label, name.show(*value)), false)
        }
        Action::Command { text } => mark(at, Signal::Info, text.chars().take(24).collect::<String>(), false),
    };
    run.scenario.interventions.iter().map(|intervention| label(intervention.at, &intervention.action)).collect()
}

/// The faults that end by themselves, as HTML: one bar each from its beginning to its end.
#[must_use]
pub fn spans_html(run: &Run) -> String {
    let end = run.trace.end();
    let mut html = String::new();
    for intervention in &run.scenario.interventions {
        let Action::Inject(incident) = &intervention.action else { continue };
        let Some(lasts) = incident.lasts() else { continue };
        let (from, to) = (share(intervention.at, end), share((intervention.at + lasts).min(end), end));
        let (from, width) = (Decimal(from * 100.0), Decimal((to - from) * 100.0));
        html.push_str(&format!("<i data-style=\"left:{from:.1}%;width:{width:.1}%\"></i>"));
    }
    html
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
    fn on_a_narrow_page_those_that_matter_most_stand_apart() {
        for ready in &READY {
            let end = VirtualTime::ZERO + ready.scenario().duration;
            let (crowded, apart): (Vec<_>, Vec<_>) = of(ready.id).into_iter().partition(|mark| mark.crowded);
            let near = |one: &MarkLabel, other: &MarkLabel| (share(one.at, end) - share(other.at, end)).abs() < FINGER;
            assert!(apart.windows(2).all(|pair| !near(&pair[0], &pair[1])), "{}", ready.id);
            for mark in crowded {
                assert!(
                    apart.iter().any(|other| near(&mark, other) && other.signal <= mark.signal),
                    "{}: {mark:?}",
                    ready.id
                );
            }
        }
        assert!(of("write-behind-data-loss").iter().any(|mark| mark.signal == Signal::Gap && !mark.crowded));
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
