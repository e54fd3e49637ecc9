//! What is to be seen at one time: plain data that the stage draws.

use std::rc::Rc;

use super::{Bubble, Entry, Flight, Scene, Trace};
use crate::database::Row;
use crate::decimal::within;
use crate::engine::{Span, VirtualTime};
use crate::order::sort_by_numbers;
use crate::world::{Actor, Answer, Condition, Loss, MessageId, Operation, ParcelKind, Removal, RequestId};

/// Most cache entries and most rows in a frame; of more, those changed last are shown.
pub const SHOWN_KEYS: usize = 24;

/// An actor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ActorView {
    /// Who.
    pub actor: Actor,
    /// Its health.
    pub condition: Condition,
    /// Calls that wait.
    pub waiting: u32,
    /// Calls being served.
    pub serving: u32,
    /// How long its health has been as it is.
    pub for_span: Span,
}

/// A message.
#[derive(Clone, Debug, PartialEq)]
pub struct PacketView {
    /// Which.
    pub message: MessageId,
    /// From whom.
    pub from: Actor,
    /// To whom.
    pub to: Actor,
    /// How far it has come, from 0 to 1; a lost one stays where it was lost.
    pub progress: f64,
    /// What it is.
    pub kind: ParcelKind,
    /// What it says.
    pub text: Rc<str>,
    /// For which request.
    pub request: Option<RequestId>,
    /// How long ago and why it was lost, if it was.
    pub lost: Option<(Span, Loss)>,
    /// Whether somebody holds it where it is.
    pub held: bool,
}

/// A cache entry.
#[derive(Clone, Debug, PartialEq)]
pub struct EntryView {
    /// The key.
    pub key: Rc<str>,
    /// The value in short: a row's headline, or the text.
    pub short: Rc<str>,
    /// The whole value.
    pub value: Rc<str>,
    /// The write that made it, for copies of rows.
    pub version: Option<u64>,
    /// Time left to live, and its share of the whole from 0 to 1.
    pub ttl: Option<(Span, f64)>,
    /// Not yet in the database.
    pub dirty: bool,
    /// Differs from the row in the database, which is newer.
    pub stale: bool,
    /// How long ago it was stored.
    pub age: Span,
    /// Its size.
    pub bytes: u64,
}

/// A cache entry that is gone.
#[derive(Clone, Debug, PartialEq)]
pub struct GhostView {
    /// The key.
    pub key: Rc<str>,
    /// The value in short.
    pub short: Rc<str>,
    /// The write that made it.
    pub version: Option<u64>,
    /// Why it went.
    pub cause: Removal,
    /// Whether its write was still waiting in the queue: lost with it if that went too.
    pub dirty: bool,
    /// How long ago.
    pub for_span: Span,
}

/// A row of the database.
#[derive(Clone, Debug, PartialEq)]
pub struct RowView {
    /// The row.
    pub row: Row,
    /// How long ago it was committed; none for a row of the start.
    pub age: Option<Span>,
}

/// A dirty entry of the queue.
#[derive(Clone, Debug, PartialEq)]
pub struct DirtyView {
    /// The row to be written.
    pub row: Row,
    /// How long it has waited.
    pub age: Span,
    /// Whether the flusher has it in hand.
    pub in_hand: bool,
}

/// What a client was last told.
#[derive(Clone, Debug, PartialEq)]
pub struct BubbleView {
    /// Who.
    pub client: Actor,
    /// What was asked.
    pub operation: Operation,
    /// What was told.
    pub answer: Answer,
    /// For which request.
    pub request: RequestId,
    /// How long ago.
    pub age: Span,
}

/// Where a piece of the pattern's code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeView {
    /// Who runs it.
    pub actor: Actor,
    /// For which request, of which client.
    pub request: Option<(RequestId, Actor)>,
    /// The line, from 1.
    pub line: u32,
}

