//! Optimistic locking against lost updates: a write that was worked out from a row is taken only if the row is still the
//! one that was read; otherwise it is worked out anew. The database compares the row's version, the cache knows by `WATCH`.
//!
//! It costs a repetition for each conflict: where many write the same row, most of the work is done in vain.

use super::super::context::Caller;
use super::exchange::Watched;
use crate::database::{Condition, Row, one_less};
use crate::world::{Actor, Context, EventKind, Failure, WriteId};

/// How often a write is worked out before its client is told of an error.
const TRIES: u32 = 8;

/// Writes `row` with one piece less in stock than the row that is read.
///
/// # Errors
///
/// When reading or writing fails, or others were faster each time.
pub(crate) async fn read_modify_write(context: Context, row: Row) -> Result<(), Failure> {
    let caller = context.caller().clone();
    let roles = caller.world.inner.pattern.roles;
    let mut refused = None;
    for _ in 0..TRIES {
        let seen = match refused {
            // What refused the write has the newest row; the copy that the last try went by may be old.
            Some(Failure::Conflict(Actor::Database)) => caller.select_row(row.key()).await?,
            _ => (roles.read)(context.clone(), row.key()).await?,
        };
        let Some(seen) = seen else { return Ok(()) };
        caller.hands.base(seen.version());
        if seen.get("stock").is_some() {
            let (write, from) = (WriteId(row.version()), WriteId(seen.version()));
            caller.world.note(EventKind::WorkedOut { write, from });
        }
        match (roles.write)(context.clone(), one_less(&row, &seen)).await {
            Err(failure @ Failure::Conflict(_)) => refused = Some(failure),
            done => return done,
        }
    }
    Err(refused.unwrap_or(Failure::Conflict(Actor::Database)))
}

/// Under which condition the database is to take a write of this code.
pub(crate) fn condition(caller: &Caller) -> Option<Condition> {
    let compares = caller.world.settings().protect.compare_version;
    caller.hands.basis().filter(|_| compares).map(Condition::VersionIs)
}

/// The key on whose connection the cache is to take a write of this code, if the write was worked out from what is there.
///
/// # Errors
///
/// When it was worked out from something else, so that it must be read again.
pub(crate) fn watched(caller: &Caller) -> Result<Option<Watched>, Failure> {
    let compares = caller.world.settings().protect.compare_version && caller.hands.basis().is_some();
    let watched = caller.hands.take_watched().filter(|_| compares);
    if compares && watched.is_none() { Err(Failure::Conflict(Actor::Cache)) } else { Ok(watched) }
}

/// Whether this code works out a write from what it reads, and is to know when that changes.
pub(super) fn is_careful(caller: &Caller) -> bool {
    let settings = caller.world.settings();
    settings.protect.compare_version
        && settings.read_modify_write
        && caller.place.actor == Actor::App
        && !caller.fills()
}
