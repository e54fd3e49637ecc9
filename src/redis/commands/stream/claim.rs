//! Taking over what another consumer has not acknowledged: `XCLAIM` and `XAUTOCLAIM`.

use crate::redis::call::{Call, Outcome};
use crate::redis::database::Slot;
use crate::redis::errors::{RedisError, as_c_text};
use crate::redis::key::Key;
use crate::redis::notify::STREAM;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::stream::{Id, Stream};
use crate::redis::time::Millis;

use super::super::options::is;
use super::{entry_reply, id_reply, no_group, reweigh, start_id, stream_with_group, strict_id};

/// `XAUTOCLAIM` looks at so many entries for each one that it may take.
const ATTEMPTS: i64 = 10;
const DEFAULT_COUNT: i64 = 100;

/// How entries are taken over.
#[derive(Clone, Copy)]
struct Terms {
    /// Only those that have been pending for so many milliseconds.
    idle: u64,
    /// When they count as delivered.
    at: Millis,
    times: Option<i64>,
    /// Also those that are not pending.
    force: bool,
    /// Answer with identifiers alone, and do not count the delivery.
    ids_only: bool,
}

/// What became of an entry.
enum Claimed {
    Taken(Reply),
    Left,
    /// It was deleted, and is not pending any more.
    Gone,
}

/// The shortest time that an entry must have been pending, in milliseconds.
fn min_idle(word: &[u8], command: &'static str) -> Result<u64, RedisError> {
    let idle = parse_i64(word).ok_or(RedisError::ClaimIdle(command))?;
    Ok(idle.max(0).unsigned_abs())
}

/// Takes one entry over.
fn claim(stream: &mut Stream, name: &[u8], consumer: &Key, id: Id, terms: Terms, now: Millis) -> Claimed {
    let reply = stream.entry(id).map(|entry| if terms.ids_only { id_reply(id) } else { entry_reply(entry) });
    let Some(group) = stream.group_mut(name) else { return Claimed::Left };
    let Some(reply) = reply else {
        return if group.acknowledge(id) { Claimed::Gone } else { Claimed::Left };
    };
    let is_new = group.pending_mut(id).is_none();
    if is_new {
        if !terms.force {
            return Claimed::Left;
        }
        group.deliver(id, consumer, now);
    }
    let Some(pending) = group.pending_mut(id) else { return Claimed::Left };
    if !is_new && now.since(pending.at) < terms.idle {
        return Claimed::Left;
    }
    pending.consumer = consumer.clone();
    pending.at = terms.at;
    pending.times = match terms.times {
        Some(times) => times,
        None => pending.times + i64::from(!terms.ids_only),
    };
    Claimed::Taken(reply)
}

/// Makes the consumer of the third argument if it is not there: only when it has got an entry, as in Redis. Whether it is
/// new.
fn see_consumer(call: &mut Call<'_>, slot: Slot) -> Result<bool, RedisError> {
    let (key, name, consumer, now) = (call.arg(1), call.arg(2), call.arg(3), call.now);
    let is_new = call.edit::<Stream>(slot)?.0.group_mut(name).is_some_and(|group| group.see(consumer, now));
    if is_new {
        call.notify(STREAM, "xgroup-createconsumer", key);
    }
    Ok(is_new)
}

/// Reads the options of `XCLAIM`; the last identifier that the group is told to have delivered is returned with them.
fn terms(words: &[&[u8]], idle: u64, now: Millis) -> Result<(Terms, Id), RedisError> {
    let mut terms = Terms { idle, at: now, times: None, force: false, ids_only: false };
    let mut last_id = Id::ZERO;
    let mut words = words.iter();
    while let Some(option) = words.next() {
        if is(option, "force") {
            terms.force = true;
            continue;
        }
        if is(option, "justid") {
            terms.ids_only = true;
            continue;
        }
        let unknown = || RedisError::ClaimOption(as_c_text(option, usize::MAX));
        let known = ["IDLE", "TIME", "RETRYCOUNT", "LASTID"].into_iter().find(|name| is(option, name));
        let (Some(name), Some(word)) = (known, words.next()) else { return Err(unknown()) };
        if name == "LASTID" {
            last_id = strict_id(word)?;
            continue;
        }
        let number = parse_i64(word).ok_or(RedisError::ClaimNumber(name))?;
        match name {
            "RETRYCOUNT" => terms.times = Some(number).filter(|&times| times >= 0),
            "IDLE" => terms.at = sane(now.signed().saturating_sub(number), now),
            _ => terms.at = sane(number, now),
        }
    }
    Ok((terms, last_id))
}

