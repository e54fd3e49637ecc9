//! Lists: `LINDEX`, `LINSERT`, `LLEN`, `LMOVE`, `LMPOP`, `LPOP`, `LPOS`, `LPUSH`, `LPUSHX`, `LRANGE`, `LREM`, `LSET`,
//! `LTRIM`, `RPOP`, `RPOPLPUSH`, `RPUSH`, `RPUSHX`; and those that wait: `BLMOVE`, `BLMPOP`, `BLPOP`, `BRPOP`,
//! `BRPOPLPUSH`.

pub(super) mod blocking;
mod moves;

use crate::redis::call::{Call, Outcome};
use crate::redis::command::{Command, Group, Run};
use crate::redis::database::Slot;
use crate::redis::errors::RedisError;
use crate::redis::list::{End, List};
use crate::redis::notify::{LIST, NotifyEvents};
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::value::Value;

use super::options::{is, positive};

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::List, name, arity, arguments, summary, run).keys(1, 1, 1)
}

const MOVE_ARGUMENTS: &str = "source destination LEFT|RIGHT LEFT|RIGHT";
const POP_ARGUMENTS: &str = "numkeys key [key ...] LEFT|RIGHT [COUNT count]";
const POS_ARGUMENTS: &str = "key element [RANK rank] [COUNT num-matches] [MAXLEN len]";
const PUSH_ARGUMENTS: &str = "key element [element ...]";

pub(super) const COMMANDS: [Command; 17] = [
    new("lindex", 3, "key index", "Returns the element at an index.", lindex).reads(),
    new("linsert", 5, "key BEFORE|AFTER pivot element", "Inserts an element beside another one.", linsert)
        .writes()
        .grows(),
    new("llen", 2, "key", "Returns a list's length.", llen).reads().fast(),
    new("lmove", 5, MOVE_ARGUMENTS, "Moves an element to another list.", moves::lmove).writes().grows().keys(1, 2, 1),
    Command::new(Group::List, "lmpop", -4, POP_ARGUMENTS, "Pops from the first list that is there.", moves::lmpop)
        .writes()
        .counted(1),
    new("lpop", -2, "key [count]", "Removes and returns the first elements.", lpop).writes().fast(),
    new("lpos", -3, POS_ARGUMENTS, "Returns the indexes of equal elements.", moves::lpos).reads(),
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
    new("rpoplpush", 3, "source destination", "Moves the last element to the head of a list.", moves::rpoplpush)
        .writes()
        .grows()
        .keys(1, 2, 1),
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
        None => return Ok(Reply::Integer(0)),
    };
    call.notify(LIST, end.push_event(), key);
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
        [count] => Some(positive(count, RedisError::NotPositive)?),
        _ => return Err(RedisError::Arity(call.command.name)),
    };
    let Some(slot) = call.find_list(call.arg(1), Purpose::Write)? else {
        return Ok(if count.is_some() { Reply::NIL_ARRAY } else { Reply::NIL });
    };
    if count == Some(0) {
        return Ok(Reply::Array(Some(Vec::new())));
    }
    let mut popped = take(call, slot, end, count.unwrap_or(1));
    Ok(if count.is_some() { Reply::Array(Some(popped)) } else { popped.pop().unwrap_or(Reply::NIL) })
}

/// Takes elements from an end of the list at a place, which is removed when none are left.
fn take(call: &mut Call<'_>, slot: Slot, end: End, count: i64) -> Vec<Reply> {
    if call.server.config.notify != NotifyEvents::default() {
        let key = call.database().key(slot).clone();
        call.notify(LIST, end.pop_event(), &key);
    }
    let reply = |element: Box<[u8]>| Reply::Bulk(Some(element.into_vec()));
    call.update_list(slot, |list| (0..count).map_while(|_| list.pop(end)).map(reply).collect())
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
        call.notify(LIST, "ltrim", call.arg(1));
        let before = call.list(slot)?.len();
        let left = call.update_list(slot, |list| {
            list.trim(start, stop);
            list.len()
        });
        call.count_changes(before - left);
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
    call.notify(LIST, "lset", call.arg(1));
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
    call.notify(LIST, "lrem", call.arg(1));
    let removed = call.update_list(slot, |list| list.remove(element, count.unsigned_abs(), from));
    Ok(Reply::Integer(removed as i64))
}

fn linsert(call: &mut Call<'_>) -> Outcome {
    let after = match call.arg(2) {
        word if is(word, "before") => 0,
        word if is(word, "after") => 1,
        _ => return Err(RedisError::Syntax),
    };
    let (pivot, element) = (call.arg(3), call.arg(4));
    let Some(slot) = call.find_list(call.arg(1), Purpose::Write)? else { return Ok(Reply::Integer(0)) };
    let Some(place) = call.list(slot)?.iter().position(|item| item == pivot) else { return Ok(Reply::Integer(-1)) };
    let length = call.update_list(slot, |list| list.insert(place + after, element));
    call.notify(LIST, "linsert", call.arg(1));
    Ok(Reply::count(length))
}
