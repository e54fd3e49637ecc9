//! The table of tasks and the line of those that are ready to run.

use std::collections::VecDeque;
use std::mem;
use std::pin::Pin;

/// A task's future.
pub(super) type TaskFuture = Pin<Box<dyn Future<Output = ()>>>;

/// Names one task of one [`Sim`](super::Sim). It is never given to a second task, so that a late wake or abort of an
/// ended task does nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TaskId {
    index: u32,
    generation: u32,
}

/// Generations that no task ever has: of the targets of events that are no tasks.
const CALLBACK: u32 = u32::MAX;
const NOBODYS: u32 = u32::MAX - 1;
/// The last generation of a task.
const LAST: u32 = NOBODYS - 1;

impl TaskId {
    /// In the place of a task: nobody.
    pub(super) const NOBODY: Self = Self { index: 0, generation: NOBODYS };

    /// In the place of a task: a callback, by its own number.
    pub(super) const fn callback(place: u32) -> Self {
        Self { index: place, generation: CALLBACK }
    }

    /// The number of the callback that stands in the place of a task.
    pub(super) fn as_callback(self) -> Option<u32> {
        (self.generation == CALLBACK).then_some(self.index)
    }

    #[cfg(test)]
    pub(super) const fn numbered(index: u32) -> Self {
        Self { index, generation: 0 }
    }
}

enum Body {
    Vacant,
    /// Waits to be woken, or stands in the ready line.
    Parked(TaskFuture),
    /// Is being polled; its future is with the executor.
    Running,
    /// Is being polled and must not be parked again.
    Aborted,
}

struct Slot {
    generation: u32,
    /// Whether it stands in the ready line, so that it stands there once.
    queued: bool,
    body: Body,
}

/// What an abort found.
pub(super) enum Abort {
    /// The task had ended.
    Ended,
    /// The task is being polled and ends when that poll returns.
    Marked,
    /// The task has ended; its future is the caller's to drop when nothing is borrowed.
    Dropped(TaskFuture),
}

/// All tasks, in slots that are used again under a new generation.
#[derive(Default)]
pub(super) struct TaskTable {
    slots: Vec<Slot>,
    vacant: Vec<u32>,
    ready: VecDeque<TaskId>,
    live: usize,
}

impl TaskTable {
    /// Adds a task at the end of the ready line.
    pub(super) fn insert(&mut self, future: TaskFuture) -> TaskId {
        let body = Body::Parked(future);
        let id = match self.vacant.pop() {
            Some(index) => {
                let slot = &mut self.slots[index as usize];
                slot.body = body;
                slot.queued = true;
                TaskId { index, generation: slot.generation }
            }
            None => {
                self.slots.push(Slot { generation: 0, queued: true, body });
                TaskId { index: (self.slots.len() - 1) as u32, generation: 0 }
            }
        };
        self.live += 1;
        self.ready.push_back(id);
        id
    }

    /// Puts a task at the end of the ready line, unless it stands there already or has ended.
    pub(super) fn wake(&mut self, id: TaskId) {
        if let Some(slot) = self.slot(id).filter(|slot| !slot.queued) {
            slot.queued = true;
            self.ready.push_back(id);
        }
    }

    /// Whether some entry stands in the ready line. It may be of a task that has ended since.
    pub(super) fn has_ready(&self) -> bool {
        !self.ready.is_empty()
    }

    /// Takes the first task of the ready line, to be polled.
    pub(super) fn next_ready(&mut self) -> Option<(TaskId, TaskFuture)> {
        loop {
            let id = self.ready.pop_front()?;
            if let Some(future) = self.start(id) {
                return Some((id, future));
            }
        }
    }

    /// Takes a parked task, to be polled; `None` if it has ended.
    pub(super) fn start(&mut self, id: TaskId) -> Option<TaskFuture> {
        let slot = self.slot(id)?;
        slot.queued = false;
        match mem::replace(&mut slot.body, Body::Running) {
            Body::Parked(future) => Some(future),
            other => {
                slot.body = other;
                None
            }
        }
    }

