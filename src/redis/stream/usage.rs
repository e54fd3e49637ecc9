//! What `MEMORY USAGE` says of a stream: not what it takes, but Redis's estimate, which gives each node of a radix tree the
//! room of thirty children (Redis, `object.c`, `streamRadixTreeMemoryUsage`).

use super::{Group, Id, Stream};
use crate::redis::config::Allocator;
use crate::redis::memory;

const STREAM: u64 = 80;
const GROUP: u64 = 40;
const CONSUMER: u64 = 24;
const PENDING: u64 = 24;
/// Bytes of an identifier, which are the keys of the trees, big end first.
const KEY: u64 = 16;
const TREE_NODE: u64 = 4 + 30 * 8;

impl Stream {
    /// The bytes that `MEMORY USAGE` counts for the value.
    pub(crate) fn usage(&self, allocator: Allocator) -> u64 {
        let firsts: Vec<Id> = self.nodes.iter().map(|node| node.first).collect();
        let listpacks = self.listpacks(allocator);
        let groups: u64 = self.groups.iter().map(usage_of).sum();
        memory::OBJECT_HEADER + STREAM + tree(&firsts) + listpacks + groups
    }
}

fn usage_of(group: &Group) -> u64 {
    let ids = |consumer: Option<&[u8]>| -> Vec<Id> {
        let pending = group.pending_from(Id::ZERO).iter();
        pending.filter(|one| consumer.is_none_or(|name| *one.consumer == *name)).map(|one| one.id).collect()
    };
    let all = ids(None);
    let consumers = group.consumers.iter().map(|consumer| {
        let name = consumer.name.as_bytes();
        CONSUMER + name.len() as u64 + tree(&ids(Some(name)))
    });
    GROUP + tree(&all) + all.len() as u64 * PENDING + consumers.sum::<u64>()
}

/// The bytes of a tree with these keys, which are in order.
fn tree(ids: &[Id]) -> u64 {
    let keys: Vec<[u8; KEY as usize]> =
        ids.iter().map(|id| ((u128::from(id.time) << 64) | u128::from(id.number)).to_be_bytes()).collect();
    ids.len() as u64 * KEY + nodes(&keys, 0) * TREE_NODE
}

/// The nodes of the tree below a place in keys that agree up to it: one for what all of them have in common, one where they
/// part, one at the end of each.
fn nodes(keys: &[[u8; KEY as usize]], from: usize) -> u64 {
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return 1 };
    let common = first[from..].iter().zip(&last[from..]).take_while(|(one, other)| one == other).count();
    let parting = from + common;
    let run = u64::from(common > 0);
    if parting == first.len() {
        return run + 1;
    }
    run + 1
        + keys.chunk_by(|one, other| one[parting] == other[parting]).map(|part| nodes(part, parting + 1)).sum::<u64>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trees_nodes_are_those_of_a_radix_tree() {
        let id = |time, number| Id { time, number };
        let count = |ids: &[Id]| (tree(ids) - ids.len() as u64 * KEY) / TREE_NODE;
        assert_eq!(count(&[]), 1, "the root");
        assert_eq!(count(&[id(1, 1)]), 2, "the root with all of the key, and its end");
        assert_eq!(count(&[id(1, 1), id(1, 2)]), 4, "what they share, where they part, two ends");
        assert_eq!(count(&[id(1, 0), id(2, 0)]), 6, "and what is left of each");
    }
}
