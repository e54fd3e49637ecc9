//! The journey of one request, told in words with its times: its messages, where the time went, and, for a write, what
//! became of it after the client was told 'saved'.

use super::Run;
use crate::audit::{MarkKind, WriteRecord};
use crate::database::{Row, RowKey};
use crate::engine::{Span, VirtualTime};
use crate::order::{SmallMap, sort_by_numbers};
use crate::trace::{answer_in_words, lost_in_words, narrate};
use crate::world::{Actor, Answer, Event, EventKind, MessageId, Operation, RequestId};

/// Most steps that are told.
const MOST: usize = 120;

/// How a step is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepTone {
    /// Neither good nor bad.
    Plain,
    /// The client is answered, or the write is safe.
    Good,
    /// Something went wrong.
    Wrong,
}

/// Something on the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// When.
    pub at: VirtualTime,
    /// What, in a sentence without its end.
    pub text: String,
    /// How long its message was on its way, if it arrived.
    pub travel: Option<Span>,
    /// How it is meant.
    pub tone: StepTone,
}

/// Where a request spends its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Whereabouts {
    /// At least one message of it is on its way.
    Travelling,
    /// An actor has it: works on it, or lets it wait.
    At(Actor),
}

/// A request from its start to its last consequence.
#[derive(Clone, Debug, PartialEq)]
pub struct Journey {
    /// Who asked.
    pub client: Actor,
    /// For which row.
    pub key: RowKey,
    /// When.
    pub started: VirtualTime,
    /// When the client had its answer, or gave up; none: not within the run.
    pub ended: Option<VirtualTime>,
    /// All steps in the order of time, at most 120.
    pub steps: Vec<Step>,
    /// Where the time from start to end went, in the order of the first visits.
    pub spent: Vec<(Whereabouts, Span)>,
}

impl Journey {
    /// The journey of a request; nothing where the run has no such request.
    #[must_use]
    pub fn of(run: &Run, request: RequestId) -> Option<Self> {
        let events = run.trace.events();
        let begins =
            |event: &Event| matches!(&event.kind, EventKind::RequestStarted { request: this, .. } if *this == request);
        let first = events.iter().position(begins)?;
        let EventKind::RequestStarted { client, operation, .. } = &events[first].kind else { return None };
        let mut teller = Teller::new(request, *client, operation, events[first].at);
        for event in &events[first..] {
            teller.hear(event);
        }
        Some(teller.finish(run, operation))
    }
}

struct Teller {
    request: RequestId,
    journey: Journey,
    write: Option<u64>,
    /// Messages on their way: when each left, and the step that tells of it.
    flying: SmallMap<MessageId, (VirtualTime, usize, Actor)>,
    holder: Actor,
    since: VirtualTime,
}

impl Teller {
    fn new(request: RequestId, client: Actor, operation: &Operation, at: VirtualTime) -> Self {
        let journey =
            Journey { client, key: operation.key(), started: at, ended: None, steps: Vec::new(), spent: Vec::new() };
        let write = operation.write().map(|write| write.0);
        Self { request, journey, write, flying: SmallMap::default(), holder: client, since: at }
    }

    fn tell(&mut self, at: VirtualTime, text: impl Into<String>, tone: StepTone) {
        self.journey.steps.push(Step { at, text: text.into(), travel: None, tone });
    }

    /// Books the time until now to where the request has been.
    fn pass(&mut self, now: VirtualTime) {
        if self.journey.ended.is_some() {
            return;
        }
        let place = if self.flying.is_empty() { Whereabouts::At(self.holder) } else { Whereabouts::Travelling };
        let span = now.since(self.since);
        self.since = now;
        if span.is_zero() {
            return;
        }
        match self.journey.spent.iter_mut().find(|(known, _)| *known == place) {
            Some((_, sum)) => *sum += span,
            None => self.journey.spent.push((place, span)),
        }
    }

