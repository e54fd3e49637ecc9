//! Hashes: `HDEL`, `HEXISTS`, `HGET`, `HGETALL`, `HINCRBY`, `HINCRBYFLOAT`, `HKEYS`, `HLEN`, `HMGET`, `HMSET`,
//! `HRANDFIELD`, `HSCAN`, `HSET`, `HSETNX`, `HSTRLEN`, `HVALS`.

use crate::redis::call::{Call, Outcome};
use crate::redis::command::{Command, Group, Run};
use crate::redis::database::Slot;
use crate::redis::errors::RedisError;
use crate::redis::fields::Fields;
use crate::redis::kinds::sample;
use crate::redis::long_double::LongDouble;
use crate::redis::notify::HASH;
use crate::redis::number::{Decimal, parse_i64};
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;

use super::page::{Page, ScanOptions, parse_cursor};
use super::samples::sample_options;

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::Hash, name, arity, arguments, summary, run).keys(1, 1, 1)
}

const SET_ARGUMENTS: &str = "key field value [field value ...]";

pub(super) const COMMANDS: [Command; 16] = [
    new("hdel", -3, "key field [field ...]", "Removes fields.", hdel).writes().fast(),
    new("hexists", 3, "key field", "Returns whether a field is there.", hexists).reads().fast(),
    new("hget", 3, "key field", "Returns a field's value.", hget).reads().fast(),
    new("hgetall", 2, "key", "Returns all fields and values.", hgetall).reads(),
    new("hincrby", 4, "key field increment", "Adds to an integer field.", hincrby).writes().grows().fast(),
    new("hincrbyfloat", 4, "key field increment", "Adds to a field with a fraction.", hincrbyfloat)
        .writes()
        .grows()
        .fast(),
    new("hkeys", 2, "key", "Returns all fields.", hkeys).reads(),
    new("hlen", 2, "key", "Returns how many fields there are.", hlen).reads().fast(),
    new("hmget", -3, "key field [field ...]", "Returns several fields' values.", hmget).reads().fast(),
    new("hmset", -4, SET_ARGUMENTS, "Sets fields; the former name of HSET.", hset).writes().grows().fast(),
    new("hrandfield", -2, "key [count [WITHVALUES]]", "Returns random fields.", hrandfield).reads(),
    new(
        "hscan",
        -3,
        "key cursor [MATCH pattern] [COUNT count]",
        "Returns some fields, and the cursor for more.",
        hscan,
    )
    .reads(),
    new("hset", -4, SET_ARGUMENTS, "Sets fields; returns how many are new.", hset).writes().grows().fast(),
    new("hsetnx", 4, "key field value", "Sets a field that is not there.", hsetnx).writes().grows().fast(),
    new("hstrlen", 3, "key field", "Returns the length of a field's value.", hstrlen).reads().fast(),
    new("hvals", 2, "key", "Returns all values.", hvals).reads(),
];

/// `HSET` and `HMSET`, which answer differently.
fn hset(call: &mut Call<'_>) -> Outcome {
    let pairs = call.args_from(2);
    if pairs.len() % 2 == 1 {
        return Err(RedisError::Arity(call.command.name));
    }
    let slot = call.find_or_make::<Fields>(call.arg(1))?;
    let (fields, config) = call.edit::<Fields>(slot)?;
    // A long word unpacks the hash before anything is set.
    if pairs.iter().any(|word| word.len() as u64 > config.limits.hash_value) {
        fields.unpack(config);
    }
    let made = pairs.as_chunks::<2>().0.iter().filter(|[field, value]| fields.set(field, value, config)).count();
    finish(call, slot, "hset");
    Ok(if call.command.name == "hmset" { Reply::OK } else { Reply::count(made) })
}

/// The hash of the first key was changed.
fn finish(call: &mut Call<'_>, slot: Slot, event: &str) {
    call.notify(HASH, event, call.arg(1));
    call.changed(slot);
}

fn hsetnx(call: &mut Call<'_>) -> Outcome {
    let (field, value) = (call.arg(2), call.arg(3));
    if call.find::<Fields>(call.arg(1), Purpose::Write)?.is_some_and(|slot| has(call, slot, field)) {
        return Ok(Reply::flag(false));
    }
    set_one(call, field, value, "hset")?;
    Ok(Reply::flag(true))
}

fn has(call: &Call<'_>, slot: Slot, field: &[u8]) -> bool {
    call.get::<Fields>(slot).is_ok_and(|fields| fields.get(field).is_some())
}

fn set_one(call: &mut Call<'_>, field: &[u8], value: &[u8], event: &str) -> Result<(), RedisError> {
    let slot = call.find_or_make::<Fields>(call.arg(1))?;
    let (fields, config) = call.edit::<Fields>(slot)?;
    fields.set(field, value, config);
    finish(call, slot, event);
    Ok(())
}

fn hdel(call: &mut Call<'_>) -> Outcome {
    let Some(slot) = call.find::<Fields>(call.arg(1), Purpose::Write)? else { return Ok(Reply::Integer(0)) };
    let names = call.args_from(2);
    let (fields, config) = call.edit::<Fields>(slot)?;
    let removed = names.iter().filter(|field| fields.remove(field, config)).count();
    if removed > 0 {
        finish(call, slot, "hdel");
    }
    Ok(Reply::count(removed))
}

