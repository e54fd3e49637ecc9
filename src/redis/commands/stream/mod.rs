//! Streams: `XACK`, `XADD`, `XAUTOCLAIM`, `XCLAIM`, `XDEL`, `XGROUP`, `XINFO`, `XLEN`, `XPENDING`, `XRANGE`, `XREAD`,
//! `XREADGROUP`, `XREVRANGE`, `XTRIM`.

mod add;
mod claim;
mod group;
mod info;
mod pending;
mod range;
mod read;

use crate::redis::call::Call;
use crate::redis::command::{Command, Group as CommandGroup, Run};
use crate::redis::database::Slot;
use crate::redis::errors::{RedisError, as_c_text};
use crate::redis::reply::Reply;
use crate::redis::stream::{Entry, Id, Stream};

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(CommandGroup::Stream, name, arity, arguments, summary, run).keys(1, 1, 1)
}

/// A command whose keys are told otherwise.
const fn other(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(CommandGroup::Stream, name, arity, arguments, summary, run)
}

const ADD: &str = "key [NOMKSTREAM] [MAXLEN|MINID [=|~] threshold [LIMIT count]] *|id field value [field value ...]";
const TRIM: &str = "key MAXLEN|MINID [=|~] threshold [LIMIT count]";
const CLAIM: &str = "key group consumer min-idle-time id [id ...] [IDLE ms] [TIME unix-time-milliseconds] \
     [RETRYCOUNT count] [FORCE] [JUSTID] [LASTID id]";
const AUTOCLAIM: &str = "key group consumer min-idle-time start [COUNT count] [JUSTID]";
const PENDING: &str = "key group [[IDLE min-idle-time] start end count [consumer]]";
const READ: &str = "[COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]";
const READ_GROUP: &str =
    "GROUP group consumer [COUNT count] [BLOCK milliseconds] [NOACK] STREAMS key [key ...] id [id ...]";
const CREATE: &str = "key group id|$ [MKSTREAM] [ENTRIESREAD entries-read]";

const GROUP: [Command; 5] = [
    new("xgroup|create", -5, CREATE, "Makes a group.", group::create).writes().grows().keys(2, 2, 1),
    new("xgroup|createconsumer", 5, "key group consumer", "Makes a consumer.", group::create_consumer)
        .writes()
        .grows()
        .keys(2, 2, 1),
    new("xgroup|delconsumer", 5, "key group consumer", "Removes a consumer.", group::delete_consumer)
        .writes()
        .keys(2, 2, 1),
    new("xgroup|destroy", 4, "key group", "Removes a group.", group::destroy).writes().keys(2, 2, 1),
    new(
        "xgroup|setid",
        -5,
        "key group id|$ [ENTRIESREAD entries-read]",
        "Sets what a group reads next.",
        group::set_id,
    )
    .writes()
    .keys(2, 2, 1),
];

const INFO: [Command; 3] = [
    new("xinfo|consumers", 4, "key group", "Tells of a group's consumers.", info::consumers).reads().keys(2, 2, 1),
    new("xinfo|groups", 3, "key", "Tells of a stream's groups.", info::groups).reads().keys(2, 2, 1),
    new("xinfo|stream", -3, "key [FULL [COUNT count]]", "Tells of a stream.", info::stream).reads().keys(2, 2, 1),
];

