//! What commands that wait have in common.

use crate::redis::call::Call;
use crate::redis::clients::Retry;
use crate::redis::errors::RedisError;
use crate::redis::key::Key;
use crate::redis::long_double::LongDouble;
use crate::redis::time::Millis;

/// When a wait ends whose length in seconds is an argument; `None` for 0, which means never.
pub(super) fn deadline(call: &Call<'_>, argument: usize) -> Result<Option<Millis>, RedisError> {
    let seconds = LongDouble::parse(call.arg(argument)).ok_or(RedisError::TimeoutNotAFloat)?;
    let milliseconds = (seconds.to_f64() * 1000.0).ceil();
    // What does not fit wraps around to a negative number in Redis.
    if milliseconds >= i64::MAX as f64 {
        return Err(RedisError::NegativeTimeout);
    }
    deadline_after(call, milliseconds as i64)
}

/// When a wait of so many milliseconds ends.
pub(super) fn deadline_after(call: &Call<'_>, milliseconds: i64) -> Result<Option<Millis>, RedisError> {
    let length = u64::try_from(milliseconds).map_err(|_| RedisError::NegativeTimeout)?;
    let at = call.now.signed().checked_add(milliseconds).ok_or(RedisError::TimeoutOutOfRange)?;
    Ok((length > 0).then_some(Millis(at.unsigned_abs())))
}

/// A command that serves a client from one key.
pub(super) fn words(key: &[u8], words: &[&[u8]]) -> Retry {
    Retry { key: Key::new(key), words: words.iter().map(|word| word.to_vec()).collect() }
}
