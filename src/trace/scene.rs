//! The state that a run's events add up to.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::database::{Row, RowKey};
use crate::engine::VirtualTime;
use crate::order::SmallMap;
use crate::world::{
    Actor, Answer, CacheTotals, Condition, DatabaseTotals, Event, EventKind, Loss, MessageId, Operation, Parcel, Place,
    Removal, RequestId, WriteId,
};

/// How long after its loss a message is still to be seen, as it falls.
const FALLING: crate::engine::Span = crate::engine::Span::from_millis(900);

/// How long a removed entry is still to be seen as a ghost, where no crash made it.
const FADING: crate::engine::Span = crate::engine::Span::from_millis(1200);

/// Most ghosts that a scene keeps.
const MOST_GHOSTS: usize = 64;

/// An actor's health and load.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Health {
    /// Its health.
    pub condition: Condition,
    /// Calls that wait.
    pub waiting: u32,
    /// Calls being served.
    pub serving: u32,
    /// When its health last changed.
    pub since: VirtualTime,
}

/// A message on its way, or just lost.
#[derive(Clone, Debug, PartialEq)]
pub struct Flight {
    /// Its sender.
    pub from: Actor,
    /// Its receiver.
    pub to: Actor,
    /// What it carries.
    pub parcel: Parcel,
    /// For which request.
    pub request: Option<RequestId>,
    /// When it left.
    pub sent: VirtualTime,
    /// When it arrives.
    pub arrives: VirtualTime,
    /// When and why it was lost, if it was.
    pub lost: Option<(VirtualTime, Loss)>,
    /// Since when it is held, if it is.
    pub held: Option<VirtualTime>,
}

impl Flight {
    /// It goes on from where it was held: it is as if it had left that much later.
    fn release(&mut self, at: VirtualTime) {
        let Some(since) = self.held.take() else { return };
        self.sent += at.since(since);
        self.arrives += at.since(since);
    }
}

/// A request under way.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestState {
    /// Who asks.
    pub client: Actor,
    /// What for.
    pub operation: Operation,
    /// Since when.
    pub started: VirtualTime,
}

/// A cached value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The value as text.
    pub value: Rc<str>,
    /// The row that it is a copy of.
    pub row: Option<Row>,
    /// When it was stored.
    pub written: VirtualTime,
    /// When it expires.
    pub expires: Option<VirtualTime>,
    /// Its size in bytes.
    pub bytes: u64,
}

/// An entry that is gone and still to be seen.
#[derive(Clone, Debug, PartialEq)]
pub struct Ghost {
    /// The key.
    pub key: Rc<str>,
    /// What it was.
    pub entry: Entry,
    /// Why it went.
    pub cause: Removal,
    /// When.
    pub at: VirtualTime,
    /// Whether it waited in the queue, as the only copy or beside one that is there still.
    pub dirty: bool,
}

/// A row of the database.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredRow {
    /// The row.
    pub row: Row,
    /// When it was committed.
    pub committed: VirtualTime,
}

/// A dirty entry in the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct Dirty {
    /// The row to be written.
    pub row: Row,
    /// Since when it waits.
    pub since: VirtualTime,
}

/// What a client was last told.
#[derive(Clone, Debug, PartialEq)]
pub struct Bubble {
    /// The answer.
    pub answer: Answer,
    /// What had been asked.
    pub operation: Operation,
    /// For which request.
    pub request: RequestId,
    /// When.
    pub at: VirtualTime,
}

/// The state of everything at one time.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// The time of the last event in it.
    pub at: VirtualTime,
    /// Health and load of the actors that have had any event of their own.
    pub health: SmallMap<Actor, Health>,
    /// Messages on their way, and those just lost.
    pub flights: SmallMap<MessageId, Flight>,
    /// Requests under way.
    pub requests: SmallMap<RequestId, RequestState>,
    /// Where each running piece of code is.
    pub code: SmallMap<Place, u32>,
    /// The cache's entries.
    pub entries: SmallMap<Rc<str>, Entry>,
    /// Entries that are gone and still to be seen.
    pub ghosts: VecDeque<Ghost>,
    /// The database's rows.
    pub rows: SmallMap<RowKey, StoredRow>,
    /// The queue of dirty entries, oldest first.
    pub queue: VecDeque<Dirty>,
    /// Dirty entries that left the queue before the database or the flusher had them, until the next one joins it.
    pub lost_queue: Vec<Dirty>,
    /// The writes that the flusher has in hand.
    pub in_hand: Rc<[WriteId]>,
    /// When the flusher began to wait, and until when.
    pub flush: Option<(VirtualTime, VirtualTime)>,
    /// The cache's counters.
    pub cache: CacheTotals,
    /// The database's counters.
    pub database: DatabaseTotals,
    /// What each client was last told.
    pub bubbles: SmallMap<Actor, Bubble>,
    /// When the cache last crashed.
    pub crashed: Option<VirtualTime>,
    /// Whether the database is down and what follows it is a replica that lacks some of its commits.
    pub is_forgetting: bool,
    /// Whether some of the flights are of lost messages, which are to be forgotten when they have fallen.
    some_fall: bool,
}

