//! What is modelled, the same for everybody.

pub const SEED: u64 = 7;

/// M/M/1: independent customers, one server, first come first served.
pub struct Queue {
    pub customers: u64,
    /// The mean gap between two customers, in seconds.
    pub gap: f64,
    /// The mean service, in seconds.
    pub service: f64,
}

impl Queue {
    /// A customer's mean wait, by Pollaczek and Khinchine.
    pub fn mean_wait(&self) -> f64 {
        let load = self.service / self.gap;
        load * self.service / (1.0 - load)
    }
}

/// Tokens that are passed around a ring. Each hop takes a millisecond.
pub struct Ring {
    pub nodes: usize,
    pub tokens: usize,
    /// Hops of each token.
    pub hops: u64,
}

impl Ring {
    pub fn all_hops(&self) -> u64 {
        self.tokens as u64 * self.hops
    }
}
