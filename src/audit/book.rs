//! What is known of one row, and what a read of it breaks.

use super::auditor::record;
use super::freshness::{History, judge};
use super::marks::Finding;
use super::order::Order;
use super::records::{Freshness, WriteRecord};
use super::register::{Access, Register};
use super::sessions::Sessions;
use super::updates::Updates;
use crate::engine::VirtualTime;
use crate::world::{Actor, RequestId, WriteId};

/// One row's books: a page for each checker.
#[derive(Default)]
pub(super) struct Book {
    pub(super) history: History,
    pub(super) sessions: Sessions,
    pub(super) updates: Updates,
    pub(super) order: Order,
    pub(super) register: Register,
}

/// A read that is answered.
pub(super) struct Answered {
    pub(super) client: Actor,
    pub(super) request: RequestId,
    pub(super) started: VirtualTime,
    pub(super) at: VirtualTime,
    /// The version shown.
    pub(super) shown: WriteId,
}

impl Book {
    /// How fresh a read is, and all guarantees that it breaks, what says most first.
    pub(super) fn judge(&mut self, read: &Answered, records: &[WriteRecord]) -> (Freshness, Vec<Finding>) {
        let Answered { client, shown, started, at, .. } = *read;
        let freshness = judge(&self.history, records, shown, started, at);
        let mut found = Vec::new();
        // What a person typed is no client's write: nothing can be said of its place among them.
        if shown != WriteId::SEED && record(records, shown).is_none() {
            return (freshness, found);
        }
        let mut stale = None;
        match freshness {
            Freshness::Fresh => {}
            Freshness::Stale { age } => stale = Some(Finding::Stale(age)),
            Freshness::AfterLoss { write } => found.push(Finding::AfterLoss(write)),
        }
        if freshness != Freshness::Fresh {
            let missed = self.sessions.own_write_missed(client, shown, started, records);
            found.extend(missed.map(Finding::OwnWrite));
        }
        if let Some(seen) = self.sessions.shown(client, shown, started, at, records) {
            found.push(Finding::Backwards(seen));
        }
        found.extend(stale);
        let access = Access { request: read.request, client, writes: false, started, ended: Some(at) };
        if let Some(violation) = self.register.read(shown, access, at) {
            found.push(Finding::NotLinearizable(violation));
        }
        (freshness, found)
    }
}
