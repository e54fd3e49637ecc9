//! The connection: `ECHO`, `PING`, `SELECT`.

use crate::redis::call::{Call, Outcome};
use crate::redis::command::{Command, Group};
use crate::redis::errors::RedisError;
use crate::redis::reply::Reply;

use super::options::small_integer;

pub(super) const COMMANDS: [Command; 3] = [
    Command::new(Group::Connection, "echo", 2, "message", "Returns the given string.", echo).fast(),
    Command::new(Group::Connection, "ping", -1, "[message]", "Returns PONG or the given string.", ping).fast(),
    Command::new(Group::Connection, "select", 2, "index", "Changes the selected database.", select).fast(),
];

fn echo(call: &mut Call<'_>) -> Outcome {
    Ok(Reply::bulk(call.arg(1)))
}

fn ping(call: &mut Call<'_>) -> Outcome {
    if call.session.is_listening() && call.args.len() <= 2 {
        return Ok(Reply::Array(Some(vec![Reply::bulk("pong"), Reply::bulk(call.arg(1))])));
    }
    match call.args.len() {
        1 => Ok(Reply::Status("PONG".into())),
        2 => Ok(Reply::bulk(call.arg(1))),
        _ => Err(RedisError::Arity("ping")),
    }
}

fn select(call: &mut Call<'_>) -> Outcome {
    call.session.db = database_number(call, 1)?;
    Ok(Reply::OK)
}

/// An argument as the number of an existing database.
pub(super) fn database_number(call: &Call<'_>, argument: usize) -> Result<usize, RedisError> {
    let number = small_integer(call.arg(argument))?;
    usize::try_from(number)
        .ok()
        .filter(|&number| number < call.server.databases.len())
        .ok_or(RedisError::DatabaseOutOfRange)
}
