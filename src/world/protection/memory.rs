//! What a process keeps in its own memory for its protections. It is gone when the process crashes.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::breaker::Breaker;
use super::flight::Flight;
use crate::database::{Row, RowKey};
use crate::engine::{Rng, Sim, Span, VirtualTime};
use crate::order::SmallMap;

/// What is kept of one row.
#[derive(Default)]
pub(super) struct Kept {
    /// Somebody loads it.
    pub(super) flight: Option<Rc<Flight>>,
    /// The newest version that was seen.
    pub(super) known: Option<Row>,
    /// A copy that readers get without asking the cache, and until when.
    pub(super) near: Option<(Row, VirtualTime)>,
    /// Whether the cache is to tell when the key changes.
    pub(super) tracked: bool,
    /// How often the key has changed, as far as copies near by are concerned.
    pub(super) changes: u32,
    /// How long it took to load.
    pub(super) took: Span,
    /// When the copy in the cache expires.
    pub(super) expires: Option<VirtualTime>,
}

/// The memory of a process.
#[derive(Default)]
pub(crate) struct Memory {
    pub(super) rows: RefCell<SmallMap<RowKey, Kept>>,
    pub(super) cache: Cell<Breaker>,
    pub(super) database: Cell<Breaker>,
}

impl Memory {
    /// The versions of a row that it may give its readers.
    pub(crate) fn versions(&self, key: RowKey) -> [Option<u64>; 2] {
        let rows = self.rows.borrow();
        let Some(kept) = rows.get(&key) else { return [None; 2] };
        [kept.known.as_ref(), kept.near.as_ref().map(|(row, _)| row)].map(|row| row.map(Row::version))
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        self.rows.take();
        self.cache.take();
        self.database.take();
    }
}

/// The random streams of the protections, each its own, so that a switch shifts nothing but what it decides.
pub(crate) struct Chance {
    pub(super) early: RefCell<Rng>,
    pub(super) jitter: RefCell<Rng>,
}

impl Chance {
    pub(crate) fn new(sim: &Sim) -> Self {
        Self { early: RefCell::new(sim.rng("early expiry")), jitter: RefCell::new(sim.rng("ttl jitter")) }
    }
}
