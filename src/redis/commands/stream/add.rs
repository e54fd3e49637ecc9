//! Adding and removing entries: `XADD`, `XDEL`, `XTRIM`.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::notify::STREAM;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::stream::{Id, Keep, Stream, Trim};

use super::super::options::is;
use super::{id_reply, strict_id};

/// Approximate trimming removes at most so many full nodes at once, and so many entries.
const NODES_AT_ONCE: u64 = 100;
const MOST_AT_ONCE: u64 = 1_000_000;
const AT_ONCE_UNLIMITED: u64 = 10_000;

/// How an entry's identifier is given.
#[derive(Clone, Copy, Debug)]
enum NewId {
    /// `*`.
    Any,
    /// `time-*`.
    At(u64),
    Given(Id),
}

/// The options of `XADD` and `XTRIM`.
#[derive(Default)]
struct Options {
    keep: Option<Keep>,
    approximate: bool,
    limit: Option<u64>,
    no_make: bool,
}

impl Options {
    /// Reads options from the second argument on, up to the identifier of `XADD`; what comes from there on.
    fn parse<'a>(&mut self, words: &'a [&'a [u8]], adds: bool) -> Result<&'a [&'a [u8]], RedisError> {
        let mut rest = words;
        while let Some((option, more)) = rest.split_first() {
            match more {
                _ if adds && *option == b"*" => break,
                [_, ..] if is(option, "maxlen") || is(option, "minid") => {
                    rest = self.threshold(is(option, "maxlen"), more)?;
                    continue;
                }
                [limit, more @ ..] if is(option, "limit") => {
                    let limit = parse_i64(limit).ok_or(RedisError::NotAnInteger)?;
                    self.limit = Some(u64::try_from(limit).map_err(|_| RedisError::NegativeArgument("LIMIT"))?);
                    rest = more;
                    continue;
                }
                _ if adds && is(option, "nomkstream") => self.no_make = true,
                _ if adds => break,
                _ => return Err(RedisError::Syntax),
            }
            rest = more;
        }
        Ok(rest)
    }

    /// Reads what `MAXLEN` or `MINID` is given; the words after it.
    fn threshold<'a>(&mut self, length: bool, words: &'a [&'a [u8]]) -> Result<&'a [&'a [u8]], RedisError> {
        if self.keep.is_some() {
            return Err(RedisError::MaxlenWithMinid);
        }
        let (approximate, words) = match words {
            [b"~", rest @ ..] if !rest.is_empty() => (true, rest),
            [b"=", rest @ ..] if !rest.is_empty() => (false, rest),
            _ => (false, words),
        };
        let (word, rest) = words.split_first().ok_or(RedisError::Syntax)?;
        self.approximate = approximate;
        self.keep = Some(if length {
            let most = parse_i64(word).ok_or(RedisError::NotAnInteger)?;
            Keep::Length(u64::try_from(most).map_err(|_| RedisError::NegativeArgument("MAXLEN"))?)
        } else {
            Keep::From(strict_id(word)?)
        });
        Ok(rest)
    }

    /// The trimming that they ask for.
    fn trim(&self, adds: bool, node_entries: u64) -> Result<Option<Trim>, RedisError> {
        let Some(keep) = self.keep else {
            if self.limit.is_some_and(|limit| limit > 0) {
                return Err(RedisError::LimitWithoutStrategy);
            }
            if !adds {
                return Err(RedisError::NoTrimStrategy);
            }
            return match self.limit {
                Some(_) => Err(RedisError::LimitWithoutTilde),
                None => Ok(None),
            };
        };
        if self.limit.is_some() && !self.approximate {
            return Err(RedisError::LimitWithoutTilde);
        }
        let most = match node_entries.saturating_mul(NODES_AT_ONCE) {
            0 => AT_ONCE_UNLIMITED,
            most => most.min(MOST_AT_ONCE),
        };
        Ok(Some(Trim { keep, approximate: self.approximate.then_some(self.limit.unwrap_or(most)) }))
    }
}

fn new_id(word: &[u8]) -> Result<NewId, RedisError> {
    if word == b"*" {
        return Ok(NewId::Any);
    }
    match Id::parse_partial(word).ok_or(RedisError::InvalidStreamId)? {
        (time, Some(None)) => Ok(NewId::At(time)),
        (time, number) => Ok(NewId::Given(Id { time, number: number.flatten().unwrap_or(0) })),
    }
}

impl NewId {
    /// The identifier, which must be after the last one.
    fn resolve(self, last: Id, now: u64) -> Option<Id> {
        let id = match self {
            NewId::Any if now > last.time => Id { time: now, number: 0 },
            NewId::Any => last.next()?,
            NewId::At(time) if time == last.time => Id { time, number: last.number.checked_add(1)? },
            NewId::At(time) => Id { time, number: 0 },
            NewId::Given(id) => id,
        };
        (id > last).then_some(id)
    }
}

pub(super) fn xadd(call: &mut Call<'_>) -> Outcome {
    let mut options = Options::default();
    let rest = options.parse(call.args_from(2), true)?;
    let id = rest.first().map(|word| new_id(word)).transpose()?;
    let trim = options.trim(true, call.server.config.limits.stream_entries)?;
    let (Some(id), [_, fields @ ..]) = (id, rest) else { return Err(RedisError::Arity(call.command.name)) };
    if fields.is_empty() || fields.len() % 2 == 1 {
        return Err(RedisError::Arity(call.command.name));
    }
    if matches!(id, NewId::Given(Id::ZERO)) {
        return Err(RedisError::ZeroStreamId);
    }
    let key = call.arg(1);
    let now = call.now.0;
    let slot = call.find::<Stream>(key, Purpose::Write)?;
    if slot.is_none() && options.no_make {
        return Ok(Reply::NIL);
    }
    let last = slot.map_or(Ok(Id::ZERO), |slot| call.get::<Stream>(slot).map(|stream| stream.last_id))?;
    if last == Id::MAX {
        return Err(RedisError::StreamExhausted);
    }
    let id = id.resolve(last, now).ok_or(RedisError::StreamIdTooSmall)?;
    let slot = call.find_or_make::<Stream>(key)?;
    let (stream, config) = call.edit::<Stream>(slot)?;
    stream.append(id, fields, config);
    let trimmed = trim.map_or(0, |trim| stream.trim(trim));
    call.notify(STREAM, "xadd", key);
    if trimmed > 0 {
        call.notify(STREAM, "xtrim", key);
    }
    call.changed(slot);
    Ok(id_reply(id))
}

pub(super) fn xtrim(call: &mut Call<'_>) -> Outcome {
    let mut options = Options::default();
    options.parse(call.args_from(2), false)?;
    let trim = options.trim(false, call.server.config.limits.stream_entries)?;
    let key = call.arg(1);
    let (Some(slot), Some(trim)) = (call.find::<Stream>(key, Purpose::Write)?, trim) else {
        return Ok(Reply::Integer(0));
    };
    let trimmed = call.edit::<Stream>(slot)?.0.trim(trim);
    if trimmed > 0 {
        call.notify(STREAM, "xtrim", key);
        call.changed(slot);
    }
    Ok(Reply::count(trimmed))
}

pub(super) fn xdel(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    let Some(slot) = call.find::<Stream>(key, Purpose::Write)? else { return Ok(Reply::Integer(0)) };
    let ids = call.args_from(2).iter().map(|word| strict_id(word)).collect::<Result<Vec<Id>, _>>()?;
    let stream = call.edit::<Stream>(slot)?.0;
    let deleted = ids.into_iter().filter(|&id| stream.delete(id)).count();
    if deleted > 0 {
        call.notify(STREAM, "xdel", key);
        call.changed(slot);
    }
    Ok(Reply::count(deleted))
}
