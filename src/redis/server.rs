//! The server: its databases and counters, and what every command does to keys.

use super::changes::{Change, ChangeLog, Removal};
use super::clients::Clients;
use super::config::Config;
use super::database::{Database, Entry, Slot};
use super::eviction::{self, Pool};
use super::key::Key;
use super::notify;
use super::persistence::{Crash, Durable};
use super::random::Random;
use super::session::Session;
use super::stats::Stats;
use super::time::Millis;
use super::value::Value;
use super::view::EntryView;
use super::watches::Watches;
use crate::order::sort_by;

/// A modelled Redis server. It knows no clock: every call brings the time, which must not go back.
#[derive(Clone, Debug)]
pub struct Server {
    pub(crate) config: Config,
    pub(crate) databases: Vec<Database>,
    pub(crate) counters: Stats,
    pub(crate) random: Random,
    pub(crate) pool: Pool,
    pub(crate) next_eviction_db: usize,
    pub(crate) watches: Watches,
    pub(crate) log: ChangeLog,
    pub(crate) clients: Clients,
    pub(crate) started_at: Option<Millis>,
    pub(crate) durable: Durable,
}

/// Why a command looks a key up, which decides what the look-up counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To read it: a hit or a miss, and a use.
    Read,
    /// To ask about it: a hit or a miss, and no use.
    Inspect,
    /// To ask how it is stored: as [`Purpose::Inspect`], but a miss is not published.
    Examine,
    /// To change it: a use.
    Write,
}

