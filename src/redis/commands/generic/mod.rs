//! Keys of any type: `COPY`, `DEL`, `EXISTS`, `EXPIRE`, `EXPIREAT`, `EXPIRETIME`, `KEYS`, `MOVE`, `OBJECT`, `PERSIST`, `PEXPIRE`,
//! `PEXPIREAT`, `PEXPIRETIME`, `PTTL`, `RANDOMKEY`, `RENAME`, `RENAMENX`, `SCAN`, `TOUCH`, `TTL`, `TYPE`, `UNLINK`.

mod expire;
mod keys;
mod moves;
mod object;
mod scan;
pub(super) mod sort;

use crate::redis::command::{Command, Group, Run};

pub(super) use moves::swapdb;

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::Generic, name, arity, arguments, summary, run)
}

/// A command whose first argument is its only key.
const fn keyed(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    new(name, arity, arguments, summary, run).keys(1, 1, 1)
}

const IN_SECONDS: &str = "key seconds [NX|XX|GT|LT]";
const IN_MILLISECONDS: &str = "key milliseconds [NX|XX|GT|LT]";
const AT_SECOND: &str = "key unix-time-seconds [NX|XX|GT|LT]";
const AT_MILLISECOND: &str = "key unix-time-milliseconds [NX|XX|GT|LT]";
const COPY_ARGUMENTS: &str = "source destination [DB destination-db] [REPLACE]";
const SCAN_ARGUMENTS: &str = "cursor [MATCH pattern] [COUNT count] [TYPE type]";

const OBJECT_SUBCOMMANDS: [Command; 4] = [
    new("object|encoding", 3, "key", "Returns how a value is stored.", object::encoding).reads().keys(2, 2, 1),
    new("object|freq", 3, "key", "Returns a key's logarithmic count of uses.", object::freq).reads().keys(2, 2, 1),
    new("object|idletime", 3, "key", "Returns the seconds since a key's last use.", object::idletime)
        .reads()
        .keys(2, 2, 1),
    new("object|refcount", 3, "key", "Returns how many times a value is used.", object::refcount).reads().keys(2, 2, 1),
];

pub(super) const COMMANDS: [Command; 22] = [
    new("copy", -3, COPY_ARGUMENTS, "Copies a value and its expiry to another key.", moves::copy)
        .writes()
        .grows()
        .keys(1, 2, 1),
    new("del", -2, "key [key ...]", "Removes keys; returns how many there were.", keys::delete).writes().keys(1, -1, 1),
    new("exists", -2, "key [key ...]", "Returns how many of the keys are there.", keys::exists)
        .reads()
        .fast()
        .keys(1, -1, 1),
    keyed("expire", -3, IN_SECONDS, "Sets a time to live in seconds.", expire::expire).writes().fast(),
    keyed("expireat", -3, AT_SECOND, "Sets the second at which a key expires.", expire::expireat).writes().fast(),
    keyed(
        "expiretime",
        2,
        "key",
        "Returns the second at which a key expires; -1 never, -2 no key.",
        expire::expiretime,
    )
    .reads()
    .fast(),
    new("keys", 2, "pattern", "Returns all keys that match a pattern.", scan::keys).reads(),
    keyed("move", 3, "key db", "Moves a key to another database.", moves::move_to_database).writes().fast(),
    new("object", -2, "ENCODING|FREQ|IDLETIME|REFCOUNT key", "Tells how a value is stored.", object::container)
        .with(&OBJECT_SUBCOMMANDS),
    keyed("persist", 2, "key", "Removes a key's expiry.", expire::persist).writes().fast(),
    keyed("pexpire", -3, IN_MILLISECONDS, "Sets a time to live in milliseconds.", expire::pexpire).writes().fast(),
    keyed("pexpireat", -3, AT_MILLISECOND, "Sets the millisecond at which a key expires.", expire::pexpireat)
        .writes()
        .fast(),
    keyed(
        "pexpiretime",
        2,
        "key",
        "Returns the millisecond at which a key expires; -1 never, -2 no key.",
        expire::pexpiretime,
    )
    .reads()
    .fast(),
    keyed("pttl", 2, "key", "Returns the milliseconds that a key has to live; -1 no expiry, -2 no key.", expire::pttl)
        .reads()
        .fast(),
    new("randomkey", 1, "", "Returns a random key.", keys::randomkey).reads(),
    new("rename", 3, "key newkey", "Renames a key and overwrites the new name.", moves::rename).writes().keys(1, 2, 1),
    new("renamenx", 3, "key newkey", "Renames a key if the new name is free.", moves::renamenx)
        .writes()
        .fast()
        .keys(1, 2, 1),
    new("scan", -2, SCAN_ARGUMENTS, "Returns some keys, and the cursor for more.", scan::scan).reads(),
    new("touch", -2, "key [key ...]", "Uses keys; returns how many of them are there.", keys::touch)
        .reads()
        .fast()
        .keys(1, -1, 1),
    keyed("ttl", 2, "key", "Returns the seconds that a key has to live; -1 no expiry, -2 no key.", expire::ttl)
        .reads()
        .fast(),
    keyed("type", 2, "key", "Returns the type of a value.", keys::type_of).reads().fast(),
    new(
        "unlink",
        -2,
        "key [key ...]",
        "Removes keys as DEL does; a real server frees their memory later.",
        keys::delete,
    )
    .writes()
    .fast()
    .keys(1, -1, 1),
];