    fn hear(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::RequestStarted { request, .. } if *request == self.request => {
                let text = narrate(event).map(|line| line.text).unwrap_or_default();
                self.tell(at, text, StepTone::Plain);
            }
            EventKind::Sent { message, from, to, request: Some(request), parcel, .. } if *request == self.request => {
                self.pass(at);
                // What a client asks for has been told already, and what it is answered is told when it hears it.
                if !matches!((from, to), (Actor::Client(_), _) | (_, Actor::Client(_))) {
                    self.tell(
                        at,
                        format!("{} → {}: {}", from.name(), to.name(), without_rows(&parcel.text)),
                        StepTone::Plain,
                    );
                }
                self.flying.insert(*message, (at, self.journey.steps.len().saturating_sub(1), *to));
            }
            EventKind::Arrived { message } => self.arrive(at, *message),
            EventKind::MessageLost { message, loss } if self.flying.contains_key(message) => {
                self.pass(at);
                self.flying.remove(message);
                self.tell(at, lost_in_words(*loss), StepTone::Wrong);
            }
            EventKind::MessageHeld { message } if self.flying.contains_key(message) => {
                self.tell(at, "somebody holds the message on its way", StepTone::Wrong);
            }
            EventKind::MessageReleased { message, .. } if self.flying.contains_key(message) => {
                self.tell(at, "the held message goes on", StepTone::Plain);
            }
            EventKind::RequestEnded { request, answer } if *request == self.request => self.end(at, answer),
            kind => self.hear_of_write(at, kind),
        }
    }

    fn arrive(&mut self, at: VirtualTime, message: MessageId) {
        if !self.flying.contains_key(&message) {
            return;
        }
        self.pass(at);
        let Some((left, place, to)) = self.flying.remove(&message) else { return };
        self.holder = to;
        if let Some(step) = self.journey.steps.get_mut(place).filter(|_| !matches!(to, Actor::Client(_))) {
            step.travel = Some(at.since(left));
        }
    }

    fn end(&mut self, at: VirtualTime, answer: &Answer) {
        self.pass(at);
        self.journey.ended = Some(at);
        let name = self.journey.client.name();
        let (text, tone) = match answer {
            Answer::Saved => (format!("{name} is told “saved”"), StepTone::Good),
            Answer::Failed { .. } => (format!("{name} is told of an {}", answer_in_words(answer)), StepTone::Wrong),
            Answer::Absent => (format!("{name} is told that there is no such row"), StepTone::Plain),
            Answer::Found { .. } => (format!("{name} {}", answer_in_words(answer)), StepTone::Good),
        };
        self.tell(at, text, tone);
    }

    /// What happens to the row that is to be written, wherever it is.
    fn hear_of_write(&mut self, at: VirtualTime, kind: &EventKind) {
        let Some(write) = self.write else { return };
        match kind {
            EventKind::Queued { row } if row.version() == write => {
                self.tell(at, "it waits in the queue: only the cache has it", StepTone::Plain);
            }
            EventKind::InHand { writes } if writes.iter().any(|in_hand| in_hand.0 == write) => {
                self.tell(at, "the flusher has it in hand", StepTone::Plain);
            }
            EventKind::RowCommitted { row } if row.version() == write => {
                self.tell(at, "the database has committed it", StepTone::Good);
            }
            EventKind::CacheWritten { row: Some(row), .. } if row.version() == write => {
                self.tell(at, "the cache holds it", StepTone::Plain);
            }
            EventKind::FailedOver { lost, .. } if lost.iter().any(|lost| lost.0 == write) => {
                self.tell(at, "a replica that does not have it takes the database’s place", StepTone::Wrong);
            }
            _ => {}
        }
    }

    fn finish(mut self, run: &Run, operation: &Operation) -> Journey {
        self.pass(run.trace.end());
        let record = operation.write().and_then(|write| run.audit.write(write));
        if let Some(record) = record {
            self.tell_fate(record);
        }
        let request = self.request;
        for mark in run.audit.marks().iter().filter(|mark| mark.request == Some(request)) {
            if !matches!(mark.kind, MarkKind::Lost | MarkKind::Failed | MarkKind::Intervention) {
                self.tell(mark.at, without_end(&run.audit.sentence(mark)), StepTone::Wrong);
            }
        }
        sort_by_numbers(&mut self.journey.steps, |step| [step.at.as_nanos(), 0]);
        self.journey.steps.truncate(MOST);
        self.journey
    }

    fn tell_fate(&mut self, record: &WriteRecord) {
        if let (Some(newer), Some(durable)) = (record.coalesced_into, record.durable) {
            self.tell(
                durable,
                format!("the database has {newer} of the same row, which stands for it"),
                StepTone::Good,
            );
        }
        let Some(lost) = record.lost() else { return };
        let instead = match &lost.database_holds {
            Some(row) => format!("the database still holds {}", valued(row)),
            None => "the database has no such row".to_owned(),
        };
        self.tell(lost.at, format!("it is lost: {}; {instead}", lost.cause.words()), StepTone::Wrong);
        if let Some(next) = &lost.next_reader {
            let got = next.row.as_ref().map_or_else(|| "nothing".to_owned(), valued);
            self.tell(next.at, format!("the next reader, {}, gets {got}", next.client.name()), StepTone::Wrong);
        }
    }
}

