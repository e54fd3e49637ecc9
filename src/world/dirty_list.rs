//! The queue of dirty entries: rows that are in the cache and not yet in the database, oldest first.
//!
//! It is an ordinary list of the cache under the key [`DIRTY`], on which a flusher works with `LRANGE` and `LTRIM`, or a
//! stream under [`DIRTY_STREAM`], from which it reads as a consumer. A person who types a command can destroy either. So
//! they are watched from outside: after each change, what there is is compared with what there was.

use std::collections::VecDeque;

use super::cache_node::Words;
use super::{Actor, EventKind, Removal, World, WriteId};
use crate::database::{Row, TableId};
use crate::redis::{ListView, Server, StreamView, ValueView};

/// The key of the list.
pub const DIRTY: &str = "dirty";
/// The key of the stream.
pub const DIRTY_STREAM: &str = "dirty:stream";

/// What a queue is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum QueueKind {
    List,
    Stream,
}

impl QueueKind {
    pub(super) const BOTH: [Self; 2] = [Self::List, Self::Stream];

    const fn key(self) -> &'static str {
        match self {
            Self::List => DIRTY,
            Self::Stream => DIRTY_STREAM,
        }
    }

    /// The queue that is under this key.
    pub(super) fn of(key: &[u8]) -> Option<Self> {
        Self::BOTH.into_iter().find(|kind| kind.key().as_bytes() == key)
    }

    /// Whether these are the words of a command on a queue by itself: looking there says nothing of how well the cache
    /// serves its readers.
    pub(super) fn is_asked(command: &Words) -> bool {
        let names = |word: &Vec<u8>, kind: Self| word == kind.key().as_bytes();
        command.get(1).is_some_and(|word| names(word, Self::List))
            || command.iter().any(|word| names(word, Self::Stream))
    }
}

/// A queue as it is in the cache.
#[derive(Clone, Copy)]
enum Queue<'a> {
    List(ListView<'a>),
    Stream(StreamView<'a>),
}

impl<'a> Queue<'a> {
    fn find(server: &'a Server, kind: QueueKind) -> Option<Self> {
        match (kind, server.peek(kind.key().as_bytes())?.value) {
            (QueueKind::List, ValueView::List(list)) => Some(Self::List(list)),
            (QueueKind::Stream, ValueView::Stream(stream)) => Some(Self::Stream(stream)),
            _ => None,
        }
    }

    fn get(self, place: usize) -> Option<&'a [u8]> {
        match self {
            Self::List(list) => list.get(place),
            Self::Stream(stream) => stream.last_value(place),
        }
    }

    fn items(self) -> impl Iterator<Item = &'a [u8]> {
        let length = match self {
            Self::List(list) => list.len(),
            Self::Stream(stream) => stream.len(),
        };
        (0..length).filter_map(move |place| self.get(place))
    }
}

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

/// Who changed the queue, which tells how closely one must look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ChangedBy {
    /// A pattern, which adds at the end and takes from the front.
    Pattern,
    /// A person, who can do anything to it.
    Person,
}

impl World {
    /// Tells which writes go from the list into the flusher's hand, if these commands of a living flusher take any out.
    pub(super) fn hand_over(&self, from: Actor, pipeline: &[Words]) {
        if from != Actor::Flusher || !self.is_up(from) {
            return;
        }
        let Some(count) = pipeline.iter().find_map(popped) else { return };
        let writes = {
            let server = self.inner.cache.server.borrow();
            let items = Queue::find(&server, QueueKind::List).into_iter().flat_map(Queue::items);
            items.take(count).filter_map(read_dirty).map(|row| WriteId(row.version())).collect()
        };
        self.note(EventKind::InHand { writes });
    }

    /// Compares the queues with what they were.
    pub(super) fn sync_queues(&self, cause: Removal, by: ChangedBy) {
        for kind in QueueKind::BOTH {
            self.sync_queue(kind, cause, by);
        }
    }

    /// Compares a queue with what it was, and tells what joined and what left.
    pub(super) fn sync_queue(&self, kind: QueueKind, cause: Removal, by: ChangedBy) {
        let node = &self.inner.cache;
        let (server, mut known) = (node.server.borrow(), node.known(kind).borrow_mut());
        let queue = Queue::find(&server, kind);
        let item = |place: usize| queue.and_then(|queue| queue.get(place));
        let taken = known.iter().position(|known| known.is(item(0))).unwrap_or(known.len());
        let kept = known.len() - taken;
        // A queue of thousands is compared as a whole only where it may have changed in the middle.
        let rest_is_same = match by {
            ChangedBy::Pattern => kept == 0 || known.back().is_some_and(|last| last.is(item(kept - 1))),
            ChangedBy::Person => known.iter().skip(taken).zip(0..).all(|(known, place)| known.is(item(place))),
        };
        if !rest_is_same {
            let items: Vec<&[u8]> = queue.into_iter().flat_map(Queue::items).collect();
            return self.replace_queue(&mut known, &items, cause);
        }
        for gone in known.drain(..taken) {
            self.tell_gone(&gone, cause);
        }
        for item in queue.into_iter().flat_map(Queue::items).skip(kept) {
            self.tell_joined(&mut known, item);
        }
    }

    /// Tells the difference between two queues of which one can't tell how one became the other.
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

    /// Whether there is a queue of that kind under its key.
    pub(super) fn is_queue(&self, kind: QueueKind) -> bool {
        Queue::find(&self.inner.cache.server.borrow(), kind).is_some()
    }

    /// Whether the flusher is to read the stream: the queue that the settings ask for, once the other one is empty, which
    /// holds the older entries.
    pub(super) fn reads_stream(&self) -> bool {
        let is_empty = |kind| self.inner.cache.known(kind).borrow().is_empty();
        if self.settings().protect.stream { is_empty(QueueKind::List) } else { !is_empty(QueueKind::Stream) }
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
