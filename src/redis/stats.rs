//! What the server counts.

use serde::{Deserialize, Serialize};

/// The server's counters since its start, and its size now. `INFO` shows the same figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stats {
    /// Reads that found their key (`keyspace_hits`).
    pub hits: u64,
    /// Reads that did not (`keyspace_misses`).
    pub misses: u64,
    /// Keys removed because their time was over (`expired_keys`).
    pub expired: u64,
    /// Keys removed to make room (`evicted_keys`).
    pub evicted: u64,
    /// Commands run, those within a transaction included (`total_commands_processed`).
    pub commands: u64,
    /// Replies that were errors (`total_error_replies`).
    pub errors: u64,
    /// `used_memory`, in bytes.
    pub used_bytes: u64,
    /// Keys in all databases, expired ones that nobody has noticed included.
    pub keys: u64,
}
