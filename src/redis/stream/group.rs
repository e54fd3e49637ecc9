//! Consumer groups: what each consumer has been given and not yet acknowledged.

use super::Id;
use crate::redis::config::Allocator;
use crate::redis::key::Key;
use crate::redis::time::Millis;

const GROUP: u64 = 40;
const CONSUMER: u64 = 24;
const PENDING: u64 = 24;
/// About what the two trees take for a pending entry.
const PENDING_TREES: u64 = 88;
const TREE: u64 = 24;

/// A group of consumers that share a stream's entries.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(crate) name: Key,
    /// The last entry that was delivered.
    pub(crate) last_id: Id,
    /// How many entries were read, if that is known.
    pub(crate) entries_read: Option<u64>,
    /// In the order of identifiers.
    pending: Vec<Pending>,
    /// In the order of names.
    pub(crate) consumers: Vec<Consumer>,
}

/// A consumer.
#[derive(Clone, Debug)]
pub(crate) struct Consumer {
    pub(crate) name: Key,
    /// When it last did anything.
    pub(crate) seen: Millis,
}

/// An entry that was delivered and not acknowledged.
#[derive(Clone, Debug)]
pub(crate) struct Pending {
    pub(crate) id: Id,
    pub(crate) consumer: Key,
    /// When it was last delivered.
    pub(crate) at: Millis,
    /// How often it was delivered.
    pub(crate) times: i64,
}

impl Group {
    pub(crate) fn new(name: &[u8], last_id: Id, entries_read: Option<u64>) -> Group {
        Group { name: Key::new(name), last_id, entries_read, pending: Vec::new(), consumers: Vec::new() }
    }

    /// The pending entries from an identifier on.
    pub(crate) fn pending_from(&self, start: Id) -> &[Pending] {
        &self.pending[self.pending.partition_point(|pending| pending.id < start)..]
    }

    /// How many entries are pending, or how many of one consumer.
    pub(crate) fn pending_count(&self, consumer: Option<&Key>) -> usize {
        self.pending.iter().filter(|pending| consumer.is_none_or(|name| pending.consumer == *name)).count()
    }

    /// A pending entry.
    pub(crate) fn pending_mut(&mut self, id: Id) -> Option<&mut Pending> {
        let place = self.pending.binary_search_by_key(&id, |pending| pending.id).ok()?;
        self.pending.get_mut(place)
    }

    /// Notes that an entry was delivered to a consumer for the first time, whoever had it before.
    pub(crate) fn deliver(&mut self, id: Id, consumer: &Key, at: Millis) {
        let fresh = Pending { id, consumer: consumer.clone(), at, times: 1 };
        match self.pending.binary_search_by_key(&id, |pending| pending.id) {
            Ok(place) => self.pending[place] = fresh,
            Err(place) => self.pending.insert(place, fresh),
        }
    }

    /// An entry is no longer pending; whether it was.
    pub(crate) fn acknowledge(&mut self, id: Id) -> bool {
        let place = self.pending.binary_search_by_key(&id, |pending| pending.id);
        place.is_ok_and(|place| {
            self.pending.remove(place);
            true
        })
    }

    /// The place of a consumer, or where it would be.
    fn find(&self, name: &[u8]) -> Result<usize, usize> {
        self.consumers.binary_search_by(|consumer| consumer.name.as_bytes().cmp(name))
    }

    /// Whether there is such a consumer.
    pub(crate) fn has_consumer(&self, name: &[u8]) -> bool {
        self.find(name).is_ok()
    }

    /// Marks a consumer as seen, and makes it if it is not there; whether it is new.
    pub(crate) fn see(&mut self, name: &[u8], now: Millis) -> bool {
        match self.find(name) {
            Ok(place) => {
                self.consumers[place].seen = now;
                false
            }
            Err(place) => {
                self.consumers.insert(place, Consumer { name: Key::new(name), seen: now });
                true
            }
        }
    }

    /// Removes a consumer with its pending entries; how many there were.
    pub(crate) fn remove_consumer(&mut self, name: &[u8]) -> usize {
        let Ok(place) = self.find(name) else { return 0 };
        self.consumers.remove(place);
        let before = self.pending.len();
        self.pending.retain(|pending| *pending.consumer != *name);
        before - self.pending.len()
    }

    /// The bytes that the group takes.
    pub(super) fn size(&self, allocator: Allocator) -> u64 {
        let consumer = allocator.size_class(CONSUMER) + allocator.size_class(TREE);
        allocator.size_class(GROUP)
            + 2 * allocator.size_class(TREE)
            + self.consumers.len() as u64 * consumer
            + self.pending.len() as u64 * (allocator.size_class(PENDING) + PENDING_TREES)
    }
}
