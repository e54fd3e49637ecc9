//! What each event would be told as.

use super::{Caption, Headline, Tone, Weight, findings};
use crate::engine::VirtualTime;
use crate::order::SmallMap;
use crate::patterns;
use crate::run::Run;
use crate::ui::words::{Rich, count_word, counted, span};
use crate::world::{Actor, Answer, Condition, Event, EventKind, Operation, Parcel, ParcelKind, RequestId};

/// What is said before anything has happened.
pub(super) fn opening(run: &Run) -> Caption {
    let rows = run.trace.scene(VirtualTime::ZERO).rows.len();
    plain(format!("All is quiet: the cache is empty, the database holds {}.", counted(rows, "row")), "")
}

/// All that can be told of a run, in no order.
pub(super) fn headlines(run: &Run) -> Vec<Headline> {
    let mut teller = Teller { run, asked: SmallMap::default(), flush: None, can_keep: true, told: Vec::new() };
    for event in run.trace.events() {
        teller.event(event);
    }
    let mut told = teller.told;
    told.extend(findings::of(run));
    told
}

pub(super) fn plain(text: impl Into<String>, more: impl Into<String>) -> Caption {
    Caption { tone: Tone::Plain, text: Rich::plain(text), more: more.into() }
}

/// A request under way.
struct Asked {
    client: Actor,
    operation: Operation,
    started: VirtualTime,
    hit: bool,
}

struct Teller<'a> {
    run: &'a Run,
    asked: SmallMap<RequestId, Asked>,
    /// Since when the flusher works.
    flush: Option<VirtualTime>,
    /// Whether the cache can keep a copy.
    can_keep: bool,
    told: Vec<Headline>,
}

