//! What the server tells of its commands: `COMMAND COUNT`, `COMMAND DOCS`, `COMMAND LIST`. It tells of those that are modelled.

use crate::redis::call::{Call, Outcome};
use crate::redis::command::{Command, Group};
use crate::redis::errors::RedisError;
use crate::redis::reply::Reply;

use super::find;

const fn new(
    name: &'static str,
    arity: i32,
    arguments: &'static str,
    summary: &'static str,
    run: fn(&mut Call<'_>) -> Outcome,
) -> Command {
    Command::new(Group::Server, name, arity, arguments, summary, run)
}

pub(super) const SUBCOMMANDS: [Command; 3] = [
    new("command|count", 2, "", "Returns how many commands are modelled.", count),
    new("command|docs", -2, "[command-name ...]", "Tells what commands take.", docs),
    new("command|list", -2, "", "Returns the names of the commands that are modelled.", list),
];

fn count(_: &mut Call<'_>) -> Outcome {
    Ok(Reply::count(super::COMMANDS.len()))
}

fn list(call: &mut Call<'_>) -> Outcome {
    if call.args.len() > 2 {
        return Err(RedisError::NotModelled("command list with a filter".to_owned()));
    }
    Ok(Reply::Array(Some(super::COMMANDS.iter().map(|command| Reply::bulk(command.name)).collect())))
}

/// Names that are not modelled are left out, as Redis leaves out those that it does not know.
fn docs(call: &mut Call<'_>) -> Outcome {
    let wanted: Vec<&Command> = match call.args_from(2) {
        [] => super::COMMANDS.iter().collect(),
        names => names.iter().filter_map(|name| find(name)).collect(),
    };
    Ok(map(wanted.into_iter().map(|command| (command.name, of(command)))))
}

/// What is told of one command, without the documentation's prose. Its arguments are one text, which clients show as it is.
fn of(command: &Command) -> Reply {
    let mut told = vec![("group", Reply::bulk(command.group.name()))];
    if !command.arguments.is_empty() {
        let argument = map([("name", Reply::bulk(command.arguments)), ("type", Reply::bulk("string"))]);
        told.push(("arguments", Reply::Array(Some(vec![argument]))));
    }
    if !command.subcommands.is_empty() {
        told.push(("subcommands", map(command.subcommands.iter().map(|subcommand| (subcommand.name, of(subcommand))))));
    }
    map(told)
}

/// Names and values in turns, as RESP2 writes a map.
fn map<'n>(pairs: impl IntoIterator<Item = (&'n str, Reply)>) -> Reply {
    Reply::Array(Some(pairs.into_iter().flat_map(|(name, value)| [Reply::bulk(name), value]).collect()))
}
