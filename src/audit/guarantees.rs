//! The guarantees of one row, checked as its reads and writes come and with what may still matter of them alone. The rules are
//! those of the checkers that keep everything: [`sessions`](super::sessions), [`register`](super::register),
//! [`updates`](super::updates) and [`order`](super::order).

use super::order::Order;
use super::updates::Updates;
use crate::engine::VirtualTime;
use crate::world::{Actor, WriteId};

/// What is compared of two writes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    pub(super) started: VirtualTime,
    /// Since when readers may count on it.
    pub(super) in_force: Option<VirtualTime>,
    /// When the database first had it.
    pub(super) durable: Option<VirtualTime>,
}

impl Facts {
    /// Whether it is newer than the write that was shown (nothing: the row of the start), as far as was settled `before`.
    pub(super) fn is_newer_than(&self, shown: Option<&Self>, before: VirtualTime) -> bool {
        let Some(shown) = shown else { return true };
        let follows = shown.in_force.is_some_and(|since| since < self.started);
        let committed_later = match (shown.durable, self.durable) {
            (Some(shown), Some(own)) => shown < own && own < before,
            _ => false,
        };
        follows || committed_later
    }
}

/// A write that a client was told is saved, or a value that it was shown.
#[derive(Clone, Copy)]
struct Item {
    write: WriteId,
    /// When it was told or shown.
    at: VirtualTime,
    /// What is known of the write, once that is all that will be.
    settled: Option<Facts>,
}

impl Item {
    fn facts(&self, of: &impl Fn(WriteId) -> Option<Facts>) -> Option<Facts> {
        self.settled.or_else(|| of(self.write))
    }
}

/// A client and the row.
#[derive(Default)]
struct Session {
    saved: Vec<Item>,
    seen: Vec<Item>,
}

/// A write and the reads of its value, as far as the rule goes by them.
#[derive(Clone, Copy)]
struct Cluster {
    write: WriteId,
    first_end: u64,
    last_start: u64,
}

/// The end of what has not ended.
const NEVER: u64 = u64::MAX;

/// After the start of the run, which is 0.
fn moment(at: VirtualTime) -> u64 {
    at.as_nanos().saturating_add(1)
}

/// A read that is answered.
pub(super) struct Answered {
    pub(super) client: Actor,
    pub(super) shown: WriteId,
    pub(super) started: VirtualTime,
    pub(super) at: VirtualTime,
    pub(super) is_fresh: bool,
}

/// What a read breaks.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Broken {
    pub(super) own_write: bool,
    pub(super) backwards: bool,
    pub(super) linearizable: bool,
}

/// One row's books.
pub(super) struct Guarantees {
    sessions: Vec<Session>,
    /// By their last starts.
    clusters: Vec<Cluster>,
    /// The last start in all clusters that are forgotten.
    gone: u64,
    pub(super) updates: Updates,
    pub(super) order: Order,
}

impl Default for Guarantees {
    fn default() -> Self {
        let seed = Cluster { write: WriteId::SEED, first_end: 0, last_start: 0 };
        let (sessions, updates, order) = Default::default();
        Self { sessions, clusters: vec![seed], gone: 0, updates, order }
    }
}

impl Guarantees {
    /// A client asks for a write.
    pub(super) fn begin(&mut self, write: WriteId, started: VirtualTime) {
        self.place(Cluster { write, first_end: NEVER, last_start: moment(started) });
    }

    /// A client was told that its write is saved.
    pub(super) fn saved(&mut self, client: Actor, write: WriteId, started: VirtualTime, at: VirtualTime) {
        self.session(client).saved.push(Item { write, at, settled: None });
        self.include(write, moment(started), moment(at));
    }

    /// A client is shown a value. `facts` tells of the writes that are kept.
    pub(super) fn read(
        &mut self,
        read: &Answered,
        shown: Option<&Facts>,
        facts: impl Fn(WriteId) -> Option<Facts>,
    ) -> Broken {
        let session = self.session(read.client);
        Broken {
            own_write: !read.is_fresh && session.misses_own_write(read, shown, &facts),
            backwards: session.goes_backwards(read, shown, &facts),
            linearizable: self.breaks_order(read.shown, moment(read.started), moment(read.at)),
        }
    }

    fn session(&mut self, client: Actor) -> &mut Session {
        // Nobody else asks for anything.
        let place = if let Actor::Client(number) = client { usize::from(number) } else { 0 };
        if place >= self.sessions.len() {
            self.sessions.resize_with(place + 1, Session::default);
        }
        &mut self.sessions[place]
    }

