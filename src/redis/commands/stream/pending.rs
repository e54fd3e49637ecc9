//! What is delivered and not acknowledged: `XACK` and `XPENDING`.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::stream::{Group, Id, Stream};
use crate::redis::time::Millis;

use super::super::options::is;
use super::{end_id, id_reply, no_group, reweigh, start_id, stream_with_group, strict_id};

/// Identifiers are read only when the group is there.
pub(super) fn xack(call: &mut Call<'_>) -> Outcome {
    let Some(slot) = stream_with_group(call)? else { return Ok(Reply::Integer(0)) };
    let ids = call.args_from(3).iter().map(|word| strict_id(word)).collect::<Result<Vec<Id>, _>>()?;
    let name = call.arg(2);
    let Some(group) = call.edit::<Stream>(slot)?.0.group_mut(name) else { return Ok(Reply::Integer(0)) };
    let count = ids.into_iter().filter(|&id| group.acknowledge(id)).count();
    reweigh(call, slot);
    Ok(Reply::count(count))
}

/// The range that `XPENDING` is asked for.
struct Range<'a> {
    start: Id,
    end: Id,
    count: usize,
    idle: u64,
    consumer: Option<&'a [u8]>,
}

impl<'a> Range<'a> {
    fn parse(words: &'a [&'a [u8]]) -> Result<Range<'a>, RedisError> {
        let integer = |word: &[u8]| parse_i64(word).ok_or(RedisError::NotAnInteger);
        let (idle, rest) = match words {
            [option, idle, rest @ ..] if is(option, "idle") => (integer(idle)?, rest),
            _ => (0, words),
        };
        let [start, end, count, rest @ ..] = rest else { return Err(RedisError::Syntax) };
        let count = integer(count)?.max(0);
        Ok(Range {
            start: start_id(start)?,
            end: end_id(end)?,
            count: usize::try_from(count).unwrap_or(usize::MAX),
            idle: idle.max(0).unsigned_abs(),
            consumer: rest.first().copied(),
        })
    }

    fn find(&self, group: &Group, now: Millis) -> Reply {
        let pending = group.pending_from(self.start).iter().take_while(|pending| pending.id <= self.end);
        let wanted = pending
            .filter(|pending| self.consumer.is_none_or(|name| *pending.consumer == *name))
            .filter(|pending| now.since(pending.at) >= self.idle);
        let reply = wanted.take(self.count).map(|pending| {
            Reply::Array(Some(vec![
                id_reply(pending.id),
                Reply::bulk(pending.consumer.as_bytes()),
                Reply::Integer(now.since(pending.at).cast_signed()),
                Reply::Integer(pending.times),
            ]))
        });
        Reply::Array(Some(reply.collect()))
    }
}

pub(super) fn xpending(call: &mut Call<'_>) -> Outcome {
    let range = match call.args_from(3) {
        [] => None,
        words if (3..=6).contains(&words.len()) => Some(Range::parse(words)?),
        _ => return Err(RedisError::Syntax),
    };
    let (key, name, now) = (call.arg(1), call.arg(2), call.now);
    let Some(slot) = stream_with_group(call)? else { return Err(no_group(key, name)) };
    let Some(group) = call.get::<Stream>(slot)?.group(name) else { return Err(no_group(key, name)) };
    Ok(match range {
        Some(range) => range.find(group, now),
        None => summary(group),
    })
}

/// How many entries are pending, the first and the last one, and how many each consumer has.
fn summary(group: &Group) -> Reply {
    let all = group.pending_from(Id::ZERO);
    let (Some(first), Some(last)) = (all.first(), all.last()) else {
        return Reply::Array(Some(vec![Reply::Integer(0), Reply::NIL, Reply::NIL, Reply::NIL_ARRAY]));
    };
    let counts = group.consumers.iter().map(|consumer| (consumer, group.pending_count(Some(&consumer.name))));
    let consumers = counts.filter(|(_, count)| *count > 0).map(|(consumer, count)| {
        Reply::Array(Some(vec![Reply::bulk(consumer.name.as_bytes()), Reply::bulk(count.to_string())]))
    });
    let consumers = Reply::Array(Some(consumers.collect()));
    Reply::Array(Some(vec![Reply::count(all.len()), id_reply(first.id), id_reply(last.id), consumers]))
}
