//! One numbered database: its keys, their values, expiries, access marks and sizes.

use indexmap::{IndexMap, IndexSet};

use super::config::Allocator;
use super::hash::FixedState;
use super::key::Key;
use super::memory;
use super::time::Millis;
use super::value::Value;

/// Tables never get smaller than this.
const SMALLEST_TABLE: u64 = 4;

/// What a key holds.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) value: Value,
    pub(crate) expires_at: Option<Millis>,
    /// When or how often it was used, in the form that the eviction policy reads (`eviction::access`).
    pub(crate) access: u32,
    /// What the key takes: its name, its value and its expiry.
    pub(crate) bytes: u64,
    /// A number that grows with each key made, by which keys can be listed in the order of their making.
    pub(crate) born: u64,
}

/// Where a key is at the moment. Any removal may move it, so a place is used at once and never kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Slot(pub(crate) usize);

/// One database. A key that is removed gives its place to the last one, so that removing is cheap and places are
/// deterministic.
#[derive(Clone, Debug, Default)]
pub(crate) struct Database {
    entries: IndexMap<Key, Entry, FixedState>,
    volatile: IndexSet<Key, FixedState>,
    entries_bytes: u64,
    main_table: u64,
    expiry_table: u64,
    next_born: u64,
    /// Where the active expiry cycle goes on.
    pub(crate) expiry_cursor: usize,
}

impl Database {
    /// How many keys there are, expired ones that nobody has noticed included.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many keys have an expiry.
    pub(crate) fn volatile_len(&self) -> usize {
        self.volatile.len()
    }

    /// Where a key is.
    pub(crate) fn find(&self, key: &[u8]) -> Option<Slot> {
        self.entries.get_index_of(key).map(Slot)
    }

    /// The key at a place.
    pub(crate) fn key(&self, slot: Slot) -> &Key {
        self.entries.get_index(slot.0).map(|(key, _)| key).expect("a place is used before any removal")
    }

    /// The entry at a place.
    pub(crate) fn entry(&self, slot: Slot) -> &Entry {
        &self.entries[slot.0]
    }

    /// The key with this place among those that have an expiry.
    pub(crate) fn volatile_at(&self, place: usize) -> Option<&Key> {
        self.volatile.get_index(place)
    }

    /// The entry at a place, to mark its use; [`Database::update`] changes values.
    pub(crate) fn entry_mut(&mut self, slot: Slot) -> &mut Entry {
        &mut self.entries[slot.0]
    }

    /// All keys, in the order of their places.
    pub(crate) fn iter(&self) -> impl DoubleEndedIterator<Item = (&Key, &Entry)> + ExactSizeIterator {
        self.entries.iter()
    }

    /// Adds a key that is not there yet.
    pub(crate) fn insert(&mut self, key: Key, value: Value, access: u32, allocator: Allocator) -> Slot {
        let bytes = memory::key(key.len() as u64, false, allocator) + value.size(allocator);
        self.entries_bytes += bytes;
        self.next_born += 1;
        let entry = Entry { value, expires_at: None, access, bytes, born: self.next_born };
        let (place, _) = self.entries.insert_full(key, entry);
        Slot(place)
    }

    /// Changes the value at a place by `change` and weighs it anew.
    pub(crate) fn update<T>(&mut self, slot: Slot, allocator: Allocator, change: impl FnOnce(&mut Value) -> T) -> T {
        let name_length = self.key(slot).len() as u64;
        let entry = &mut self.entries[slot.0];
        let outcome = change(&mut entry.value);
        let bytes = memory::key(name_length, entry.expires_at.is_some(), allocator) + entry.value.size(allocator);
        self.entries_bytes = self.entries_bytes - entry.bytes + bytes;
        entry.bytes = bytes;
        outcome
    }

    /// Removes a key.
    pub(crate) fn remove(&mut self, slot: Slot) -> Option<(Key, Entry)> {
        let (key, entry) = self.entries.swap_remove_index(slot.0)?;
        self.entries_bytes -= entry.bytes;
        if entry.expires_at.is_some() {
            self.volatile.swap_remove(&key);
        }
        Some((key, entry))
    }

    /// The mean time to live of the keys that have one, in milliseconds.
    pub(crate) fn average_ttl(&self, now: Millis) -> u64 {
        let sum: u64 = self.entries.values().filter_map(|entry| entry.expires_at).map(|at| at.since(now)).sum();
        sum.checked_div(self.volatile.len() as u64).unwrap_or(0)
    }

    /// Whether a table holds more keys than it has buckets.
    pub(crate) fn tables_are_full(&self) -> bool {
        self.entries.len() as u64 > self.main_table || self.volatile.len() as u64 > self.expiry_table
    }

    /// Sets or removes the expiry of a key; the former one is returned.
    pub(crate) fn set_expiry(&mut self, slot: Slot, at: Option<Millis>, allocator: Allocator) -> Option<Millis> {
        let entry = &mut self.entries[slot.0];
        let former = std::mem::replace(&mut entry.expires_at, at);
        if former.is_some() == at.is_some() {
            return former;
        }
        let key = self.key(slot).clone();
        let entry = &mut self.entries[slot.0];
        let name = key.len() as u64;
        let bytes =
            entry.bytes + memory::key(name, at.is_some(), allocator) - memory::key(name, former.is_some(), allocator);
        self.entries_bytes = self.entries_bytes - entry.bytes + bytes;
        entry.bytes = bytes;
        if at.is_some() {
            self.volatile.insert(key);
        } else {
            self.volatile.swap_remove(&key);
        }
        former
    }

    /// Removes all keys.
    pub(crate) fn clear(&mut self) {
        let next_born = self.next_born;
        *self = Database { next_born, ..Database::default() };
    }

    /// What the database takes, its tables included.
    pub(crate) fn bytes(&self, allocator: Allocator) -> u64 {
        self.entries_bytes + memory::table(self.main_table, allocator) + memory::table(self.expiry_table, allocator)
    }

    /// Whether it takes any memory.
    pub(crate) fn has_tables(&self) -> bool {
        self.main_table != 0 || self.expiry_table != 0 || self.entries_bytes != 0
    }

    /// What the entries take, without the tables.
    pub(crate) fn entries_bytes(&self) -> u64 {
        self.entries_bytes
    }

    /// Grows the tables where a key more would overfill them; `allowed` is asked with the bytes that a growth adds and
    /// with how full the table is.
    pub(crate) fn grow_tables(&mut self, allocator: Allocator, allowed: impl Fn(u64) -> bool) {
        let grow = |used: usize, buckets: u64| {
            let used = used as u64;
            if used <= buckets {
                return buckets;
            }
            let wider = used.next_power_of_two().max(SMALLEST_TABLE);
            let overfull = buckets > 0 && used * 1000 > buckets * 1618;
            if overfull || buckets == 0 || allowed(memory::table(wider, allocator)) { wider } else { buckets }
        };
        self.main_table = grow(self.entries.len(), self.main_table);
        self.expiry_table = grow(self.volatile.len(), self.expiry_table);
    }

    /// Shrinks the tables that are less than a tenth full, as Redis does ten times a second.
    pub(crate) fn shrink_tables(&mut self) {
        let shrink = |used: usize, buckets: u64| {
            let used = used as u64;
            let sparse = buckets > SMALLEST_TABLE && used * 10 < buckets;
            if sparse { used.next_power_of_two().max(SMALLEST_TABLE) } else { buckets }
        };
        self.main_table = shrink(self.entries.len(), self.main_table);
        self.expiry_table = shrink(self.volatile.len(), self.expiry_table);
    }
}
