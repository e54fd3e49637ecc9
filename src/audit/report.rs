//! The finished books, and what they say of any time.

use super::auditor::Auditor;
use super::latency::Latencies;
use super::marks::{Anomalies, Mark};
use super::records::{Freshness, ReadRecord, WriteRecord, WriteState};
use crate::engine::{Span, VirtualTime};
use crate::order::sort_by_numbers;
use crate::trace::Trace;
use crate::world::WriteId;

/// Acknowledged writes by their fate: `acknowledged` is the sum of the three others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Writes whose client was told 'saved'.
    pub acknowledged: usize,
    /// Those that the database has.
    pub durable: usize,
    /// Those that only the cache has so far.
    pub pending: usize,
    /// Those that are gone.
    pub lost: usize,
}

/// Answered reads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReadCounts {
    /// All.
    pub total: usize,
    /// Those that were stale.
    pub stale: usize,
    /// The greatest age of a stale one.
    pub max_stale_age: Span,
}

/// What a run means.
pub struct Audit {
    writes: Vec<WriteRecord>,
    reads: Vec<ReadRecord>,
    marks: Vec<Mark>,
    read_latencies: Latencies,
    write_latencies: Latencies,
    failures: Vec<VirtualTime>,
    /// The ledger from each time on at which it changed.
    ledgers: Vec<(VirtualTime, Ledger)>,
    /// For each read, in order: stale reads so far, and their greatest age.
    stale_so_far: Vec<(usize, Span)>,
}

impl Audit {
    /// The books of a trace.
    #[must_use]
    pub fn of(trace: &Trace) -> Self {
        let mut auditor = Auditor::default();
        for event in trace.events() {
            auditor.apply(event);
        }
        Self::close(auditor)
    }

    fn close(auditor: Auditor) -> Self {
        let Auditor { writes, reads, marks, read_latencies, write_latencies, failures, .. } = auditor;
        let stale_so_far = running_staleness(&reads);
        Self {
            ledgers: running_ledger(&writes),
            stale_so_far,
            writes,
            reads,
            marks,
            read_latencies,
            write_latencies,
            failures,
        }
    }

    /// The ledger at that time.
    #[must_use]
    pub fn ledger(&self, at: VirtualTime) -> Ledger {
        let place = self.ledgers.partition_point(|(since, _)| *since <= at).checked_sub(1);
        place.and_then(|place| self.ledgers.get(place)).map(|(_, ledger)| *ledger).unwrap_or_default()
    }

    /// The ledger from each time on at which it changed.
    #[must_use]
    pub fn ledgers(&self) -> &[(VirtualTime, Ledger)] {
        &self.ledgers
    }

    /// The reads answered until that time.
    #[must_use]
    pub fn reads_until(&self, at: VirtualTime) -> ReadCounts {
        let total = self.reads.partition_point(|read| read.answered <= at);
        let (stale, max_stale_age) = match total.checked_sub(1).and_then(|last| self.stale_so_far.get(last)) {
            Some(so_far) => *so_far,
            None => (0, Span::ZERO),
        };
        ReadCounts { total, stale, max_stale_age }
    }

    /// Requests that had ended in an error at that time.
    #[must_use]
    pub fn failures_until(&self, at: VirtualTime) -> usize {
        until(&self.failures, at)
    }

    /// The writes that were lost at that time, in order of their numbers.
    pub fn lost_writes(&self, at: VirtualTime) -> impl Iterator<Item = &WriteRecord> {
        self.writes.iter().filter(move |write| write.state(at) == Some(WriteState::Lost))
    }

    /// The writes that were acknowledged and neither durable nor lost at that time.
    pub fn pending_writes(&self, at: VirtualTime) -> impl Iterator<Item = &WriteRecord> {
        self.writes.iter().filter(move |write| write.state(at) == Some(WriteState::Pending))
    }

    /// All writes by number.
    #[must_use]
    pub fn writes(&self) -> &[WriteRecord] {
        &self.writes
    }

