//! What the tests share.

use std::cell::RefCell;
use std::fmt::Debug;
use std::rc::Rc;

use cachescope::engine::{Sim, Span, VirtualTime};

/// A record of what happened, with the millisecond at which it did.
#[derive(Clone)]
pub struct Log {
    sim: Sim,
    lines: Rc<RefCell<Vec<String>>>,
}

impl Log {
    pub fn new(sim: &Sim) -> Self {
        Self { sim: sim.clone(), lines: Rc::default() }
    }

    pub fn add(&self, what: impl Debug) {
        let line = format!("{} {what:?}", self.sim.now().as_millis()).replace('"', "");
        self.lines.borrow_mut().push(line);
    }

    #[track_caller]
    pub fn check(&self, expected: &[&str]) {
        assert_eq!(*self.lines.borrow(), expected);
    }

    pub fn lines(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }
}

/// Adds a line when dropped.
pub struct Dropped(pub Log, pub &'static str);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.add(self.1);
    }
}

pub fn at(millis: u64) -> VirtualTime {
    VirtualTime::from_millis(millis)
}

pub fn ms(millis: u64) -> Span {
    Span::from_millis(millis)
}

pub fn world() -> (Sim, Log) {
    let sim = Sim::new(1);
    let log = Log::new(&sim);
    (sim, log)
}
