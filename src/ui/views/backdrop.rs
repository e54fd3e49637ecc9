//! What is found out once for a whole run, so that each frame of it is cheap.

use super::code_lines::{Task, tasks};
use crate::database::{RowKey, TableId};
use crate::engine::VirtualTime;
use crate::order::{SmallMap, sort_by_numbers};
use crate::patterns;
use crate::run::Run;
use crate::trace::Frame;
use crate::ui::geometry::{SEATS, Topology};
use crate::world::{Actor, EventKind, RequestId, WriteId};

/// A loss of a promised write.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Loss {
    at: VirtualTime,
    /// When the database had the write after all.
    found: Option<VirtualTime>,
    write: WriteId,
}

/// What holds for a whole run.
#[derive(Clone, Debug, PartialEq)]
pub struct Backdrop {
    /// Who takes part.
    pub cast: Topology,
    /// The order in which keys first came to the cache.
    ranks: SmallMap<String, usize>,
    /// What each line of the pattern does.
    tasks: Vec<Option<Task>>,
    /// The place of each answered read in the audit's list.
    reads: SmallMap<RequestId, usize>,
    lost_by_client: SmallMap<Actor, Vec<Loss>>,
    lost_by_row: SmallMap<RowKey, Vec<Loss>>,
    /// The tables that the run uses.
    pub tables: Vec<TableId>,
}

/// One moment: all that a part of the stage needs to know.
#[derive(Clone, Copy)]
pub struct Moment<'a> {
    /// What is to be seen.
    pub frame: &'a Frame,
    /// The run.
    pub run: &'a Run,
    /// What holds for the whole run.
    pub backdrop: &'a Backdrop,
}

impl Backdrop {
    /// The backdrop of a run.
    #[must_use]
    pub fn of(run: &Run) -> Self {
        let (ranks, tables) = from_events(run);
        let mut lost_by_client: SmallMap<Actor, Vec<Loss>> = SmallMap::default();
        let mut lost_by_row: SmallMap<RowKey, Vec<Loss>> = SmallMap::default();
        for record in run.audit.writes() {
            for lost in &record.losses {
                let loss = Loss { at: lost.at, found: record.found_after(lost.at), write: record.write };
                lost_by_client.or_default(record.client).push(loss);
                lost_by_row.or_default(record.key()).push(loss);
            }
        }
        for losses in lost_by_client.values_mut().chain(lost_by_row.values_mut()) {
            sort_by_numbers(losses, |loss| [loss.at.as_nanos(), loss.write.0]);
        }
        let mut reads = SmallMap::default();
        for (place, read) in run.audit.reads().iter().enumerate() {
            reads.insert(read.request, place);
        }
        let pattern = patterns::find(&run.scenario.pattern).ok();
        Self {
            cast: cast(run),
            ranks,
            tasks: pattern.map(|pattern| tasks(pattern.source)).unwrap_or_default(),
            reads,
            lost_by_client,
            lost_by_row,
            tables,
        }
    }

    /// The place of a key in the order in which keys first came.
    #[must_use]
    pub fn rank(&self, key: &str) -> usize {
        self.ranks.find(|other| other.as_str().cmp(key)).copied().unwrap_or(self.ranks.len())
    }

    /// What the pattern does at a line, counted from 1.
    #[must_use]
    pub fn task(&self, line: u32) -> Option<Task> {
        *self.tasks.get(usize::try_from(line).ok()?.checked_sub(1)?)?
    }

    /// The place of a request's read in the audit's list, once it is answered.
    #[must_use]
    pub fn read(&self, request: RequestId) -> Option<usize> {
        self.reads.get(&request).copied()
    }

    /// The promised writes of a client that were lost by then, in the order of their losses, with its time.
    pub fn lost_of(&self, client: Actor, at: VirtualTime) -> impl DoubleEndedIterator<Item = (VirtualTime, WriteId)> {
        until(self.lost_by_client.get(&client), at)
    }

    /// The promised writes of a row that were lost by then.
    pub fn lost_in(&self, row: RowKey, at: VirtualTime) -> impl DoubleEndedIterator<Item = (VirtualTime, WriteId)> {
        until(self.lost_by_row.get(&row), at)
    }
}

fn until(losses: Option<&Vec<Loss>>, at: VirtualTime) -> impl DoubleEndedIterator<Item = (VirtualTime, WriteId)> {
    let losses = losses.map_or(&[][..], Vec::as_slice);
    let count = losses.partition_point(|loss| loss.at <= at);
    let are_lost = losses[..count].iter().filter(move |loss| loss.found.is_none_or(|found| at < found));
    are_lost.map(|loss| (loss.at, loss.write))
}

fn from_events(run: &Run) -> (SmallMap<String, usize>, Vec<TableId>) {
    let mut ranks = SmallMap::default();
    let mut tables = Vec::new();
    for event in run.trace.events() {
        match &event.kind {
            EventKind::CacheWritten { key, .. } if ranks.find(|other: &String| other.as_str().cmp(key)).is_none() => {
                ranks.insert(key.to_string(), ranks.len());
            }
            EventKind::RowCommitted { row } if !tables.contains(&row.key().table) => tables.push(row.key().table),
            _ => {}
        }
    }
    sort_by_numbers(&mut tables, |table| [*table as u64, 0]);
    (ranks, tables)
}

/// Who takes part in a run: as many people as its workload has, or as its script names.
fn cast(run: &Run) -> Topology {
    let scenario = &run.scenario;
    let scripted = scenario.script.iter().map(|request| request.client).max().unwrap_or(0);
    let mixed = if scenario.workload.rate > 0.0 { scenario.workload.clients } else { 0 };
    let pattern = patterns::find(&scenario.pattern).ok();
    Topology {
        people: usize::from(scripted.max(mixed).max(1)).min(SEATS),
        loader: pattern.is_some_and(|pattern| pattern.roles.layer.is_some()),
        flusher: pattern.is_some_and(|pattern| pattern.roles.flush.is_some()),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::scenario::ready;

    /// Looks at one moment of a ready scenario.
    pub(in crate::ui::views) fn at<T>(id: &str, seconds: f64, look: impl FnOnce(&Moment) -> T) -> T {
        let run = Run::of(ready(id, None).unwrap()).unwrap();
        let backdrop = Backdrop::of(&run);
        let time = VirtualTime::from_secs_f64(seconds);
        let frame = crate::trace::frame(&run.trace, time);
        look(&Moment { frame: &frame, run: &run, backdrop: &backdrop })
    }

    #[test]
    fn the_cast_is_that_of_the_pattern_and_the_workload() {
        let cast = |id| at(id, 0.0, |moment| moment.backdrop.cast);
        assert_eq!(cast("write-behind-data-loss"), Topology { people: 4, loader: false, flusher: true });
        assert_eq!(cast("read-through-miss"), Topology { people: 2, loader: true, flusher: false });
        assert_eq!(cast("everyday"), Topology { people: 4, loader: false, flusher: false });
    }

    #[test]
    fn losses_are_known_from_their_moment_on() {
        let lost = |seconds| {
            at("write-behind-data-loss", seconds, |moment| {
                (1..=4)
                    .map(|client| moment.backdrop.lost_of(Actor::Client(client), moment.frame.at).count())
                    .sum::<usize>()
            })
        };
        assert_eq!(lost(14.1), 0);
        let ledger = at("write-behind-data-loss", 14.3, |moment| moment.run.audit.ledger(moment.frame.at));
        assert!(ledger.lost > 0);
        assert_eq!(lost(14.3), ledger.lost);
    }
}
