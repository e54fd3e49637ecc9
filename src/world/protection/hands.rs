//! What the code of one request has learnt on its way, which its later calls go by.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::exchange::{Connection, Watched};
use super::flight::Leader;
use crate::database::{Row, RowKey};

/// The knowledge of one request at one process.
#[derive(Default)]
pub(crate) struct Hands {
    keeps_out: Cell<bool>,
    absent: Cell<bool>,
    written: Cell<Option<(RowKey, u64)>>,
    basis: Cell<Option<u64>>,
    watched: RefCell<Option<Watched>>,
    talk: RefCell<Option<Rc<Connection>>>,
    lease: RefCell<Option<String>>,
    renews: Cell<bool>,
    leads: RefCell<Option<Leader>>,
}

impl Hands {
    /// What this request found is not to be stored in the cache: somebody else does it, or it is old.
    pub(super) fn keep_out(&self) {
        self.keeps_out.set(true);
    }

    pub(super) fn keeps_out(&self) -> bool {
        self.keeps_out.get()
    }

    /// The cache says that there is no such row.
    pub(super) fn knows_absent(&self) {
        self.absent.set(true);
    }

    pub(super) fn is_absent(&self) -> bool {
        self.absent.get()
    }

    pub(super) fn wrote(&self, key: RowKey, version: u64) {
        self.written.set(Some((key, version)));
    }

    /// What it is going to write is worked out from this version of the row.
    pub(super) fn base(&self, version: u64) {
        self.basis.set(Some(version));
    }

    /// The version that its write is worked out from.
    pub(super) fn basis(&self) -> Option<u64> {
        self.basis.get()
    }

    /// The version that this request has given the row.
    pub(super) fn written(&self, key: RowKey) -> Option<u64> {
        self.written.get().filter(|(written, _)| *written == key).map(|(_, version)| version)
    }

    /// The key that it looked at is watched: its copy may be stored only if nobody has touched the key since.
    pub(super) fn watch(&self, watched: Watched) {
        self.watched.replace(Some(watched));
    }

    /// Whether the key that it looked at stands for a newer version than this row.
    pub(super) fn has_seen_newer(&self, row: &Row) -> bool {
        self.watched.borrow().as_ref().and_then(|watched| watched.version).is_some_and(|seen| seen > row.version())
    }

    pub(super) fn watches(&self) -> bool {
        self.watched.borrow().is_some()
    }

    pub(super) fn take_watched(&self) -> Option<Watched> {
        self.watched.take()
    }

    /// What it has written went over this connection, on which it may wait for a replica to have it.
    pub(crate) fn talk_on(&self, connection: Option<Rc<Connection>>) {
        self.talk.replace(connection);
    }

    pub(crate) fn take_talk(&self) -> Option<Rc<Connection>> {
        self.talk.take()
    }

    /// It has got this token, with which it may fill the key.
    pub(super) fn hold_lease(&self, token: String) {
        self.lease.replace(Some(token));
    }

    pub(super) fn take_lease(&self) -> Option<String> {
        self.lease.take()
    }

    /// It loads the row before the copy has expired, or not.
    pub(super) fn renew(&self, renews: bool) {
        self.renews.set(renews);
    }

    pub(super) fn renews(&self) -> bool {
        self.renews.get()
    }

    /// It loads a row for others too, until the end of the request.
    pub(super) fn lead(&self, leader: Leader) {
        self.leads.replace(Some(leader));
    }
}
