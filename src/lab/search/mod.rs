//! Finds the shortest run in which a system breaks a promise: few requests for one row at random times, perhaps one fault,
//! first with two requests, then with more; what is found is then made shorter as long as it still fails.
//!
//! Every trial is a scenario that derives from its number alone, so a search can stop and go on, and finds the same each
//! time. The way to shorten is that of property tests (Claessen and Hughes, "QuickCheck", ICFP 2000; Zeller and
//! Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE 2002).

mod shorten;
mod trials;

use crate::audit::MarkKind;
use crate::engine::{Span, VirtualTime};
use crate::run::Run;
use crate::scenario::{Scenario, ScenarioError};
use crate::workload::Mix;

pub use trials::TRIALS;

/// A search among runs of one system.
pub struct Search {
    /// The system, with nobody who asks it for anything.
    base: Scenario,
    /// How long its slowest request takes when it is alone.
    pace: Span,
    /// Whether something may die.
    faults: bool,
}

/// A run that breaks a promise.
#[derive(Clone, Debug)]
pub struct Found {
    /// The trial that found it.
    pub trial: u64,
    /// The run.
    pub scenario: Scenario,
    /// When the promise is broken.
    pub at: VirtualTime,
    /// Which.
    pub kind: MarkKind,
    /// What happens, in a sentence.
    pub says: String,
}

impl Search {
    /// A search with the pattern, the settings and the timings of `scenario`, but with requests of its own; with faults or
    /// without.
    ///
    /// # Errors
    ///
    /// When the system can't be run.
    pub fn new(scenario: &Scenario, faults: bool) -> Result<Self, ScenarioError> {
        let base = Scenario {
            workload: Mix { rate: 0.0, ..Mix::default() },
            script: Vec::new(),
            interventions: Vec::new(),
            ..scenario.clone()
        };
        let pace = trials::pace(&base)?;
        Ok(Self { base, pace, faults })
    }

    /// Makes one trial; says what it breaks, if anything.
    #[must_use]
    pub fn trial(&self, number: u64) -> Option<Found> {
        first_broken(trials::scenario(self, number), number)
    }

    /// The shortest run that breaks the same promise and can be reached from this one by leaving things out.
    #[must_use]
    pub fn shorten(&self, found: Found) -> Found {
        shorten::shorten(self, found)
    }

    /// Makes all trials until one finds something, and shortens that.
    #[must_use]
    pub fn find(&self) -> Option<Found> {
        (0..TRIALS).find_map(|number| self.trial(number)).map(|found| self.shorten(found))
    }
}

/// The first broken promise of a run. That a client is told of an error is none.
fn first_broken(scenario: Scenario, trial: u64) -> Option<Found> {
    let run = Run::of(scenario).ok()?;
    let mark = run.audit.marks().iter().find(|mark| mark.kind.is_violation())?;
    // Whose own the newer write was does not matter to the search.
    let kind = if mark.shows(MarkKind::Stale) { MarkKind::Stale } else { mark.kind };
    let (at, says) = (mark.at, run.audit.sentence(mark));
    Some(Found { trial, scenario: run.scenario, at, kind, says })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{Knob, ready};
    use crate::world::EventKind;

    fn search(id: &str, knobs: &[(Knob, f64)], faults: bool) -> Option<Found> {
        let mut scenario = ready(id, None).unwrap();
        for (knob, value) in knobs {
            knob.set_in_scenario(&mut scenario, *value);
        }
        let found = Search::new(&scenario, faults).unwrap().find();
        if let Some(found) = &found {
            println!("{id} {knobs:?}: trial {}, {:?}, {}", found.trial, found.kind, found.says);
            println!("{:?} {:?}", found.scenario.script, found.scenario.interventions);
        }
        found
    }

    #[test]
    fn the_stale_fill_is_found_and_its_cure_holds() {
        let found = search("hybrid-delete", &[], false).unwrap();
        assert_eq!(found.kind, MarkKind::Stale);
        assert_eq!(found.scenario.script.len(), 3, "a fill, a write, and a reader of the old value");
        assert!(search("hybrid-delete", &[(Knob::VersionedFills, 1.0)], false).is_none());
        assert!(search("hybrid-delete", &[(Knob::Leases, 1.0)], false).is_none());
    }

    #[test]
    fn the_shortest_loss_is_one_write_and_one_crash() {
        let found = search("write-behind-data-loss", &[], true).unwrap();
        assert_eq!(found.kind, MarkKind::Lost);
        assert_eq!((found.scenario.script.len(), found.scenario.interventions.len()), (1, 1));
    }

    #[test]
    fn writers_that_cross_are_found_where_copies_are_updated() {
        let found = search("hybrid-update", &[], false).unwrap();
        assert_eq!(found.kind, MarkKind::Stale);
        // Versions are given where writes begin, so one case is left: the database commits them in the other order.
        let left = search("hybrid-update", &[(Knob::VersionedFills, 1.0)], false).unwrap();
        let run = Run::of(left.scenario).unwrap();
        let committed = run.trace.events().iter().filter_map(|event| match &event.kind {
            EventKind::RowCommitted { row } => Some(row.version()),
            _ => None,
        });
        assert!(!committed.is_sorted());
    }

    #[test]
    fn a_search_finds_the_same_each_time() {
        let scenario = ready("hybrid-delete", None).unwrap();
        let found = || Search::new(&scenario, true).unwrap().find().map(|found| (found.trial, found.scenario));
        assert_eq!(found(), found());
    }
}
