//! Durability out of order: the database commits an older write of a row after a newer one.
//!
//! A write-back cache may delay writes, but if it also changes their order, what is on disk is a state that never was: Koller,
//! Marmol, Rangaswami, Sundararaman, Talagala and Zhao, *Write Policies for Host-side Flash Caches*, 2013, whose ordered
//! write-back keeps it. For the writes of one client it is the monotonic-writes guarantee of Terry et al., *Session
//! Guarantees for Weakly Consistent Replicated Data*, 1994.
//!
//! What is older is told by the system itself: by the queue, for writes that went through it; for others by the database,
//! where it commits a write once more that it had before the newer one. Where neither tells, one write is older than another
//! if readers could count on it before the other started. Two writes that overlap otherwise have no order to be kept.

use crate::engine::VirtualTime;
use crate::world::WriteId;

/// An older write that was committed after a newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfOrder {
    /// The older write.
    pub late: WriteId,
    /// The newer one that had been committed.
    pub newer: WriteId,
    /// When that was committed.
    pub since: VirtualTime,
}

/// A write that the database took, when it took it first, and when the write had been asked for.
#[derive(Clone, Copy)]
pub(super) struct Commit {
    pub(super) write: WriteId,
    pub(super) at: VirtualTime,
    pub(super) started: VirtualTime,
}

/// The order of the writes of one row.
#[derive(Default)]
pub(super) struct Order {
    /// Of the queued writes that were committed, the one that was queued last, and its place.
    newest: Option<(u32, Commit)>,
    /// What the database holds.
    held: Option<Commit>,
}

impl Order {
    /// The database commits a write now, which has this place in the order of the queue, and on which readers could count
    /// since then.
    pub(super) fn commit(
        &mut self,
        commit: Commit,
        place: Option<u32>,
        now: VirtualTime,
        since: Option<VirtualTime>,
    ) -> Option<OutOfOrder> {
        let Commit { write, at: first, .. } = commit;
        let is_before = |other: &Commit| since.is_some_and(|since| since < other.started);
        let held = self.held.replace(commit).filter(|held| held.write != write);
        let newer = match (place, self.newest) {
            (Some(place), Some((newest, newer))) => (place < newest).then_some(newer),
            (None, _) => held.filter(|held| (first < now && first < held.at) || is_before(held)),
            (Some(_), None) => None,
        };
        if let Some(place) = place.filter(|place| self.newest.is_none_or(|(newest, _)| newest < *place)) {
            self.newest = Some((place, commit));
        }
        newer.map(|newer| OutOfOrder { late: write, newer: newer.write, since: newer.at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn late(order: &mut Order, queue: &[u64], write: u64, [first, now]: [u64; 2]) -> Option<u64> {
        let place = queue.iter().position(|queued| *queued == write).map(|place| u32::try_from(place).unwrap());
        let [at, now] = [first, now].map(VirtualTime::from_nanos);
        let commit = Commit { write: WriteId(write), at, started: VirtualTime::ZERO };
        order.commit(commit, place, now, None).map(|found| found.newer.0)
    }

    /// What is late of these commits: each write with when it was committed first, and when now.
    fn found<const N: usize>(queue: &[u64], commits: [(u64, [u64; 2]); N]) -> [Option<u64>; N] {
        let mut order = Order::default();
        commits.map(|(write, times)| late(&mut order, queue, write, times))
    }

    #[test]
    fn the_queue_says_what_is_older_whatever_the_numbers_say() {
        assert_eq!(found(&[1, 3, 2], [(1, [10; 2]), (2, [20; 2]), (3, [30; 2])]), [None, None, Some(2)]);
    }

    #[test]
    fn each_that_comes_after_a_newer_one_is_late() {
        assert_eq!(found(&[1, 2, 3], [(3, [10; 2]), (1, [20; 2]), (2, [30; 2])]), [None, Some(3), Some(3)]);
    }

    #[test]
    fn a_batch_that_is_written_again_is_late_but_for_its_newest() {
        let commits = [(1, [10; 2]), (2, [20; 2]), (1, [10, 30]), (2, [20, 40])];
        assert_eq!(found(&[1, 2], commits), [None, None, Some(2), None]);
    }

    #[test]
    fn without_a_queue_overlapping_writes_have_no_order_until_one_comes_twice() {
        let commits = [(2, [10; 2]), (1, [20; 2]), (2, [10, 30]), (1, [20, 40])];
        assert_eq!(found(&[], commits), [None, None, Some(1), None]);
    }

    #[test]
    fn without_a_queue_what_readers_counted_on_is_older_than_what_started_later() {
        let mut order = Order::default();
        let at = VirtualTime::from_nanos;
        let commit = |write, time, started| Commit { write: WriteId(write), at: at(time), started: at(started) };
        order.commit(commit(2, 10, 5), None, at(10), None);
        assert_eq!(order.commit(commit(1, 20, 1), None, at(20), Some(at(5))), None);
        order.commit(commit(2, 10, 5), None, at(10), None);
        let found = order.commit(commit(1, 20, 1), None, at(20), Some(at(4)));
        assert_eq!(found, Some(OutOfOrder { late: WriteId(1), newer: WriteId(2), since: at(10) }));
    }
}
