//! What happened in a run, and its projection to a frame.
