//! What each client may expect of a row it has dealt with before, whatever others do: two of the guarantees of Terry,
//! Demers, Petersen, Spreitzer, Theimer and Welch, *Session Guarantees for Weakly Consistent Replicated Data*, 1994.
//!
//! - **Read your writes**: a read shows nothing older than what the same client had been told is saved before it asked.
//! - **Monotonic reads**: a read shows nothing older than what the same client had been shown before it asked.
//!
//! Here a client is the session, and what is older is told by [`is_newer`].

use super::auditor::record;
use super::freshness::is_newer;
use super::records::WriteRecord;
use crate::engine::VirtualTime;
use crate::world::{Actor, WriteId};

/// A value that a client was shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The write that made it.
    pub write: WriteId,
    /// When it was first shown.
    pub at: VirtualTime,
}

/// A client and a row.
#[derive(Default)]
struct Session {
    /// The client's writes, in the order in which it was told that they are saved.
    saved: Vec<WriteId>,
    /// What it was shown, each value once, without those that were older than one before.
    seen: Vec<Seen>,
}

/// All clients of a row, by their numbers.
#[derive(Default)]
pub(super) struct Sessions(Vec<Session>);

impl Sessions {
    /// A client was told that its write is saved.
    pub(super) fn saved(&mut self, client: Actor, write: WriteId) {
        self.of(client).saved.push(write);
    }

    /// The newest write of this client that a read which was asked for at `started` should have shown, if what it shows is
    /// older. That can only be where the read is not fresh.
    pub(super) fn own_write_missed(
        &mut self,
        client: Actor,
        shown: WriteId,
        started: VirtualTime,
        records: &[WriteRecord],
    ) -> Option<WriteId> {
        let old = record(records, shown);
        let is_missed = |write: &&WriteId| {
            record(records, **write)
                .is_some_and(|own| own.told.is_some_and(|told| told < started) && is_newer(old, own, started))
        };
        self.of(client).saved.iter().rev().find(is_missed).copied()
    }

    /// A client is shown a value. Gives what it had been shown before it asked, if that was newer.
    pub(super) fn shown(
        &mut self,
        client: Actor,
        shown: WriteId,
        started: VirtualTime,
        now: VirtualTime,
        records: &[WriteRecord],
    ) -> Option<Seen> {
        let seen = &mut self.of(client).seen;
        if seen.last().is_some_and(|last| last.write == shown) {
            return None;
        }
        let old = record(records, shown);
        let is_older_than = |seen: &Seen, by| record(records, seen.write).is_some_and(|seen| is_newer(old, seen, by));
        // What was shown while this read was under way may have overtaken it.
        let before = seen.iter().rev().find(|seen| seen.at < started).copied();
        let newer = before.filter(|seen| is_older_than(seen, started));
        if seen.last().is_none_or(|last| !is_older_than(last, now)) {
            seen.push(Seen { write: shown, at: now });
        }
        newer
    }

    fn of(&mut self, client: Actor) -> &mut Session {
        // Nobody else asks for anything.
        let place = if let Actor::Client(number) = client { usize::from(number) } else { 0 };
        if place >= self.0.len() {
            self.0.resize_with(place + 1, Session::default);
        }
        &mut self.0[place]
    }
}
