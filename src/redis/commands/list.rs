//! Lists: `LINDEX`, `LLEN`, `LPOP`, `LPUSH`, `LPUSHX`, `LRANGE`, `LREM`, `LSET`, `LTRIM`, `RPOP`, `RPUSH`, `RPUSHX`.

use crate::redis::call::{Call, Outcome};
use crate::redis::command::{Command, Group, Run};
use crate::redis::errors::RedisError;
use crate::redis::list::{End, List};
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::value::Value;

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::List, name, arity, arguments, summary, run).keys(1, 1, 1)
}

const PUSH_ARGUMENTS: &str = "key element [element ...]";

pub(super) const COMMANDS: [Command; 12] = [
    new("lindex", 3, "key index", "Returns the element at an index.", lindex).reads(),
    new("llen", 2, "key", "Returns a list's length.", llen).reads().fast(),
    new("lpop", -2, "key [count]", "Removes and returns the first elements.", lpop).writes().fast(),
    new("lpush", -3, PUSH_ARGUMENTS, "Adds elements at the head; makes the list.", lpush).writes().grows().fast(),
    new("lpushx", -3, PUSH_ARGUMENTS, "Adds elements at the head of a list that is there.", lpushx)
        .writes()
        .grows()
        .fast(),
    new("lrange", 4, "key start stop", "Returns the elements of a range.", lrange).reads(),
    new("lrem", 4, "key count element", "Removes elements that equal the given one.", lrem).writes(),
    new("lset", 4, "key index element", "Replaces the element at an index.", lset).writes().grows(),
    new("ltrim", 4, "key start stop", "Keeps the elements of a range only.", ltrim).writes(),
    new("rpop", -2, "key [count]", "Removes and returns the last elements.", rpop).writes().fast(),
    new("rpush", -3, PUSH_ARGUMENTS, "Adds elements at the tail; makes the list.", rpush).writes().grows().fast(),
    new("rpushx", -3, PUSH_ARGUMENTS, "Adds elements at the tail of a list that is there.", rpushx)
        .writes()
        .grows()
        .fast(),
];

fn lpush(call: &mut Call<'_>) -> Outcome {
    push(call, End::Left, true)
}

fn rpush(call: &mut Call<'_>) -> Outcome {
    push(call, End::Right, true)
}

fn lpushx(call: &mut Call<'_>) -> Outcome {
    push(call, End::Left, false)
}

fn rpushx(call: &mut Call<'_>) -> Outcome {
    push(call, End::Right, false)
}

fn push(call: &mut Call<'_>, end: End, make: bool) -> Outcome {
    let (key, elements) = (call.arg(1), call.args_from(2));
    let add_all = |list: &mut List| {
        for element in elements {
            list.push(end, element);
        }
        list.len()
    };
    let length = match call.find_list(key, Purpose::Write)? {
        Some(slot) => call.update_list(slot, add_all),
        None if make => {
            let mut list = List::default();
            let length = add_all(&mut list);
            call.add(key, Value::List(list));
            length
        }
        None => 0,
    };
    Ok(Reply::count(length))
}

fn lpop(call: &mut Call<'_>) -> Outcome {
    pop(call, End::Left)
}

fn rpop(call: &mut Call<'_>) -> Outcome {
    pop(call, End::Right)
}

fn pop(call: &mut Call<'_>, end: End) -> Outcome {
    let count = match call.args_from(2) {
        [] => None,
        [count] => Some(positive(count)?),
        _ => return Err(RedisError::Arity(call.command.name)),
    };
    let Some(slot) = call.find_list(call.arg(1), Purpose::Write)? else {
        return Ok(if count.is_some() { Reply::NIL_ARRAY } else { Reply::NIL });
    };
    let reply = |element: Box<[u8]>| Reply::Bulk(Some(element.into_vec()));
    match count {
        None => Ok(call.update_list(slot, |list| list.pop(end)).map_or(Reply::NIL, reply)),
        Some(0) => Ok(Reply::Array(Some(Vec::new()))),
        Some(count) => {
            let take = |list: &mut List| (0..count).map_while(|_| list.pop(end)).map(reply).collect();
            Ok(Reply::Array(Some(call.update_list(slot, take))))
        }
    }
}

/// A count that must not be negative.
fn positive(word: &[u8]) -> Result<u64, RedisError> {
    parse_i64(word).and_then(|count| u64::try_from(count).ok()).ok_or(RedisError::NotPositive)
}

fn llen(call: &mut Call<'_>) -> Outcome {
    let slot = call.find_list(call.arg(1), Purpose::Read)?;
    let length = slot.map(|slot| call.list(slot).map(List::len)).transpose()?;
    Ok(Reply::count(length.unwrap_or(0)))
}

fn lrange(call: &mut Call<'_>) -> Outcome {
    let (start, stop) = (call.integer(2)?, call.integer(3)?);
    let elements = match call.find_list(call.arg(1), Purpose::Read)? {
        Some(slot) => call.list(slot)?.range(start, stop).map(Reply::bulk).collect(),
        None => Vec::new(),
    };
    Ok(Reply::Array(Some(elements)))
}

fn ltrim(call: &mut Call<'_>) -> Outcome {
    let (start, stop) = (call.integer(2)?, call.integer(3)?);
    if let Some(slot) = call.find_list(call.arg(1), Purpose::Write)? {
        call.update_list(slot, |list| list.trim(start, stop));
    }
    Ok(Reply::OK)
}

/// The type is looked at before the index is read, as in Redis.
fn lindex(call: &mut Call<'_>) -> Outcome {
    let Some(slot) = call.find_list(call.arg(1), Purpose::Read)? else { return Ok(Reply::NIL) };
    let index = call.integer(2)?;
    Ok(call.list(slot)?.get(index).map_or(Reply::NIL, Reply::bulk))
}

/// The type is looked at before the index is read, as in Redis.
fn lset(call: &mut Call<'_>) -> Outcome {
    let element = call.arg(3);
    let slot = call.find_list(call.arg(1), Purpose::Write)?.ok_or(RedisError::NoSuchKey)?;
    let index = call.integer(2)?;
    if call.list(slot)?.get(index).is_none() {
        return Err(RedisError::IndexOutOfRange);
    }
    call.update_list(slot, |list| list.set(index, element));
    Ok(Reply::OK)
}

fn lrem(call: &mut Call<'_>) -> Outcome {
    let count = call.integer(2)?;
    let element = call.arg(3);
    let Some(slot) = call.find_list(call.arg(1), Purpose::Write)? else { return Ok(Reply::Integer(0)) };
    if !call.list(slot)?.iter().any(|item| item == element) {
        return Ok(Reply::Integer(0));
    }
    let from = if count < 0 { End::Right } else { End::Left };
    let removed = call.update_list(slot, |list| list.remove(element, count.unsigned_abs(), from));
    Ok(Reply::Integer(removed as i64))
}
