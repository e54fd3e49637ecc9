//! What recorded traffic is like as JSON, for other programs. Times are in seconds.

use serde_json::{Value, json};

use super::{Analysis, Form, Reader};
use crate::engine::Span;

/// Points of the curve that are told.
const POINTS: usize = 60;
/// Keys that are told.
const KEYS: usize = 10;

impl Analysis {
    /// What a log was like that this reader has read.
    #[must_use]
    pub fn told(&self, reader: &Reader) -> Value {
        let [reads, writes, deletions] = self.deeds();
        let bad = reader.told().iter().map(|bad| json!({"line": bad.number, "problem": bad.problem.to_string()}));
        let curve = self.reuse().misses();
        let step = curve.len().div_ceil(POINTS).max(1);
        let curve = curve.iter().step_by(step).map(|(keys, missed)| json!({"keys": keys, "missed": missed}));
        let popular = self.popular(KEYS).into_iter().map(|key| json!({"key": key.name, "accesses": key.count}));
        let [requests, counted, _] = self.kept();
        let seconds = |span: Option<Span>| span.map(Span::as_secs_f64);
        json!({
            "form": reader.form().map(Form::label),
            "lines": reader.lines(),
            "bad-lines": {"count": reader.bad_lines(), "first": bad.collect::<Vec<_>>()},
            "seconds": self.seconds(),
            "reads": reads,
            "writes": writes,
            "deletions": deletions,
            "keys": self.keys(),
            "counted": {"keys": counted, "share": self.share(), "requests": requests},
            "skew": self.skew(),
            "ttl": {"p50": seconds(self.ttls().quantile(0.5)), "most": seconds(self.ttls().most())},
            "popular": popular.collect::<Vec<_>>(),
            "miss-ratio": curve.collect::<Vec<_>>(),
        })
    }
}
