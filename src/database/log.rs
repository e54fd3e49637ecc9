//! The write-ahead log: what each transaction changed, in the order in which it did.

use super::{Connection, Row, RowKey};
use std::fmt;

/// A position in the log: the number of a record, counted from 1. Zero is the position before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lsn(pub u64);

/// Numbers the transactions that change something, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransactionId(pub u64);

/// One record of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogRecord {
    /// Its position.
    pub lsn: Lsn,
    /// The transaction that it belongs to.
    pub transaction: TransactionId,
    /// The connection that ran it.
    pub by: Connection,
    /// When it was written, in nanoseconds.
    pub at: u64,
    /// What happened.
    pub entry: LogEntry,
}

/// What a log record tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogEntry {
    /// The row was written; it counts only once its transaction commits.
    Put(Row),
    /// The row was removed; it counts only once its transaction commits.
    Delete(RowKey),
    /// The transaction's changes count from here on.
    Commit,
    /// The transaction's changes never count.
    Abort,
}

/// The records still kept, and how far they are on disk.
#[derive(Clone, Debug, Default)]
pub(super) struct Log {
    records: Vec<LogRecord>,
    last: Lsn,
    flushed: Lsn,
}

impl Lsn {
    /// The position after this one.
    pub fn next(self) -> Lsn {
        Lsn(self.0 + 1)
    }
}

impl fmt::Display for Lsn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for TransactionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for LogRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} tx {} ", self.lsn, self.transaction)?;
        match &self.entry {
            LogEntry::Put(row) => write!(f, "PUT {} version {}", row.key(), row.version()),
            LogEntry::Delete(key) => write!(f, "DELETE {key}"),
            LogEntry::Commit => f.write_str("COMMIT"),
            LogEntry::Abort => f.write_str("ABORT"),
        }
    }
}

impl LogEntry {
    /// A row's change: its new version, or its removal.
    pub(super) fn change(key: RowKey, row: Option<Row>) -> LogEntry {
        match row {
            Some(row) => LogEntry::Put(row),
            None => LogEntry::Delete(key),
        }
    }
}

impl Log {
    /// An empty log that goes on after this position.
    pub(super) fn after(position: Lsn) -> Log {
        Log { records: Vec::new(), last: position, flushed: position }
    }

    /// Writes the next record to memory and says where it is.
    pub(super) fn append(&mut self, transaction: TransactionId, by: Connection, at: u64, entry: LogEntry) -> Lsn {
        let lsn = self.last.next();
        self.push(LogRecord { lsn, transaction, by, at, entry });
        lsn
    }

    /// Takes over a record that carries its own position, which the caller knows to be the next.
    pub(super) fn push(&mut self, record: LogRecord) {
        debug_assert_eq!(record.lsn, self.last.next());
        self.last = record.lsn;
        self.records.push(record);
    }

    /// Brings every record to disk.
    pub(super) fn flush(&mut self) {
        self.flushed = self.last;
    }

    /// Loses the records that are not on disk.
    pub(super) fn lose_unflushed(&mut self) {
        let kept = self.records.partition_point(|record| record.lsn <= self.flushed);
        self.records.truncate(kept);
        self.last = self.flushed;
    }

    /// Forgets the records up to this position.
    pub(super) fn forget_until(&mut self, position: Lsn) {
        let forgotten = self.records.partition_point(|record| record.lsn <= position);
        self.records.drain(..forgotten);
    }

    /// The records kept, oldest first.
    pub(super) fn records(&self) -> &[LogRecord] {
        &self.records
    }

    /// The records on disk after this position, or nothing if some of them are forgotten.
    pub(super) fn flushed_after(&self, position: Lsn) -> Option<&[LogRecord]> {
        if position >= self.flushed {
            return Some(&[]);
        }
        let oldest = self.records.first()?.lsn;
        if position.next() < oldest {
            return None;
        }
        let start = self.records.partition_point(|record| record.lsn <= position);
        let end = self.records.partition_point(|record| record.lsn <= self.flushed);
        self.records.get(start..end)
    }

    /// The position of the last record written.
    pub(super) fn last(&self) -> Lsn {
        self.last
    }

    /// The position of the last record on disk.
    pub(super) fn flushed(&self) -> Lsn {
        self.flushed
    }
}
