//! What is to come, in order: the earliest first, and of those at the same time the one that was put in first.
//!
//! Much of what is put in comes in an order by itself: what is to happen before all else, as the next hop of what happens
//! now; what is to happen after all else of its kind, as the time limits of one length. So there are a stack, whose top is the
//! earliest, and a few lanes, sorted lists that only grow at their end; and a heap for whatever fits into none.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

use super::tasks::TaskId;
use super::time::VirtualTime;

/// A heap that holds no more is as good as any lane.
const FEW: usize = 4;

/// An event's place in time, and whom it wakes.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) time: VirtualTime,
    pub(super) order: u64,
    pub(super) target: TaskId,
}

/// The place of an event among all.
pub(super) fn rank(time: VirtualTime, order: u64) -> u128 {
    (u128::from(time.as_nanos()) << 64) | u128::from(order)
}

impl Entry {
    pub(super) fn rank(&self) -> u128 {
        rank(self.time, self.order)
    }
}

impl Ord for Entry {
    /// Reversed, since the standard heap gives its greatest element first.
    fn cmp(&self, other: &Self) -> Ordering {
        other.rank().cmp(&self.rank())
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}

impl Eq for Entry {}

/// What an event is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Somebody sleeps until then.
    Sleep,
    /// Somebody waits until then at most: it is mostly cancelled.
    Limit,
}

/// Which list an entry is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The lane of sleeps.
    Sleeps,
    /// A lane of limits.
    First,
    /// Another.
    Second,
    /// Another.
    Third,
    /// The stack.
    Stack,
    /// The heap.
    Heap,
}

const LANES: usize = 4;
const LIMITS: [Found; LANES - 1] = [Found::First, Found::Second, Found::Third];
const LISTS: [Found; LANES + 2] = [Found::Sleeps, Found::First, Found::Second, Found::Third, Found::Stack, Found::Heap];

/// The entries.
pub(super) struct Agenda {
    /// Sorted lists, the earliest entry first.
    lanes: [VecDeque<Entry>; LANES],
    /// A sorted list, the earliest entry last.
    stack: Vec<Entry>,
    heap: BinaryHeap<Entry>,
    /// The rank of the first entry of each list.
    fronts: [u128; LISTS.len()],
    /// The time of the last entry of each lane.
    backs: [VirtualTime; LANES],
    /// The lane of limits whose front is the least.
    first_limit: Found,
    /// The list whose front is.
    first: Found,
}

/// The front of an empty list.
const NOTHING: u128 = u128::MAX;

impl Default for Agenda {
    fn default() -> Self {
        Self {
            lanes: Default::default(),
            stack: Vec::new(),
            heap: BinaryHeap::new(),
            fronts: [NOTHING; LISTS.len()],
            backs: [VirtualTime::ZERO; LANES],
            first_limit: Found::First,
            first: Found::Heap,
        }
    }
}

impl Agenda {
    /// Adds an entry, which was put in after all that are there. Gives the list that it is in.
    #[inline]
    pub(super) fn insert(&mut self, entry: Entry, purpose: Purpose) -> Found {
        let rank = entry.rank();
        let is_first = rank < self.fronts[self.first as usize];
        let list = self.list_for(entry.time, purpose, is_first);
        match list {
            Found::Stack => self.stack.push(entry),
            Found::Heap => self.heap.push(entry),
            lane => {
                self.backs[lane as usize] = entry.time;
                self.lanes[lane as usize].push_back(entry);
            }
        }
        if rank < self.fronts[list as usize] {
            self.fronts[list as usize] = rank;
            if LIMITS.contains(&list) && rank < self.fronts[self.first_limit as usize] {
                self.first_limit = list;
            }
            if is_first {
                self.first = list;
            }
        }
        list
    }

