//! Options that several commands take.

use crate::redis::call::Call;
use crate::redis::errors::RedisError;
use crate::redis::number::parse_i64;
use crate::redis::time::Millis;

/// Whether a typed word is this option.
pub(super) fn is(word: &[u8], option: &str) -> bool {
    word.eq_ignore_ascii_case(option.as_bytes())
}

/// An integer that fits 32 bits.
pub(super) fn small_integer(word: &[u8]) -> Result<i32, RedisError> {
    let number = parse_i64(word).ok_or(RedisError::NotAnInteger)?;
    let range = RedisError::OutOfRange { least: i64::from(i32::MIN), greatest: i64::from(i32::MAX) };
    i32::try_from(number).map_err(|_| range)
}

/// How a command gives an expiry: in which unit, and from when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ExpiryUnit {
    /// `EX`: seconds from now.
    Seconds,
    /// `PX`: milliseconds from now.
    Milliseconds,
    /// `EXAT`: seconds since the epoch.
    UnixSeconds,
    /// `PXAT`: milliseconds since the epoch.
    UnixMilliseconds,
}

impl ExpiryUnit {
    /// The unit of an option.
    pub(super) fn of_option(word: &[u8]) -> Option<ExpiryUnit> {
        [
            ("ex", ExpiryUnit::Seconds),
            ("px", ExpiryUnit::Milliseconds),
            ("exat", ExpiryUnit::UnixSeconds),
            ("pxat", ExpiryUnit::UnixMilliseconds),
        ]
        .into_iter()
        .find_map(|(option, unit)| is(word, option).then_some(unit))
    }

    /// Whether it counts from the epoch.
    pub(super) fn is_absolute(self) -> bool {
        matches!(self, ExpiryUnit::UnixSeconds | ExpiryUnit::UnixMilliseconds)
    }

    /// A number of this unit as milliseconds since the epoch; `None` when that overflows.
    pub(super) fn milliseconds(self, number: i64, now: Millis) -> Option<i64> {
        let number = match self {
            ExpiryUnit::Seconds | ExpiryUnit::UnixSeconds => number.checked_mul(1000)?,
            ExpiryUnit::Milliseconds | ExpiryUnit::UnixMilliseconds => number,
        };
        if self.is_absolute() { Some(number) } else { number.checked_add(now.signed()) }
    }
}

/// An expiry as `SET` and its relatives take it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expiry<'a> {
    pub(super) unit: ExpiryUnit,
    pub(super) number: &'a [u8],
}

impl Expiry<'_> {
    /// The time that it means, which must be positive. `command` is named in the error.
    pub(super) fn time(self, now: Millis, command: &'static str) -> Result<Millis, RedisError> {
        let number = parse_i64(self.number).ok_or(RedisError::NotAnInteger)?;
        if number <= 0 {
            return Err(RedisError::InvalidExpire(command));
        }
        self.unit
            .milliseconds(number, now)
            .and_then(|at| u64::try_from(at).ok())
            .map(Millis)
            .ok_or(RedisError::InvalidExpire(command))
    }
}

/// A count that must not be negative; the error is the same for what is no number.
pub(super) fn positive(word: &[u8], error: RedisError) -> Result<i64, RedisError> {
    parse_i64(word).filter(|&count| count >= 0).ok_or(error)
}

/// Some words of a command.
type Words<'a> = &'a [&'a [u8]];

/// The keys that come after their number, which is an argument, and the words that follow them.
pub(super) fn counted_keys<'a>(
    call: &Call<'a>,
    argument: usize,
    too_many: RedisError,
) -> Result<(Words<'a>, Words<'a>), RedisError> {
    let count = parse_i64(call.arg(argument)).filter(|&count| count > 0).ok_or(RedisError::NumKeys)?;
    let words = call.args_from(argument + 1);
    usize::try_from(count).ok().and_then(|count| words.split_at_checked(count)).ok_or(too_many)
}

/// The option `COUNT` alone, which must be positive; 1 without it.
pub(super) fn small_count(words: &[&[u8]]) -> Result<i64, RedisError> {
    match words {
        [] => Ok(1),
        [option, count, rest @ ..] if is(option, "count") => {
            let count = parse_i64(count).filter(|&count| count > 0).ok_or(RedisError::CountNotPositive)?;
            if rest.is_empty() { Ok(count) } else { Err(RedisError::Syntax) }
        }
        _ => Err(RedisError::Syntax),
    }
}
