//! Taking the lowest or the highest scores: `ZPOPMIN`, `ZPOPMAX`, `ZMPOP`; and those that wait: `BZPOPMIN`, `BZPOPMAX`,
//! `BZMPOP`.

use crate::redis::call::{Call, Outcome};
use crate::redis::clients::Wish;
use crate::redis::database::Slot;
use crate::redis::errors::RedisError;
use crate::redis::key::Key;
use crate::redis::notify::SORTED;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::sorted::Sorted;

use super::super::options::{counted_keys, is, positive, small_count};
use super::super::waits::{deadline, words};
use super::{entries_reply, score_reply};

pub(super) fn zpopmin(call: &mut Call<'_>) -> Outcome {
    pop(call, false)
}

pub(super) fn zpopmax(call: &mut Call<'_>) -> Outcome {
    pop(call, true)
}

fn pop(call: &mut Call<'_>, highest: bool) -> Outcome {
    let count = match call.args_from(2) {
        [] => 1,
        [count] => positive(count, RedisError::NotPositive)?,
        _ => return Err(RedisError::Syntax),
    };
    let popped = match call.find::<Sorted>(call.arg(1), Purpose::Write)? {
        Some(slot) if count > 0 => take(call, call.arg(1), slot, highest, count)?,
        _ => Vec::new(),
    };
    Ok(entries_reply(popped.iter(), true))
}

/// Takes members from the set at a place, which is removed when none are left.
fn take(call: &mut Call<'_>, key: &[u8], slot: Slot, highest: bool, count: i64) -> Result<Vec<(f64, Key)>, RedisError> {
    let (set, config) = call.edit::<Sorted>(slot)?;
    let count = usize::try_from(count).unwrap_or(usize::MAX).min(set.len());
    let entries = set.entries();
    let taken: Vec<(f64, Key)> =
        if highest { entries.iter().rev().take(count).cloned().collect() } else { entries[..count].to_vec() };
    for (_, member) in &taken {
        set.remove(member, config);
    }
    call.notify(SORTED, if highest { "zpopmax" } else { "zpopmin" }, key);
    call.changed(slot);
    Ok(taken)
}

/// What `ZMPOP` and `BZMPOP` are told, from the argument that is the number of keys.
struct ManyPop<'a> {
    keys: &'a [&'a [u8]],
    highest: bool,
    count: i64,
}

impl<'a> ManyPop<'a> {
    fn parse(call: &Call<'a>, argument: usize) -> Result<ManyPop<'a>, RedisError> {
        let (keys, rest) = counted_keys(call, argument, RedisError::Syntax)?;
        let highest = match rest.first() {
            Some(word) if is(word, "min") => false,
            Some(word) if is(word, "max") => true,
            _ => return Err(RedisError::Syntax),
        };
        Ok(ManyPop { keys, highest, count: small_count(&rest[1..])? })
    }

    /// Pops from the first set that is there; the nil array when none is.
    fn run(&self, call: &mut Call<'_>) -> Outcome {
        for key in self.keys {
            let Some(slot) = call.find::<Sorted>(key, Purpose::Write)? else { continue };
            let popped = take(call, key, slot, self.highest, self.count)?;
            let pair = |(score, member): &(f64, Key)| {
                Reply::Array(Some(vec![Reply::bulk(member.as_bytes()), score_reply(*score)]))
            };
            let pairs = Reply::Array(Some(popped.iter().map(pair).collect()));
            return Ok(Reply::Array(Some(vec![Reply::bulk(*key), pairs])));
        }
        Ok(Reply::NIL_ARRAY)
    }
}

pub(super) fn zmpop(call: &mut Call<'_>) -> Outcome {
    ManyPop::parse(call, 1)?.run(call)
}

pub(super) fn bzmpop(call: &mut Call<'_>) -> Outcome {
    let pop = ManyPop::parse(call, 2)?;
    let deadline = deadline(call, 1)?;
    let reply = pop.run(call)?;
    if reply != Reply::NIL_ARRAY {
        return Ok(reply);
    }
    let end: &[u8] = if pop.highest { b"max" } else { b"min" };
    let count = pop.count.to_string();
    let retry = |key: &&[u8]| words(key, &[b"bzmpop", b"0", b"1", key, end, b"count", count.as_bytes()]);
    let retries = pop.keys.iter().map(retry).collect();
    call.wait(Wish { type_name: "zset", deadline, retries, in_group: false }, Reply::NIL_ARRAY)
}

pub(super) fn bzpopmin(call: &mut Call<'_>) -> Outcome {
    wait_to_pop(call, false)
}

pub(super) fn bzpopmax(call: &mut Call<'_>) -> Outcome {
    wait_to_pop(call, true)
}

fn wait_to_pop(call: &mut Call<'_>, highest: bool) -> Outcome {
    let last = call.args.len() - 1;
    let deadline = deadline(call, last)?;
    let keys = &call.args[1..last];
    for key in keys {
        let Some(slot) = call.find::<Sorted>(key, Purpose::Write)? else { continue };
        let mut reply = vec![Reply::bulk(*key)];
        for (score, member) in take(call, key, slot, highest, 1)? {
            reply.extend([Reply::bulk(member.as_bytes()), score_reply(score)]);
        }
        return Ok(Reply::Array(Some(reply)));
    }
    let name = call.command.name.as_bytes();
    let retries = keys.iter().map(|key| words(key, &[name, key, b"0"])).collect();
    call.wait(Wish { type_name: "zset", deadline, retries, in_group: false }, Reply::NIL_ARRAY)
}
