//! The elements of a list, a set or a sorted set in an order: `SORT`, `SORT_RO`.

use std::cmp::Ordering;

use crate::order::sort_by;
use crate::redis::call::{Call, Outcome};
use crate::redis::command::Command;
use crate::redis::database::Slot;
use crate::redis::errors::RedisError;
use crate::redis::fields::Fields;
use crate::redis::float::parse_f64;
use crate::redis::kinds::Kind;
use crate::redis::list::{End, List};
use crate::redis::notify::LIST;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::sorted::Sorted;
use crate::redis::value::Value;

use super::super::options::is;
use super::keyed;

const SORT: &str =
    "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC|DESC] [ALPHA] [STORE destination]";
const SORT_RO: &str = "key [BY pattern] [LIMIT offset count] [GET pattern [GET pattern ...]] [ASC|DESC] [ALPHA]";

pub(in crate::redis::commands) const COMMANDS: [Command; 2] = [
    keyed("sort", -2, SORT, "Returns or stores the elements of a list, a set or a sorted set in an order.", sort)
        .writes()
        .grows(),
    keyed("sort_ro", -2, SORT_RO, "Returns the elements of a list, a set or a sorted set in an order.", sort_ro)
        .reads(),
];

/// The words after the key.
#[derive(Clone, Debug)]
struct Options<'a> {
    descending: bool,
    alphabetic: bool,
    limit: (i64, i64),
    by: Option<&'a [u8]>,
    /// The elements stay as they are, for a constant to sort by was named, whatever was named after it.
    keeps_order: bool,
    get: Vec<&'a [u8]>,
    store: Option<&'a [u8]>,
}

