//! What a course says of caching patterns, and what the simulation shows of it.
//!
//! Each [`Claim`] has a check that decides from runs alone whether it holds, the runs that show that it does, and, where it
//! is true only under conditions, the runs in which it breaks. Nothing is run before [`Claim::evaluate`] or
//! [`Claim::look`] is called; every figure in a sentence is measured then.

mod after_writes;
mod cache_aside;
mod cache_aside_service;
mod claim;
mod guide;
mod hybrids;
mod lines;
mod measure;
mod read_through;
mod registry;
mod requests;
mod selection;
pub mod tour;
mod words;
mod write_behind;
mod write_behind_care;
mod write_behind_load;
mod write_through;
mod write_through_costs;

pub use claim::{Claim, Evidence, Exhibit, Figure, Finding, Showing, Unit, Verdict};
pub use guide::{Criterion, Ranked, Weights, guide, rank};
pub use registry::{CLAIMS, UnknownClaim, find};