impl Scene {
    /// How many parts it has, which is what a copy of it costs.
    pub(super) fn size(&self) -> usize {
        let queues = self.queue.len() + self.lost_queue.len() + self.ghosts.len();
        let code = self.flights.len() + self.requests.len() + self.code.len();
        queues + code + self.entries.len() + self.rows.len()
    }

    /// Goes on by one event.
    pub fn apply(&mut self, event: &Event) {
        let at = event.at;
        self.at = at;
        match &event.kind {
            EventKind::RequestStarted { request, client, operation } => {
                let state = RequestState { client: *client, operation: operation.clone(), started: at };
                self.requests.insert(*request, state);
            }
            EventKind::RequestEnded { request, answer } => self.end_request(*request, answer, at),
            EventKind::LineEntered { place, line } => {
                self.code.insert(*place, *line);
            }
            EventKind::CodeEnded { place } => {
                self.code.remove(place);
            }
            EventKind::Sent { message, from, to, parcel, request, arrives } => {
                self.forget_fallen(at);
                let (from, to, parcel, request) = (*from, *to, parcel.clone(), *request);
                let flight = Flight { from, to, parcel, request, sent: at, arrives: *arrives, lost: None, held: None };
                self.flights.insert(*message, flight);
            }
            EventKind::Arrived { message } => {
                self.flights.remove(message);
            }
            EventKind::MessageLost { message, loss } => {
                if let Some(flight) = self.flights.get_mut(message) {
                    flight.release(at);
                    flight.lost = Some((at, *loss));
                    self.some_fall = true;
                }
            }
            EventKind::MessageHeld { message } => {
                if let Some(flight) = self.flights.get_mut(message) {
                    flight.held = Some(at);
                }
            }
            EventKind::MessageReleased { message, .. } => {
                if let Some(flight) = self.flights.get_mut(message) {
                    flight.release(at);
                }
            }
            EventKind::FailedOver { key, row, .. } => {
                self.is_forgetting = true;
                match row {
                    Some(row) => {
                        let committed = self.rows.get(key).map_or(at, |stored| stored.committed);
                        self.rows.insert(*key, StoredRow { row: row.clone(), committed });
                    }
                    None => drop(self.rows.remove(key)),
                }
            }
            EventKind::ConditionChanged { actor, condition } => self.change_condition(*actor, *condition, at),
            EventKind::LoadChanged { actor, waiting, serving } => {
                let health = self.health.or_default(*actor);
                (health.waiting, health.serving) = (*waiting, *serving);
            }
            EventKind::InHand { writes } => self.in_hand = Rc::clone(writes),
            EventKind::FlushDue { due } => self.flush = Some((at, *due)),
            EventKind::RowCommitted { row } => {
                self.lost_queue.retain(|dirty| !stands_for(row, &dirty.row));
                self.rows.insert(row.key(), StoredRow { row: row.clone(), committed: at });
            }
            EventKind::RowRemoved { key } => {
                self.rows.remove(key);
            }
            EventKind::DatabaseCounted(totals) => self.database = *totals,
            EventKind::Answered { .. }
            | EventKind::Intervened { .. }
            | EventKind::WorkedOut { .. }
            | EventKind::Typed { .. } => {}
            cache => self.apply_cache(cache, at),
        }
    }

