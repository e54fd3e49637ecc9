//! Reading entries by their identifiers: `XLEN`, `XRANGE`, `XREVRANGE`.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::stream::Stream;

use super::super::options::is;
use super::{end_id, entry_reply, start_id};

pub(super) fn xlen(call: &mut Call<'_>) -> Outcome {
    Ok(Reply::count(call.read::<Stream>(call.arg(1))?.map_or(0, Stream::len)))
}

pub(super) fn xrange(call: &mut Call<'_>) -> Outcome {
    range(call, false)
}

pub(super) fn xrevrange(call: &mut Call<'_>) -> Outcome {
    range(call, true)
}

fn range(call: &mut Call<'_>, backwards: bool) -> Outcome {
    let (first, second) = (call.arg(2), call.arg(3));
    let (start, end) = if backwards { (second, first) } else { (first, second) };
    let (start, end) = (start_id(start)?, end_id(end)?);
    let mut count = None;
    let mut options = call.args_from(4).iter();
    while let Some(option) = options.next() {
        let word = options.next().filter(|_| is(option, "count")).ok_or(RedisError::Syntax)?;
        count = Some(parse_i64(word).ok_or(RedisError::NotAnInteger)?.max(0));
    }
    let Some(stream) = call.read::<Stream>(call.arg(1))? else { return Ok(Reply::Array(Some(Vec::new()))) };
    if count == Some(0) {
        return Ok(Reply::NIL_ARRAY);
    }
    let most = count.and_then(|count| usize::try_from(count).ok()).unwrap_or(usize::MAX);
    let entries = stream.range(start, end);
    let found: Vec<Reply> = if backwards {
        entries.rev().take(most).map(entry_reply).collect()
    } else {
        entries.take(most).map(entry_reply).collect()
    };
    Ok(Reply::Array(Some(found)))
}
