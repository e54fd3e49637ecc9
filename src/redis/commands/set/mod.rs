//! Sets: `SADD`, `SCARD`, `SDIFF`, `SDIFFSTORE`, `SINTER`, `SINTERCARD`, `SINTERSTORE`, `SISMEMBER`, `SMEMBERS`,
//! `SMISMEMBER`, `SMOVE`, `SPOP`, `SRANDMEMBER`, `SREM`, `SSCAN`, `SUNION`, `SUNIONSTORE`.

mod algebra;

use crate::redis::call::{Call, Outcome};
use crate::redis::command::{Command, Group, Run};
use crate::redis::database::Slot;
use crate::redis::errors::RedisError;
use crate::redis::key::Key;
use crate::redis::kinds::sample;
use crate::redis::members::Members;
use crate::redis::notify::SET;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;

use super::options::positive;
use super::page::{Page, ScanOptions, parse_cursor};
use super::samples::sample_count;

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::Set, name, arity, arguments, summary, run).keys(1, 1, 1)
}

/// A command over several sets.
const fn over(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::Set, name, arity, arguments, summary, run).keys(1, -1, 1)
}

const MEMBERS: &str = "key member [member ...]";
const KEYS: &str = "key [key ...]";
const STORE: &str = "destination key [key ...]";

pub(super) const COMMANDS: [Command; 17] = [
    new("sadd", -3, MEMBERS, "Adds members; returns how many are new.", sadd).writes().grows().fast(),
    new("scard", 2, "key", "Returns how many members there are.", scard).reads().fast(),
    over("sdiff", -2, KEYS, "Returns the members of the first set that no other one has.", algebra::sdiff).reads(),
    over("sdiffstore", -3, STORE, "Stores what SDIFF returns.", algebra::sdiffstore).writes().grows(),
    over("sinter", -2, KEYS, "Returns the members that all sets have.", algebra::sinter).reads(),
    Command::new(
        Group::Set,
        "sintercard",
        -3,
        "numkeys key [key ...] [LIMIT limit]",
        "Returns how many members all sets have.",
        algebra::sintercard,
    )
    .reads()
    .counted(1),
    over("sinterstore", -3, STORE, "Stores what SINTER returns.", algebra::sinterstore).writes().grows(),
    new("sismember", 3, "key member", "Returns whether it is a member.", sismember).reads().fast(),
    new("smembers", 2, "key", "Returns all members.", smembers).reads(),
    new("smismember", -3, MEMBERS, "Returns which of them are members.", smismember).reads().fast(),
    new("smove", 4, "source destination member", "Moves a member to another set.", smove).writes().fast().keys(1, 2, 1),
    new("spop", -2, "key [count]", "Removes and returns random members.", spop).writes().fast(),
    new("srandmember", -2, "key [count]", "Returns random members.", srandmember).reads(),
    new("srem", -3, MEMBERS, "Removes members.", srem).writes().fast(),
    new(
        "sscan",
        -3,
        "key cursor [MATCH pattern] [COUNT count]",
        "Returns some members, and the cursor for more.",
        sscan,
    )
    .reads(),
    over("sunion", -2, KEYS, "Returns the members that any set has.", algebra::sunion).reads(),
    over("sunionstore", -3, STORE, "Stores what SUNION returns.", algebra::sunionstore).writes().grows(),
];

fn sadd(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    let added = add(call, key, call.args_from(2))?;
    Ok(Reply::count(added))
}

/// Adds members to a set, which is made if it is not there.
fn add(call: &mut Call<'_>, key: &[u8], members: &[&[u8]]) -> Result<usize, RedisError> {
    let slot = call.find_or_make::<Members>(key)?;
    let (set, config) = call.edit::<Members>(slot)?;
    let added = members.iter().filter(|member| set.add(member, config)).count();
    if added > 0 {
        call.notify(SET, "sadd", key);
        call.changed(slot);
    }
    Ok(added)
}

fn srem(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    let Some(slot) = call.find::<Members>(key, Purpose::Write)? else { return Ok(Reply::Integer(0)) };
    Ok(Reply::count(remove(call, key, slot, call.args_from(2), "srem")?))
}

/// Removes members from the set at a place, and the set if it is left empty.
fn remove(
    call: &mut Call<'_>,
    key: &[u8],
    slot: Slot,
    members: &[impl AsRef<[u8]>],
    event: &str,
) -> Result<usize, RedisError> {
    let (set, config) = call.edit::<Members>(slot)?;
    let removed = members.iter().filter(|member| set.remove(member.as_ref(), config)).count();
    if removed > 0 {
        call.notify(SET, event, key);
        call.changed(slot);
    }
    Ok(removed)
}

