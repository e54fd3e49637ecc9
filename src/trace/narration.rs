//! Events in words, for the log and for those who listen instead of look.

use crate::engine::VirtualTime;
use crate::world::{Actor, Answer, Event, EventKind, Loss, Operation, ParcelKind, Removal};

/// A line of the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// When.
    pub at: VirtualTime,
    /// Who is at the centre of it.
    pub actor: Actor,
    /// What, in a sentence without its end.
    pub text: String,
    /// Whether it is one of the few events that a hurried reader should not miss.
    pub matters: bool,
}

/// The event in words, if it is one that people follow.
#[must_use]
pub fn narrate(event: &Event) -> Option<Line> {
    let (actor, text, matters) = words(&event.kind)?;
    Some(Line { at: event.at, actor, text, matters })
}

fn words(kind: &EventKind) -> Option<(Actor, String, bool)> {
    let line = match kind {
        EventKind::RequestStarted { client, operation, .. } => (*client, wish(*client, operation), true),
        EventKind::Sent { from, to, parcel, .. } if !matches!(from, Actor::Client(_)) && !parcel.kind.is_reply() => {
            (*from, format!("{} → {}: {}", from.name(), to.name(), parcel.text), false)
        }
        EventKind::Sent { from, to, parcel, .. } if parcel.kind.is_reply() => {
            (*from, format!("{} → {}: {}", from.name(), to.name(), parcel.text), told(parcel.kind, *to))
        }
        EventKind::MessageLost { loss, .. } => (Actor::App, lost_in_words(*loss).to_owned(), true),
        EventKind::ConditionChanged { actor, condition } => {
            let state = match (condition.up, condition.reachable, condition.slowness) {
                (false, ..) => "is down",
                _ if condition.restarting => "is back, and loads its data",
                (_, false, _) => "is cut off",
                (.., slowness) if slowness > 1 => "is slow",
                _ if condition.squeezed => "is short of memory",
                _ => "is well",
            };
            (*actor, format!("{} {state}", actor.name()), true)
        }
        EventKind::CacheRemoved { key, cause } => {
            (Actor::Cache, format!("{key} leaves the cache: {}", reason(*cause)), false)
        }
        EventKind::CacheCleared { cause } => (Actor::Cache, format!("the cache is empty: {}", reason(*cause)), true),
        EventKind::RowCommitted { row } if row.version() > 0 => {
            let text = format!("{} is committed: {} (v{})", row.key(), row.headline(), row.version());
            (Actor::Database, text, false)
        }
        EventKind::MessageHeld { message } => (Actor::App, format!("message {} is held on its way", message.0), true),
        EventKind::MessageReleased { message, .. } => (Actor::App, format!("message {} goes on", message.0), true),
        EventKind::FailedOver { key, row, lost } => {
            let version = row.as_ref().map_or(0, crate::database::Row::version);
            let text = format!("the replica has {key} as of v{version}: {} commits had not reached it", lost.len());
            (Actor::Database, text, true)
        }
        EventKind::Intervened { text, .. } => (Actor::App, format!("intervention: {text}"), true),
        EventKind::Typed { command, reply } if command.is_empty() => {
            (Actor::Cache, format!("the cache tells the console: {reply}"), true)
        }
        EventKind::Typed { command, reply } => (Actor::Cache, format!("typed: {command} → {reply}"), true),
        _ => return None,
    };
    Some(line)
}

fn wish(client: Actor, operation: &Operation) -> String {
    match operation {
        Operation::Read { key } => format!("{} asks for {}", client.name(), key.cache_key()),
        Operation::Write { row } => {
            let column = row.key().table.headline_column();
            format!(
                "{} saves {}: {column} {} (v{})",
                client.name(),
                row.key().cache_key(),
                row.headline(),
                row.version()
            )
        }
    }
}

fn told(kind: ParcelKind, to: Actor) -> bool {
    matches!(to, Actor::Client(_)) || kind == ParcelKind::Failure
}

/// Why a message did not arrive, in a sentence without its end.
#[must_use]
pub const fn lost_in_words(loss: Loss) -> &'static str {
    match loss {
        Loss::LinkCut => "a message is lost: its link is cut",
        Loss::SenderCrashed => "a message is lost: its sender crashed",
        Loss::ReceiverDown => "a message is lost: nobody is there to take it",
        Loss::Dropped => "a message is lost on its way",
    }
}

fn reason(cause: Removal) -> &'static str {
    match cause {
        Removal::Deleted => "deleted",
        Removal::Expired => "its time to live is over",
        Removal::Evicted => "evicted for memory",
        Removal::Flushed => "flushed by a command",
        Removal::Crashed => "it crashed",
    }
}

/// What was answered, as a client would say it.
#[must_use]
pub fn answer_in_words(answer: &Answer) -> String {
    match answer {
        Answer::Found { row } => format!("got {} (v{})", row.headline(), row.version()),
        Answer::Absent => "no such row".to_owned(),
        Answer::Saved => "saved".to_owned(),
        Answer::Failed { reason } => format!("error: {reason}"),
    }
}
