//! What a whole run comes to.

use super::histogram::Histogram;
use super::records::LostCause;
use crate::world::{CacheTotals, DatabaseTotals};

/// All causes of losses, in their order.
pub(super) const LOST_CAUSES: [LostCause; 9] = [
    LostCause::CacheCrash,
    LostCause::Removed,
    LostCause::Evicted,
    LostCause::Expired,
    LostCause::FlusherCrash,
    LostCause::FlushFailed,
    LostCause::Overwritten,
    LostCause::NeverStored,
    LostCause::Failover,
];

/// The figures of a run at its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// Requests that were sent.
    pub requests: u64,
    /// Requests that ended in an error.
    pub failed: u64,
    /// Reads that were answered.
    pub reads: u64,
    /// Those that were stale.
    pub stale: u64,
    /// Those that were not stale but for a newer write that was lost.
    pub after_loss: u64,
    /// Writes whose client was told 'saved'.
    pub acknowledged: u64,
    /// Those that the database has.
    pub durable: u64,
    /// Those that are gone.
    pub lost: u64,
    /// Those that are gone, by cause.
    pub(super) lost_by: [u64; LOST_CAUSES.len()],
    /// How long reads took.
    pub read_latency: Histogram,
    /// How long writes took until their client was told.
    pub write_latency: Histogram,
    /// How long stale reads had been out of date.
    pub stale_age: Histogram,
    /// How long acknowledged writes were not in the database after their client was told.
    pub until_durable: Histogram,
    /// The cache's counters.
    pub cache: CacheTotals,
    /// The database's counters.
    pub database: DatabaseTotals,
}

impl Figures {
    /// Acknowledged writes that only the cache has.
    #[must_use]
    pub fn pending(&self) -> u64 {
        self.acknowledged.saturating_sub(self.durable + self.lost)
    }

    /// Writes that are gone by cause, those causes that there were.
    pub fn losses(&self) -> impl Iterator<Item = (LostCause, u64)> {
        LOST_CAUSES.into_iter().zip(self.lost_by).filter(|(_, count)| *count > 0)
    }

    /// The share of the cache's look-ups that found their key, from 0 to 1; nothing when there was none.
    #[must_use]
    pub fn hit_ratio(&self) -> Option<f64> {
        let lookups = self.cache.hits + self.cache.misses;
        (lookups > 0).then(|| self.cache.hits as f64 / lookups as f64)
    }
}
