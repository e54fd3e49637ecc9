//! Groups and consumers: `XGROUP`.

use crate::redis::call::{Call, Outcome};
use crate::redis::database::Slot;
use crate::redis::errors::{RedisError, as_c_text};
use crate::redis::notify::STREAM;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::stream::{Group, Id, Stream};

use super::super::options::is;
use super::{loose_id, reweigh, strict_id};

/// The options of `CREATE` and `SETID`.
#[derive(Default)]
struct Options {
    make: bool,
    entries_read: Option<u64>,
}

impl Options {
    fn parse(call: &Call<'_>, creates: bool) -> Result<Options, RedisError> {
        let mut options = Options::default();
        let mut words = call.args_from(5).iter();
        let wrong = || RedisError::SubcommandSyntax(as_c_text(call.arg(1), 128), "XGROUP");
        while let Some(word) = words.next() {
            if creates && is(word, "mkstream") {
                options.make = true;
                continue;
            }
            let number = words.next().filter(|_| is(word, "entriesread")).ok_or_else(wrong)?;
            let number = parse_i64(number).ok_or(RedisError::NotAnInteger)?;
            if number < -1 {
                return Err(RedisError::EntriesRead);
            }
            options.entries_read = u64::try_from(number).ok();
        }
        Ok(options)
    }
}

/// The place of the stream, which must be there.
fn find(call: &mut Call<'_>) -> Result<Slot, RedisError> {
    call.find::<Stream>(call.arg(2), Purpose::Write)?.ok_or(RedisError::GroupNeedsKey)
}

/// The place of the stream, which must have the group.
fn find_group(call: &mut Call<'_>) -> Result<Slot, RedisError> {
    let slot = find(call)?;
    check_group(call, slot)?;
    Ok(slot)
}

/// Checks that the group of the third argument is there.
pub(super) fn check_group(call: &Call<'_>, slot: Slot) -> Result<(), RedisError> {
    let (key, name) = (call.arg(2), call.arg(3));
    let text = |word| as_c_text(word, usize::MAX);
    let missing = || RedisError::NoSuchGroup { key: text(key), group: text(name) };
    call.get::<Stream>(slot)?.group(name).map(|_| ()).ok_or_else(missing)
}

fn edit<'c>(call: &'c mut Call<'_>, slot: Slot) -> Result<&'c mut Group, RedisError> {
    let name = call.arg(3);
    call.edit::<Stream>(slot)?.0.group_mut(name).ok_or(RedisError::GroupGone)
}

pub(super) fn create(call: &mut Call<'_>) -> Outcome {
    let options = Options::parse(call, true)?;
    let (key, name, id) = (call.arg(2), call.arg(3), call.arg(4));
    let slot = call.find::<Stream>(key, Purpose::Write)?;
    if slot.is_none() && !options.make {
        return Err(RedisError::GroupNeedsKey);
    }
    if call.args.len() > 8 {
        return Err(RedisError::SubcommandSyntax(as_c_text(call.arg(1), 128), "XGROUP"));
    }
    let id = match (id, slot) {
        (b"$", Some(slot)) => call.get::<Stream>(slot)?.last_id,
        (b"$", None) => Id::ZERO,
        _ => strict_id(id)?,
    };
    let is_new = slot.is_none();
    let slot = call.find_or_make::<Stream>(key)?;
    let stream = call.edit::<Stream>(slot)?.0;
    if stream.group(name).is_some() {
        return Err(RedisError::BusyGroup);
    }
    let place = stream.groups.partition_point(|group| *group.name < *name);
    stream.groups.insert(place, Group::new(name, id, options.entries_read));
    call.notify(STREAM, "xgroup-create", key);
    if is_new {
        call.changed(slot);
    } else {
        reweigh(call, slot);
    }
    Ok(Reply::OK)
}

pub(super) fn set_id(call: &mut Call<'_>) -> Outcome {
    let options = Options::parse(call, false)?;
    let slot = find_group(call)?;
    let id = match call.arg(4) {
        b"$" => call.get::<Stream>(slot)?.last_id,
        word => loose_id(word, 0)?,
    };
    let group = edit(call, slot)?;
    group.last_id = id;
    group.entries_read = options.entries_read;
    call.notify(STREAM, "xgroup-setid", call.arg(2));
    call.count_changes(1);
    Ok(Reply::OK)
}

pub(super) fn destroy(call: &mut Call<'_>) -> Outcome {
    let slot = find(call)?;
    let (key, name) = (call.arg(2), call.arg(3));
    let groups = &mut call.edit::<Stream>(slot)?.0.groups;
    let before = groups.len();
    groups.retain(|group| *group.name != *name);
    let destroyed = groups.len() < before;
    if destroyed {
        let db = call.db();
        call.server.clients.note_ready(db, key);
        call.notify(STREAM, "xgroup-destroy", key);
        reweigh(call, slot);
    }
    Ok(Reply::flag(destroyed))
}

pub(super) fn create_consumer(call: &mut Call<'_>) -> Outcome {
    let slot = find_group(call)?;
    let (name, now) = (call.arg(4), call.now);
    let group = edit(call, slot)?;
    let is_new = !group.has_consumer(name) && group.see(name, now);
    if is_new {
        call.notify(STREAM, "xgroup-createconsumer", call.arg(2));
        reweigh(call, slot);
    }
    Ok(Reply::flag(is_new))
}

pub(super) fn delete_consumer(call: &mut Call<'_>) -> Outcome {
    let slot = find_group(call)?;
    let name = call.arg(4);
    let group = edit(call, slot)?;
    if !group.has_consumer(name) {
        return Ok(Reply::Integer(0));
    }
    let pending = group.remove_consumer(name);
    call.notify(STREAM, "xgroup-delconsumer", call.arg(2));
    reweigh(call, slot);
    Ok(Reply::count(pending))
}