impl Server {
    /// An empty server. The seed decides which keys eviction samples and how LFU counters grow.
    #[must_use]
    pub fn new(config: Config, seed: u64) -> Server {
        let databases = usize::from(config.databases.max(1));
        let durable = Durable::new(&config.persistence, seed);
        Server {
            config,
            databases: vec![Database::default(); databases],
            counters: Stats::default(),
            random: Random::new(seed),
            pool: Pool::default(),
            next_eviction_db: 0,
            watches: Watches::default(),
            log: ChangeLog::default(),
            clients: Clients::default(),
            started_at: None,
            durable,
        }
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Changes settings of the running server, as `CONFIG SET` does. The number of databases stays.
    pub fn reconfigure(&mut self, config: Config) {
        let databases = self.config.databases;
        self.config = Config { databases, ..config };
        self.durable.follow(&self.config.persistence, &self.databases);
        self.pool.clear();
    }

    /// Evicts until the data fits into `maxmemory`, as far as the policy allows; Redis does so when that setting is lowered.
    pub fn fit_memory(&mut self, now: Millis) {
        if self.config.maxmemory > 0 {
            self.make_room(now);
            self.settle(now);
        }
    }

    /// What the server does by itself; to be called ten times a second (Redis's `hz`): it removes keys whose time is
    /// over, shrinks tables, and begins and ends what persistence does in the background.
    pub fn cron(&mut self, now: Millis) {
        self.end_waits(now);
        self.expire_cycle(now);
        self.background_cron(now);
        self.settle(now);
        for database in &mut self.databases {
            database.shrink_tables();
        }
    }

    /// The process has died and is started again with an empty disk, whatever its persistence: all keys and counters are
    /// gone. Connections are gone too, so callers drop their sessions.
    pub fn restart_empty(&mut self, now: Millis) {
        self.crash(now, Crash::Machine);
        self.durable.rdb = Default::default();
        self.durable.aof = None;
        self.restart(now);
    }

    /// Sets the counters to 0, as `CONFIG RESETSTAT` does.
    pub fn reset_stats(&mut self) {
        self.counters = Stats::default();
    }

    /// A client's connection is closed: what it watched, waited for and listened to is forgotten.
    pub fn disconnect(&mut self, session: Session) {
        self.forget_client(&session);
        for watched in session.watched {
            self.watches.unwatch(watched.db, &watched.key);
        }
    }

    /// What happened to keys since this was last asked, in order.
    pub fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.log.changes)
    }

    /// Whether changes are kept for [`Server::take_changes`], as they are from the start. A caller that never takes them
    /// turns this off, for they would pile up.
    pub fn record_changes(&mut self, on: bool) {
        self.log.recording = on;
        if !on {
            self.log.changes.clear();
        }
    }

    /// What a key of database 0 holds, without any effect: nothing is counted or used, and a key whose time is over is
    /// shown as long as it is there.
    #[must_use]
    pub fn peek(&self, key: &[u8]) -> Option<EntryView<'_>> {
        self.peek_in(0, key)
    }

    /// As [`Server::peek`], in a database of one's choice.
    #[must_use]
    pub fn peek_in(&self, db: u8, key: &[u8]) -> Option<EntryView<'_>> {
        let database = self.databases.get(usize::from(db))?;
        database.find(key).map(|slot| EntryView::of(database.entry(slot)))
    }

    /// The keys of database 0 in the order of their making.
    pub fn keys_in_order(&self) -> impl ExactSizeIterator<Item = (&Key, EntryView<'_>)> {
        self.keys_in_order_of(0)
    }

    /// The keys of a database in the order of their making.
    pub fn keys_in_order_of(&self, db: u8) -> impl ExactSizeIterator<Item = (&Key, EntryView<'_>)> {
        let mut keys: Vec<(&Key, &Entry)> =
            self.databases.get(usize::from(db)).map_or_else(Vec::new, |database| database.iter().collect());
        sort_by(&mut keys, |(_, one), (_, other)| one.born.cmp(&other.born));
        keys.into_iter().map(|(key, entry)| (key, EntryView::of(entry)))
    }

    /// The counters since the start, and the size now.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let keys = self.databases.iter().map(|database| database.len() as u64).sum();
        Stats { used_bytes: self.used_bytes(), keys, ..self.counters }
    }

    /// `used_memory`.
    pub(crate) fn used_bytes(&self) -> u64 {
        let allocator = self.config.allocator;
        let used = self.databases.iter().filter(|database| database.has_tables());
        self.config.base_bytes + used.map(|database| database.bytes(allocator)).sum::<u64>()
    }

    /// Looks a key up for a purpose; one whose time is over is removed and not found.
    pub(crate) fn lookup(&mut self, db: usize, key: &[u8], now: Millis, purpose: Purpose) -> Option<Slot> {
        let slot = self.live(db, key, now);
        if purpose != Purpose::Write {
            let counter = if slot.is_some() { &mut self.counters.hits } else { &mut self.counters.misses };
            *counter += 1;
            if slot.is_none() && purpose != Purpose::Examine {
                self.notify(db, notify::MISS, "keymiss", key);
            }
        }
        if let Some(slot) = slot
            && matches!(purpose, Purpose::Read | Purpose::Write)
        {
            let entry = self.databases[db].entry_mut(slot);
            entry.access = eviction::used_mark(&self.config, entry.access, now, &mut self.random);
        }
        slot
    }

    /// Adds a key that is not there.
    pub(crate) fn add(&mut self, db: usize, key: &[u8], value: Value, now: Millis) -> Slot {
        let slot = self.make(db, key, value, now);
        self.written(db, slot);
        slot
    }

    /// Adds a key that is not there, whose value is not finished: [`Server::update`] follows.
    pub(crate) fn make(&mut self, db: usize, key: &[u8], value: Value, now: Millis) -> Slot {
        let access = eviction::fresh_mark(&self.config, now);
        let slot = self.databases[db].insert(Key::new(key), value, access, self.config.allocator);
        self.grow_tables(db);
        self.notify(db, notify::NEW, "new", key);
        slot
    }

    /// Takes a key away from its database, to place its value elsewhere.
    pub(crate) fn take(&mut self, db: usize, slot: Slot) -> Option<Entry> {
        let (key, entry) = self.databases[db].remove(slot)?;
        self.durable.changes += 1;
        self.touch(db, &key);
        self.log.note(|| Change::Removed { db: db as u8, key, cause: Removal::Deleted });
        Some(entry)
    }

    /// Gives a key a value with its access mark and its expiry. A key that is there keeps its place, so that a scan that
    /// is under way returns it.
    pub(crate) fn place(&mut self, db: usize, key: &[u8], value: Value, access: u32, expires_at: Option<Millis>) {
        let allocator = self.config.allocator;
        let slot = match self.databases[db].find(key) {
            Some(slot) => {
                self.databases[db].update(slot, allocator, |present| *present = value);
                slot
            }
            None => self.databases[db].insert(Key::new(key), value, access, allocator),
        };
        self.notify(db, notify::NEW, "new", key);
        self.databases[db].entry_mut(slot).access = access;
        self.set_expiry(db, slot, expires_at);
        self.grow_tables(db);
        self.written(db, slot);
    }

    /// Changes a key's value in place.
    pub(crate) fn update<T>(&mut self, db: usize, slot: Slot, change: impl FnOnce(&mut Value) -> T) -> T {
        let outcome = self.databases[db].update(slot, self.config.allocator, change);
        self.written(db, slot);
        outcome
    }

    /// Gives a key a whole new value; like a new key it begins with a fresh access mark, but an LFU counter stays.
    pub(crate) fn overwrite<T>(
        &mut self,
        db: usize,
        slot: Slot,
        now: Millis,
        change: impl FnOnce(&mut Value) -> T,
    ) -> T {
        if !self.config.policy.uses_lfu() {
            self.databases[db].entry_mut(slot).access = eviction::fresh_mark(&self.config, now);
        }
        self.update(db, slot, change)
    }

    /// A key was changed or removed: for those that watch it, wait for it or have it cached.
    fn touch(&mut self, db: usize, key: &[u8]) {
        self.watches.touch(db, key);
        self.touched(db, key);
    }

    /// As [`Server::touch`]; the name is copied only when somebody takes notice.
    fn touch_at(&mut self, db: usize, slot: Slot) {
        let key = self.databases[db].key(slot);
        self.watches.touch(db, key);
        if self.clients.take_notice() {
            let key = key.clone();
            self.touched(db, &key);
        }
    }

    /// Notes that a key was written: for those that watch it and for the observer.
    fn written(&mut self, db: usize, slot: Slot) {
        self.durable.changes += 1;
        self.touch_at(db, slot);
        let key = self.databases[db].key(slot);
        self.log.note(|| Change::Written { db: db as u8, key: key.clone() });
    }

    /// Removes a key.
    pub(crate) fn remove(&mut self, db: usize, slot: Slot, cause: Removal) {
        let Some((key, _)) = self.databases[db].remove(slot) else { return };
        self.touch(db, &key);
        match cause {
            Removal::Deleted => self.durable.changes += 1,
            Removal::Expired => {
                self.durable.journal.removed(db, &key);
                self.notify(db, notify::EXPIRED, "expired", &key);
            }
            Removal::Evicted => {
                self.durable.journal.removed(db, &key);
                self.notify(db, notify::EVICTED, "evicted", &key);
            }
        }
        self.log.note(|| Change::Removed { db: db as u8, key, cause });
    }

    /// Removes a key to make room.
    pub(crate) fn evict(&mut self, db: usize, slot: Slot) {
        self.counters.evicted += 1;
        self.remove(db, slot, Removal::Evicted);
    }

    /// Sets or removes a key's expiry and nothing else.
    pub(crate) fn change_expiry(&mut self, db: usize, slot: Slot, at: Option<Millis>) {
        self.durable.changes += 1;
        self.set_expiry(db, slot, at);
        self.touch_at(db, slot);
        let key = self.databases[db].key(slot);
        self.log.note(|| Change::ExpirySet { db: db as u8, key: key.clone() });
    }

    /// Sets or removes a key's expiry as a part of writing it.
    pub(crate) fn set_expiry(&mut self, db: usize, slot: Slot, at: Option<Millis>) {
        self.databases[db].set_expiry(slot, at, self.config.allocator);
        if at.is_some() {
            self.grow_tables(db);
        }
    }

    /// Removes all keys of a database.
    pub(crate) fn clear(&mut self, db: usize) {
        for key in self.watches.watched(db) {
            if self.databases[db].find(&key).is_some() {
                self.watches.touch(db, &key);
            }
        }
        self.durable.changes += self.databases[db].len() as u64;
        if !self.databases[db].is_empty() {
            self.log.note(|| Change::Cleared { db: db as u8 });
        }
        self.databases[db].clear();
        self.emptied(db);
    }

    /// Lets two databases change their places.
    pub(crate) fn swap(&mut self, one: usize, other: usize) {
        for (db, into) in [(one, other), (other, one)] {
            for key in self.watches.watched(db) {
                if [db, into].into_iter().any(|db| self.databases[db].find(&key).is_some()) {
                    self.watches.touch(db, &key);
                }
            }
        }
        self.databases.swap(one, other);
        self.durable.changes += 1;
        for db in [one, other] {
            let db_number = db as u8;
            self.log.note(|| Change::Cleared { db: db_number });
            for (key, _) in self.databases[db].iter() {
                self.log.note(|| Change::Written { db: db_number, key: key.clone() });
            }
        }
        self.swapped([one, other]);
    }

    /// Grows the tables of a database if they are full, unless that would break `maxmemory`.
    fn grow_tables(&mut self, db: usize) {
        if !self.databases[db].tables_are_full() {
            return;
        }
        let limit = self.config.maxmemory;
        let used = self.used_bytes();
        self.databases[db].grow_tables(self.config.allocator, |more| limit == 0 || used + more <= limit);
    }
}
