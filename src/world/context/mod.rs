//! What a pattern's code holds in its hands: the cache, the database, the cache layer, and the settings.
//!
//! Every call tells the trace the line of the pattern's file that makes it, which is how the page lights the running
//! line: the methods are `#[track_caller]` functions that return a future.

mod cache;
mod database;
mod layer;
mod queue;

use std::cell::Cell;
use std::future::Future;
use std::ops::Deref;
use std::panic::Location;
use std::rc::Rc;

pub use cache::CacheHandle;
pub use database::{DatabaseHandle, Guard, Transaction};
pub use layer::LayerHandle;

use super::cache_node::Words;
use super::event::Commands;
use super::protection::{self, Connection, Hands, Memory};
use super::{Actor, EventKind, Failure, ParcelKind, Place, Settings, World};
use crate::database::RowKey;
use crate::engine::Span;
use crate::redis::Reply;

/// The hands of a process that runs a pattern's code.
#[derive(Clone)]
pub struct Context {
    /// The cache server.
    pub cache: CacheHandle,
    /// The database server.
    pub database: DatabaseHandle,
    /// The cache layer, in patterns that have one.
    pub layer: LayerHandle,
    caller: Caller,
}

/// The application's hands.
pub type App = Context;
/// The cache layer's hands.
pub type Layer = Context;

/// Who calls, and how far the code has come. Clones share it.
#[derive(Clone)]
pub(crate) struct Caller(Rc<CallerState>);

pub(crate) struct CallerState {
    pub(crate) world: World,
    pub(crate) place: Place,
    pub(crate) hands: Rc<Hands>,
    writes: bool,
    steps: Cell<u32>,
}

impl Deref for Caller {
    type Target = CallerState;

    fn deref(&self) -> &CallerState {
        &self.0
    }
}

impl Context {
    pub(crate) fn new(world: &World, place: Place, writes: bool) -> Self {
        let state = CallerState { world: world.clone(), place, hands: Rc::default(), writes, steps: Cell::default() };
        let caller = Caller(Rc::new(state));
        Self {
            cache: CacheHandle::new(caller.clone()),
            database: DatabaseHandle::new(caller.clone()),
            layer: LayerHandle::new(caller.clone()),
            caller,
        }
    }

    /// The settings as they are now.
    #[must_use]
    pub fn settings(&self) -> Rc<Settings> {
        self.caller.world.settings()
    }

    /// The time to live that a copy gets.
    #[must_use]
    pub fn ttl(&self) -> Option<Span> {
        self.settings().ttl.map(|ttl| protection::jittered(&self.caller.world, ttl))
    }

    /// Whether the application caches the rows of that table: a course's 'the application decides what is cached'.
    #[must_use]
    pub fn caches(&self, key: RowKey) -> bool {
        !self.settings().uncached.contains(&key.table)
    }

    /// Waits.
    #[track_caller]
    pub fn sleep(&self, span: Span) -> impl Future<Output = ()> + use<> {
        self.caller.enter(Location::caller());
        self.caller.world.sleep(span)
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }
}

impl Caller {
    /// Tells the trace that the code has come to `line`, and springs the trap that was set for a crash between two
    /// steps.
    pub(crate) fn enter(&self, line: &Location<'_>) {
        self.world.show(|| EventKind::LineEntered { place: self.place, line: line.line() });
        let step = self.steps.get();
        self.steps.set(step + 1);
        if self.writes && step > 0 && self.place.actor == Actor::App {
            self.world.spring_trap();
        }
    }

    /// Springs that trap after the only step of code that has no second one, before anybody is told of it.
    pub(crate) async fn end_only_step(&self) {
        if self.steps.get() == 1 {
            self.world.spring_trap();
            self.alive().await;
        }
    }

    /// The same code when its request is over.
    pub(crate) fn after_request(&self) -> Self {
        let CallerState { world, place, hands, writes, steps } = &*self.0;
        let place = Place { request: None, ..*place };
        let (world, hands) = (world.clone(), Rc::clone(hands));
        Self(Rc::new(CallerState { world, place, hands, writes: *writes, steps: steps.clone() }))
    }

    /// Waits for ever when the process that runs the code is dead: a crash ends its code at its next step.
    pub(crate) async fn alive(&self) {
        if !self.world.is_up(self.place.actor) {
            std::future::pending::<()>().await;
        }
    }

    /// Whether the code reads, and stores in the cache what it has found in the database.
    pub(crate) fn fills(&self) -> bool {
        !self.writes && self.place.actor != Actor::Flusher
    }

    /// The memory of the process that runs the code.
    pub(crate) fn memory(&self) -> &Memory {
        &self.world.process(self.place.actor).memory
    }

    /// Sends commands to the cache in one message.
    ///
    /// # Errors
    ///
    /// When the cache can't be had or refuses.
    pub(crate) async fn ask_cache(&self, kind: ParcelKind, pipeline: Vec<Words>) -> Result<Reply, Failure> {
        self.ask_cache_on(None, kind, pipeline).await
    }

    /// Sends commands to the cache in one message, on a connection that is kept.
    ///
    /// # Errors
    ///
    /// When the cache can't be had or refuses.
    pub(crate) async fn ask_cache_on(
        &self,
        connection: Option<Rc<Connection>>,
        kind: ParcelKind,
        pipeline: Vec<Words>,
    ) -> Result<Reply, Failure> {
        self.alive().await;
        protection::allow(self, Actor::Cache)?;
        let pipeline = Commands::from(pipeline);
        let parcel = self.world.parcel(kind, || shown(pipeline.all())).carrying(pipeline.clone());
        let reply = self.world.cache_call(self.place, parcel, pipeline, connection).await;
        protection::judge(self, Actor::Cache, &reply);
        reply
    }
}

fn shown(pipeline: &[Words]) -> String {
    let commands = pipeline.iter().map(|command| {
        let parts: Vec<_> = command.iter().map(|part| String::from_utf8_lossy(part)).collect();
        parts.join(" ")
    });
    commands.collect::<Vec<_>>().join("; ")
}
