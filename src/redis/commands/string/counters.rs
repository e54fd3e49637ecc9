//! Counters: `INCR`, `INCRBY`, `DECR`, `DECRBY`, `INCRBYFLOAT`.

use crate::redis::call::{Call, Outcome};
use crate::redis::database::Slot;
use crate::redis::errors::RedisError;
use crate::redis::long_double::LongDouble;
use crate::redis::notify::STRING;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::text::Text;
use crate::redis::value::Value;

pub(super) fn incr(call: &mut Call<'_>) -> Outcome {
    add_integer(call, 1)
}

pub(super) fn decr(call: &mut Call<'_>) -> Outcome {
    add_integer(call, -1)
}

pub(super) fn incrby(call: &mut Call<'_>) -> Outcome {
    let increment = call.integer(2)?;
    add_integer(call, increment)
}

pub(super) fn decrby(call: &mut Call<'_>) -> Outcome {
    let increment = call.integer(2)?.checked_neg().ok_or(RedisError::DecrementOverflow)?;
    add_integer(call, increment)
}

fn add_integer(call: &mut Call<'_>, increment: i64) -> Outcome {
    let key = call.arg(1);
    let slot = call.find_text(key, Purpose::Write)?;
    let present = match slot {
        Some(slot) => parse_i64(call.text(slot)?.as_bytes()).ok_or(RedisError::NotAnInteger)?,
        None => 0,
    };
    let sum = present.checked_add(increment).ok_or(RedisError::IncrementOverflow)?;
    let share = call.server.config.shares_integers();
    store(call, slot, |text| text.assign_integer(sum, share));
    call.notify(STRING, "incrby", key);
    Ok(Reply::Integer(sum))
}

pub(super) fn incrbyfloat(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    let slot = call.find_text(key, Purpose::Write)?;
    let present = match slot {
        Some(slot) => LongDouble::parse(call.text(slot)?.as_bytes()).ok_or(RedisError::NotAFloat)?,
        None => LongDouble::ZERO,
    };
    let increment = LongDouble::parse(call.arg(2)).ok_or(RedisError::NotAFloat)?;
    let sum = present.add(increment).ok_or(RedisError::NotFinite)?.print();
    store(call, slot, |text| text.assign_plain(sum.as_bytes()));
    call.notify(STRING, "incrbyfloat", key);
    Ok(Reply::bulk(sum))
}

/// Changes the key that is called for by `change`, which is given an empty string if there is none.
fn store(call: &mut Call<'_>, slot: Option<Slot>, change: impl FnOnce(&mut Text)) {
    match slot {
        Some(slot) => call.update_text(slot, |text, _| change(text)),
        None => {
            let mut text = Text::zeros(0);
            change(&mut text);
            call.add(call.arg(1), Value::Text(text));
        }
    }
}
