//! Which protections are on.

use serde::{Deserialize, Serialize};

use crate::engine::Span;
use crate::redis::AppendFsync;

/// The switches; all are off by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Protections {
    /// Whether those who miss a row while somebody of their process loads it wait for that one's row.
    pub single_flight: bool,
    /// Whether only the holder of a lease may load and fill (Nishtala et al., NSDI 2013).
    pub leases: bool,
    /// The factor beta of early expiry (Vattani et al., VLDB 2015); 0: off.
    pub early_expiry: f64,
    /// By which share of itself a time to live is shortened at most, at random; 0: off.
    pub ttl_jitter: f64,
    /// How long 'there is no such row' is kept in the cache; 0: off.
    pub negative_ttl: Span,
    /// Whether a copy is only stored over what its reader has seen, and never over a newer version.
    pub versioned_fills: bool,
    /// Whether a write that was worked out from a row is refused when the row has changed since.
    pub compare_version: bool,
    /// How long after a copy was deleted it is deleted once more; 0: off.
    pub second_delete: Span,
    /// After how long without an answer a read is sent a second time; 0: off.
    pub hedge: Span,
    /// Whether calls of a server that keeps failing are refused for a while, and old rows served instead.
    pub breaker: bool,
    /// How long a copy may stay in the application's own memory, which the cache tells of changes; 0: off.
    pub near: Span,
    /// When the cache forces what it has appended to its file onto the disk; none: it keeps no file, and a crash takes all.
    pub append_fsync: Option<AppendFsync>,
    /// After how many seconds with a change the cache saves a snapshot of all its data; 0: never.
    #[serde(skip_serializing_if = "is_zero")]
    pub snapshots: Span,
    /// Whether a filter of all keys answers for rows that don't exist.
    pub bloom: bool,
}

fn is_zero(span: &Span) -> bool {
    span.is_zero()
}