fn hget(call: &mut Call<'_>) -> Outcome {
    let field = call.arg(2);
    let value = call.read::<Fields>(call.arg(1))?.and_then(|fields| fields.get(field));
    Ok(value.map_or(Reply::NIL, Reply::bulk))
}

fn hmget(call: &mut Call<'_>) -> Outcome {
    let names = call.args_from(2);
    let fields = call.read::<Fields>(call.arg(1))?;
    let value = |field: &&[u8]| fields.and_then(|fields| fields.get(field)).map_or(Reply::NIL, Reply::bulk);
    Ok(Reply::Array(Some(names.iter().map(value).collect())))
}

fn hexists(call: &mut Call<'_>) -> Outcome {
    let field = call.arg(2);
    Ok(Reply::flag(call.read::<Fields>(call.arg(1))?.is_some_and(|fields| fields.get(field).is_some())))
}

fn hstrlen(call: &mut Call<'_>) -> Outcome {
    let field = call.arg(2);
    let value = call.read::<Fields>(call.arg(1))?.and_then(|fields| fields.get(field));
    Ok(Reply::count(value.map_or(0, <[u8]>::len)))
}

fn hlen(call: &mut Call<'_>) -> Outcome {
    Ok(Reply::count(call.read::<Fields>(call.arg(1))?.map_or(0, Fields::len)))
}

fn hgetall(call: &mut Call<'_>) -> Outcome {
    all(call, true, true)
}

fn hkeys(call: &mut Call<'_>) -> Outcome {
    all(call, true, false)
}

fn hvals(call: &mut Call<'_>) -> Outcome {
    all(call, false, true)
}

fn all(call: &mut Call<'_>, names: bool, values: bool) -> Outcome {
    let mut out = Vec::new();
    if let Some(fields) = call.read::<Fields>(call.arg(1))? {
        for place in 0..fields.len() {
            push_field(&mut out, fields, place, names, values);
        }
    }
    Ok(Reply::Array(Some(out)))
}

fn push_field(out: &mut Vec<Reply>, fields: &Fields, place: usize, names: bool, values: bool) {
    let Some((field, value)) = fields.at(place) else { return };
    if names {
        out.push(Reply::bulk(field));
    }
    if values {
        out.push(Reply::bulk(value));
    }
}

fn hincrby(call: &mut Call<'_>) -> Outcome {
    let (field, increment) = (call.arg(2), call.integer(3)?);
    let present = match call.find::<Fields>(call.arg(1), Purpose::Write)? {
        Some(slot) => call.get::<Fields>(slot)?.get(field).map(parse_i64),
        None => None,
    };
    let present = present.unwrap_or(Some(0)).ok_or(RedisError::HashNotAnInteger)?;
    let sum = present.checked_add(increment).ok_or(RedisError::IncrementOverflow)?;
    set_one(call, field, Decimal::new(sum).as_bytes(), "hincrby")?;
    Ok(Reply::Integer(sum))
}

fn hincrbyfloat(call: &mut Call<'_>) -> Outcome {
    let (field, increment) = (call.arg(2), call.arg(3));
    let increment = LongDouble::parse(increment).ok_or(RedisError::NotAFloat)?;
    if increment.is_infinite() {
        return Err(RedisError::NanOrInfinity);
    }
    let present = match call.find::<Fields>(call.arg(1), Purpose::Write)? {
        Some(slot) => call.get::<Fields>(slot)?.get(field).map(LongDouble::parse),
        None => None,
    };
    let present = present.unwrap_or(Some(LongDouble::ZERO)).ok_or(RedisError::HashNotAFloat)?;
    let sum = present.add(increment).ok_or(RedisError::NotFinite)?.print();
    set_one(call, field, sum.as_bytes(), "hincrbyfloat")?;
    Ok(Reply::bulk(sum))
}

fn hrandfield(call: &mut Call<'_>) -> Outcome {
    let count = sample_options(call.args_from(2), "withvalues")?;
    let length = call.read::<Fields>(call.arg(1))?.map_or(0, Fields::len);
    let places = sample(call, length, count.map_or(1, |(count, _)| count))?;
    let mut out = Vec::new();
    if let Some(slot) = call.database().find(call.arg(1)) {
        let fields = call.get::<Fields>(slot)?;
        for place in places {
            push_field(&mut out, fields, place, true, count.is_some_and(|(_, values)| values));
        }
    }
    Ok(if count.is_some() { Reply::Array(Some(out)) } else { out.pop().unwrap_or(Reply::NIL) })
}

/// A packed hash is returned at once, whatever the cursor and the count.
fn hscan(call: &mut Call<'_>) -> Outcome {
    let cursor = parse_cursor(call.arg(2))?;
    let words = call.args_from(3);
    let Some(fields) = call.read::<Fields>(call.arg(1))? else { return Ok(Page::new(0, 0, 0).reply(Vec::new())) };
    let options = ScanOptions::parse(words, false)?;
    let page = Page::of(cursor, fields.len(), options.count, fields.is_packed());
    let mut out = Vec::new();
    for place in page.places() {
        if fields.at(place).is_some_and(|(field, _)| options.pattern.matches(field)) {
            push_field(&mut out, fields, place, true, true);
        }
    }
    Ok(page.reply(out))
}
