//! A waiting line of tasks.

use std::collections::VecDeque;

use crate::engine::tasks::TaskId;

/// A place in a line. Tickets are given out in rising order and never twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Ticket(u64);

/// The line. It is sorted by ticket, since places are only added at its end.
#[derive(Default)]
pub(super) struct Line {
    places: VecDeque<(Ticket, TaskId)>,
    next: u64,
}

impl Line {
    /// Adds a task at the end.
    pub(super) fn join(&mut self, task: TaskId) -> Ticket {
        let ticket = self.next_ticket();
        self.next += 1;
        self.places.push_back((ticket, task));
        ticket
    }

    /// The ticket that the next to join will get.
    pub(super) fn next_ticket(&self) -> Ticket {
        Ticket(self.next)
    }

    /// Whether that ticket's holder still waits. If so it now waits for `task`.
    pub(super) fn refresh(&mut self, ticket: Ticket, task: TaskId) -> bool {
        let Some(index) = self.index(ticket) else { return false };
        self.places[index].1 = task;
        true
    }

    /// Takes that ticket's holder out of the line; false if it had left.
    pub(super) fn leave(&mut self, ticket: Ticket) -> bool {
        // Those who give up mostly stand near the front, where removing is cheap.
        self.index(ticket).and_then(|index| self.places.remove(index)).is_some()
    }

    /// Takes the first out of the line.
    pub(super) fn pop(&mut self) -> Option<TaskId> {
        self.places.pop_front().map(|(_, task)| task)
    }

    /// All who wait, the first first.
    pub(super) fn tasks(&self) -> impl Iterator<Item = TaskId> {
        self.places.iter().map(|(_, task)| *task)
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    fn index(&self, ticket: Ticket) -> Option<usize> {
        self.places.binary_search_by_key(&ticket, |(held, _)| *held).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Sim;

    #[test]
    fn leaving_keeps_the_order_of_the_rest() {
        let sim = Sim::new(0);
        let tasks: Vec<TaskId> = (0..5).map(|_| sim.spawn(async {})).collect();
        let mut line = Line::default();
        let tickets: Vec<Ticket> = tasks.iter().map(|task| line.join(*task)).collect();
        assert!(line.leave(tickets[2]));
        assert!(!line.leave(tickets[2]));
        assert!(!line.refresh(tickets[2], tasks[2]));
        assert_eq!(line.pop(), Some(tasks[0]));
        assert!(line.refresh(tickets[1], tasks[2]));
        assert_eq!(line.tasks().collect::<Vec<_>>(), [tasks[2], tasks[3], tasks[4]]);
        assert_eq!(line.len(), 3);
        assert!(line.next_ticket() > tickets[4]);
    }
}
