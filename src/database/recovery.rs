//! Crashes, checkpoints and standbys: everything that replays the log.

use super::replay::Pending;
use super::{Committed, Connection, Database, LogEntry, LogRecord, Lsn, ReplayError, Row, RowKey, TransactionId};

/// So many of the newest records stay readable after a checkpoint.
const KEPT_RECORDS: usize = 1024;

/// A checkpoint is due when the log holds so many records beyond the kept ones.
const CHECKPOINT_AFTER: usize = 8 * KEPT_RECORDS;

/// Who writes the records that no connection asked for.
const SYSTEM: Connection = Connection(0);

impl Database {
    /// Stops at once: loses every connection, every lock and every change that has not committed. Connections that waited for
    /// a lock are woken to learn of it.
    pub fn crash(&mut self) {
        if !self.running {
            return;
        }
        self.running = false;
        self.stats.crashes += 1;
        let waiting = self.sessions.iter().filter(|(_, session)| session.waiting.is_some());
        self.woken.extend(waiting.map(|(connection, _)| *connection));
        self.sessions.clear();
        self.locks.clear();
        self.arriving = Pending::default();
        self.log.lose_unflushed();
    }

    /// Takes the state of a standby that was behind, in which these rows are other than in this database's log; nothing
    /// where the standby has no such row. For a database that is down: from then on it is the standby.
    pub fn fall_back(&mut self, rows: Vec<(RowKey, Option<Row>)>) {
        self.checkpoint();
        for (key, row) in rows {
            self.stable.store.set(key, row);
        }
        self.store = self.stable.store.clone();
    }

    /// Starts again after a crash: replays the log on the state of the last checkpoint, at this time in nanoseconds. Says
    /// how many log records that took, by which the caller can tell how long. Does nothing on a database that runs.
    pub fn recover(&mut self, now: u64) -> u64 {
        if self.running {
            return 0;
        }
        let mut replay = self.stable.clone();
        let replayed = self.log.last().0 - replay.applied.0;
        replay.catch_up(self.log.records());
        self.store = replay.store;
        self.running = true;
        if self.standby {
            self.arriving = replay.pending;
        } else {
            self.abort_all(&replay.pending, now);
        }
        replayed
    }

    /// Takes a checkpoint: brings the state to disk, so that recovery need not replay what came before.
    pub fn checkpoint(&mut self) {
        self.log.flush();
        self.stable.catch_up(self.log.records());
        let kept = self.log.last().0.saturating_sub(KEPT_RECORDS as u64);
        let held = self.held_log.map_or(kept, |held| kept.min(held.0));
        self.log.forget_until(Lsn(held));
    }

    pub(super) fn checkpoint_if_due(&mut self) {
        let replayable = self.log.last().0 - self.stable.applied.0;
        if replayable >= CHECKPOINT_AFTER as u64 {
            self.checkpoint();
        }
    }

    /// Keeps every record after this position for a standby that is so far behind, as PostgreSQL's replication slots do;
    /// nothing lets go.
    pub fn hold_log(&mut self, after: Option<Lsn>) {
        self.held_log = after;
    }

    /// The records that are on disk after this position, for a standby to replay; nothing if some are no longer kept, so that
    /// the standby must be made anew.
    pub fn log_after(&self, position: Lsn) -> Option<&[LogRecord]> {
        self.log.flushed_after(position)
    }

    /// The position of the last record on disk; on a standby, of the last one replayed.
    pub fn position(&self) -> Lsn {
        self.log.flushed()
    }

    /// A standby made from a base backup of this database: its committed rows now, and its log from here on.
    pub fn standby(&self) -> Database {
        let mut base = self.stable.clone();
        let flushed = self.log.flushed_after(base.applied).unwrap_or_default();
        base.catch_up(flushed);
        let mut standby = Database::from_base(base);
        standby.arriving = standby.stable.pending.clone();
        standby.standby = true;
        standby.next_transaction = self.next_transaction;
        standby
    }

    /// Whether it replays another database's log and refuses writes.
    pub fn is_standby(&self) -> bool {
        self.standby
    }

    /// Replays one record of the primary's log; one that was replayed before changes nothing.
    ///
    /// # Errors
    /// On a primary, on a database that is down, and if a record before it is missing.
    pub fn apply(&mut self, record: &LogRecord) -> Result<(), ReplayError> {
        if !self.standby {
            return Err(ReplayError::NotStandby);
        }
        if !self.running {
            return Err(ReplayError::StartingUp);
        }
        let expected = self.log.last().next();
        if record.lsn < expected {
            return Ok(());
        }
        if record.lsn > expected {
            return Err(ReplayError::Gap { expected, found: record.lsn });
        }
        self.stats.log_records += 1;
        self.log.push(record.clone());
        self.log.flush();
        self.next_transaction = self.next_transaction.max(record.transaction.0.saturating_add(1));
        for (key, row) in self.arriving.take_in(record) {
            self.store.set(key, row.clone());
            self.changes.push(Committed { key, row, lsn: record.lsn, by: record.by, at: record.at });
        }
        self.checkpoint_if_due();
        Ok(())
    }

    /// Makes a standby a primary, at this time in nanoseconds: it takes writes from now on, and what it has not replayed is
    /// lost. Does nothing on a primary.
    pub fn promote(&mut self, now: u64) {
        if !self.standby {
            return;
        }
        self.standby = false;
        let arriving = std::mem::take(&mut self.arriving);
        self.abort_all(&arriving, now);
    }

    /// Tells the log that transactions which it left open never end.
    fn abort_all(&mut self, pending: &Pending, now: u64) {
        let unfinished: Vec<TransactionId> = pending.transactions().collect();
        for transaction in unfinished {
            self.append(transaction, SYSTEM, now, LogEntry::Abort);
        }
        self.log.flush();
    }
}
