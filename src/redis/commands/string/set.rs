//! Setting whole strings: `SET`, `SETEX`, `PSETEX`, `SETNX`, `GETSET`.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::notify::{GENERIC, STRING};
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;

use super::super::options::{Expiry, ExpiryUnit, is};
use super::get::get;

/// What `SET` does only under a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Condition {
    /// `NX`: if the key is not there.
    Absent,
    /// `XX`: if it is there.
    Present,
}

/// What becomes of the key's expiry.
#[derive(Clone, Copy, Debug)]
enum Lifetime<'a> {
    Endless,
    Keep,
    Ends(Expiry<'a>),
}

/// The options of `SET`.
struct SetOptions<'a> {
    condition: Option<Condition>,
    lifetime: Lifetime<'a>,
    get: bool,
}

impl<'a> SetOptions<'a> {
    fn parse(words: &[&'a [u8]]) -> Result<SetOptions<'a>, RedisError> {
        let mut options = SetOptions { condition: None, lifetime: Lifetime::Endless, get: false };
        let mut words = words.iter();
        while let Some(word) = words.next() {
            if let Some(unit) = ExpiryUnit::of_option(word) {
                options.expires(unit, words.next().copied())?;
            } else {
                options.flag(word)?;
            }
        }
        Ok(options)
    }

    /// The same unit twice is allowed, and the last number holds, as in Redis.
    fn expires(&mut self, unit: ExpiryUnit, number: Option<&'a [u8]>) -> Result<(), RedisError> {
        let allowed = match self.lifetime {
            Lifetime::Endless => true,
            Lifetime::Keep => false,
            Lifetime::Ends(expiry) => expiry.unit == unit,
        };
        let number = number.filter(|_| allowed).ok_or(RedisError::Syntax)?;
        self.lifetime = Lifetime::Ends(Expiry { unit, number });
        Ok(())
    }

    fn flag(&mut self, word: &[u8]) -> Result<(), RedisError> {
        if is(word, "nx") && self.condition != Some(Condition::Present) {
            self.condition = Some(Condition::Absent);
        } else if is(word, "xx") && self.condition != Some(Condition::Absent) {
            self.condition = Some(Condition::Present);
        } else if is(word, "get") {
            self.get = true;
        } else if is(word, "keepttl") && !matches!(self.lifetime, Lifetime::Ends(_)) {
            self.lifetime = Lifetime::Keep;
        } else {
            return Err(RedisError::Syntax);
        }
        Ok(())
    }
}

pub(super) fn set(call: &mut Call<'_>) -> Outcome {
    let options = SetOptions::parse(call.args_from(3))?;
    let expires_at = match options.lifetime {
        Lifetime::Ends(expiry) => Some(expiry.time(call.now, "set")?),
        Lifetime::Endless | Lifetime::Keep => None,
    };
    let former = if options.get { Some(get(call)?) } else { None };
    let key = call.arg(1);
    let slot = call.lookup(key, Purpose::Write);
    let allowed = match options.condition {
        None => true,
        Some(Condition::Absent) => slot.is_none(),
        Some(Condition::Present) => slot.is_some(),
    };
    if !allowed {
        return Ok(former.unwrap_or(Reply::NIL));
    }
    let slot = call.store_text(key, slot, call.arg(2));
    call.notify(STRING, "set", key);
    if !matches!(options.lifetime, Lifetime::Keep) {
        call.server.set_expiry(call.db(), slot, expires_at);
    }
    if expires_at.is_some() {
        call.notify(GENERIC, "expire", key);
    }
    Ok(former.unwrap_or(Reply::OK))
}

pub(super) fn setex(call: &mut Call<'_>) -> Outcome {
    set_with_expiry(call, ExpiryUnit::Seconds)
}

pub(super) fn psetex(call: &mut Call<'_>) -> Outcome {
    set_with_expiry(call, ExpiryUnit::Milliseconds)
}

fn set_with_expiry(call: &mut Call<'_>, unit: ExpiryUnit) -> Outcome {
    let at = Expiry { unit, number: call.arg(2) }.time(call.now, call.command.name)?;
    let key = call.arg(1);
    let slot = call.lookup(key, Purpose::Write);
    let slot = call.store_text(key, slot, call.arg(3));
    call.server.set_expiry(call.db(), slot, Some(at));
    call.notify(STRING, "set", key);
    call.notify(GENERIC, "expire", key);
    Ok(Reply::OK)
}

pub(super) fn setnx(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    if call.lookup(key, Purpose::Write).is_some() {
        return Ok(Reply::flag(false));
    }
    call.store_text(key, None, call.arg(2));
    call.notify(STRING, "set", key);
    Ok(Reply::flag(true))
}

pub(super) fn getset(call: &mut Call<'_>) -> Outcome {
    let former = get(call)?;
    call.set_text(call.arg(1), call.arg(2));
    call.notify(STRING, "set", call.arg(1));
    Ok(former)
}
