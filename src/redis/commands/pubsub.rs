//! Publish and subscribe: `PSUBSCRIBE`, `PUBLISH`, `PUBSUB`, `PUNSUBSCRIBE`, `SUBSCRIBE`, `UNSUBSCRIBE`.

use crate::order::sort;
use crate::redis::call::{Call, Outcome};
use crate::redis::command::{Command, Group, Run};
use crate::redis::errors::{RedisError, as_c_text};
use crate::redis::glob;
use crate::redis::key::Key;
use crate::redis::reply::Reply;

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::PubSub, name, arity, arguments, summary, run)
}

const PUBSUB: [Command; 3] = [
    new("pubsub|channels", -2, "[pattern]", "Returns the channels that have listeners.", channels),
    new("pubsub|numpat", 2, "", "Returns how many patterns have listeners.", numpat),
    new("pubsub|numsub", -2, "[channel [channel ...]]", "Returns how many listeners channels have.", numsub),
];

pub(super) const COMMANDS: [Command; 6] = [
    new("psubscribe", -2, "pattern [pattern ...]", "Listens to the channels that match.", psubscribe),
    new("publish", 3, "channel message", "Sends a message; returns how many listen.", publish).fast(),
    new("pubsub", -2, "CHANNELS|NUMPAT|NUMSUB", "Tells who listens.", container).with(&PUBSUB),
    new("punsubscribe", -1, "[pattern [pattern ...]]", "Ends listening to patterns.", punsubscribe),
    new("subscribe", -2, "channel [channel ...]", "Listens to channels.", subscribe),
    new("unsubscribe", -1, "[channel [channel ...]]", "Ends listening to channels.", unsubscribe),
];

/// `PUBSUB` alone; its arity refuses that already.
fn container(call: &mut Call<'_>) -> Outcome {
    Err(RedisError::Arity(call.command.name))
}

fn publish(call: &mut Call<'_>) -> Outcome {
    let (channel, message) = (call.arg(1), call.arg(2));
    Ok(Reply::count(call.server.clients.publish(channel, message)))
}

fn subscribe(call: &mut Call<'_>) -> Outcome {
    begin(call, false)
}

fn psubscribe(call: &mut Call<'_>) -> Outcome {
    begin(call, true)
}

fn begin(call: &mut Call<'_>, pattern: bool) -> Outcome {
    let mut replies = Vec::new();
    for channel in call.args_from(1) {
        let count = call.server.clients.subscribe(call.session, pattern, channel);
        replies.push(confirmation(call, Reply::bulk(*channel), count));
    }
    Ok(one_or_several(replies))
}

fn unsubscribe(call: &mut Call<'_>) -> Outcome {
    end(call, false)
}

fn punsubscribe(call: &mut Call<'_>) -> Outcome {
    end(call, true)
}

/// Without names all are left; one confirmation comes in any case.
fn end(call: &mut Call<'_>, pattern: bool) -> Outcome {
    let mut names: Vec<Key> = call.args_from(1).iter().map(|name| Key::new(name)).collect();
    if names.is_empty() {
        names = call.server.clients.channels_of(call.session.client.id, pattern);
    }
    if names.is_empty() {
        let count = call.session.client.subscriptions;
        return Ok(confirmation(call, Reply::NIL, count));
    }
    let mut replies = Vec::new();
    for name in &names {
        let count = call.server.clients.unsubscribe(call.session, pattern, name);
        replies.push(confirmation(call, Reply::bulk(name.as_bytes()), count));
    }
    Ok(one_or_several(replies))
}

fn confirmation(call: &Call<'_>, channel: Reply, count: usize) -> Reply {
    Reply::Array(Some(vec![Reply::bulk(call.command.name), channel, Reply::count(count)]))
}

fn one_or_several(mut replies: Vec<Reply>) -> Reply {
    match replies.pop() {
        Some(reply) if replies.is_empty() => reply,
        last => {
            replies.extend(last);
            Reply::Several(replies)
        }
    }
}

fn channels(call: &mut Call<'_>) -> Outcome {
    let pattern = match call.args_from(2) {
        [] => None,
        [pattern] => Some(*pattern),
        _ => return Err(RedisError::SubcommandSyntax(as_c_text(call.arg(1), 128), "PUBSUB")),
    };
    let listened = call.server.clients.subscriptions.iter().filter(|one| !one.pattern).map(|one| &one.channel);
    let mut names: Vec<&Key> =
        listened.filter(|name| pattern.is_none_or(|pattern| glob::matches(pattern, name))).collect();
    sort(&mut names);
    names.dedup();
    Ok(Reply::Array(Some(names.into_iter().map(|name| Reply::bulk(name.as_bytes())).collect())))
}

fn numpat(call: &mut Call<'_>) -> Outcome {
    let mut patterns: Vec<&Key> =
        call.server.clients.subscriptions.iter().filter(|one| one.pattern).map(|one| &one.channel).collect();
    sort(&mut patterns);
    patterns.dedup();
    Ok(Reply::count(patterns.len()))
}

fn numsub(call: &mut Call<'_>) -> Outcome {
    let mut out = Vec::new();
    for name in call.args_from(2) {
        let listeners = call.server.clients.subscriptions.iter().filter(|one| !one.pattern && *one.channel == **name);
        out.extend([Reply::bulk(*name), Reply::count(listeners.count())]);
    }
    Ok(Reply::Array(Some(out)))
}
