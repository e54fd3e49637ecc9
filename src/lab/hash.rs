//! Maps by hashes of keys that are alike on every platform and in every run.

use std::hash::{BuildHasherDefault, Hasher};

use indexmap::IndexMap;

/// A map whose keys are hashes already.
#[derive(Clone, Debug)]
pub(super) struct KeyMap<V>(IndexMap<u64, V, BuildHasherDefault<Same>>);

impl<V> Default for KeyMap<V> {
    fn default() -> Self {
        Self(IndexMap::default())
    }
}

impl<V> KeyMap<V> {
    pub(super) fn insert(&mut self, key: u64, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    pub(super) fn get_mut(&mut self, key: u64) -> Option<&mut V> {
        self.0.get_mut(&key)
    }

    pub(super) fn remove(&mut self, key: &u64) -> Option<V> {
        self.0.swap_remove(key)
    }

    pub(super) fn retain(&mut self, mut keep: impl FnMut(u64) -> bool) {
        self.0.retain(|key, _| keep(*key));
    }

    pub(super) fn values(&self) -> impl ExactSizeIterator<Item = &V> {
        self.0.values()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Takes a hash for its own hash.
#[derive(Clone, Copy, Default)]
pub(super) struct Same(u64);

impl Hasher for Same {
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// FNV-1a over the bytes, mixed by SplitMix64's output function, so that each bit depends on all of them.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let sum = bytes.iter().fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
    let z = (sum ^ (sum >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
