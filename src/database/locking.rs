//! Waiting for row locks, and noticing when waiting would never end.

use super::locks::Attempt;
use super::{Connection, Database, DatabaseError, LockWait, RowKey};

impl Database {
    pub(super) fn release(&mut self, key: RowKey) {
        let Some(next) = self.locks.release(key) else {
            return;
        };
        if let Some(session) = self.sessions.get_mut(&next) {
            session.waiting = None;
            session.handed = Some(key);
            session.held.push(key);
        }
        self.woken.push(next);
    }

    /// Locks a row, or says who holds it and waits in its queue.
    ///
    /// # Errors
    /// If waiting would close a circle of connections that wait for each other.
    pub(super) fn acquire(&mut self, connection: Connection, key: RowKey) -> Result<Option<Connection>, DatabaseError> {
        self.transaction_of(connection);
        let holder = match self.locks.attempt(key, connection) {
            Attempt::Held => return Ok(None),
            Attempt::Taken => {
                if let Some(session) = self.sessions.get_mut(&connection) {
                    session.held.push(key);
                }
                return Ok(None);
            }
            Attempt::Busy(holder) => holder,
        };
        let waiting = self.sessions.get(&connection).and_then(|session| session.waiting);
        if waiting == Some(key) {
            return Ok(Some(holder));
        }
        self.stop_waiting(connection);
        if let Some(waits) = self.deadlock(connection, holder) {
            self.stats.deadlocks += 1;
            return Err(DatabaseError::Deadlock { waits: waits.into() });
        }
        self.stats.lock_waits += 1;
        self.locks.wait(key, connection);
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.waiting = Some(key);
        }
        Ok(Some(holder))
    }

    pub(super) fn stop_waiting(&mut self, connection: Connection) {
        let waiting = self.sessions.get_mut(&connection).and_then(|session| session.waiting.take());
        if let Some(key) = waiting {
            self.locks.stop_waiting(key, connection);
        }
    }

    /// The circle that would close if the connection waited for the holder. Each waits for one row at most, so that following
    /// the holders finds it. PostgreSQL looks only after `deadlock_timeout`; here it is found at once.
    fn deadlock(&self, connection: Connection, holder: Connection) -> Option<Vec<LockWait>> {
        let mut waits = vec![self.lock_wait(connection, holder)?];
        let mut waiter = holder;
        while waiter != connection {
            let key = self.sessions.get(&waiter)?.waiting?;
            let next = self.locks.holder(key)?;
            waits.push(self.lock_wait(waiter, next)?);
            waiter = next;
        }
        Some(waits)
    }

    fn lock_wait(&self, waiter: Connection, holder: Connection) -> Option<LockWait> {
        let transaction = self.sessions.get(&holder)?.transaction?;
        Some(LockWait { waiter, holder, transaction })
    }
}