    /// The stack for what comes before all else; the lane with the latest back that an entry may follow; or the heap.
    #[inline]
    fn list_for(&self, time: VirtualTime, purpose: Purpose, is_first: bool) -> Found {
        if purpose == Purpose::Limit {
            return self.lane_for(time);
        }
        if is_first {
            return Found::Stack;
        }
        if self.heap.len() < FEW || time < self.backs[Found::Sleeps as usize] { Found::Heap } else { Found::Sleeps }
    }

    fn lane_for(&self, time: VirtualTime) -> Found {
        let mut best = Found::Heap;
        let mut latest = VirtualTime::ZERO;
        for lane in LIMITS {
            let back = self.backs[lane as usize];
            if back <= time && (best == Found::Heap || back > latest) {
                (best, latest) = (lane, back);
            }
        }
        best
    }

    /// The first entry, and the list that it is in.
    #[inline]
    pub(super) fn first(&self) -> Option<(Found, Entry)> {
        self.first_of(self.first).map(|entry| (self.first, entry))
    }

    /// The first entry of a list.
    #[inline]
    pub(super) fn first_of(&self, list: Found) -> Option<Entry> {
        match list {
            Found::Stack => self.stack.last(),
            Found::Heap => self.heap.peek(),
            lane => self.lanes[lane as usize].front(),
        }
        .copied()
    }

    /// Removes the first entry of a list.
    #[inline]
    pub(super) fn remove_first(&mut self, list: Found) {
        match list {
            Found::Stack => drop(self.stack.pop()),
            Found::Heap => drop(self.heap.pop()),
            lane => drop(self.lanes[lane as usize].pop_front()),
        }
        self.look_at(list);
        if LIMITS.contains(&list) {
            self.first_limit = self.least_of(LIMITS);
        }
        if list == self.first {
            self.first = self.least_of([Found::Heap, Found::Stack, Found::Sleeps, self.first_limit]);
        }
    }

    /// Lets an entry of a list wake another; gives whom it would have woken. Nothing if it is not there.
    pub(super) fn retarget(&mut self, list: Found, order: u64, target: TaskId) -> Option<TaskId> {
        let found = match list {
            // It hardly ever happens that a sleeping future moves from task to task.
            Found::Heap => {
                let mut entries = std::mem::take(&mut self.heap).into_vec();
                let found = entries.iter_mut().find(|entry| entry.order == order);
                let before = found.map(|entry| std::mem::replace(&mut entry.target, target));
                self.heap = entries.into();
                return before;
            }
            Found::Stack => self.stack.iter_mut().find(|entry| entry.order == order),
            lane => {
                let lane = &mut self.lanes[lane as usize];
                let place = lane.binary_search_by_key(&order, |entry| entry.order);
                place.ok().and_then(|place| lane.get_mut(place))
            }
        };
        found.map(|entry| std::mem::replace(&mut entry.target, target))
    }

    /// Keeps what `keep` says.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Entry) -> bool) {
        self.heap.retain(&mut keep);
        self.stack.retain(&mut keep);
        for lane in &mut self.lanes {
            lane.retain(&mut keep);
        }
        LISTS.into_iter().for_each(|list| self.look_at(list));
        self.first_limit = self.least_of(LIMITS);
        self.first = self.least_of(LISTS);
    }

    /// The list whose front is the least.
    #[inline]
    fn least_of<const N: usize>(&self, lists: [Found; N]) -> Found {
        let mut first = lists[0];
        let mut least = self.fronts[first as usize];
        for list in lists {
            let front = self.fronts[list as usize];
            if front < least {
                (first, least) = (list, front);
            }
        }
        first
    }

    #[inline]
    fn look_at(&mut self, list: Found) {
        match self.first_of(list) {
            Some(front) => self.fronts[list as usize] = front.rank(),
            None => {
                self.fronts[list as usize] = NOTHING;
                if let Some(back) = self.backs.get_mut(list as usize) {
                    *back = VirtualTime::ZERO;
                }
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.heap.len() + self.stack.len() + self.lanes.iter().map(VecDeque::len).sum::<usize>()
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