    /// Gives a polled task back. If it was aborted meanwhile it ends, and its future is the caller's to drop.
    pub(super) fn park(&mut self, id: TaskId, future: TaskFuture) -> Option<TaskFuture> {
        // The slot of a task that is being polled is nobody else's.
        match self.slots.get_mut(id.index as usize) {
            Some(slot) if matches!(slot.body, Body::Running) => {
                slot.body = Body::Parked(future);
                None
            }
            _ => {
                self.retire(id);
                Some(future)
            }
        }
    }

    /// Ends a task that is being polled.
    pub(super) fn retire(&mut self, id: TaskId) {
        let Some(slot) = self.slot(id) else { return };
        slot.body = Body::Vacant;
        slot.queued = false;
        // A slot whose generations are used up is left alone, so that no id ever comes twice.
        if slot.generation < LAST {
            slot.generation += 1;
            self.vacant.push(id.index);
        }
        self.live -= 1;
    }

    /// Ends a task.
    pub(super) fn abort(&mut self, id: TaskId) -> Abort {
        let Some(slot) = self.slot(id) else { return Abort::Ended };
        match mem::replace(&mut slot.body, Body::Aborted) {
            Body::Parked(future) => {
                self.retire(id);
                Abort::Dropped(future)
            }
            Body::Running => Abort::Marked,
            Body::Aborted => Abort::Ended,
            Body::Vacant => {
                slot.body = Body::Vacant;
                Abort::Ended
            }
        }
    }

    /// Whether the task has neither ended nor been aborted.
    pub(super) fn is_alive(&self, id: TaskId) -> bool {
        self.slots.get(id.index as usize).is_some_and(|slot| {
            slot.generation == id.generation && matches!(slot.body, Body::Parked(_) | Body::Running)
        })
    }

    /// How many tasks have not ended.
    pub(super) fn live(&self) -> usize {
        self.live
    }

    /// The ids of all tasks that have not ended.
    pub(super) fn ids(&self) -> Vec<TaskId> {
        let held = self.slots.iter().enumerate().filter(|(_, slot)| !matches!(slot.body, Body::Vacant));
        held.map(|(index, slot)| TaskId { index: index as u32, generation: slot.generation }).collect()
    }

    fn slot(&mut self, id: TaskId) -> Option<&mut Slot> {
        self.slots
            .get_mut(id.index as usize)
            .filter(|slot| slot.generation == id.generation && !matches!(slot.body, Body::Vacant))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(table: &mut TaskTable) -> TaskId {
        table.insert(Box::pin(async {}))
    }

    #[test]
    fn a_slot_is_used_again_under_another_name() {
        let mut table = TaskTable::default();
        let first = add(&mut table);
        assert!(matches!(table.abort(first), Abort::Dropped(_)));
        let second = add(&mut table);
        assert_eq!(first.index, second.index);
        assert_ne!(first, second);
        assert!(matches!(table.abort(first), Abort::Ended));
        // The ended task's place in the ready line is passed over.
        assert_eq!(table.next_ready().map(|(id, _)| id), Some(second));
        assert!(table.next_ready().is_none());
    }

    #[test]
    fn a_slot_without_unused_names_is_left_alone() {
        let mut table = TaskTable::default();
        add(&mut table);
        table.slots[0].generation = LAST;
        let last = TaskId { index: 0, generation: LAST };
        assert!(matches!(table.abort(last), Abort::Dropped(_)));
        assert!(!table.is_alive(last));
        assert_ne!(add(&mut table).index, last.index);
        assert_eq!(table.live(), 1);
    }

    #[test]
    fn a_task_that_wakes_itself_while_it_is_polled_runs_again() {
        let mut table = TaskTable::default();
        let id = add(&mut table);
        let (_, future) = table.next_ready().unwrap();
        table.wake(id);
        assert!(table.park(id, future).is_none());
        assert_eq!(table.next_ready().map(|(id, _)| id), Some(id));
    }
}