    /// The write of that number.
    #[must_use]
    pub fn write(&self, write: WriteId) -> Option<&WriteRecord> {
        self.writes.get(usize::try_from(write.0.checked_sub(1)?).ok()?)
    }

    /// All reads in the order of their answers.
    #[must_use]
    pub fn reads(&self) -> &[ReadRecord] {
        &self.reads
    }

    /// The moments of the timeline, in order.
    #[must_use]
    pub fn marks(&self) -> &[Mark] {
        &self.marks
    }

    /// How often each guarantee had been broken at that time.
    #[must_use]
    pub fn anomalies(&self, at: VirtualTime) -> Anomalies {
        Anomalies::of_marks(&self.marks[..self.marks.partition_point(|mark| mark.at <= at)])
    }

    /// The places among the marks of the violations of just that time.
    #[must_use]
    pub fn violations_at(&self, at: VirtualTime) -> Vec<u32> {
        let mut found = Vec::new();
        for (place, mark) in (0..).zip(&self.marks) {
            if mark.at == at && mark.kind.is_violation() {
                found.push(place);
            }
        }
        found
    }

    /// The first moment after that time at which somebody was given or promised what does not hold.
    #[must_use]
    pub fn violation_after(&self, at: VirtualTime) -> Option<VirtualTime> {
        let later = self.marks.partition_point(|mark| mark.at <= at);
        self.marks.iter().skip(later).find(|mark| mark.kind.is_violation()).map(|mark| mark.at)
    }

    /// How long reads took.
    #[must_use]
    pub fn read_latencies(&self) -> &Latencies {
        &self.read_latencies
    }

    /// How long writes took until their client was told.
    #[must_use]
    pub fn write_latencies(&self) -> &Latencies {
        &self.write_latencies
    }
}

fn until(times: &[VirtualTime], at: VirtualTime) -> usize {
    times.partition_point(|time| *time <= at)
}

impl Ledger {
    fn count(&mut self, state: WriteState) -> Option<&mut usize> {
        match state {
            WriteState::Underway | WriteState::Failed => None,
            WriteState::Pending => Some(&mut self.pending),
            WriteState::Durable => Some(&mut self.durable),
            WriteState::Lost => Some(&mut self.lost),
        }
    }
}

fn running_ledger(writes: &[WriteRecord]) -> Vec<(VirtualTime, Ledger)> {
    let mut turns: Vec<(VirtualTime, usize, usize)> = Vec::new();
    for (place, write) in writes.iter().enumerate() {
        turns.extend(write.states.iter().enumerate().map(|(turn, (at, _))| (*at, place, turn)));
    }
    // Stable: each write's turns stay in their order.
    sort_by_numbers(&mut turns, |(at, ..)| [at.as_nanos(), 0]);
    let mut ledger = Ledger::default();
    let mut ledgers: Vec<(VirtualTime, Ledger)> = Vec::new();
    for (at, place, turn) in turns {
        let state = |turn: usize| writes.get(place).and_then(|write| write.states.get(turn)).map(|(_, state)| *state);
        if let Some(count) = turn.checked_sub(1).and_then(state).and_then(|before| ledger.count(before)) {
            *count -= 1;
        }
        if let Some(count) = state(turn).and_then(|state| ledger.count(state)) {
            *count += 1;
        }
        ledger.acknowledged = ledger.durable + ledger.pending + ledger.lost;
        match ledgers.last_mut() {
            Some((last, known)) if *last == at => *known = ledger,
            _ => ledgers.push((at, ledger)),
        }
    }
    ledgers
}

fn running_staleness(reads: &[ReadRecord]) -> Vec<(usize, Span)> {
    let mut so_far = (0, Span::ZERO);
    let step = |read: &ReadRecord| {
        if let Freshness::Stale { age } = read.freshness {
            so_far = (so_far.0 + 1, so_far.1.max(age));
        }
        so_far
    };
    reads.iter().map(step).collect()
}
