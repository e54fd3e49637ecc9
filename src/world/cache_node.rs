//! The cache server: one thread that executes commands on the Redis model, and an observer that tells what changed.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use super::cache_faults::LOADING;
use super::dirty_list::{ChangedBy, DIRTY, Known};
use super::event::Commands;
use super::protection::{Connection, jittered, set_command};
use super::rpc::{Call, Served};
use super::{
    Actor, CacheMemory, CacheTotals, Condition, EventKind, Failure, Parcel, ParcelKind, Place, Removal, World,
};
use crate::database::{Row, RowKey, seed};
use crate::engine::{Rng, Semaphore, Sim, Span, VirtualTime};
use crate::redis::{self, Change, Millis, Persistence, Reply, Server, Session, ValueView};

/// The cache's clock at virtual time zero: the start of 2026, in Unix milliseconds.
const EPOCH_MILLIS: u64 = 1_767_225_600_000;

/// The number of the database that the patterns use.
const SHOWN_DATABASE: u8 = 0;

/// Longest part of a value that an event shows, in characters.
const SHOWN: usize = 120;

/// A command as its words.
pub(crate) type Words = Vec<Vec<u8>>;

/// Makes a command of words.
pub(crate) fn words(parts: &[&str]) -> Words {
    parts.iter().map(|part| part.as_bytes().to_vec()).collect()
}

/// The server's state.
pub(crate) struct CacheNode {
    pub(super) server: RefCell<Server>,
    /// The connection of the person who types.
    pub(super) console: RefCell<Session>,
    thread: Semaphore,
    rng: RefCell<Rng>,
    /// What the dirty list held when it was last looked at.
    queue: RefCell<VecDeque<Known>>,
    /// Counters of the lives before the last crash.
    pub(super) before: Cell<CacheTotals>,
    counted: Cell<CacheTotals>,
    /// Look-ups of the dirty list, which say nothing of how well the cache serves its readers: hits, misses.
    pub(super) queue_lookups: Cell<(u64, u64)>,
    /// Counts the lives of the server.
    pub(super) life: Cell<u32>,
    /// Its limit of memory, while it has a lower one.
    pub(super) usual_memory: Cell<Option<u64>>,
}

/// The parts of the server that the dirty list is watched by.
pub(super) struct Watched<'a> {
    pub(super) server: &'a RefCell<Server>,
    pub(super) queue: &'a RefCell<VecDeque<Known>>,
}

impl CacheNode {
    pub(crate) fn new(sim: &Sim, memory: CacheMemory, persistence: Persistence) -> Self {
        let CacheMemory { maxmemory, policy } = memory;
        let config = redis::Config { maxmemory, policy, persistence, ..redis::Config::default() };
        Self {
            server: RefCell::new(Server::new(config, sim.rng("redis").next_u64())),
            console: RefCell::default(),
            thread: Semaphore::new(sim, 1),
            rng: RefCell::new(sim.rng("cache service")),
            queue: RefCell::default(),
            before: Cell::default(),
            counted: Cell::default(),
            queue_lookups: Cell::default(),
            life: Cell::default(),
            usual_memory: Cell::default(),
        }
    }
}

/// The cache's clock at a virtual time.
pub(super) fn millis(at: VirtualTime) -> Millis {
    Millis(EPOCH_MILLIS + at.as_millis())
}

fn virtual_time(at: Millis) -> VirtualTime {
    VirtualTime::from_millis(at.0.saturating_sub(EPOCH_MILLIS))
}

impl World {
    /// Sends a pipeline of commands to the cache and gives the reply of the last.
    ///
    /// # Errors
    ///
    /// When the cache can't be had, or answers with an error.
    pub(crate) fn cache_call(
        &self,
        from: Place,
        parcel: Parcel,
        pipeline: Commands,
        kept: Option<Rc<Connection>>,
    ) -> impl Future<Output = Result<Reply, Failure>> {
        let limit = self.inner.timings.cache_timeout;
        let call = Call { from, to: Actor::Cache, parcel, limit };
        let world = self.clone();
        self.call(call, move || world.clone().serve_cache(from.actor, pipeline.clone(), kept.clone()))
    }

