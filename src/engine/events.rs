//! The event queue: what happens next, in order of time and, at equal times, of insertion.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

use super::tasks::TaskId;
use super::time::VirtualTime;

/// Below this many cancelled entries the heap is not worth rebuilding.
const COMPACTION_FLOOR: usize = 64;

/// What an event does.
pub(super) enum Action {
    /// Makes a task ready.
    Wake(TaskId),
    /// Runs a callback.
    Call(Box<dyn FnOnce()>),
}

/// Names one event that was put in the queue. It stays harmless after the event has happened or was cancelled, because
/// an insertion number is never used twice.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventKey {
    order: u64,
    slot: u32,
}

/// A heap entry: small, so that moving it is cheap. The action stays put in its slot.
struct Entry {
    time: VirtualTime,
    order: u64,
    slot: u32,
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

/// Holds the action of the event with insertion number `order`; vacant without an action.
struct Slot {
    order: u64,
    action: Option<Action>,
}

/// The queue. Cancelling only empties the slot; the entry left in the heap is recognised as stale by its number, and the
/// heap is rebuilt once more than half of it is stale, so that long timeouts that are mostly cancelled don't pile up.
#[derive(Default)]
pub(super) struct EventQueue {
    heap: BinaryHeap<Entry>,
    slots: Vec<Slot>,
    vacant: Vec<u32>,
    inserted: u64,
    stale: usize,
}

impl EventQueue {
    /// Puts an event in the queue, behind all others of the same time.
    pub(super) fn insert(&mut self, time: VirtualTime, action: Action) -> EventKey {
        let order = self.inserted;
        self.inserted += 1;
        let filled = Slot { order, action: Some(action) };
        let slot = match self.vacant.pop() {
            Some(slot) => {
                self.slots[slot as usize] = filled;
                slot
            }
            None => {
                self.slots.push(filled);
                (self.slots.len() - 1) as u32
            }
        };
        self.heap.push(Entry { time, order, slot });
        EventKey { order, slot }
    }

    /// Whether the event is still to come. If so, and if it wakes a task, it will wake `task`.
    pub(super) fn retarget(&mut self, key: EventKey, task: TaskId) -> bool {
        match self.slots.get_mut(key.slot as usize) {
            Some(Slot { order, action: Some(action) }) if *order == key.order => {
                if let Action::Wake(target) = action {
                    *target = task;
                }
                true
            }
            _ => false,
        }
    }

    /// Cancels the event and gives back what it would have done; `None` when it has happened or was cancelled before.
    pub(super) fn cancel(&mut self, key: EventKey) -> Option<Action> {
        let action = self.take(key.slot, key.order)?;
        self.stale += 1;
        if self.stale > COMPACTION_FLOOR && self.stale * 2 > self.heap.len() {
            let slots = &self.slots;
            self.heap.retain(|entry| is_current(slots, entry));
            self.stale = 0;
        }
        Some(action)
    }

    /// Takes the first event whose time is not after `until`.
    pub(super) fn pop_due(&mut self, until: VirtualTime) -> Option<(VirtualTime, Action)> {
        loop {
            let first = self.heap.peek_mut()?;
            if !is_current(&self.slots, &first) {
                PeekMut::pop(first);
                self.stale -= 1;
                continue;
            }
            if first.time > until {
                return None;
            }
            let entry = PeekMut::pop(first);
            return self.take(entry.slot, entry.order).map(|action| (entry.time, action));
        }
    }

    /// The time of the first event.
    pub(super) fn next_time(&mut self) -> Option<VirtualTime> {
        loop {
            let first = self.heap.peek_mut()?;
            if is_current(&self.slots, &first) {
                return Some(first.time);
            }
            PeekMut::pop(first);
            self.stale -= 1;
        }
    }

    /// How many events are to come.
    pub(super) fn len(&self) -> usize {
        self.heap.len() - self.stale
    }

    /// How many events were put in the queue so far.
    pub(super) fn inserted(&self) -> u64 {
        self.inserted
    }

    /// Empties the queue and gives back the actions, for the caller to drop when nothing is borrowed.
    pub(super) fn clear(&mut self) -> Vec<Action> {
        self.heap.clear();
        self.stale = 0;
        self.vacant.clear();
        let actions = self.slots.iter_mut().filter_map(|slot| slot.action.take()).collect();
        self.slots.clear();
        actions
    }

    fn take(&mut self, slot: u32, order: u64) -> Option<Action> {
        let held = self.slots.get_mut(slot as usize).filter(|held| held.order == order)?;
        let action = held.action.take()?;
        self.vacant.push(slot);
        Some(action)
    }
}

/// Whether the entry's event is still to come.
fn is_current(slots: &[Slot], entry: &Entry) -> bool {
    slots.get(entry.slot as usize).is_some_and(|slot| slot.order == entry.order && slot.action.is_some())
}
