//! Whole runs: what must hold of every scenario, and what the ready scenarios show.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod runs {
    mod audit;
    mod claims;
    mod determinism;
    mod faults;
    mod interventions;
    mod invariants;
    mod ledger;
    mod limits;
    mod loss;
    mod support;
}
