//! Which protections are on.

use serde::Serialize;

use crate::engine::Span;
use crate::fields::Fields;
use crate::redis::AppendFsync;

/// The switches; all are off by default.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
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
    /// Whether the queue for the database is a stream that flushers read as a consumer group.
    #[serde(skip_serializing_if = "is_not")]
    pub stream: bool,
    /// How long the cache's replica is behind; 0: there is none.
    #[serde(skip_serializing_if = "is_zero")]
    pub cache_replica: Span,
    /// Whether a write is acknowledged only when the cache's replica has it.
    #[serde(skip_serializing_if = "is_not")]
    pub wait: bool,
    /// Whether a filter of all keys answers for rows that don't exist.
    pub bloom: bool,
}

fn is_zero(span: &Span) -> bool {
    span.is_zero()
}

// That is how serde asks.
#[allow(clippy::trivially_copy_pass_by_ref)]
fn is_not(flag: &bool) -> bool {
    !flag
}

impl Protections {
    /// Reads what is there.
    pub(crate) fn read(&mut self, fields: &mut Fields<'_>) {
        fields.flag("single-flight", &mut self.single_flight);
        fields.flag("leases", &mut self.leases);
        fields.number("early-expiry", &mut self.early_expiry);
        fields.number("ttl-jitter", &mut self.ttl_jitter);
        fields.span("negative-ttl", &mut self.negative_ttl);
        fields.flag("versioned-fills", &mut self.versioned_fills);
        fields.flag("compare-version", &mut self.compare_version);
        fields.span("second-delete", &mut self.second_delete);
        fields.span("hedge", &mut self.hedge);
        fields.flag("breaker", &mut self.breaker);
        fields.span("near", &mut self.near);
        let policies = AppendFsync::ALL;
        if let Some(place) = fields.choice("append-fsync", &policies.map(AppendFsync::name)) {
            self.append_fsync = policies.get(place).copied();
        }
        fields.span("snapshots", &mut self.snapshots);
        fields.flag("stream", &mut self.stream);
        fields.span("cache-replica", &mut self.cache_replica);
        fields.flag("wait", &mut self.wait);
        fields.flag("bloom", &mut self.bloom);
    }
}
