//! Reuse distances, and from them what an LRU cache of any size would miss, in one pass.
//!
//! The distance of an access is how many other keys were accessed since the same key was: a cache that holds more keys
//! than that hits (Mattson, Gecsei, Slutz and Traiger, *Evaluation Techniques for Storage Hierarchies*, 1970). [`Exact`]
//! counts all of them. [`Reuse`] counts a sample of the keys, chosen by their hashes, of a size that does not grow: the
//! fixed-size SHARDS of Waldspurger, Park, Garthwaite and Ahmad, *Efficient MRC Construction with SHARDS*, FAST 2015, with
//! their adjustment of the first bucket.

use std::collections::BTreeSet;

use crate::order::SmallMap;

use super::super::hash::KeyMap;

/// Most keys in the sample.
const SAMPLE: usize = 16_384;
/// Hashes are compared by so many bits.
const HASH_BITS: u32 = 24;
/// Each power of two of distances is cut into so many parts.
const PARTS: u64 = 16;

/// Counts of distances, in buckets whose width grows with the distance.
#[derive(Clone, Debug, Default)]
struct Distances {
    weights: SmallMap<u64, f64>,
}

fn bucket(distance: u64) -> u64 {
    if distance < 2 * PARTS {
        return distance;
    }
    let doublings = u64::from(distance.ilog2()) - u64::from(PARTS.ilog2());
    doublings * PARTS + (distance >> doublings)
}

/// The least distance of a bucket.
fn least(bucket: u64) -> u64 {
    if bucket < 2 * PARTS {
        return bucket;
    }
    let doublings = bucket / PARTS - 1;
    (bucket - doublings * PARTS) << doublings
}

impl Distances {
    fn add(&mut self, distance: u64, weight: f64) {
        *self.weights.or_default(bucket(distance)) += weight;
    }

    /// Pairs of a cache's size in keys and its miss ratio, where `accesses` is the number of all accesses and `surplus` the
    /// weight that the sample lacks.
    fn misses(&self, accesses: f64, surplus: f64) -> Vec<(u64, f64)> {
        let mut hits = surplus;
        let mut curve = vec![(0, 1.0)];
        for (bucket, weight) in self.weights.iter() {
            hits += weight;
            let miss = 1.0 - crate::decimal::within(hits / accesses.max(1.0), 0.0, 1.0);
            curve.push((least(bucket + 1), miss));
        }
        curve
    }
}

/// The order of the last accesses: a tree of counts by time (Fenwick, 1994), in which times are renumbered when it is full.
#[derive(Clone, Debug, Default)]
struct Times {
    counts: Vec<u32>,
    /// The key of each time; nothing where the key has been accessed since.
    keys: Vec<Option<u64>>,
    live: u32,
}

impl Times {
    fn change(&mut self, time: usize, by: i32) {
        let mut place = time + 1;
        while let Some(count) = self.counts.get_mut(place - 1) {
            *count = count.wrapping_add_signed(by);
            place += place & place.wrapping_neg();
        }
    }

    fn count_until(&self, time: usize) -> u32 {
        let (mut place, mut sum) = (time + 1, 0);
        while place > 0 {
            sum += self.counts[place - 1];
            place &= place - 1;
        }
        sum
    }

    /// How many keys were accessed after that time.
    fn since(&self, time: usize) -> u64 {
        u64::from(self.live - self.count_until(time))
    }

    fn remove(&mut self, time: usize) {
        self.change(time, -1);
        self.keys[time] = None;
        self.live -= 1;
    }
}

/// Last accesses of keys.
#[derive(Clone, Debug, Default)]
struct Order {
    times: Times,
    last: KeyMap<u32>,
}

impl Order {
    /// A key is accessed; gives its distance if it was before.
    fn access(&mut self, key: u64) -> Option<u64> {
        if self.times.keys.len() == self.times.counts.len() {
            self.renumber();
        }
        let now = self.times.keys.len();
        let before = self.last.insert(key, now as u32);
        let distance = before.map(|before| {
            let distance = self.times.since(before as usize);
            self.times.remove(before as usize);
            distance
        });
        self.times.keys.push(Some(key));
        self.times.live += 1;
        self.times.change(now, 1);
        distance
    }

    fn forget(&mut self, key: u64) {
        if let Some(time) = self.last.remove(&key) {
            self.times.remove(time as usize);
        }
    }

