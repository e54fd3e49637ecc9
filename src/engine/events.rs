//! The event queue: what happens next, in order of time and, at equal times, of insertion.

use super::agenda::{Agenda, Entry, Found, Purpose, rank};
use super::tasks::TaskId;
use super::time::VirtualTime;

/// Below this many cancelled entries the agenda is not worth sweeping.
const COMPACTION_FLOOR: usize = 64;

/// A callback.
pub(super) type Call = Box<dyn FnOnce()>;

/// What an event does.
pub(super) enum Action {
    /// Makes a task ready.
    Wake(TaskId),
    /// Runs a callback.
    Call(Call),
}

/// Names one event that was put in the queue, and the task that it wakes. It stays harmless after the event has happened,
/// because an insertion number is never used twice.
#[derive(Clone, Copy, Debug)]
pub(super) struct EventKey {
    order: u64,
    task: TaskId,
    list: Found,
}

/// The queue. Events happen in the order of their ranks, so the rank of the last one tells of each other whether it is still
/// to come. Cancelling leaves an entry that wakes nobody, and the agenda is swept once more than half of it is such, so that
/// long timeouts that are mostly cancelled don't pile up.
#[derive(Default)]
pub(super) struct EventQueue {
    agenda: Agenda,
    calls: Vec<Option<Call>>,
    vacant: Vec<u32>,
    inserted: u64,
    /// The rank of the last event that happened.
    last: u128,
    /// Entries in lanes that wake nobody.
    stale: usize,
    /// The insertion numbers of the events in the heap and on the stack that were cancelled, sorted.
    cancelled: Vec<u64>,
}

impl EventQueue {
    /// Puts a wake in the queue, behind all others of the same time.
    #[inline]
    pub(super) fn insert(&mut self, time: VirtualTime, task: TaskId, purpose: Purpose) -> EventKey {
        self.inserted += 1;
        let order = self.inserted;
        let list = self.agenda.insert(Entry { time, order, target: task }, purpose);
        EventKey { order, task, list }
    }

    /// Puts a callback in the queue, behind all others of the same time.
    pub(super) fn insert_call(&mut self, time: VirtualTime, call: Call) {
        let place = match self.vacant.pop() {
            Some(place) => {
                self.calls[place as usize] = Some(call);
                place
            }
            None => {
                self.calls.push(Some(call));
                (self.calls.len() - 1) as u32
            }
        };
        self.insert(time, TaskId::callback(place), Purpose::Sleep);
    }

    /// Whether the event, which is at that time and not cancelled, is still to come. If so it will wake `task`.
    #[inline]
    pub(super) fn is_to_come(&mut self, time: VirtualTime, key: &mut EventKey, task: TaskId) -> bool {
        let is_to_come = rank(time, key.order) > self.last;
        if is_to_come && key.task != task {
            key.task = task;
            self.agenda.retarget(key.list, key.order, task);
        }
        is_to_come
    }

    /// Cancels the event, which is at that time, for the first time; false when it has happened.
    pub(super) fn cancel(&mut self, time: VirtualTime, key: EventKey) -> bool {
        if rank(time, key.order) <= self.last {
            return false;
        }
        self.strike(key);
        if self.stale_count() > COMPACTION_FLOOR && self.stale_count() * 2 > self.agenda.len() {
            let cancelled = std::mem::take(&mut self.cancelled);
            self.agenda
                .retain(|entry| entry.target != TaskId::NOBODY && cancelled.binary_search(&entry.order).is_err());
            self.stale = 0;
        }
        true
    }

    /// Makes an entry one that wakes nobody.
    fn strike(&mut self, key: EventKey) {
        if matches!(key.list, Found::Heap | Found::Stack) {
            let place = self.cancelled.binary_search(&key.order).unwrap_or_else(|place| place);
            self.cancelled.insert(place, key.order);
            return;
        }
        let is_first = self.agenda.first_of(key.list).is_some_and(|first| first.order == key.order);
        if !is_first {
            self.stale += usize::from(self.agenda.retarget(key.list, key.order, TaskId::NOBODY).is_some());
            return;
        }
        // Time limits are mostly cancelled in the order in which they were set.
        self.agenda.remove_first(key.list);
        while self.agenda.first_of(key.list).is_some_and(|first| first.target == TaskId::NOBODY) {
            self.agenda.remove_first(key.list);
            self.stale -= 1;
        }
    }

