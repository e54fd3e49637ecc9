//! Lists that are waited for: `BLMOVE`, `BLMPOP`, `BLPOP`, `BRPOP`, `BRPOPLPUSH`.

use crate::redis::call::{Call, Outcome};
use crate::redis::clients::{Retry, Wish};
use crate::redis::command::{Command, Group};
use crate::redis::list::End;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::time::Millis;

use super::super::waits::{deadline, words};
use super::moves::{ManyPop, end_of, move_element};
use super::{MOVE_ARGUMENTS, new, take};

const POP: &str = "key [key ...] timeout";

pub(in crate::redis::commands) const COMMANDS: [Command; 5] = [
    new("blmove", 6, MOVE_ARGUMENTS, "As LMOVE; waits for an element.", blmove).writes().grows().keys(1, 2, 1),
    Command::new(
        Group::List,
        "blmpop",
        -5,
        "timeout numkeys key [key ...] LEFT|RIGHT [COUNT count]",
        "As LMPOP; waits for a list.",
        blmpop,
    )
    .writes()
    .counted(2),
    new("blpop", -3, POP, "Pops from the head of the first list that is there; waits for one.", blpop)
        .writes()
        .keys(1, -2, 1),
    new("brpop", -3, POP, "Pops from the tail of the first list that is there; waits for one.", brpop)
        .writes()
        .keys(1, -2, 1),
    new("brpoplpush", 4, "source destination timeout", "As RPOPLPUSH; waits for an element.", brpoplpush)
        .writes()
        .grows()
        .keys(1, 2, 1),
];

/// What waiting for any of some lists means.
fn wish(deadline: Option<Millis>, retries: Vec<Retry>) -> Wish {
    Wish { type_name: "list", deadline, retries, in_group: false }
}

fn blpop(call: &mut Call<'_>) -> Outcome {
    pop(call, End::Left)
}

fn brpop(call: &mut Call<'_>) -> Outcome {
    pop(call, End::Right)
}

fn pop(call: &mut Call<'_>, end: End) -> Outcome {
    let last = call.args.len() - 1;
    let deadline = deadline(call, last)?;
    let keys = &call.args[1..last];
    for key in keys {
        if let Some(slot) = call.find_list(key, Purpose::Write)? {
            let mut reply = vec![Reply::bulk(*key)];
            reply.extend(take(call, slot, end, 1));
            return Ok(Reply::Array(Some(reply)));
        }
    }
    let name = call.command.name.as_bytes();
    let retries = keys.iter().map(|key| words(key, &[name, key, b"0"])).collect();
    call.wait(wish(deadline, retries), Reply::NIL_ARRAY)
}

fn blmpop(call: &mut Call<'_>) -> Outcome {
    let pop = ManyPop::parse(call, 2)?;
    let deadline = deadline(call, 1)?;
    let reply = pop.run(call)?;
    if reply != Reply::NIL_ARRAY {
        return Ok(reply);
    }
    let end: &[u8] = if pop.end == End::Left { b"left" } else { b"right" };
    let count = pop.count.to_string();
    let retry = |key: &&[u8]| words(key, &[b"blmpop", b"0", b"1", key, end, b"count", count.as_bytes()]);
    call.wait(wish(deadline, pop.keys.iter().map(retry).collect()), Reply::NIL_ARRAY)
}

fn blmove(call: &mut Call<'_>) -> Outcome {
    let (from, to) = (end_of(call.arg(3))?, end_of(call.arg(4))?);
    let deadline = deadline(call, 5)?;
    move_or_wait(call, from, to, deadline)
}

fn brpoplpush(call: &mut Call<'_>) -> Outcome {
    let deadline = deadline(call, 3)?;
    move_or_wait(call, End::Right, End::Left, deadline)
}

fn move_or_wait(call: &mut Call<'_>, from: End, to: End, deadline: Option<Millis>) -> Outcome {
    let reply = move_element(call, from, to)?;
    if reply != Reply::NIL {
        return Ok(reply);
    }
    let retries = vec![words(call.arg(1), call.args)];
    call.wait(wish(deadline, retries), Reply::NIL)
}
