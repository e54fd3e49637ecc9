//! Guided lessons and the claims table.
