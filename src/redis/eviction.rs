//! Eviction under `maxmemory`: access marks, sampling and the pool, after Redis's `evict.c`.
//!
//! Redis does not keep keys in order of use. For each key to evict it looks at a few keys and keeps the best sixteen
//! candidates of all samples in a pool. Access times have a resolution of one second, so keys used within the same second
//! are equally idle. The model samples keys independently and uniformly, where Redis walks neighbouring buckets from a
//! random one; it evicts until memory fits, where Redis stops after a time and goes on later.

use super::config::{Config, EvictionPolicy};
use super::database::{Database, Entry, Slot};
use super::key::Key;
use super::random::Random;
use super::server::Server;
use super::time::Millis;

const POOL_SIZE: usize = 16;
const LRU_CLOCK_MASK: u64 = 0xff_ffff;
const LFU_MINUTES_MASK: u64 = 0xffff;
const LFU_COUNTER_MASK: u32 = 0xff;
const LFU_INITIAL_COUNTER: u32 = 5;

/// The access mark of a new value.
pub(crate) fn fresh_mark(config: &Config, now: Millis) -> u32 {
    if config.policy.uses_lfu() { lfu_mark(LFU_INITIAL_COUNTER, now) } else { lru_clock(now) }
}

/// The access mark after one use more.
pub(crate) fn used_mark(config: &Config, mark: u32, now: Millis, random: &mut Random) -> u32 {
    if !config.policy.uses_lfu() {
        return lru_clock(now);
    }
    let counter = frequency(config, mark, now);
    let above = counter.saturating_sub(LFU_INITIAL_COUNTER);
    let odds = u64::from(above) * u64::from(config.lfu_log_factor) + 1;
    let counter = if counter < LFU_COUNTER_MASK && random.one_in(odds) { counter + 1 } else { counter };
    lfu_mark(counter, now)
}

/// Milliseconds since the last use, in whole seconds.
pub(crate) fn idle_time(mark: u32, now: Millis) -> u64 {
    u64::from(lru_clock(now).wrapping_sub(mark) & LRU_CLOCK_MASK as u32) * 1000
}

/// The logarithmic counter of uses after its decay.
pub(crate) fn frequency(config: &Config, mark: u32, now: Millis) -> u32 {
    let counter = mark & LFU_COUNTER_MASK;
    if config.lfu_decay_minutes == 0 {
        return counter;
    }
    let elapsed = minutes(now).wrapping_sub(mark >> 8) & LFU_MINUTES_MASK as u32;
    counter.saturating_sub(elapsed / config.lfu_decay_minutes)
}

fn lru_clock(now: Millis) -> u32 {
    (now.seconds() & LRU_CLOCK_MASK) as u32
}

fn minutes(now: Millis) -> u32 {
    ((now.seconds() / 60) & LFU_MINUTES_MASK) as u32
}

fn lfu_mark(counter: u32, now: Millis) -> u32 {
    (minutes(now) << 8) | counter
}

/// A key that might be evicted, and how much it deserves it.
#[derive(Clone, Debug)]
struct Candidate {
    merit: u64,
    db: usize,
    key: Key,
}

/// The best candidates of all samples so far, the best one last.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool(Vec<Candidate>);

impl Pool {
    /// Takes a candidate in, before those that deserve eviction as much; a full pool drops its worst.
    fn offer(&mut self, candidate: Candidate) {
        let place = self.0.partition_point(|other| other.merit < candidate.merit);
        if self.0.len() < POOL_SIZE {
            self.0.insert(place, candidate);
            return;
        }
        if place > 0 {
            self.0.insert(place, candidate);
            self.0.remove(0);
        }
    }

    /// Forgets all candidates.
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Server {
    /// Evicts keys until memory fits `maxmemory`; false when nothing can be evicted and it does not fit.
    pub(crate) fn make_room(&mut self, now: Millis) -> bool {
        // A replica leaves eviction to its primary (`replica-ignore-maxmemory`).
        let limit = if self.durable.replication.is_replica() { 0 } else { self.config.maxmemory };
        while limit > 0 && self.used_bytes() > limit {
            let Some((db, slot)) = self.choose_victim(now) else { return false };
            self.evict(db, slot);
        }
        true
    }

    fn choose_victim(&mut self, now: Millis) -> Option<(usize, Slot)> {
        match self.config.policy {
            EvictionPolicy::NoEviction => None,
            EvictionPolicy::AllKeysRandom | EvictionPolicy::VolatileRandom => self.random_victim(),
            _ => self.best_victim(now),
        }
    }

    /// A random key of the next database that has one.
    fn random_victim(&mut self) -> Option<(usize, Slot)> {
        let only_volatile = self.config.policy.only_volatile();
        for _ in 0..self.databases.len() {
            self.next_eviction_db = (self.next_eviction_db + 1) % self.databases.len();
            let db = self.next_eviction_db;
            if let Some(slot) = sample(&self.databases[db], only_volatile, &mut self.random) {
                return Some((db, slot));
            }
        }
        None
    }

    /// The best candidate of the pool after new samples of every database. Candidates that are gone are dropped.
    fn best_victim(&mut self, now: Millis) -> Option<(usize, Slot)> {
        let only_volatile = self.config.policy.only_volatile();
        loop {
            let mut sampled = false;
            for db in 0..self.databases.len() {
                sampled |= self.fill_pool(db, now);
            }
            if !sampled {
                return None;
            }
            while let Some(candidate) = self.pool.0.pop() {
                let database = &self.databases[candidate.db];
                let slot = database.find(&candidate.key);
                if let Some(slot) = slot.filter(|&slot| !only_volatile || database.entry(slot).expires_at.is_some()) {
                    return Some((candidate.db, slot));
                }
            }
        }
    }

    /// Samples a database into the pool; false when it has no key that may be evicted.
    fn fill_pool(&mut self, db: usize, now: Millis) -> bool {
        let only_volatile = self.config.policy.only_volatile();
        let samples = self.config.samples.max(1);
        for _ in 0..samples {
            let database = &self.databases[db];
            let Some(slot) = sample(database, only_volatile, &mut self.random) else { return false };
            let merit = merit(&self.config, database.entry(slot), now);
            let key = database.key(slot).clone();
            self.pool.offer(Candidate { merit, db, key });
        }
        true
    }
}

/// How much an entry deserves to be evicted under the policy.
fn merit(config: &Config, entry: &Entry, now: Millis) -> u64 {
    if config.policy.uses_lfu() {
        return u64::from(LFU_COUNTER_MASK - frequency(config, entry.access, now));
    }
    if config.policy == EvictionPolicy::VolatileTtl {
        return entry.expires_at.map_or(0, |at| u64::MAX - at.0);
    }
    idle_time(entry.access, now)
}

/// A random key, or a random one of those with an expiry.
fn sample(database: &Database, only_volatile: bool, random: &mut Random) -> Option<Slot> {
    if !only_volatile {
        return (!database.is_empty()).then(|| Slot(random.below(database.len())));
    }
    if database.volatile_len() == 0 {
        return None;
    }
    let place = random.below(database.volatile_len());
    database.volatile_at(place).and_then(|key| database.find(key))
}
