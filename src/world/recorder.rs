//! The list of what happened, or somebody who is told of it.

use std::cell::RefCell;

use super::{Event, EventKind};
use crate::engine::{Sim, VirtualTime};

/// Is told of each event that matters to the books of a run, and not of those that only show how it came about.
pub type Listener = Box<dyn Fn(VirtualTime, &EventKind)>;

/// Collects events in the order in which they happen, unless there is a listener.
pub(crate) struct Recorder {
    sim: Sim,
    events: RefCell<Vec<Event>>,
    listener: Option<Listener>,
}

impl Recorder {
    pub(crate) fn new(sim: &Sim, listener: Option<Listener>) -> Self {
        Self { sim: sim.clone(), events: RefCell::default(), listener }
    }

    /// Whether the events are kept.
    pub(crate) fn keeps(&self) -> bool {
        self.listener.is_none()
    }

    /// Notes that `kind` happened now.
    pub(crate) fn note(&self, kind: EventKind) {
        let at = self.sim.now();
        match &self.listener {
            Some(listener) => listener(at, &kind),
            None => self.events.borrow_mut().push(Event { at, kind }),
        }
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
