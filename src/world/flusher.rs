//! The process that writes dirty entries to the database in the background.

use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

use super::{Actor, CacheHandle, Context, DatabaseHandle, EventKind, Guard, Place, World, WriteId};
use crate::database::Row;
use crate::engine::{Either, race};

/// The flusher's hands.
#[derive(Clone)]
pub struct Flusher {
    /// The cache server.
    pub cache: CacheHandle,
    /// The database server.
    pub database: DatabaseHandle,
    context: Context,
}

impl Flusher {
    pub(crate) fn new(world: &World) -> Self {
        let context = Context::new(world, Place { actor: Actor::Flusher, request: None }, false);
        Self { cache: context.cache.clone(), database: context.database.clone(), context }
    }

    /// Waits for the flush interval of the settings; a change of it counts at once.
    #[track_caller]
    pub fn next_flush(&self) -> impl Future<Output = ()> + use<> {
        let caller = self.context.caller();
        caller.enter(Location::caller());
        let world = caller.world.clone();
        async move {
            let began = world.now();
            let mut told = None;
            loop {
                let due = began + world.settings().flush_interval;
                if told.replace(due) != Some(due) {
                    world.show(|| EventKind::FlushDue { due });
                }
                if let Either::First(()) = race(world.sleep_until(due), world.settings_turned()).await {
                    return;
                }
            }
        }
    }

    /// Most entries that a flush takes.
    #[must_use]
    pub fn batch_size(&self) -> u32 {
        self.context.settings().flush_batch.max(1)
    }

    /// Whether only the newest copy of a row is to be written.
    #[must_use]
    pub fn coalesces(&self) -> bool {
        self.context.settings().coalesce
    }

    /// Whether the entries leave the queue before they are written.
    #[must_use]
    pub fn pops_first(&self) -> bool {
        self.context.settings().pop_first
    }

    /// Whether the queue is a stream that is read as a consumer group.
    #[must_use]
    pub fn has_stream(&self) -> bool {
        self.context.caller().world.reads_stream()
    }

    /// Whether each row is to be written by a statement of its own.
    #[must_use]
    pub fn writes_apart(&self) -> bool {
        self.context.settings().apart
    }

    /// Which rows of the database a flush may replace.
    #[must_use]
    pub fn guard(&self) -> Guard {
        if self.context.settings().versioned { Guard::OnlyNewer } else { Guard::None }
    }

    /// Tells the trace which writes the flusher works on from now on.
    pub fn takes(&self, batch: &[Row]) {
        let writes: Rc<[WriteId]> = batch.iter().map(|row| WriteId(row.version())).collect();
        self.context.caller().world.note(EventKind::InHand { writes });
    }

    /// Tells the trace that the flusher has nothing in hand.
    pub fn rests(&self) {
        self.takes(&[]);
    }
}

impl World {
    /// Starts the pattern's flusher, if it has one; it runs until it crashes.
    pub(crate) fn start_flusher(&self) {
        let Some(flush) = self.inner.pattern.roles.flush else { return };
        let world = self.clone();
        self.inner.sim.spawn(async move {
            let crashed = world.process(Actor::Flusher).crashed.wait();
            let flusher = Flusher::new(&world);
            if let Either::Second(()) = race(flush(flusher.clone()), crashed).await {
                flusher.rests();
                world.show(|| EventKind::CodeEnded { place: Place { actor: Actor::Flusher, request: None } });
            }
        });
    }
}
