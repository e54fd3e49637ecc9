//! The caching patterns, one file each, and the registry that lists them.
//!
//! A pattern's file is executed by the simulation and shown on the page: no second copy of it exists.

mod cache_aside;
mod hybrid_invalidate;
mod hybrid_outbox;
mod hybrid_update;
mod read_through;
mod registry;
mod write_behind;
mod write_through;

pub use registry::{ALL, UnknownPattern, find, is_code_line};
