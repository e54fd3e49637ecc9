//! Queues of values between tasks, without and with a limit.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::gate::{Claim, Gate};
use crate::engine::executor::Sim;

/// A queue without a limit.
pub fn channel<T>(sim: &Sim) -> (Sender<T>, Receiver<T>) {
    let shared = Shared::new(sim, None);
    (Sender(SenderHandle::new(&shared)), Receiver::new(shared))
}

/// A queue that holds at most `limit` values, at least one; senders wait, first in, first out, while it is full.
pub fn bounded<T>(sim: &Sim, limit: usize) -> (BoundedSender<T>, Receiver<T>) {
    let shared = Shared::new(sim, Some(limit.max(1)));
    (BoundedSender(SenderHandle::new(&shared)), Receiver::new(shared))
}

struct Shared<T> {
    values: RefCell<VecDeque<T>>,
    /// One unit for each value that has not been promised to a receiver. Closed when all senders have gone.
    filled: Gate,
    /// One unit for each free place. Closed when all receivers have gone.
    places: Gate,
    limited: bool,
    senders: Cell<usize>,
    receivers: Cell<usize>,
}

impl<T> Shared<T> {
    fn new(sim: &Sim, limit: Option<usize>) -> Rc<Self> {
        Rc::new(Self {
            values: RefCell::default(),
            filled: Gate::new(sim, 0),
            places: Gate::new(sim, limit.unwrap_or_default()),
            limited: limit.is_some(),
            senders: Cell::new(0),
            receivers: Cell::new(0),
        })
    }

    fn push(&self, value: T) {
        self.values.borrow_mut().push_back(value);
        self.filled.give(1);
    }

    /// Takes the first value, for one who holds a unit of `filled`.
    fn pop(&self) -> Option<T> {
        let value = self.values.borrow_mut().pop_front();
        if self.limited && value.is_some() {
            self.places.give(1);
        }
        value
    }

    fn len(&self) -> usize {
        self.values.borrow().len()
    }
}

/// Counts senders, and tells the receivers when the last one goes.
struct SenderHandle<T>(Rc<Shared<T>>);

impl<T> SenderHandle<T> {
    fn new(shared: &Rc<Shared<T>>) -> Self {
        shared.senders.set(shared.senders.get() + 1);
        Self(Rc::clone(shared))
    }
}

impl<T> Drop for SenderHandle<T> {
    fn drop(&mut self) {
        let left = self.0.senders.get() - 1;
        self.0.senders.set(left);
        if left == 0 {
            self.0.filled.close();
        }
    }
}

/// Puts values in a queue without a limit. Cloning gives another sender to the same queue.
pub struct Sender<T>(SenderHandle<T>);

impl<T> Sender<T> {
    /// Adds a value at the end.
    ///
    /// # Errors
    ///
    /// The value itself, when all receivers have gone.
    pub fn send(&self, value: T) -> Result<(), T> {
        if self.is_closed() {
            return Err(value);
        }
        self.0.0.push(value);
        Ok(())
    }

    /// Whether all receivers have gone.
    pub fn is_closed(&self) -> bool {
        self.0.0.places.is_closed()
    }

    /// How many values are in the queue.
    pub fn len(&self) -> usize {
        self.0.0.len()
    }

    /// Whether the queue holds no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Clone for Sender<T> {
    fn clone(&self) -> Self {
        Self(SenderHandle::new(&self.0.0))
    }
}

/// Puts values in a queue with a limit. Cloning gives another sender to the same queue.
pub struct BoundedSender<T>(SenderHandle<T>);

impl<T> BoundedSender<T> {
    /// Waits for a place and adds a value at the end. The place in line is taken when the future is first polled;
    /// dropping the future drops the value.
    ///
    /// # Errors
    ///
    /// Resolves to the value itself when all receivers have gone.
    pub fn send(&self, value: T) -> Send<T> {
        Send { sender: self.clone(), claim: Claim::New, value: Some(value) }
    }

    /// Adds a value at the end if there is a place, which there never is while others wait.
    ///
    /// # Errors
    ///
    /// The value itself, when there is no place or all receivers have gone.
    pub fn try_send(&self, value: T) -> Result<(), T> {
        if self.is_closed() || !self.0.0.places.try_take() {
            return Err(value);
        }
        self.0.0.push(value);
        Ok(())
    }

