//! The model's randomness: one seeded stream.

use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A stream of random numbers that depends on its seed alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Random(Xoshiro256PlusPlus);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A number below `bound`, which must not be 0; 0 otherwise.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        // The high half of the product; its bias is below one in 2^40 for every size that a keyspace has.
        ((u128::from(self.0.next_u64()) * bound as u128) >> 64) as usize
    }

    /// True once in `odds` draws on average, always when `odds` is below 1.
    pub(crate) fn one_in(&mut self, odds: u64) -> bool {
        self.0.next_u64() <= u64::MAX / odds.max(1)
    }
}
