//! The state of one client's connection.

use super::clients::ClientState;
use super::command::Command;
use super::key::Key;

/// One connection: the selected database, the open transaction and the watched keys. A client that reconnects begins
/// with a new one; give the old one to [`super::Server::disconnect`].
#[derive(Clone, Debug, Default)]
pub struct Session {
    pub(crate) db: usize,
    pub(crate) transaction: Option<Transaction>,
    pub(crate) watched: Vec<Watched>,
    pub(crate) client: ClientState,
}

impl Session {
    /// The number of the selected database.
    #[must_use]
    pub fn database(&self) -> u8 {
        self.db as u8
    }

    /// Whether commands are queued for `EXEC`.
    #[must_use]
    pub fn in_transaction(&self) -> bool {
        self.transaction.is_some()
    }

    /// How many commands are queued for `EXEC`.
    #[must_use]
    pub fn queued(&self) -> usize {
        self.transaction.as_ref().map_or(0, |transaction| transaction.queue.len())
    }
}

/// What `MULTI` opens.
#[derive(Clone, Debug, Default)]
pub(crate) struct Transaction {
    pub(crate) queue: Vec<(&'static Command, Vec<Vec<u8>>)>,
    /// A command was refused while it was queued.
    pub(crate) refused: bool,
    /// A queued command needs memory.
    pub(crate) needs_memory: bool,
}

/// A key under `WATCH`.
#[derive(Clone, Debug)]
pub(crate) struct Watched {
    pub(crate) db: usize,
    pub(crate) key: Key,
    /// How often the key had been touched when it was watched.
    pub(crate) seen: u64,
    /// The key was expired, and not yet removed, when it was watched: its removal is no change.
    pub(crate) was_expired: bool,
}