    async fn serve_cache(self, from: Actor, pipeline: Commands, kept: Option<Rc<Connection>>) -> Served<Reply> {
        let node = &self.inner.cache;
        let _turn = self.turn(Actor::Cache, &node.thread).await;
        let service = self.inner.timings.cache_command.sample(&mut node.rng.borrow_mut());
        self.inner.sim.sleep(self.slowed(Actor::Cache, service)).await;
        if self.condition(Actor::Cache).restarting {
            return Served::failed(Failure::Cache(LOADING.into()));
        }
        self.hand_over(from, pipeline.all());
        let reply = match kept.as_deref().map(Connection::session) {
            Some(Some(session)) => self.execute(&mut session.borrow_mut(), pipeline.all(), ChangedBy::Pattern),
            Some(None) => return Served::failed(World::cut_off()),
            None => self.execute_once(pipeline.all()),
        };
        // With `appendfsync always`, the one thread waits for the disk.
        let delay = node.server.borrow_mut().take_delay();
        if delay > 0 {
            self.inner.sim.sleep(Span::from_millis(delay)).await;
        }
        match reply {
            Reply::Error(text) => Served::failed(Failure::Cache(Rc::from(text))),
            reply => Served { parcel: self.reply_parcel(&reply), result: Ok(reply) },
        }
    }

    /// Puts a copy of each row into the cache, as a job does that warms it before the first reader comes.
    pub fn warm(&self, keys: &[RowKey]) {
        let ttl = self.settings().ttl;
        for key in keys {
            let ttl = ttl.map(|ttl| jittered(self, ttl));
            self.expect_expiry(*key, ttl);
            let command = set_command(&seed::row(*key), ttl);
            self.execute_once(&[command]);
        }
    }

    /// Executes a pattern's commands on a connection of their own.
    fn execute_once(&self, pipeline: &[Words]) -> Reply {
        let mut session = Session::default();
        let reply = self.execute(&mut session, pipeline, ChangedBy::Pattern);
        self.inner.cache.server.borrow_mut().disconnect(session);
        reply
    }

    pub(super) fn execute(&self, session: &mut Session, pipeline: &[Words], by: ChangedBy) -> Reply {
        let now = millis(self.now());
        let mut last = Reply::Array(Some(Vec::new()));
        {
            let mut server = self.inner.cache.server.borrow_mut();
            for command in pipeline {
                let is_of_queue = command.get(1).is_some_and(|key| key == DIRTY.as_bytes());
                let before = is_of_queue.then(|| server.stats());
                last = server.execute(session, now, command);
                if let Some(before) = before {
                    let (hits, misses) = self.inner.cache.queue_lookups.get();
                    let after = server.stats();
                    let lookups = (hits + after.hits - before.hits, misses + after.misses - before.misses);
                    self.inner.cache.queue_lookups.set(lookups);
                }
            }
        }
        self.observe_cache(by);
        self.hear_console();
        last
    }

    /// The cache's own housekeeping, ten times a second: keys that have expired go.
    pub(crate) fn cache_cron(&self) {
        let Condition { up, restarting, .. } = self.condition(Actor::Cache);
        if !up || restarting {
            return;
        }
        self.inner.cache.server.borrow_mut().cron(millis(self.now()));
        self.observe_cache(ChangedBy::Pattern);
        self.hear_console();
    }

    pub(super) fn observe_cache(&self, by: ChangedBy) {
        let changes = self.inner.cache.server.borrow_mut().take_changes();
        for change in &changes {
            self.tell_change(change, by);
        }
        self.count_cache();
    }

    fn tell_change(&self, change: &Change, by: ChangedBy) {
        match change {
            Change::Written { db: SHOWN_DATABASE, key } | Change::ExpirySet { db: SHOWN_DATABASE, key } => {
                if is_dirty_list(key) {
                    self.sync_queue(Removal::Deleted, by);
                }
                self.tell_written(key.as_bytes());
                self.tell_holders(key.as_bytes());
            }
            Change::Removed { db: SHOWN_DATABASE, key, cause } => {
                let cause = match cause {
                    redis::Removal::Deleted => Removal::Deleted,
                    redis::Removal::Expired => Removal::Expired,
                    redis::Removal::Evicted => Removal::Evicted,
                };
                if is_dirty_list(key) {
                    self.sync_queue(cause, by);
                }
                self.show(|| EventKind::CacheRemoved { key: name_of(key.as_bytes()), cause });
                self.tell_holders(key.as_bytes());
            }
            Change::Cleared { db: SHOWN_DATABASE } => {
                self.show(|| EventKind::CacheCleared { cause: Removal::Flushed });
                self.sync_queue(Removal::Flushed, by);
                self.tell_holders_of_all();
            }
            // Only a person who types reaches another database, which no pattern uses and nobody sees.
            _ => {}
        }
    }

