//! What goes on in the background: snapshots, rewriting, and when they begin by themselves.

use super::rdb::{Snapshot, Writer, take_done};
use crate::redis::errors::RedisError;
use crate::redis::server::Server;
use crate::redis::time::Millis;

/// What `BGSAVE` and `BGREWRITEAOF` did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begun {
    Now,
    Scheduled,
}

impl Server {
    /// Lets happen what happens by itself until now: files get safe, background processes end.
    pub(crate) fn attend(&mut self, now: Millis) {
        let durable = &mut self.durable;
        if let Some(writer) = take_done(&mut durable.rdb.writer, now) {
            durable.saved = writer.mark;
            durable.rdb.last_seconds = Some(writer.seconds());
            durable.rdb.finish(writer.snapshot, writer.ends);
        }
        let rewritten = take_done(&mut durable.rewrite, now);
        if let Some(writer) = &rewritten {
            durable.rewrites += 1;
            durable.last_rewrite_seconds = Some(writer.seconds());
        }
        let Some(aof) = &mut durable.aof else { return };
        if let Some(writer) = &rewritten {
            aof.advance(writer.ends);
            aof.rewritten(writer);
        }
        aof.advance(now);
    }

    /// What the cron does for persistence.
    pub(crate) fn background_cron(&mut self, now: Millis) {
        self.attend(now);
        if self.durable.is_busy() {
            return;
        }
        let settings = &self.config.persistence;
        let since = self.last_save();
        let overgrown = self.durable.aof.as_ref().is_some_and(|aof| aof.is_overgrown(settings));
        if self.durable.rewrite_scheduled {
            self.begin_rewrite(now);
        } else if self.durable.rdb.is_due(&settings.save, self.durable.unsaved(), since, now)
            || self.durable.rdb.scheduled
        {
            self.begin_snapshot(now);
        } else if overgrown {
            self.begin_rewrite(now);
        }
    }

    /// When the data was last saved; the start counts.
    pub(crate) fn last_save(&self) -> Millis {
        self.durable.rdb.last_save.or(self.started_at).unwrap_or_default()
    }

    /// `SAVE`: all else waits meanwhile.
    pub(crate) fn save(&mut self, now: Millis) -> Result<(), RedisError> {
        self.attend(now);
        if self.durable.rdb.writer.is_some() {
            return Err(RedisError::SaveInProgress);
        }
        self.save_at_once(now);
        Ok(())
    }

    fn save_at_once(&mut self, now: Millis) {
        let snapshot = Snapshot::of(&self.databases);
        let wait = self.config.persistence.disk.writing_time(snapshot.bytes);
        self.durable.hold(wait);
        self.durable.saved = self.durable.changes;
        self.durable.rdb.finish(snapshot, now);
    }

    /// `BGSAVE`: `may_wait` is its option `SCHEDULE`, and within a transaction it `must_wait`.
    pub(crate) fn background_save(
        &mut self,
        now: Millis,
        may_wait: bool,
        must_wait: bool,
    ) -> Result<Begun, RedisError> {
        self.attend(now);
        if self.durable.rdb.writer.is_some() {
            return Err(RedisError::SaveInProgress);
        }
        if !self.durable.is_busy() && !must_wait {
            self.begin_snapshot(now);
            return Ok(Begun::Now);
        }
        if !may_wait && !must_wait {
            return Err(RedisError::AnotherChild);
        }
        self.durable.rdb.scheduled = true;
        Ok(Begun::Scheduled)
    }

    /// `BGREWRITEAOF`, which without an append-only file has no effect but its replies.
    pub(crate) fn background_rewrite(&mut self, now: Millis, must_wait: bool) -> Result<Begun, RedisError> {
        self.attend(now);
        if self.durable.rewrite.is_some() {
            return Err(RedisError::RewriteInProgress);
        }
        if self.durable.is_busy() || must_wait {
            self.durable.rewrite_scheduled = true;
            return Ok(Begun::Scheduled);
        }
        self.begin_rewrite(now);
        Ok(Begun::Now)
    }

    fn begin_snapshot(&mut self, now: Millis) {
        let disk = self.config.persistence.disk;
        self.durable.rdb.scheduled = false;
        self.durable.rdb.writer = Some(Writer::new(&self.databases, disk, now, self.durable.changes));
    }

    fn begin_rewrite(&mut self, now: Millis) {
        // What is in the copy must not come again after it.
        self.settle(now);
        let disk = self.config.persistence.disk;
        let mark = self.durable.aof.as_ref().map_or(0, super::aof::Aof::end);
        self.durable.rewrite_scheduled = false;
        self.durable.rewrite = Some(Writer::new(&self.databases, disk, now, mark));
    }

    /// `FLUSHALL` ends a snapshot under way and, with save points, saves the emptiness at once, so that a crash does not
    /// bring the data back (Redis, `flushAllDataAndResetRDB`).
    pub(crate) fn flushed_all(&mut self, now: Millis) {
        self.durable.rdb.writer = None;
        if !self.config.persistence.save.is_empty() {
            self.save_at_once(now);
        }
    }
}
