//! Recorded traffic: read line by line, whatever its length, with memory that stays within bounds.
//!
//! Three forms are known: what `redis-cli MONITOR` prints, tables as the public cache traces of Twitter and Meta are
//! published in, and access logs of web servers.

mod access;
mod analysis;
mod civil;
mod lines;
mod monitor;
mod reuse;
mod table;
mod told;
mod weblog;

pub use access::{Access, Deed, Form, LineProblem};
pub use analysis::{Analysis, Popular};
pub use lines::{BadLine, OnBadLine, Reader, TrafficError};
pub use reuse::{Exact, Reuse};