    /// Whether all receivers have gone.
    pub fn is_closed(&self) -> bool {
        self.0.0.places.is_closed()
    }

    /// How many values are in the queue.
    pub fn len(&self) -> usize {
        self.0.0.len()
    }

    /// Whether the queue holds no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many senders wait for a place.
    pub fn waiting(&self) -> usize {
        self.0.0.places.waiting()
    }
}

impl<T> Clone for BoundedSender<T> {
    fn clone(&self) -> Self {
        Self(SenderHandle::new(&self.0.0))
    }
}

/// Waits for a place; see [`BoundedSender::send`].
#[must_use = "a future does nothing until it is awaited"]
pub struct Send<T> {
    sender: BoundedSender<T>,
    claim: Claim,
    value: Option<T>,
}

// The value is never pinned.
impl<T> Unpin for Send<T> {}

impl<T> Future for Send<T> {
    type Output = Result<(), T>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let Self { sender, claim, value } = &mut *self;
        if value.is_none() {
            return Poll::Ready(Ok(()));
        }
        let shared = &sender.0.0;
        let Poll::Ready(granted) = shared.places.poll(claim) else { return Poll::Pending };
        let Some(value) = value.take() else { return Poll::Ready(Ok(())) };
        if granted.is_err() || shared.places.is_closed() {
            return Poll::Ready(Err(value));
        }
        shared.push(value);
        Poll::Ready(Ok(()))
    }
}

impl<T> Drop for Send<T> {
    fn drop(&mut self) {
        self.sender.0.0.places.abandon(self.claim);
    }
}

/// Takes values out of a queue. Cloning gives another receiver, and each value goes to one of them: the one that has
/// waited longest. When the last receiver goes, the values left in the queue are dropped.
pub struct Receiver<T>(Rc<Shared<T>>);

impl<T> Receiver<T> {
    fn new(shared: Rc<Shared<T>>) -> Self {
        shared.receivers.set(shared.receivers.get() + 1);
        Self(shared)
    }

    /// Waits for the first value. Resolves to `None` once the queue is empty and all senders have gone. The place in line
    /// is taken when the future is first polled; dropping the future never drops a value.
    pub fn recv(&self) -> Recv<'_, T> {
        Recv { receiver: self, claim: Claim::New }
    }

    /// The first value if there is one that no one else was promised.
    pub fn try_recv(&self) -> Option<T> {
        if self.0.filled.try_take() { self.0.pop() } else { None }
    }

    /// How many values are in the queue.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the queue holds no value.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<T> Clone for Receiver<T> {
    fn clone(&self) -> Self {
        Self::new(Rc::clone(&self.0))
    }
}

impl<T> Drop for Receiver<T> {
    fn drop(&mut self) {
        let left = self.0.receivers.get() - 1;
        self.0.receivers.set(left);
        if left == 0 {
            self.0.places.close();
            // Bound first, so that the queue is free when the values' destructors run.
            let unread = self.0.values.take();
            drop(unread);
        }
    }
}

/// Waits for a value; see [`Receiver::recv`].
#[must_use = "a future does nothing until it is awaited"]
pub struct Recv<'a, T> {
    receiver: &'a Receiver<T>,
    claim: Claim,
}

impl<T> Future for Recv<'_, T> {
    type Output = Option<T>;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<T>> {
        let Self { receiver: Receiver(shared), claim } = &mut *self;
        shared.filled.poll(claim).map(|granted| granted.ok().and_then(|()| shared.pop()))
    }
}

impl<T> Drop for Recv<'_, T> {
    #[inline]
    fn drop(&mut self) {
        self.receiver.0.filled.abandon(self.claim);
    }
}

macro_rules! debug_as_length {
    ($($name:ident),*) => {$(
        impl<T> fmt::Debug for $name<T> {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.debug_struct(stringify!($name)).field("len", &self.len()).finish()
            }
        }
    )*};
}

debug_as_length!(Sender, BoundedSender, Receiver);
