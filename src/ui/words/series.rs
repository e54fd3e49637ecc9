//! The figures over time, for the small curves below them: what happened in each of equal parts of the run.

use super::Totals;
use crate::audit::{Freshness, Latencies};
use crate::engine::{Span, VirtualTime};
use crate::run::Run;

/// How many parts a run has.
pub const BINS: usize = 48;

/// One curve a figure, in the figures' order: values from 0 to 1, as many as there are [`BINS`].
#[derive(Clone, Debug, PartialEq)]
pub struct Series(pub [Vec<f64>; 8]);

impl Series {
    /// The curves of a run.
    #[must_use]
    pub fn of(run: &Run, totals: &Totals) -> Self {
        let end = run.trace.end();
        let times: Vec<VirtualTime> = (0..=BINS).map(|bin| end_of(bin, end)).collect();
        let (reads, writes) = (run.audit.read_latencies(), run.audit.write_latencies());
        let stale: Vec<VirtualTime> = run
            .audit
            .reads()
            .iter()
            .filter(|read| matches!(read.freshness, Freshness::Stale { .. }))
            .map(|read| read.answered)
            .collect();
        let grown = |count: &dyn Fn(VirtualTime) -> f64| -> Vec<f64> {
            times.windows(2).map(|part| count(part[1]) - count(part[0])).collect()
        };
        Self([
            hit_ratios(totals, &times),
            scaled(waits(run, &times, false)),
            scaled(waits(run, &times, true)),
            scaled(grown(&|at| (totals.database(at).reads + totals.database(at).writes) as f64)),
            scaled(grown(&|at| ended(reads, writes, at))),
            scaled(grown(&|at| stale.partition_point(|time| *time <= at) as f64)),
            scaled(grown(&|at| run.audit.failures_until(at) as f64)),
            scaled(times.iter().skip(1).map(|at| run.audit.ledger(*at).pending as f64).collect()),
        ])
    }
}

fn end_of(bin: usize, end: VirtualTime) -> VirtualTime {
    VirtualTime::from_secs_f64(end.as_secs_f64() * bin as f64 / BINS as f64)
}

fn ended(reads: &Latencies, writes: &Latencies, at: VirtualTime) -> f64 {
    (reads.count(at) + writes.count(at)) as f64
}

/// The share of hits in each part; where nobody looked, it stays as it was.
fn hit_ratios(totals: &Totals, times: &[VirtualTime]) -> Vec<f64> {
    let mut last = 0.0;
    let ratio = |part: &[VirtualTime]| {
        let (before, after) = (totals.cache(part[0]), totals.cache(part[1]));
        let (hits, misses) = (after.hits - before.hits, after.misses - before.misses);
        if hits + misses > 0 {
            last = hits as f64 / (hits + misses) as f64;
        }
        last
    };
    times.windows(2).map(ratio).collect()
}

/// The greatest wait that ended in each part, by kind of request; where none ended, it stays as it was.
fn waits(run: &Run, times: &[VirtualTime], of_writes: bool) -> Vec<f64> {
    let mut greatest = vec![None; times.len() - 1];
    let mut note = |ended: VirtualTime, took: Span| {
        let part = times.partition_point(|time| *time < ended).saturating_sub(1).min(greatest.len() - 1);
        greatest[part] = greatest[part].max(Some(took));
    };
    if of_writes {
        for write in run.audit.writes() {
            if let Some(told) = write.told {
                note(told, told.since(write.started));
            }
        }
    } else {
        for read in run.audit.reads() {
            note(read.answered, read.answered.since(read.started));
        }
    }
    let mut last = 0.0;
    let value = |span: Option<Span>| {
        last = span.map_or(last, Span::as_secs_f64);
        last
    };
    greatest.into_iter().map(value).collect()
}

/// With the greatest as 1.
fn scaled(values: Vec<f64>) -> Vec<f64> {
    let top = values.iter().copied().fold(0.0, f64::max);
    if top <= 0.0 {
        return vec![0.0; values.len()];
    }
    values.into_iter().map(|value| value / top).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::READY;

    #[test]
    fn each_curve_has_all_its_values_between_0_and_1() {
        for ready in &READY {
            let run = Run::of(ready.scenario()).unwrap();
            let Series(curves) = Series::of(&run, &Totals::of(&run.trace));
            for curve in curves {
                assert_eq!(curve.len(), BINS, "{}", ready.id);
                assert!(curve.iter().all(|value| (0.0..=1.0).contains(value)), "{}: {curve:?}", ready.id);
            }
        }
    }

    #[test]
    fn pending_writes_are_a_hill_that_ends_at_the_crash() {
        let run = Run::of(crate::scenario::ready("write-behind-data-loss", None).unwrap()).unwrap();
        let Series(curves) = Series::of(&run, &Totals::of(&run.trace));
        let crash = (14.2 / 27.0 * BINS as f64) as usize;
        assert_eq!(curves[7][crash - 1], 1.0);
        assert!(curves[7][crash + 1..].iter().all(|value| *value == 0.0));
    }
}
