//! What a run means: which acknowledged writes are durable, pending or lost, which reads were stale, how long things took.
//!
//! Beside the ledger there is a checker for each guarantee that a cache may break, all of them always on: `freshness` for
//! stale reads, `sessions` for what a client expects of its own reads and writes, `updates` for lost updates, `order` for
//! the order in which writes become durable, and `register` for linearizability. What one read or one write breaks is one
//! [`Mark`], with all its [`Finding`]s.
//!
//! An [`Audit`] is made once from a whole trace and answers for any time in it by binary search.

mod auditor;
mod book;
mod carriers;
mod figures;
mod freshness;
mod guarantees;
mod histogram;
mod latency;
mod marks;
mod order;
mod past;
mod records;
mod register;
mod report;
mod sentences;
mod sessions;
mod tally;
mod updates;

pub use figures::Figures;
pub use histogram::Histogram;
pub use latency::{Latencies, Quantiles};
pub use marks::{Anomalies, Finding, Mark, MarkKind};
pub use order::OutOfOrder;
pub use records::{Freshness, LostCause, LostWrite, NextReader, ReadRecord, WriteRecord, WriteState};
pub use register::{Access, Register, Violation};
pub use report::{Audit, Ledger, ReadCounts};
pub use sessions::Seen;
pub use tally::Tally;
pub use updates::LostUpdate;

#[cfg(test)]
mod tests;
