//! The figures of a run without its trace: events are counted as they happen, and forgotten.
//!
//! The rules are those of the [`Audit`](super::Audit), which keeps everything and can answer for any time; here only what may still
//! matter is kept, so memory does not grow with the run. A write matters as long as it has not met its fate, as an older
//! one of its row does, or as somebody may still be shown the version that it made. What is shown comes from the cache,
//! from the database, from the memory of a process (which has shown it before), or has been on its way for less than the
//! [horizon](Tally::new).
//!
//! What is not counted: a read of a version that nobody held for longer than that, as a snapshot or a typed command may bring back,
//! and an update lost with a write that was worked out from such a version.

use std::collections::VecDeque;

use super::carriers::Carriers;
use super::figures::{Figures, LOST_CAUSES};
use super::guarantees::Answered;
use super::order::Commit;
use super::past::{HOLDERS, Past, Write};
use super::records::LostCause;
use crate::database::{Row, RowKey};
use crate::engine::{Span, VirtualTime};
use crate::world::{Actor, Answer, CacheTotals, EventKind, Operation, Removal, RequestId, WriteId};

struct OpenRequest {
    client: Actor,
    started: VirtualTime,
    key: RowKey,
    write: Option<WriteId>,
}

/// The tally while it is kept.
pub struct Tally {
    figures: Figures,
    horizon: Span,
    /// By number, from `first_open` on; nothing in the place of one that has been answered.
    open: VecDeque<Option<OpenRequest>>,
    first_open: u32,
    past: Past,
    carriers: Carriers,
    /// How often a write was put into the queue.
    queued: u32,
}

impl Tally {
    /// An empty tally. Nothing that is on its way between two processes takes longer than `horizon`.
    #[must_use]
    pub fn new(horizon: Span) -> Self {
        Self {
            figures: Figures::default(),
            horizon,
            open: VecDeque::new(),
            first_open: 1,
            past: Past::default(),
            carriers: Carriers::default(),
            queued: 0,
        }
    }

    /// The figures so far.
    #[must_use]
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// How many writes are kept because they may still matter, and how much else is known of rows and clients.
    #[must_use]
    pub fn kept(&self) -> [usize; 2] {
        self.past.kept()
    }

    /// Something has happened.
    pub fn enter(&mut self, at: VirtualTime, event: &EventKind) {
        match event {
            EventKind::RequestStarted { request, client, operation } => self.start(*request, *client, operation, at),
            EventKind::RequestEnded { request, answer } => self.ended(*request, answer, at),
            EventKind::Queued { row } if self.is_of_a_client(row) => self.queue(WriteId(row.version())),
            EventKind::WorkedOut { write, from } => {
                if let Some(write) = self.past.write_mut(*write) {
                    write.from = Some(*from);
                }
            }
            EventKind::Unqueued { write, cause } => {
                self.carriers.unqueue(*write, LostCause::of(*cause));
                self.check_carriers(*write, at);
            }
            EventKind::InHand { writes } => {
                let past = &self.past;
                let dropped = self.carriers.take_in_hand(writes, |write| past.write(write).map(|write| write.key));
                for write in dropped {
                    self.check_carriers(write, at);
                }
            }
            EventKind::ConditionChanged { actor: Actor::Flusher, condition } => {
                self.carriers.flusher_is_up(condition.up);
            }
            EventKind::RowCommitted { row } => self.committed(row, at),
            EventKind::FailedOver { key, row, lost } => self.failed_over(*key, row.as_ref(), lost, at),
            EventKind::RowRemoved { key } => self.past.unstore(*key),
            EventKind::DatabaseCounted(totals) => self.figures.database = *totals,
            _ => {}
        }
    }

    /// The cache's counters are these now: they change with each command, so they are asked for and not told.
    pub fn count_cache(&mut self, totals: CacheTotals) {
        self.figures.cache = totals;
    }

