//! The durable queue: the cache appends each change to a file (Redis's `appendonly`), so that a crash does not take what
//! was queued for the database. How much may be lost is told by `appendfsync`: nothing with `always`, about a second with
//! `everysec`. Or it saves snapshots (`save`), and a crash takes what came since the last one that was finished.
//!
//! It costs an `fsync` before each reply to a write with `always`, during which the cache serves nobody; and after a crash,
//! entries may come back that had been flushed already and are flushed once more. What a file does not help against: a flusher
//! that dies with what it took out of the queue (see `stream`), and a failover to a server with another disk (see `follower`).

use super::Protections;
use crate::redis::{AppendFsync, Disk, Persistence, SavePoint};
use crate::world::{Timings, World};

/// The cache's persistence under these switches. Its disk is as fast as the database's.
pub(crate) fn persistence(on: &Protections, timings: &Timings) -> Persistence {
    let fsync_ms = timings.commit.mean().as_millis();
    Persistence {
        append_only: on.append_fsync.is_some(),
        save: (!on.snapshots.is_zero())
            .then_some(SavePoint { seconds: on.snapshots.as_secs().max(1) - 1, changes: 1 })
            .into_iter()
            .collect(),
        append_fsync: on.append_fsync.unwrap_or(AppendFsync::EverySecond),
        disk: Disk { fsync_ms, ..Disk::default() },
        ..Persistence::default()
    }
}

impl World {
    /// Lets the cache follow the switches, as `CONFIG SET` does.
    pub(crate) fn follow_persistence(&self) {
        let wanted = persistence(&self.settings().protect, &self.inner.timings);
        let mut server = self.inner.cache.server.borrow_mut();
        if server.config().persistence != wanted {
            let config = crate::redis::Config { persistence: wanted, ..server.config().clone() };
            server.reconfigure(config);
        }
    }
}
