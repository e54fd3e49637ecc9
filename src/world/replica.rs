//! The database's read replica: it has all that the database had a while ago.

use std::cell::{Cell, RefCell};

use super::{World, WriteId};
use crate::database::{Row, RowKey};
use crate::engine::{Span, VirtualTime};
use crate::order::SmallMap;

/// No replica is further behind.
const FURTHEST_BEHIND: Span = Span::from_secs(60);

/// So many commits are kept before it is looked at which of them no replica can need any more.
const LEAST_KEPT: usize = 4_096;

/// What was committed, in order, as far as a replica can still need it. A row that nobody has written is as it was at the
/// start.
#[derive(Default)]
pub(crate) struct Commits {
    list: RefCell<Vec<(VirtualTime, Row)>>,
    /// How long the list is when it is looked at next.
    look_at: Cell<usize>,
}

impl World {
    /// The database has committed this row.
    pub(crate) fn replicate(&self, row: &Row) {
        let commits = &self.inner.commits;
        let mut list = commits.list.borrow_mut();
        list.push((self.now(), row.clone()));
        if list.len() >= commits.look_at.get().max(LEAST_KEPT) {
            forget_old(&mut list, self.now() - FURTHEST_BEHIND);
            commits.look_at.set(list.len() * 2);
        }
    }

    /// Forgets the commits that had not reached a replica so far behind. Gives the writes of each row that are gone, in the
    /// order of their commits. What was there before anybody wrote had always been on both.
    pub(super) fn lose_unshipped(&self, lag: Span) -> Vec<(RowKey, Vec<WriteId>)> {
        let now = self.now();
        let mut gone: Vec<(RowKey, Vec<WriteId>)> = Vec::new();
        self.inner.commits.list.borrow_mut().retain(|(at, row)| {
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
        let commits = self.inner.commits.list.borrow();
        let of_row = || commits.iter().rev().filter(|(_, row)| row.key() == key);
        let known = of_row().find(|(at, row)| *at + lag <= now || row.version() == 0);
        known.map(|(_, row)| row.clone())
    }
}

/// Of all that was committed before a time, keeps the last of each row.
fn forget_old(list: &mut Vec<(VirtualTime, Row)>, before: VirtualTime) {
    let recent = list.split_off(list.partition_point(|(at, _)| *at < before));
    let mut known = SmallMap::default();
    let mut last: Vec<(VirtualTime, Row)> = std::mem::take(list);
    last.reverse();
    last.retain(|(_, row)| known.insert(row.key(), ()).is_none());
    last.reverse();
    list.extend(last);
    list.extend(recent);
}
