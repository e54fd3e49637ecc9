//! Reading whole strings: `GET`, `GETDEL`, `GETEX`.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::notify::GENERIC;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;

use super::super::options::{Expiry, ExpiryUnit, is};

pub(super) fn get(call: &mut Call<'_>) -> Outcome {
    let slot = call.find_text(call.arg(1), Purpose::Read)?;
    Ok(match slot {
        Some(slot) => Reply::bulk(call.text(slot)?.as_bytes()),
        None => Reply::NIL,
    })
}

pub(super) fn getdel(call: &mut Call<'_>) -> Outcome {
    let Some(slot) = call.find_text(call.arg(1), Purpose::Read)? else { return Ok(Reply::NIL) };
    let reply = Reply::bulk(call.text(slot)?.as_bytes());
    call.remove(slot);
    Ok(reply)
}

/// What `GETEX` does to the expiry.
#[derive(Clone, Copy, Debug)]
enum NewExpiry<'a> {
    Unchanged,
    Persist,
    At(Expiry<'a>),
}

impl<'a> NewExpiry<'a> {
    /// The same unit twice is allowed, and the last number holds, as in Redis.
    fn parse(words: &[&'a [u8]]) -> Result<NewExpiry<'a>, RedisError> {
        let mut expiry = NewExpiry::Unchanged;
        let mut words = words.iter();
        while let Some(word) = words.next() {
            expiry = match (ExpiryUnit::of_option(word), expiry) {
                (None, NewExpiry::Unchanged | NewExpiry::Persist) if is(word, "persist") => NewExpiry::Persist,
                (Some(unit), NewExpiry::Unchanged) => NewExpiry::at(unit, words.next())?,
                (Some(unit), NewExpiry::At(former)) if former.unit == unit => NewExpiry::at(unit, words.next())?,
                _ => return Err(RedisError::Syntax),
            };
        }
        Ok(expiry)
    }

    fn at(unit: ExpiryUnit, number: Option<&&'a [u8]>) -> Result<NewExpiry<'a>, RedisError> {
        Ok(NewExpiry::At(Expiry { unit, number: number.ok_or(RedisError::Syntax)? }))
    }
}

pub(super) fn getex(call: &mut Call<'_>) -> Outcome {
    let expiry = NewExpiry::parse(call.args_from(2))?;
    let Some(slot) = call.find_text(call.arg(1), Purpose::Read)? else { return Ok(Reply::NIL) };
    let at = match expiry {
        NewExpiry::At(expiry) => Some((expiry.unit, expiry.time(call.now, call.command.name)?)),
        NewExpiry::Unchanged | NewExpiry::Persist => None,
    };
    let reply = Reply::bulk(call.text(slot)?.as_bytes());
    match (expiry, at) {
        (_, Some((unit, at))) if unit.is_absolute() && at <= call.now => call.remove(slot),
        (_, Some((_, at))) => {
            call.server.change_expiry(call.db(), slot, Some(at));
            call.notify(GENERIC, "expire", call.arg(1));
        }
        (NewExpiry::Persist, None) if call.entry(slot).expires_at.is_some() => {
            call.server.change_expiry(call.db(), slot, None);
            call.notify(GENERIC, "persist", call.arg(1));
        }
        _ => {}
    }
    Ok(reply)
}
