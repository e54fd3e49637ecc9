//! A counting semaphore: connection pools, worker slots, capacity.

use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::gate::{Claim, Gate, clamp};
use crate::engine::executor::Sim;

/// Hands out a number of permits, first in, first out. Cloning gives another handle to the same semaphore.
#[derive(Clone)]
pub struct Semaphore(Rc<Shared>);

struct Shared {
    gate: Gate,
    permits: Cell<usize>,
}

impl Semaphore {
    /// A semaphore with that many permits, all available.
    pub fn new(sim: &Sim, permits: usize) -> Self {
        Self(Rc::new(Shared { gate: Gate::new(sim, permits), permits: Cell::new(permits) }))
    }

    /// Waits for a permit. The place in line is taken when the future is first polled.
    pub fn acquire(&self) -> Acquire<'_> {
        Acquire { semaphore: self, claim: Claim::New }
    }

    /// A permit if one is available, which it never is while others wait.
    pub fn try_acquire(&self) -> Option<Permit> {
        self.0.gate.try_take().then(|| Permit(self.clone()))
    }

    /// How many permits are available.
    pub fn available(&self) -> usize {
        self.0.gate.free()
    }

    /// How many wait for a permit.
    pub fn waiting(&self) -> usize {
        self.0.gate.waiting()
    }

    /// How many permits there are, in use or not.
    pub fn permits(&self) -> usize {
        self.0.permits.get()
    }

    /// Changes how many permits there are. New ones go to those who wait. When there are fewer than are in use, those in
    /// use stay valid, and no more are handed out until enough have come back.
    pub fn set_permits(&self, permits: usize) {
        let before = self.0.permits.replace(permits);
        if permits >= before {
            self.0.gate.give(clamp(permits - before));
        } else {
            self.0.gate.withdraw(clamp(before - permits));
        }
    }
}

impl fmt::Debug for Semaphore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Semaphore")
            .field("permits", &self.permits())
            .field("available", &self.available())
            .field("waiting", &self.waiting())
            .finish()
    }
}

/// The right to go on, which goes back to its semaphore when dropped.
#[derive(Debug)]
#[must_use = "a permit that is dropped at once is of no use"]
pub struct Permit(Semaphore);

impl Drop for Permit {
    fn drop(&mut self) {
        self.0.0.gate.give(1);
    }
}

/// Waits for a permit; see [`Semaphore::acquire`].
#[must_use = "a future does nothing until it is awaited"]
pub struct Acquire<'a> {
    semaphore: &'a Semaphore,
    claim: Claim,
}

impl Future for Acquire<'_> {
    type Output = Permit;

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Permit> {
        let Self { semaphore, claim } = &mut *self;
        // A semaphore's gate is never closed, so an answer is always a permit.
        semaphore.0.gate.poll(claim).map(|_| Permit((*semaphore).clone()))
    }
}

impl Drop for Acquire<'_> {
    fn drop(&mut self) {
        self.semaphore.0.gate.abandon(self.claim);
    }
}
