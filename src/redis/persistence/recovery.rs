//! Crash, shutdown and restart.

use super::aof::Crash;
use super::rdb::Snapshot;
use crate::redis::changes::Change;
use crate::redis::database::Slot;
use crate::redis::server::Server;
use crate::redis::stats::Stats;
use crate::redis::time::Millis;
use crate::redis::watches::Watches;

/// Where a restarted server has its data from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// There was no file: it starts empty.
    Nothing,
    /// The last finished snapshot.
    Rdb,
    /// The append-only file. It is preferred when it is enabled, for it is at least as complete.
    Aof,
}

/// What a restart brought back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Restored {
    /// Where from.
    pub source: Source,
    /// How many keys are there again.
    pub keys: u64,
    /// How many keys were left out because their time was over.
    pub expired: u64,
}

impl Server {
    /// Process or machine die. Memory is gone at once; the connections are too, so callers drop their sessions. Until
    /// [`Server::restart`] each command is answered by an error that no Redis gives. Returns how many changes no restart will
    /// bring back: acknowledged ones all of them, for the model replies when it has changed.
    pub fn crash(&mut self, now: Millis, crash: Crash) -> u64 {
        self.attend(now);
        let mut lost = if self.durable.aof.is_some() { 0 } else { self.durable.unsaved() };
        if let Some(aof) = &mut self.durable.aof {
            lost = aof.crash(crash);
        }
        self.stop();
        lost
    }

    /// `SHUTDOWN`, or a `TERM` signal: the append-only file is forced to the disk, and with save points a snapshot is taken.
    pub fn shutdown(&mut self, now: Millis) {
        self.attend(now);
        if let Some(aof) = &mut self.durable.aof {
            aof.close(now);
        }
        if !self.config.persistence.save.is_empty() && !self.durable.down {
            self.durable.rdb.finish(Snapshot::of(&self.databases), now);
        }
        self.stop();
    }

    fn stop(&mut self) {
        self.forget_data();
        self.durable.rdb.crash();
        self.durable.rewrite = None;
        self.durable.rewrite_scheduled = false;
        self.durable.replication.restart();
        self.durable.down = true;
    }

    /// All that a process has in its memory is gone.
    pub(crate) fn forget_data(&mut self) {
        for db in 0..self.databases.len() {
            self.clear(db);
        }
        self.counters = Stats::default();
        self.watches = Watches::default();
        self.forget_clients();
        self.pool.clear();
        self.durable.journal.clear();
        (self.durable.changes, self.durable.saved) = (0, 0);
    }

    /// The server starts again with what is on its disk. With `appendonly yes` that is the append-only file, else the last
    /// snapshot. A server that has not crashed is first killed.
    pub fn restart(&mut self, now: Millis) -> Restored {
        if !self.durable.down {
            self.crash(now, Crash::Process);
        }
        self.durable.down = false;
        self.started_at = Some(now);
        self.durable.follow(&self.config.persistence, &[]);
        let recording = std::mem::replace(&mut self.log.recording, false);
        let source = self.load_files(now);
        let expired = self.drop_expired(now);
        self.counters = Stats::default();
        self.durable.changes = 0;
        self.durable.journal.clear();
        self.durable.watch();
        self.durable.expired_at_load = expired;
        self.log.recording = recording;
        let keys = self.tell_keys();
        self.durable.loaded = keys;
        Restored { source, keys, expired }
    }

    /// Loads what there is to load.
    fn load_files(&mut self, now: Millis) -> Source {
        // What is loaded must not be written down again.
        self.durable.journal.on = false;
        if let Some(aof) = &mut self.durable.aof {
            aof.advance(now);
            aof.reopen(now, &self.config.persistence);
            let (base, records) = aof.contents();
            self.load(&base);
            self.replay(&records);
            return Source::Aof;
        }
        let Some(snapshot) = self.durable.rdb.file.clone() else { return Source::Nothing };
        self.load(&snapshot);
        Source::Rdb
    }

    /// Puts a snapshot in the place of all data.
    pub(crate) fn load(&mut self, snapshot: &Snapshot) {
        for (database, saved) in self.databases.iter_mut().zip(&snapshot.databases) {
            *database = saved.clone();
        }
    }

    /// Leaves out the keys whose time is over.
    fn drop_expired(&mut self, now: Millis) -> u64 {
        let mut expired = 0;
        for database in &mut self.databases {
            for place in (0..database.len()).rev() {
                if Server::is_over(database.entry(Slot(place)).expires_at, now) {
                    database.remove(Slot(place));
                    expired += 1;
                }
            }
        }
        expired
    }

    /// Tells the observer of all keys; how many there are.
    pub(crate) fn tell_keys(&mut self) -> u64 {
        let mut keys = 0;
        for (db, database) in self.databases.iter().enumerate() {
            keys += database.len() as u64;
            for (key, _) in database.iter() {
                self.log.note(|| Change::Written { db: db as u8, key: key.clone() });
            }
        }
        keys
    }
}
