//! Early expiry, the XFetch of Vattani, Chierichetti and Lowenstein, "Optimal Probabilistic Cache Stampede Prevention"
//! (VLDB 2015): a reader who hits takes the copy for expired if `now - delta * beta * ln(rand) >= expiry`, where delta is
//! how long the row took to load. So one reader is likely to load it anew shortly before all would have to.
//!
//! It costs loads before their time: the greater beta, the earlier.

use super::super::context::Caller;
use crate::database::RowKey;
use crate::engine::Span;
use crate::world::{Actor, World};

pub(super) fn is_due(caller: &Caller, key: RowKey, beta: f64) -> bool {
    // Drawn for each hit, so that the next draw does not depend on what is known of the row.
    let rand = 1.0 - caller.world.inner.chance.early.borrow_mut().unit();
    let rows = caller.memory().rows.borrow();
    let Some((kept, expires)) = rows.get(&key).and_then(|kept| Some((kept, kept.expires?))) else { return false };
    caller.world.now() + kept.took.scale(-beta * libm::log(rand)) >= expires
}

/// The row took so long to load.
pub(super) fn took(caller: &Caller, key: RowKey, span: Span) {
    if caller.world.settings().protect.early_expiry > 0.0 {
        caller.memory().rows.borrow_mut().or_default(key).took = span;
    }
}

/// The copy gets this time to live.
pub(super) fn stored(caller: &Caller, key: RowKey, ttl: Option<Span>) {
    if caller.world.settings().protect.early_expiry > 0.0 {
        let expires = ttl.map(|ttl| caller.world.now() + ttl);
        caller.memory().rows.borrow_mut().or_default(key).expires = expires;
    }
}

impl World {
    /// A copy was stored before the run: what it would have taken to load is not known but by the usual times.
    pub(crate) fn expect_expiry(&self, key: RowKey, ttl: Option<Span>) {
        if self.settings().protect.early_expiry <= 0.0 {
            return;
        }
        let timings = &self.inner.timings;
        for reader in [Actor::App, Actor::Loader] {
            let mut rows = self.process(reader).memory.rows.borrow_mut();
            let kept = rows.or_default(key);
            kept.took = timings.select.mean() + timings.database_link.mean() * 2;
            kept.expires = ttl.map(|ttl| self.now() + ttl);
        }
    }
}
