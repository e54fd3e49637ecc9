//! What recorded traffic is like: how popular its keys are, how much of it reads, for how long copies are to live, and
//! what a cache of each size would miss. And what is needed to send it to the patterns.
//!
//! Keys are counted one by one as long as there are not too many; then a sample of them, chosen by their hashes, stands for
//! all. A sample of keys keeps each sampled key's own requests as they were.

use std::rc::Rc;

use super::super::hash::{KeyMap, hash};
use super::access::{Access, Deed};
use super::reuse::Reuse;
use crate::audit::Histogram;
use crate::engine::{Span, VirtualTime};
use crate::order::sort_by;
use crate::workload::Recorded;

/// Most keys that are counted one by one.
const MOST_KEYS: usize = 200_000;
/// Most requests that are kept to be sent again.
const MOST_REQUESTS: usize = 2_000_000;
/// Most bytes of a key's name.
const LONGEST_NAME: usize = 60;

struct Counted {
    name: Box<[u8]>,
    count: u64,
    number: u32,
}

/// A request as it is kept.
#[derive(Clone, Copy)]
struct Kept {
    at: f64,
    hash: u64,
    number: u32,
    reads: bool,
}

/// A key and how often it was accessed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Popular {
    /// The key's name.
    pub name: String,
    /// Its accesses.
    pub count: u64,
}

/// Traffic as it is read.
#[derive(Default)]
pub struct Analysis {
    reads: u64,
    writes: u64,
    deletions: u64,
    ttls: Histogram,
    reuse: Reuse,
    keys: KeyMap<Counted>,
    numbered: u32,
    requests: Vec<Kept>,
    /// Keys are counted whose hashes have so many zeros in front.
    zeros: u32,
    first: Option<f64>,
    last: f64,
}

impl Analysis {
    /// One access more.
    pub fn add(&mut self, access: &Access<'_>) {
        match access.deed {
            Deed::Read => self.reads += 1,
            Deed::Write => self.writes += 1,
            Deed::Delete => self.deletions += 1,
        }
        if let Some(ttl) = access.ttl {
            self.ttls.add(Span::from_secs_f64(ttl));
        }
        // Logs are written by several at once: time does not go back.
        let at = access.at.unwrap_or(self.accesses() as f64 / 1e3);
        self.first.get_or_insert(at);
        self.last = self.last.max(at);
        let hash = hash(access.key);
        if access.deed != Deed::Delete {
            self.reuse.access(hash);
        }
        if hash.leading_zeros() >= self.zeros {
            self.count(access, hash);
        }
    }

    fn count(&mut self, access: &Access<'_>, hash: u64) {
        let number = match self.keys.get_mut(hash) {
            Some(counted) => {
                counted.count += 1;
                counted.number
            }
            None => {
                let name = &access.key[..access.key.len().min(LONGEST_NAME)];
                self.keys.insert(hash, Counted { name: name.into(), count: 1, number: self.numbered });
                self.numbered += 1;
                self.numbered - 1
            }
        };
        self.requests.push(Kept { at: self.last, hash, number, reads: access.deed == Deed::Read });
        if self.keys.len() > MOST_KEYS || self.requests.len() > MOST_REQUESTS {
            self.halve();
        }
    }

    /// Counts only every second key from now on. One that has nearly all requests can't be halved: then no more are kept.
    fn halve(&mut self) {
        if self.zeros >= 24 {
            self.requests.truncate(MOST_REQUESTS);
            return;
        }
        self.zeros += 1;
        let zeros = self.zeros;
        self.keys.retain(|hash| hash.leading_zeros() >= zeros);
        self.requests.retain(|request| request.hash.leading_zeros() >= zeros);
    }

    /// All accesses.
    #[must_use]
    pub fn accesses(&self) -> u64 {
        self.reads + self.writes + self.deletions
    }

    /// Reads, writes and deletions.
    #[must_use]
    pub fn deeds(&self) -> [u64; 3] {
        [self.reads, self.writes, self.deletions]
    }

