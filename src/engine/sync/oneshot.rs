//! A single answer, from whoever will have it to whoever waits for it.

use std::cell::RefCell;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::Closed;
use crate::engine::executor::Sim;
use crate::engine::tasks::TaskId;

/// Two ends for one value.
pub fn oneshot<T>(sim: &Sim) -> (OneSender<T>, OneReceiver<T>) {
    let state = State { value: None, waiter: None, sender: true, receiver: true };
    let shared = Rc::new(Shared { sim: sim.clone(), state: RefCell::new(state) });
    (OneSender(Rc::clone(&shared)), OneReceiver(shared))
}

struct Shared<T> {
    sim: Sim,
    state: RefCell<State<T>>,
}

struct State<T> {
    value: Option<T>,
    waiter: Option<TaskId>,
    sender: bool,
    receiver: bool,
}

impl<T> Shared<T> {
    fn wake(&self) {
        let waiter = self.state.borrow_mut().waiter.take();
        if let Some(task) = waiter {
            self.sim.wake(task);
        }
    }
}

/// The end that gives the value. Dropping it without giving one tells the receiver that none will come.
pub struct OneSender<T>(Rc<Shared<T>>);

impl<T> OneSender<T> {
    /// Gives the value.
    ///
    /// # Errors
    ///
    /// The value itself, when the receiver has gone.
    pub fn send(self, value: T) -> Result<(), T> {
        if self.is_closed() {
            return Err(value);
        }
        self.0.state.borrow_mut().value = Some(value);
        Ok(())
    }

    /// Whether the receiver has gone.
    pub fn is_closed(&self) -> bool {
        !self.0.state.borrow().receiver
    }
}

impl<T> Drop for OneSender<T> {
    fn drop(&mut self) {
        self.0.state.borrow_mut().sender = false;
        self.0.wake();
    }
}

/// The end that waits for the value. It resolves to [`Closed`] when none will come.
#[must_use = "a receiver does nothing until it is awaited"]
pub struct OneReceiver<T>(Rc<Shared<T>>);

impl<T> OneReceiver<T> {
    /// The value if it is there already.
    pub fn try_recv(&mut self) -> Option<T> {
        self.0.state.borrow_mut().value.take()
    }
}

impl<T> Future for OneReceiver<T> {
    type Output = Result<T, Closed>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.state.borrow_mut();
        if let Some(value) = state.value.take() {
            return Poll::Ready(Ok(value));
        }
        if !state.sender {
            return Poll::Ready(Err(Closed));
        }
        state.waiter = Some(self.0.sim.expect_task());
        Poll::Pending
    }
}

impl<T> Drop for OneReceiver<T> {
    fn drop(&mut self) {
        let mut state = self.0.state.borrow_mut();
        state.receiver = false;
        let unread = state.value.take();
        // The value's destructor may look at this very channel.
        drop(state);
        drop(unread);
    }
}

impl<T> fmt::Debug for OneSender<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OneSender").field("closed", &self.is_closed()).finish()
    }
}

impl<T> fmt::Debug for OneReceiver<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OneReceiver").field("ready", &self.0.state.borrow().value.is_some()).finish()
    }
}
