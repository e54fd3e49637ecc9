//! Sets combined: intersection, union, difference.

use crate::order::sort;
use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::key::Key;
use crate::redis::members::Members;
use crate::redis::notify::SET;
use crate::redis::reply::Reply;

use super::super::options::{counted_keys, is, positive};
use super::members_reply;

/// How sets are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Difference,
    Intersection,
    Union,
}

pub(super) fn sdiff(call: &mut Call<'_>) -> Outcome {
    answer(call, Operation::Difference)
}

pub(super) fn sinter(call: &mut Call<'_>) -> Outcome {
    answer(call, Operation::Intersection)
}

pub(super) fn sunion(call: &mut Call<'_>) -> Outcome {
    answer(call, Operation::Union)
}

pub(super) fn sdiffstore(call: &mut Call<'_>) -> Outcome {
    store(call, Operation::Difference)
}

pub(super) fn sinterstore(call: &mut Call<'_>) -> Outcome {
    store(call, Operation::Intersection)
}

pub(super) fn sunionstore(call: &mut Call<'_>) -> Outcome {
    store(call, Operation::Union)
}

fn answer(call: &mut Call<'_>, operation: Operation) -> Outcome {
    let members = combine(call, operation, call.args_from(1))?;
    Ok(members_reply(members.iter()))
}

fn store(call: &mut Call<'_>, operation: Operation) -> Outcome {
    let members = combine(call, operation, call.args_from(2))?;
    let mut set = Members::default();
    for member in &members {
        set.add(member, &call.server.config);
    }
    call.store(call.arg(1), set, SET, call.command.name);
    Ok(Reply::count(members.len()))
}

pub(super) fn sintercard(call: &mut Call<'_>) -> Outcome {
    let (keys, rest) = counted_keys(call, 1, RedisError::TooManyKeys)?;
    let mut limit = 0;
    let mut options = rest.iter();
    while let Some(option) = options.next() {
        let word = options.next().filter(|_| is(option, "limit")).ok_or(RedisError::Syntax)?;
        limit = positive(word, RedisError::NegativeOption("LIMIT"))?;
    }
    let members = combine(call, Operation::Intersection, keys)?;
    let limit = usize::try_from(limit).ok().filter(|&limit| limit > 0).unwrap_or(usize::MAX);
    Ok(Reply::count(members.len().min(limit)))
}

/// The members of the combination. A key that is not there counts as an empty set; all types are checked.
fn combine(call: &mut Call<'_>, operation: Operation, keys: &[&[u8]]) -> Result<Vec<Key>, RedisError> {
    let mut result: Option<Vec<Key>> = None;
    for key in keys {
        let set = call.read::<Members>(key)?;
        match (&mut result, operation) {
            (None, _) => result = Some(set.map_or_else(Vec::new, |set| set.list().into_iter().cloned().collect())),
            (Some(members), Operation::Intersection) => {
                members.retain(|member| set.is_some_and(|set| set.contains(member)));
            }
            (Some(members), Operation::Difference) => {
                members.retain(|member| !set.is_some_and(|set| set.contains(member)));
            }
            (Some(members), Operation::Union) => {
                members.extend(set.map_or_else(Vec::new, Members::list).into_iter().cloned());
            }
        }
    }
    let mut members = result.unwrap_or_default();
    if operation == Operation::Union {
        sort(&mut members);
        members.dedup();
    }
    Ok(members)
}
