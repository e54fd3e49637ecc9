//! What is known of each write and each read.

use crate::database::{Row, RowKey};
use crate::engine::{Span, VirtualTime};
use crate::world::{Actor, RequestId, WriteId};

/// Why an acknowledged write is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LostCause {
    /// The cache crashed and had the only copy.
    CacheCrash,
    /// A command removed it from the queue before it was written.
    Removed,
    /// The queue was evicted for memory.
    Evicted,
    /// The queue expired.
    Expired,
    /// The flusher had the only copy and crashed.
    FlusherCrash,
    /// The flusher had the only copy and could not write it.
    FlushFailed,
    /// It was in the database, and an older write of the row came after it.
    Overwritten,
    /// It was acknowledged without being stored anywhere.
    NeverStored,
    /// The database had it, and the replica that took its place had not.
    Failover,
}

impl LostCause {
    /// The cause in words that continue "lost: ".
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::CacheCrash => "the cache crashed before the flush",
            Self::Removed => "a command removed it before the flush",
            Self::Evicted => "the queue was evicted before the flush",
            Self::Expired => "the queue expired before the flush",
            Self::FlusherCrash => "the flusher crashed with the only copy",
            Self::FlushFailed => "the flusher had taken it out of the queue and could not write it",
            Self::Overwritten => "an older write of the row was written over it",
            Self::Failover => "the failover to a replica that lagged behind",
            Self::NeverStored => "it was acknowledged without being stored",
        }
    }
}

/// The first who asked for the row after the write was lost.
#[derive(Clone, Debug, PartialEq)]
pub struct NextReader {
    /// Who.
    pub client: Actor,
    /// With which request.
    pub request: RequestId,
    /// When the answer was given.
    pub at: VirtualTime,
    /// What was found.
    pub row: Option<Row>,
}

/// How a write was lost.
#[derive(Clone, Debug, PartialEq)]
pub struct LostWrite {
    /// When.
    pub at: VirtualTime,
    /// Why.
    pub cause: LostCause,
    /// What the database held instead.
    pub database_holds: Option<Row>,
    /// Who noticed first.
    pub next_reader: Option<NextReader>,
}

/// One write from its start to its fate.
#[derive(Clone, Debug, PartialEq)]
pub struct WriteRecord {
    /// Its number.
    pub write: WriteId,
    /// The request that asked for it.
    pub request: RequestId,
    /// Who asked.
    pub client: Actor,
    /// The row as it was to be.
    pub row: Row,
    /// When it was asked for.
    pub started: VirtualTime,
    /// The write that made the version which the application worked it out from, if it says so.
    pub from: Option<WriteId>,
    /// Its place in the order in which the cache first queued writes, in patterns that queue them.
    pub queued: Option<u32>,
    /// When the client was told 'saved': the answer was there.
    pub told: Option<VirtualTime>,
    /// When an error was said instead.
    pub failed: Option<VirtualTime>,
    /// When the database first had it, or a newer copy that stands for it.
    pub durable: Option<VirtualTime>,
    /// The newer write of the same row that was written in its place.
    pub coalesced_into: Option<WriteId>,
    /// How it was lost, each time: one that had been given up may reach the database after all, and be lost again there.
    pub losses: Vec<LostWrite>,
    /// Whether a failover took it from the database as far as the books are kept.
    pub(super) taken: bool,
    /// Added to, never changed: what comes later leaves the past as it was.
    pub(super) states: Vec<(VirtualTime, WriteState)>,
}

/// The state of a write at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteState {
    /// Not yet answered.
    Underway,
    /// Answered with an error.
    Failed,
    /// 'Saved' was said, the database does not have it yet.
    Pending,
    /// 'Saved' was said, and the database has it.
    Durable,
    /// 'Saved' was said, and it is gone: before the database had it, or because an older write replaced it there.
    Lost,
}

impl WriteRecord {
    /// Which row it writes.
    #[must_use]
    pub fn key(&self) -> RowKey {
        self.row.key()
    }

    /// Whether the database has it as far as the books are kept.
    pub(super) fn is_durable(&self) -> bool {
        self.durable.is_some() && !self.taken
    }

    /// It has another state from now on.
    pub(super) fn turn(&mut self, state: WriteState, at: VirtualTime) {
        if self.states.last().is_none_or(|(_, before)| *before != state) {
            self.states.push((at, state));
        }
    }

    /// Whether it is lost as far as the books are kept.
    pub(super) fn is_lost(&self) -> bool {
        matches!(self.states.last(), Some((_, WriteState::Lost)))
    }

    /// Its state at that time; nothing before it was asked for.
    #[must_use]
    pub fn state(&self, at: VirtualTime) -> Option<WriteState> {
        let place = self.states.partition_point(|(since, _)| *since <= at).checked_sub(1)?;
        self.states.get(place).map(|(_, state)| *state)
    }

    /// Its states, each with the time from which on it had it.
    #[must_use]
    pub fn states(&self) -> &[(VirtualTime, WriteState)] {
        &self.states
    }

    /// How it is lost at the end of the books, if it is.
    #[must_use]
    pub fn lost(&self) -> Option<&LostWrite> {
        self.losses.last().filter(|_| self.is_lost())
    }

    /// How it was lost at that time, if it was.
    #[must_use]
    pub fn lost_at(&self, at: VirtualTime) -> Option<&LostWrite> {
        let is_lost = self.state(at) == Some(WriteState::Lost);
        self.losses.iter().rev().find(|lost| is_lost && lost.at <= at)
    }

    /// When the database had it after all, after that loss.
    #[must_use]
    pub fn found_after(&self, lost: VirtualTime) -> Option<VirtualTime> {
        let later = self.states.iter().skip_while(|(at, state)| *at < lost || *state != WriteState::Lost);
        later.skip(1).map(|(at, _)| *at).next()
    }
}

/// How a read compares with what had been acknowledged when it began.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// Nothing newer had been acknowledged.
    Fresh,
    /// Something newer had been acknowledged, this long ago.
    Stale {
        /// How long the value had been out of date when the read began.
        age: Span,
    },
    /// A newer value had been acknowledged and was lost since.
    AfterLoss {
        /// The lost write.
        write: WriteId,
    },
}

/// One answered read.
#[derive(Clone, Debug, PartialEq)]
pub struct ReadRecord {
    /// The request.
    pub request: RequestId,
    /// Who asked.
    pub client: Actor,
    /// For which row.
    pub key: RowKey,
    /// When it was asked.
    pub started: VirtualTime,
    /// When it was answered.
    pub answered: VirtualTime,
    /// The row found.
    pub row: Option<Row>,
    /// How fresh it was.
    pub freshness: Freshness,
}
