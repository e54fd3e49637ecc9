//! Finds what belongs into a diagram.

use super::label::{label, short};
use super::model::{Diagram, Lane, LaneKind, Row, RowKind, Tone};
use crate::audit::{Mark, MarkKind};
use crate::database::RowKey;
use crate::engine::VirtualTime;
use crate::order::SmallMap;
use crate::run::Run;
use crate::trace::{answer_in_words, narrate};
use crate::world::{Actor, Answer, Event, EventKind, MessageId, Operation, Parcel, Removal, RequestId};

/// Most requests side by side.
const MOST_REQUESTS: usize = 5;

/// Most rows.
const MOST_ROWS: usize = 240;

/// Most keys to choose from.
const MOST_KEYS: usize = 40;

/// A request for the key.
struct Asked {
    request: RequestId,
    client: Actor,
    operation: Operation,
    at: VirtualTime,
}

/// The keys that are asked for: those with an anomaly first, then in the order of their first requests.
#[must_use]
pub fn keys(run: &Run) -> Vec<RowKey> {
    let mut of_request: Vec<(RequestId, RowKey)> = Vec::new();
    for event in run.trace.events() {
        if let EventKind::RequestStarted { request, operation, .. } = &event.kind {
            of_request.push((*request, operation.key()));
        }
    }
    let key_of = |mark: &Mark| {
        let place = of_request.binary_search_by_key(&mark.request?, |(request, _)| *request).ok()?;
        of_request.get(place).map(|(_, key)| *key)
    };
    let wrong = run.audit.marks().iter().filter(|mark| mark.kind.is_anomaly()).filter_map(key_of);
    let mut keys: Vec<RowKey> = Vec::new();
    for key in wrong.chain(of_request.iter().map(|(_, key)| *key)) {
        if keys.len() < MOST_KEYS && !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys
}

/// The diagram of the requests for `key` around a time.
#[must_use]
pub fn diagram(run: &Run, key: RowKey, at: VirtualTime) -> Diagram {
    let asked = asked_for(run, key);
    let latest = asked.iter().rposition(|asked| asked.at <= at).unwrap_or(0);
    let first = latest / MOST_REQUESTS * MOST_REQUESTS;
    let shown = asked.get(first..asked.len().min(first + MOST_REQUESTS)).unwrap_or_default();
    let from = if first == 0 { VirtualTime::ZERO } else { shown.first().map_or(VirtualTime::ZERO, |asked| asked.at) };
    let until = asked.get(first + MOST_REQUESTS).map_or(run.trace.end(), |next| next.at);
    let mut collector = Collector::new(run, key, shown, from);
    let events = run.trace.events();
    let begin = events.partition_point(|event| event.at < from);
    for event in events.iter().skip(begin) {
        // Requests that began here may still be under way when the next part begins.
        if event.at >= until && !collector.is_underway() {
            break;
        }
        collector.take(event);
    }
    collector.finish((from, until))
}

fn asked_for(run: &Run, key: RowKey) -> Vec<Asked> {
    let asked = run.trace.events().iter().filter_map(|event| match &event.kind {
        EventKind::RequestStarted { request, client, operation } if operation.key() == key => {
            Some(Asked { request: *request, client: *client, operation: operation.clone(), at: event.at })
        }
        _ => None,
    });
    asked.collect()
}

struct Collector<'a> {
    run: &'a Run,
    key: RowKey,
    name: String,
    lanes: Vec<Lane>,
    rows: Vec<Row>,
    behind: Vec<(usize, usize)>,
    /// Messages that were sent and have not arrived.
    flying: SmallMap<MessageId, ()>,
    open: Vec<RequestId>,
    /// The versions that cache and database hold.
    cached: Option<u64>,
    stored: Option<u64>,
    /// Since which row the cache is behind.
    behind_since: Option<usize>,
}