/// A command, statement or reply without the text of the rows in it.
fn without_rows(text: &str) -> String {
    let mut short = String::new();
    let mut depth = 0;
    for letter in text.chars() {
        match letter {
            '{' => {
                if depth == 0 {
                    short.push_str("{…}");
                }
                depth += 1;
            }
            '}' => depth = i32::max(depth - 1, 0),
            _ if depth == 0 => short.push(letter),
            _ => {}
        }
    }
    short
}

fn valued(row: &Row) -> String {
    format!("{} (v{})", row.headline(), row.version())
}

fn without_end(sentence: &str) -> &str {
    sentence.strip_suffix('.').unwrap_or(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{READY, ready};

    fn run(id: &str) -> Run {
        Run::of(ready(id, None).unwrap()).unwrap()
    }

    fn requests(run: &Run) -> Vec<RequestId> {
        let started = run.trace.events().iter().filter_map(|event| match &event.kind {
            EventKind::RequestStarted { request, .. } => Some(*request),
            _ => None,
        });
        started.collect()
    }

    #[test]
    fn a_lost_write_is_followed_from_saved_to_lost() {
        let run = run("write-behind-data-loss");
        let lost = run.audit.writes().iter().find(|write| write.lost().is_some()).unwrap();
        let journey = Journey::of(&run, lost.request).unwrap();
        let place = |words: &str| journey.steps.iter().position(|step| step.text.contains(words));
        let told =
            [place("saves"), place("waits in the queue"), place("is told “saved”"), place("it is lost: the cache")];
        assert!(told.iter().all(Option::is_some) && told.is_sorted(), "{told:?} {:?}", journey.steps);
        assert!(place("the next reader").is_some(), "{:?}", journey.steps);
        assert!(place("the database has committed it").is_none());
    }

    #[test]
    fn a_stale_read_says_so() {
        let run = run("stale-fill");
        let mark = run.audit.marks().iter().find(|mark| mark.kind == MarkKind::Stale).unwrap();
        let journey = Journey::of(&run, mark.request.unwrap()).unwrap();
        assert!(journey.steps.iter().any(|step| step.tone == StepTone::Wrong && step.text.contains("out of date for")));
    }

    #[test]
    fn all_time_from_start_to_end_is_booked_somewhere_and_steps_are_in_order() {
        for ready in &READY {
            let run = Run::of(ready.scenario()).unwrap();
            for request in requests(&run).into_iter().step_by(7).take(40) {
                let journey = Journey::of(&run, request).unwrap();
                let until = journey.ended.unwrap_or_else(|| run.trace.end());
                let sum: u64 = journey.spent.iter().map(|(_, span)| span.as_nanos()).sum();
                assert_eq!(sum, until.since(journey.started).as_nanos(), "{} {request:?}", ready.id);
                assert!(journey.steps.is_sorted_by_key(|step| step.at), "{} {request:?}", ready.id);
                assert_eq!(journey.steps[0].at, journey.started);
            }
        }
    }

    #[test]
    fn rows_are_left_out_of_what_is_said() {
        let told = without_rows(r#"MULTI; SET product:1 {"id":1,"tags":{"a":2}}; RPUSH dirty products {"id":1}; EXEC"#);
        assert_eq!(told, "MULTI; SET product:1 {…}; RPUSH dirty products {…}; EXEC");
        assert_eq!(without_rows("a} {b"), "a {…}");
    }

    #[test]
    fn a_request_that_is_not_there_has_no_journey() {
        assert_eq!(Journey::of(&run("first-read"), RequestId(4_000)), None);
    }
}
