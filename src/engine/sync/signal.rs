//! A bell that wakes those who wait for it.

use std::cell::RefCell;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::line::{Line, Ticket};
use crate::engine::executor::Sim;

/// Wakes those who wait at that moment, and forgets: who starts to wait later waits for the next notification. Cloning
/// gives another handle to the same signal.
#[derive(Clone)]
pub struct Signal(Rc<Shared>);

struct Shared {
    sim: Sim,
    state: RefCell<State>,
}

struct State {
    line: Line,
    /// All with a smaller ticket were notified together.
    all_before: Ticket,
}

impl Signal {
    /// A signal that nobody waits for yet.
    pub fn new(sim: &Sim) -> Self {
        let line = Line::default();
        let all_before = line.next_ticket();
        Self(Rc::new(Shared { sim: sim.clone(), state: RefCell::new(State { line, all_before }) }))
    }

    /// Waits for the next notification. The waiting begins when the future is first polled.
    pub fn wait(&self) -> Wait<'_> {
        Wait { signal: self, stage: Stage::New }
    }

    /// Wakes the one who has waited longest, if anyone waits. If that one is dropped before it runs, the next is woken in
    /// its place.
    pub fn notify_one(&self) {
        let first = self.0.state.borrow_mut().line.pop();
        if let Some(task) = first {
            self.0.sim.wake(task);
        }
    }

    /// Wakes all who wait, the one who has waited longest first.
    pub fn notify_all(&self) {
        let mut state = self.0.state.borrow_mut();
        state.all_before = state.line.next_ticket();
        while let Some(task) = state.line.pop() {
            self.0.sim.wake(task);
        }
    }

    /// How many wait.
    pub fn waiting(&self) -> usize {
        self.0.state.borrow().line.len()
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Signal").field("waiting", &self.waiting()).finish()
    }
}

#[derive(Clone, Copy)]
enum Stage {
    New,
    Waits(Ticket),
    Done,
}

/// Waits for a notification; see [`Signal::wait`].
#[must_use = "a future does nothing until it is awaited"]
pub struct Wait<'a> {
    signal: &'a Signal,
    stage: Stage,
}

impl Future for Wait<'_> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let Self { signal: Signal(shared), stage } = &mut *self;
        let task = shared.sim.expect_task();
        let line = &mut shared.state.borrow_mut().line;
        match *stage {
            Stage::New => *stage = Stage::Waits(line.join(task)),
            Stage::Waits(ticket) if line.refresh(ticket, task) => {}
            Stage::Waits(_) | Stage::Done => {
                *stage = Stage::Done;
                return Poll::Ready(());
            }
        }
        Poll::Pending
    }
}

impl Drop for Wait<'_> {
    fn drop(&mut self) {
        let Stage::Waits(ticket) = self.stage else { return };
        let mut state = self.signal.0.state.borrow_mut();
        let unused = !state.line.leave(ticket) && ticket >= state.all_before;
        drop(state);
        if unused {
            self.signal.notify_one();
        }
    }
}