    /// Whether the first entry of a list wakes nobody; then it is forgotten.
    #[inline]
    fn passes_over(&mut self, list: Found, first: &Entry) -> bool {
        let is_stale = match list {
            Found::Heap | Found::Stack if self.cancelled.is_empty() => false,
            Found::Heap | Found::Stack => match self.cancelled.binary_search(&first.order) {
                Ok(place) => {
                    self.cancelled.remove(place);
                    true
                }
                Err(_) => false,
            },
            _ => {
                let is_stale = first.target == TaskId::NOBODY;
                self.stale -= usize::from(is_stale);
                is_stale
            }
        };
        if is_stale {
            self.agenda.remove_first(list);
        }
        is_stale
    }

    /// Takes the first event whose time is not after `until`.
    #[inline]
    pub(super) fn pop_due(&mut self, until: VirtualTime) -> Option<(VirtualTime, Action)> {
        loop {
            let (list, first) = self.agenda.first()?;
            if first.time > until {
                return None;
            }
            if self.passes_over(list, &first) {
                continue;
            }
            self.agenda.remove_first(list);
            self.last = first.rank();
            let action = match first.target.as_callback() {
                None => Action::Wake(first.target),
                Some(place) => Action::Call(self.take_call(place)?),
            };
            return Some((first.time, action));
        }
    }

    fn take_call(&mut self, place: u32) -> Option<Call> {
        let call = self.calls.get_mut(place as usize)?.take()?;
        self.vacant.push(place);
        Some(call)
    }

    /// The time of the first event.
    pub(super) fn next_time(&mut self) -> Option<VirtualTime> {
        loop {
            let (list, first) = self.agenda.first()?;
            if !self.passes_over(list, &first) {
                return Some(first.time);
            }
        }
    }

    fn stale_count(&self) -> usize {
        self.stale + self.cancelled.len()
    }

    /// How many events are to come.
    pub(super) fn len(&self) -> usize {
        self.agenda.len() - self.stale_count()
    }

    /// How many events were put in the queue so far.
    pub(super) fn inserted(&self) -> u64 {
        self.inserted
    }