    fn breaks_order(&mut self, shown: WriteId, start: u64, end: u64) -> bool {
        let Some(own) = self.clusters.iter().rfind(|cluster| cluster.write == shown).copied() else { return false };
        // Where the cluster has a later start already, this read asks nothing new of it.
        if start <= own.last_start && own.first_end < NEVER {
            return false;
        }
        let lies_between = |other: &Cluster| other.write != shown && other.first_end < start;
        let mut later = self.clusters.iter().rev().take_while(|other| other.last_start > own.first_end);
        let is_broken = self.gone > own.first_end || later.any(lies_between);
        if !is_broken {
            self.include(shown, start, end);
        }
        is_broken
    }

    fn include(&mut self, write: WriteId, start: u64, end: u64) {
        let Some(place) = self.clusters.iter().rposition(|cluster| cluster.write == write) else { return };
        let Cluster { first_end, last_start, .. } = self.clusters[place];
        let after = Cluster { write, first_end: first_end.min(end), last_start: last_start.max(start) };
        self.clusters[place] = after;
        // Those that change are near the end, and so is their new place.
        for at in place + 1..self.clusters.len() {
            if self.clusters[at].last_start > after.last_start {
                break;
            }
            self.clusters.swap(at - 1, at);
        }
    }

    fn place(&mut self, cluster: Cluster) {
        let after = self.clusters.iter().rposition(|other| other.last_start <= cluster.last_start);
        self.clusters.insert(after.map_or(0, |place| place + 1), cluster);
    }

    /// How much is kept.
    pub(super) fn kept(&self) -> usize {
        let items: usize = self.sessions.iter().map(|session| session.saved.len() + session.seen.len()).sum();
        items + self.clusters.len() + self.updates.kept()
    }

    /// A write is over, and forgotten elsewhere.
    pub(super) fn settle(&mut self, write: WriteId, facts: Facts) {
        for session in &mut self.sessions {
            let items = session.saved.iter_mut().chain(&mut session.seen);
            items.filter(|item| item.write == write).for_each(|item| item.settled = Some(facts));
        }
    }

    /// Forgets what can't matter to reads that began at `oldest` or later, where only known writes are shown.
    pub(super) fn forget(&mut self, oldest: VirtualTime, is_known: impl Fn(WriteId) -> bool) {
        for session in &mut self.sessions {
            session.forget(oldest);
        }
        let mut gone = self.gone;
        self.clusters.retain(|cluster| {
            let stays = cluster.write == WriteId::SEED
                || is_known(cluster.write)
                || (moment(oldest) <= cluster.first_end && cluster.first_end < NEVER);
            if !stays && cluster.first_end < NEVER {
                gone = gone.max(cluster.last_start);
            }
            stays
        });
        self.gone = gone;
    }
}

impl Session {
    fn misses_own_write(
        &self,
        read: &Answered,
        shown: Option<&Facts>,
        facts: &impl Fn(WriteId) -> Option<Facts>,
    ) -> bool {
        let is_missed = |own: &Item| {
            own.at < read.started && own.facts(facts).is_some_and(|own| own.is_newer_than(shown, read.started))
        };
        self.saved.iter().rev().any(is_missed)
    }

    fn goes_backwards(
        &mut self,
        read: &Answered,
        shown: Option<&Facts>,
        facts: &impl Fn(WriteId) -> Option<Facts>,
    ) -> bool {
        if self.seen.last().is_some_and(|last| last.write == read.shown) {
            return false;
        }
        let is_older_than =
            |seen: &Item, by| seen.facts(facts).is_some_and(|seen: Facts| seen.is_newer_than(shown, by));
        // What was shown while this read was under way may have overtaken it.
        let before = self.seen.iter().rev().find(|seen| seen.at < read.started);
        let is_back = before.is_some_and(|seen| is_older_than(seen, read.started));
        if self.seen.last().is_none_or(|last| !is_older_than(last, read.at)) {
            self.seen.push(Item { write: read.shown, at: read.at, settled: None });
        }
        is_back
    }

    fn forget(&mut self, oldest: VirtualTime) {
        // Of what was seen before every read that is under way, only the last counts.
        let before = self.seen.partition_point(|seen| seen.at < oldest);
        self.seen.drain(..before.saturating_sub(1));
        // Of the writes that are over, only the one that began last counts, and the one that was committed last.
        let over = |item: &Item| item.settled.filter(|_| item.at < oldest);
        let last = |by: fn(&Facts) -> Option<VirtualTime>| {
            let items = self.saved.iter().filter_map(|item| Some((by(&over(item)?)?, item.write)));
            items.max().map(|(_, write)| write)
        };
        let keep = [last(|facts| Some(facts.started)), last(|facts| facts.durable)];
        self.saved.retain(|item| over(item).is_none() || keep.contains(&Some(item.write)));
    }
}
