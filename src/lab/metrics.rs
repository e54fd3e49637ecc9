//! The figures of a run as JSON, for other programs. Times are in seconds.

use serde_json::{Map, Value, json};

use crate::audit::{Figures, Histogram};
use crate::engine::Span;
use crate::scenario::Scenario;

/// The figures of a scenario's run.
#[must_use]
pub fn metrics(scenario: &Scenario, figures: &Figures) -> Value {
    let seconds = scenario.duration.as_secs_f64();
    let lost_by: Map<String, Value> =
        figures.losses().map(|(cause, count)| (cause.words().to_owned(), count.into())).collect();
    let anomalies: Map<String, Value> =
        figures.anomalies().map(|(kind, count)| (kind.id().to_owned(), count.into())).collect();
    json!({
        "pattern": scenario.pattern,
        "seed": scenario.seed,
        "seconds": seconds,
        "requests": figures.requests,
        "failed": figures.failed,
        "reads": {
            "total": figures.reads,
            "stale": figures.stale,
            "stale-share": share(figures.stale, figures.reads),
            "stale-age": spans(&figures.stale_age),
            "after-loss": figures.after_loss,
        },
        "ledger": {
            "acknowledged": figures.acknowledged,
            "durable": figures.durable,
            "pending": figures.pending(),
            "lost": figures.lost,
            "lost-by": lost_by,
            "until-durable": spans(&figures.until_durable),
        },
        "anomalies": anomalies,
        "latency": {"read": spans(&figures.read_latency), "write": spans(&figures.write_latency)},
        "cache": {
            "hit-ratio": figures.hit_ratio(),
            "hits": figures.cache.hits,
            "misses": figures.cache.misses,
            "expired": figures.cache.expired,
            "evicted": figures.cache.evicted,
            "commands": figures.cache.commands,
            "used-bytes": figures.cache.used_bytes,
        },
        "database": {
            "reads": figures.database.reads,
            "writes": figures.database.writes,
            "commits": figures.database.commits,
            "statements-per-second": (figures.database.reads + figures.database.writes) as f64 / seconds,
        },
    })
}

fn share(part: u64, of: u64) -> Option<f64> {
    (of > 0).then(|| part as f64 / of as f64)
}

fn spans(histogram: &Histogram) -> Value {
    let seconds = |span: Option<Span>| span.map(Span::as_secs_f64);
    json!({
        "count": histogram.count(),
        "mean": seconds(histogram.mean()),
        "p50": seconds(histogram.quantile(0.5)),
        "p90": seconds(histogram.quantile(0.9)),
        "p99": seconds(histogram.quantile(0.99)),
        "p999": seconds(histogram.quantile(0.999)),
        "most": seconds(histogram.most()),
    })
}
