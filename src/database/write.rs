//! Statements that lock or change rows.

use super::session::{Phase, Session};
use super::{
    Connection, Database, DatabaseError, Execution, LogEntry, OnConflict, Outcome, Row, RowBatch, RowKey, Update,
};
use crate::order::sort_by_numbers;
use std::collections::BTreeSet;

/// A row and what becomes of it: a new version, or its removal.
type Change = (RowKey, Option<Row>);

impl Database {
    pub(super) fn select_for_update(
        &mut self,
        connection: Connection,
        key: RowKey,
    ) -> Result<Execution, DatabaseError> {
        let Some(row) = self.visible(connection, key).cloned() else {
            self.drop_handed(connection, key);
            return Ok(Execution::Done(Outcome::Row(None)));
        };
        if let Some(by) = self.lock(connection, [key])? {
            return Ok(Execution::Blocked { by });
        }
        Ok(Execution::Done(Outcome::Row(Some(row))))
    }

    pub(super) fn insert(&mut self, connection: Connection, now: u64, row: &Row) -> Result<Execution, DatabaseError> {
        let key = row.key();
        if let Some(by) = self.lock(connection, [key])? {
            return Ok(Execution::Blocked { by });
        }
        if self.visible(connection, key).is_some() {
            return Err(DatabaseError::UniqueViolation { key });
        }
        Ok(self.change(connection, now, &[(key, Some(row.clone()))]))
    }

    /// A row that is not there or fails the condition is left alone and unlocked, as PostgreSQL does.
    pub(super) fn update(
        &mut self,
        connection: Connection,
        now: u64,
        update: &Update,
    ) -> Result<Execution, DatabaseError> {
        let key = update.key();
        let current = self.visible(connection, key).filter(|row| update.condition().holds(row.version()));
        let Some(current) = current.cloned() else {
            self.drop_handed(connection, key);
            return Ok(Execution::Done(Outcome::Count(0)));
        };
        if let Some(by) = self.lock(connection, [key])? {
            return Ok(Execution::Blocked { by });
        }
        Ok(self.change(connection, now, &[(key, Some(update.applied_to(&current)))]))
    }

    pub(super) fn delete(&mut self, connection: Connection, now: u64, key: RowKey) -> Result<Execution, DatabaseError> {
        if self.visible(connection, key).is_none() {
            self.drop_handed(connection, key);
            return Ok(Execution::Done(Outcome::Count(0)));
        }
        if let Some(by) = self.lock(connection, [key])? {
            return Ok(Execution::Blocked { by });
        }
        Ok(self.change(connection, now, &[(key, None)]))
    }

    /// Rows are locked even where the stored version stays, as PostgreSQL does.
    pub(super) fn upsert(
        &mut self,
        connection: Connection,
        now: u64,
        row: &Row,
        conflict: OnConflict,
    ) -> Result<Execution, DatabaseError> {
        if let Some(by) = self.lock(connection, [row.key()])? {
            return Ok(Execution::Blocked { by });
        }
        if !self.gives_way(connection, row, conflict) {
            return Ok(Execution::Done(Outcome::Count(0)));
        }
        Ok(self.change(connection, now, &[(row.key(), Some(row.clone()))]))
    }

    /// Locks the rows in the order of the batch, so that two batches in different orders can deadlock as they do in a real
    /// database.
    pub(super) fn upsert_batch(
        &mut self,
        connection: Connection,
        now: u64,
        batch: &RowBatch,
        conflict: OnConflict,
    ) -> Result<Execution, DatabaseError> {
        let mut keys = BTreeSet::new();
        if let Some(twice) = batch.rows().iter().find(|row| !keys.insert(row.key())) {
            return Err(DatabaseError::RowTwiceInBatch { key: twice.key() });
        }
        if let Some(by) = self.lock(connection, batch.rows().iter().map(Row::key))? {
            return Ok(Execution::Blocked { by });
        }
        let arriving = batch.rows().iter().filter(|row| self.gives_way(connection, row, conflict));
        let mut changes: Vec<Change> = arriving.map(|row| (row.key(), Some(row.clone()))).collect();
        sort_by_numbers(&mut changes, |(key, _)| key.numbers());
        Ok(self.change(connection, now, &changes))
    }

    fn gives_way(&self, connection: Connection, arriving: &Row, conflict: OnConflict) -> bool {
        let stored = self.visible(connection, arriving.key());
        stored.is_none_or(|stored| conflict.replaces(stored.version(), arriving.version()))
    }

    /// Locks rows in order until one is held by another, who is named. A statement that commits by itself and meets nobody
    /// needs no locks, since it is over at once.
    fn lock(
        &mut self,
        connection: Connection,
        keys: impl IntoIterator<Item = RowKey> + Clone,
    ) -> Result<Option<Connection>, DatabaseError> {
        let idle = self.sessions.get(&connection).is_some_and(Session::is_idle);
        if idle && !keys.clone().into_iter().any(|key| self.locks.held_by_another(key, connection)) {
            return Ok(None);
        }
        for key in keys {
            if let Some(holder) = self.acquire(connection, key)? {
                return Ok(Some(holder));
            }
        }
        Ok(None)
    }

    /// Lets go of a lock that the connection waited for, once it turns out that there is nothing to lock.
    fn drop_handed(&mut self, connection: Connection, key: RowKey) {
        let Some(session) = self.sessions.get_mut(&connection).filter(|session| session.handed == Some(key)) else {
            return;
        };
        session.held.retain(|held| *held != key);
        self.release(key);
    }

    /// Logs changes to rows that are locked or free, and makes them: for the open transaction alone, or for all to see.
    fn change(&mut self, connection: Connection, now: u64, changes: &[Change]) -> Execution {
        if changes.is_empty() {
            return Execution::Done(Outcome::Count(0));
        }
        let transaction = self.transaction_of(connection);
        for (key, row) in changes {
            self.append(transaction, connection, now, LogEntry::change(*key, row.clone()));
        }
        let phase = self.sessions.get_mut(&connection).map(|session| &mut session.phase);
        if let Some(Phase::Open(overlay)) = phase {
            overlay.rows.extend(changes.iter().cloned());
        } else {
            self.stats.commits += 1;
            self.publish(connection, now, transaction, changes.iter().cloned());
        }
        Execution::Done(Outcome::Count(changes.len() as u64))
    }
}
