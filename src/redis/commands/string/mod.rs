//! Strings: `APPEND`, `DECR`, `DECRBY`, `GET`, `GETDEL`, `GETEX`, `GETRANGE`, `GETSET`, `INCR`, `INCRBY`,
//! `INCRBYFLOAT`, `MGET`, `MSET`, `MSETNX`, `PSETEX`, `SET`, `SETEX`, `SETNX`, `SETRANGE`, `STRLEN`, `SUBSTR`.

mod counters;
mod get;
pub(super) mod lcs;
mod many;
mod parts;
mod set;

use crate::redis::command::{Command, Group, Run};

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::String, name, arity, arguments, summary, run).keys(1, 1, 1)
}

const SET_ARGUMENTS: &str = "key value [NX|XX] [GET] \
     [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|KEEPTTL]";
const GETEX_ARGUMENTS: &str =
    "key [EX seconds|PX milliseconds|EXAT unix-time-seconds|PXAT unix-time-milliseconds|PERSIST]";

pub(super) const COMMANDS: [Command; 21] = [
    new("append", 3, "key value", "Appends to a string; returns its new length.", parts::append)
        .writes()
        .grows()
        .fast(),
    new("decr", 2, "key", "Subtracts one from an integer value.", counters::decr).writes().grows().fast(),
    new("decrby", 3, "key decrement", "Subtracts from an integer value.", counters::decrby).writes().grows().fast(),
    new("get", 2, "key", "Returns a string value.", get::get).reads().fast(),
    new("getdel", 2, "key", "Returns a string value and removes its key.", get::getdel).writes().fast(),
    new("getex", -2, GETEX_ARGUMENTS, "Returns a string value and sets or removes its expiry.", get::getex)
        .writes()
        .fast(),
    new("getrange", 4, "key start end", "Returns a part of a string.", parts::getrange).reads(),
    new("getset", 3, "key value", "Sets a string value and returns the former one.", set::getset)
        .writes()
        .grows()
        .fast(),
    new("incr", 2, "key", "Adds one to an integer value.", counters::incr).writes().grows().fast(),
    new("incrby", 3, "key increment", "Adds to an integer value.", counters::incrby).writes().grows().fast(),
    new("incrbyfloat", 3, "key increment", "Adds to a number with a fraction.", counters::incrbyfloat)
        .writes()
        .grows()
        .fast(),
    new("mget", -2, "key [key ...]", "Returns several string values.", many::mget).reads().fast().keys(1, -1, 1),
    new("mset", -3, "key value [key value ...]", "Sets several string values.", many::mset)
        .writes()
        .grows()
        .keys(1, -1, 2),
    new(
        "msetnx",
        -3,
        "key value [key value ...]",
        "Sets several string values if none of the keys is there.",
        many::msetnx,
    )
    .writes()
    .grows()
    .keys(1, -1, 2),
    new(
        "psetex",
        4,
        "key milliseconds value",
        "Sets a string value and its time to live in milliseconds.",
        set::psetex,
    )
    .writes()
    .grows(),
    new("set", -3, SET_ARGUMENTS, "Sets a string value, whatever the key held before.", set::set).writes().grows(),
    new("setex", 4, "key seconds value", "Sets a string value and its time to live in seconds.", set::setex)
        .writes()
        .grows(),
    new("setnx", 3, "key value", "Sets a string value if the key is not there.", set::setnx).writes().grows().fast(),
    new("setrange", 4, "key offset value", "Writes over a part of a string.", parts::setrange).writes().grows(),
    new("strlen", 2, "key", "Returns a string's length in bytes.", parts::strlen).reads().fast(),
    new("substr", 4, "key start end", "Returns a part of a string; the former name of GETRANGE.", parts::getrange)
        .reads(),
];
