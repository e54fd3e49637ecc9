//! What statements answer and what commits tell.

use super::{Connection, Lsn, Row, RowKey};

/// How a statement went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Execution {
    /// It finished.
    Done(Outcome),
    /// It waits for a row lock. Run it again once [`Database::take_woken`] names the connection; to give it up instead, roll
    /// back, [`Database::cancel`] or disconnect.
    ///
    /// [`Database::take_woken`]: super::Database::take_woken
    /// [`Database::cancel`]: super::Database::cancel
    Blocked {
        /// Who holds the row.
        by: Connection,
    },
}

/// What a finished statement gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The row that a `SELECT` of one found, if any.
    Row(Option<Row>),
    /// The rows that a `SELECT` of several found, in the order of their ids.
    Rows(Vec<Row>),
    /// How many rows a write changed.
    Count(u64),
    /// A transaction began.
    Begun,
    /// A transaction committed; it is durable.
    Committed,
    /// A transaction was undone: by `ROLLBACK`, or by `COMMIT` after an error.
    RolledBack,
}

/// One row's committed change. Those of one transaction come in the order of their keys, each row once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The row.
    pub key: RowKey,
    /// Its new version; nothing if it was removed.
    pub row: Option<Row>,
    /// The position of the commit in the log; the changes of one transaction share it.
    pub lsn: Lsn,
    /// Who changed it.
    pub by: Connection,
    /// When it committed, in nanoseconds.
    pub at: u64,
}

impl Execution {
    /// What the statement gave, if it finished.
    pub fn done(self) -> Option<Outcome> {
        match self {
            Execution::Done(outcome) => Some(outcome),
            Execution::Blocked { .. } => None,
        }
    }
}

impl Outcome {
    /// The rows that were read.
    pub fn rows(&self) -> &[Row] {
        match self {
            Outcome::Row(row) => row.as_slice(),
            Outcome::Rows(rows) => rows,
            Outcome::Count(_) | Outcome::Begun | Outcome::Committed | Outcome::RolledBack => &[],
        }
    }
}
