//! The list of what happened, or somebody who is told of it.

use std::cell::{OnceCell, RefCell};

use super::{Event, EventKind};
use crate::engine::{Sim, VirtualTime};

/// Is told of each event that matters to the books of a run, and not of those that only show how it came about.
pub type Listener = Box<dyn Fn(VirtualTime, &EventKind)>;

/// Collects events in the order in which they happen, unless there is a listener.
pub(crate) struct Recorder {
    sim: Sim,
    events: RefCell<Vec<Event>>,
    listener: OnceCell<Listener>,
}

impl Recorder {
    pub(crate) fn new(sim: &Sim) -> Self {
        Self { sim: sim.clone(), events: RefCell::default(), listener: OnceCell::new() }
    }

    /// Tells a listener of what happens from now on; the first one stays. That is said after the recorder is made, so that a
    /// program which never says it does not contain what might listen.
    pub(crate) fn tell(&self, listener: Listener) {
        let _ = self.listener.set(listener);
    }

    /// Whether the events are kept.
    pub(crate) fn keeps(&self) -> bool {
        self.listener.get().is_none()
    }

    /// Notes that `kind` happened now.
    pub(crate) fn note(&self, kind: EventKind) {
        let at = self.sim.now();
        match self.listener.get() {
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
