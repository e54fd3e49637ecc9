//! What happened to keys, for whoever watches the server.

use super::key::Key;

/// One thing that happened to a key or to a database. `db` is the database's number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// The key was made or its value changed. Its expiry may have changed with it.
    Written {
        /// The database.
        db: u8,
        /// The key.
        key: Key,
    },
    /// The key is gone.
    Removed {
        /// The database.
        db: u8,
        /// The key.
        key: Key,
        /// Why.
        cause: Removal,
    },
    /// The key's expiry alone was set, moved or removed.
    ExpirySet {
        /// The database.
        db: u8,
        /// The key.
        key: Key,
    },
    /// All keys of the database are gone.
    Cleared {
        /// The database.
        db: u8,
    },
}

/// Why a key is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Removal {
    /// A command removed it.
    Deleted,
    /// Its time to live was over, and an access or the expiry cycle noticed.
    Expired,
    /// It made room under `maxmemory`.
    Evicted,
}

/// The changes since they were last taken.
#[derive(Clone, Debug)]
pub(crate) struct ChangeLog {
    pub(crate) recording: bool,
    pub(crate) changes: Vec<Change>,
}

impl Default for ChangeLog {
    fn default() -> ChangeLog {
        ChangeLog { recording: true, changes: Vec::new() }
    }
}

impl ChangeLog {
    /// Notes what `change` makes, if anybody watches.
    pub(crate) fn note(&mut self, change: impl FnOnce() -> Change) {
        if self.recording {
            self.changes.push(change());
        }
    }
}