/// A time of delivery; one before the epoch or in the future is taken for now.
fn sane(at: i64, now: Millis) -> Millis {
    u64::try_from(at).ok().map(Millis).filter(|&at| at <= now).unwrap_or(now)
}

pub(super) fn xclaim(call: &mut Call<'_>) -> Outcome {
    let (key, name, now) = (call.arg(1), call.arg(2), call.now);
    let Some(slot) = stream_with_group(call)? else { return Err(no_group(key, name)) };
    let idle = min_idle(call.arg(4), "XCLAIM")?;
    let words = call.args_from(5);
    let ids: Vec<Id> = words.iter().map_while(|word| Id::parse(word, 0)).collect();
    let (terms, last_id) = terms(&words[ids.len()..], idle, now)?;
    let consumer = Key::new(call.arg(3));
    let stream = call.edit::<Stream>(slot)?.0;
    let mut changes = 0;
    if let Some(group) = stream.group_mut(name)
        && group.last_id < last_id
    {
        group.last_id = last_id;
        changes = 1;
    }
    let (mut replies, mut gone) = (Vec::new(), 0);
    for id in ids {
        match claim(stream, name, &consumer, id, terms, now) {
            Claimed::Taken(reply) => replies.push(reply),
            Claimed::Gone => gone += 1,
            Claimed::Left => {}
        }
    }
    // What is told of an entry tells of the group's last identifier too.
    if replies.len() + gone > 0 {
        changes = replies.len() + gone;
    }
    if !replies.is_empty() {
        changes += usize::from(see_consumer(call, slot)?);
    }
    reweigh(call, slot);
    call.count_changes(changes);
    Ok(Reply::Array(Some(replies)))
}

/// The options of `XAUTOCLAIM`: how many entries, and whether their identifiers alone are returned.
fn auto_options(words: &[&[u8]]) -> Result<(i64, bool), RedisError> {
    let (mut count, mut ids_only) = (DEFAULT_COUNT, false);
    let mut words = words.iter();
    while let Some(option) = words.next() {
        if is(option, "justid") {
            ids_only = true;
            continue;
        }
        let word = words.next().filter(|_| is(option, "count")).ok_or(RedisError::Syntax)?;
        let most = i64::MAX / 16;
        count = parse_i64(word).filter(|count| (1..=most).contains(count)).ok_or(RedisError::ClaimCount)?;
    }
    Ok((count, ids_only))
}

pub(super) fn xautoclaim(call: &mut Call<'_>) -> Outcome {
    let (key, name, now) = (call.arg(1), call.arg(2), call.now);
    // The key is looked up before the options are read, and checked after that, as in Redis.
    let found = call.lookup(key, Purpose::Read);
    let idle = min_idle(call.arg(4), "XAUTOCLAIM")?;
    let mut next = Some(start_id(call.arg(5))?);
    let (mut count, ids_only) = auto_options(call.args_from(6))?;
    let Some(slot) = found else { return Err(no_group(key, name)) };
    if call.get::<Stream>(slot)?.group(name).is_none() {
        return Err(no_group(key, name));
    }
    let consumer = Key::new(call.arg(3));
    let terms = Terms { idle, at: now, times: None, force: false, ids_only };
    let stream = call.edit::<Stream>(slot)?.0;
    let (mut taken, mut gone) = (Vec::new(), Vec::new());
    let mut attempts = count.saturating_mul(ATTEMPTS);
    let first_from =
        |stream: &Stream, id: Option<Id>| stream.group(name)?.pending_from(id?).first().map(|pending| pending.id);
    while attempts > 0 && count > 0 {
        attempts -= 1;
        let Some(id) = first_from(stream, next) else { break };
        match claim(stream, name, &consumer, id, terms, now) {
            Claimed::Taken(reply) => {
                taken.push(reply);
                count -= 1;
            }
            Claimed::Gone => {
                gone.push(id_reply(id));
                count -= 1;
            }
            Claimed::Left => {}
        }
        next = id.next();
    }
    let cursor = first_from(stream, next).unwrap_or(Id::ZERO);
    let mut changes = taken.len() + gone.len();
    if !taken.is_empty() {
        changes += usize::from(see_consumer(call, slot)?);
    }
    reweigh(call, slot);
    call.count_changes(changes);
    let lists = [taken, gone].map(|list| Reply::Array(Some(list)));
    let [taken, gone] = lists;
    Ok(Reply::Array(Some(vec![id_reply(cursor), taken, gone])))
}
