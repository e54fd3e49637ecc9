//! Experiments: what comes out of many requests, many settings and many seeds, and of recorded traffic.
//!
//! Runs are [headless](Headless): nobody looks at them, so their events are counted as they happen and not kept.

mod axis;
mod batch;
pub mod chart;
pub mod closed;
mod hash;
mod headless;
mod horizon;
mod job;
mod loss;
mod lru;
mod measure;
mod metrics;
pub mod search;
mod spec;
mod sweep;
pub mod traffic;

pub use axis::{Axis, UnknownAxis};
pub use batch::{Batch, Runs};
pub use headless::{Headless, figures};
pub use job::Job;
pub use loss::{LossStudy, Losses};
pub use lru::Lru;
pub use measure::{Estimate, Measure};
pub use metrics::metrics;
pub use spec::{Durability, Kind, Range, Spec, SpecError};
pub use sweep::{Cell, Sample, Sweep};
