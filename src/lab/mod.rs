//! Experiments over many runs.