    /// Gives the last accesses small numbers again, and room for as many more.
    fn renumber(&mut self) {
        let live: Vec<u64> = self.times.keys.iter().copied().flatten().collect();
        let room = (live.len() * 2).max(1_024);
        self.times = Times { counts: vec![0; room], keys: Vec::with_capacity(room), live: live.len() as u32 };
        for (time, key) in live.into_iter().enumerate() {
            self.times.keys.push(Some(key));
            self.times.change(time, 1);
            self.last.insert(key, time as u32);
        }
    }
}

/// All distances, with memory for each key.
#[derive(Clone, Debug, Default)]
pub struct Exact {
    order: Order,
    distances: Distances,
    accesses: u64,
}

impl Exact {
    /// A key, by its hash, is accessed.
    pub fn access(&mut self, hash: u64) {
        self.accesses += 1;
        if let Some(distance) = self.order.access(hash) {
            self.distances.add(distance, 1.0);
        }
    }

    /// Pairs of a cache's size in keys and its miss ratio, by size.
    #[must_use]
    pub fn misses(&self) -> Vec<(u64, f64)> {
        self.distances.misses(self.accesses as f64, 0.0)
    }
}

/// Distances of a sample of keys, with memory that does not grow.
#[derive(Clone, Debug)]
pub struct Reuse {
    most: usize,
    order: Order,
    distances: Distances,
    /// The sampled keys by the part of their hashes that decides whether they are sampled.
    sample: BTreeSet<(u32, u64)>,
    /// Keys are sampled whose part is below this.
    threshold: u32,
    accesses: u64,
    weight: f64,
}

impl Default for Reuse {
    fn default() -> Self {
        Self::sampling(SAMPLE)
    }
}

impl Reuse {
    /// Distances of at most so many keys.
    #[must_use]
    pub fn sampling(most: usize) -> Self {
        Self {
            most: most.max(1),
            order: Order::default(),
            distances: Distances::default(),
            sample: BTreeSet::new(),
            threshold: 1 << HASH_BITS,
            accesses: 0,
            weight: 0.0,
        }
    }

    /// A key, by its hash, is accessed.
    pub fn access(&mut self, hash: u64) {
        self.accesses += 1;
        let part = (hash >> (u64::BITS - HASH_BITS)) as u32;
        if part >= self.threshold {
            return;
        }
        let rate = self.rate();
        self.weight += 1.0 / rate;
        match self.order.access(hash) {
            Some(distance) => self.distances.add((distance as f64 / rate) as u64, 1.0 / rate),
            None => {
                self.sample.insert((part, hash));
                self.shrink();
            }
        }
    }

    /// The share of the keys that are sampled.
    #[must_use]
    pub fn rate(&self) -> f64 {
        f64::from(self.threshold) / f64::from(1_u32 << HASH_BITS)
    }

    fn shrink(&mut self) {
        while self.sample.len() > self.most {
            let Some((part, hash)) = self.sample.pop_last() else { return };
            self.threshold = part;
            self.order.forget(hash);
            // Others of the same part are no longer sampled either.
            while let Some((_, hash)) = self.sample.last().copied().filter(|(other, _)| *other >= part) {
                self.sample.pop_last();
                self.order.forget(hash);
            }
        }
    }

    /// How many keys are sampled.
    #[must_use]
    pub fn sampled(&self) -> usize {
        self.sample.len()
    }

    /// How many different keys there are, estimated.
    #[must_use]
    pub fn keys(&self) -> f64 {
        self.sample.len() as f64 / self.rate()
    }

    /// Pairs of a cache's size in keys and its miss ratio, by size. What the sample counted too little or too much is
    /// put to the shortest distances, as the paper advises: mostly the hottest keys are missing or there by chance.
    #[must_use]
    pub fn misses(&self) -> Vec<(u64, f64)> {
        self.distances.misses(self.accesses as f64, self.accesses as f64 - self.weight)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn distances_are_those_of_a_plain_list(keys in proptest::collection::vec(0_u64..12, 0..300)) {
            let (mut order, mut list) = (Order::default(), Vec::<u64>::new());
            for key in keys {
                let there = list.iter().rposition(|other| *other == key);
                let distance = there.map(|place| (list.len() - 1 - place) as u64);
                prop_assert_eq!(order.access(key), distance);
                if let Some(place) = there {
                    list.remove(place);
                }
                list.push(key);
            }
        }

        #[test]
        fn each_distance_is_in_its_bucket(distance in 0_u64..1 << 40) {
            let bucket = bucket(distance);
            prop_assert!(least(bucket) <= distance && distance < least(bucket + 1));
        }
    }
}
