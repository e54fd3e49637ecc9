//! A workload that somebody recorded.

use crate::engine::VirtualTime;

/// A request of a recorded workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// When it is sent.
    pub at: VirtualTime,
    /// The number of its row, from 0.
    pub row: u32,
    /// Whether it reads.
    pub reads: bool,
}
