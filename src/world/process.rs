//! A running program: its health, and how many calls it has in hand.

use std::cell::Cell;

use super::protection::Memory;
use super::{Actor, Condition, EventKind, World};
use crate::engine::{Permit, Semaphore, Signal, Sim};

/// The state that every process has.
pub(crate) struct Process {
    pub(crate) condition: Cell<Condition>,
    /// How often it has crashed.
    pub(super) deaths: Cell<u32>,
    /// Fires when it crashes, so that all that it was doing ends.
    pub(crate) crashed: Signal,
    /// What its protections remember.
    pub(crate) memory: Memory,
    waiting: Cell<u32>,
    serving: Cell<u32>,
}

impl Process {
    pub(crate) fn new(sim: &Sim) -> Self {
        Self {
            condition: Cell::new(Condition::HEALTHY),
            deaths: Cell::new(0),
            crashed: Signal::new(sim),
            memory: Memory::default(),
            waiting: Cell::new(0),
            serving: Cell::new(0),
        }
    }
}

/// A call's place in a server: it waits for its turn, then is served, and leaves when this is dropped.
pub(crate) struct Turn {
    world: World,
    actor: Actor,
    permit: Option<Permit>,
}

impl World {
    /// Waits, first come first served, for one of the server's threads.
    pub(crate) async fn turn(&self, actor: Actor, threads: &Semaphore) -> Turn {
        let mut turn = Turn { world: self.clone(), actor, permit: None };
        self.shift_load(actor, 1, 0);
        let permit = threads.acquire().await;
        self.shift_load(actor, -1, 1);
        turn.permit = Some(permit);
        turn
    }

    fn shift_load(&self, actor: Actor, waiting: i32, serving: i32) {
        let process = self.process(actor);
        process.waiting.set(process.waiting.get().saturating_add_signed(waiting));
        process.serving.set(process.serving.get().saturating_add_signed(serving));
        let (waiting, serving) = (process.waiting.get(), process.serving.get());
        self.show(|| EventKind::LoadChanged { actor, waiting, serving });
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        match self.permit.take() {
            Some(_) => self.world.shift_load(self.actor, 0, -1),
            None => self.world.shift_load(self.actor, -1, 0),
        }
    }
}