    fn apply_cache(&mut self, kind: &EventKind, at: VirtualTime) {
        match kind {
            EventKind::CacheWritten { key, value, row, expires, bytes } => {
                self.forget_ghosts(at);
                self.ghosts.retain(|ghost| ghost.key != *key);
                let (value, row) = (Rc::clone(value), row.clone());
                let entry = Entry { value, row, written: at, expires: *expires, bytes: *bytes };
                self.entries.insert(Rc::clone(key), entry);
            }
            EventKind::CacheRemoved { key, cause } => {
                if let Some(entry) = self.entries.remove(key) {
                    self.haunt(Rc::clone(key), entry, *cause, at);
                }
            }
            EventKind::CacheCleared { cause } => {
                for (key, entry) in std::mem::take(&mut self.entries) {
                    self.haunt(key, entry, *cause, at);
                }
            }
            EventKind::Queued { row } => {
                self.lost_queue.clear();
                self.queue.push_back(Dirty { row: row.clone(), since: at });
            }
            EventKind::Unqueued { write, cause } => self.unqueue(*write, *cause),
            EventKind::CacheCounted(totals) => self.cache = *totals,
            _ => {}
        }
    }

    fn end_request(&mut self, request: RequestId, answer: &Answer, at: VirtualTime) {
        let Some(state) = self.requests.remove(&request) else { return };
        let bubble = Bubble { answer: answer.clone(), operation: state.operation, request, at };
        self.bubbles.insert(state.client, bubble);
    }

    fn change_condition(&mut self, actor: Actor, condition: Condition, at: VirtualTime) {
        let health = self.health.or_default(actor);
        (health.condition, health.since) = (condition, at);
        self.is_forgetting &= actor != Actor::Database || !condition.up;
        if condition.up {
            return;
        }
        self.code.retain(|place, _| place.actor != actor);
        match actor {
            Actor::Cache => self.crashed = Some(at),
            Actor::Flusher => self.flush = None,
            _ => {}
        }
    }

    fn unqueue(&mut self, write: WriteId, cause: Removal) {
        let Some(place) = self.queue.iter().position(|dirty| dirty.row.version() == write.0) else { return };
        let Some(dirty) = self.queue.remove(place) else { return };
        let is_stored = self.rows.get(&dirty.row.key()).is_some_and(|stored| stands_for(&stored.row, &dirty.row));
        let is_taken = cause == Removal::Deleted && self.in_hand.contains(&write);
        if !is_stored && !is_taken {
            self.lost_queue.push(dirty);
        }
    }

    fn haunt(&mut self, key: Rc<str>, entry: Entry, cause: Removal, at: VirtualTime) {
        self.forget_ghosts(at);
        let version = entry.row.as_ref().map(Row::version);
        let dirty = version.is_some_and(|version| self.is_dirty(version));
        self.ghosts.push_back(Ghost { key, entry, cause, at, dirty });
        while self.ghosts.len() > MOST_GHOSTS {
            self.ghosts.pop_front();
        }
    }

    /// Whether the write of that version waits in the queue.
    #[must_use]
    pub fn is_dirty(&self, version: u64) -> bool {
        self.queue.iter().any(|dirty| dirty.row.version() == version)
    }

    /// Whether a ghost is still to be seen at that time: what a crash took stays until the cache is back.
    #[must_use]
    pub fn is_haunting(&self, ghost: &Ghost, at: VirtualTime) -> bool {
        let is_down = |health: &Health| !health.condition.up || health.condition.restarting;
        let down = self.health.get(&Actor::Cache).is_some_and(is_down);
        (ghost.cause == Removal::Crashed && down) || at.since(ghost.at) < FADING
    }

    /// Whether a message is still to be seen at that time.
    #[must_use]
    pub fn is_flying(flight: &Flight, at: VirtualTime) -> bool {
        flight.lost.is_none_or(|(lost, _)| at.since(lost) < FALLING)
    }

    fn forget_fallen(&mut self, at: VirtualTime) {
        if !self.some_fall {
            return;
        }
        self.flights.retain(|_, flight| Self::is_flying(flight, at));
        self.some_fall = self.flights.values().any(|flight| flight.lost.is_some());
    }

    fn forget_ghosts(&mut self, at: VirtualTime) {
        let mut ghosts = std::mem::take(&mut self.ghosts);
        ghosts.retain(|ghost| self.is_haunting(ghost, at));
        self.ghosts = ghosts;
    }
}

/// Whether a row of the database is that copy, or a newer one.
fn stands_for(stored: &Row, copy: &Row) -> bool {
    stored.key() == copy.key() && stored.version() >= copy.version()
}
