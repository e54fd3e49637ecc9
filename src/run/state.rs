//! The `state` of a run at a time, as the contract with other programs writes it. Times are in seconds.

use serde::Serialize;

use super::{Playhead, Run};
use crate::audit::{Anomalies, Quantiles};
use crate::engine::Span;
use crate::trace::Scene;

/// See the contract in the README; fields are only ever added.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StateReport {
    /// The playhead.
    pub at: f64,
    /// Whether time goes on.
    pub playing: bool,
    /// Virtual seconds for each real one.
    pub speed: f64,
    /// When the run ends.
    pub end: f64,
    /// The pattern's id.
    pub pattern: String,
    /// The seed.
    pub seed: u64,
    /// The hash of the whole trace.
    pub digest: String,
    /// The cache until now.
    pub cache: CacheState,
    /// The database until now.
    pub database: DatabaseState,
    /// The acknowledged writes until now.
    pub ledger: LedgerState,
    /// The reads until now.
    pub reads: ReadState,
    /// Requests that ended in an error.
    pub failed: usize,
    /// How often each guarantee was broken until now, by the kind's name.
    pub anomalies: Anomalies,
    /// How long requests took.
    pub latency: LatencyState,
}

/// The cache.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CacheState {
    /// Keys held.
    pub keys: usize,
    /// Look-ups that found their key.
    pub hits: u64,
    /// Look-ups that did not.
    pub misses: u64,
    /// Keys evicted.
    pub evicted: u64,
    /// Keys expired.
    pub expired: u64,
    /// Bytes in use.
    pub used_bytes: u64,
}

/// The database.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DatabaseState {
    /// Rows held.
    pub rows: usize,
    /// Statements that read.
    pub reads: u64,
    /// Statements that wrote.
    pub writes: u64,
}

/// The acknowledged writes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LedgerState {
    /// Told 'saved'.
    pub acknowledged: usize,
    /// In the database.
    pub durable: usize,
    /// Only in the cache.
    pub pending: usize,
    /// Gone.
    pub lost: usize,
}

/// The reads.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReadState {
    /// Answered.
    pub total: usize,
    /// Stale.
    pub stale: usize,
    /// The greatest age of a stale one, 0 when there is none.
    pub max_stale_age: f64,
}

/// Latencies by kind of request.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LatencyState {
    /// Of reads.
    pub read: QuantileState,
    /// Of writes.
    pub write: QuantileState,
}

/// Two quantiles; null while nothing has ended.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuantileState {
    /// The median.
    pub p50: Option<f64>,
    /// The 99th percentile.
    pub p99: Option<f64>,
}

impl From<Quantiles> for QuantileState {
    fn from(quantiles: Quantiles) -> Self {
        Self { p50: quantiles.p50.map(Span::as_secs_f64), p99: quantiles.p99.map(Span::as_secs_f64) }
    }
}

/// The state of a run at the playhead, where `scene` is the scene of that time.
#[must_use]
pub fn state(run: &Run, head: &Playhead, scene: &Scene) -> StateReport {
    let at = head.at;
    let ledger = run.audit.ledger(at);
    let reads = run.audit.reads_until(at);
    StateReport {
        at: at.as_secs_f64(),
        playing: head.playing,
        speed: head.speed,
        end: run.trace.end().as_secs_f64(),
        pattern: run.scenario.pattern.clone(),
        seed: run.scenario.seed,
        digest: run.trace.digest().to_string(),
        cache: CacheState {
            keys: scene.entries.len(),
            hits: scene.cache.hits,
            misses: scene.cache.misses,
            evicted: scene.cache.evicted,
            expired: scene.cache.expired,
            used_bytes: scene.cache.used_bytes,
        },
        database: DatabaseState { rows: scene.rows.len(), reads: scene.database.reads, writes: scene.database.writes },
        ledger: LedgerState {
            acknowledged: ledger.acknowledged,
            durable: ledger.durable,
            pending: ledger.pending,
            lost: ledger.lost,
        },
        reads: ReadState { total: reads.total, stale: reads.stale, max_stale_age: reads.max_stale_age.as_secs_f64() },
        failed: run.audit.failures_until(at),
        anomalies: run.audit.anomalies(at),
        latency: LatencyState {
            read: run.audit.read_latencies().quantiles(at).into(),
            write: run.audit.write_latencies().quantiles(at).into(),
        },
    }
}