pub(super) const COMMANDS: [Command; 14] = [
    new("xack", -4, "key group id [id ...]", "Acknowledges entries.", pending::xack).writes().fast(),
    new("xadd", -5, ADD, "Adds an entry.", add::xadd).writes().grows().fast(),
    new("xautoclaim", -6, AUTOCLAIM, "Takes over entries that have been pending for long.", claim::xautoclaim)
        .writes()
        .fast(),
    new("xclaim", -6, CLAIM, "Takes over pending entries.", claim::xclaim).writes().fast(),
    new("xdel", -3, "key id [id ...]", "Removes entries.", add::xdel).writes().fast(),
    other("xgroup", -2, "SUBCOMMAND", "Manages groups.", container).with(&GROUP),
    other("xinfo", -2, "SUBCOMMAND", "Tells of streams.", container).with(&INFO),
    new("xlen", 2, "key", "Returns how many entries there are.", range::xlen).reads().fast(),
    new("xpending", -3, PENDING, "Tells of entries that are not acknowledged.", pending::xpending).reads(),
    new("xrange", -4, "key start end [COUNT count]", "Returns a range of entries.", range::xrange).reads(),
    other("xread", -4, READ, "Reads new entries; may wait for them.", read::xread).reads().streams(),
    other("xreadgroup", -7, READ_GROUP, "Reads a group's entries; may wait for them.", read::xreadgroup)
        .writes()
        .streams(),
    new("xrevrange", -4, "key end start [COUNT count]", "Returns a range of entries backwards.", range::xrevrange)
        .reads(),
    new("xtrim", -4, TRIM, "Removes the oldest entries.", add::xtrim).writes(),
];

/// A container alone; its arity refuses that already.
fn container(call: &mut Call<'_>) -> crate::redis::call::Outcome {
    Err(RedisError::Arity(call.command.name))
}

/// An identifier in full; without its number it gets the first one.
fn strict_id(word: &[u8]) -> Result<Id, RedisError> {
    Id::parse(word, 0).ok_or(RedisError::InvalidStreamId)
}

/// An identifier, or `-` or `+` for the least and the greatest one.
fn loose_id(word: &[u8], missing: u64) -> Result<Id, RedisError> {
    match word {
        b"-" => Ok(Id::ZERO),
        b"+" => Ok(Id::MAX),
        _ => Id::parse(word, missing).ok_or(RedisError::InvalidStreamId),
    }
}

/// The first identifier of a range; after a `(` the one after it.
fn start_id(word: &[u8]) -> Result<Id, RedisError> {
    match word {
        [b'(', rest @ ..] if !rest.is_empty() => strict_id(rest)?.next().ok_or(RedisError::InvalidStart),
        _ => loose_id(word, 0),
    }
}

/// The last identifier of a range; after a `(` the one before it.
fn end_id(word: &[u8]) -> Result<Id, RedisError> {
    match word {
        [b'(', rest @ ..] if !rest.is_empty() => {
            let id = Id::parse(rest, u64::MAX).ok_or(RedisError::InvalidStreamId)?;
            id.previous().ok_or(RedisError::InvalidEnd)
        }
        _ => loose_id(word, u64::MAX),
    }
}

fn id_reply(id: Id) -> Reply {
    Reply::bulk(id.to_string())
}

fn entry_reply(entry: &Entry) -> Reply {
    let fields = entry.fields.iter().map(|word| Reply::bulk(&**word)).collect();
    Reply::Array(Some(vec![id_reply(entry.id), Reply::Array(Some(fields))]))
}

/// The error that a key or a group is not there.
fn no_group(key: &[u8], group: &[u8]) -> RedisError {
    RedisError::NoGroupOrKey { key: as_c_text(key, usize::MAX), group: as_c_text(group, usize::MAX) }
}

/// The place of the first key's stream if it has the group of the second argument.
fn stream_with_group(call: &mut Call<'_>) -> Result<Option<Slot>, RedisError> {
    let slot = call.find::<Stream>(call.arg(1), crate::redis::server::Purpose::Read)?;
    let Some(slot) = slot else { return Ok(None) };
    Ok(call.get::<Stream>(slot)?.group(call.arg(2)).map(|_| slot))
}

/// What groups keep has changed, which is no change of the key for those who watch it.
fn reweigh(call: &mut Call<'_>, slot: Slot) {
    let (db, allocator) = (call.db(), call.server.config.allocator);
    call.server.durable.changes += 1;
    call.server.databases[db].update(slot, allocator, |_| ());
}
