//! Experiments over many runs.
pub mod search;
