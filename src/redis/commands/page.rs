//! Iterating in steps: the cursor, the options and the pages of `SCAN`, `HSCAN`, `SSCAN` and `ZSCAN`.

use std::ops::Range;

use crate::redis::errors::RedisError;
use crate::redis::glob;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;

use super::options::is;

/// How many elements are looked at unless it is told.
const DEFAULT_COUNT: usize = 10;

/// A pattern; a lone star lets everything through, the empty name included.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern<'a>(Option<&'a [u8]>);

impl<'a> Pattern<'a> {
    pub(super) fn new(pattern: &'a [u8]) -> Pattern<'a> {
        Pattern(Some(pattern).filter(|&pattern| pattern != b"*"))
    }

    pub(super) fn matches(self, name: &[u8]) -> bool {
        self.0.is_none_or(|pattern| glob::matches(pattern, name))
    }
}

/// The options of `SCAN` and its relatives.
pub(super) struct ScanOptions<'a> {
    pub(super) pattern: Pattern<'a>,
    pub(super) count: usize,
    pub(super) type_name: Option<&'a [u8]>,
}

impl<'a> ScanOptions<'a> {
    /// Only `SCAN` itself may choose a type.
    pub(super) fn parse(words: &[&'a [u8]], any_type: bool) -> Result<ScanOptions<'a>, RedisError> {
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
            } else if any_type && is(option, "type") {
                options.type_name = Some(argument);
            } else {
                return Err(RedisError::Syntax);
            }
        }
        Ok(options)
    }
}

/// The places that one step visits. The cursor is the number of places that are left, and places are walked downwards. A
/// removal moves the last element to the place that it frees: either both were visited already, or the element moves to
/// where it will be visited. New elements come last. So each element that is there during the whole iteration is returned,
/// as Redis guarantees.
#[derive(Clone, Debug)]
pub(super) struct Page(Range<usize>);

impl Page {
    /// The step from a cursor through so many elements.
    pub(super) fn new(cursor: u64, elements: usize, count: usize) -> Page {
        let left = if cursor == 0 { elements } else { usize::try_from(cursor).unwrap_or(elements).min(elements) };
        Page(left.saturating_sub(count)..left)
    }

    /// As [`Page::new`]; a collection that is stored compactly is one page.
    pub(super) fn of(cursor: u64, elements: usize, count: usize, compact: bool) -> Page {
        if compact { Page::new(0, elements, elements) } else { Page::new(cursor, elements, count) }
    }

    /// The places, in the order of the visit.
    pub(super) fn places(&self) -> impl Iterator<Item = usize> + use<> {
        self.0.clone().rev()
    }

    /// The reply: the next cursor, and what was found.
    pub(super) fn reply(&self, found: Vec<Reply>) -> Reply {
        Reply::Array(Some(vec![Reply::bulk(self.0.start.to_string()), Reply::Array(Some(found))]))
    }
}

/// A cursor, read as C's `strtoul` does: an empty one is 0, and a negative one is counted from the end of 64 bits.
pub(super) fn parse_cursor(text: &[u8]) -> Result<u64, RedisError> {
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
