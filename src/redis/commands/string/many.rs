//! Several strings at once: `MGET`, `MSET`, `MSETNX`.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::notify::STRING;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;

/// A key with a value of another type reads as nil.
pub(super) fn mget(call: &mut Call<'_>) -> Outcome {
    let keys = call.args_from(1);
    let mut values = Vec::with_capacity(keys.len());
    for key in keys {
        let text = call.lookup(key, Purpose::Read).and_then(|slot| call.text(slot).ok());
        values.push(Reply::Bulk(text.map(|text| text.as_bytes().to_vec())));
    }
    Ok(Reply::Array(Some(values)))
}

pub(super) fn mset(call: &mut Call<'_>) -> Outcome {
    for (key, value) in pairs(call)? {
        call.set_text(key, value);
        call.notify(STRING, "set", key);
    }
    Ok(Reply::OK)
}

pub(super) fn msetnx(call: &mut Call<'_>) -> Outcome {
    let pairs = pairs(call)?;
    if pairs.clone().any(|(key, _)| call.lookup(key, Purpose::Write).is_some()) {
        return Ok(Reply::flag(false));
    }
    for (key, value) in pairs {
        call.set_text(key, value);
        call.notify(STRING, "set", key);
    }
    Ok(Reply::flag(true))
}

/// The keys and values, which must come in pairs.
fn pairs<'a>(call: &Call<'a>) -> Result<impl Iterator<Item = (&'a [u8], &'a [u8])> + Clone + use<'a>, RedisError> {
    let words = call.args_from(1);
    if words.len() % 2 == 1 {
        return Err(RedisError::Arity(call.command.name));
    }
    Ok(words.as_chunks::<2>().0.iter().map(|&[key, value]| (key, value)))
}
