//! What a whole run comes to.

use super::histogram::Histogram;
use super::marks::MarkKind;
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
    /// Updates that were replaced by writes which were worked out without them.
    pub lost_updates: u64,
    /// Older writes that the database took after newer ones.
    pub out_of_order: u64,
    /// Reads that showed something older than a write of the same client.
    pub own_writes_missed: u64,
    /// Reads that showed something older than the same client had been shown.
    pub backwards: u64,
    /// Reads that fit into no order of their row's reads and writes.
    pub not_linearizable: u64,
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

    /// How many anomalies there are of each kind, what is worst first.
    pub fn anomalies(&self) -> impl Iterator<Item = (MarkKind, u64)> {
        let count = |kind| match kind {
            MarkKind::Lost => self.lost,
            MarkKind::LostUpdate => self.lost_updates,
            MarkKind::OutOfOrder => self.out_of_order,
            MarkKind::AfterLoss => self.after_loss,
            MarkKind::OwnWrite => self.own_writes_missed,
            MarkKind::Backwards => self.backwards,
            MarkKind::Stale => self.stale,
            MarkKind::NotLinearizable => self.not_linearizable,
            MarkKind::Failed => self.failed,
            MarkKind::Intervention => 0,
        };
        MarkKind::ANOMALIES.into_iter().map(move |kind| (kind, count(kind)))
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
