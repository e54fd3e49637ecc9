//! Whole runs: what must hold of every scenario, and what the ready scenarios show.

mod runs {
    mod claims;
    mod determinism;
    mod invariants;
    mod loss;
    mod support;
}
