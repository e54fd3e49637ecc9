//! The settings of a server, named as in `redis.conf` where Redis has them.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::notify::NotifyEvents;
use super::persistence::Persistence;

/// The settings of one modelled server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// `maxmemory` in bytes; 0 means no limit.
    pub maxmemory: u64,
    /// `maxmemory-policy`: which keys make room when the limit is reached.
    pub policy: EvictionPolicy,
    /// `maxmemory-samples`: how many keys are looked at for each key evicted (1 to 64; Redis's default is 5).
    pub samples: u32,
    /// `lfu-log-factor`: how many hits saturate the logarithmic counter (Redis's default is 10).
    pub lfu_log_factor: u32,
    /// `lfu-decay-time`: minutes after which an idle counter loses one; 0 never (Redis's default is 1).
    pub lfu_decay_minutes: u32,
    /// `databases`: how many databases `SELECT` reaches (Redis's default is 16).
    pub databases: u8,
    /// What the process takes before it holds any key, in bytes. A real server starts near 900,000; the default here
    /// is 0, so that `maxmemory` speaks of the data alone.
    pub base_bytes: u64,
    /// Which allocator rounds the sizes.
    pub allocator: Allocator,
    /// Up to which sizes collections are stored compactly.
    pub limits: Limits,
    /// `notify-keyspace-events`: which events are published; none unless set.
    pub notify: NotifyEvents,
    /// What is kept beyond the process.
    pub persistence: Persistence,
}

/// Up to which sizes collections are stored compactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// `hash-max-listpack-entries`: fields of a hash (Redis's default is 512).
    pub hash_entries: u64,
    /// `hash-max-listpack-value`: bytes of a field or of its value (64).
    pub hash_value: u64,
    /// `set-max-intset-entries`: members of a set of integers (512).
    pub set_integers: u64,
    /// `zset-max-listpack-entries`: members of a sorted set (128).
    pub sorted_entries: u64,
    /// `zset-max-listpack-value`: bytes of a member of a sorted set (64).
    pub sorted_value: u64,
    /// `stream-node-max-bytes`: bytes of one node of a stream; 0 for no limit (4096).
    pub stream_bytes: u64,
    /// `stream-node-max-entries`: entries of one node of a stream; 0 for no limit (100).
    pub stream_entries: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            hash_entries: 512,
            hash_value: 64,
            set_integers: 512,
            sorted_entries: 128,
            sorted_value: 64,
            stream_bytes: 4096,
            stream_entries: 100,
        }
    }
}

impl Default for Config {
    fn default() -> Config {
        Config {
            maxmemory: 0,
            policy: EvictionPolicy::NoEviction,
            samples: 5,
            lfu_log_factor: 10,
            lfu_decay_minutes: 1,
            databases: 16,
            base_bytes: 0,
            allocator: Allocator::Bundled,
            limits: Limits::default(),
            notify: NotifyEvents::default(),
            persistence: Persistence::default(),
        }
    }
}

impl Config {
    /// Whether small integers may be one shared object: not while each value must carry its own access history
    /// (Redis, `object.c`).
    pub(crate) fn shares_integers(&self) -> bool {
        self.maxmemory == 0 || !(self.policy.uses_lru() || self.policy.uses_lfu())
    }
}

/// Redis's `maxmemory-policy`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvictionPolicy {
    /// Refuse commands that need memory.
    #[default]
    #[serde(rename = "noeviction")]
    NoEviction,
    /// Evict the key used least recently.
    #[serde(rename = "allkeys-lru")]
    AllKeysLru,
    /// Evict the key used least often.
    #[serde(rename = "allkeys-lfu")]
    AllKeysLfu,
    /// Evict any key.
    #[serde(rename = "allkeys-random")]
    AllKeysRandom,
    /// Evict the key used least recently among those with an expiry.
    VolatileLru,
    /// Evict the key used least often among those with an expiry.
    VolatileLfu,
    /// Evict any key that has an expiry.
    VolatileRandom,
    /// Evict the key that would expire first.
    VolatileTtl,
}

impl EvictionPolicy {
    /// All policies, in the order of Redis's documentation.
    pub const ALL: [EvictionPolicy; 8] = [
        EvictionPolicy::NoEviction,
        EvictionPolicy::AllKeysLru,
        EvictionPolicy::AllKeysLfu,
        EvictionPolicy::AllKeysRandom,
        EvictionPolicy::VolatileLru,
        EvictionPolicy::VolatileLfu,
        EvictionPolicy::VolatileRandom,
        EvictionPolicy::VolatileTtl,
    ];

    /// The name that `redis.conf` gives it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            EvictionPolicy::NoEviction => "noeviction",
            EvictionPolicy::AllKeysLru => "allkeys-lru",
            EvictionPolicy::AllKeysLfu => "allkeys-lfu",
            EvictionPolicy::AllKeysRandom => "allkeys-random",
            EvictionPolicy::VolatileLru => "volatile-lru",
            EvictionPolicy::VolatileLfu => "volatile-lfu",
            EvictionPolicy::VolatileRandom => "volatile-random",
            EvictionPolicy::VolatileTtl => "volatile-ttl",
        }
    }

    /// Whether access times matter to it.
    #[must_use]
    pub fn uses_lru(self) -> bool {
        matches!(self, EvictionPolicy::AllKeysLru | EvictionPolicy::VolatileLru)
    }

    /// Whether access counts matter to it.
    #[must_use]
    pub fn uses_lfu(self) -> bool {
        matches!(self, EvictionPolicy::AllKeysLfu | EvictionPolicy::VolatileLfu)
    }

    /// Whether keys without an expiry are safe from it.
    #[must_use]
    pub fn only_volatile(self) -> bool {
        matches!(
            self,
            EvictionPolicy::VolatileLru
                | EvictionPolicy::VolatileLfu
                | EvictionPolicy::VolatileRandom
                | EvictionPolicy::VolatileTtl
        )
    }
}

impl fmt::Display for EvictionPolicy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// A policy's name that Redis does not know.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "no eviction policy is called '{0}'; Redis has noeviction, and allkeys- or volatile- with lru, lfu or random, and volatile-ttl"
)]
pub struct UnknownPolicy(pub String);

impl FromStr for EvictionPolicy {
    type Err = UnknownPolicy;

    fn from_str(name: &str) -> Result<EvictionPolicy, UnknownPolicy> {
        EvictionPolicy::ALL
            .into_iter()
            .find(|policy| policy.name() == name)
            .ok_or_else(|| UnknownPolicy(name.to_owned()))
    }
}

/// The allocator whose size classes round each allocation. Both are jemalloc, which is what Redis uses on Linux.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Allocator {
    /// The jemalloc that Redis brings, built with classes eight bytes apart.
    #[default]
    Bundled,
    /// The system's jemalloc (Debian's packages), with classes sixteen bytes apart.
    System,
}