    pub(super) fn tell_written(&self, key: &[u8]) {
        if !self.is_watched() {
            return;
        }
        let server = self.inner.cache.server.borrow();
        // A later change of the same batch may have removed it again, and will tell so.
        let Some(entry) = server.peek(key) else { return };
        let is_queue = key == DIRTY.as_bytes() && matches!(entry.value, ValueView::List(_));
        if is_queue {
            return;
        }
        let key = name_of(key);
        let (value, row) = match &entry.value {
            ValueView::Text(bytes) => {
                let text = String::from_utf8_lossy(bytes).into_owned();
                let row = RowKey::from_cache_key(&key).and_then(|row_key| self.copy_of(row_key, &text));
                (text, row)
            }
            other => (other.summary().into_owned(), None),
        };
        let value = value.chars().take(SHOWN).collect::<String>().into();
        let expires = entry.expires_at.map(virtual_time);
        let bytes = entry.bytes;
        drop(server);
        self.note(EventKind::CacheWritten { key, value, row, expires, bytes });
    }

    /// The row of which a value is a copy, if it is one of the row that its key names.
    fn copy_of(&self, key: RowKey, text: &str) -> Option<Row> {
        self.inner.copies.read(key, text).ok().filter(|row| row.key() == key)
    }

    /// The version of the row of which the cache holds a copy.
    #[must_use]
    pub fn cached_version(&self, key: RowKey) -> Option<u64> {
        let server = self.inner.cache.server.borrow();
        match server.peek(key.cache_key().as_bytes())?.value {
            ValueView::Text(bytes) => self.copy_of(key, &String::from_utf8_lossy(bytes)).map(|row| row.version()),
            _ => None,
        }
    }

    /// The versions of a row that readers may be given without the database: of the cache, and of the memory of the application
    /// and of the cache layer.
    pub(crate) fn held_versions(&self, key: RowKey) -> [Option<u64>; 5] {
        let [app, layer] = [Actor::App, Actor::Loader].map(|actor| self.process(actor).memory.versions(key));
        [self.cached_version(key), app[0], app[1], layer[0], layer[1]]
    }

    /// What the dirty list is watched by.
    pub(super) fn watched_cache(&self) -> Watched<'_> {
        let node = &self.inner.cache;
        Watched { server: &node.server, queue: &node.queue }
    }

    /// The cache's counters.
    pub(crate) fn cache_totals(&self) -> CacheTotals {
        let before = self.inner.cache.before.get();
        let (queue_hits, queue_misses) = self.inner.cache.queue_lookups.get();
        let stats = self.inner.cache.server.borrow().stats();
        CacheTotals {
            hits: (before.hits + stats.hits).saturating_sub(queue_hits),
            misses: (before.misses + stats.misses).saturating_sub(queue_misses),
            expired: before.expired + stats.expired,
            evicted: before.evicted + stats.evicted,
            commands: before.commands + stats.commands,
            used_bytes: stats.used_bytes,
        }
    }

    /// Tells the counters if they have changed; who only counts asks for them.
    pub(super) fn count_cache(&self) {
        if !self.is_watched() {
            return;
        }
        let totals = self.cache_totals();
        if self.inner.cache.counted.replace(totals) != totals {
            self.note(EventKind::CacheCounted(totals));
        }
    }
}

fn is_dirty_list(key: &redis::Key) -> bool {
    key.as_bytes() == DIRTY.as_bytes()
}

/// A key's whole name, so that no two keys have the same.
fn name_of(key: &[u8]) -> Rc<str> {
    std::str::from_utf8(key).map_or_else(|_| redis::quoted(key).into(), Rc::from)
}

fn text_of(bytes: &[u8]) -> Rc<str> {
    String::from_utf8_lossy(bytes).chars().take(SHOWN).collect::<String>().into()
}

impl World {
    fn reply_parcel(&self, reply: &Reply) -> Parcel {
        match reply {
            Reply::Bulk(None) => self.parcel(ParcelKind::Miss, || "(nil)"),
            Reply::Bulk(Some(bytes)) => self.parcel(ParcelKind::Hit, || text_of(bytes)),
            Reply::Array(Some(items)) => match items.last() {
                Some(Reply::Array(_) | Reply::Bulk(_)) | None => {
                    self.parcel(ParcelKind::Done, || format!("{} entries", items.len()))
                }
                Some(last) => self.parcel(ParcelKind::Done, || last.to_string()),
            },
            other => self.parcel(ParcelKind::Done, || other.to_string()),
        }
    }
}
