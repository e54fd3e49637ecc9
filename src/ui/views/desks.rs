//! The desks: what each request is doing, and at which line of the pattern's code.

use super::backdrop::Moment;
use super::code_lines::Step;
use crate::database::{RowKey, Statement};
use crate::trace::{CodeView, Token};
use crate::ui::geometry::seat;
use crate::world::{Actor, Operation, ParcelKind, RequestId};

/// A desk at work.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskView {
    /// What it is about.
    pub token: Token,
    /// The command or the statement.
    pub what: String,
    /// The line where the code is.
    pub line: u32,
    /// Whom it asks, or why it gets no answer.
    pub step: &'static str,
    /// Whether it waits for one who does not answer.
    pub is_stuck: bool,
}

/// The desk of the application where requests from that seat are.
#[must_use]
pub fn desk(moment: &Moment, place: usize) -> Option<DeskView> {
    let code = moment.frame.code.iter().rev().find(|code| {
        let client = code.request.map(|(_, client)| client);
        code.actor == Actor::App && matches!(client, Some(Actor::Client(number)) if seat(number) == place)
    })?;
    of(moment, code)
}

/// The cache layer's desk: its latest request.
#[must_use]
pub fn loader_desk(moment: &Moment) -> Option<DeskView> {
    let code = moment.frame.code.iter().rev().find(|code| code.actor == Actor::Loader)?;
    of(moment, code)
}

fn of(moment: &Moment, code: &CodeView) -> Option<DeskView> {
    let (request, _) = code.request?;
    let operation = operation(moment, request)?;
    let step = moment.backdrop.task(code.line).map(|task| task.step);
    let key = operation.key();
    let asked = step.and_then(Step::asks);
    let trouble = asked.and_then(|actor| trouble(moment, actor, request));
    Some(DeskView {
        token: if trouble.is_some() { Token::Error } else { token(step, operation) },
        what: what(step, operation, key),
        line: code.line,
        step: trouble.unwrap_or_else(|| does(step, operation)),
        is_stuck: trouble.is_some(),
    })
}

fn operation<'a>(moment: &Moment<'a>, request: RequestId) -> Option<&'a Operation> {
    let found = moment.frame.requests.iter().find(|(id, ..)| *id == request);
    found.map(|(_, _, operation, _)| operation)
}

/// Why no answer will come from `actor`, if none will.
fn trouble(moment: &Moment, actor: Actor, request: RequestId) -> Option<&'static str> {
    let condition = moment.frame.actor(actor).condition;
    let refused =
        moment.frame.packets.iter().any(|packet| {
            packet.request == Some(request) && packet.from == actor && packet.kind == ParcelKind::Failure
        });
    let name = |cache, database, layer| match actor {
        Actor::Cache => Some(cache),
        Actor::Database => Some(database),
        Actor::Loader => Some(layer),
        _ => None,
    };
    match (condition.up, condition.reachable) {
        (false, _) => name("cache is down", "database is down", "loader is down"),
        (_, false) => name("cache is silent", "database is silent", "loader is silent"),
        _ if refused => name("cache fails", "database fails", "loader fails"),
        _ => None,
    }
}

const fn does(step: Option<Step>, operation: &Operation) -> &'static str {
    match (step, operation) {
        (Some(Step::CacheGet | Step::CacheOther), _) => "asks cache",
        (Some(Step::CacheSet), Operation::Read { .. }) => "fills cache",
        (Some(Step::CacheSet), Operation::Write { .. }) => "writes cache",
        (Some(Step::CacheDelete), _) => "invalidates",
        (Some(Step::Select), _) => "asks database",
        (Some(Step::Update), _) => "saves to disk",
        (Some(Step::LayerRead), _) => "asks loader",
        (Some(Step::LayerWrite), _) => "tells loader",
        (Some(Step::Sleep), _) => "waits",
        (None, _) => "works",
    }
}

const fn token(step: Option<Step>, operation: &Operation) -> Token {
    match (step, operation) {
        (Some(Step::CacheGet | Step::Select | Step::LayerRead), _) => Token::Read,
        (Some(Step::CacheDelete), _) => Token::Drop,
        (Some(Step::CacheSet | Step::Update | Step::LayerWrite), _) | (_, Operation::Write { .. }) => Token::Write,
        (_, Operation::Read { .. }) => Token::Read,
    }
}

fn what(step: Option<Step>, operation: &Operation, key: RowKey) -> String {
    let name = key.cache_key();
    match step {
        Some(Step::CacheGet) => format!("GET {name}"),
        Some(Step::CacheSet) => format!("SET {name}"),
        Some(Step::CacheDelete) => format!("DEL {name}"),
        Some(Step::Select) => format!("SELECT id = {}", key.id),
        Some(Step::Update) => format!("UPDATE id = {}", key.id),
        _ => match operation {
            Operation::Read { .. } => format!("read {name}"),
            Operation::Write { .. } => format!("save {name}"),
        },
    }
}

/// The statement that the database works on: the last to come whose answer is not yet on its way. And the row that it
/// reads, if it reads one.
#[must_use]
pub fn statement(moment: &Moment) -> Option<(String, Option<RowKey>)> {
    let frame = moment.frame;
    if frame.actor(Actor::Database).serving == 0 {
        return None;
    }
    let travels = |request: RequestId| {
        frame.packets.iter().any(|packet| {
            packet.request == Some(request) && (packet.to == Actor::Database || packet.from == Actor::Database)
        })
    };
    let of_request = frame.code.iter().rev().find_map(|code| {
        let (request, _) = code.request?;
        let step = moment.backdrop.task(code.line)?.step;
        if step.asks() != Some(Actor::Database) || travels(request) {
            return None;
        }
        Some(match (step, operation(moment, request)?) {
            (Step::Update, Operation::Write { row }) => (Statement::update(row.clone()).to_string(), None),
            (_, operation) => (Statement::Select { key: operation.key() }.to_string(), Some(operation.key())),
        })
    });
    of_request.or_else(|| {
        let count = frame.queue.iter().filter(|dirty| dirty.in_hand).count();
        (count > 0).then(|| (format!("BEGIN; {count} × UPDATE; COMMIT"), None))
    })
}

#[cfg(test)]
mod tests {
    use super::super::backdrop::tests::at;
    use super::*;

    /// All that a desk shows in the course of a scenario.
    fn story(id: &str, until: f64) -> Vec<DeskView> {
        let mut seen: Vec<DeskView> = Vec::new();
        for step in 0..800 {
            let time = f64::from(step) * 0.05;
            if time > until {
                break;
            }
            seen.extend(at(id, time, |moment| desk(moment, 0)).filter(|view| !seen.contains(view)));
        }
        seen
    }

    #[test]
    fn a_miss_goes_from_the_cache_to_the_database_and_back_to_the_cache() {
        let story = story("first-read", 6.0);
        let whats: Vec<&str> = story.iter().map(|view| view.what.as_str()).collect();
        assert_eq!(whats, ["GET product:1", "SELECT id = 1", "SET product:1"]);
        assert!(story.iter().all(|view| !view.is_stuck && view.line > 0));
        assert_eq!((story[0].token, story[2].token), (Token::Read, Token::Write));
    }

    #[test]
    fn the_database_shows_the_statement_that_it_works_on() {
        let statements: Vec<String> = (0..80)
            .filter_map(|step| at("first-read", f64::from(step) * 0.05, statement))
            .map(|(text, _)| text)
            .collect();
        assert!(!statements.is_empty());
        assert!(statements.iter().all(|text| text == "SELECT * FROM products WHERE id = 1"), "{statements:?}");
    }
}
