//! Adding and removing members: `ZADD`, `ZINCRBY`, `ZREM`.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::float::parse_f64;
use crate::redis::notify::SORTED;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::sorted::Sorted;

use super::super::options::is;
use super::score_reply;

/// The options of `ZADD`.
#[derive(Clone, Copy, Debug, Default)]
struct AddOptions {
    /// `NX`: only new members.
    absent: bool,
    /// `XX`: only present members.
    present: bool,
    /// `GT`: only to a higher score.
    higher: bool,
    /// `LT`: only to a lower score.
    lower: bool,
    /// `CH`: count the changed ones too.
    changes: bool,
    /// `INCR`: add to the score.
    increment: bool,
}

impl AddOptions {
    /// Reads options as long as there are any; how many words they take.
    fn parse(&mut self, words: &[&[u8]]) -> usize {
        for (index, word) in words.iter().enumerate() {
            let option = match () {
                () if is(word, "nx") => &mut self.absent,
                () if is(word, "xx") => &mut self.present,
                () if is(word, "gt") => &mut self.higher,
                () if is(word, "lt") => &mut self.lower,
                () if is(word, "ch") => &mut self.changes,
                () if is(word, "incr") => &mut self.increment,
                () => return index,
            };
            *option = true;
        }
        words.len()
    }

    fn check(self, pairs: usize) -> Result<(), RedisError> {
        if self.absent && self.present {
            return Err(RedisError::XxWithNx);
        }
        if self.higher && (self.lower || self.absent) || self.lower && self.absent {
            return Err(RedisError::GtLtNx);
        }
        if self.increment && pairs > 1 {
            return Err(RedisError::IncrOfMany);
        }
        Ok(())
    }

    /// The score that a member gets; `None` when it is left alone.
    fn score(self, present: Option<f64>, given: f64) -> Result<Option<f64>, RedisError> {
        let Some(present) = present else { return Ok((!self.present).then_some(given)) };
        if self.absent {
            return Ok(None);
        }
        let score = if self.increment { present + given } else { given };
        if score.is_nan() {
            return Err(RedisError::ScoreNotANumber);
        }
        let refused = self.lower && score >= present || self.higher && score <= present;
        Ok((!refused).then_some(score))
    }
}

pub(super) fn zadd(call: &mut Call<'_>) -> Outcome {
    add(call, AddOptions::default())
}

/// The options of `ZADD` are taken for options here too, as in Redis.
pub(super) fn zincrby(call: &mut Call<'_>) -> Outcome {
    add(call, AddOptions { increment: true, ..AddOptions::default() })
}

fn add(call: &mut Call<'_>, mut options: AddOptions) -> Outcome {
    let words = call.args_from(2);
    let words = &words[options.parse(words)..];
    if words.is_empty() || words.len() % 2 == 1 {
        return Err(RedisError::Syntax);
    }
    let pairs = words.as_chunks::<2>().0;
    options.check(pairs.len())?;
    let parse = |[score, _]: &[&[u8]; 2]| parse_f64(score).ok_or(RedisError::NotAFloat);
    let scores = pairs.iter().map(parse).collect::<Result<Vec<f64>, RedisError>>()?;
    let key = call.arg(1);
    if call.find::<Sorted>(key, Purpose::Write)?.is_none() && options.present {
        return Ok(if options.increment { Reply::NIL } else { Reply::Integer(0) });
    }
    let slot = call.find_or_make::<Sorted>(key)?;
    let (set, config) = call.edit::<Sorted>(slot)?;
    let (mut added, mut updated, mut last) = (0, 0, None);
    for ([_, member], given) in pairs.iter().zip(scores) {
        let present = set.score(member);
        last = options.score(present, given)?;
        let Some(score) = last else { continue };
        added += usize::from(present.is_none());
        updated += usize::from(present.is_some_and(|present| present != score));
        if present != Some(score) {
            set.set(member, score, config);
        }
    }
    if added + updated > 0 {
        call.notify(SORTED, if options.increment { "zincr" } else { "zadd" }, key);
        call.changed(slot);
        call.count_changes(added + updated);
    }
    if options.increment {
        return Ok(last.map_or(Reply::NIL, score_reply));
    }
    Ok(Reply::count(if options.changes { added + updated } else { added }))
}

pub(super) fn zrem(call: &mut Call<'_>) -> Outcome {
    let (key, members) = (call.arg(1), call.args_from(2));
    let Some(slot) = call.find::<Sorted>(key, Purpose::Write)? else { return Ok(Reply::Integer(0)) };
    let (set, config) = call.edit::<Sorted>(slot)?;
    let removed = members.iter().filter(|member| set.remove(member, config)).count();
    if removed > 0 {
        call.notify(SORTED, "zrem", key);
        call.changed(slot);
    }
    Ok(Reply::count(removed))
}
