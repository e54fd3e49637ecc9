//! The cache server: one thread that executes commands on the Redis model, and an observer that tells what changed.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use super::cache_faults::LOADING;
use super::dirty_list::{ChangedBy, Known, QueueKind};
use super::event::Commands;
use super::protection::{Connection, Follower, jittered, set_command};
use super::rpc::{Call, Served};
use super::{
    Actor, CacheMemory, CacheTotals, Condition, EventKind, Failure, Parcel, ParcelKind, Place, Removal, World,
};
use crate::database::{Row, RowKey, seed};
use crate::engine::{Rng, Semaphore, Signal, Sim, Span, VirtualTime};
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
    /// What each queue of dirty entries held when it was last looked at.
    queues: [RefCell<VecDeque<Known>>; 2],
    /// Counters of the lives before the last crash.
    pub(super) before: Cell<CacheTotals>,
    counted: Cell<CacheTotals>,
    /// Look-ups of the queues, which say nothing of how well the cache serves its readers: hits, misses.
    pub(super) queue_lookups: Cell<(u64, u64)>,
    /// Counts the lives of the server.
    pub(super) life: Cell<u32>,
    /// Its limit of memory, while it has a lower one.
    pub(super) usual_memory: Cell<Option<u64>>,
    /// Its replica, if it has one.
    pub(super) follower: RefCell<Option<Follower>>,
    /// Fires when the replica has confirmed something.
    pub(super) confirmed: Signal,
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
            queues: Default::default(),
            before: Cell::default(),
            counted: Cell::default(),
            queue_lookups: Cell::default(),
            life: Cell::default(),
            usual_memory: Cell::default(),
            follower: RefCell::default(),
            confirmed: Signal::new(sim),
        }
    }

    /// What a queue held when it was last looked at.
    pub(super) const fn known(&self, kind: QueueKind) -> &RefCell<VecDeque<Known>> {
        &self.queues[kind as usize]
    }
}

/// The cache's clock at a virtual time.
pub(super) fn millis(at: VirtualTime) -> Millis {
    Millis(EPOCH_MILLIS + at.as_millis())
}

pub(super) fn virtual_time(at: Millis) -> VirtualTime {
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
        let turn = self.turn(Actor::Cache, &node.thread).await;
        let service = self.inner.timings.cache_command.sample(&mut node.rng.borrow_mut());
        self.inner.sim.sleep(self.slowed(Actor::Cache, service)).await;
        if self.condition(Actor::Cache).restarting {
            return Served::failed(Failure::Cache(LOADING.into()));
        }
        self.hand_over(from, pipeline.all());
        let (reply, wait) = match kept.as_deref().map(Connection::session) {
            Some(Some(session)) => {
                let session = &mut *session.borrow_mut();
                (self.execute(session, pipeline.all(), ChangedBy::Pattern), session.take_wait())
            }
            Some(None) => return Served::failed(World::cut_off()),
            None => (self.execute_once(pipeline.all()), None),
        };
        // With `appendfsync always`, the one thread waits for the disk.
        let delay = node.server.borrow_mut().take_delay();
        if delay > 0 {
            self.inner.sim.sleep(Span::from_millis(delay)).await;
        }
        let reply = match wait {
            Some(wait) => {
                // Only who waits is held up: the server goes on.
                drop(turn);
                Box::pin(self.confirmed(wait)).await
            }
            None => reply,
        };
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
                let before = QueueKind::is_asked(command).then(|| server.stats());
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
        self.feed_replica();
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
        self.feed_replica();
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
                if let Some(kind) = QueueKind::of(key.as_bytes()) {
                    self.sync_queue(kind, Removal::Deleted, by);
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
                if let Some(kind) = QueueKind::of(key.as_bytes()) {
                    self.sync_queue(kind, cause, by);
                }
                self.show(|| EventKind::CacheRemoved { key: name_of(key.as_bytes()), cause });
                self.tell_holders(key.as_bytes());
            }
            Change::Cleared { db: SHOWN_DATABASE } => {
                self.show(|| EventKind::CacheCleared { cause: Removal::Flushed });
                self.sync_queues(Removal::Flushed, by);
                self.tell_holders_of_all();
            }
            // Only a person who types reaches another database, which no pattern uses and nobody sees.
            _ => {}
        }
    }

    pub(super) fn tell_written(&self, key: &[u8]) {
        if !self.is_watched() || QueueKind::of(key).is_some_and(|kind| self.is_queue(kind)) {
            return;
        }
        let server = self.inner.cache.server.borrow();
        // A later change of the same batch may have removed it again, and will tell so.
        let Some(entry) = server.peek(key) else { return };
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

/// How many entries these are, if they are any: values by themselves, or entries of streams.
fn entries_in(items: &[Reply]) -> Option<usize> {
    if items.iter().all(|item| matches!(item, Reply::Bulk(_))) {
        return Some(items.len());
    }
    let mut lists = items.iter().filter_map(|item| match item {
        Reply::Array(Some(parts)) => Some(parts.as_slice()),
        _ => None,
    });
    // An entry of a stream is its id and its fields.
    let count = |parts: &[Reply]| match parts {
        [Reply::Bulk(_), Reply::Array(Some(fields))] if matches!(fields.first(), Some(Reply::Bulk(_))) => 1,
        parts => entries_in(parts).unwrap_or(0),
    };
    lists.next().map(|first| count(first) + lists.map(count).sum::<usize>())
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
            Reply::Array(Some(items)) => self.parcel(ParcelKind::Done, || match (entries_in(items), items.last()) {
                (None, Some(last)) => last.to_string(),
                (entries, _) => format!("{} entries", entries.unwrap_or(0)),
            }),
            other => self.parcel(ParcelKind::Done, || other.to_string()),
        }
    }
}
