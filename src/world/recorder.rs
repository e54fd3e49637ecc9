//! The list of what happened.

use std::cell::RefCell;

use super::{Event, EventKind};
use crate::engine::Sim;

/// Collects events in the order in which they happen.
pub(crate) struct Recorder {
    sim: Sim,
    events: RefCell<Vec<Event>>,
}

impl Recorder {
    pub(crate) fn new(sim: &Sim) -> Self {
        Self { sim: sim.clone(), events: RefCell::default() }
    }

    /// Notes that `kind` happened now.
    pub(crate) fn note(&self, kind: EventKind) {
        let at = self.sim.now();
        self.events.borrow_mut().push(Event { at, kind });
    }

    /// How many events have been noted since the last call of [`Recorder::take`].
    pub(crate) fn count(&self) -> usize {
        self.events.borrow().len()
    }

    /// Everything noted since the last call.
    pub(crate) fn take(&self) -> Vec<Event> {
        std::mem::take(&mut self.events.borrow_mut())
    }
}