impl Teller<'_> {
    fn say(&mut self, at: VirtualTime, weight: Weight, text: impl Into<String>, more: impl Into<String>) {
        self.told.push(Headline { at, weight, caption: plain(text, more) });
    }

    fn event(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::RequestStarted { request, client, operation } => {
                let asked = Asked { client: *client, operation: operation.clone(), started: at, hit: false };
                self.asked.insert(*request, asked);
                self.wish(at, *client, operation);
            }
            EventKind::Sent { from, to, parcel, request: Some(request), .. } => {
                self.message(at, (*from, *to), parcel, *request);
            }
            EventKind::RequestEnded { request, answer: Answer::Saved } => self.saved(at, *request),
            EventKind::RequestEnded { request, answer } => self.ended(at, *request, answer),
            EventKind::ConditionChanged { actor, condition } => self.condition(at, *actor, *condition),
            EventKind::FailedOver { .. } => self.forget(at),
            EventKind::InHand { writes } => self.flush(at, writes.len()),
            _ => {}
        }
    }

    fn wish(&mut self, at: VirtualTime, client: Actor, operation: &Operation) {
        let (name, key) = (client.name(), operation.key().cache_key());
        let Operation::Write { row } = operation else {
            return self.say(at, Weight::Step, format!("{name} asks for {key}."), "The cache is asked first.");
        };
        let text = format!("{name} saves {key}: the {} becomes {}.", row.key().table.headline_column(), row.headline());
        let summary = patterns::find(&self.run.scenario.pattern).map_or("", |pattern| pattern.summary);
        self.say(at, Weight::Step, text, summary);
    }

    fn message(&mut self, at: VirtualTime, (from, to): (Actor, Actor), parcel: &Parcel, request: RequestId) {
        let Some(asked) = self.asked.get_mut(&request) else { return };
        let (name, key) = (asked.client.name(), asked.operation.key().cache_key());
        let writes = matches!(asked.operation, Operation::Write { .. });
        let by = if from == Actor::Loader || to == Actor::Loader { "the cache layer" } else { "the app" };
        match (parcel.kind, from, to) {
            (ParcelKind::Hit, Actor::Cache, _) => {
                asked.hit = true;
                let text = format!("{name} asks for {key}, and the cache has it: a hit.");
                self.say(at, Weight::Turn, text, "No word to the database.");
            }
            (ParcelKind::Miss, Actor::Cache, _) if !writes => {
                let more = format!("So {by} asks the database, which takes longer.");
                self.say(at, Weight::Turn, format!("{name} asks for {key}. The cache does not have it: a miss."), more);
            }
            (ParcelKind::Rows, Actor::Database, _) if !writes => {
                let text = format!("The database has {key}: {}.", parcel.text);
                self.say(at, Weight::Step, text, self.about_copy("A copy goes into the cache, for whoever asks next."));
            }
            (ParcelKind::SqlWrite, Actor::App | Actor::Loader, _) => {
                let text = format!("{name}'s change of {key} goes to the database.");
                self.say(at, Weight::Step, text, "A commit reaches the disk: that takes its time.");
            }
            (ParcelKind::Invalidation, _, Actor::Cache) => {
                let text = format!("The cached copy of {key} is deleted.");
                self.say(at, Weight::Turn, text, "The next reader fetches the new value from the database.");
            }
            (ParcelKind::CacheWrite, _, Actor::Cache) if writes => {
                let text = format!("{name}'s change of {key} goes to the cache.");
                self.say(at, Weight::Step, text, "");
            }
            (ParcelKind::CacheWrite, _, Actor::Cache) => {
                let text = format!("A copy of {key} goes into the cache.");
                self.say(at, Weight::Step, text, "Whoever asks next finds it there.");
            }
            _ => {}
        }
    }

    fn saved(&mut self, at: VirtualTime, request: RequestId) {
        let Some(asked) = self.asked.get(&request) else { return };
        let name = asked.client.name();
        let pending = self.run.audit.ledger(at).pending;
        let durable = asked
            .operation
            .write()
            .and_then(|write| self.run.audit.write(write)?.durable)
            .is_some_and(|durable| durable <= at);
        if durable {
            let text = format!("{name} is told “saved”, and the database has it.");
            return self.say(at, Weight::Turn, text, "Whatever crashes now, this write stays.");
        }
        let text = match pending {
            0 | 1 => format!("{name} is told “saved”. The database does not know of it yet."),
            many => format!("{} times someone was told “saved”. The database knows of none.", count_word(many)),
        };
        self.say(at, Weight::Turn, text, "Each orange entry exists in memory only, until the flusher carries it down.");
    }

    fn ended(&mut self, at: VirtualTime, request: RequestId, answer: &Answer) {
        let Some(asked) = self.asked.remove(&request) else { return };
        let (name, key, took) = (asked.client.name(), asked.operation.key().cache_key(), span(at.since(asked.started)));
        let from = if asked.hit {
            "It came from the cache: the database heard nothing of it."
        } else {
            self.about_copy("It came from the database: slower, and a copy stays in the cache.")
        };
        match answer {
            Answer::Found { row } => {
                let text = format!("{name} gets {key}: {}, after {took}.", row.headline());
                self.say(at, Weight::Step, text, from);
            }
            Answer::Absent => self.say(at, Weight::Step, format!("{name} learns that there is no {key}."), ""),
            Answer::Saved => {}
            Answer::Failed { reason } => {
                let text = format!("{name} is told of an error after {took}.");
                self.say(at, Weight::Trouble, text, format!("{}.", capital(reason)));
            }
        }
    }

    fn flush(&mut self, at: VirtualTime, count: usize) {
        if count > 0 {
            self.flush = Some(at);
            let text = format!("The flusher carries {} to the database.", counted(count, "write"));
            return self.say(at, Weight::Wide, text, "Until that is done, they exist in the cache’s memory only.");
        }
        let Some(since) = self.flush.take() else { return };
        let arrived = self.run.audit.writes().iter().filter_map(|write| write.durable);
        let count = arrived.filter(|durable| *durable > since && *durable <= at).count();
        if count > 0 {
            let text = match count {
                1 => "A write has reached the database.".to_owned(),
                many => format!("{} writes have reached the database.", count_word(many)),
            };
            self.say(at, Weight::Wide, text, "No crash of the cache can take them any more.");
        }
    }

    /// What follows the database that has just gone down lacks some of its commits.
    fn forget(&mut self, at: VirtualTime) {
        let crash = self.told.last_mut().filter(|told| told.at == at && told.caption.more == findings::ROWS_STAY);
        if let Some(crash) = crash {
            crash.caption.more =
                "A replica takes its place that was behind: what was committed last is gone.".to_owned();
        }
    }

    fn about_copy(&self, usually: &'static str) -> &'static str {
        if self.can_keep { usually } else { "The cache can’t keep a copy now: the next reader waits as long." }
    }

    fn condition(&mut self, at: VirtualTime, actor: Actor, condition: Condition) {
        if actor == Actor::Cache {
            self.can_keep = condition.up && condition.reachable;
        }
        let (text, more) = findings::condition(actor, condition);
        self.say(at, Weight::Trouble, text, more);
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}", first.to_ascii_uppercase(), letters.as_str()))
}
