//! One connection's state in the database.

use super::replay::Changes;
use super::{Row, RowKey, TransactionId};
use std::fmt;

/// Names one connection to a database; numbers are never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Connection(pub(super) u32);

#[derive(Clone, Debug, Default)]
pub(super) struct Session {
    pub(super) phase: Phase,
    /// Given when the connection first locks or changes a row, since the last transaction ended.
    pub(super) transaction: Option<TransactionId>,
    /// The rows that it holds locked.
    pub(super) held: Vec<RowKey>,
    /// The row whose lock it waits for.
    pub(super) waiting: Option<RowKey>,
    /// The row whose lock it was handed after waiting, until it runs a statement.
    pub(super) handed: Option<RowKey>,
}

#[derive(Clone, Debug, Default)]
pub(super) enum Phase {
    /// Each statement commits by itself.
    #[default]
    Idle,
    /// Between `BEGIN` and its end.
    Open(Overlay),
    /// After an error: waits for the end of the transaction.
    Failed,
}

/// What an open transaction changed: seen only by itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    pub(super) began: u64,
    pub(super) rows: Changes,
}

impl Connection {
    /// Its number, counted from 1.
    pub fn number(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Session {
    /// What the connection's own transaction made of a row, if it touched it.
    pub(super) fn own(&self, key: RowKey) -> Option<Option<&Row>> {
        match &self.phase {
            Phase::Open(overlay) => overlay.rows.get(&key).map(Option::as_ref),
            Phase::Idle | Phase::Failed => None,
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        matches!(self.phase, Phase::Idle)
    }
}