impl<'a> Collector<'a> {
    fn new(run: &'a Run, key: RowKey, asked: &[Asked], from: VirtualTime) -> Self {
        let name = key.cache_key();
        let mut lanes: Vec<Lane> = asked.iter().map(lane_of).collect();
        let roles = crate::patterns::find(&run.scenario.pattern).ok().map(|pattern| pattern.roles);
        let server = |kind, actor: Actor| Lane { kind, name: actor.name().to_owned(), wish: String::new() };
        if roles.is_some_and(|roles| roles.layer.is_some()) {
            lanes.push(server(LaneKind::Loader, Actor::Loader));
        }
        lanes.push(Lane { wish: name.clone(), ..server(LaneKind::Cache, Actor::Cache) });
        if roles.is_some_and(|roles| roles.flush.is_some()) {
            lanes.push(server(LaneKind::Flusher, Actor::Flusher));
        }
        lanes.push(Lane { wish: key.to_string(), ..server(LaneKind::Database, Actor::Database) });
        let mut collector = Self {
            run,
            key,
            name,
            lanes,
            rows: Vec::new(),
            behind: Vec::new(),
            flying: SmallMap::default(),
            open: asked.iter().map(|asked| asked.request).collect(),
            cached: None,
            stored: None,
            behind_since: None,
        };
        collector.begin_with(from);
        collector
    }

    /// What cache and database hold at first.
    fn begin_with(&mut self, from: VirtualTime) {
        let before = if from == VirtualTime::ZERO { from } else { self.run.trace.previous_time(from) };
        let scene = self.run.trace.scene(before);
        if let Some(stored) = scene.rows.get(&self.key) {
            self.stored = Some(stored.row.version());
            let text = format!("{} v{}", stored.row.headline(), stored.row.version());
            self.push(from, RowKind::Holds { lane: self.lane(LaneKind::Database), text, tone: Tone::Plain });
        }
        let cached = scene.entries.iter().find(|(name, _)| ***name == *self.name);
        if let Some((_, entry)) = cached {
            self.cached = entry.row.as_ref().map(crate::database::Row::version);
            let text =
                entry.row.as_ref().map_or_else(|| short(&entry.value), |row| copy(row.headline(), row.version()));
            self.push(from, RowKind::Holds { lane: self.lane(LaneKind::Cache), text, tone: Tone::Plain });
        }
        self.compare();
    }

    fn is_underway(&self) -> bool {
        !self.open.is_empty() && self.rows.len() < MOST_ROWS
    }

    fn finish(mut self, span: (VirtualTime, VirtualTime)) -> Diagram {
        if let Some(since) = self.behind_since.take() {
            self.behind.push((since, self.rows.len()));
        }
        let is_cut = self.rows.len() > MOST_ROWS;
        self.rows.truncate(MOST_ROWS);
        let Self { key, lanes, rows, behind, .. } = self;
        Diagram { key, lanes, rows, behind, span, is_cut }
    }

    fn push(&mut self, at: VirtualTime, kind: RowKind) {
        self.rows.push(Row { at, kind });
    }

    fn lane(&self, kind: LaneKind) -> usize {
        self.lanes.iter().position(|lane| lane.kind == kind).unwrap_or(0)
    }

