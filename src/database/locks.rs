//! Row locks: one holder a row, those who wait in the order in which they came.

use super::{Connection, RowKey};
use crate::order::SmallMap;
use std::collections::VecDeque;

#[derive(Clone, Debug, Default)]
pub(super) struct Locks {
    rows: SmallMap<RowKey, Lock>,
}

#[derive(Clone, Debug)]
struct Lock {
    holder: Connection,
    queue: VecDeque<Connection>,
}

/// What an attempt to lock a row came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// The row was free and is now locked.
    Taken,
    /// The connection holds it already.
    Held,
    /// Another holds it.
    Busy(Connection),
}

impl Locks {
    pub(super) fn holder(&self, key: RowKey) -> Option<Connection> {
        self.rows.get(&key).map(|lock| lock.holder)
    }

    /// Whether a row is held by anybody but this connection.
    pub(super) fn held_by_another(&self, key: RowKey, connection: Connection) -> bool {
        self.holder(key).is_some_and(|holder| holder != connection)
    }

    pub(super) fn attempt(&mut self, key: RowKey, connection: Connection) -> Attempt {
        match self.holder(key) {
            Some(holder) if holder == connection => Attempt::Held,
            Some(holder) => Attempt::Busy(holder),
            None => {
                self.rows.insert(key, Lock { holder: connection, queue: VecDeque::new() });
                Attempt::Taken
            }
        }
    }

    /// Waits at the end of the row's queue.
    pub(super) fn wait(&mut self, key: RowKey, connection: Connection) {
        if let Some(lock) = self.rows.get_mut(&key) {
            lock.queue.push_back(connection);
        }
    }

    /// Leaves the row's queue.
    pub(super) fn stop_waiting(&mut self, key: RowKey, connection: Connection) {
        if let Some(lock) = self.rows.get_mut(&key) {
            lock.queue.retain(|waiting| *waiting != connection);
        }
    }

    /// Frees the row; the first who waits becomes its holder.
    pub(super) fn release(&mut self, key: RowKey) -> Option<Connection> {
        let lock = self.rows.get_mut(&key)?;
        match lock.queue.pop_front() {
            Some(next) => {
                lock.holder = next;
                Some(next)
            }
            None => {
                self.rows.remove(&key);
                None
            }
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        self.rows.clear();
    }

    /// Every held row with its holder and those who wait, in the order of the rows.
    pub(super) fn iter(&self) -> impl Iterator<Item = (RowKey, Connection, &VecDeque<Connection>)> {
        self.rows.iter().map(|(key, lock)| (*key, lock.holder, &lock.queue))
    }
}
