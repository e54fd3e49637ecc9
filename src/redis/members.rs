//! A set value.

use indexmap::IndexSet;

use super::config::{Allocator, Config};
use super::hash::FixedState;
use super::key::Key;
use super::memory;
use super::number::parse_i64;
use crate::order::sort_by;

/// Members, each once. Integers alone are stored in their order, as long as there are few.
#[derive(Clone, Debug, Default)]
pub(crate) struct Members {
    members: IndexSet<Key, FixedState>,
    /// Stored as a table of strings.
    table: bool,
    /// The widest integer that was ever in it: 2, 4 or 8 bytes.
    width: u64,
    /// What the strings take in a table.
    payload: u64,
}

impl Members {
    /// How many members there are.
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether it is one of them.
    pub(crate) fn contains(&self, member: &[u8]) -> bool {
        self.members.contains(member)
    }

    /// The member at a place.
    pub(crate) fn at(&self, place: usize) -> Option<&Key> {
        self.members.get_index(place)
    }

    /// Whether it is stored as integers.
    pub(crate) fn is_integers(&self) -> bool {
        !self.table
    }

    /// All members; integers in their order.
    pub(crate) fn list(&self) -> Vec<&Key> {
        let mut all: Vec<&Key> = self.members.iter().collect();
        if !self.table {
            sort_by(&mut all, |one, other| parse_i64(one).cmp(&parse_i64(other)));
        }
        all
    }

    /// Adds a member; whether it is new.
    pub(crate) fn add(&mut self, member: &[u8], config: &Config) -> bool {
        if self.members.contains(member) {
            return false;
        }
        if !self.table {
            match parse_i64(member) {
                Some(value) => self.width = self.width.max(width(value)),
                None => self.unpack(config),
            }
        }
        self.members.insert(Key::new(member));
        if self.table {
            self.payload += memory::sds(member.len() as u64, config.allocator);
        } else if self.len() as u64 > config.limits.set_integers {
            self.unpack(config);
        }
        true
    }

    /// Removes a member; whether it was there.
    pub(crate) fn remove(&mut self, member: &[u8], config: &Config) -> bool {
        let removed = self.members.swap_remove(member);
        if removed && self.table {
            self.payload -= memory::sds(member.len() as u64, config.allocator);
        }
        removed
    }

    fn unpack(&mut self, config: &Config) {
        self.table = true;
        self.payload = self.members.iter().map(|member| memory::sds(member.len() as u64, config.allocator)).sum();
    }

    /// The bytes that the value takes.
    pub(crate) fn size(&self, allocator: Allocator) -> u64 {
        let members = self.len() as u64;
        if self.table {
            memory::dictionary(members, self.payload, allocator)
        } else {
            memory::integers(members, self.width.max(2), allocator)
        }
    }
}

fn width(value: i64) -> u64 {
    if i16::try_from(value).is_ok() {
        2
    } else if i32::try_from(value).is_ok() {
        4
    } else {
        8
    }
}