    fn take(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::RequestStarted { request, operation, .. } => {
                if let Some(lane) = self.lane_of_request(*request) {
                    let text = wish(operation);
                    self.push(at, RowKind::Client { lane, text, ends: false, tone: Tone::Plain });
                }
            }
            EventKind::RequestEnded { request, answer } => self.ended(*request, answer, at),
            EventKind::Sent { message, from, to, parcel, request, .. } => {
                self.sent(*message, (*from, *to), *request, parcel, at);
            }
            EventKind::Arrived { message } if self.flying.remove(message).is_some() => {
                self.push(at, RowKind::Arrived(*message));
            }
            EventKind::MessageLost { message, .. } if self.flying.remove(message).is_some() => {
                self.push(at, RowKind::Lost(*message));
            }
            EventKind::CacheWritten { key, value, row, .. } if **key == *self.name => {
                self.cached = row.as_ref().map(crate::database::Row::version);
                let text = row.as_ref().map_or_else(|| short(value), |row| copy(row.headline(), row.version()));
                self.cache_holds(text, at);
            }
            EventKind::CacheRemoved { key, cause } if **key == *self.name => {
                self.cached = None;
                self.cache_holds(gone(*cause).to_owned(), at);
            }
            EventKind::CacheCleared { cause } => {
                self.cached = None;
                self.cache_holds(gone(*cause).to_owned(), at);
            }
            EventKind::RowCommitted { row } if row.key() == self.key => self.committed(row, at),
            EventKind::Intervened { text, .. } => {
                self.push(at, RowKind::Note { text: text.to_string(), tone: Tone::Done });
                self.tell_losses(at);
            }
            // An intervention has just said the same.
            EventKind::ConditionChanged { .. } if self.rows.last().is_none_or(|row| row.at < at) => {
                let text = narrate(event).map(|line| line.text).unwrap_or_default();
                self.push(at, RowKind::Note { text, tone: Tone::Plain });
            }
            _ => {}
        }
    }

    fn lane_of_request(&self, request: RequestId) -> Option<usize> {
        self.lanes.iter().position(|lane| lane.kind == LaneKind::Request(request))
    }

    fn ended(&mut self, request: RequestId, answer: &Answer, at: VirtualTime) {
        let Some(lane) = self.lane_of_request(request) else { return };
        self.open.retain(|open| *open != request);
        let marks = self.run.audit.marks().iter().filter(|mark| mark.request == Some(request) && mark.at == at);
        let told: Vec<&Mark> = marks.filter(|mark| mark.kind.is_anomaly()).collect();
        let tone = match answer {
            Answer::Failed { .. } => Tone::Wrong,
            _ if told.iter().any(|mark| mark.kind.is_violation()) => Tone::Wrong,
            _ => Tone::Good,
        };
        self.push(at, RowKind::Client { lane, text: answer_in_words(answer), ends: true, tone });
        for mark in told.into_iter().filter(|mark| mark.kind.is_violation()) {
            self.push(at, RowKind::Note { text: self.run.audit.sentence(mark), tone: Tone::Wrong });
        }
    }

    /// Writes of this diagram's requests that are lost at that time.
    fn tell_losses(&mut self, at: VirtualTime) {
        let is_ours = |mark: &&Mark| {
            mark.at == at
                && mark.kind == MarkKind::Lost
                && mark.request.is_some_and(|request| self.lane_of_request(request).is_some())
        };
        let audit = &self.run.audit;
        let texts: Vec<String> = audit.marks().iter().filter(is_ours).map(|mark| audit.sentence(mark)).collect();
        for text in texts {
            self.push(at, RowKind::Note { text, tone: Tone::Wrong });
        }
    }

    fn sent(
        &mut self,
        message: MessageId,
        (from, to): (Actor, Actor),
        request: Option<RequestId>,
        parcel: &Parcel,
        at: VirtualTime,
    ) {
        let (Some(from), Some(to)) = (self.lane_of_actor(from, request), self.lane_of_actor(to, request)) else {
            return;
        };
        // A request's lane is both the person's and the application's.
        if from == to || (request.is_none() && !self.mentions_key(parcel)) {
            return;
        }
        self.flying.insert(message, ());
        let text = label(parcel, &self.name);
        self.push(at, RowKind::Sent { message, from, to, kind: parcel.kind, text });
    }

    fn lane_of_actor(&self, actor: Actor, request: Option<RequestId>) -> Option<usize> {
        let own = request.and_then(|request| self.lane_of_request(request));
        // What belongs to a request for another key is not shown.
        if request.is_some() && own.is_none() {
            return None;
        }
        let kind = match actor {
            Actor::Client(_) | Actor::App => return own,
            Actor::Loader => LaneKind::Loader,
            Actor::Cache => LaneKind::Cache,
            Actor::Flusher => LaneKind::Flusher,
            Actor::Database => LaneKind::Database,
        };
        self.lanes.iter().position(|lane| lane.kind == kind)
    }

    fn mentions_key(&self, parcel: &Parcel) -> bool {
        let RowKey { table, id } = self.key;
        let text = &*parcel.text;
        let statement = text.contains(table.name())
            && text
                .split("id = ")
                .skip(1)
                .any(|rest| rest.split(|c: char| !c.is_ascii_digit()).next() == Some(&id.to_string()));
        statement || text.contains(&self.name)
    }

    fn cache_holds(&mut self, text: String, at: VirtualTime) {
        let is_old = self.cached.zip(self.stored).is_some_and(|(cached, stored)| cached < stored);
        let tone = if is_old { Tone::Wrong } else { Tone::Plain };
        self.push(at, RowKind::Holds { lane: self.lane(LaneKind::Cache), text, tone });
        self.compare();
    }

    fn committed(&mut self, row: &crate::database::Row, at: VirtualTime) {
        let is_older = self.stored.is_some_and(|stored| stored > row.version());
        self.stored = Some(row.version());
        let tone = if is_older { Tone::Wrong } else { Tone::Good };
        let text = format!("{} v{}", row.headline(), row.version());
        self.push(at, RowKind::Holds { lane: self.lane(LaneKind::Database), text, tone });
        self.compare();
    }

    /// Keeps the book of the time in which the cache is behind the database.
    fn compare(&mut self) {
        let is_behind = self.cached.zip(self.stored).is_some_and(|(cached, stored)| cached < stored);
        let row = self.rows.len().saturating_sub(1);
        match (is_behind, self.behind_since) {
            (true, None) => self.behind_since = Some(row),
            (false, Some(since)) => {
                self.behind.push((since, row));
                self.behind_since = None;
            }
            _ => {}
        }
    }
}

