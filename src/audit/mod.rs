//! What a run means: the ledger of acknowledged writes, stale reads, metrics.
