//! What keys and values weigh: the rules of `used_memory`.
//!
//! The sizes follow Redis 7.0 on a 64-bit machine with jemalloc. Each allocation is rounded up to its size class. A key
//! takes a dictionary entry of 24 bytes and an sds string for its name; an expiry takes one more dictionary entry, which
//! shares the name. A value takes an object header of 16 bytes and what its encoding needs:
//!
//! - `int`: nothing more, and nothing at all for a shared integer;
//! - `embstr`: the sds string in the same allocation as the header;
//! - `raw`: an sds string of its own, with the spare room that `APPEND` and `SETRANGE` leave;
//! - `quicklist`: 40 bytes, and for each node of at most 8 KB of entries 40 bytes and a listpack. How entries are spread
//!   on nodes is approximated: the model takes the fewest nodes that hold them;
//! - `listpack`: one listpack of 7 bytes and its entries;
//! - `hashtable`: 56 bytes, a table of buckets, and for each entry 24 bytes and its sds strings;
//! - `intset`: 8 bytes and 2, 4 or 8 for each member;
//! - `skiplist`: what a hash table takes, and for each member a node of 24 bytes and 16 for each of its levels, of which
//!   the model takes the mean.
//!
//! Each database has two hash tables with eight bytes for a bucket and a power of two of buckets. The model leaves out the
//! second table that lives during an incremental rehash, clients' buffers, and fragmentation.

use super::config::Allocator;

pub(crate) const OBJECT_HEADER: u64 = 16;
pub(crate) const DICT_ENTRY: u64 = 24;
const BUCKET: u64 = 8;
pub(crate) const QUICKLIST: u64 = 40;
pub(crate) const QUICKLIST_NODE: u64 = 40;
const LISTPACK_FRAME: u64 = 7;
pub(crate) const DICT: u64 = 56;
const INTSET_FRAME: u64 = 8;
const SORTED_SET: u64 = 16;
const SKIPLIST: u64 = 32;
const SKIPLIST_NODE: u64 = 24;
const SKIPLIST_LEVEL: u64 = 16;
const SKIPLIST_LEVELS: u64 = 32;
const LISTPACK_LIMIT: u64 = 8192;

impl Allocator {
    fn quantum(self) -> u64 {
        match self {
            Allocator::Bundled => 8,
            Allocator::System => 16,
        }
    }

    /// The bytes that an allocation of `wanted` bytes really takes: jemalloc has four classes for each doubling, never
    /// closer than its quantum.
    pub(crate) fn size_class(self, wanted: u64) -> u64 {
        if wanted <= 8 {
            return 8;
        }
        let doubling = (wanted - 1).ilog2();
        let spacing = self.quantum().max((1u64 << doubling) / 4);
        wanted.div_ceil(spacing) * spacing
    }
}

/// The bytes of an sds header for a string of this length (Redis, `sds.h`); `smallest` tells whether the one-byte
/// header, which can't grow, may be used.
pub(crate) fn sds_header(length: u64, smallest: bool) -> u64 {
    match length {
        0 => 3,
        1..32 if smallest => 1,
        1..256 => 3,
        256..65_536 => 5,
        65_536..4_294_967_296 => 9,
        _ => 17,
    }
}

/// The bytes of a freshly made sds string.
pub(crate) fn sds(length: u64, allocator: Allocator) -> u64 {
    allocator.size_class(sds_header(length, true) + length + 1)
}

/// The bytes of a key without its value: the dictionary entry, the name, and the entry of its expiry.
pub(crate) fn key(name_length: u64, has_expiry: bool, allocator: Allocator) -> u64 {
    let entry = allocator.size_class(DICT_ENTRY);
    let expiry = if has_expiry { entry } else { 0 };
    entry + sds(name_length, allocator) + expiry
}

/// The bytes of a hash table with so many buckets.
pub(crate) fn table(buckets: u64, allocator: Allocator) -> u64 {
    if buckets == 0 { 0 } else { allocator.size_class(buckets * BUCKET) }
}

