//! The counting gate that semaphores and channels are made of.

use std::cell::RefCell;
use std::task::Poll;

use super::Closed;
use super::line::{Line, Ticket};
use crate::engine::executor::Sim;

/// Lets through as many as there are units, first in, first out. A unit that becomes free while somebody waits is handed
/// to the first in line at once, so that nobody can slip in before it.
pub(super) struct Gate {
    sim: Sim,
    state: RefCell<State>,
}

struct State {
    /// Free units. Negative while more are out than a shrunk gate allows.
    free: i64,
    closed: bool,
    line: Line,
}

/// Where one who wants a unit stands. What it holds must be given to [`Gate::abandon`] when it is dropped.
#[derive(Clone, Copy, Debug)]
pub(super) enum Claim {
    /// Does not ask, or has been answered.
    New,
    /// Stands in line, or was handed a unit and has not noticed yet.
    Waits(Ticket),
}

impl Gate {
    pub(super) fn new(sim: &Sim, units: usize) -> Self {
        let state = State { free: clamp(units), closed: false, line: Line::default() };
        Self { sim: sim.clone(), state: RefCell::new(state) }
    }

    /// Asks for a unit, or asks again. A closed gate still gives out what is free, and refuses those who would wait.
    pub(super) fn poll(&self, claim: &mut Claim) -> Poll<Result<(), Closed>> {
        let mut state = self.state.borrow_mut();
        let waits = match *claim {
            Claim::New => !state.take(),
            Claim::Waits(ticket) => state.line.refresh(ticket, self.sim.expect_task()),
        };
        if waits && !state.closed {
            if matches!(claim, Claim::New) {
                *claim = Claim::Waits(state.line.join(self.sim.expect_task()));
            }
            return Poll::Pending;
        }
        if let Claim::Waits(ticket) = *claim {
            state.line.leave(ticket);
        }
        *claim = Claim::New;
        Poll::Ready(if waits { Err(Closed) } else { Ok(()) })
    }

    /// Takes a unit if one is free.
    pub(super) fn try_take(&self) -> bool {
        self.state.borrow_mut().take()
    }

    /// Withdraws a claim. A unit that was handed to it goes to the next.
    pub(super) fn abandon(&self, claim: Claim) {
        let Claim::Waits(ticket) = claim else { return };
        let waited = self.state.borrow_mut().line.leave(ticket);
        if !waited {
            self.give(1);
        }
    }

    /// Adds units, which go to those who wait.
    pub(super) fn give(&self, units: i64) {
        let mut state = self.state.borrow_mut();
        state.free = state.free.saturating_add(units);
        while state.free > 0 {
            let Some(task) = state.line.pop() else { return };
            state.free -= 1;
            self.sim.wake(task);
        }
    }

    /// Takes units away, even those that are out: as many must come back before the gate opens again.
    pub(super) fn withdraw(&self, units: i64) {
        let mut state = self.state.borrow_mut();
        state.free = state.free.saturating_sub(units);
    }

    /// Refuses all who wait, and from now on all who would have to.
    pub(super) fn close(&self) {
        let mut state = self.state.borrow_mut();
        state.closed = true;
        // They stay in line till they notice: one who leaves it otherwise was handed a unit.
        for task in state.line.tasks() {
            self.sim.wake(task);
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.state.borrow().closed
    }

    /// How many units are free; never more than zero while somebody waits.
    pub(super) fn free(&self) -> usize {
        usize::try_from(self.state.borrow().free).unwrap_or_default()
    }

    /// How many wait.
    pub(super) fn waiting(&self) -> usize {
        self.state.borrow().line.len()
    }
}

impl State {
    fn take(&mut self) -> bool {
        if self.free <= 0 {
            return false;
        }
        self.free -= 1;
        true
    }
}

/// A number of units as the gate counts them. No gate comes near the limit.
pub(super) fn clamp(units: usize) -> i64 {
    i64::try_from(units).unwrap_or(i64::MAX)
}
