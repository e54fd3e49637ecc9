//! The server: `COMMAND`, `DBSIZE`, `FLUSHALL`, `FLUSHDB`, `INFO`, `SWAPDB`, `TIME`.

use crate::redis::call::{Call, Outcome};
use crate::redis::command::{Command, Group, Run};
use crate::redis::errors::RedisError;
use crate::redis::reply::Reply;

use super::generic::swapdb;
use super::info::report;
use super::options::is;

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::Server, name, arity, arguments, summary, run)
}

pub(super) const COMMANDS: [Command; 7] = [
    new("command", -1, "COUNT|DOCS|LIST", "Tells of the commands.", command).with(&super::docs::SUBCOMMANDS),
    new("dbsize", 1, "", "Returns how many keys the selected database has.", dbsize).reads().fast(),
    new("flushall", -1, "[ASYNC|SYNC]", "Removes all keys of all databases.", flushall).writes(),
    new("flushdb", -1, "[ASYNC|SYNC]", "Removes all keys of the selected database.", flushdb).writes(),
    new("info", -1, "[section ...]", "Returns the modelled statistics of the server.", info),
    new("swapdb", 3, "index1 index2", "Swaps two databases.", swapdb).writes().fast(),
    new("time", 1, "", "Returns the server's time: seconds since the epoch, and microseconds.", time).fast(),
];

fn command(_: &mut Call<'_>) -> Outcome {
    Err(RedisError::NotModelled("command without a subcommand".to_owned()))
}

fn dbsize(call: &mut Call<'_>) -> Outcome {
    Ok(Reply::count(call.database().len()))
}

fn flushall(call: &mut Call<'_>) -> Outcome {
    check_flush_options(call)?;
    for db in 0..call.server.databases.len() {
        call.server.clear(db);
    }
    call.server.touched_all();
    call.server.flushed_all(call.now);
    Ok(Reply::OK)
}

fn flushdb(call: &mut Call<'_>) -> Outcome {
    check_flush_options(call)?;
    call.server.clear(call.db());
    call.server.touched_all();
    Ok(Reply::OK)
}

/// When the memory is freed makes no difference to the model.
fn check_flush_options(call: &Call<'_>) -> Result<(), RedisError> {
    match call.args_from(1) {
        [] => Ok(()),
        [option] if is(option, "async") || is(option, "sync") => Ok(()),
        _ => Err(RedisError::Syntax),
    }
}

fn info(call: &mut Call<'_>) -> Outcome {
    call.server.attend(call.now);
    Ok(Reply::bulk(report(call.server, call.now, call.args_from(1))))
}

fn time(call: &mut Call<'_>) -> Outcome {
    let parts = [call.now.seconds(), call.now.0 % 1000 * 1000];
    Ok(Reply::Array(Some(parts.map(|part| Reply::bulk(part.to_string())).into())))
}