impl<'a> Options<'a> {
    fn parse(words: &[&'a [u8]], may_store: bool) -> Result<Options<'a>, RedisError> {
        let mut options = Options {
            descending: false,
            alphabetic: false,
            limit: (0, -1),
            by: None,
            keeps_order: false,
            get: Vec::new(),
            store: None,
        };
        let integer = |word: &[u8]| parse_i64(word).ok_or(RedisError::NotAnInteger);
        let mut rest = words;
        while let Some((option, more)) = rest.split_first() {
            rest = more;
            match more {
                _ if is(option, "asc") => options.descending = false,
                _ if is(option, "desc") => options.descending = true,
                _ if is(option, "alpha") => options.alphabetic = true,
                [offset, count, after @ ..] if is(option, "limit") => {
                    options.limit = (integer(offset)?, integer(count)?);
                    rest = after;
                }
                [key, after @ ..] if may_store && is(option, "store") => {
                    options.store = Some(key);
                    rest = after;
                }
                [pattern, after @ ..] if is(option, "by") => {
                    options.by = Some(pattern);
                    options.keeps_order |= !pattern.contains(&b'*');
                    rest = after;
                }
                [pattern, after @ ..] if is(option, "get") => {
                    options.get.push(pattern);
                    rest = after;
                }
                _ => return Err(RedisError::Syntax),
            }
        }
        Ok(options)
    }

    /// The part of so many elements that `LIMIT` leaves.
    fn part(&self, length: usize) -> std::ops::Range<usize> {
        let start = usize::try_from(self.limit.0).unwrap_or(0).min(length);
        let count = usize::try_from(self.limit.1).unwrap_or(usize::MAX);
        start..start.saturating_add(count).min(length)
    }
}

/// An element, and what it is sorted by.
struct Weighed {
    element: Vec<u8>,
    weight: Weight,
}

enum Weight {
    Number(f64),
    /// Nothing was found where the pattern leads.
    Text(Option<Vec<u8>>),
}

fn sort(call: &mut Call<'_>) -> Outcome {
    let options = Options::parse(call.args_from(2), true)?;
    run(call, &options)
}

fn sort_ro(call: &mut Call<'_>) -> Outcome {
    let options = Options::parse(call.args_from(2), false)?;
    run(call, &options)
}

fn run(call: &mut Call<'_>, options: &Options<'_>) -> Outcome {
    let (elements, is_set) = elements(call)?;
    let mut options = options.clone();
    // A set has no order to be kept, and what is stored must not depend on chance.
    if options.keeps_order && is_set && options.store.is_some() {
        (options.by, options.keeps_order, options.alphabetic) = (None, false, true);
    }
    let part = options.part(elements.len());
    let elements = if options.keeps_order {
        let mut elements = elements;
        if options.descending && !is_set {
            elements.reverse();
        }
        elements
    } else {
        sorted(call, elements, &options)?
    };
    let rows = elements.get(part).unwrap_or_default();
    let mut values: Vec<Option<Vec<u8>>> = Vec::new();
    for element in rows {
        if options.get.is_empty() {
            values.push(Some(element.clone()));
        }
        for pattern in &options.get {
            values.push(find(call, pattern, element));
        }
    }
    let Some(key) = options.store else {
        let reply = |value: Option<Vec<u8>>| value.map_or(Reply::NIL, Reply::bulk);
        return Ok(Reply::Array(Some(values.into_iter().map(reply).collect())));
    };
    let count = values.len();
    let mut list = List::default();
    values.iter().for_each(|value| list.push(End::Right, value.as_deref().unwrap_or_default()));
    call.store(key, list, LIST, "sortstore");
    Ok(Reply::count(count))
}

/// The elements of the key's value, and whether it is a set.
fn elements(call: &mut Call<'_>) -> Result<(Vec<Vec<u8>>, bool), RedisError> {
    let Some(slot) = call.lookup(call.arg(1), Purpose::Read) else { return Ok((Vec::new(), false)) };
    let elements = match &call.entry(slot).value {
        Value::List(list) => list.iter().map(<[u8]>::to_vec).collect(),
        Value::Set(members) => members.list().into_iter().map(|member| member.to_vec()).collect(),
        Value::Sorted(sorted) => sorted.entries().iter().map(|(_, member)| member.to_vec()).collect(),
        _ => return Err(RedisError::WrongType),
    };
    let is_set = matches!(call.entry(slot).value, Value::Set(_));
    unpack_sorted(call, slot);
    Ok((elements, is_set))
}

/// Whatever is done with it, a sorted set is not one listpack afterwards.
fn unpack_sorted(call: &mut Call<'_>, slot: Slot) {
    let (db, server) = (call.db(), &mut *call.server);
    let config = &server.config;
    server.databases[db].update(slot, config.allocator, |value| {
        if let Some(sorted) = Sorted::of_mut(value) {
            sorted.unpack(config);
        }
    });
}

fn sorted(call: &mut Call<'_>, elements: Vec<Vec<u8>>, options: &Options<'_>) -> Result<Vec<Vec<u8>>, RedisError> {
    let (mut weighed, mut broken) = (Vec::with_capacity(elements.len()), false);
    for element in elements {
        let text = match options.by {
            Some(pattern) => find(call, pattern, &element),
            None => Some(element.clone()),
        };
        let weight = match (options.alphabetic, text) {
            (true, text) => Weight::Text(text),
            (false, None) => Weight::Number(0.0),
            (false, Some(text)) => Weight::Number(number(&text).unwrap_or_else(|| {
                broken = true;
                0.0
            })),
        };
        weighed.push(Weighed { element, weight });
    }
    if broken {
        return Err(RedisError::SortNumbers);
    }
    sort_by(&mut weighed, |one, other| {
        let order = compare(one, other, options);
        if options.descending { order.reverse() } else { order }
    });
    Ok(weighed.into_iter().map(|weighed| weighed.element).collect())
}

/// Redis compares by the locale, which here is C's, and up to a zero byte, unless it stores what it sorts.
fn compare(one: &Weighed, other: &Weighed, options: &Options<'_>) -> Ordering {
    match (&one.weight, &other.weight) {
        (Weight::Number(first), Weight::Number(second)) => {
            first.partial_cmp(second).unwrap_or(Ordering::Equal).then_with(|| one.element.cmp(&other.element))
        }
        (Weight::Text(first), Weight::Text(second)) if options.store.is_some() => first.cmp(second),
        (Weight::Text(first), Weight::Text(second)) => first.as_deref().map(c_text).cmp(&second.as_deref().map(c_text)),
        _ => Ordering::Equal,
    }
}

fn c_text(text: &[u8]) -> &[u8] {
    text.split(|&byte| byte == 0).next().unwrap_or_default()
}

/// A text as C's `strtod` reads it when it must end there: spaces may be before it, and nothing at all is 0.
fn number(text: &[u8]) -> Option<f64> {
    let text = c_text(text);
    if text.is_empty() { Some(0.0) } else { parse_f64(text.trim_ascii_start()) }
}

/// What a pattern leads to from an element: `#` is the element, `*` stands for it in the name of a string's key, and in
/// that of a hash's with a field after `->` (Redis, `lookupKeyByPattern`).
fn find(call: &mut Call<'_>, pattern: &[u8], element: &[u8]) -> Option<Vec<u8>> {
    if pattern == b"#" {
        return Some(element.to_vec());
    }
    let star = c_text(pattern).iter().position(|&byte| byte == b'*')?;
    let after = &pattern[star + 1..];
    let arrow =
        c_text(after).windows(2).position(|pair| pair == b"->").filter(|&place| place + 2 < c_text(after).len());
    let (rest, field) = match arrow {
        Some(place) => (&after[..place], Some(&after[place + 2..])),
        None => (after, None),
    };
    let key = [&pattern[..star], element, rest].concat();
    let slot = call.lookup(&key, Purpose::Read)?;
    match (&call.entry(slot).value, field) {
        (Value::Text(text), None) => Some(text.as_bytes().to_vec()),
        (value, Some(field)) => Fields::of(value)?.get(field).map(<[u8]>::to_vec),
        _ => None,
    }
}
