//! Reading what is new: `XREAD` and `XREADGROUP`.

use crate::redis::call::{Call, Outcome};
use crate::redis::clients::Wish;
use crate::redis::errors::{RedisError, as_c_text};
use crate::redis::key::Key;
use crate::redis::notify::STREAM;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::stream::{Group, Id, Stream};
use crate::redis::time::Millis;

use super::super::options::is;
use super::super::waits::{deadline_after, words};
use super::{entry_reply, id_reply, reweigh, strict_id};

/// The group and the consumer of `XREADGROUP`.
#[derive(Clone, Copy)]
struct Reader<'a> {
    group: &'a [u8],
    consumer: &'a [u8],
}

/// From where a stream is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// After an identifier; for a group, what its consumer has not acknowledged.
    After(Id),
    /// `>`: what the group has not delivered.
    New,
}

/// The options of a read.
struct Options<'a> {
    reader: Option<Reader<'a>>,
    /// 0 for all.
    count: i64,
    block: Option<Option<Millis>>,
    no_ack: bool,
    keys: &'a [&'a [u8]],
    ids: &'a [&'a [u8]],
}

impl<'a> Options<'a> {
    fn parse(call: &Call<'a>, in_group: bool) -> Result<Options<'a>, RedisError> {
        let mut options = Options { reader: None, count: 0, block: None, no_ack: false, keys: &[], ids: &[] };
        let mut rest = call.args_from(1);
        loop {
            let Some((option, more)) = rest.split_first() else { return Err(RedisError::Syntax) };
            rest = match more {
                [word, more @ ..] if is(option, "block") => {
                    let length = parse_i64(word).ok_or(RedisError::TimeoutNotAnInteger)?;
                    options.block = Some(deadline_after(call, length)?);
                    more
                }
                [word, more @ ..] if is(option, "count") => {
                    options.count = parse_i64(word).ok_or(RedisError::NotAnInteger)?.max(0);
                    more
                }
                [_, ..] if is(option, "streams") => {
                    if more.len() % 2 == 1 {
                        return Err(RedisError::UnbalancedStreams);
                    }
                    (options.keys, options.ids) = more.split_at(more.len() / 2);
                    break;
                }
                [group, consumer, more @ ..] if is(option, "group") => {
                    if !in_group {
                        return Err(RedisError::OnlyInGroup("GROUP"));
                    }
                    options.reader = Some(Reader { group, consumer });
                    more
                }
                more if is(option, "noack") => {
                    if !in_group {
                        return Err(RedisError::OnlyInGroup("NOACK"));
                    }
                    options.no_ack = true;
                    more
                }
                _ => return Err(RedisError::Syntax),
            };
        }
        if in_group && options.reader.is_none() {
            return Err(RedisError::MissingGroup);
        }
        Ok(options)
    }

    /// Where each stream is read from.
    fn starts(&self, call: &mut Call<'_>) -> Result<Vec<From>, RedisError> {
        let mut starts = Vec::new();
        for (key, id) in self.keys.iter().zip(self.ids) {
            let stream = call.read::<Stream>(key)?;
            if let Some(reader) = self.reader
                && stream.and_then(|stream| stream.group(reader.group)).is_none()
            {
                let text = |word| as_c_text(word, usize::MAX);
                return Err(RedisError::NoGroupToRead { key: text(key), group: text(reader.group) });
            }
            starts.push(match *id {
                b"$" if self.reader.is_some() => return Err(RedisError::DollarInGroup),
                b"$" => From::After(stream.map_or(Id::ZERO, |stream| stream.last_id)),
                b">" if self.reader.is_none() => return Err(RedisError::NewWithoutGroup),
                b">" => From::New,
                word => From::After(strict_id(word)?),
            });
        }
        Ok(starts)
    }

    fn most(&self) -> usize {
        usize::try_from(self.count).ok().filter(|&count| count > 0).unwrap_or(usize::MAX)
    }
}

pub(super) fn xread(call: &mut Call<'_>) -> Outcome {
    read(call, false)
}

pub(super) fn xreadgroup(call: &mut Call<'_>) -> Outcome {
    read(call, true)
}

fn read(call: &mut Call<'_>, in_group: bool) -> Outcome {
    let options = Options::parse(call, in_group)?;
    let starts = options.starts(call)?;
    let (mut found, mut changes) = (Vec::new(), 0);
    for (key, start) in options.keys.iter().zip(&starts) {
        if let Some((entries, changed)) = read_one(call, &options, key, *start)? {
            changes += changed;
            found.push(Reply::Array(Some(vec![Reply::bulk(*key), Reply::Array(Some(entries))])));
        }
    }
    if !found.is_empty() {
        if in_group {
            call.count_changes(changes);
        }
        return Ok(Reply::Array(Some(found)));
    }
    match options.block {
        Some(deadline) => wait(call, &options, &starts, deadline),
        None => Ok(Reply::NIL_ARRAY),
    }
}

/// What one stream has, if it has anything to say at once, and how many changes that made.
fn read_one(
    call: &mut Call<'_>,
    options: &Options<'_>,
    key: &[u8],
    start: From,
) -> Result<Option<(Vec<Reply>, usize)>, RedisError> {
    let Some(slot) = call.find::<Stream>(key, Purpose::Read)? else { return Ok(None) };
    let now = call.now;
    let stream = call.edit::<Stream>(slot)?.0;
    let last = stream.last_live();
    let Some(reader) = options.reader else {
        let From::After(id) = start else { return Ok(None) };
        let Some(first) = id.next().filter(|_| last.is_some_and(|last| last > id)) else { return Ok(None) };
        return Ok(Some((stream.range(first, Id::MAX).take(options.most()).map(entry_reply).collect(), 0)));
    };
    let Some(group) = stream.group_mut(reader.group) else { return Ok(None) };
    if start == From::New && last.is_none_or(|last| last <= group.last_id) {
        return Ok(None);
    }
    let is_new = group.see(reader.consumer, now);
    let entries = match start {
        From::After(id) => history(stream, reader, id, options.most(), now),
        From::New => deliver(stream, reader, options, now),
    };
    if is_new {
        call.notify(STREAM, "xgroup-createconsumer", key);
    }
    reweigh(call, slot);
    Ok(Some((entries, 1 + usize::from(is_new))))
}

/// What a consumer was given after an identifier and has not acknowledged; a deleted entry has nil for its fields.
fn history(stream: &mut Stream, reader: Reader<'_>, after: Id, most: usize, now: Millis) -> Vec<Reply> {
    // After the greatest identifier Redis begins at the least one.
    let first = after.next().unwrap_or_default();
    let Some(group) = stream.group(reader.group) else { return Vec::new() };
    let own = group.pending_from(first).iter().filter(|pending| *pending.consumer == *reader.consumer);
    let ids: Vec<Id> = own.take(most).map(|pending| pending.id).collect();
    let mut replies = Vec::new();
    for id in ids {
        let Some(reply) = stream.entry(id).map(entry_reply) else {
            replies.push(Reply::Array(Some(vec![id_reply(id), Reply::NIL_ARRAY])));
            continue;
        };
        replies.push(reply);
        if let Some(pending) = stream.group_mut(reader.group).and_then(|group| group.pending_mut(id)) {
            pending.at = now;
            pending.times += 1;
        }
    }
    replies
}

/// Gives a consumer what its group has not delivered.
fn deliver(stream: &mut Stream, reader: Reader<'_>, options: &Options<'_>, now: Millis) -> Vec<Reply> {
    let Some(first) = stream.group(reader.group).and_then(|group| group.last_id.next()) else { return Vec::new() };
    let entries: Vec<(Id, Reply)> =
        stream.range(first, Id::MAX).take(options.most()).map(|entry| (entry.id, entry_reply(entry))).collect();
    let consumer = Key::new(reader.consumer);
    let mut replies = Vec::new();
    for (id, reply) in entries {
        let (has_gaps, added_until) = (stream.has_gaps_from(id), stream.added_until(id));
        let Some(group) = stream.group_mut(reader.group) else { break };
        advance(group, id, has_gaps, added_until);
        if !options.no_ack {
            group.deliver(id, &consumer, now);
        }
        replies.push(reply);
    }
    replies
}

/// A group has delivered an entry: it goes on counting what it has read as long as that is certain.
fn advance(group: &mut Group, id: Id, has_gaps: bool, added_until: Option<u64>) {
    group.entries_read = match group.entries_read {
        Some(read) if !has_gaps => Some(read + 1),
        _ => added_until,
    };
    group.last_id = id;
}

fn wait(call: &mut Call<'_>, options: &Options<'_>, starts: &[From], deadline: Option<Millis>) -> Outcome {
    let count = options.count.to_string();
    let retry = |(key, start): (&&[u8], &From)| {
        let id = match start {
            From::After(id) => id.to_string(),
            From::New => ">".to_owned(),
        };
        let tail: [&[u8]; 5] = [b"count", count.as_bytes(), b"streams", key, id.as_bytes()];
        let Some(reader) = options.reader else { return words(key, &[&[&b"xread"[..]][..], &tail].concat()) };
        let no_ack: &[&[u8]] = if options.no_ack { &[b"noack"] } else { &[] };
        let head: [&[u8]; 4] = [b"xreadgroup", b"group", reader.group, reader.consumer];
        words(key, &[&head[..], no_ack, &tail].concat())
    };
    let retries = options.keys.iter().zip(starts).map(retry).collect();
    let in_group = options.reader.is_some();
    call.wait(Wish { type_name: "stream", deadline, retries, in_group }, Reply::NIL_ARRAY)
}
