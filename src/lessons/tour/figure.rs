//! The figures that lessons ask for: those of a run's state.

use serde_json::Value;

use crate::engine::VirtualTime;
use crate::lessons::words;
use crate::run::{Playhead, Run, state};

/// A figure that a lesson can ask for.
#[derive(Debug, PartialEq, Eq)]
pub struct Figure {
    /// Where the state has it.
    pub path: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// Whether it is a time in seconds.
    pub is_time: bool,
}

const fn count(path: &'static str, name: &'static str) -> Figure {
    Figure { path, name, is_time: false }
}

const fn time(path: &'static str, name: &'static str) -> Figure {
    Figure { path, name, is_time: true }
}

/// All of them.
pub static FIGURES: [Figure; 25] = [
    count("ledger.acknowledged", "writes told saved"),
    count("ledger.durable", "writes in the database"),
    count("ledger.pending", "saved writes that only the cache has"),
    count("ledger.lost", "saved writes lost"),
    count("reads.total", "reads answered"),
    count("reads.stale", "stale reads"),
    time("reads.max_stale_age", "greatest age of a stale read"),
    count("failed", "failed requests"),
    count("cache.keys", "keys in the cache"),
    count("cache.hits", "hits"),
    count("cache.misses", "misses"),
    count("cache.evicted", "keys evicted"),
    count("cache.expired", "keys expired"),
    count("database.rows", "rows in the database"),
    count("database.reads", "statements that read"),
    count("database.writes", "statements that wrote"),
    count("anomalies.lost-update", "lost updates"),
    count("anomalies.out-of-order", "writes committed out of order"),
    count("anomalies.read-your-writes", "reads that miss the reader's own write"),
    count("anomalies.monotonic-reads", "reads older than the reader had seen"),
    count("anomalies.not-linearizable", "reads that fit no order"),
    time("latency.read.p50", "time of a read, half"),
    time("latency.read.p99", "time of a read, 99 of 100"),
    time("latency.write.p50", "time of a write, half"),
    time("latency.write.p99", "time of a write, 99 of 100"),
];

impl Figure {
    /// The figure of that path.
    #[must_use]
    pub fn find(path: &str) -> Option<&'static Self> {
        FIGURES.iter().find(|figure| figure.path == path)
    }

    /// Its value in a run at a time; nothing where there is none yet, as the latency of reads before the first.
    #[must_use]
    pub fn measure(&self, run: &Run, at: VirtualTime) -> Option<f64> {
        let head = Playhead { at, ..Playhead::default() };
        let told = serde_json::to_value(state(run, &head, &run.trace.scene(at))).ok()?;
        self.path.split('.').try_fold(&told, |value, part| value.get(part)).and_then(Value::as_f64)
    }

    /// A value of it in words.
    #[must_use]
    pub fn show(&self, value: f64) -> String {
        if self.is_time { words::seconds(value) } else { words::short(value) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn every_figure_is_in_the_state_of_a_run() {
        let run = Run::of(scenario::ready("everyday", None).unwrap()).unwrap();
        for figure in &FIGURES {
            assert!(figure.measure(&run, run.trace.end()).is_some(), "{}", figure.path);
        }
        assert_eq!(Figure::find("latency.read.p50").unwrap().measure(&run, VirtualTime::ZERO), None);
    }
}