    /// Forgets what can't matter any more. `held` tells which versions of a row are held by the cache and by
    /// processes.
    pub fn forget(&mut self, now: VirtualTime, held: impl Fn(RowKey) -> [Option<u64>; HOLDERS]) {
        let carriers = &mut self.carriers;
        let oldest = self.open.front().and_then(Option::as_ref).map_or(now, |open| open.started);
        self.past.forget([now - self.horizon, oldest], held, |write| carriers.forget(write));
    }

    fn queue(&mut self, write: WriteId) {
        self.carriers.queue(write);
        self.queued += 1;
        if let Some(record) = self.past.write_mut(write) {
            // Another copy changes nothing.
            record.queued.get_or_insert(self.queued);
        }
    }

    fn start(&mut self, request: RequestId, client: Actor, operation: &Operation, at: VirtualTime) {
        self.figures.requests += 1;
        let open = OpenRequest { client, started: at, key: operation.key(), write: operation.write() };
        // Requests are numbered in the order of their starts.
        let place = request.0.saturating_sub(self.first_open) as usize;
        self.open.resize_with(place.max(self.open.len()), || None);
        self.open.push_back(Some(open));
        if let Operation::Write { row } = operation {
            self.past.begin(WriteId(row.version()), row.key(), at);
        }
    }

    fn close_request(&mut self, request: RequestId) -> Option<OpenRequest> {
        let place = request.0.checked_sub(self.first_open)? as usize;
        let open = self.open.get_mut(place)?.take()?;
        while let Some(None) = self.open.front() {
            self.open.pop_front();
            self.first_open += 1;
        }
        Some(open)
    }

    fn ended(&mut self, request: RequestId, answer: &Answer, at: VirtualTime) {
        let Some(open) = self.close_request(request) else { return };
        let span = at.since(open.started);
        match (open.write, answer) {
            (write, Answer::Failed { .. }) => {
                self.figures.failed += 1;
                if let Some(write) = write.and_then(|write| self.past.write_mut(write)) {
                    write.failed = Some(at);
                }
            }
            (Some(write), _) => {
                self.figures.write_latency.add(span);
                self.acknowledged(open.client, write, at);
            }
            (None, answer) => {
                self.figures.read_latency.add(span);
                self.figures.reads += 1;
                let shown = match answer {
                    Answer::Found { row } => row.version(),
                    _ => 0,
                };
                self.read(&open, WriteId(shown), at);
            }
        }
    }

    fn read(&mut self, open: &OpenRequest, shown: WriteId, at: VirtualTime) {
        let OpenRequest { client, started, key, .. } = *open;
        let judged = self.past.judge(key, Answered { client, shown, started, at, is_fresh: true });
        let figures = &mut self.figures;
        if let Some(since) = judged.since {
            figures.stale += 1;
            figures.stale_age.add(started.since(since));
        }
        figures.after_loss += u64::from(judged.after_loss);
        figures.own_writes_missed += u64::from(judged.broken.own_write);
        figures.backwards += u64::from(judged.broken.backwards);
        figures.not_linearizable += u64::from(judged.broken.linearizable);
    }

    /// Whether a client wrote this row, rather than a person who typed something that looks like it.
    fn is_of_a_client(&self, row: &Row) -> bool {
        self.past.write(WriteId(row.version())).is_some_and(|write| write.key == row.key())
    }

    /// Changes what is known of a write; the ledger follows.
    fn change(&mut self, write: WriteId, change: impl FnOnce(&mut Write)) {
        let Some(record) = self.past.write_mut(write) else { return };
        let before = *record;
        change(record);
        self.figures.follow(&before, record);
    }

    fn acknowledged(&mut self, client: Actor, write: WriteId, at: VirtualTime) {
        self.figures.acknowledged += 1;
        self.change(write, |record| record.told = Some(at));
        if let Some(Write { key, started, .. }) = self.past.write(write).copied() {
            let guarantees = self.past.guarantees(key);
            guarantees.saved(client, write, started, at);
            self.figures.lost_updates += u64::from(guarantees.updates.saved(write).is_some());
        }
        self.check_carriers(write, at);
    }

