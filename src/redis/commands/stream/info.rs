//! What there is to know of streams: `XINFO`.

use crate::redis::call::{Call, Outcome};
use crate::redis::database::Slot;
use crate::redis::errors::{RedisError, as_c_text};
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::stream::{Consumer, Entry, Group, Id, Pending, Stream};
use crate::redis::time::Millis;

use super::super::options::is;
use super::group::check_group;
use super::{entry_reply, id_reply};

/// `FULL` shows so many entries unless it is told.
const DEFAULT_COUNT: usize = 10;

/// Names and values by turns.
fn fields(pairs: Vec<(&'static str, Reply)>) -> Reply {
    Reply::Array(Some(pairs.into_iter().flat_map(|(name, value)| [Reply::bulk(name), value]).collect()))
}

fn list(replies: impl Iterator<Item = Reply>) -> Reply {
    Reply::Array(Some(replies.collect()))
}

fn find(call: &mut Call<'_>) -> Result<Slot, RedisError> {
    call.find::<Stream>(call.arg(2), Purpose::Read)?.ok_or(RedisError::NoSuchKey)
}

pub(super) fn consumers(call: &mut Call<'_>) -> Outcome {
    let slot = find(call)?;
    check_group(call, slot)?;
    let now = call.now;
    let group = call.get::<Stream>(slot)?.group(call.arg(3));
    let one = |group: &Group, consumer: &Consumer| {
        fields(vec![
            ("name", Reply::bulk(consumer.name.as_bytes())),
            ("pending", Reply::count(group.pending_count(Some(&consumer.name)))),
            ("idle", Reply::Integer(now.since(consumer.seen).cast_signed())),
        ])
    };
    Ok(list(group.into_iter().flat_map(|group| group.consumers.iter().map(move |consumer| one(group, consumer)))))
}

pub(super) fn groups(call: &mut Call<'_>) -> Outcome {
    let slot = find(call)?;
    let stream = call.get::<Stream>(slot)?;
    let one = |group: &Group| {
        fields(vec![
            ("name", Reply::bulk(group.name.as_bytes())),
            ("consumers", Reply::count(group.consumers.len())),
            ("pending", Reply::count(group.pending_count(None))),
            ("last-delivered-id", id_reply(group.last_id)),
            ("entries-read", number_or_nil(group.entries_read)),
            ("lag", lag(stream, group)),
        ])
    };
    Ok(list(stream.groups.iter().map(one)))
}

fn number_or_nil(number: Option<u64>) -> Reply {
    number.map_or(Reply::NIL, |number| Reply::Integer(number.cast_signed()))
}

/// How many entries a group has not read, if that is known.
fn lag(stream: &Stream, group: &Group) -> Reply {
    if stream.added == 0 {
        return Reply::Integer(0);
    }
    let read = match group.entries_read {
        Some(read) if !stream.has_gaps_from(group.last_id) => Some(read),
        _ => stream.added_until(group.last_id),
    };
    read.map_or(Reply::NIL, |read| Reply::Integer(stream.added.cast_signed().wrapping_sub(read.cast_signed())))
}

pub(super) fn stream(call: &mut Call<'_>) -> Outcome {
    // The key is looked for before the options are read, as in Redis.
    let slot = find(call)?;
    let full = match call.args_from(3) {
        [] => None,
        [word] if is(word, "full") => Some(DEFAULT_COUNT),
        [word, option, count] if is(word, "full") && is(option, "count") => {
            let count = parse_i64(count).ok_or(RedisError::NotAnInteger)?;
            Some(usize::try_from(count).map_or(DEFAULT_COUNT, |count| if count == 0 { usize::MAX } else { count }))
        }
        _ => return Err(RedisError::SubcommandSyntax(as_c_text(call.arg(1), 128), "XINFO")),
    };
    let stream = call.get::<Stream>(slot)?;
    let mut pairs = vec![
        ("length", Reply::count(stream.len())),
        ("radix-tree-keys", Reply::count(stream.nodes())),
        // Redis counts the inner nodes of its tree too; the model has no tree.
        ("radix-tree-nodes", Reply::count(stream.nodes() + 1)),
        ("last-generated-id", id_reply(stream.last_id)),
        ("max-deleted-entry-id", id_reply(stream.max_deleted)),
        ("entries-added", Reply::Integer(stream.added.cast_signed())),
        ("recorded-first-entry-id", id_reply(stream.first_id())),
    ];
    let all = || stream.range(Id::ZERO, Id::MAX);
    match full {
        Some(count) => {
            pairs.push(("entries", list(all().take(count).map(entry_reply))));
            pairs.push(("groups", list(stream.groups.iter().map(|group| whole_group(stream, group, count)))));
        }
        None => {
            let end = |entry: Option<&Entry>| entry.map_or(Reply::NIL, entry_reply);
            pairs.push(("groups", Reply::count(stream.groups.len())));
            pairs.push(("first-entry", end(all().next())));
            pairs.push(("last-entry", end(all().next_back())));
        }
    }
    Ok(fields(pairs))
}

fn whole_group(stream: &Stream, group: &Group, count: usize) -> Reply {
    let one = |pending: &Pending| {
        list(
            [
                id_reply(pending.id),
                Reply::bulk(pending.consumer.as_bytes()),
                time(pending.at),
                Reply::Integer(pending.times),
            ]
            .into_iter(),
        )
    };
    fields(vec![
        ("name", Reply::bulk(group.name.as_bytes())),
        ("last-delivered-id", id_reply(group.last_id)),
        ("entries-read", number_or_nil(group.entries_read)),
        ("lag", lag(stream, group)),
        ("pel-count", Reply::count(group.pending_count(None))),
        ("pending", list(group.pending_from(Id::ZERO).iter().take(count).map(one))),
        ("consumers", list(group.consumers.iter().map(|consumer| whole_consumer(group, consumer, count)))),
    ])
}

fn whole_consumer(group: &Group, consumer: &Consumer, count: usize) -> Reply {
    let own = group.pending_from(Id::ZERO).iter().filter(|pending| pending.consumer == consumer.name);
    let one =
        |pending: &Pending| list([id_reply(pending.id), time(pending.at), Reply::Integer(pending.times)].into_iter());
    fields(vec![
        ("name", Reply::bulk(consumer.name.as_bytes())),
        ("seen-time", time(consumer.seen)),
        ("pel-count", Reply::count(group.pending_count(Some(&consumer.name)))),
        ("pending", list(own.take(count).map(one))),
    ])
}

fn time(at: Millis) -> Reply {
    Reply::Integer(at.signed())
}
