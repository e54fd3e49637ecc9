//! Keys of any type: `COPY`, `DEL`, `EXISTS`, `EXPIRE`, `EXPIREAT`, `EXPIRETIME`, `KEYS`, `OBJECT`, `PERSIST`, `PEXPIRE`,
//! `PEXPIREAT`, `PEXPIRETIME`, `PTTL`, `RANDOMKEY`, `RENAME`, `RENAMENX`, `SCAN`, `TOUCH`, `TTL`, `TYPE`, `UNLINK`.

mod expire;
mod keys;

use crate::redis::command::{Command, Group};

const fn new(
    name: &'static str,
    arity: i32,
    arguments: &'static str,
    summary: &'static str,
    run: crate::redis::command::Run,
) -> Command {
    Command::new(Group::Generic, name, arity, arguments, summary, run)
}

const EXPIRE_ARGUMENTS: &str = "key seconds [NX|XX|GT|LT]";

pub(super) const COMMANDS: [Command; 6] = [
    new("del", -2, "key [key ...]", "Removes keys; returns how many there were.", keys::delete).writes().keys(1, -1, 1),
    new("expire", -3, EXPIRE_ARGUMENTS, "Sets a key's time to live in seconds.", expire::expire)
        .writes()
        .fast()
        .keys(1, 1, 1),
    new("pexpire", -3, "key milliseconds [NX|XX|GT|LT]", "Sets a key's time to live in milliseconds.", expire::pexpire)
        .writes()
        .fast()
        .keys(1, 1, 1),
    new(
        "pttl",
        2,
        "key",
        "Returns a key's time to live in milliseconds; -1 without one, -2 without the key.",
        expire::pttl,
    )
    .reads()
    .fast()
    .keys(1, 1, 1),
    new("ttl", 2, "key", "Returns a key's time to live in seconds; -1 without one, -2 without the key.", expire::ttl)
        .reads()
        .fast()
        .keys(1, 1, 1),
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
