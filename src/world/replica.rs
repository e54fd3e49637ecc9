//! The database's read replica: it has all that the database had a while ago.

use std::cell::RefCell;

use super::{World, WriteId};
use crate::database::{Row, RowKey};
use crate::engine::{Span, VirtualTime};

/// What was committed, in order. A row that nobody has written is as it was at the start.
#[derive(Default)]
pub(crate) struct Commits(RefCell<Vec<(VirtualTime, Row)>>);

impl World {
    /// The database has committed this row.
    pub(crate) fn replicate(&self, row: &Row) {
        self.inner.commits.0.borrow_mut().push((self.now(), row.clone()));
    }

    /// Forgets the commits that had not reached a replica so far behind. Gives the writes of each row that are gone, in the
    /// order of their commits. What was there before anybody wrote had always been on both.
    pub(super) fn lose_unshipped(&self, lag: Span) -> Vec<(RowKey, Vec<WriteId>)> {
        let now = self.now();
        let mut gone: Vec<(RowKey, Vec<WriteId>)> = Vec::new();
        self.inner.commits.0.borrow_mut().retain(|(at, row)| {
            if *at + lag <= now || row.version() == 0 {
                return true;
            }
            let write = WriteId(row.version());
            match gone.iter_mut().find(|(key, _)| *key == row.key()) {
                Some((_, writes)) => writes.push(write),
                None => gone.push((row.key(), vec![write])),
            }
            false
        });
        gone
    }

    /// The row as a replica has it that is so far behind.
    pub(crate) fn replica_row(&self, key: RowKey, lag: Span) -> Option<Row> {
        let now = self.now();
        let commits = self.inner.commits.0.borrow();
        let of_row = || commits.iter().rev().filter(|(_, row)| row.key() == key);
        let known = of_row().find(|(at, row)| *at + lag <= now || row.version() == 0);
        known.map(|(_, row)| row.clone())
    }
}
