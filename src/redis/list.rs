//! A list value.

use std::collections::VecDeque;

use super::config::Allocator;
use super::memory;

/// A list of strings, and the size of its entries.
#[derive(Clone, Debug, Default)]
pub(crate) struct List {
    items: VecDeque<Box<[u8]>>,
    payload: u64,
}

/// An end of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Left,
    Right,
}

impl End {
    /// The event of a push at this end.
    pub(crate) fn push_event(self) -> &'static str {
        if self == End::Left { "lpush" } else { "rpush" }
    }

    /// The event of a pop from this end.
    pub(crate) fn pop_event(self) -> &'static str {
        if self == End::Left { "lpop" } else { "rpop" }
    }
}

impl List {
    /// How many elements there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none; such a list is removed from the keyspace.
    pub(crate) fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Adds an element at an end.
    pub(crate) fn push(&mut self, end: End, element: &[u8]) {
        self.payload += memory::listpack_entry(element);
        match end {
            End::Left => self.items.push_front(element.into()),
            End::Right => self.items.push_back(element.into()),
        }
    }

    /// Inserts an element at a place; how many there are then.
    pub(crate) fn insert(&mut self, place: usize, element: &[u8]) -> usize {
        self.payload += memory::listpack_entry(element);
        self.items.insert(place.min(self.items.len()), element.into());
        self.items.len()
    }

    /// Takes an element from an end.
    pub(crate) fn pop(&mut self, end: End) -> Option<Box<[u8]>> {
        let element = match end {
            End::Left => self.items.pop_front(),
            End::Right => self.items.pop_back(),
        }?;
        self.payload -= memory::listpack_entry(&element);
        Some(element)
    }

    /// The place of an index that counts from the end when it is negative.
    fn place(&self, index: i64) -> Option<usize> {
        let length = self.items.len() as i64;
        let place = if index < 0 { index.checked_add(length)? } else { index };
        usize::try_from(place).ok().filter(|&place| place < self.items.len())
    }

    /// The element at an index, negative from the end.
    pub(crate) fn get(&self, index: i64) -> Option<&[u8]> {
        self.place(index).and_then(|place| self.items.get(place)).map(AsRef::as_ref)
    }

    /// Replaces the element at an index; false when there is none.
    pub(crate) fn set(&mut self, index: i64, element: &[u8]) -> bool {
        let Some(slot) = self.place(index).and_then(|place| self.items.get_mut(place)) else { return false };
        self.payload = self.payload - memory::listpack_entry(slot) + memory::listpack_entry(element);
        *slot = element.into();
        true
    }

    /// The elements of an inclusive range with Redis's clamping.
    pub(crate) fn range(&self, start: i64, stop: i64) -> impl ExactSizeIterator<Item = &[u8]> {
        let (first, after) = self.clamp(start, stop);
        self.items.range(first..after).map(AsRef::as_ref)
    }

    /// Keeps only the elements of an inclusive range.
    pub(crate) fn trim(&mut self, start: i64, stop: i64) {
        let (first, after) = self.clamp(start, stop);
        self.items.truncate(after);
        self.items.drain(..first);
        self.payload = self.items.iter().map(|element| memory::listpack_entry(element)).sum();
    }

    fn clamp(&self, start: i64, stop: i64) -> (usize, usize) {
        let length = self.items.len() as i64;
        let from_end = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
        let first = from_end(start).max(0);
        let last = from_end(stop).min(length - 1);
        if first > last || first >= length { (0, 0) } else { (first as usize, last as usize + 1) }
    }

    /// Removes elements equal to `element`: the first `limit` from an end; all of them when `limit` is 0.
    pub(crate) fn remove(&mut self, element: &[u8], limit: u64, from: End) -> u64 {
        let limit = if limit == 0 { u64::MAX } else { limit };
        let matching = self.items.iter().filter(|item| ***item == *element).count() as u64;
        let removed = matching.min(limit);
        // From the right, the matches to skip are those on the left that are kept.
        let mut skip = if from == End::Right { matching - removed } else { 0 };
        let mut left = removed;
        self.items.retain(|item| {
            if left == 0 || **item != *element {
                return true;
            }
            if skip > 0 {
                skip -= 1;
                return true;
            }
            left -= 1;
            false
        });
        self.payload -= removed * memory::listpack_entry(element);
        removed
    }

    /// The elements from left to right.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.items.iter().map(AsRef::as_ref)
    }

    /// The bytes that the value takes.
    pub(crate) fn payload(&self) -> u64 {
        self.payload
    }

    pub(crate) fn size(&self, allocator: Allocator) -> u64 {
        memory::list(self.payload, allocator)
    }
}