/// How many nodes hold a list whose entries take `payload` bytes.
pub(crate) fn list_nodes(payload: u64) -> u64 {
    payload.div_ceil(LISTPACK_LIMIT).max(1)
}

/// The bytes of a list whose entries take `payload` bytes in listpacks.
pub(crate) fn list(payload: u64, allocator: Allocator) -> u64 {
    let nodes = list_nodes(payload);
    let packs = match nodes {
        1 => allocator.size_class(LISTPACK_FRAME + payload),
        _ => nodes * allocator.size_class(LISTPACK_FRAME + payload.div_ceil(nodes)),
    };
    allocator.size_class(OBJECT_HEADER)
        + allocator.size_class(QUICKLIST)
        + nodes * allocator.size_class(QUICKLIST_NODE)
        + packs
}

/// The bytes of a hash or a sorted set that is one listpack.
pub(crate) fn packed(payload: u64, allocator: Allocator) -> u64 {
    allocator.size_class(OBJECT_HEADER) + allocator.size_class(LISTPACK_FRAME + payload)
}

/// The bytes of a hash or a set that is a hash table: `payload` for its strings.
pub(crate) fn dictionary(entries: u64, payload: u64, allocator: Allocator) -> u64 {
    let buckets = entries.next_power_of_two().max(4);
    allocator.size_class(OBJECT_HEADER)
        + allocator.size_class(DICT)
        + table(buckets, allocator)
        + entries * allocator.size_class(DICT_ENTRY)
        + payload
}

/// The bytes of a set that is an array of integers of `width` bytes.
pub(crate) fn integers(members: u64, width: u64, allocator: Allocator) -> u64 {
    allocator.size_class(OBJECT_HEADER) + allocator.size_class(INTSET_FRAME + members * width)
}

/// The bytes of a sorted set that is a skip list and a hash table: `payload` for its strings. A quarter of the nodes of
/// each level reach the next one.
pub(crate) fn skiplist(members: u64, payload: u64, allocator: Allocator) -> u64 {
    let node = |levels: u64| allocator.size_class(SKIPLIST_NODE + levels * SKIPLIST_LEVEL);
    let nodes = members * (48 * node(1) + 12 * node(2) + 3 * node(3) + node(4)) / 64;
    allocator.size_class(SORTED_SET)
        + allocator.size_class(SKIPLIST)
        + node(SKIPLIST_LEVELS)
        + nodes
        + dictionary(members, payload, allocator)
}

/// The bytes of one entry of a listpack (Redis, `listpack.c`): its encoding, its data, and its length for walking back.
pub(crate) fn listpack_entry(element: &[u8]) -> u64 {
    let length = element.len() as u64;
    let body = match super::number::parse_i64(element) {
        Some(0..=127) => 1,
        Some(-4096..=4095) => 2,
        Some(-32_768..=32_767) => 3,
        Some(-8_388_608..=8_388_607) => 4,
        Some(-2_147_483_648..=2_147_483_647) => 5,
        Some(_) => 9,
        None if length < 64 => 1 + length,
        None if length < 4096 => 2 + length,
        None => 5 + length,
    };
    let back = match body {
        ..128 => 1,
        128..16_384 => 2,
        16_384..2_097_152 => 3,
        2_097_152..268_435_456 => 4,
        _ => 5,
    };
    body + back
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_classes_are_those_of_jemalloc() {
        let bundled: Vec<u64> =
            [1, 9, 17, 25, 40, 57, 65, 100, 129, 257, 1025].map(|n| Allocator::Bundled.size_class(n)).into();
        assert_eq!(bundled, [8, 16, 24, 32, 40, 64, 80, 112, 160, 320, 1280]);
        let system: Vec<u64> = [1, 9, 17, 25, 40, 57, 65, 100, 129].map(|n| Allocator::System.size_class(n)).into();
        assert_eq!(system, [8, 16, 32, 32, 48, 64, 80, 112, 160]);
    }
}
