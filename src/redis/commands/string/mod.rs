//! Strings: `APPEND`, `DECR`, `DECRBY`, `GET`, `GETDEL`, `GETEX`, `GETRANGE`, `GETSET`, `INCR`, `INCRBY`,
//! `INCRBYFLOAT`, `MGET`, `MSET`, `MSETNX`, `PSETEX`, `SET`, `SETEX`, `SETNX`, `SETRANGE`, `STRLEN`, `SUBSTR`.

mod get;
mod set;

use crate::redis::command::{Command, Group};

pub(super) const COMMANDS: [Command; 2] = [
    Command::new(Group::String, "get", 2, "key", "Returns the string value of a key.", get::get).reads().fast().keys(1, 1, 1),
    Command::new(
        Group::String,
        "set",
        -3,
        "key value [NX|XX] [GET] [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|KEEPTTL]",
        "Sets the string value of a key, whatever it held before.",
        set::set,
    )
    .writes()
    .grows()
    .keys(1, 1, 1),
];
