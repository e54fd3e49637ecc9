//! Experiments: what comes out of many requests, many settings and many seeds, and of recorded traffic.
//!
//! Runs are [headless](Headless): nobody looks at them, so their events are counted as they happen and not kept.

mod headless;
mod lru;

pub use headless::{Headless, figures};
pub use lru::Lru;
