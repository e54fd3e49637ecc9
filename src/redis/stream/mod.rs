//! A stream value: entries in the order of their identifiers, on nodes, and the consumer groups that read them.

mod group;
mod id;
mod usage;

use std::collections::VecDeque;

pub(crate) use group::{Consumer, Group, Pending};
pub(crate) use id::Id;

use super::config::{Allocator, Config};
use super::memory;
use super::number::Decimal;

/// The most room that a node has from its beginning.
const FRESH_NODE: u64 = 4096;
/// A node is never larger.
const LARGEST_NODE: u64 = 1 << 30;
const NODE_FRAME: u64 = 7;
const STREAM: u64 = 88;
const TREE: u64 = 24;
/// About what a tree takes for each of its keys.
const TREE_KEY: u64 = 56;

/// One entry: its fields and values take turns.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) id: Id,
    pub(crate) fields: Vec<Box<[u8]>>,
}

/// Neighbouring entries that are stored together; approximate trimming removes whole nodes.
#[derive(Clone, Debug)]
struct Node {
    first: Id,
    last: Id,
    /// Entries that were added.
    total: u64,
    /// Entries that are left.
    live: u64,
    bytes: u64,
    /// The room that it was given before it was needed, until a later node is begun.
    room: u64,
    /// The fields of the first entry, which later ones need not repeat.
    fields: Vec<Box<[u8]>>,
}

/// A stream.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stream {
    entries: VecDeque<Entry>,
    nodes: VecDeque<Node>,
    /// The last identifier that was given.
    pub(crate) last_id: Id,
    /// The greatest identifier that `XDEL` has removed.
    pub(crate) max_deleted: Id,
    /// How many entries were ever added.
    pub(crate) added: u64,
    pub(crate) groups: Vec<Group>,
}

/// What `MAXLEN` or `MINID` leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// At most so many entries.
    Length(u64),
    /// No entries before this one.
    From(Id),
}

/// How a stream is trimmed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trim {
    pub(crate) keep: Keep,
    /// Whole nodes only, and at most so many entries; 0 for no limit.
    pub(crate) approximate: Option<u64>,
}

impl Stream {
    /// How many entries there are.
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many nodes there are.
    pub(crate) fn nodes(&self) -> usize {
        self.nodes.len()
    }

    /// The identifier of the first entry, zero without any.
    pub(crate) fn first_id(&self) -> Id {
        self.entries.front().map_or(Id::ZERO, |entry| entry.id)
    }

    /// The identifier of the last entry that is there.
    pub(crate) fn last_live(&self) -> Option<Id> {
        self.entries.back().map(|entry| entry.id)
    }

    /// The entry with an identifier.
    pub(crate) fn entry(&self, id: Id) -> Option<&Entry> {
        let place = self.place(id);
        self.entries.get(place).filter(|entry| entry.id == id)
    }

    /// The entry at a place, counted from 0 for the oldest.
    pub(crate) fn at(&self, place: usize) -> Option<&Entry> {
        self.entries.get(place)
    }

    /// The first place whose entry is not before an identifier.
    fn place(&self, id: Id) -> usize {
        self.entries.partition_point(|entry| entry.id < id)
    }

    /// The entries between two identifiers, both included.
    pub(crate) fn range(&self, start: Id, end: Id) -> impl DoubleEndedIterator<Item = &Entry> {
        let first = self.place(start);
        let after = self.entries.partition_point(|entry| entry.id <= end).max(first);
        self.entries.range(first..after)
    }

    /// Adds an entry after all others.
    pub(crate) fn append(&mut self, id: Id, fields: &[&[u8]], config: &Config) {
        let payload: u64 = fields.iter().map(|word| word.len() as u64).sum();
        let limits = &config.limits;
        let most = if limits.stream_bytes == 0 { LARGEST_NODE } else { limits.stream_bytes.min(LARGEST_NODE) };
        let is_full = |node: &Node| {
            node.bytes + payload >= most || limits.stream_entries > 0 && node.total >= limits.stream_entries
        };
        if self.nodes.back().is_none_or(is_full) {
            if let Some(full) = self.nodes.back_mut() {
                full.room = 0;
            }
            let room = if limits.stream_bytes == 0 { FRESH_NODE } else { limits.stream_bytes.min(FRESH_NODE) };
            self.nodes.push_back(Node::new(id, fields, room));
        }
        if let Some(node) = self.nodes.back_mut() {
            node.add(id, fields);
        }
        self.entries.push_back(Entry { id, fields: fields.iter().map(|word| Box::from(*word)).collect() });
        self.last_id = id;
        self.added += 1;
    }

    /// Removes an entry; whether it was there.
    pub(crate) fn delete(&mut self, id: Id) -> bool {
        let place = self.place(id);
        if self.entries.get(place).is_none_or(|entry| entry.id != id) {
            return false;
        }
        self.entries.remove(place);
        self.forget_in_node(id);
        self.max_deleted = self.max_deleted.max(id);
        true
    }

    fn forget_in_node(&mut self, id: Id) {
        let place = self.nodes.partition_point(|node| node.first <= id).saturating_sub(1);
        let Some(node) = self.nodes.get_mut(place) else { return };
        node.live -= 1;
        if node.live == 0 {
            self.nodes.remove(place);
        }
    }

