//! The log: what has happened lately, newest last.

use crate::engine::VirtualTime;
use crate::run::Run;
use crate::trace::{Token, narrate};
use crate::world::{Answer, Condition, Event, EventKind, Operation};

/// Most lines that are shown.
const MOST: usize = 60;

/// A line.
#[derive(Clone, Debug, PartialEq)]
pub struct LogLine {
    /// The event's place in the trace, which tells lines apart.
    pub event: usize,
    /// When.
    pub at: VirtualTime,
    /// What.
    pub text: String,
    /// Its shape, by the shapes of messages.
    pub token: &'static str,
    /// Whether it went wrong.
    pub wrong: bool,
    /// The request that it is of.
    pub request: Option<u32>,
    /// The key that it is about.
    pub key: Option<String>,
}

/// The last lines until that time.
#[must_use]
pub fn log(run: &Run, at: VirtualTime) -> Vec<LogLine> {
    let until = run.trace.count_until(at);
    let events = run.trace.events().iter().take(until).enumerate().rev();
    let lines = events.filter_map(|(place, event)| {
        let line = narrate(event)?;
        let token = token(event);
        let (request, key) = about(&event.kind);
        Some(LogLine { event: place, at: line.at, text: line.text, token, wrong: token == "error", request, key })
    });
    let mut lines: Vec<LogLine> = lines.take(MOST).collect();
    lines.reverse();
    lines
}

/// What is lit in other panels when the line is pointed at.
fn about(kind: &EventKind) -> (Option<u32>, Option<String>) {
    match kind {
        EventKind::RequestStarted { request, operation, .. } => (Some(request.0), Some(operation.key().cache_key())),
        EventKind::Sent { request, .. } => (request.map(|request| request.0), None),
        EventKind::CacheRemoved { key, .. } => (None, Some(key.to_string())),
        EventKind::RowCommitted { row } => (None, Some(row.key().cache_key())),
        EventKind::FailedOver { key, .. } => (None, Some(key.cache_key())),
        _ => (None, None),
    }
}

fn token(event: &Event) -> &'static str {
    match &event.kind {
        EventKind::RequestStarted { operation: Operation::Read { .. }, .. } => "read",
        EventKind::RequestStarted { .. } | EventKind::Queued { .. } => "write",
        EventKind::Sent { parcel, .. } => Token::of(parcel.kind).id(),
        EventKind::MessageLost { .. } | EventKind::FailedOver { .. } | EventKind::CacheCleared { .. } => "error",
        EventKind::ConditionChanged { condition, .. } => {
            if *condition == Condition::HEALTHY {
                "ok"
            } else {
                "error"
            }
        }
        EventKind::CacheRemoved { .. } => "drop",
        EventKind::RequestEnded { answer: Answer::Failed { .. }, .. } => "error",
        EventKind::RowCommitted { .. } => "ok",
        _ => "write",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    #[test]
    fn the_newest_line_is_the_last_and_none_is_of_the_future() {
        let run = Run::of(scenario::ready("everyday", None).unwrap()).unwrap();
        let at = VirtualTime::from_secs(30);
        let lines = log(&run, at);
        assert_eq!(lines.len(), MOST);
        assert!(lines.is_sorted_by_key(|line| line.event));
        assert!(lines.iter().all(|line| line.at <= at));
        assert!(log(&run, VirtualTime::ZERO).len() < 3);
    }
}
