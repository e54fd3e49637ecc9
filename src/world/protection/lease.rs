//! Leases, after Nishtala et al., "Scaling Memcache at Facebook" (NSDI 2013), section 3.2.1: who misses gets a token, and
//! only its holder may fill the key; a deletion makes the token void; the others wait a moment and ask again, or are
//! content with an old row.
//!
//! Memcached does this by itself. With Redis, the token is a placeholder under the key: `SET key lease NX GET` answers
//! with the copy or leaves the token, a `DEL` removes it. The fill watches the key, looks whether the token is still there,
//! and is an `EXEC` that fails if the key was touched since.
//!
//! It costs a second message for each fill, and ten seconds of waiting when the holder of a token dies.

use super::super::context::Caller;
use super::exchange::{Cached, LEASE, exchange, look_on};
use super::{Protections, Words, stale, words};
use crate::database::RowKey;
use crate::engine::Span;
use crate::world::{Failure, ParcelKind};

/// How long a token is good, in milliseconds: the paper gives one for a key every ten seconds.
const TOKEN_MILLIS: &str = "10000";

/// How often somebody asks again before going to the database without a token.
const TRIES: u32 = 64;

/// The copy, or nothing for whoever holds the token now.
pub(super) async fn get(caller: &Caller, key: RowKey, on: &Protections) -> Result<Cached, Failure> {
    let name = key.cache_key();
    let token = format!("{LEASE}{}", caller.place.request.map_or(0, |request| request.0));
    let pause = pause(caller);
    for _ in 0..TRIES {
        let read_or_lease = words(&["SET", &name, &token, "NX", "GET", "PX", TOKEN_MILLIS]);
        let reply = caller.ask_cache(ParcelKind::CacheRead, vec![read_or_lease]).await?;
        match Cached::read(&caller.world, key, &reply)? {
            Cached::Lease(_) => {}
            Cached::Nothing => {
                caller.hands.hold_lease(token);
                return Ok(Cached::Nothing);
            }
            found => return Ok(found),
        }
        if let Some(old) = stale::known(caller, on, key) {
            caller.hands.keep_out();
            return Ok(Cached::Row(old));
        }
        caller.world.sleep(pause).await;
    }
    Ok(Cached::Nothing)
}

/// Carries out `command`, which stores what the holder of the token has found, if the token is still there.
pub(super) async fn fill(caller: &Caller, key: RowKey, token: &str, command: Words) -> Result<(), Failure> {
    match look_on(caller, key).await? {
        (Cached::Lease(held), watched) if held == token => {
            exchange(caller, watched.connection, command).await.map(drop)
        }
        _ => Ok(()),
    }
}

/// Half of what a load usually takes: by then the holder has often filled the key, and nobody wears the cache out by asking.
fn pause(caller: &Caller) -> Span {
    let timings = &caller.world.inner.timings;
    (timings.select.mean() + timings.database_link.mean() * 2) / 2
}
