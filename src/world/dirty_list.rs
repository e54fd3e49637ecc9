//! The list of dirty entries: rows that are in the cache and not yet in the database, oldest first.
//!
//! It is an ordinary list of the cache under the key [`DIRTY`]: a flusher works on it with `LRANGE` and `LTRIM`, and a
//! person who types a command can destroy it. So it is watched from outside: after each change it is compared with what it
//! was.

use std::collections::VecDeque;

use super::cache_node::{Watched, Words};
use super::{Actor, EventKind, Removal, World, WriteId};
use crate::database::{Row, TableId};
use crate::redis::{ListView, Server, ValueView};

/// The key of the list.
pub const DIRTY: &str = "dirty";

/// An entry as it was when it was last looked at.
pub(super) struct Known {
    bytes: Vec<u8>,
    /// The write; none for an entry that is no row.
    write: Option<WriteId>,
}

impl Known {
    fn is(&self, item: Option<&[u8]>) -> bool {
        item == Some(&*self.bytes)
    }

    fn of(bytes: &[u8]) -> (Self, Option<Row>) {
        let row = read_dirty(bytes);
        let write = row.as_ref().map(|row| WriteId(row.version()));
        (Self { bytes: bytes.to_vec(), write }, row)
    }
}

/// The row in an entry, which names its table in front: `users {"id":42,...}`.
pub(crate) fn read_dirty(item: &[u8]) -> Option<Row> {
    let text = std::str::from_utf8(item).ok()?;
    let (table, json) = text.split_once(' ')?;
    Row::from_json(TableId::from_name(table)?, json).ok()
}

/// The entry for a row.
pub(crate) fn dirty_entry(row: &Row) -> String {
    format!("{} {}", row.key().table, row.to_json())
}

/// How many entries a command takes from the front of the list to give them to its sender.
fn popped(command: &Words) -> Option<usize> {
    match command.as_slice() {
        [name, key, count] if name == b"LPOP" && key == DIRTY.as_bytes() => {
            std::str::from_utf8(count).ok()?.parse().ok()
        }
        _ => None,
    }
}

/// Who changed the list, which tells how closely one must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangedBy {
    /// A pattern, which adds at the end and takes from the front.
    Pattern,
    /// A person, who can do anything to it.
    Person,
}

fn list(server: &Server) -> Option<ListView<'_>> {
    match server.peek(DIRTY.as_bytes())?.value {
        ValueView::List(list) => Some(list),
        _ => None,
    }
}

impl World {
    /// Tells which writes go from the list into the flusher's hand, if these commands of a living flusher take any out.
    pub(super) fn hand_over(&self, from: Actor, pipeline: &[Words]) {
        if from != Actor::Flusher || !self.is_up(from) {
            return;
        }
        let Some(count) = pipeline.iter().find_map(popped) else { return };
        let writes = {
            let server = self.watched_cache().server.borrow();
            let items = list(&server).into_iter().flat_map(ListView::iter);
            items.take(count).filter_map(read_dirty).map(|row| WriteId(row.version())).collect()
        };
        self.note(EventKind::InHand { writes });
    }

    /// Compares the list with what it was, and tells what joined and what left.
    pub(super) fn sync_queue(&self, cause: Removal, by: ChangedBy) {
        let Watched { server, queue } = self.watched_cache();
        let (server, mut known) = (server.borrow(), queue.borrow_mut());
        let list = list(&server);
        let item = |place: usize| list.and_then(|list| list.get(place));
        let taken = known.iter().position(|known| known.is(item(0))).unwrap_or(known.len());
        let kept = known.len() - taken;
        // A list of thousands is compared as a whole only where it may have changed in the middle.
        let rest_is_same = match by {
            ChangedBy::Pattern => kept == 0 || known.back().is_some_and(|last| last.is(item(kept - 1))),
            ChangedBy::Person => known.iter().skip(taken).zip(0..).all(|(known, place)| known.is(item(place))),
        };
        if !rest_is_same {
            let items: Vec<&[u8]> = list.into_iter().flat_map(ListView::iter).collect();
            return self.replace_queue(&mut known, &items, cause);
        }
        for gone in known.drain(..taken) {
            self.tell_gone(&gone, cause);
        }
        for item in list.into_iter().flat_map(ListView::iter).skip(kept) {
            self.tell_joined(&mut known, item);
        }
    }

    /// Tells the difference between two lists of which one can't tell how one became the other.
    fn replace_queue(&self, known: &mut VecDeque<Known>, items: &[&[u8]], cause: Removal) {
        let before = std::mem::take(known);
        for gone in before.iter().filter(|known| !items.contains(&known.bytes.as_slice())) {
            self.tell_gone(gone, cause);
        }
        for item in items {
            if before.iter().any(|known| known.bytes == *item) {
                known.push_back(Known::of(item).0);
            } else {
                self.tell_joined(known, item);
            }
        }
    }

    fn tell_gone(&self, gone: &Known, cause: Removal) {
        if let Some(write) = gone.write {
            self.note(EventKind::Unqueued { write, cause });
        }
    }

    fn tell_joined(&self, known: &mut VecDeque<Known>, item: &[u8]) {
        let (entry, row) = Known::of(item);
        known.push_back(entry);
        if let Some(row) = row {
            self.note(EventKind::Queued { row });
        }
    }
}
