//! Follows the events of a run and keeps the books.

use std::collections::{BTreeMap, BTreeSet};

use super::latency::Latencies;
use super::marks::{Mark, MarkKind};
use super::records::{Freshness, LostCause, LostWrite, NextReader, ReadRecord, WriteRecord};
use crate::database::{Row, RowKey};
use crate::engine::VirtualTime;
use crate::world::{Actor, Answer, Event, EventKind, Operation, Removal, RequestId, WriteId};

struct OpenRequest {
    client: Actor,
    operation: Operation,
    started: VirtualTime,
}

/// What is known of one row.
#[derive(Default)]
struct History {
    /// The row that the database holds.
    stored: Option<Row>,
    /// Writes that the cache accepted for later, in its order.
    accepted: Vec<WriteId>,
    /// All writes of the row, by number.
    writes: Vec<WriteId>,
    /// Lost writes that nobody has read after yet.
    unnoticed: Vec<WriteId>,
}

/// The books while they are kept.
#[derive(Default)]
pub(super) struct Auditor {
    pub(super) writes: Vec<WriteRecord>,
    pub(super) reads: Vec<ReadRecord>,
    pub(super) marks: Vec<Mark>,
    pub(super) read_latencies: Latencies,
    pub(super) write_latencies: Latencies,
    pub(super) failures: Vec<VirtualTime>,
    open: BTreeMap<RequestId, OpenRequest>,
    rows: BTreeMap<RowKey, History>,
    queued: BTreeSet<WriteId>,
    in_hand: BTreeSet<WriteId>,
    flusher_died: bool,
}

