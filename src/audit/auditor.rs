//! Follows the events of a run and keeps the books.

use std::rc::Rc;

use super::book::{Answered, Book};
use super::carriers::Carriers;
use super::freshness::in_force;
use super::latency::Latencies;
use super::marks::{Finding, Mark};
use super::order::{Commit, OutOfOrder};
use super::records::{LostCause, LostWrite, NextReader, ReadRecord, WriteRecord, WriteState};
use super::register::Access;
use super::updates::LostUpdate;
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
    rows: SmallMap<RowKey, Book>,
    carriers: Carriers,
    /// How often a write was put into the queue.
    queued: u32,
}

impl Auditor {
    pub(super) fn apply(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::RequestStarted { request, client, operation } => self.start(*request, *client, operation, at),
            EventKind::RequestEnded { request, answer } => self.ended(*request, answer, at),
            EventKind::Queued { row } if self.is_of_a_client(row) => {
                let write = WriteId(row.version());
                self.carriers.queue(write);
                self.queued += 1;
                let place = self.queued;
                if let Some(record) = self.record(write) {
                    // Another copy changes nothing.
                    record.queued.get_or_insert(place);
                }
            }
            EventKind::WorkedOut { write, from } => {
                if let Some(record) = self.record(*write) {
                    record.from = Some(*from);
                }
            }
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
            EventKind::FailedOver { key, row, lost } => self.failed_over(*key, row.as_ref(), lost, at),
            EventKind::RowRemoved { key } => self.rows.or_default(*key).history.stored = None,
            EventKind::Intervened { text, .. } => {
                self.marks.push(Mark::new(at, Finding::Intervention(text.clone())));
            }
            _ => {}
        }
    }

    fn start(&mut self, request: RequestId, client: Actor, operation: &Operation, at: VirtualTime) {
        self.open.push(OpenRequest { request, client, operation: operation.clone(), started: at });
        let Operation::Write { row } = operation else { return };
        let write = WriteId(row.version());
        let book = self.rows.or_default(row.key());
        book.history.writes.push(write);
        book.register.write_started(write, Access { request, client, writes: true, started: at, ended: None });
        self.writes.push(WriteRecord {
            write,
            request,
            client,
            row: row.clone(),
            started: at,
            from: None,
            queued: None,
            told: None,
            failed: None,
            durable: None,
            coalesced_into: None,
            losses: Vec::new(),
            taken: false,
            states: vec![(at, WriteState::Underway)],
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

    fn failed(&mut self, open: &OpenRequest, reason: &Rc<str>, at: VirtualTime) {
        self.failures.push(at);
        let write = open.operation.write();
        if let Some(record) = write.and_then(|write| self.record(write)) {
            record.failed = Some(at);
            record.turn(WriteState::Failed, at);
        }
        let finding = Finding::Failed(open.client, reason.clone());
        self.marks.push(Mark { request: Some(open.request), write, ..Mark::new(at, finding) });
    }

    fn record(&mut self, write: WriteId) -> Option<&mut WriteRecord> {
        self.writes.get_mut(index_of(write)?)
    }

    /// Whether a client wrote this row, rather than a person who typed something that looks like it.
    fn is_of_a_client(&self, row: &Row) -> bool {
        record(&self.writes, WriteId(row.version())).is_some_and(|record| record.key() == row.key())
    }

    fn acknowledged(&mut self, write: WriteId, at: VirtualTime) {
        let Some(record) = self.record(write) else { return };
        record.told = Some(at);
        record.turn(if record.is_durable() { WriteState::Durable } else { WriteState::Pending }, at);
        let (client, key) = (record.client, record.key());
        let book = self.rows.or_default(key);
        book.sessions.saved(client, write);
        book.register.write_ended(write, at);
        if let Some(update) = book.updates.saved(write) {
            self.lost_update(update, at);
        }
        self.check_carriers(write, at);
    }

    fn lost_update(&mut self, update: LostUpdate, at: VirtualTime) {
        let request = record(&self.writes, update.by).map(|record| record.request);
        let mark = Mark::new(at, Finding::LostUpdate(update));
        self.marks.push(Mark { request, write: Some(update.lost), ..mark });
    }

    /// An acknowledged write is lost when the last that carried it towards the database has let go of it.
    fn check_carriers(&mut self, write: WriteId, at: VirtualTime) {
        let Some(record) = record(&self.writes, write) else { return };
        if record.is_durable() || record.told.is_none() || self.carriers.carries(write) {
            return;
        }
        let cause = if record.taken { LostCause::Failover } else { self.carriers.why_gone(write) };
        self.lost(write, cause, at);
    }

    /// The database is a replica now, to which these writes of a row had not come, nor those that they stood for.
    fn failed_over(&mut self, key: RowKey, row: Option<&Row>, lost: &[WriteId], at: VirtualTime) {
        self.rows.or_default(key).history.stored = row.cloned();
        let stands_for = |record: &WriteRecord| lost.contains(&record.coalesced_into.unwrap_or(record.write));
        let is_taken = |record: &&mut WriteRecord| record.key() == key && record.is_durable() && stands_for(record);
        let mut taken = Vec::new();
        for record in self.writes.iter_mut().filter(is_taken) {
            record.taken = true;
            if record.told.is_some() && !record.is_lost() {
                record.turn(WriteState::Pending, at);
            }
            taken.push(record.write);
        }
        for write in taken {
            self.check_carriers(write, at);
        }
    }

    fn lost(&mut self, write: WriteId, cause: LostCause, at: VirtualTime) {
        let Some(record) = record(&self.writes, write).filter(|record| !record.is_lost()) else { return };
        let (key, request) = (record.key(), record.request);
        let history = &mut self.rows.or_default(key).history;
        history.unnoticed.push(write);
        let database_holds = history.stored.clone();
        if let Some(record) = self.record(write) {
            record.losses.push(LostWrite { at, cause, database_holds, next_reader: None });
            record.turn(WriteState::Lost, at);
        }
        self.marks.push(Mark { request: Some(request), write: Some(write), ..Mark::new(at, Finding::Lost(cause)) });
    }

    fn committed(&mut self, row: &Row, at: VirtualTime) {
        let write = WriteId(row.version());
        let is_of_a_client = self.is_of_a_client(row);
        let before = self.rows.or_default(row.key()).history.store(row.clone());
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
        let marked = self.marks.len();
        if before.is_some_and(|before| before > write) {
            self.overwritten(row.key(), write, at);
        }
        if let Some(found) = self.check_order(row.key(), write, at) {
            self.out_of_order(found, marked, at);
        }
    }

    /// Looks for updates that a commit loses.
    fn check_updates(&mut self, key: RowKey, committed: WriteId, at: VirtualTime) {
        let records = &self.writes;
        let is_first = record(records, committed).is_some_and(|record| record.durable == Some(at));
        let updates = &mut self.rows.or_default(key).updates;
        for update in updates.committed(committed, is_first, |write| record(records, write)?.from) {
            if record(&self.writes, update.lost).is_some_and(|record| record.told.is_some()) {
                self.lost_update(update, at);
            } else {
                self.rows.or_default(key).updates.keep(update);
            }
        }
    }

    fn check_order(&mut self, key: RowKey, write: WriteId, at: VirtualTime) -> Option<OutOfOrder> {
        let committed = record(&self.writes, write)?;
        let (place, since) = (committed.queued, in_force(committed));
        let commit = Commit { write, at: committed.durable.unwrap_or(at), started: committed.started };
        self.rows.or_default(key).order.commit(commit, place, at, since)
    }

    /// Where writes are lost by it, the first of those marks tells it too.
    fn out_of_order(&mut self, found: OutOfOrder, marked: usize, at: VirtualTime) {
        if let Some(loss) = self.marks.get_mut(marked) {
            loss.findings.push(Finding::OutOfOrder(found));
            return;
        }
        let request = record(&self.writes, found.late).map(|record| record.request);
        self.marks.push(Mark { request, write: Some(found.late), ..Mark::new(at, Finding::OutOfOrder(found)) });
    }

    fn durable(&mut self, covered: WriteId, by: WriteId, at: VirtualTime) {
        let Some(record) = self.record(covered) else { return };
        record.taken = false;
        if record.durable.replace(record.durable.unwrap_or(at)).is_none() && covered != by {
            record.coalesced_into = Some(by);
        }
        if record.told.is_some() {
            // Be it one that was given up while its message was still on its way.
            record.turn(WriteState::Durable, at);
        }
    }

    /// The database took an old write once more, or late: those that began after it had been acknowledged are undone.
    fn overwritten(&mut self, key: RowKey, by: WriteId, at: VirtualTime) {
        let Some(since) = record(&self.writes, by).and_then(in_force) else { return };
        let Some(book) = self.rows.get(&key) else { return };
        let is_undone = |write: &&WriteId| {
            record(&self.writes, **write)
                .is_some_and(|record| record.started > since && record.durable.is_some() && record.told.is_some())
        };
        let undone: Vec<WriteId> = book.history.writes.iter().filter(is_undone).copied().collect();
        for write in undone {
            self.lost(write, LostCause::Overwritten, at);
        }
    }

    fn read(&mut self, open: &OpenRequest, key: RowKey, row: Option<Row>, at: VirtualTime) {
        let OpenRequest { request, client, started, .. } = *open;
        let shown = WriteId(row.as_ref().map_or(0, Row::version));
        let answered = Answered { client, request, started, at, shown };
        let (freshness, findings) = self.rows.or_default(key).judge(&answered, &self.writes);
        if let Some(first) = findings.first() {
            let (kind, read) = (first.kind(), u32::try_from(self.reads.len()).ok());
            let write = if let Finding::AfterLoss(write) = first { Some(*write) } else { None };
            self.marks.push(Mark { at, kind, findings, request: Some(request), write, read });
        }
        self.notice_losses(key, started, &NextReader { client, request, at, row: row.clone() });
        self.reads.push(ReadRecord { request, client, key, started, answered: at, row, freshness });
    }

    /// Gives the losses that were there when the reader asked to that reader: an answer that was on its way when the
    /// write was lost tells nothing of it.
    fn notice_losses(&mut self, key: RowKey, started: VirtualTime, reader: &NextReader) {
        let Some(book) = self.rows.get_mut(&key) else { return };
        if book.history.unnoticed.is_empty() {
            return;
        }
        let unnoticed = std::mem::take(&mut book.history.unnoticed);
        let mut later = Vec::new();
        for write in unnoticed {
            match self.record(write).filter(|record| record.is_lost()).and_then(|record| record.losses.last_mut()) {
                Some(lost) if lost.at <= started => lost.next_reader = Some(reader.clone()),
                Some(_) => later.push(write),
                None => {}
            }
        }
        if let Some(book) = self.rows.get_mut(&key) {
            book.history.unnoticed = later;
        }
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
