//! What is to come, in order: the earliest first, and of those at the same time the one that was put in first.
//!
//! Most of what is put in belongs to one of few kinds, each of which comes in order by itself: time limits are always equally
//! far away. So there are a few lanes, sorted lists that only grow at their end, and a heap for whatever fits into none.

use std::cmp::Ordering;
use std::collections::{BinaryHeap, VecDeque};

use super::time::VirtualTime;

const LANES: usize = 4;

/// A heap that holds no more is faster than any lane.
const FEW: usize = 4;

/// An event's place in time, and the slot that holds its action.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    pub(super) time: VirtualTime,
    pub(super) order: u64,
    pub(super) slot: u32,
}

impl Entry {
    fn rank(&self) -> u128 {
        (u128::from(self.time.as_nanos()) << 64) | u128::from(self.order)
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

/// The entries.
pub(super) struct Agenda {
    /// Sorted lists.
    lanes: [VecDeque<Entry>; LANES],
    heap: BinaryHeap<Entry>,
    /// The rank of the first entry of each lane, and of the heap.
    fronts: [u128; LANES + 1],
    /// The time of the last entry of each lane.
    backs: [VirtualTime; LANES],
    /// How many entries are in lanes.
    in_lanes: usize,
}

/// The front of an empty list.
const NOTHING: u128 = u128::MAX;

impl Default for Agenda {
    fn default() -> Self {
        Self {
            lanes: Default::default(),
            heap: BinaryHeap::new(),
            fronts: [NOTHING; LANES + 1],
            backs: [VirtualTime::ZERO; LANES],
            in_lanes: 0,
        }
    }
}

/// Which list an entry is in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found(u8);

impl Agenda {
    /// Adds an entry, which was put in after all that are there. Gives the list that it is in: the lane with the latest
    /// back that it may follow, or the heap.
    pub(super) fn insert(&mut self, entry: Entry) -> Found {
        let mut best = LANES;
        if self.heap.len() >= FEW {
            for lane in 0..LANES {
                if self.backs[lane] <= entry.time && (best == LANES || self.backs[lane] > self.backs[best]) {
                    best = lane;
                }
            }
        }
        match self.lanes.get_mut(best) {
            Some(lane) => {
                self.backs[best] = entry.time;
                self.in_lanes += 1;
                lane.push_back(entry);
            }
            None => self.heap.push(entry),
        }
        self.fronts[best] = self.fronts[best].min(entry.rank());
        Found(best as u8)
    }

    /// The first entry, and the list that it is in.
    pub(super) fn first(&self) -> Option<(Found, Entry)> {
        let mut best = LANES;
        if self.in_lanes > 0 {
            for list in 0..LANES {
                if self.fronts[list] < self.fronts[best] {
                    best = list;
                }
            }
        }
        let list = Found(best as u8);
        self.first_of(list).map(|entry| (list, entry))
    }

    /// The first entry of a list.
    pub(super) fn first_of(&self, list: Found) -> Option<Entry> {
        match self.lanes.get(usize::from(list.0)) {
            Some(lane) => lane.front(),
            None => self.heap.peek(),
        }
        .copied()
    }

    /// Removes the first entry of a list.
    pub(super) fn remove_first(&mut self, list: Found) {
        let number = usize::from(list.0);
        match self.lanes.get_mut(number) {
            Some(lane) => self.in_lanes -= usize::from(lane.pop_front().is_some()),
            None => drop(self.heap.pop()),
        }
        self.look_at(number);
    }

    /// Keeps what `keep` says.
    pub(super) fn retain(&mut self, keep: impl Fn(&Entry) -> bool) {
        self.heap.retain(&keep);
        for lane in &mut self.lanes {
            lane.retain(&keep);
        }
        self.in_lanes = self.lanes.iter().map(VecDeque::len).sum();
        (0..=LANES).for_each(|list| self.look_at(list));
    }

    fn look_at(&mut self, list: usize) {
        match self.first_of(Found(list as u8)) {
            Some(front) => self.fronts[list] = front.rank(),
            None => {
                self.fronts[list] = NOTHING;
                if let Some(back) = self.backs.get_mut(list) {
                    *back = VirtualTime::ZERO;
                }
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.heap.len() + self.in_lanes
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
