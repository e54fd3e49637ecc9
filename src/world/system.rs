//! The world: everything that changes during a run.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::rc::Rc;

use super::cache_node::CacheNode;
use super::copies::Copies;
use super::database_node::{DatabaseNode, KeptConnection};
use super::network::Network;
use super::outbox::Outbox;
use super::pool::Pool;
use super::process::Process;
use super::protection::{Bloom, Chance, persistence};
use super::recorder::{Listener, Recorder};
use super::replica::Commits;
use super::troubles::Troubles;
use super::{
    Actor, CacheMemory, Condition, Event, EventKind, Parcel, ParcelKind, Pattern, RequestId, Settings, Timings,
};
use crate::database::RowKey;
use crate::engine::{Signal, Sim, Span, VirtualTime};

/// How often the cache looks for expired keys: Redis's default `hz` of 10.
const CACHE_CRON: Span = Span::from_millis(100);

/// A handle on the world; clones share it.
#[derive(Clone)]
pub struct World {
    pub(crate) inner: Rc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) sim: Sim,
    pub(crate) pattern: Pattern,
    pub(crate) timings: Timings,
    pub(crate) network: Network,
    pub(crate) cache: CacheNode,
    pub(crate) database: DatabaseNode,
    pub(crate) outbox: Outbox,
    pub(crate) commits: Commits,
    pub(crate) copies: Copies,
    pub(super) troubles: Troubles,
    recorder: Recorder,
    /// The text of all messages that nobody sees.
    blank: Rc<str>,
    settings: RefCell<Rc<Settings>>,
    /// Fires when the settings have changed.
    turned: Signal,
    processes: Processes,
    app_pool: Pool,
    layer_pool: Pool,
    flusher_pool: Pool,
    requests: Cell<u32>,
    trap: Cell<bool>,
    pub(crate) chance: Chance,
    pub(crate) bloom: RefCell<Bloom>,
}

struct Processes {
    app: Process,
    loader: Process,
    cache: Process,
    flusher: Process,
    database: Process,
    clients: Process,
}

impl World {
    /// Tells a listener of the events from now on, instead of keeping them.
    pub fn tell(&self, listener: Listener) {
        self.inner.recorder.tell(listener);
    }

    /// A world at virtual time zero, with nothing in its database and its cache. Its events are kept, unless a listener is
    /// [told](World::tell) of them.
    #[must_use]
    pub fn new(sim: &Sim, pattern: Pattern, timings: Timings, memory: CacheMemory, settings: Settings) -> Self {
        let process = || Process::new(sim);
        let pool = || Pool::new(timings.pool, timings.pool_waiting);
        let inner = Inner {
            sim: sim.clone(),
            pattern,
            network: Network::new(sim),
            cache: CacheNode::new(sim, memory, persistence(&settings.protect, &timings)),
            database: DatabaseNode::new(sim, timings.database_workers),
            outbox: Outbox::default(),
            commits: Commits::default(),
            copies: Copies::default(),
            troubles: Troubles::default(),
            recorder: Recorder::new(sim),
            blank: Rc::from(""),
            settings: RefCell::new(Rc::new(settings)),
            turned: Signal::new(sim),
            processes: Processes {
                app: process(),
                loader: process(),
                cache: process(),
                flusher: process(),
                database: process(),
                clients: process(),
            },
            app_pool: pool(),
            layer_pool: pool(),
            flusher_pool: pool(),
            timings,
            requests: Cell::new(0),
            trap: Cell::new(false),
            chance: Chance::new(sim),
            bloom: RefCell::default(),
        };
        Self { inner: Rc::new(inner) }
    }

    /// Fills the tables and starts what runs by itself: the cache's housekeeping and the flusher.
    pub fn start(&self, rows: &[RowKey]) {
        self.add_rows(rows);
        let world = self.clone();
        self.inner.sim.spawn(async move {
            loop {
                world.inner.sim.sleep(CACHE_CRON).await;
                world.cache_cron();
            }
        });
        self.follow_cache();
        self.start_flusher();
    }

    /// The virtual time.
    #[must_use]
    pub fn now(&self) -> VirtualTime {
        self.inner.sim.now()
    }

    /// The settings as they are now.
    #[must_use]
    pub fn settings(&self) -> Rc<Settings> {
        Rc::clone(&self.inner.settings.borrow())
    }

    /// Changes the settings from now on.
    pub fn change_settings(&self, change: impl FnOnce(&mut Settings)) {
        change(Rc::make_mut(&mut self.inner.settings.borrow_mut()));
        self.follow_persistence();
        self.follow_cache();
        self.inner.turned.notify_all();
    }

