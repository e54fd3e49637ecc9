//! Virtual time, the event queue, the executor, randomness.
