//! Listing keys: `KEYS` and `SCAN`.

use crate::redis::call::{Call, Outcome};
use crate::redis::database::Slot;
use crate::redis::errors::RedisError;
use crate::redis::glob;
use crate::redis::key::Key;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::{Purpose, Server};

use super::super::options::is;

/// How many keys `SCAN` looks at unless it is told.
const DEFAULT_COUNT: usize = 10;

/// Keys whose time is over are left out and stay.
pub(super) fn keys(call: &mut Call<'_>) -> Outcome {
    let pattern = Pattern::new(call.arg(1));
    let now = call.now;
    let alive = call.database().iter().filter(|(_, entry)| !Server::is_over(entry.expires_at, now));
    let matching = alive.map(|(key, _)| key).filter(|key| pattern.matches(key));
    Ok(Reply::Array(Some(matching.map(|key| Reply::bulk(key.as_bytes())).collect())))
}

/// A pattern; a lone star lets everything through, the empty name included.
#[derive(Clone, Copy, Debug)]
struct Pattern<'a>(Option<&'a [u8]>);

impl<'a> Pattern<'a> {
    fn new(pattern: &'a [u8]) -> Pattern<'a> {
        Pattern(Some(pattern).filter(|&pattern| pattern != b"*"))
    }

    fn matches(self, name: &[u8]) -> bool {
        self.0.is_none_or(|pattern| glob::matches(pattern, name))
    }
}

/// The options of `SCAN`.
struct ScanOptions<'a> {
    pattern: Pattern<'a>,
    count: usize,
    type_name: Option<&'a [u8]>,
}

impl<'a> ScanOptions<'a> {
    fn parse(words: &[&'a [u8]]) -> Result<ScanOptions<'a>, RedisError> {
        let mut options = ScanOptions { pattern: Pattern(None), count: DEFAULT_COUNT, type_name: None };
        let mut words = words.iter();
        while let Some(option) = words.next() {
            let argument = words.next().copied().ok_or(RedisError::Syntax)?;
            if is(option, "count") {
                let count = parse_i64(argument).ok_or(RedisError::NotAnInteger)?;
                let count = u64::try_from(count).ok().filter(|&count| count > 0).ok_or(RedisError::Syntax)?;
                options.count = usize::try_from(count).unwrap_or(usize::MAX);
            } else if is(option, "match") {
                options.pattern = Pattern::new(argument);
            } else if is(option, "type") {
                options.type_name = Some(argument);
            } else {
                return Err(RedisError::Syntax);
            }
        }
        Ok(options)
    }
}

/// The cursor is the number of places that are left, and places are walked downwards. A removal moves the last key to the
/// place that it frees: either both were visited already, or the key moves to where it will be visited. New keys come
/// last. So each key that is there during the whole iteration is returned, as Redis guarantees.
pub(super) fn scan(call: &mut Call<'_>) -> Outcome {
    let cursor = parse_cursor(call.arg(1))?;
    let options = ScanOptions::parse(call.args_from(2))?;
    let keys = call.database().len();
    let left = if cursor == 0 { keys } else { usize::try_from(cursor).unwrap_or(keys).min(keys) };
    let next = left.saturating_sub(options.count);
    let visited: Vec<Key> = (next..left).rev().map(|place| call.database().key(Slot(place)).clone()).collect();
    let returned = visited.into_iter().filter(|key| is_wanted(call, key, &options));
    let returned = returned.map(|key| Reply::bulk(key.as_bytes())).collect();
    Ok(Reply::Array(Some(vec![Reply::bulk(next.to_string()), Reply::Array(Some(returned))])))
}

/// Whether `SCAN` returns a key. With a type it counts as a look-up, and a key whose time is over has the type `none`,
/// both as in Redis.
fn is_wanted(call: &mut Call<'_>, key: &Key, options: &ScanOptions<'_>) -> bool {
    if !options.pattern.matches(key) {
        return false;
    }
    match options.type_name {
        None => call.server.live(call.db(), key, call.now).is_some(),
        Some(wanted) => {
            let slot = call.lookup(key, Purpose::Inspect);
            is(wanted, slot.map_or("none", |slot| call.entry(slot).value.type_name()))
        }
    }
}

/// A cursor, read as C's `strtoul` does: an empty one is 0, and a negative one is counted from the end of 64 bits.
fn parse_cursor(text: &[u8]) -> Result<u64, RedisError> {
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        [] => return Ok(0),
        _ => (false, text),
    };
    if digits.is_empty() {
        return Err(RedisError::InvalidCursor);
    }
    let mut value: u64 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(RedisError::InvalidCursor);
        }
        let more = value.checked_mul(10).and_then(|value| value.checked_add(u64::from(digit - b'0')));
        value = more.ok_or(RedisError::InvalidCursor)?;
    }
    Ok(if negative { value.wrapping_neg() } else { value })
}
