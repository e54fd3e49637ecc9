//! What a run means: which acknowledged writes are durable, pending or lost, which reads were stale, how long things took.
//!
//! An [`Audit`] is made once from a whole trace and answers for any time in it by binary search.

mod auditor;
mod books;
mod carriers;
mod figures;
mod freshness;
mod histogram;
mod latency;
mod marks;
mod past;
mod records;
mod report;

pub use books::Books;
pub use figures::Figures;
pub use histogram::Histogram;
pub use latency::{Latencies, Quantiles};
pub use marks::{Mark, MarkKind};
pub use records::{Freshness, LostCause, LostWrite, NextReader, ReadRecord, WriteRecord, WriteState};
pub use report::{Audit, Ledger, ReadCounts};
