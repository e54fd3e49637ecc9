//! What saves a cached system from stampedes and races: one file for each protection, and here the order in which they
//! stand around the calls of a pattern.
//!
//! They are what a client library does behind `cache.get`, `cache.set`, `cache.delete` and `database.select`, so a
//! pattern's code stays as it is. Each is a switch of [`Protections`]; with all of them off, every call is the one message
//! that its name says.
//!
//! What a protection does is boxed, so that a request that goes without has no room for it in its future.

mod bloom;
mod breaker;
mod durable;
mod early;
mod exchange;
mod flight;
mod follower;
mod hands;
mod hedge;
mod jitter;
mod lease;
mod memory;
mod near;
mod negative;
mod optimistic;
mod second_delete;
mod stale;
mod stream;
mod switches;

pub(crate) use bloom::Bloom;
pub(crate) use breaker::{allow, judge};
pub(crate) use durable::persistence;
pub(crate) use exchange::Connection;
pub(crate) use follower::Follower;
pub(crate) use hands::Hands;
pub(crate) use jitter::jittered;
pub(crate) use memory::{Chance, Memory};
pub(crate) use optimistic::{condition, read_modify_write, watched};
pub use stream::Delivery;
pub(crate) use stream::{acknowledgement, delivered};
pub use switches::Protections;

use super::cache_node::{Words, words};
use super::context::Caller;
use super::{Failure, ParcelKind};
use crate::database::{Row, RowKey};
use crate::engine::Span;
use exchange::Cached;

/// `GET`, as the switches have it. Nothing: the caller is to ask the database.
pub(crate) async fn get(caller: &Caller, key: RowKey) -> Result<Option<Row>, Failure> {
    let on = &caller.world.settings().protect;
    caller.hands.renew(false);
    if on.bloom && bloom::rules_out(caller, key) {
        return Ok(None);
    }
    let mut changes = 0;
    if !on.near.is_zero() {
        if let Some(row) = near::find(caller, key) {
            caller.hands.keep_out();
            return Ok(Some(row));
        }
        changes = near::expect(caller, key);
    }
    let copy = if on.leases {
        Box::pin(lease::get(caller, key, on)).await?
    } else if on.versioned_fills || optimistic::is_careful(caller) {
        Box::pin(exchange::look(caller, key)).await?
    } else {
        hedge::twice(&caller.world, on.hedge, || exchange::get(caller, key)).await?
    };
    match copy {
        Cached::Row(row) if on.early_expiry > 0.0 && early::is_due(caller, key, on.early_expiry) => {
            stale::remember(caller, on, &row);
            caller.hands.renew(true);
            Ok(None)
        }
        Cached::Row(row) => {
            stale::remember(caller, on, &row);
            near::keep(caller, &row, on.near, changes);
            Ok(Some(row))
        }
        Cached::Absent => {
            caller.hands.knows_absent();
            Ok(None)
        }
        Cached::Nothing | Cached::Lease(_) | Cached::Gone(_) => Ok(None),
    }
}

/// `SELECT`, as the switches have it.
pub(crate) async fn select(caller: &Caller, key: RowKey) -> Result<Option<Row>, Failure> {
    let on = &caller.world.settings().protect;
    if caller.hands.is_absent() || (on.bloom && bloom::rules_out(caller, key)) {
        return Ok(None);
    }
    let found = if on.single_flight && caller.fills() {
        Box::pin(flight::select(caller, key, on)).await
    } else {
        load(caller, key, on.hedge).await
    };
    match found {
        Ok(Some(row)) => {
            stale::remember(caller, on, &row);
            Ok(Some(row))
        }
        Ok(None) => {
            if !on.negative_ttl.is_zero() && caller.fills() && !caller.hands.keeps_out() {
                Box::pin(negative::keep(caller, key, on.negative_ttl)).await.ok();
            }
            Ok(None)
        }
        Err(failure) => stale::instead_of(caller, on, key, failure),
    }
}

