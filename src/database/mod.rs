//! The simulated relational database.
