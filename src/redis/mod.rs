//! The in-memory Redis model.
