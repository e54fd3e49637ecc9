//! Times to live.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::{RedisError, as_c_text};
use crate::redis::notify::GENERIC;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::time::Millis;

use super::super::options::{ExpiryUnit, is};

pub(super) fn expire(call: &mut Call<'_>) -> Outcome {
    set_expiry(call, ExpiryUnit::Seconds)
}

pub(super) fn pexpire(call: &mut Call<'_>) -> Outcome {
    set_expiry(call, ExpiryUnit::Milliseconds)
}

pub(super) fn expireat(call: &mut Call<'_>) -> Outcome {
    set_expiry(call, ExpiryUnit::UnixSeconds)
}

pub(super) fn pexpireat(call: &mut Call<'_>) -> Outcome {
    set_expiry(call, ExpiryUnit::UnixMilliseconds)
}

/// Under which conditions `EXPIRE` acts.
#[derive(Clone, Copy, Debug, Default)]
struct Conditions {
    /// `NX`: if there is no expiry.
    none: bool,
    /// `XX`: if there is one.
    some: bool,
    /// `GT`: if the new one is later.
    later: bool,
    /// `LT`: if the new one is earlier.
    earlier: bool,
}

impl Conditions {
    fn parse(words: &[&[u8]]) -> Result<Conditions, RedisError> {
        let mut conditions = Conditions::default();
        for word in words {
            let condition = match () {
                () if is(word, "nx") => &mut conditions.none,
                () if is(word, "xx") => &mut conditions.some,
                () if is(word, "gt") => &mut conditions.later,
                () if is(word, "lt") => &mut conditions.earlier,
                () => return Err(RedisError::UnsupportedOption(as_c_text(word, usize::MAX))),
            };
            *condition = true;
        }
        if conditions.none && (conditions.some || conditions.later || conditions.earlier) {
            return Err(RedisError::NxWithOthers);
        }
        if conditions.later && conditions.earlier {
            return Err(RedisError::GtWithLt);
        }
        Ok(conditions)
    }

    /// Whether they allow to replace an expiry. No expiry counts as an endless one.
    fn allow(self, present: Option<Millis>, new: i64) -> bool {
        let present = present.map(Millis::signed);
        !(self.none && present.is_some()
            || self.some && present.is_none()
            || self.later && present.is_none_or(|present| new <= present)
            || self.earlier && present.is_some_and(|present| new >= present))
    }
}

/// `EXPIRE` and its relatives. An expiry that is over removes the key.
fn set_expiry(call: &mut Call<'_>, unit: ExpiryUnit) -> Outcome {
    let conditions = Conditions::parse(call.args_from(3))?;
    let number = call.integer(2)?;
    let at = unit.milliseconds(number, call.now).ok_or(RedisError::InvalidExpire(call.command.name))?;
    let Some(slot) = call.lookup(call.arg(1), Purpose::Write) else { return Ok(Reply::Integer(0)) };
    if !conditions.allow(call.entry(slot).expires_at, at) {
        return Ok(Reply::Integer(0));
    }
    match u64::try_from(at).map(Millis) {
        Ok(at) if at > call.now => {
            call.server.change_expiry(call.db(), slot, Some(at));
            call.notify(GENERIC, "expire", call.arg(1));
        }
        _ => call.remove(slot),
    }
    Ok(Reply::Integer(1))
}

pub(super) fn ttl(call: &mut Call<'_>) -> Outcome {
    expiry_reply(call, |at, now| (at.since(now) + 500) / 1000)
}

pub(super) fn pttl(call: &mut Call<'_>) -> Outcome {
    expiry_reply(call, |at, now| at.since(now))
}

pub(super) fn expiretime(call: &mut Call<'_>) -> Outcome {
    expiry_reply(call, |at, _| (at.0 + 500) / 1000)
}

pub(super) fn pexpiretime(call: &mut Call<'_>) -> Outcome {
    expiry_reply(call, |at, _| at.0)
}

fn expiry_reply(call: &mut Call<'_>, show: fn(Millis, Millis) -> u64) -> Outcome {
    let Some(slot) = call.lookup(call.arg(1), Purpose::Inspect) else { return Ok(Reply::Integer(-2)) };
    let expires_at = call.entry(slot).expires_at;
    let shown = expires_at.map_or(-1, |at| Millis(show(at, call.now)).signed());
    Ok(Reply::Integer(shown))
}

pub(super) fn persist(call: &mut Call<'_>) -> Outcome {
    let slot = call.lookup(call.arg(1), Purpose::Write);
    let Some(slot) = slot.filter(|&slot| call.entry(slot).expires_at.is_some()) else { return Ok(Reply::Integer(0)) };
    call.server.change_expiry(call.db(), slot, None);
    call.notify(GENERIC, "persist", call.arg(1));
    Ok(Reply::Integer(1))
}
