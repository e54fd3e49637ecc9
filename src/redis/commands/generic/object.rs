//! How values are stored: `OBJECT ENCODING`, `FREQ`, `IDLETIME`, `REFCOUNT`.

use crate::redis::call::{Call, Outcome};
use crate::redis::database::Entry;
use crate::redis::errors::RedisError;
use crate::redis::eviction::{frequency, idle_time};
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;

/// `OBJECT_SHARED_REFCOUNT`: what a shared integer says.
const SHARED: i64 = i32::MAX as i64;

/// `OBJECT` alone; its arity refuses that already.
pub(super) fn container(_: &mut Call<'_>) -> Outcome {
    Err(RedisError::Arity("object"))
}

pub(super) fn encoding(call: &mut Call<'_>) -> Outcome {
    Ok(inspect(call).map_or(Reply::NIL, |entry| Reply::bulk(entry.value.encoding_name())))
}

pub(super) fn refcount(call: &mut Call<'_>) -> Outcome {
    let count = |entry: &Entry| Reply::Integer(if entry.value.is_shared() { SHARED } else { 1 });
    Ok(inspect(call).map_or(Reply::NIL, count))
}

pub(super) fn freq(call: &mut Call<'_>) -> Outcome {
    let Some(access) = inspect(call).map(|entry| entry.access) else { return Ok(Reply::NIL) };
    if !call.server.config.policy.uses_lfu() {
        return Err(RedisError::FrequencyNotTracked);
    }
    Ok(Reply::Integer(i64::from(frequency(&call.server.config, access, call.now))))
}

pub(super) fn idletime(call: &mut Call<'_>) -> Outcome {
    let Some(access) = inspect(call).map(|entry| entry.access) else { return Ok(Reply::NIL) };
    if call.server.config.policy.uses_lfu() {
        return Err(RedisError::IdleTimeNotTracked);
    }
    Ok(Reply::Integer((idle_time(access, call.now) / 1000).cast_signed()))
}

fn inspect<'c>(call: &'c mut Call<'_>) -> Option<&'c Entry> {
    let slot = call.lookup(call.arg(2), Purpose::Examine)?;
    Some(call.entry(slot))
}
