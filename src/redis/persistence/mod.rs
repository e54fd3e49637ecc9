//! Persistence as a model of what survives: nothing, snapshots (RDB), or every write (AOF), each until when.
//!
//! The model writes no bytes. A snapshot is a copy of the databases; the append-only file is a copy and the commands since,
//! which are run again at their own times. What the caller decides is when process or machine die ([`Server::crash`]) and when
//! the server is back ([`Server::restart`]); what is then there follows from the settings.
//!
//! What differs from Redis: a background process dies with its server; a file's size is taken from the bytes in memory;
//! switching `appendonly` on takes effect at once, and off drops the file.

pub(crate) mod aof;
mod background;
pub(crate) mod rdb;
mod recovery;
mod settings;

pub use aof::Crash;
pub(crate) use background::Begun;
pub use recovery::{Restored, Source};
pub use settings::{AppendFsync, Disk, Persistence, PersistenceError, SavePoint};

use super::journal::Journal;
use super::replication::Replication;
use super::server::Server;
use super::session::Session;
use super::time::Millis;
use aof::Aof;
pub(crate) use rdb::Writer;
use rdb::{Rdb, Snapshot};

/// What of a server outlives a command: changes to write down, files, replicas.
#[derive(Clone, Debug, Default)]
pub(crate) struct Durable {
    pub(crate) journal: Journal,
    /// How much has changed since the start.
    pub(crate) changes: u64,
    /// How much the running command has changed by Redis's count, where that can't be told from its reply.
    pub(crate) counted: Option<u64>,
    /// How much of it is in the last snapshot.
    pub(crate) saved: u64,
    pub(crate) rdb: Rdb,
    pub(crate) aof: Option<Aof>,
    /// A rewriting of the append-only file in the background.
    pub(crate) rewrite: Option<Writer>,
    pub(crate) rewrite_scheduled: bool,
    pub(crate) rewrites: u64,
    pub(crate) last_rewrite_seconds: Option<u64>,
    pub(crate) replication: Replication,
    /// The process has died and was not started again.
    pub(crate) down: bool,
    /// What was written down is run again.
    pub(crate) replaying: bool,
    pub(crate) expired_at_load: u64,
    pub(crate) loaded: u64,
    delay_ms: u64,
}

impl Durable {
    pub(crate) fn new(settings: &Persistence, seed: u64) -> Durable {
        let mut durable = Durable { replication: Replication::new(seed), ..Durable::default() };
        durable.follow(settings, &[]);
        durable
    }

    /// Takes settings over. A file that begins now begins with what the databases hold.
    pub(crate) fn follow(&mut self, settings: &Persistence, databases: &[super::database::Database]) {
        match &mut self.aof {
            Some(aof) if settings.append_only => aof.follow(settings),
            None if settings.append_only => self.aof = Some(Aof::new(Snapshot::of(databases), settings)),
            _ => self.aof = None,
        }
        self.watch();
    }

    /// Writes commands down if there is a file or a replica for them.
    pub(crate) fn watch(&mut self) {
        self.journal.on = self.aof.is_some() || self.replication.is_streaming();
    }

    /// `rdb_changes_since_last_save`.
    pub(crate) fn unsaved(&self) -> u64 {
        self.changes.saturating_sub(self.saved)
    }

    /// Whether something is to be done after each command.
    pub(crate) fn has_work(&self) -> bool {
        self.journal.on
    }

    /// Whether a background process is under way; Redis has one at a time.
    pub(crate) fn is_busy(&self) -> bool {
        self.rdb.writer.is_some() || self.rewrite.is_some()
    }

    /// The reply under way is held back for so long.
    pub(crate) fn hold(&mut self, ms: u64) {
        self.delay_ms = self.delay_ms.saturating_add(ms);
    }
}

impl Server {
    /// Hands what a command or the cron has written down to file and replicas, as Redis does before it replies.
    pub(crate) fn settle(&mut self, now: Millis) {
        if self.durable.journal.is_empty() {
            return;
        }
        let records = self.durable.journal.take(now);
        if let Some(aof) = &mut self.durable.aof {
            let wait = aof.append(&records, now);
            self.durable.hold(wait);
        }
        self.durable.replication.append(records);
    }

    /// What is done after a command of a connection.
    pub(crate) fn settle_command(&mut self, session: &mut Session, now: Millis) {
        self.settle(now);
        session.write_offset = self.durable.replication.offset();
    }

    /// For how many milliseconds the replies since the last asking are held back: by an `fsync` under `appendfsync
    /// always`, by `SAVE`. The caller adds it to the time that the server is busy.
    pub fn take_delay(&mut self) -> u64 {
        std::mem::take(&mut self.durable.delay_ms)
    }
}
