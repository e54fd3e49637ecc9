//! Whether one row behaves like a single register: whether all that its clients saw can be explained by one order of its
//! reads and writes in which each stands somewhere between its start and its end. That is linearizability (Herlihy and
//! Wing, *Linearizability: A Correctness Condition for Concurrent Objects*, 1990).
//!
//! Each write gives the row a value of its own, so each read tells which write it saw, and the question is an easy one:
//! Gibbons and Korach, *Testing Shared Memories*, 1997. A write and the reads of its value form a cluster, and in any such
//! order a cluster is in one piece. So cluster A must stand before cluster B as soon as one operation of A ends before one
//! of B starts: when the first end in A is before the last start in B. The row is linearizable exactly if no value is read
//! before its write has started and no two clusters must each stand before the other. (Longer circles hold such a pair:
//! the cluster in it whose first end is earliest must stand before all of them, and one of them before it.)
//!
//! A write that failed or has not been answered has no end. If nobody reads its value it may never have happened; if
//! somebody does, it has.
//!
//! Operations come in the order of their ends. Then only a read can break the rule, and it is told at once with the fewest
//! operations that contradict each other. A read that breaks it counts no further, so that later ones are judged by what
//! was right.

use crate::engine::VirtualTime;
use crate::world::{Actor, RequestId, WriteId};

/// One read or write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The request.
    pub request: RequestId,
    /// Who asked.
    pub client: Actor,
    /// Whether it writes.
    pub writes: bool,
    /// When it was asked for.
    pub started: VirtualTime,
    /// When it was answered; nothing: not yet, or with an error.
    pub ended: Option<VirtualTime>,
}

/// Why a read fits into no order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// It shows a value that nobody had begun to write.
    Unwritten,
    /// It shows a value that another had replaced already. The operations are as few as contradict each other, in their order.
    Replaced {
        /// The value of the other cluster.
        by: WriteId,
        /// An operation of the read's own value that ended before one of `between` started; nothing for the row as it was
        /// at the start.
        before: Option<Access>,
        /// One operation of the other value that lies between `before` and the read; or two, of which the first ended before
        /// the read started, and the last started after `before` had ended.
        between: Vec<Access>,
    },
}

/// A time with one before and one after all others: 0 before every run, [`NEVER`] after.
type Moment = u64;

const NEVER: Moment = u64::MAX;

fn moment(at: VirtualTime) -> Moment {
    at.as_nanos().saturating_add(1)
}

/// A write and the reads of its value.
struct Cluster {
    write: WriteId,
    /// The write itself, until it ends.
    unanswered: Option<Access>,
    first_end: Moment,
    last_start: Moment,
    /// Operations that have ended, without those during which a shorter one took place: both starts and ends ascend.
    shortest: Vec<Access>,
}

impl Cluster {
    fn ended(&mut self, access: Access, end: VirtualTime) {
        self.first_end = self.first_end.min(moment(end));
        self.last_start = self.last_start.max(moment(access.started));
        if self.shortest.last().is_none_or(|last| last.started < access.started) {
            self.shortest.push(access);
        }
    }

    /// The operations that put this cluster both after `from` and before `to`: one, if one is enough.
    fn between(&self, from: Moment, to: Moment) -> Vec<Access> {
        let first_after = self.shortest.partition_point(|access| moment(access.started) <= from);
        let one = self.shortest.get(first_after);
        if let Some(one) = one.filter(|one| one.ended.is_some_and(|end| moment(end) < to)) {
            return vec![*one];
        }
        let last = self.unanswered.filter(|write| moment(write.started) == self.last_start);
        let mut two: Vec<Access> = Vec::new();
        two.extend(self.shortest.first());
        two.extend(last.as_ref().or(self.shortest.last()));
        two
    }
}

/// What was read and written of one row.
pub struct Register {
    /// In the order of their writes' numbers.
    clusters: Vec<Cluster>,
    /// Those of which an operation has ended, in the order of their last starts.
    recent: Vec<u32>,
}

