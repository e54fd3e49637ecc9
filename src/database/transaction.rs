//! How transactions begin and end.

use super::replay::Changes;
use super::session::{Overlay, Phase, Session};
use super::{Committed, Connection, Database, Execution, LogEntry, Lsn, Outcome, Row, RowKey, TransactionId};

impl Database {
    pub(super) fn begin(&mut self, connection: Connection, now: u64) -> Execution {
        let idle = self.sessions.get(&connection).is_some_and(Session::is_idle);
        // A second BEGIN only warns.
        if idle {
            self.end(connection);
            if let Some(session) = self.sessions.get_mut(&connection) {
                session.phase = Phase::Open(Overlay { began: now, rows: Changes::default() });
            }
        }
        Execution::Done(Outcome::Begun)
    }

    pub(super) fn commit(&mut self, connection: Connection, now: u64) -> Execution {
        let Some(session) = self.sessions.get_mut(&connection) else {
            return Execution::Done(Outcome::RolledBack);
        };
        let transaction = session.transaction;
        let rows = match std::mem::take(&mut session.phase) {
            // Without a transaction COMMIT only warns.
            Phase::Idle => return Execution::Done(Outcome::Committed),
            Phase::Failed => return Execution::Done(Outcome::RolledBack),
            Phase::Open(overlay) => overlay.rows,
        };
        self.stats.commits += 1;
        if let Some(transaction) = transaction.filter(|_| !rows.is_empty()) {
            self.publish(connection, now, transaction, rows);
        }
        Execution::Done(Outcome::Committed)
    }

    /// Commits changes that are logged already: makes them durable, and then visible to all.
    pub(super) fn publish(
        &mut self,
        by: Connection,
        at: u64,
        transaction: TransactionId,
        changes: impl IntoIterator<Item = (RowKey, Option<Row>)>,
    ) {
        let lsn = self.append(transaction, by, at, LogEntry::Commit);
        self.log.flush();
        self.checkpoint_if_due();
        for (key, row) in changes {
            self.store.set(key, row.clone());
            self.changes.push(Committed { key, row, lsn, by, at });
        }
    }

    pub(super) fn rollback(&mut self, connection: Connection, now: u64) -> Execution {
        self.abort(connection, now);
        Execution::Done(Outcome::RolledBack)
    }

    /// Undoes what the connection did and lets go of its locks; its open transaction, if any, then waits for its end.
    pub(super) fn fail(&mut self, connection: Connection, now: u64) {
        let idle = self.sessions.get(&connection).is_none_or(Session::is_idle);
        self.abort(connection, now);
        if let Some(session) = self.sessions.get_mut(&connection).filter(|_| !idle) {
            session.phase = Phase::Failed;
        }
    }

    /// Undoes an open transaction and lets go of all locks; afterwards the connection is idle.
    pub(super) fn abort(&mut self, connection: Connection, now: u64) {
        self.stop_waiting(connection);
        let Some(session) = self.sessions.get_mut(&connection) else {
            return;
        };
        session.handed = None;
        let transaction = session.transaction;
        if let Phase::Open(overlay) = std::mem::take(&mut session.phase) {
            self.stats.rollbacks += 1;
            if let Some(transaction) = transaction.filter(|_| !overlay.rows.is_empty()) {
                self.append(transaction, connection, now, LogEntry::Abort);
            }
        }
        self.end(connection);
    }

    /// Lets go of every lock of the connection and hands each to the first who waits for it.
    pub(super) fn end(&mut self, connection: Connection) {
        let Some(session) = self.sessions.get_mut(&connection) else {
            return;
        };
        session.transaction = None;
        if session.held.is_empty() {
            return;
        }
        for key in std::mem::take(&mut session.held) {
            self.release(key);
        }
    }

    /// The number of the connection's transaction, which gets one now if it has none.
    pub(super) fn transaction_of(&mut self, connection: Connection) -> TransactionId {
        let fresh = TransactionId(self.next_transaction);
        let Some(session) = self.sessions.get_mut(&connection) else {
            return fresh;
        };
        let transaction = *session.transaction.get_or_insert(fresh);
        if transaction == fresh {
            self.next_transaction += 1;
        }
        transaction
    }

    pub(super) fn append(&mut self, transaction: TransactionId, by: Connection, at: u64, entry: LogEntry) -> Lsn {
        self.stats.log_records += 1;
        self.log.append(transaction, by, at, entry)
    }
}