    /// Waits until the settings change.
    pub(crate) fn settings_turned(&self) -> impl Future<Output = ()> + use<> {
        let turned = self.inner.turned.clone();
        async move { turned.wait().await }
    }

    /// Tells the trace that an intervention was carried out.
    pub fn tell_intervention(&self, index: u32, text: &str) {
        self.note(EventKind::Intervened { index, text: text.into() });
    }

    /// Executes a command that a person typed to the cache.
    pub fn type_to_cache(&self, text: &str) {
        self.type_command(text);
    }

    /// Everything that happened since the last call.
    #[must_use]
    pub fn take_events(&self) -> Vec<Event> {
        self.inner.recorder.take()
    }

    /// How many events there are since they were last taken.
    #[must_use]
    pub fn event_count(&self) -> usize {
        self.inner.recorder.count()
    }

    /// Crashes the application if a crash between two steps was asked for.
    pub(crate) fn spring_trap(&self) {
        if self.inner.trap.replace(false) {
            self.crash(Actor::App);
        }
    }

    /// Lets the application crash at the next write that is between two steps, or not after all.
    pub(super) fn set_trap(&self, on: bool) {
        self.inner.trap.set(on);
    }

    pub(crate) fn note(&self, kind: EventKind) {
        self.inner.recorder.note(kind);
    }

    /// Notes what only those need who look at the run.
    pub(crate) fn show(&self, kind: impl FnOnce() -> EventKind) {
        if self.is_watched() {
            self.note(kind());
        }
    }

    /// Whether somebody looks at the run. If not, texts that nobody would see are not written.
    pub(crate) fn is_watched(&self) -> bool {
        self.inner.recorder.keeps()
    }

    /// A parcel whose text is written if somebody looks at the run.
    pub(crate) fn parcel<T: Into<Rc<str>>>(&self, kind: ParcelKind, text: impl FnOnce() -> T) -> Parcel {
        if self.is_watched() { Parcel::new(kind, text()) } else { Parcel::new(kind, Rc::clone(&self.inner.blank)) }
    }

    pub(crate) fn next_request(&self) -> RequestId {
        let request = RequestId(self.inner.requests.get() + 1);
        self.inner.requests.set(request.0);
        request
    }

    pub(crate) fn sleep(&self, span: Span) -> impl Future<Output = ()> + use<> {
        self.inner.sim.sleep(span)
    }

    pub(crate) fn sleep_until(&self, deadline: VirtualTime) -> impl Future<Output = ()> + use<> {
        self.inner.sim.sleep_until(deadline)
    }

    /// Closes a connection after the time of the database's link.
    pub(crate) fn close_later(&self, kept: KeptConnection) {
        let pause = self.inner.timings.database_link.mean();
        self.inner.sim.schedule(self.now() + pause, move || drop(kept.take()));
    }

    pub(crate) fn process(&self, actor: Actor) -> &Process {
        let processes = &self.inner.processes;
        match actor {
            Actor::App => &processes.app,
            Actor::Loader => &processes.loader,
            Actor::Cache => &processes.cache,
            Actor::Flusher => &processes.flusher,
            Actor::Database => &processes.database,
            Actor::Client(_) => &processes.clients,
        }
    }

    pub(crate) fn pool(&self, owner: Actor) -> &Pool {
        match owner {
            Actor::Loader => &self.inner.layer_pool,
            Actor::Flusher => &self.inner.flusher_pool,
            _ => &self.inner.app_pool,
        }
    }

    pub(crate) fn condition(&self, actor: Actor) -> Condition {
        self.process(actor).condition.get()
    }

    pub(crate) fn is_up(&self, actor: Actor) -> bool {
        self.condition(actor).up
    }

    /// The time that work takes at a server, as slow as it is now.
    pub(crate) fn slowed(&self, actor: Actor, time: Span) -> Span {
        time * u64::from(self.condition(actor).slowness)
    }

    /// How long calls of a server wait for it.
    pub(crate) fn patience(&self, server: Actor) -> Span {
        let timings = &self.inner.timings;
        if server == Actor::Cache { timings.cache_timeout } else { timings.database_timeout }
    }

    pub(super) fn set_condition(&self, actor: Actor, condition: Condition) {
        if self.process(actor).condition.replace(condition) != condition {
            self.note(EventKind::ConditionChanged { actor, condition });
        }
    }
}
