//! The identifiers of a stream's entries.

use std::fmt;

use crate::redis::number::parse_i64;

/// Longer texts are no identifiers.
const LONGEST: usize = 127;

/// When an entry was made, in milliseconds, and its number within the millisecond.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Id {
    pub(crate) time: u64,
    pub(crate) number: u64,
}

impl Id {
    pub(crate) const ZERO: Id = Id { time: 0, number: 0 };
    pub(crate) const MAX: Id = Id { time: u64::MAX, number: u64::MAX };

    /// Reads `time-number` or `time` alone, which gets the `missing` number.
    pub(crate) fn parse(text: &[u8], missing: u64) -> Option<Id> {
        match Id::parse_partial(text)? {
            (time, Some(number)) => Some(Id { time, number: number? }),
            (time, None) => Some(Id { time, number: missing }),
        }
    }

    /// The time, and the number if there is one: none in it stands for `*`.
    pub(crate) fn parse_partial(text: &[u8]) -> Option<(u64, Option<Option<u64>>)> {
        if text.len() > LONGEST {
            return None;
        }
        let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
        let mut parts = text.splitn(2, |&byte| byte == b'-');
        let time = parse_u64(parts.next()?)?;
        Some(match parts.next() {
            None => (time, None),
            Some(b"*") => (time, Some(None)),
            Some(number) => (time, Some(Some(parse_u64(number)?))),
        })
    }

    /// The next one.
    pub(crate) fn next(self) -> Option<Id> {
        match self.number.checked_add(1) {
            Some(number) => Some(Id { number, ..self }),
            None => self.time.checked_add(1).map(|time| Id { time, number: 0 }),
        }
    }

    /// The one before.
    pub(crate) fn previous(self) -> Option<Id> {
        match self.number.checked_sub(1) {
            Some(number) => Some(Id { number, ..self }),
            None => self.time.checked_sub(1).map(|time| Id { time, number: u64::MAX }),
        }
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}-{}", self.time, self.number)
    }
}

/// Reads an unsigned integer as Redis does, with C's `strtoull` for what is not in its canonical form.
fn parse_u64(text: &[u8]) -> Option<u64> {
    if let Some(value) = parse_i64(text) {
        return u64::try_from(value).ok();
    }
    let (negative, digits) = match text.trim_ascii_start() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if !digits.first()?.is_ascii_digit() {
        return None;
    }
    let value: u64 = std::str::from_utf8(digits).ok()?.parse().ok()?;
    Some(if negative { value.wrapping_neg() } else { value })
}
