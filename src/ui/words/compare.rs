//! One pattern's figures at a time, to be set beside another's.

use super::{NOTHING, Totals, span};
use crate::audit::Ledger;
use crate::engine::VirtualTime;
use crate::run::Run;

/// A row of the comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Compared {
    /// Acknowledged writes by their fate.
    pub ledger: Ledger,
    /// Stale reads.
    pub stale: usize,
    /// The median of reads.
    pub read: String,
    /// The median of writes.
    pub write: String,
    /// Statements that the database has executed.
    pub statements: u64,
    /// Requests that ended in an error.
    pub failed: usize,
}

/// The figures of a run at a time.
#[must_use]
pub fn compared(run: &Run, totals: &Totals, at: VirtualTime) -> Compared {
    let audit = &run.audit;
    let median = |median| match median {
        Some(took) => span(took),
        None => NOTHING.to_owned(),
    };
    let database = totals.database(at);
    Compared {
        ledger: audit.ledger(at),
        stale: audit.reads_until(at).stale,
        read: median(audit.read_latencies().quantiles(at).p50),
        write: median(audit.write_latencies().quantiles(at).p50),
        statements: database.reads + database.writes,
        failed: audit.failures_until(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn the_scene_of_the_loss_loses_under_write_behind_alone() {
        let lost = |pattern: &str| {
            let run = Run::of(scenario::ready("write-behind-data-loss", Some(pattern)).unwrap()).unwrap();
            compared(&run, &Totals::of(&run.trace), run.trace.end()).ledger.lost
        };
        assert!(lost("write-behind") > 0);
        for pattern in crate::patterns::ALL.iter().filter(|pattern| pattern.id != "write-behind") {
            assert_eq!(lost(pattern.id), 0, "{}", pattern.id);
        }
    }
}