fn smove(call: &mut Call<'_>) -> Outcome {
    let (source, destination, member) = (call.arg(1), call.arg(2), call.arg(3));
    let from = call.lookup(source, Purpose::Write);
    let to = call.lookup(destination, Purpose::Write);
    // The second look-up may have moved the first place.
    let Some(from) = from.and_then(|_| call.database().find(source)) else { return Ok(Reply::Integer(0)) };
    let is_member = call.get::<Members>(from)?.contains(member);
    if let Some(to) = to {
        call.get::<Members>(to)?;
    }
    if is_member && source != destination {
        remove(call, source, from, &[member], "srem")?;
        let is_new = add(call, destination, &[member])? > 0;
        call.count_changes(1 + usize::from(is_new));
    }
    Ok(Reply::flag(is_member))
}

fn scard(call: &mut Call<'_>) -> Outcome {
    Ok(Reply::count(call.read::<Members>(call.arg(1))?.map_or(0, Members::len)))
}

fn sismember(call: &mut Call<'_>) -> Outcome {
    let member = call.arg(2);
    Ok(Reply::flag(call.read::<Members>(call.arg(1))?.is_some_and(|set| set.contains(member))))
}

fn smismember(call: &mut Call<'_>) -> Outcome {
    let members = call.args_from(2);
    let set = call.read::<Members>(call.arg(1))?;
    let is_one = |member: &&[u8]| Reply::flag(set.is_some_and(|set| set.contains(member)));
    Ok(Reply::Array(Some(members.iter().map(is_one).collect())))
}

fn smembers(call: &mut Call<'_>) -> Outcome {
    let members = call.read::<Members>(call.arg(1))?.map_or_else(Vec::new, Members::list);
    Ok(members_reply(members.iter().copied()))
}

/// Members as an array.
fn members_reply<'k>(members: impl Iterator<Item = &'k Key>) -> Reply {
    Reply::Array(Some(members.map(|member| Reply::bulk(member.as_bytes())).collect()))
}

fn spop(call: &mut Call<'_>) -> Outcome {
    let count = match call.args_from(2) {
        [] => None,
        [count] => Some(positive(count, RedisError::NotPositive)?),
        _ => return Err(RedisError::Syntax),
    };
    let key = call.arg(1);
    let slot = call.find::<Members>(key, Purpose::Write)?;
    if let (Some(slot), Some(count)) = (slot, count)
        && count >= call.get::<Members>(slot)?.len() as i64
    {
        // Redis reads the whole set as SUNION does, which counts as a hit.
        call.lookup(key, Purpose::Read);
    }
    let popped = match slot {
        Some(slot) => choose(call, slot, count.unwrap_or(1))?,
        None => Vec::new(),
    };
    if let Some(slot) = slot {
        remove(call, key, slot, &popped, "spop")?;
    }
    Ok(random_reply(&popped, count.is_some()))
}

fn srandmember(call: &mut Call<'_>) -> Outcome {
    let count = match call.args_from(2) {
        [] => None,
        [count] => Some(sample_count(count)?),
        _ => return Err(RedisError::Syntax),
    };
    let chosen = match call.find::<Members>(call.arg(1), Purpose::Read)? {
        Some(slot) => choose(call, slot, count.unwrap_or(1))?,
        None => Vec::new(),
    };
    Ok(random_reply(&chosen, count.is_some()))
}

/// Random members of the set at a place.
fn choose(call: &mut Call<'_>, slot: Slot, count: i64) -> Result<Vec<Key>, RedisError> {
    let places = sample(call, call.get::<Members>(slot)?.len(), count)?;
    let set = call.get::<Members>(slot)?;
    Ok(places.into_iter().filter_map(|place| set.at(place).cloned()).collect())
}

fn random_reply(members: &[Key], many: bool) -> Reply {
    if many {
        return members_reply(members.iter());
    }
    members.first().map_or(Reply::NIL, |member| Reply::bulk(member.as_bytes()))
}

/// Integers are returned at once, whatever the cursor and the count.
fn sscan(call: &mut Call<'_>) -> Outcome {
    let cursor = parse_cursor(call.arg(2))?;
    let words = call.args_from(3);
    let Some(set) = call.read::<Members>(call.arg(1))? else { return Ok(Page::new(0, 0, 0).reply(Vec::new())) };
    let options = ScanOptions::parse(words, false)?;
    let page = Page::of(cursor, set.len(), options.count, set.is_integers());
    let found = page.places().filter_map(|place| set.at(place)).filter(|member| options.pattern.matches(member));
    Ok(page.reply(found.map(|member| Reply::bulk(member.as_bytes())).collect()))
}
