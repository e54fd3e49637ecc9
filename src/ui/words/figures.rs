//! The figures below the stage, each with what it means.

use super::{Totals, percent, span, spans};
use crate::audit::Quantiles;
use crate::engine::VirtualTime;
use crate::run::Run;

/// A figure.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Its name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// What stands behind the value: a unit or a reference.
    pub unit: String,
    /// What it means, for who has never met it.
    pub meaning: &'static str,
    /// Whether it is bad news.
    pub alarming: bool,
}

/// The figures of a run at a time. There are always as many, in the same order, as [`super::Series`] has curves.
#[must_use]
pub fn figures(run: &Run, totals: &Totals, at: VirtualTime) -> [Figure; 8] {
    let audit = &run.audit;
    let (cache, database, ledger, reads) =
        (totals.cache(at), totals.database(at), audit.ledger(at), audit.reads_until(at));
    let failed = audit.failures_until(at);
    let answered = audit.read_latencies().count(at) + audit.write_latencies().count(at);
    let stale_age = if reads.stale > 0 { format!(", {} at most", span(reads.max_stale_age)) } else { String::new() };
    [
        figure("Hit ratio", percent(cache.hits, cache.hits + cache.misses), "%", HIT, false),
        latency("Read, half and 99 %", audit.read_latencies().quantiles(at), READ),
        latency("Write, half and 99 %", audit.write_latencies().quantiles(at), WRITE),
        figure("Database", format!("{} / {}", database.reads, database.writes), "reads / writes", DATABASE, false),
        figure("Requests", answered + failed, "done", REQUESTS, false),
        figure("Stale reads", reads.stale, format!("of {}{stale_age}", reads.total), STALE, reads.stale > 0),
        figure("Failed requests", failed, format!("of {}", answered + failed), FAILED, failed > 0),
        figure("Told saved, at risk", ledger.pending, "only in the cache", RISK, false),
    ]
}

const HIT: &str = "How many look-ups of 100 found their key in the cache.";
const READ: &str =
    "How long a reader waited: half waited no longer than the first, 99 of 100 no longer than the second.";
const WRITE: &str = "How long it took until a writer was told “saved”.";
const DATABASE: &str = "Statements that the database had to execute: what a cache is there to spare it.";
const REQUESTS: &str = "Requests of people that have ended, well or not.";
const STALE: &str =
    "Reads that returned a value although a newer one had been acknowledged before, and by how much at most.";
const FAILED: &str = "Requests whose sender was told of an error or gave up.";
const RISK: &str =
    "Writes whose sender was told “saved” while the database does not have them: a crash would take them.";

fn figure(
    name: &'static str,
    value: impl ToString,
    unit: impl Into<String>,
    meaning: &'static str,
    alarming: bool,
) -> Figure {
    Figure { name, value: value.to_string(), unit: unit.into(), meaning, alarming }
}

fn latency(name: &'static str, quantiles: Quantiles, meaning: &'static str) -> Figure {
    let (value, unit) = spans(&[quantiles.p50, quantiles.p99]);
    figure(name, value, unit, meaning, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::{Playhead, state};
    use crate::scenario;

    #[test]
    fn the_figures_are_those_of_the_state() {
        let run = Run::of(scenario::ready("everyday", None).unwrap()).unwrap();
        let totals = Totals::of(&run.trace);
        for second in [0, 5, 20, 40] {
            let at = VirtualTime::from_secs(second);
            let told = figures(&run, &totals, at);
            let state = state(&run, &Playhead { at, ..Playhead::default() }, &run.trace.scene(at));
            assert_eq!(told[3].value, format!("{} / {}", state.database.reads, state.database.writes));
            assert_eq!(told[5].value, state.reads.stale.to_string());
            assert_eq!(told[7].value, state.ledger.pending.to_string());
        }
    }
}
