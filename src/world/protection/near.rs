//! The near cache: copies in the application's own memory, for the hottest keys. The cache tells the application of each
//! change of a key that it has read, once, as Redis's client-side caching does.
//!
//! It costs memory in each process, a message for each change, and copies are old until that message is there; if it is
//! lost, until their short time is over. Who loses the connection gives up all copies, as Redis's documentation asks.

use super::super::context::Caller;
use crate::database::{Row, RowKey};
use crate::engine::Span;
use crate::world::network::{Delivery, Letter};
use crate::world::{Actor, ParcelKind, World};

/// The processes that can have copies.
const HOLDERS: [Actor; 2] = [Actor::App, Actor::Loader];

/// The copy, if it is still good.
pub(super) fn find(caller: &Caller, key: RowKey) -> Option<Row> {
    let rows = caller.memory().rows.borrow();
    let (row, until) = rows.get(&key)?.near.as_ref()?;
    (caller.world.now() < *until).then(|| row.clone())
}

/// The cache is asked for the key, and notes who does. Gives the number of changes so far.
pub(super) fn expect(caller: &Caller, key: RowKey) -> u32 {
    let mut rows = caller.memory().rows.borrow_mut();
    let kept = rows.or_default(key);
    kept.tracked = true;
    kept.changes
}

/// The cache had this row. It is kept unless the key has changed since the cache was asked: on one connection, word of
/// a change would come before a later answer.
pub(super) fn keep(caller: &Caller, row: &Row, span: Span, changes: u32) {
    if span.is_zero() {
        return;
    }
    let until = caller.world.now() + span;
    if let Some(kept) = caller.memory().rows.borrow_mut().get_mut(&row.key())
        && kept.changes == changes
    {
        kept.near = Some((row.clone(), until));
    }
}

/// The process changes the copy itself.
pub(super) fn forget(caller: &Caller, key: RowKey) {
    drop_copy(&caller.world, caller.place.actor, key);
}

fn drop_copy(world: &World, holder: Actor, key: RowKey) {
    if let Some(kept) = world.process(holder).memory.rows.borrow_mut().get_mut(&key) {
        kept.near = None;
        kept.changes += 1;
    }
}

impl World {
    /// A key of the cache has changed: who has asked for it is told.
    pub(crate) fn tell_holders(&self, name: &[u8]) {
        if self.settings().protect.near.is_zero() {
            return;
        }
        let name = std::str::from_utf8(name).unwrap_or_default();
        let Some(key) = RowKey::from_cache_key(name) else { return };
        for holder in HOLDERS {
            let mut rows = self.process(holder).memory.rows.borrow_mut();
            let Some(kept) = rows.get_mut(&key).filter(|kept| kept.tracked) else { continue };
            kept.tracked = false;
            kept.changes += 1;
            drop(rows);
            self.send_invalidation(holder, key);
        }
    }

    /// The cache died. Its connections broke with it, so nobody would hear of a change any more, and copies are given up.
    pub(crate) fn give_up_near_copies(&self) {
        if !self.condition(Actor::Cache).reachable {
            return;
        }
        for holder in HOLDERS {
            for kept in self.process(holder).memory.rows.borrow_mut().values_mut() {
                kept.near = None;
                kept.tracked = false;
                kept.changes += 1;
            }
        }
    }

    /// All keys of the cache are gone.
    pub(crate) fn tell_holders_of_all(&self) {
        for holder in HOLDERS {
            let keys: Vec<RowKey> = self.process(holder).memory.rows.borrow().keys().copied().collect();
            keys.into_iter().for_each(|key| self.tell_holders(key.cache_key().as_bytes()));
        }
    }

    fn send_invalidation(&self, holder: Actor, key: RowKey) {
        let world = self.clone();
        let parcel = self.parcel(ParcelKind::Invalidation, || format!("invalidate {}", key.cache_key()));
        self.inner.sim.spawn(async move {
            let letter = Letter { from: Actor::Cache, to: holder, parcel, request: None };
            if world.travel(letter, None, false).await == Delivery::Arrived {
                drop_copy(&world, holder, key);
            }
        });
    }
}
