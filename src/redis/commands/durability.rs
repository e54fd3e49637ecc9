//! Persistence and replication: `BGREWRITEAOF`, `BGSAVE`, `LASTSAVE`, `ROLE`, `SAVE`, `WAIT`.

use crate::redis::call::{Call, Outcome};
use crate::redis::command::{Command, Group, Run};
use crate::redis::errors::RedisError;
use crate::redis::number::parse_i64;
use crate::redis::persistence::Begun;
use crate::redis::replication::{Role, Wait};
use crate::redis::reply::Reply;
use crate::redis::time::Millis;

use super::options::is;

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::Server, name, arity, arguments, summary, run)
}

pub(super) const COMMANDS: [Command; 6] = [
    new("bgrewriteaof", 1, "", "Rewrites the append-only file in the background.", bgrewriteaof),
    new("bgsave", -1, "[SCHEDULE]", "Saves a snapshot in the background.", bgsave),
    new("lastsave", 1, "", "Returns when the last snapshot was finished, in seconds since the epoch.", lastsave).fast(),
    new("role", 1, "", "Tells whether the server is a primary or a replica, and of the other side.", role).fast(),
    new("save", 1, "", "Saves a snapshot; everything else waits meanwhile.", save),
    Command::new(
        Group::Generic,
        "wait",
        3,
        "numreplicas timeout",
        "Waits until so many replicas have the connection's writes, or the time in milliseconds is over.",
        wait,
    ),
];

fn save(call: &mut Call<'_>) -> Outcome {
    call.server.save(call.now)?;
    Ok(Reply::OK)
}

fn bgsave(call: &mut Call<'_>) -> Outcome {
    let schedule = match call.args_from(1) {
        [] => false,
        [option] if is(option, "schedule") => true,
        _ => return Err(RedisError::Syntax),
    };
    let begun = call.server.background_save(call.now, schedule, call.session.client.never_waits)?;
    Ok(Reply::Status(match begun {
        Begun::Now => "Background saving started".into(),
        Begun::Scheduled => "Background saving scheduled".into(),
    }))
}

fn bgrewriteaof(call: &mut Call<'_>) -> Outcome {
    let begun = call.server.background_rewrite(call.now, call.session.client.never_waits)?;
    Ok(Reply::Status(match begun {
        Begun::Now => "Background append only file rewriting started".into(),
        Begun::Scheduled => "Background append only file rewriting scheduled".into(),
    }))
}

fn lastsave(call: &mut Call<'_>) -> Outcome {
    call.server.attend(call.now);
    Ok(Reply::Integer((call.server.last_save().seconds()) as i64))
}

fn role(call: &mut Call<'_>) -> Outcome {
    let replication = &call.server.durable.replication;
    let offset = replication.offset() as i64;
    let parts = match &replication.role {
        Role::Primary => {
            let replica = |replica: &crate::redis::replication::Attached| {
                let parts =
                    [replica.address.host.clone(), replica.address.port.to_string(), replica.acknowledged.to_string()];
                Reply::Array(Some(parts.map(Reply::bulk).into()))
            };
            let replicas = replication.replicas.iter().map(replica).collect();
            vec![Reply::bulk("master"), Reply::Integer(offset), Reply::Array(Some(replicas))]
        }
        Role::Replica { primary, position } => {
            let (state, offset) = if position.is_some() { ("connected", offset) } else { ("connect", -1) };
            vec![
                Reply::bulk("slave"),
                Reply::bulk(primary.host.clone()),
                Reply::Integer(i64::from(primary.port)),
                Reply::bulk(state),
                Reply::Integer(offset),
            ]
        }
    };
    Ok(Reply::Array(Some(parts)))
}

/// Answers with the acknowledgements so far. If they are too few, the session tells what to wait for, and a caller that
/// can hold a reply back gives [`crate::redis::Server::waited`]'s in its place.
fn wait(call: &mut Call<'_>) -> Outcome {
    if call.server.durable.replication.is_replica() {
        return Err(RedisError::WaitOnReplica);
    }
    let replicas = call.integer(1)?;
    let timeout = parse_i64(call.arg(2)).ok_or(RedisError::TimeoutNotAnInteger)?;
    if timeout < 0 {
        return Err(RedisError::NegativeTimeout);
    }
    let deadline = (timeout > 0).then(|| Millis(call.now.0.saturating_add(timeout.unsigned_abs())));
    let offset = call.session.write_offset;
    let count = call.server.durable.replication.acknowledged(offset);
    if (count as i64) < replicas && !call.session.client.never_waits {
        call.session.waiting = Some(Wait { replicas, offset, deadline });
    }
    Ok(Reply::count(count))
}