    /// Lets no event happen any more, and gives back the callbacks, for the caller to drop when nothing is borrowed.
    pub(super) fn clear(&mut self) -> Vec<Option<Call>> {
        self.agenda.clear();
        self.stale = 0;
        self.cancelled.clear();
        self.vacant.clear();
        self.last = u128::MAX;
        std::mem::take(&mut self.calls)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    #[derive(Clone, Debug)]
    enum Step {
        Insert(u64, Purpose),
        Call(u64),
        Cancel(usize),
        Retarget(usize),
        Pop(u64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            3 => (0_u64..50).prop_map(|at| Step::Insert(at, Purpose::Sleep)),
            2 => (0_u64..50).prop_map(|at| Step::Insert(at, Purpose::Limit)),
            1 => (0_u64..50).prop_map(Step::Call),
            3 => (0_usize..400).prop_map(Step::Cancel),
            1 => (0_usize..400).prop_map(Step::Retarget),
            2 => (0_u64..60).prop_map(Step::Pop),
        ];
        vec(step, 0..400)
    }

    fn time(nanos: u64) -> VirtualTime {
        VirtualTime::from_nanos(nanos)
    }

    /// Tasks and callbacks of these numbers.
    fn number_of(action: Action) -> u32 {
        match action {
            Action::Wake(task) => (0..2_000).find(|number| TaskId::numbered(*number) == task).unwrap(),
            Action::Call(call) => {
                call();
                u32::MAX
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// Against a sorted map from (time, insertion number) to the number of the task. As in the executor, nothing is put
        /// in before what has happened.
        #[test]
        fn the_queue_behaves_as_a_sorted_map(steps in steps()) {
            let (mut queue, mut model) = (EventQueue::default(), BTreeMap::new());
            let mut keys: Vec<Option<(u64, EventKey)>> = Vec::new();
            let (mut now, mut put_in) = (0, 0);
            for step in steps {
                match step {
                    Step::Insert(at, purpose) => {
                        let (at, task) = (at.max(now), keys.len() as u32);
                        model.insert((at, put_in), task);
                        keys.push(Some((at, queue.insert(time(at), TaskId::numbered(task), purpose))));
                        put_in += 1;
                    }
                    Step::Call(at) => {
                        let at = at.max(now);
                        model.insert((at, put_in), u32::MAX);
                        queue.insert_call(time(at), Box::new(|| {}));
                        put_in += 1;
                    }
                    Step::Cancel(number) => {
                        let Some((at, key)) = keys.get_mut(number).and_then(Option::take) else { continue };
                        let place = (at, key.order - 1);
                        prop_assert_eq!(queue.cancel(time(at), key), model.remove(&place).is_some());
                    }
                    Step::Retarget(number) => {
                        let Some(Some((at, key))) = keys.get_mut(number) else { continue };
                        let Some(task) = model.get_mut(&(*at, key.order - 1)) else { continue };
                        *task = (*task + 1_000) % 2_000;
                        prop_assert!(queue.is_to_come(time(*at), key, TaskId::numbered(*task)));
                    }
                    Step::Pop(until) => {
                        let popped = queue.pop_due(time(until)).map(|(at, action)| (at.as_nanos(), number_of(action)));
                        let expected = model.first_key_value().filter(|((at, _), _)| *at <= until);
                        let expected = expected.map(|(place, task)| (*place, *task));
                        prop_assert_eq!(popped, expected.map(|((at, _), task)| (at, task)));
                        if let Some((place, _)) = expected {
                            model.remove(&place);
                            now = place.0;
                        }
                    }
                }
                prop_assert_eq!(queue.len(), model.len());
                let first = model.first_key_value().map(|((at, _), _)| time(*at));
                prop_assert_eq!(queue.next_time(), first);
            }
        }
    }

    #[test]
    fn cancelled_entries_are_swept_out() {
        let mut queue = EventQueue::default();
        let task = TaskId::numbered(0);
        queue.insert(time(1), task, Purpose::Sleep);
        for number in 1..10_000 {
            // Now in the heap, now in a lane, now at its front.
            let at = time(1_000_000 - number % 7);
            let key = queue.insert(at, task, if number % 3 == 0 { Purpose::Sleep } else { Purpose::Limit });
            assert!(queue.cancel(at, key));
        }
        assert_eq!(queue.len(), 1);
        assert!(queue.agenda.len() <= 2 * COMPACTION_FLOOR, "{} entries", queue.agenda.len());
        assert!(queue.cancelled.len() <= COMPACTION_FLOOR + 1, "{} numbers", queue.cancelled.len());
    }

    #[test]
    fn the_place_of_a_callback_is_used_again() {
        let mut queue = EventQueue::default();
        for at in 0..100 {
            queue.insert_call(time(at), Box::new(|| {}));
            assert!(matches!(queue.pop_due(time(at)), Some((_, Action::Call(_)))));
        }
        assert_eq!(queue.calls.len(), 1);
    }

    #[test]
    fn a_queue_that_was_cleared_has_nothing_to_come() {
        let mut queue = EventQueue::default();
        let mut key = queue.insert(time(5), TaskId::numbered(0), Purpose::Sleep);
        queue.insert_call(time(6), Box::new(|| {}));
        assert_eq!(queue.clear().len(), 1);
        assert!(!queue.is_to_come(time(5), &mut key, TaskId::numbered(0)));
        assert!(!queue.cancel(time(5), key));
        assert_eq!((queue.len(), queue.next_time()), (0, None));
    }
}
