//! What the database counts.

/// Counters since the database was made; a crash doesn't reset them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DatabaseStats {
    /// `SELECT` statements that finished.
    pub reads: u64,
    /// `INSERT`, `UPDATE` and `DELETE` statements that finished.
    pub writes: u64,
    /// Rows that reads returned.
    pub rows_read: u64,
    /// Rows that writes changed, committed or not.
    pub rows_written: u64,
    /// Transactions that committed, those of a single statement included if it changed something.
    pub commits: u64,
    /// Transactions of several statements that were undone.
    pub rollbacks: u64,
    /// Statements that ended in an error.
    pub errors: u64,
    /// Times that a statement began to wait for a lock.
    pub lock_waits: u64,
    /// Statements given up to end a deadlock.
    pub deadlocks: u64,
    /// Records written to the log.
    pub log_records: u64,
    /// Crashes.
    pub crashes: u64,
}