/// Everything that is to be seen at one time.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The time.
    pub at: VirtualTime,
    /// The servers and processes that have had something happen to them, by [`Actor`]'s order.
    pub actors: Vec<ActorView>,
    /// Messages in order of sending.
    pub packets: Vec<PacketView>,
    /// Cache entries by key, [`SHOWN_KEYS`] at most.
    pub entries: Vec<EntryView>,
    /// How many entries the cache holds.
    pub entry_count: usize,
    /// Entries that are gone and still to be seen.
    pub ghosts: Vec<GhostView>,
    /// Rows by key, [`SHOWN_KEYS`] at most.
    pub rows: Vec<RowView>,
    /// How many rows the database holds.
    pub row_count: usize,
    /// The queue of dirty entries, oldest first.
    pub queue: Vec<DirtyView>,
    /// Dirty entries that left the queue before the database had them.
    pub lost_queue: Vec<DirtyView>,
    /// Time to the next flush, and its share of the interval from 0 to 1, if the flusher waits.
    pub flush: Option<(Span, f64)>,
    /// What clients were last told, by client.
    pub bubbles: Vec<BubbleView>,
    /// Requests under way: who, what, since how long.
    pub requests: Vec<(RequestId, Actor, Operation, Span)>,
    /// Where the pattern's code is.
    pub code: Vec<CodeView>,
    /// How long ago the cache crashed, if it did.
    pub since_crash: Option<Span>,
    /// Whether the database is down and what follows it is a replica that lacks some of its commits.
    pub is_forgetting: bool,
}

/// What is to be seen at a time of a trace.
#[must_use]
pub fn frame(trace: &Trace, at: VirtualTime) -> Frame {
    Frame::of(&trace.scene(at), at)
}

impl Frame {
    /// What is to be seen of a scene at a time, which is that of its last event or later.
    #[must_use]
    pub fn of(scene: &Scene, at: VirtualTime) -> Self {
        Self {
            at,
            actors: actors(scene, at),
            packets: packets(scene, at),
            entries: entries(scene, at),
            entry_count: scene.entries.len(),
            ghosts: ghosts(scene, at),
            rows: rows(scene, at),
            row_count: scene.rows.len(),
            queue: queue(scene, at),
            lost_queue: scene.lost_queue.iter().map(|dirty| dirty_view(dirty, at, false)).collect(),
            flush: flush(scene, at),
            bubbles: scene.bubbles.iter().map(|(client, bubble)| bubble_view(*client, bubble, at)).collect(),
            requests: requests(scene, at),
            code: code(scene),
            since_crash: scene.crashed.map(|crashed| at.since(crashed)),
            is_forgetting: scene.is_forgetting,
        }
    }

    /// The health and load of an actor; one that nothing has happened to is healthy and idle.
    #[must_use]
    pub fn actor(&self, actor: Actor) -> ActorView {
        let found = self.actors.iter().find(|view| view.actor == actor);
        found.copied().unwrap_or(ActorView {
            actor,
            condition: Condition::HEALTHY,
            waiting: 0,
            serving: 0,
            for_span: self.at.since(VirtualTime::ZERO),
        })
    }
}

fn actors(scene: &Scene, at: VirtualTime) -> Vec<ActorView> {
    let views = scene.health.iter().map(|(actor, health)| ActorView {
        actor: *actor,
        condition: health.condition,
        waiting: health.waiting,
        serving: health.serving,
        for_span: at.since(health.since),
    });
    views.collect()
}

fn packets(scene: &Scene, at: VirtualTime) -> Vec<PacketView> {
    let flying = scene.flights.iter().filter(|(_, flight)| Scene::is_flying(flight, at));
    let views = flying.map(|(message, flight)| PacketView {
        message: *message,
        from: flight.from,
        to: flight.to,
        progress: progress(flight, at),
        kind: flight.parcel.kind,
        text: Rc::clone(&flight.parcel.text),
        request: flight.request,
        lost: flight.lost.map(|(lost, why)| (at.since(lost), why)),
        held: flight.held.is_some(),
    });
    views.collect()
}

fn progress(flight: &Flight, at: VirtualTime) -> f64 {
    let now = flight.lost.map(|(lost, _)| lost).or(flight.held).unwrap_or(at);
    share(now.since(flight.sent), flight.arrives.since(flight.sent))
}

/// The part of the whole, from 0 to 1; 1 of nothing.
fn share(part: Span, whole: Span) -> f64 {
    if whole.is_zero() {
        return 1.0;
    }
    within(part.as_secs_f64() / whole.as_secs_f64(), 0.0, 1.0)
}

