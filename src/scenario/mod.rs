//! The serialisable description of a run, its link encoding and the ready scenarios.
