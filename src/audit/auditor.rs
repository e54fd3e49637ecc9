//! Follows the events of a run and keeps the books.

use super::carriers::Carriers;
use super::freshness::{History, in_force, judge};
use super::latency::Latencies;
use super::marks::{Mark, MarkKind};
use super::records::{Freshness, LostCause, LostWrite, NextReader, ReadRecord, WriteRecord};
use crate::database::{Row, RowKey};
use crate::engine::VirtualTime;
use crate::order::SmallMap;
use crate::world::{Actor, Answer, Event, EventKind, Operation, RequestId, WriteId};

struct OpenRequest {
    request: RequestId,
    client: Actor,
    operation: Operation,
    started: VirtualTime,
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
    /// Requests without an answer, in the order of their numbers.
    open: Vec<OpenRequest>,
    rows: SmallMap<RowKey, History>,
    carriers: Carriers,
}

impl Auditor {
    pub(super) fn apply(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::RequestStarted { request, client, operation } => self.start(*request, *client, operation, at),
            EventKind::RequestEnded { request, answer } => self.ended(*request, answer, at),
            EventKind::Queued { row } if self.is_of_a_client(row) => self.carriers.queue(WriteId(row.version())),
            EventKind::Unqueued { write, cause } => {
                self.carriers.unqueue(*write, LostCause::of(*cause));
                self.check_carriers(*write, at);
            }
            EventKind::InHand { writes } => {
                let records = &self.writes;
                let dropped = self.carriers.take_in_hand(writes, |write| record(records, write).map(WriteRecord::key));
                for write in dropped {
                    self.check_carriers(write, at);
                }
            }
            EventKind::ConditionChanged { actor: Actor::Flusher, condition } => {
                self.carriers.flusher_is_up(condition.up);
            }
            EventKind::RowCommitted { row } => self.committed(row, at),
            EventKind::RowRemoved { key } => self.rows.or_default(*key).stored = None,
            EventKind::Intervened { text, .. } => self.mark(at, MarkKind::Intervention, text.to_string(), None, None),
            _ => {}
        }
    }

    fn start(&mut self, request: RequestId, client: Actor, operation: &Operation, at: VirtualTime) {
        self.open.push(OpenRequest { request, client, operation: operation.clone(), started: at });
        let Operation::Write { row } = operation else { return };
        let write = WriteId(row.version());
        self.rows.or_default(row.key()).writes.push(write);
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

    fn ended(&mut self, request: RequestId, answer: &Answer, at: VirtualTime) {
        let Ok(place) = self.open.binary_search_by_key(&request, |open| open.request) else { return };
        let open = self.open.remove(place);
        let span = at.since(open.started);
        match (&open.operation, answer) {
            (_, Answer::Failed { reason }) => self.failed(&open, reason, at),
            (Operation::Write { row }, _) => {
                self.write_latencies.push(at, span);
                self.acknowledged(WriteId(row.version()), at);
            }
            (Operation::Read { key }, _) => {
                self.read_latencies.push(at, span);
                let row = match answer {
                    Answer::Found { row } => Some(row.clone()),
                    _ => None,
                };
                self.read(&open, *key, row, at);
            }
        }
    }

    fn failed(&mut self, open: &OpenRequest, reason: &str, at: VirtualTime) {
        self.failures.push(at);
        let write = open.operation.write();
        if let Some(record) = write.and_then(|write| self.record(write)) {
            record.failed = Some(at);
        }
        let text = format!("{} was told of an error: {reason}", open.client.name());
        self.mark(at, MarkKind::Failed, text, Some(open.request), write);
    }

    fn record(&mut self, write: WriteId) -> Option<&mut WriteRecord> {
        self.writes.get_mut(index_of(write)?)
    }

    /// Whether a client wrote this row, rather than a person who typed something that looks like it.
    fn is_of_a_client(&self, row: &Row) -> bool {
        record(&self.writes, WriteId(row.version())).is_some_and(|record| record.key() == row.key())
    }

    fn acknowledged(&mut self, write: WriteId, at: VirtualTime) {
        if let Some(record) = self.record(write) {
            record.told = Some(at);
        }
        self.check_carriers(write, at);
    }

    /// An acknowledged write is lost when the last that carried it towards the database has let go of it.
    fn check_carriers(&mut self, write: WriteId, at: VirtualTime) {
        let Some(record) = record(&self.writes, write) else { return };
        if record.durable.is_some() || record.told.is_none() || self.carriers.carries(write) {
            return;
        }
        self.lost(write, self.carriers.why_gone(write), at);
    }

    fn lost(&mut self, write: WriteId, cause: LostCause, at: VirtualTime) {
        let Some(record) = record(&self.writes, write).filter(|record| record.lost.is_none()) else { return };
        let (key, request) = (record.key(), record.request);
        let text = format!(
            "{} was told 'saved' for {} = {}: lost, {}",
            record.client.name(),
            key.cache_key(),
            record.row.headline(),
            cause.words()
        );
        let history = self.rows.or_default(key);
        history.unnoticed.push(write);
        let database_holds = history.stored.clone();
        if let Some(record) = self.record(write) {
            record.lost = Some(LostWrite { at, cause, database_holds, next_reader: None });
        }
        self.mark(at, MarkKind::Lost, text, Some(request), Some(write));
    }

    fn committed(&mut self, row: &Row, at: VirtualTime) {
        let write = WriteId(row.version());
        let is_of_a_client = self.is_of_a_client(row);
        let history = self.rows.or_default(row.key());
        let before = history.store(row.clone());
        if !is_of_a_client {
            return;
        }
        self.durable(write, write, at);
        for older in self.carriers.replaced_by(write) {
            self.durable(older, write, at);
        }
        if before.is_some_and(|before| before > write) {
            self.overwritten(row.key(), write, at);
        }
    }

    fn durable(&mut self, covered: WriteId, by: WriteId, at: VirtualTime) {
        let Some(record) = self.record(covered) else { return };
        // A write that was given up while its message was still on its way is not lost after all.
        let was_lost = record.lost.take().is_some();
        if record.durable.replace(record.durable.unwrap_or(at)).is_none() && covered != by {
            record.coalesced_into = Some(by);
        }
        if was_lost && let Some(place) = self.marks.iter().rposition(|mark| mark.is_loss_of(covered)) {
            self.marks.remove(place);
        }
    }

    /// The database took an old write once more, or late: those that began after it had been acknowledged are undone.
    fn overwritten(&mut self, key: RowKey, by: WriteId, at: VirtualTime) {
        let Some(since) = record(&self.writes, by).and_then(in_force) else { return };
        let Some(history) = self.rows.get(&key) else { return };
        let is_undone = |write: &&WriteId| {
            record(&self.writes, **write)
                .is_some_and(|record| record.started > since && record.durable.is_some() && record.told.is_some())
        };
        let undone: Vec<WriteId> = history.writes.iter().filter(is_undone).copied().collect();
        for write in undone {
            self.lost(write, LostCause::Overwritten, at);
        }
    }

    fn read(&mut self, open: &OpenRequest, key: RowKey, row: Option<Row>, at: VirtualTime) {
        let OpenRequest { request, client, started, .. } = *open;
        let seen = WriteId(row.as_ref().map_or(0, Row::version));
        let freshness = match self.rows.get(&key) {
            Some(history) => judge(history, &self.writes, seen, started, at),
            None => Freshness::Fresh,
        };
        let who = client.name();
        let what = || {
            let found = row.as_ref().map_or_else(|| "nothing".to_owned(), |row| format!("{} ({seen})", row.headline()));
            format!("{who} read {} = {found}", key.cache_key())
        };
        match freshness {
            Freshness::Fresh => {}
            Freshness::Stale { age } => {
                let text = format!("{}, out of date for {age}", what());
                self.mark(at, MarkKind::Stale, text, Some(request), None);
            }
            Freshness::AfterLoss { write } => {
                let text = format!("{}: {write} had been saved, and is gone", what());
                self.mark(at, MarkKind::AfterLoss, text, Some(request), Some(write));
            }
        }
        self.notice_losses(key, started, &NextReader { client, request, at, row: row.clone() });
        self.reads.push(ReadRecord { request, client, key, started, answered: at, row, freshness });
    }

    /// Gives the losses that were there when the reader asked to that reader: an answer that was on its way when the
    /// write was lost tells nothing of it.
    fn notice_losses(&mut self, key: RowKey, started: VirtualTime, reader: &NextReader) {
        let Some(history) = self.rows.get_mut(&key) else { return };
        let unnoticed = std::mem::take(&mut history.unnoticed);
        let mut later = Vec::new();
        for write in unnoticed {
            match self.record(write).and_then(|record| record.lost.as_mut()) {
                Some(lost) if lost.at <= started => lost.next_reader = Some(reader.clone()),
                Some(_) => later.push(write),
                None => {}
            }
        }
        if let Some(history) = self.rows.get_mut(&key) {
            history.unnoticed = later;
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

/// Where the records have a write: they are in the order of its numbers, which count from 1.
fn index_of(write: WriteId) -> Option<usize> {
    usize::try_from(write.0.checked_sub(1)?).ok()
}

/// The record of a write, if a client made it.
pub(super) fn record(records: &[WriteRecord], write: WriteId) -> Option<&WriteRecord> {
    records.get(index_of(write)?)
}
