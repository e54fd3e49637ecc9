//! Values that change their key: or their database: `RENAME`, `RENAMENX`, `COPY`, `MOVE`, `SWAPDB`.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::eviction::fresh_mark;
use crate::redis::notify::GENERIC;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;

use super::super::connection::database_number;
use super::super::options::{is, small_integer};

pub(super) fn rename(call: &mut Call<'_>) -> Outcome {
    move_key(call, true)?;
    Ok(Reply::OK)
}

pub(super) fn renamenx(call: &mut Call<'_>) -> Outcome {
    Ok(Reply::flag(move_key(call, false)?))
}

/// Renames the first argument to the second one; false when that is taken and may not be overwritten.
fn move_key(call: &mut Call<'_>, overwrite: bool) -> Result<bool, RedisError> {
    let (source, destination) = (call.arg(1), call.arg(2));
    call.lookup(source, Purpose::Write).ok_or(RedisError::NoSuchKey)?;
    if source == destination {
        return Ok(false);
    }
    if call.lookup(destination, Purpose::Write).is_some() && !overwrite {
        return Ok(false);
    }
    let db = call.db();
    // The look-up of the destination may have moved the source's place.
    let slot = call.database().find(source).ok_or(RedisError::NoSuchKey)?;
    let entry = call.server.take(db, slot).ok_or(RedisError::NoSuchKey)?;
    call.server.place(db, destination, entry.value, entry.access, entry.expires_at);
    call.notify(GENERIC, "rename_from", source);
    call.notify(GENERIC, "rename_to", destination);
    Ok(true)
}

/// The options of `COPY`.
#[derive(Clone, Copy, Debug)]
struct CopyOptions {
    db: usize,
    replace: bool,
}

impl CopyOptions {
    fn parse(call: &Call<'_>) -> Result<CopyOptions, RedisError> {
        let mut options = CopyOptions { db: call.db(), replace: false };
        let mut index = 3;
        while index < call.args.len() {
            let word = call.arg(index);
            if is(word, "replace") {
                options.replace = true;
            } else if is(word, "db") && index + 1 < call.args.len() {
                index += 1;
                options.db = database_number(call, index)?;
            } else {
                return Err(RedisError::Syntax);
            }
            index += 1;
        }
        Ok(options)
    }
}

pub(super) fn copy(call: &mut Call<'_>) -> Outcome {
    let options = CopyOptions::parse(call)?;
    let (source, destination) = (call.arg(1), call.arg(2));
    if options.db == call.db() && source == destination {
        return Err(RedisError::SameObject);
    }
    if call.lookup(source, Purpose::Read).is_none() {
        return Ok(Reply::flag(false));
    }
    let taken = call.server.lookup(options.db, destination, call.now, Purpose::Write).is_some();
    if taken && !options.replace {
        return Ok(Reply::flag(false));
    }
    // The look-up of the destination may have moved the source's place.
    let Some(slot) = call.database().find(source) else { return Ok(Reply::flag(false)) };
    let entry = call.entry(slot);
    let (value, expires_at) = (entry.value.duplicate(), entry.expires_at);
    let access = fresh_mark(&call.server.config, call.now);
    call.server.place(options.db, destination, value, access, expires_at);
    call.server.notify(options.db, GENERIC, "copy_to", destination);
    Ok(Reply::flag(true))
}

pub(super) fn move_to_database(call: &mut Call<'_>) -> Outcome {
    let key = call.arg(1);
    let (from, to) = (call.db(), database_number(call, 2)?);
    if from == to {
        return Err(RedisError::SameObject);
    }
    if call.lookup(key, Purpose::Write).is_none() || call.server.lookup(to, key, call.now, Purpose::Write).is_some() {
        return Ok(Reply::flag(false));
    }
    let taken = call.database().find(key).and_then(|slot| call.server.take(from, slot));
    let Some(entry) = taken else { return Ok(Reply::flag(false)) };
    call.server.place(to, key, entry.value, entry.access, entry.expires_at);
    call.server.notify(from, GENERIC, "move_from", key);
    call.server.notify(to, GENERIC, "move_to", key);
    Ok(Reply::flag(true))
}

pub(in crate::redis::commands) fn swapdb(call: &mut Call<'_>) -> Outcome {
    let number = |argument: usize, which| small_integer(call.arg(argument)).map_err(|_| RedisError::SwapIndex(which));
    let numbers = [number(1, "first")?, number(2, "second")?];
    let exists = |number: i32| usize::try_from(number).ok().filter(|&number| number < call.server.databases.len());
    let [Some(one), Some(other)] = numbers.map(exists) else { return Err(RedisError::DatabaseOutOfRange) };
    if one != other {
        call.server.swap(one, other);
    }
    call.count_changes(1);
    Ok(Reply::OK)
}
