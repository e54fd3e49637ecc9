//! Ranges: `ZRANGE`, `ZRANGESTORE`, their former names, `ZCOUNT`, `ZLEXCOUNT` and `ZREMRANGEBY*`.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::key::Key;
use crate::redis::notify::SORTED;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::sorted::Sorted;

use super::super::options::is;
use super::bounds::{Bounds, By};
use super::entries_reply;

/// What a range command returns, from its name and its options.
#[derive(Clone, Copy, Debug)]
struct Options {
    by: Option<By>,
    from_end: Option<bool>,
    limit: Option<(i64, i64)>,
    with_scores: bool,
}

impl Options {
    /// Reads options. A kind or a direction that the command's name or an earlier word has fixed is none.
    fn parse(&mut self, words: &[&[u8]], stores: bool) -> Result<(), RedisError> {
        let integer = |word: &[u8]| parse_i64(word).ok_or(RedisError::NotAnInteger);
        let mut rest = words;
        while let Some((option, more)) = rest.split_first() {
            rest = more;
            match more {
                _ if !stores && is(option, "withscores") => self.with_scores = true,
                [offset, count, more @ ..] if is(option, "limit") => {
                    self.limit = Some((integer(offset)?, integer(count)?));
                    rest = more;
                }
                _ if self.from_end.is_none() && is(option, "rev") => self.from_end = Some(true),
                _ if self.by.is_none() && is(option, "bylex") => self.by = Some(By::Name),
                _ if self.by.is_none() && is(option, "byscore") => self.by = Some(By::Score),
                _ => return Err(RedisError::Syntax),
            }
        }
        let by = self.by.unwrap_or(By::Rank);
        if self.limit.is_some_and(|(_, count)| count != -1) && by == By::Rank {
            return Err(RedisError::LimitByRank);
        }
        if self.with_scores && by == By::Name {
            return Err(RedisError::ScoresByName);
        }
        Ok(())
    }
}

pub(super) fn zrange(call: &mut Call<'_>) -> Outcome {
    range(call, None, None)
}

pub(super) fn zrangebylex(call: &mut Call<'_>) -> Outcome {
    range(call, Some(By::Name), Some(false))
}

pub(super) fn zrangebyscore(call: &mut Call<'_>) -> Outcome {
    range(call, Some(By::Score), Some(false))
}

pub(super) fn zrevrange(call: &mut Call<'_>) -> Outcome {
    range(call, Some(By::Rank), Some(true))
}

pub(super) fn zrevrangebylex(call: &mut Call<'_>) -> Outcome {
    range(call, Some(By::Name), Some(true))
}

pub(super) fn zrevrangebyscore(call: &mut Call<'_>) -> Outcome {
    range(call, Some(By::Score), Some(true))
}

fn range(call: &mut Call<'_>, by: Option<By>, from_end: Option<bool>) -> Outcome {
    let mut options = Options { by, from_end, limit: None, with_scores: false };
    options.parse(call.args_from(4), false)?;
    let found = find(call, 1, options)?;
    Ok(entries_reply(found.iter(), options.with_scores))
}

pub(super) fn zrangestore(call: &mut Call<'_>) -> Outcome {
    let mut options = Options { by: None, from_end: None, limit: None, with_scores: false };
    options.parse(call.args_from(5), true)?;
    let found = find(call, 2, options)?;
    let mut set = Sorted::default();
    for (score, member) in &found {
        set.set(member, *score, &call.server.config);
    }
    call.store(call.arg(1), set, SORTED, "zrangestore");
    Ok(Reply::count(found.len()))
}

/// The members of the range that the arguments after the key say, in the order of the reply.
fn find(call: &mut Call<'_>, key: usize, options: Options) -> Result<Vec<(f64, Key)>, RedisError> {
    let by = options.by.unwrap_or(By::Rank);
    let from_end = options.from_end.unwrap_or(false);
    let (first, second) = (call.arg(key + 1), call.arg(key + 2));
    let bounds =
        if from_end && by != By::Rank { Bounds::parse(by, second, first)? } else { Bounds::parse(by, first, second)? };
    let Some(set) = call.read::<Sorted>(call.arg(key))? else { return Ok(Vec::new()) };
    let entries = set.entries();
    let mut found: Vec<(f64, Key)> = entries[bounds.places(entries, from_end)].to_vec();
    if from_end {
        found.reverse();
    }
    if let Some((offset, count)) = options.limit.filter(|_| by != By::Rank) {
        // A negative offset skips everything, a negative count is none.
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX).min(found.len());
        found.drain(..skipped);
        found.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    }
    Ok(found)
}

pub(super) fn zcount(call: &mut Call<'_>) -> Outcome {
    count(call, By::Score)
}

pub(super) fn zlexcount(call: &mut Call<'_>) -> Outcome {
    count(call, By::Name)
}

fn count(call: &mut Call<'_>, by: By) -> Outcome {
    let bounds = Bounds::parse(by, call.arg(2), call.arg(3))?;
    let set = call.read::<Sorted>(call.arg(1))?;
    Ok(Reply::count(set.map_or(0, |set| bounds.places(set.entries(), false).len())))
}

pub(super) fn zremrangebylex(call: &mut Call<'_>) -> Outcome {
    remove(call, By::Name)
}

pub(super) fn zremrangebyrank(call: &mut Call<'_>) -> Outcome {
    remove(call, By::Rank)
}

pub(super) fn zremrangebyscore(call: &mut Call<'_>) -> Outcome {
    remove(call, By::Score)
}

fn remove(call: &mut Call<'_>, by: By) -> Outcome {
    let bounds = Bounds::parse(by, call.arg(2), call.arg(3))?;
    let key = call.arg(1);
    let Some(slot) = call.find::<Sorted>(key, Purpose::Write)? else { return Ok(Reply::Integer(0)) };
    let (set, config) = call.edit::<Sorted>(slot)?;
    let removed: Vec<Key> =
        set.entries()[bounds.places(set.entries(), false)].iter().map(|(_, member)| member.clone()).collect();
    for member in &removed {
        set.remove(member, config);
    }
    if !removed.is_empty() {
        call.notify(SORTED, call.command.name, key);
        call.changed(slot);
    }
    Ok(Reply::count(removed.len()))
}