/// The statement itself; how long it takes is what [early expiry](early) goes by.
async fn load(caller: &Caller, key: RowKey, hedge: Span) -> Result<Option<Row>, Failure> {
    let began = caller.world.now();
    let found = hedge::twice(&caller.world, hedge, || caller.select_near(key)).await;
    let found = match found {
        // The tombstone is newer than what the replica has: only the database itself will do.
        Ok(Some(row)) if caller.hands.has_seen_newer(&row) => Box::pin(caller.select_row(key)).await,
        found => found,
    };
    early::took(caller, key, caller.world.now().since(began));
    found
}

/// `SET`, with `NX` if it shall only add, as the switches have it.
pub(crate) async fn set(caller: &Caller, row: &Row, ttl: Option<Span>, adds: bool) -> Result<(), Failure> {
    if caller.hands.keeps_out() && caller.fills() {
        return Ok(());
    }
    let on = &caller.world.settings().protect;
    near::forget(caller, row.key());
    stale::remember(caller, on, row);
    early::stored(caller, row.key(), ttl);
    let command = set_command(row, ttl);
    if on.versioned_fills && !on.leases && !caller.fills() && !caller.hands.watches() {
        return Box::pin(exchange::replace_before(caller, row.key(), row.version(), command)).await;
    }
    fill(caller, row.key(), row.version(), command, adds).await
}

/// Stores what was found: `command` does, and `version` is the version that it stores.
async fn fill(caller: &Caller, key: RowKey, version: u64, mut command: Words, adds: bool) -> Result<(), Failure> {
    let is_leased = caller.world.settings().protect.leases && caller.fills();
    if caller.hands.renews() && (adds || is_leased) {
        // The copy that it takes the place of is still there: one of the same version may be renewed.
        return Box::pin(exchange::replace_before(caller, key, version + 1, command)).await;
    }
    if is_leased {
        return match caller.hands.take_lease() {
            Some(token) => Box::pin(lease::fill(caller, key, &token, command)).await,
            None => Ok(()),
        };
    }
    if let Some(watched) = caller.hands.take_watched() {
        return Box::pin(exchange::fill(caller, watched, version, command)).await;
    }
    if adds {
        command.push(b"NX".to_vec());
    }
    caller.ask_cache(ParcelKind::CacheWrite, vec![command]).await.map(drop)
}

/// `DEL`, as the switches have it.
pub(crate) async fn delete(caller: &Caller, key: RowKey) -> Result<(), Failure> {
    let on = &caller.world.settings().protect;
    if !on.second_delete.is_zero() {
        second_delete::schedule(caller, on.second_delete, key);
    }
    remove(caller, key).await
}

/// Removes the copy once.
async fn remove(caller: &Caller, key: RowKey) -> Result<(), Failure> {
    let on = &caller.world.settings().protect;
    near::forget(caller, key);
    match caller.hands.written(key) {
        Some(version) if on.versioned_fills && !on.leases => {
            Box::pin(exchange::replace_before(caller, key, version, exchange::tombstone(key, version))).await
        }
        _ => {
            let delete = words(&["DEL", &key.cache_key()]);
            caller.ask_cache(ParcelKind::Invalidation, vec![delete]).await.map(drop)
        }
    }
}

/// `UPDATE` has been sent by this code, and answered or not.
pub(crate) fn wrote(caller: &Caller, row: &Row) {
    caller.hands.wrote(row.key(), row.version());
    flight::forget(caller, row.key());
}

pub(crate) fn set_command(row: &Row, ttl: Option<Span>) -> Words {
    let (key, value) = (row.key().cache_key(), row.to_json());
    match ttl {
        // Redis refuses a time to live of zero, and rounds no fractions: at least a millisecond.
        Some(ttl) => words(&["SET", &key, &value, "PX", &ttl.as_millis().max(1).to_string()]),
        None => words(&["SET", &key, &value]),
    }
}
