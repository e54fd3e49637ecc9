//! Who asks for what, and when: arrivals, the read share, and how popular each row is.
//!
//! A workload draws from random streams of its own, so the same seed gives the same demands whatever the pattern, the
//! faults and the settings of the servers.

mod demand;
mod mix;
mod recorded;

pub use demand::{Demand, Generator};
pub use mix::{Arrivals, Mix, MixError};
pub use recorded::Recorded;