    /// The share of the keys that are counted one by one.
    #[must_use]
    pub fn share(&self) -> f64 {
        1.0 / f64::from(1_u32 << self.zeros)
    }

    /// How many different keys there are; an estimate if not all are counted.
    #[must_use]
    pub fn keys(&self) -> f64 {
        self.keys.len() as f64 / self.share()
    }

    /// From the first access to the last, in seconds.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        (self.last - self.first.unwrap_or(self.last)).max(0.0)
    }

    /// The times to live that writes gave.
    #[must_use]
    pub fn ttls(&self) -> &Histogram {
        &self.ttls
    }

    /// Reuse distances and what a cache of each size misses.
    #[must_use]
    pub fn reuse(&self) -> &Reuse {
        &self.reuse
    }

    /// The most popular of the keys that are counted, the most popular first.
    #[must_use]
    pub fn popular(&self, most: usize) -> Vec<Popular> {
        let mut keys: Vec<&Counted> = self.keys.values().collect();
        sort_by(&mut keys, |one, other| other.count.cmp(&one.count).then(one.name.cmp(&other.name)));
        let told = keys.into_iter().take(most);
        told.map(|key| Popular { name: String::from_utf8_lossy(&key.name).into_owned(), count: key.count }).collect()
    }

    /// The accesses of the keys that are counted, the most popular first.
    #[must_use]
    pub fn counts(&self) -> Vec<u64> {
        let mut counts: Vec<u64> = self.keys.values().map(|key| key.count).collect();
        counts.sort_unstable_by(|one, other| other.cmp(one));
        counts
    }

    /// The exponent of the Zipf law that fits best: the slope of the logarithm of the count over that of the rank, each
    /// rank weighted by how narrow it is there. Nothing for fewer than ten keys.
    #[must_use]
    pub fn skew(&self) -> Option<f64> {
        let counts = self.counts();
        if counts.len() < 10 {
            return None;
        }
        let points = counts.iter().enumerate().map(|(rank, count)| {
            let place = rank as f64 + 1.0;
            (1.0 / place, libm::log(place), libm::log(*count as f64))
        });
        let (mut weight, mut x, mut y, mut xx, mut xy) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (w, rank, count) in points {
            weight += w;
            x += w * rank;
            y += w * count;
            xx += w * rank * rank;
            xy += w * rank * count;
        }
        let spread = weight * xx - x * x;
        (spread > 0.0).then(|| -(weight * xy - x * y) / spread)
    }

    /// How many times as fast the requests that are kept have to be sent for that mean rate, in requests per second.
    #[must_use]
    pub fn faster(&self, rate: f64) -> f64 {
        let recorded = self.accesses() as f64 * self.share() / self.seconds().max(1e-3);
        rate / recorded.max(1e-9)
    }

    /// How many requests and keys are kept, and how many keys stand for the others: none of them grows with the log for ever.
    #[must_use]
    pub fn kept(&self) -> [usize; 3] {
        [self.requests.len(), self.keys.len(), self.reuse.sampled()]
    }

    /// The requests to the keys that are counted, `faster` times as fast as they were: keys are numbered from 0 in the order
    /// in which they first come. A deletion counts as a write.
    #[must_use]
    pub fn requests(&self, faster: f64) -> Rc<[Recorded]> {
        let first = self.first.unwrap_or_default();
        let mut numbers: KeyMap<u32> = KeyMap::default();
        let mut requests = Vec::with_capacity(self.requests.len());
        for kept in &self.requests {
            let known = numbers.get_mut(u64::from(kept.number)).map(|row| *row);
            let row = known.unwrap_or_else(|| {
                let row = numbers.len() as u32;
                numbers.insert(u64::from(kept.number), row);
                row
            });
            let at = VirtualTime::from_secs_f64((kept.at - first).max(0.0) / faster);
            requests.push(Recorded { at, row, reads: kept.reads });
        }
        requests.into()
    }
}
