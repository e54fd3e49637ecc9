//! Who is connected, who holds what and who waits: for those who look on.

use super::session::Phase;
use super::{Connection, Database, RowKey};

/// What one connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// The connection.
    pub connection: Connection,
    /// When its open transaction began, in nanoseconds.
    pub in_transaction_since: Option<u64>,
    /// Whether an error aborted its transaction, which waits for its end.
    pub failed: bool,
    /// The row whose lock it waits for.
    pub waits_for: Option<RowKey>,
}

/// One locked row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLock {
    /// The row.
    pub key: RowKey,
    /// Who holds it.
    pub holder: Connection,
    /// Who waits for it, first come first.
    pub waiting: Vec<Connection>,
}

impl Database {
    /// Every connection, oldest first.
    pub fn activity(&self) -> impl Iterator<Item = Activity> {
        self.sessions.iter().map(|(connection, session)| Activity {
            connection: *connection,
            in_transaction_since: match &session.phase {
                Phase::Open(overlay) => Some(overlay.began),
                Phase::Idle | Phase::Failed => None,
            },
            failed: matches!(session.phase, Phase::Failed),
            waits_for: session.waiting,
        })
    }

    /// Every locked row, in the order of the rows.
    pub fn locks(&self) -> impl Iterator<Item = HeldLock> {
        self.locks.iter().map(|(key, holder, queue)| HeldLock { key, holder, waiting: queue.iter().copied().collect() })
    }
}
