//! The ranges of sorted sets: by place, by score, by name.

use std::ops::Range;

use crate::redis::errors::RedisError;
use crate::redis::float::parse_bound;
use crate::redis::key::Key;
use crate::redis::number::parse_i64;

/// What a range counts by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Rank,
    Score,
    Name,
}

/// A range of a sorted set.
#[derive(Clone, Copy, Debug)]
pub(super) enum Bounds<'a> {
    /// From one place to another one, both included, negative from the end.
    Rank(i64, i64),
    /// Between scores.
    Score(ScoreBound, ScoreBound),
    /// Between names.
    Name(NameBound<'a>, NameBound<'a>),
}

/// A score, and whether it is left out.
#[derive(Clone, Copy, Debug)]
pub(super) struct ScoreBound {
    value: f64,
    exclusive: bool,
}

/// An end of a range of names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameBound<'a> {
    /// `-`: before all names.
    First,
    /// `+`: after all names.
    Last,
    /// `[name`.
    Including(&'a [u8]),
    /// `(name`.
    Excluding(&'a [u8]),
}

impl ScoreBound {
    fn parse(word: &[u8]) -> Result<ScoreBound, RedisError> {
        let (exclusive, digits) = match word {
            [b'(', rest @ ..] => (true, rest),
            _ => (false, word),
        };
        parse_bound(digits).map(|value| ScoreBound { value, exclusive }).ok_or(RedisError::ScoreBound)
    }
}

impl<'a> NameBound<'a> {
    fn parse(word: &'a [u8]) -> Result<NameBound<'a>, RedisError> {
        match word {
            b"-" => Ok(NameBound::First),
            b"+" => Ok(NameBound::Last),
            [b'[', name @ ..] => Ok(NameBound::Including(name)),
            [b'(', name @ ..] => Ok(NameBound::Excluding(name)),
            _ => Err(RedisError::NameBound),
        }
    }

    /// Whether a name is not before this lower end.
    fn is_below(self, name: &[u8]) -> bool {
        match self {
            NameBound::First => true,
            NameBound::Last => false,
            NameBound::Including(bound) => name >= bound,
            NameBound::Excluding(bound) => name > bound,
        }
    }

    /// Whether a name is not after this upper end.
    fn is_above(self, name: &[u8]) -> bool {
        match self {
            NameBound::First => false,
            NameBound::Last => true,
            NameBound::Including(bound) => name <= bound,
            NameBound::Excluding(bound) => name < bound,
        }
    }

    /// Whether nothing can be between these ends.
    fn excludes_all(self, upper: NameBound<'_>) -> bool {
        let text = |bound: NameBound<'a>| match bound {
            NameBound::First | NameBound::Last => None,
            NameBound::Including(name) => Some((name, true)),
            NameBound::Excluding(name) => Some((name, false)),
        };
        match (self, upper) {
            (NameBound::First, NameBound::First) | (NameBound::Last, NameBound::Last) => false,
            (NameBound::Last, _) | (_, NameBound::First) => true,
            (NameBound::First, _) | (_, NameBound::Last) => false,
            (lower, NameBound::Including(name)) => {
                text(lower).is_some_and(|(low, included)| low > name || low == name && !included)
            }
            (lower, NameBound::Excluding(name)) => text(lower).is_some_and(|(low, _)| low >= name),
        }
    }
}

impl<'a> Bounds<'a> {
    /// Reads a range from its lower and its upper end.
    pub(super) fn parse(by: By, lower: &'a [u8], upper: &'a [u8]) -> Result<Bounds<'a>, RedisError> {
        let integer = |word| parse_i64(word).ok_or(RedisError::NotAnInteger);
        Ok(match by {
            By::Rank => Bounds::Rank(integer(lower)?, integer(upper)?),
            By::Score => Bounds::Score(ScoreBound::parse(lower)?, ScoreBound::parse(upper)?),
            By::Name => Bounds::Name(NameBound::parse(lower)?, NameBound::parse(upper)?),
        })
    }

    /// The places of the range; `from_end` counts ranks from the last one. Names are compared as if all scores were equal,
    /// and from the first one that is in the range to the last one in a row, as in Redis's listpacks.
    pub(super) fn places(&self, entries: &[(f64, Key)], from_end: bool) -> Range<usize> {
        match *self {
            Bounds::Rank(start, stop) => ranks(start, stop, entries.len(), from_end),
            Bounds::Score(low, high) => {
                let before = |score: f64| if low.exclusive { score <= low.value } else { score < low.value };
                let within = |score: f64| if high.exclusive { score < high.value } else { score <= high.value };
                let first = entries.partition_point(|(score, _)| before(*score));
                let after = entries.partition_point(|(score, _)| within(*score));
                first..after.max(first)
            }
            Bounds::Name(low, high) => {
                let outside = match (entries.first(), entries.last()) {
                    (Some((_, first)), Some((_, last))) => !low.is_below(last) || !high.is_above(first),
                    _ => true,
                };
                if outside || low.excludes_all(high) {
                    return 0..0;
                }
                if from_end {
                    let after = entries.iter().rposition(|(_, name)| high.is_above(name)).map_or(0, |place| place + 1);
                    let kept = entries[..after].iter().rev().take_while(|(_, name)| low.is_below(name)).count();
                    return after - kept..after;
                }
                let first = entries.iter().position(|(_, name)| low.is_below(name)).unwrap_or(entries.len());
                let kept = entries[first..].iter().take_while(|(_, name)| high.is_above(name)).count();
                first..first + kept
            }
        }
    }
}

/// A range of places with Redis's clamping.
fn ranks(start: i64, stop: i64, length: usize, from_end: bool) -> Range<usize> {
    let length = length as i64;
    let place = |index: i64| if index < 0 { index.saturating_add(length) } else { index };
    let (first, last) = (place(start).max(0), place(stop).min(length - 1));
    if first > last || first >= length {
        return 0..0;
    }
    let range = if from_end { length - 1 - last..length - first } else { first..last + 1 };
    range.start as usize..range.end as usize
}