/// Those of `all` changed last, as many as are shown, in their own order.
fn latest<T>(all: impl Iterator<Item = T>, changed: impl Fn(&T) -> VirtualTime) -> Vec<T> {
    let mut items: Vec<(usize, T)> = all.enumerate().collect();
    if items.len() > SHOWN_KEYS {
        sort_by_numbers(&mut items, |(_, item)| [u64::MAX - changed(item).as_nanos(), 0]);
        items.truncate(SHOWN_KEYS);
        sort_by_numbers(&mut items, |(place, _)| [*place as u64, 0]);
    }
    items.into_iter().map(|(_, item)| item).collect()
}

fn entries(scene: &Scene, at: VirtualTime) -> Vec<EntryView> {
    let shown = latest(scene.entries.iter(), |(_, entry)| entry.written);
    shown.into_iter().map(|(key, entry)| entry_view(scene, key, entry, at)).collect()
}

fn entry_view(scene: &Scene, key: &Rc<str>, entry: &Entry, at: VirtualTime) -> EntryView {
    let version = entry.row.as_ref().map(Row::version);
    let stored = entry.row.as_ref().and_then(|row| scene.rows.get(&row.key()));
    let dirty = version.is_some_and(|version| scene.is_dirty(version));
    let ttl = entry.expires.map(|expires| (expires.since(at), share(expires.since(at), expires.since(entry.written))));
    EntryView {
        key: Rc::clone(key),
        short: short(entry),
        value: Rc::clone(&entry.value),
        version,
        ttl,
        dirty,
        stale: !dirty && stored.is_some_and(|stored| Some(stored.row.version()) > version),
        age: at.since(entry.written),
        bytes: entry.bytes,
    }
}

fn short(entry: &Entry) -> Rc<str> {
    entry.row.as_ref().map_or_else(|| Rc::clone(&entry.value), |row| row.headline().into())
}

fn ghosts(scene: &Scene, at: VirtualTime) -> Vec<GhostView> {
    let seen = scene.ghosts.iter().filter(|ghost| scene.is_haunting(ghost, at));
    let views = seen.map(|ghost| GhostView {
        key: Rc::clone(&ghost.key),
        short: short(&ghost.entry),
        version: ghost.entry.row.as_ref().map(Row::version),
        cause: ghost.cause,
        dirty: ghost.dirty,
        for_span: at.since(ghost.at),
    });
    views.collect()
}

fn rows(scene: &Scene, at: VirtualTime) -> Vec<RowView> {
    let shown = latest(scene.rows.values(), |stored| stored.committed);
    let views = shown.into_iter().map(|stored| RowView {
        row: stored.row.clone(),
        age: (stored.row.version() > 0).then(|| at.since(stored.committed)),
    });
    views.collect()
}

fn queue(scene: &Scene, at: VirtualTime) -> Vec<DirtyView> {
    let in_hand = |row: &Row| scene.in_hand.iter().any(|write| write.0 == row.version());
    scene.queue.iter().map(|dirty| dirty_view(dirty, at, in_hand(&dirty.row))).collect()
}

fn dirty_view(dirty: &super::Dirty, at: VirtualTime, in_hand: bool) -> DirtyView {
    DirtyView { row: dirty.row.clone(), age: at.since(dirty.since), in_hand }
}

fn flush(scene: &Scene, at: VirtualTime) -> Option<(Span, f64)> {
    let (since, due) = scene.flush?;
    (at < due).then(|| (due.since(at), share(at.since(since), due.since(since))))
}

fn bubble_view(client: Actor, bubble: &Bubble, at: VirtualTime) -> BubbleView {
    BubbleView {
        client,
        operation: bubble.operation.clone(),
        answer: bubble.answer.clone(),
        request: bubble.request,
        age: at.since(bubble.at),
    }
}

fn requests(scene: &Scene, at: VirtualTime) -> Vec<(RequestId, Actor, Operation, Span)> {
    let states = scene.requests.iter();
    states.map(|(request, state)| (*request, state.client, state.operation.clone(), at.since(state.started))).collect()
}

fn code(scene: &Scene) -> Vec<CodeView> {
    let views = scene.code.iter().map(|(place, line)| CodeView {
        actor: place.actor,
        request: place.request.and_then(|request| Some((request, scene.requests.get(&request)?.client))),
        line: *line,
    });
    views.collect()
}
