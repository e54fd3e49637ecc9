//! The Bloom filter (Bloom, "Space/time trade-offs in hash coding with allowable errors", CACM 1970): a set of bits that
//! knows of all rows. What it has never seen does not exist, and nobody is asked.
//!
//! It costs ten bits for each row, it must learn of each new row before its first reader comes, and about one absent row
//! in a hundred gets through.

use super::super::context::Caller;
use crate::database::RowKey;

/// Bits for each row.
const BITS: usize = 10;

/// Bits that each row sets: `BITS * ln 2`, which is best.
const HASHES: u64 = 7;

/// The filter. Rows that come later get a set of bits of their own.
#[derive(Default)]
pub(crate) struct Bloom {
    layers: Vec<Vec<u64>>,
}

impl Bloom {
    /// These rows exist from now on.
    pub(crate) fn add(&mut self, keys: &[RowKey]) {
        if keys.is_empty() {
            return;
        }
        let mut layer = vec![0; (keys.len() * BITS).div_ceil(64)];
        for key in keys {
            for bit in bits(*key, &layer) {
                layer[bit / 64] |= 1 << (bit % 64);
            }
        }
        self.layers.push(layer);
    }

    fn may_have(&self, key: RowKey) -> bool {
        self.layers.iter().any(|layer| bits(key, layer).all(|bit| layer[bit / 64] & (1 << (bit % 64)) != 0))
    }
}

/// The places of a row's bits in a layer, by the double hashing of Kirsch and Mitzenmacher (2006).
fn bits(key: RowKey, layer: &[u64]) -> impl Iterator<Item = usize> + use<> {
    let first = spread((u64::from(key.id) << 2) | key.table as u64);
    let step = spread(first) | 1;
    let size = layer.len() as u64 * 64;
    (0..HASHES).map(move |number| (first.wrapping_add(number.wrapping_mul(step)) % size) as usize)
}

/// The output function of SplitMix64.
fn spread(number: u64) -> u64 {
    let z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// Whether there is surely no such row.
pub(super) fn rules_out(caller: &Caller, key: RowKey) -> bool {
    !caller.world.inner.bloom.borrow().may_have(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_all_that_was_added_and_about_one_in_a_hundred_of_the_rest() {
        let mut bloom = Bloom::default();
        let keys: Vec<RowKey> = (1..=2_000).map(RowKey::product).collect();
        bloom.add(&keys[..1_500]);
        bloom.add(&keys[1_500..]);
        assert!(keys.iter().all(|key| bloom.may_have(*key)));
        let through = (10_001..=20_000).filter(|id| bloom.may_have(RowKey::product(*id))).count();
        // Two layers, each with the rate 0.0082 that ten bits and seven hashes have.
        assert!((100..240).contains(&through), "{through} of 10000");
    }
}
