//! A sorted set value.

use std::cmp::Ordering;

use indexmap::IndexMap;

use super::config::{Allocator, Config};
use super::float::print_f64;
use super::hash::FixedState;
use super::key::Key;
use super::memory;

/// Members with scores, in the order of scores and then of names. No score is NaN.
#[derive(Clone, Debug)]
pub(crate) struct Sorted {
    scores: IndexMap<Key, f64, FixedState>,
    order: Vec<(f64, Key)>,
    packed: bool,
    /// What the members, and in a listpack the scores, take.
    payload: u64,
}

/// A score as a listpack holds it: an integer if it is one and not too large.
pub(crate) fn packed_score(score: f64) -> String {
    const GREATEST: f64 = (i64::MAX / 2) as f64;
    let is_integer = (-GREATEST..=GREATEST).contains(&score) && score as i64 as f64 == score;
    if is_integer { (score as i64).to_string() } else { print_f64(score) }
}

impl Default for Sorted {
    fn default() -> Sorted {
        Sorted { scores: IndexMap::default(), order: Vec::new(), packed: true, payload: 0 }
    }
}

impl Sorted {
    /// An empty set that is stored as a skip list, as results of commands are.
    pub(crate) fn unpacked() -> Sorted {
        Sorted { packed: false, ..Sorted::default() }
    }

    /// The same set as one listpack if that may hold it.
    pub(crate) fn packed_if_small(self, config: &Config) -> Sorted {
        let limits = &config.limits;
        let longest = self.order.iter().map(|(_, member)| member.len() as u64).max().unwrap_or(0);
        if self.len() as u64 > limits.sorted_entries || longest > limits.sorted_value {
            return self;
        }
        let mut packed = Sorted::default();
        for (score, member) in &self.order {
            packed.set(member, *score, config);
        }
        packed
    }

    /// How many members there are.
    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether it is stored as one listpack.
    pub(crate) fn is_packed(&self) -> bool {
        self.packed
    }

    /// The score of a member.
    pub(crate) fn score(&self, member: &[u8]) -> Option<f64> {
        self.scores.get(member).copied()
    }

    /// The members with their scores, in their order.
    pub(crate) fn entries(&self) -> &[(f64, Key)] {
        &self.order
    }

    /// The member at a place, in no order, for sampling and scanning.
    pub(crate) fn at(&self, place: usize) -> Option<(&Key, f64)> {
        self.scores.get_index(place).map(|(member, &score)| (member, score))
    }

    /// How many members come before a member.
    pub(crate) fn rank(&self, member: &[u8]) -> Option<usize> {
        self.score(member).map(|score| self.place(score, member))
    }

    fn place(&self, score: f64, member: &[u8]) -> usize {
        self.order.partition_point(|(other, name)| match other.partial_cmp(&score) {
            Some(Ordering::Equal) | None => **name < *member,
            Some(order) => order == Ordering::Less,
        })
    }

    /// Sets the score of a member, which may be new.
    pub(crate) fn set(&mut self, member: &[u8], score: f64, config: &Config) {
        self.remove(member, config);
        let limits = &config.limits;
        if self.len() as u64 + 1 > limits.sorted_entries || member.len() as u64 > limits.sorted_value {
            self.unpack(config);
        }
        // A listpack keeps whole numbers as integers, which have no negative zero.
        let score = if self.packed { score + 0.0 } else { score };
        self.payload += self.weight(member, score, config);
        let (place, member) = (self.place(score, member), Key::new(member));
        self.order.insert(place, (score, member.clone()));
        self.scores.insert(member, score);
    }

    /// Removes a member; whether it was there.
    pub(crate) fn remove(&mut self, member: &[u8], config: &Config) -> bool {
        let Some(score) = self.score(member) else { return false };
        self.payload -= self.weight(member, score, config);
        self.order.remove(self.place(score, member));
        self.scores.swap_remove(member);
        true
    }

    fn weight(&self, member: &[u8], score: f64, config: &Config) -> u64 {
        if self.packed {
            memory::listpack_entry(member) + memory::listpack_entry(packed_score(score).as_bytes())
        } else {
            memory::sds(member.len() as u64, config.allocator)
        }
    }

    /// Stores it as a skip list from now on.
    pub(crate) fn unpack(&mut self, config: &Config) {
        if std::mem::take(&mut self.packed) {
            self.payload = self.order.iter().map(|(_, name)| memory::sds(name.len() as u64, config.allocator)).sum();
        }
    }

    /// The bytes that the value takes.
    pub(crate) fn size(&self, allocator: Allocator) -> u64 {
        if self.packed {
            memory::packed(self.payload, allocator)
        } else {
            memory::skiplist(self.len() as u64, self.payload, allocator)
        }
    }
}