    fn check_carriers(&mut self, write: WriteId, at: VirtualTime) {
        let Some(record) = self.past.write(write) else { return };
        if record.is_durable() || record.told.is_none() || self.carriers.carries(write) {
            return;
        }
        let cause = if record.taken { LostCause::Failover } else { self.carriers.why_gone(write) };
        self.lost(write, cause, at);
    }

    fn lost(&mut self, write: WriteId, cause: LostCause, at: VirtualTime) {
        self.change(write, |record| {
            record.lost.get_or_insert((at, cause));
        });
    }

    fn committed(&mut self, row: &Row, at: VirtualTime) {
        let write = WriteId(row.version());
        let is_of_a_client = self.is_of_a_client(row);
        let before = self.past.store(row.key(), write);
        if !is_of_a_client {
            return;
        }
        self.durable(write, write, at);
        let mut flushed = self.carriers.replaced_by(write);
        for older in &flushed {
            self.durable(*older, write, at);
        }
        flushed.push(write);
        for committed in flushed {
            self.check_updates(row.key(), committed, at);
        }
        if before.is_some_and(|before| before > write) {
            for undone in self.past.undone_by(row.key(), write) {
                self.lost(undone, LostCause::Overwritten, at);
            }
        }
        self.check_order(row.key(), write, at);
    }

    /// Looks for updates that a commit loses.
    fn check_updates(&mut self, key: RowKey, committed: WriteId, at: VirtualTime) {
        let is_first = self.past.write(committed).is_some_and(|record| record.durable == Some(at));
        for update in self.past.updates_lost(key, committed, is_first) {
            if self.past.write(update.lost).is_some_and(|record| record.told.is_some()) {
                self.figures.lost_updates += 1;
            } else {
                self.past.guarantees(key).updates.keep(update);
            }
        }
    }

    fn check_order(&mut self, key: RowKey, write: WriteId, at: VirtualTime) {
        let Some(record) = self.past.write(write).copied() else { return };
        let commit = Commit { write, at: record.durable.unwrap_or(at), started: record.started };
        let found = self.past.guarantees(key).order.commit(commit, record.queued, at, record.in_force());
        self.figures.out_of_order += u64::from(found.is_some());
    }

    fn durable(&mut self, covered: WriteId, by: WriteId, at: VirtualTime) {
        self.change(covered, |record| {
            // A write that was given up while its message was still on its way is not lost after all.
            record.lost = None;
            record.taken = false;
            if record.durable.is_none() {
                record.durable = Some(at);
                record.into = (covered != by).then_some(by);
            }
        });
    }

    fn failed_over(&mut self, key: RowKey, row: Option<&Row>, lost: &[WriteId], at: VirtualTime) {
        let stored = row.map(|row| WriteId(row.version()));
        for write in self.past.fail_over(key, stored, lost) {
            self.change(write, |record| record.taken = true);
            self.check_carriers(write, at);
        }
    }
}

impl Figures {
    /// What is known of a write has changed.
    fn follow(&mut self, before: &Write, after: &Write) {
        self.durable += u64::from(after.counts_as_durable());
        self.durable -= u64::from(before.counts_as_durable());
        for (record, more) in [(before, false), (after, true)] {
            let Some((_, cause)) = record.lost else { continue };
            let [all, own] = [&mut self.lost, &mut self.lost_by[cause as usize]];
            (*all, *own) = if more { (*all + 1, *own + 1) } else { (*all - 1, *own - 1) };
        }
        let settled = |record: &Write| Some(record.durable?.max(record.told?).since(record.told?));
        if let (None, Some(wait)) = (settled(before), settled(after)) {
            self.until_durable.add(wait);
        }
    }
}

impl LostCause {
    /// The loss that an entry's leaving the queue is, if nobody else has the write.
    pub(super) fn of(cause: Removal) -> Self {
        match cause {
            Removal::Crashed => Self::CacheCrash,
            Removal::Deleted | Removal::Flushed => Self::Removed,
            Removal::Evicted => Self::Evicted,
            Removal::Expired => Self::Expired,
        }
    }
}

const _: () = assert!(LostCause::Failover as usize + 1 == LOST_CAUSES.len());
