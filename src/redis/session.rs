//! The state of one client's connection.

use super::clients::ClientState;
use super::command::Command;
use super::key::Key;
use super::replication::Wait;

/// One connection: the selected database, the open transaction and the watched keys. A client that reconnects begins
/// with a new one; give the old one to [`super::Server::disconnect`].
#[derive(Clone, Debug, Default)]
pub struct Session {
    pub(crate) db: usize,
    pub(crate) transaction: Option<Transaction>,
    pub(crate) watched: Vec<Watched>,
    pub(crate) client: ClientState,
    /// The replication offset after the connection's last command.
    pub(crate) write_offset: u64,
    pub(crate) waiting: Option<Wait>,
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

    /// What `WAIT` waits for, if its reply is to be held back: until [`super::Server::waited`] gives one, which then takes
    /// the place of the reply that [`super::Server::execute`] has returned. A caller that does not ask has the answer of a
    /// `WAIT` whose time was over at once.
    pub fn take_wait(&mut self) -> Option<Wait> {
        self.waiting.take()
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