impl Auditor {
    pub(super) fn apply(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::RequestStarted { request, client, operation } => self.start(*request, *client, operation, at),
            EventKind::Answered { request, answer } => self.answered(*request, answer, at),
            EventKind::RequestEnded { request, answer } => self.ended(*request, answer, at),
            EventKind::Queued { row } => self.accepted(row),
            EventKind::Unqueued { write, cause } => {
                self.queued.remove(write);
                self.check_carrier(*write, loss_by(*cause), at);
            }
            EventKind::InHand { writes } => {
                let before = std::mem::replace(&mut self.in_hand, writes.iter().copied().collect());
                let cause = if self.flusher_died { LostCause::FlusherCrash } else { LostCause::FlushFailed };
                for write in before {
                    self.check_carrier(write, cause, at);
                }
            }
            EventKind::ConditionChanged { actor: Actor::Flusher, condition } => self.flusher_died = !condition.up,
            EventKind::RowCommitted { row } => self.committed(row, at),
            EventKind::RowRemoved { key } => self.rows.entry(*key).or_default().stored = None,
            EventKind::Intervened { text, .. } => self.mark(at, MarkKind::Intervention, text.to_string(), None, None),
            _ => {}
        }
    }

    fn start(&mut self, request: RequestId, client: Actor, operation: &Operation, at: VirtualTime) {
        self.open.insert(request, OpenRequest { client, operation: operation.clone(), started: at });
        let Operation::Write { row } = operation else { return };
        let write = WriteId(row.version());
        self.rows.entry(row.key()).or_default().writes.push(write);
        self.writes.push(WriteRecord {
            write,
            request,
            client,
            row: row.clone(),
            started: at,
            told: None,
            failed: None,
            durable: None,
            coalesced_into: None,
            lost: None,
        });
    }

    fn answered(&mut self, request: RequestId, answer: &Answer, at: VirtualTime) {
        let Some(open) = self.open.get(&request) else { return };
        match (&open.operation, answer) {
            (Operation::Write { row }, Answer::Saved) => self.acknowledged(WriteId(row.version()), at),
            (Operation::Read { key }, Answer::Found { row }) => self.read(request, *key, Some(row.clone()), at),
            (Operation::Read { key }, Answer::Absent) => self.read(request, *key, None, at),
            _ => {}
        }
    }

    fn ended(&mut self, request: RequestId, answer: &Answer, at: VirtualTime) {
        let Some(open) = self.open.remove(&request) else { return };
        let span = at.since(open.started);
        let write = open.operation.write();
        match answer {
            Answer::Failed { reason } => {
                self.failures.push(at);
                if let Some(record) = write.and_then(|write| self.record(write)) {
                    record.failed = Some(at);
                }
                let text = format!("{} was told of an error: {reason}", open.client.name());
                self.mark(at, MarkKind::Failed, text, Some(request), write);
            }
            _ if write.is_some() => self.write_latencies.push(at, span),
            _ => self.read_latencies.push(at, span),
        }
    }

    fn record(&mut self, write: WriteId) -> Option<&mut WriteRecord> {
        let index = usize::try_from(write.0.checked_sub(1)?).ok()?;
        self.writes.get_mut(index)
    }

    fn acknowledged(&mut self, write: WriteId, at: VirtualTime) {
        if let Some(record) = self.record(write) {
            record.told = Some(at);
        }
        self.check_carrier(write, LostCause::NeverStored, at);
    }

    fn accepted(&mut self, row: &Row) {
        let write = WriteId(row.version());
        self.queued.insert(write);
        self.rows.entry(row.key()).or_default().accepted.push(write);
    }

    /// A write is lost when the last that carried it towards the database lets go of it.
    fn check_carrier(&mut self, write: WriteId, cause: LostCause, at: VirtualTime) {
        if self.queued.contains(&write) || self.in_hand.contains(&write) {
            return;
        }
        let Some(record) = self.record(write) else { return };
        if record.durable.is_some() || record.lost.is_some() || record.told.is_none() {
            return;
        }
        let key = record.key();
        let text = format!(
            "{} was told 'saved' for {} = {}: lost, {}",
            record.client.name(),
            key.cache_key(),
            record.row.headline(),
            cause.words()
        );
        let request = record.request;
        let history = self.rows.entry(key).or_default();
        history.unnoticed.push(write);
        let database_holds = history.stored.clone();
        if let Some(record) = self.record(write) {
            record.lost = Some(LostWrite { at, cause, database_holds, next_reader: None });
        }
        self.mark(at, MarkKind::Lost, text, Some(request), Some(write));
    }

    fn committed(&mut self, row: &Row, at: VirtualTime) {
        let write = WriteId(row.version());
        let history = self.rows.entry(row.key()).or_default();
        history.stored = Some(row.clone());
        // What the cache accepted before it is part of it.
        let older = match history.accepted.iter().position(|accepted| *accepted == write) {
            Some(place) => history.accepted.drain(..=place).collect(),
            None => vec![write],
        };
        for covered in older {
            self.durable(covered, write, at);
        }
    }

    fn durable(&mut self, covered: WriteId, by: WriteId, at: VirtualTime) {
        let Some(record) = self.record(covered) else { return };
        // A write that was given up while its message was still on its way is not lost after all.
        let was_lost = record.lost.take().is_some();
        record.durable.get_or_insert(at);
        if covered != by {
            record.coalesced_into = Some(by);
        }
        if was_lost {
            self.marks.retain(|mark| mark.kind != MarkKind::Lost || mark.write != Some(covered));
        }
    }

    fn read(&mut self, request: RequestId, key: RowKey, row: Option<Row>, at: VirtualTime) {
        let Some(open) = self.open.get(&request) else { return };
        let (client, started) = (open.client, open.started);
        let seen = WriteId(row.as_ref().map_or(0, Row::version));
        let freshness = self.judge(key, seen, started, at);
        let what = row.as_ref().map_or_else(|| "nothing".to_owned(), |row| format!("{} ({seen})", row.headline()));
        match freshness {
            Freshness::Fresh => {}
            Freshness::Stale { age } => {
                let text = format!("{} read {} = {what}, out of date for {age}", client.name(), key.cache_key());
                self.mark(at, MarkKind::Stale, text, Some(request), None);
            }
            Freshness::AfterLoss { write } => {
                let text =
                    format!("{} read {} = {what}: {write} had been saved, and is gone", client.name(), key.cache_key());
                self.mark(at, MarkKind::AfterLoss, text, Some(request), Some(write));
            }
        }
        self.notice_losses(key, &NextReader { client, request, at, row: row.clone() });
        self.reads.push(ReadRecord { request, client, key, started, answered: at, row, freshness });
    }

    /// A read is stale if it shows `seen` although a newer write of the row was [in force](in_force), and not lost, before
    /// the read began. Newer: its client started it after `seen` had been acknowledged, or the database committed it after
    /// `seen`. Of two writes that overlap in time and are not both committed, neither counts as newer.
    fn judge(&self, key: RowKey, seen: WriteId, started: VirtualTime, now: VirtualTime) -> Freshness {
        let Some(history) = self.rows.get(&key) else { return Freshness::Fresh };
        let shown = self.get(seen);
        if shown.is_none() && seen != WriteId::SEED {
            return Freshness::Fresh;
        }
        let mut since: Option<VirtualTime> = None;
        let mut lost = None;
        for newer in history.writes.iter().filter_map(|write| self.get(*write)) {
            if newer.write == seen || !is_newer(shown, newer, started) {
                continue;
            }
            let Some(told) = in_force(newer).filter(|since| *since < started) else { continue };
            match &newer.lost {
                Some(gone) if gone.at <= now => lost = Some(newer.write),
                _ => since = Some(since.map_or(told, |since| since.min(told))),
            }
        }
        match (since, lost) {
            (Some(since), _) => Freshness::Stale { age: started.since(since) },
            (None, Some(write)) => Freshness::AfterLoss { write },
            (None, None) => Freshness::Fresh,
        }
    }

    fn get(&self, write: WriteId) -> Option<&WriteRecord> {
        let index = usize::try_from(write.0.checked_sub(1)?).ok()?;
        self.writes.get(index)
    }

    fn notice_losses(&mut self, key: RowKey, reader: &NextReader) {
        let unnoticed = self.rows.get_mut(&key).map(|history| std::mem::take(&mut history.unnoticed));
        for write in unnoticed.unwrap_or_default() {
            if let Some(lost) = self.record(write).and_then(|record| record.lost.as_mut()) {
                lost.next_reader = Some(reader.clone());
            }
        }
    }

    fn mark(
        &mut self,
        at: VirtualTime,
        kind: MarkKind,
        text: String,
        request: Option<RequestId>,
        write: Option<WriteId>,
    ) {
        self.marks.push(Mark { at, kind, text, request, write });
    }
}

/// Since when readers may count on a write: since it was acknowledged; or, if its client was told of an error although the
/// database has it, since then.
fn in_force(write: &WriteRecord) -> Option<VirtualTime> {
    write.told.or_else(|| Some(write.failed?.max(write.durable?)))
}

fn is_newer(shown: Option<&WriteRecord>, newer: &WriteRecord, before: VirtualTime) -> bool {
    // The row of the start is older than every write.
    let Some(shown) = shown else { return true };
    let follows = in_force(shown).is_some_and(|since| since < newer.started);
    let committed_later = match (shown.durable, newer.durable) {
        (Some(shown), Some(newer)) => shown < newer && newer < before,
        _ => false,
    };
    follows || committed_later
}

fn loss_by(cause: Removal) -> LostCause {
    match cause {
        Removal::Crashed => LostCause::CacheCrash,
        Removal::Deleted | Removal::Flushed => LostCause::Removed,
        Removal::Evicted => LostCause::Evicted,
        Removal::Expired => LostCause::Expired,
    }
}