    /// Removes entries from the beginning; how many (Redis, `streamTrim`).
    pub(crate) fn trim(&mut self, trim: Trim) -> usize {
        let mut deleted = 0;
        while let Some(node) = self.nodes.front() {
            let (live, last) = (node.live, node.last);
            let length = self.entries.len() as u64;
            if matches!(trim.keep, Keep::Length(most) if length <= most) {
                break;
            }
            if trim.approximate.is_some_and(|limit| limit > 0 && deleted + live > limit) {
                break;
            }
            let whole = match trim.keep {
                Keep::Length(most) => length - live >= most,
                Keep::From(least) => last < least,
            };
            if whole {
                self.nodes.pop_front();
                self.entries.drain(..live as usize);
                deleted += live;
                continue;
            }
            if trim.approximate.is_none() {
                deleted += self.trim_node(trim.keep);
            }
            break;
        }
        deleted as usize
    }

    /// Removes entries of the first node one by one.
    fn trim_node(&mut self, keep: Keep) -> u64 {
        let surplus = match keep {
            Keep::Length(most) => self.entries.len() as u64 - most,
            Keep::From(least) => self.place(least) as u64,
        };
        for _ in 0..surplus {
            if let Some(entry) = self.entries.pop_front() {
                self.forget_in_node(entry.id);
            }
        }
        surplus
    }

    /// The group with this name.
    pub(crate) fn group(&self, name: &[u8]) -> Option<&Group> {
        self.groups.iter().find(|group| *group.name == *name)
    }

    /// The group with this name, to change it.
    pub(crate) fn group_mut(&mut self, name: &[u8]) -> Option<&mut Group> {
        self.groups.iter_mut().find(|group| *group.name == *name)
    }

    /// Whether an entry at or after an identifier was deleted by `XDEL` (Redis, `streamRangeHasTombstones`).
    pub(crate) fn has_gaps_from(&self, start: Id) -> bool {
        let none = self.entries.is_empty() || self.max_deleted == Id::ZERO || self.first_id() > self.max_deleted;
        !none && start <= self.max_deleted
    }

    /// How many entries were added up to an identifier, if that is known without counting them (Redis,
    /// `streamEstimateDistanceFromFirstEverEntry`).
    pub(crate) fn added_until(&self, id: Id) -> Option<u64> {
        if self.added == 0 {
            return Some(0);
        }
        if self.entries.is_empty() && id <= self.last_id || id == self.last_id {
            return Some(self.added);
        }
        if id > self.last_id {
            return None;
        }
        let whole = self.max_deleted == Id::ZERO || self.max_deleted < self.first_id();
        let before = self.added - self.entries.len() as u64;
        match id.cmp(&self.first_id()) {
            std::cmp::Ordering::Less if whole => Some(before),
            std::cmp::Ordering::Equal if whole => Some(before + 1),
            _ => None,
        }
    }

    /// The bytes that the nodes take, with the room that they have before it is needed.
    fn listpacks(&self, allocator: Allocator) -> u64 {
        self.nodes.iter().map(|node| allocator.size_class(node.bytes.max(node.room))).sum()
    }

    /// The bytes that the value takes. The trees are approximated.
    pub(crate) fn size(&self, allocator: Allocator) -> u64 {
        let groups = self.groups.iter().map(|group| group.size(allocator)).sum::<u64>();
        allocator.size_class(memory::OBJECT_HEADER)
            + allocator.size_class(STREAM)
            + allocator.size_class(TREE)
            + self.nodes.len() as u64 * TREE_KEY
            + self.listpacks(allocator)
            + groups
    }
}

impl Node {
    /// An empty node for an entry and those after it.
    fn new(first: Id, fields: &[&[u8]], room: u64) -> Node {
        let names: Vec<Box<[u8]>> = fields.iter().step_by(2).map(|name| Box::from(*name)).collect();
        // The count of entries, of deleted ones and of fields, the fields, and a zero at the end.
        let own: u64 = names.iter().map(|name| memory::listpack_entry(name)).sum();
        Node { first, last: first, total: 0, live: 0, bytes: NODE_FRAME + 8 + own, room, fields: names }
    }

    fn add(&mut self, id: Id, fields: &[&[u8]]) {
        let same = fields.len() == self.fields.len() * 2
            && fields.iter().step_by(2).zip(&self.fields).all(|(name, known)| **name == **known);
        let number = |value: u64| memory::listpack_entry(Decimal::new(value.cast_signed()).as_bytes());
        let stored = fields.iter().skip(usize::from(same)).step_by(if same { 2 } else { 1 });
        let words: u64 = stored.map(|word| memory::listpack_entry(word)).sum();
        let offsets = number(id.time.wrapping_sub(self.first.time)) + number(id.number.wrapping_sub(self.first.number));
        // The flags, the number of fields unless they are the same, and the length for walking back.
        self.bytes += 2 + offsets + words + if same { 2 } else { 4 };
        self.total += 1;
        self.live += 1;
        self.last = id;
    }
}
