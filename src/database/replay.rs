//! Replaying a log: after a crash, at a checkpoint, and on a standby.

use super::store::Store;
use super::{LogEntry, LogRecord, Lsn, Row, RowKey, TransactionId};
use crate::order::SmallMap;

/// What one transaction made of each row that it changed; nothing where it removed it.
pub(super) type Changes = SmallMap<RowKey, Option<Row>>;

/// The changes of transactions whose end the log has not told yet.
#[derive(Clone, Debug, Default)]
pub(super) struct Pending {
    changes: SmallMap<TransactionId, Changes>,
}

/// The state that a log makes of a base, up to a position.
#[derive(Clone, Debug)]
pub(super) struct Replay {
    pub(super) store: Store,
    pub(super) pending: Pending,
    pub(super) applied: Lsn,
}

impl Pending {
    /// Takes in the next record; a commit gives back what it makes count.
    pub(super) fn take_in(&mut self, record: &LogRecord) -> Changes {
        let transaction = record.transaction;
        match &record.entry {
            LogEntry::Put(row) => self.note(transaction, row.key(), Some(row.clone())),
            LogEntry::Delete(key) => self.note(transaction, *key, None),
            LogEntry::Commit => return self.changes.remove(&transaction).unwrap_or_default(),
            LogEntry::Abort => {
                self.changes.remove(&transaction);
            }
        }
        Changes::default()
    }

    /// The transactions that never ended.
    pub(super) fn transactions(&self) -> impl Iterator<Item = TransactionId> {
        self.changes.keys().copied()
    }

    fn note(&mut self, transaction: TransactionId, key: RowKey, row: Option<Row>) {
        self.changes.or_default(transaction).insert(key, row);
    }
}

impl Replay {
    pub(super) fn new(store: Store, applied: Lsn) -> Replay {
        Replay { store, pending: Pending::default(), applied }
    }

    /// Replays the records that it has not seen yet.
    pub(super) fn catch_up(&mut self, records: &[LogRecord]) {
        let unseen = records.partition_point(|record| record.lsn <= self.applied);
        for record in records.get(unseen..).unwrap_or_default() {
            for (key, row) in self.pending.take_in(record) {
                self.store.set(key, row);
            }
            self.applied = record.lsn;
        }
    }
}
