//! The counts of commands that return random elements.

use crate::redis::errors::RedisError;
use crate::redis::number::parse_i64;

use super::options::is;

/// A count of `SRANDMEMBER` and its relatives: negative ones allow repetitions.
pub(super) fn sample_count(word: &[u8]) -> Result<i64, RedisError> {
    let count = parse_i64(word).ok_or(RedisError::NotAnInteger)?;
    if count == i64::MIN {
        return Err(RedisError::OutOfRange { least: -i64::MAX, greatest: i64::MAX });
    }
    Ok(count)
}

/// A count of `HRANDFIELD` or `ZRANDMEMBER`, and whether the option for values or scores follows it; `None` without a
/// count. With them the reply has twice as many elements, whose number must fit.
pub(super) fn sample_options(words: &[&[u8]], option: &str) -> Result<Option<(i64, bool)>, RedisError> {
    let Some((count, rest)) = words.split_first() else { return Ok(None) };
    let count = sample_count(count)?;
    let doubled = match rest {
        [] => false,
        [word] if is(word, option) => true,
        _ => return Err(RedisError::Syntax),
    };
    if doubled && !(-i64::MAX / 2..=i64::MAX / 2).contains(&count) {
        return Err(RedisError::ValueOutOfRange);
    }
    Ok(Some((count, doubled)))
}