impl Default for Register {
    fn default() -> Self {
        let seed =
            Cluster { write: WriteId::SEED, unanswered: None, first_end: 0, last_start: 0, shortest: Vec::new() };
        Self { clusters: vec![seed], recent: vec![0] }
    }
}

impl Register {
    /// A write has started. Its number is greater than those of all before.
    pub fn write_started(&mut self, write: WriteId, access: Access) {
        let last_start = moment(access.started);
        let (unanswered, shortest) = (Some(access), Vec::new());
        self.clusters.push(Cluster { write, unanswered, first_end: NEVER, last_start, shortest });
    }

    /// A write was acknowledged.
    pub fn write_ended(&mut self, write: WriteId, at: VirtualTime) {
        let Some(place) = self.place(write) else { return };
        let Some(access) = self.clusters.get_mut(place).and_then(|cluster| cluster.unanswered.take()) else { return };
        self.include(place, Access { ended: Some(at), ..access }, at);
    }

    /// A read has ended, and shows the value of that write. Gives why that can't be, if it can't.
    pub fn read(&mut self, shown: WriteId, access: Access, at: VirtualTime) -> Option<Violation> {
        let Some(place) = self.place(shown) else { return Some(Violation::Unwritten) };
        let Some(cluster) = self.clusters.get(place) else { return Some(Violation::Unwritten) };
        // Where the cluster has a later start already, this read asks nothing new of it.
        let start = moment(access.started);
        if start <= cluster.last_start && cluster.first_end < NEVER {
            return None;
        }
        let violation = self.conflict(place, start);
        if violation.is_none() {
            self.include(place, access, at);
        }
        violation
    }

    /// A cluster that must stand before a read of another that starts then, and after the other cluster.
    fn conflict(&self, place: usize, start: Moment) -> Option<Violation> {
        let own = self.clusters.get(place)?;
        let mut fewest: Option<(WriteId, Vec<Access>)> = None;
        for index in self.recent.iter().rev() {
            let Some(other) = self.clusters.get(*index as usize) else { continue };
            if other.last_start <= own.first_end {
                break;
            }
            if *index as usize == place || other.first_end >= start {
                continue;
            }
            let between = other.between(own.first_end, start);
            let is_least = between.len() == 1;
            if fewest.is_none() || is_least {
                fewest = Some((other.write, between));
            }
            if is_least {
                break;
            }
        }
        let before = own.shortest.first().filter(|_| own.first_end > 0).copied();
        fewest.map(|(by, between)| Violation::Replaced { by, before, between })
    }

    fn include(&mut self, place: usize, access: Access, end: VirtualTime) {
        let Some(cluster) = self.clusters.get_mut(place) else { return };
        let (was_there, before) = (cluster.first_end < NEVER, cluster.last_start);
        cluster.ended(access, end);
        let last_start = cluster.last_start;
        if was_there && before == last_start {
            return;
        }
        let index = place as u32;
        // Those that change are near the end, and so is their new place.
        let mut at = self.recent.len();
        if was_there {
            at = self.recent.iter().rposition(|other| *other == index).unwrap_or_default();
        } else {
            self.recent.push(index);
        }
        while self.last_start(at + 1).is_some_and(|next| next <= last_start) {
            self.recent.swap(at, at + 1);
            at += 1;
        }
        while at > 0 && self.last_start(at - 1).is_some_and(|before| before > last_start) {
            self.recent.swap(at, at - 1);
            at -= 1;
        }
    }

    /// The last start in the cluster that is at this place of the recent ones.
    fn last_start(&self, at: usize) -> Option<Moment> {
        let cluster = self.clusters.get(*self.recent.get(at)? as usize)?;
        Some(cluster.last_start)
    }

    fn place(&self, write: WriteId) -> Option<usize> {
        match self.clusters.last() {
            Some(last) if last.write == write => Some(self.clusters.len() - 1),
            _ => self.clusters.binary_search_by_key(&write, |cluster| cluster.write).ok(),
        }
    }
}

#[cfg(test)]
mod tests;
