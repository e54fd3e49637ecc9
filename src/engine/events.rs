//! The event queue: what happens next, in order of time and, at equal times, of insertion.

use super::agenda::{Agenda, Entry, Found};
use super::tasks::TaskId;
use super::time::VirtualTime;

/// Below this many cancelled entries the agenda is not worth sweeping.
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
    list: Found,
}

/// Holds the action of the event with insertion number `order`; vacant without an action.
struct Slot {
    order: u64,
    action: Option<Action>,
}

/// The queue. Cancelling only empties the slot; the entry left in the agenda is recognised as stale by its number, and the
/// agenda is swept once more than half of it is stale, so that long timeouts that are mostly cancelled don't pile up.
#[derive(Default)]
pub(super) struct EventQueue {
    agenda: Agenda,
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
        let list = self.agenda.insert(Entry { time, order, slot });
        EventKey { order, slot, list }
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
        // Time limits are mostly cancelled in the order in which they were set.
        while self.agenda.first_of(key.list).is_some_and(|first| !is_current(&self.slots, &first)) {
            self.drop_stale(key.list);
        }
        if self.stale > COMPACTION_FLOOR && self.stale * 2 > self.agenda.len() {
            let slots = &self.slots;
            self.agenda.retain(|entry| is_current(slots, entry));
            self.stale = 0;
        }
        Some(action)
    }

    fn drop_stale(&mut self, list: Found) {
        self.agenda.remove_first(list);
        self.stale -= 1;
    }

    /// The first entry that is not stale.
    fn first(&mut self) -> Option<(Found, Entry)> {
        loop {
            let (list, first) = self.agenda.first()?;
            if is_current(&self.slots, &first) {
                return Some((list, first));
            }
            self.drop_stale(list);
        }
    }

    /// Takes the first event whose time is not after `until`.
    pub(super) fn pop_due(&mut self, until: VirtualTime) -> Option<(VirtualTime, Action)> {
        let (list, first) = self.first()?;
        if first.time > until {
            return None;
        }
        self.agenda.remove_first(list);
        self.take(first.slot, first.order).map(|action| (first.time, action))
    }

    /// The time of the first event.
    pub(super) fn next_time(&mut self) -> Option<VirtualTime> {
        self.first().map(|(_, first)| first.time)
    }

    /// How many events are to come.
    pub(super) fn len(&self) -> usize {
        self.agenda.len() - self.stale
    }

    /// How many events were put in the queue so far.
    pub(super) fn inserted(&self) -> u64 {
        self.inserted
    }

    /// Empties the queue and gives back the actions, for the caller to drop when nothing is borrowed.
    pub(super) fn clear(&mut self) -> Vec<Action> {
        self.agenda.clear();
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

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeMap;
    use std::rc::Rc;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u64),
        Cancel(usize),
        Pop(u64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (0_u64..50).prop_map(Step::Insert),
            3 => (0_usize..400).prop_map(Step::Cancel),
            2 => (0_u64..60).prop_map(Step::Pop),
        ];
        vec(step, 0..400)
    }

    /// Puts in a callback that, when called, leaves its number in `called`.
    fn insert(queue: &mut EventQueue, time: u64, number: usize, called: &Rc<Cell<Option<usize>>>) -> EventKey {
        let called = Rc::clone(called);
        queue.insert(VirtualTime::from_nanos(time), Action::Call(Box::new(move || called.set(Some(number)))))
    }

    fn call(action: Action) {
        match action {
            Action::Call(call) => call(),
            Action::Wake(_) => panic!("no wake was put in"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Against a sorted map from (time, insertion number).
        #[test]
        fn the_queue_behaves_as_a_sorted_map(steps in steps()) {
            let (mut queue, mut model) = (EventQueue::default(), BTreeMap::new());
            let (mut keys, called) = (Vec::new(), Rc::new(Cell::new(None)));
            for step in steps {
                match step {
                    Step::Insert(time) => {
                        let number = keys.len();
                        model.insert((time, number), ());
                        keys.push((time, insert(&mut queue, time, number, &called)));
                    }
                    Step::Cancel(number) => {
                        let Some((time, key)) = keys.get(number) else { continue };
                        let cancelled = queue.cancel(*key).is_some();
                        prop_assert_eq!(cancelled, model.remove(&(*time, number)).is_some());
                    }
                    Step::Pop(until) => {
                        let popped = queue.pop_due(VirtualTime::from_nanos(until)).map(|(time, action)| {
                            call(action);
                            (time.as_nanos(), called.take().unwrap())
                        });
                        let expected = model.first_key_value().map(|(key, ())| *key).filter(|(time, _)| *time <= until);
                        prop_assert_eq!(popped, expected);
                        expected.map(|key| model.remove(&key));
                    }
                }
                prop_assert_eq!(queue.len(), model.len());
                let first = model.first_key_value().map(|((time, _), ())| VirtualTime::from_nanos(*time));
                prop_assert_eq!(queue.next_time(), first);
            }
        }
    }

    #[test]
    fn cancelled_entries_are_swept_out() {
        let (mut queue, called) = (EventQueue::default(), Rc::default());
        insert(&mut queue, 1, 0, &called);
        for number in 1..10_000 {
            let key = insert(&mut queue, 1_000_000, number, &called);
            assert!(queue.cancel(key).is_some());
            assert!(queue.cancel(key).is_none());
        }
        assert_eq!(queue.len(), 1);
        assert!(queue.agenda.len() <= 2 * COMPACTION_FLOOR, "{} entries", queue.agenda.len());
        assert!(queue.slots.len() <= 2, "{} slots", queue.slots.len());
    }

    #[test]
    fn an_old_key_does_not_reach_the_event_that_took_its_place() {
        let (mut queue, called) = (EventQueue::default(), Rc::default());
        let old = insert(&mut queue, 1, 0, &called);
        assert!(queue.cancel(old).is_some());
        let new = insert(&mut queue, 1, 1, &called);
        assert_eq!(old.slot, new.slot);
        assert!(queue.cancel(old).is_none());
        assert_eq!(queue.len(), 1);
        drop(queue.clear());
        assert!(queue.cancel(new).is_none());
        assert_eq!((queue.len(), queue.next_time()), (0, None));
    }
}