fn lane_of(asked: &Asked) -> Lane {
    let wish = match &asked.operation {
        Operation::Read { .. } => "reads".to_owned(),
        Operation::Write { row } => format!("writes v{}", row.version()),
    };
    Lane { kind: LaneKind::Request(asked.request), name: asked.client.name().to_owned(), wish }
}

fn wish(operation: &Operation) -> String {
    match operation {
        Operation::Read { .. } => "asks".to_owned(),
        Operation::Write { row } => format!("saves {}", row.headline()),
    }
}

fn copy(headline: String, version: u64) -> String {
    format!("{headline} v{version}")
}

fn gone(cause: Removal) -> &'static str {
    match cause {
        Removal::Deleted => "deleted",
        Removal::Expired => "expired",
        Removal::Evicted => "evicted",
        Removal::Flushed => "flushed",
        Removal::Crashed => "gone",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario;

    fn shown(id: &str) -> Diagram {
        let ready = scenario::find(id).unwrap();
        let run = Run::of(ready.scenario()).unwrap();
        let key = keys(&run)[0];
        diagram(&run, key, VirtualTime::from_secs_f64(ready.moment))
    }

    #[test]
    fn the_stale_fill_shows_the_crossing_and_how_long_the_copy_is_old() {
        let diagram = shown("stale-fill");
        let rows_of = |wanted: &str| {
            let is = |row: &Row| matches!(&row.kind, RowKind::Sent { text, .. } if text == wanted);
            diagram.rows.iter().position(is)
        };
        let (select, delete, fill) = (rows_of("SELECT"), rows_of("DEL"), rows_of("SET v0"));
        assert!(select < delete && delete < fill, "{select:?} {delete:?} {fill:?}");
        let (since, until) = *diagram.behind.last().unwrap();
        assert!(since > fill.unwrap() && until > since);
        let wrong = |row: &Row| matches!(row.kind, RowKind::Note { tone: Tone::Wrong, .. });
        assert!(diagram.rows.iter().any(wrong), "the stale read is told");
        assert_eq!(diagram.lanes.iter().filter(|lane| matches!(lane.kind, LaneKind::Request(_))).count(), 4);
    }

    #[test]
    fn a_lost_write_is_told_where_it_is_lost() {
        let diagram = shown("write-behind-data-loss");
        let lost =
            diagram.rows.iter().filter(|row| matches!(&row.kind, RowKind::Note { text, .. } if text.contains("lost")));
        assert!(lost.count() > 0);
    }

    #[test]
    fn every_moment_of_every_ready_scenario_can_be_drawn() {
        for ready in &scenario::READY {
            let run = Run::of(ready.scenario()).unwrap();
            for key in keys(&run).into_iter().take(3) {
                let mut at = VirtualTime::ZERO;
                while at < run.trace.end() {
                    let diagram = diagram(&run, key, at);
                    assert!(
                        diagram.rows.len() <= MOST_ROWS && diagram.rows.is_sorted_by_key(|row| row.at),
                        "{}",
                        ready.id
                    );
                    assert!(diagram.behind.iter().all(|(since, until)| since <= until), "{}", ready.id);
                    // The parts follow one another.
                    assert!(diagram.span.1 > at, "{} {key} {at}", ready.id);
                    at = diagram.span.1;
                }
            }
        }
    }
}
