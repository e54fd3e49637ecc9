//! The database's read replica: it has all that the database had a while ago.

use std::cell::RefCell;

use super::World;
use crate::database::{Row, RowKey};
use crate::engine::{Span, VirtualTime};
use crate::order::SmallMap;

/// What was committed to each row, in order: what may be asked for, and one before that. A row that nobody has written is as
/// it was at the start.
#[derive(Default)]
pub(crate) struct Commits(RefCell<SmallMap<RowKey, Vec<(VirtualTime, Row)>>>);

impl World {
    /// No replica may be further behind.
    pub const FURTHEST_BEHIND: Span = Span::from_secs(60);

    /// The database has committed this row.
    pub(crate) fn replicate(&self, row: &Row) {
        let now = self.now();
        let mut commits = self.inner.commits.0.borrow_mut();
        let of_row = commits.or_default(row.key());
        of_row.push((now, row.clone()));
        while of_row.get(1).is_some_and(|(at, _)| *at + Self::FURTHEST_BEHIND < now) {
            of_row.remove(0);
        }
    }

    /// The row as a replica has it that is so far behind.
    pub(crate) fn replica_row(&self, key: RowKey, lag: Span) -> Option<Row> {
        let now = self.now();
        let commits = self.inner.commits.0.borrow();
        let known = commits.get(&key)?.iter().rev().find(|(at, row)| *at + lag <= now || row.version() == 0);
        known.map(|(_, row)| row.clone())
    }
}
