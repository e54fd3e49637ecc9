//! The checkers by hand-made events: who asked for what, when, and what the database took.

use std::rc::Rc;

use super::{Audit, MarkKind};
use crate::database::{Row, RowKey, TableId, changed, seed};
use crate::engine::VirtualTime;
use crate::trace::Trace;
use crate::world::{Actor, Answer, Event, EventKind, Operation, Removal, RequestId, WriteId};

use MarkKind::{AfterLoss, Backwards, Lost, LostUpdate, NotLinearizable, OutOfOrder, OwnWrite, Stale};

const KEY: RowKey = RowKey { table: TableId::Products, id: 1 };

fn at(seconds: u64) -> VirtualTime {
    VirtualTime::from_secs(seconds)
}

fn row(version: u64) -> Row {
    if version == 0 { seed::row(KEY) } else { changed(&seed::row(KEY), version) }
}

/// Events as they are made up, in order.
#[derive(Default)]
struct Made {
    events: Vec<Event>,
    requests: u32,
    writes: u64,
}

impl Made {
    fn note(&mut self, seconds: u64, kind: EventKind) {
        self.events.push(Event { at: at(seconds), kind });
    }

    fn starts(&mut self, seconds: u64, client: u8, operation: Operation) -> RequestId {
        self.requests += 1;
        let request = RequestId(self.requests);
        self.note(seconds, EventKind::RequestStarted { request, client: Actor::Client(client), operation });
        request
    }

    fn asks(&mut self, seconds: u64, client: u8) -> RequestId {
        self.starts(seconds, client, Operation::Read { key: KEY })
    }

    fn writes(&mut self, seconds: u64, client: u8) -> RequestId {
        self.writes += 1;
        let row = row(self.writes);
        self.starts(seconds, client, Operation::Write { row })
    }

    fn ends(&mut self, seconds: u64, request: RequestId, answer: Answer) {
        self.note(seconds, EventKind::RequestEnded { request, answer });
    }

    fn saved(&mut self, seconds: u64, request: RequestId) {
        self.ends(seconds, request, Answer::Saved);
    }

    fn fails(&mut self, seconds: u64, request: RequestId) {
        self.ends(seconds, request, Answer::Failed { reason: Rc::from("timeout") });
    }

    fn gets(&mut self, seconds: u64, request: RequestId, version: u64) {
        self.ends(seconds, request, Answer::Found { row: row(version) });
    }

    fn commits(&mut self, seconds: u64, version: u64) {
        self.note(seconds, EventKind::RowCommitted { row: row(version) });
    }

    fn queues(&mut self, seconds: u64, version: u64) {
        self.note(seconds, EventKind::Queued { row: row(version) });
    }

    fn works_out(&mut self, seconds: u64, write: u64, from: u64) {
        self.note(seconds, EventKind::WorkedOut { write: WriteId(write), from: WriteId(from) });
    }

    /// A read from this second to the next.
    fn reads(&mut self, seconds: u64, client: u8, version: u64) {
        let request = self.asks(seconds, client);
        self.gets(seconds + 1, request, version);
    }

    /// A write from this second to the next, which the database takes at once.
    fn stores(&mut self, seconds: u64, client: u8) {
        let request = self.writes(seconds, client);
        self.commits(seconds, self.writes);
        self.saved(seconds + 1, request);
    }

    fn audit(self) -> Audit {
        Audit::of(&Trace::new(self.events, at(1_000)))
    }

    /// What each mark tells, in order.
    fn found(self) -> Vec<Vec<MarkKind>> {
        let audit = self.audit();
        audit.marks().iter().map(|mark| mark.findings.iter().map(super::Finding::kind).collect()).collect()
    }
}

#[test]
fn who_reads_an_older_value_than_its_own_is_told_apart_from_who_reads_a_stale_one() {
    let mut made = Made::default();
    made.stores(1, 1);
    made.reads(5, 1, 0);
    made.reads(7, 2, 0);
    made.reads(9, 1, 1);
    assert_eq!(made.found(), [vec![OwnWrite, Stale, NotLinearizable], vec![Stale, NotLinearizable]]);
}

#[test]
fn a_write_that_was_not_saved_before_the_read_began_or_failed_owes_its_client_nothing() {
    let mut made = Made::default();
    let write = made.writes(1, 1);
    let read = made.asks(2, 1);
    made.saved(3, write);
    made.gets(4, read, 0);
    let failed = made.writes(5, 1);
    made.fails(6, failed);
    made.reads(7, 1, 1);
    let kinds: Vec<_> = made.found().into_iter().flatten().filter(|kind| kind.is_violation()).collect();
    assert_eq!(kinds, [Lost], "it was acknowledged without being stored");
}

#[test]
fn a_newer_write_of_another_client_is_no_older_than_ones_own() {
    let mut made = Made::default();
    made.stores(1, 1);
    made.stores(3, 2);
    made.reads(5, 1, 2);
    assert_eq!(made.found(), Vec::<Vec<MarkKind>>::new());
}

#[test]
fn who_sees_an_older_value_than_before_goes_backwards_even_while_the_write_is_not_over() {
    let mut made = Made::default();
    let write = made.writes(1, 1);
    made.commits(2, 1);
    made.reads(3, 2, 1);
    made.reads(5, 2, 0);
    made.reads(7, 3, 0);
    made.saved(9, write);
    assert_eq!(made.found(), [vec![Backwards, NotLinearizable], vec![NotLinearizable]]);
}

#[test]
fn reads_that_overlap_may_be_answered_in_any_order() {
    let mut made = Made::default();
    let write = made.writes(1, 1);
    made.commits(2, 1);
    let (early, late) = (made.asks(1, 2), made.asks(3, 2));
    made.gets(4, late, 1);
    made.gets(5, early, 0);
    made.reads(6, 2, 1);
    made.saved(9, write);
    assert_eq!(made.found(), Vec::<Vec<MarkKind>>::new());
}

#[test]
fn who_saw_a_value_that_was_lost_goes_backwards_after_the_loss() {
    let mut made = Made::default();
    let write = made.writes(1, 1);
    made.queues(2, 1);
    made.saved(3, write);
    made.reads(4, 2, 1);
    made.note(6, EventKind::Unqueued { write: WriteId(1), cause: Removal::Crashed });
    made.reads(7, 2, 0);
    made.reads(9, 1, 0);
    let found = made.found();
    assert_eq!(found[0], [Lost]);
    assert_eq!(found[1], [AfterLoss, Backwards, NotLinearizable]);
    assert_eq!(found[2], [AfterLoss, OwnWrite, NotLinearizable]);
}

#[test]
fn an_update_is_lost_when_it_is_replaced_unseen_and_told_when_it_was_promised() {
    let mut made = Made::default();
    let (first, second) = (made.writes(1, 1), made.writes(1, 2));
    made.works_out(2, 1, 0);
    made.works_out(2, 2, 0);
    made.commits(3, 1);
    made.commits(4, 2);
    made.saved(5, second);
    made.saved(6, first);
    let audit = made.audit();
    let [mark] = audit.marks() else { panic!("{:?}", audit.marks()) };
    assert_eq!((mark.kind, mark.at), (LostUpdate, at(6)));
    let told = "Mina was told “saved” for product:1 = 12.50 (v1) at 6.00 s, but Omar’s v2 was worked out from v0 and \
                replaced it unseen at 4.00 s.";
    assert_eq!(audit.sentence(mark), told);
}

#[test]
fn an_update_is_lost_also_where_the_flush_writes_only_the_newest() {
    let mut made = Made::default();
    for (write, client) in [(1, 1), (2, 2)] {
        let request = made.writes(1, client);
        made.works_out(2, write, 0);
        made.queues(2, write);
        made.saved(3, request);
    }
    made.note(5, EventKind::InHand { writes: Rc::from([WriteId(1), WriteId(2)]) });
    made.commits(6, 2);
    assert_eq!(made.found(), [vec![LostUpdate]]);
}

#[test]
fn an_older_write_after_a_newer_one_is_one_mark_with_the_write_that_it_undoes() {
    let mut made = Made::default();
    for seconds in [1, 4] {
        let request = made.writes(seconds, 1);
        made.queues(seconds, seconds.div_ceil(3));
        made.saved(seconds + 1, request);
    }
    made.commits(6, 2);
    made.commits(7, 1);
    assert_eq!(made.found(), [vec![Lost, OutOfOrder]]);
}

#[test]
fn a_loss_that_is_made_good_is_told_where_it_was() {
    let mut made = Made::default();
    for seconds in [1, 4] {
        let request = made.writes(seconds, 1);
        made.queues(seconds, seconds.div_ceil(3));
        made.saved(seconds + 1, request);
    }
    for (seconds, version) in [(6, 1), (7, 2), (8, 1), (9, 2)] {
        made.commits(seconds, version);
    }
    let audit = made.audit();
    let [mark] = audit.marks() else { panic!("{:?}", audit.marks()) };
    assert_eq!((mark.kind, mark.at, mark.write), (Lost, at(8), Some(WriteId(2))));
    assert!(mark.shows(OutOfOrder) && audit.sentence(mark).ends_with("; the database had it after all at 9.00 s."));
    assert_eq!([7, 8, 9].map(|seconds| audit.ledger(at(seconds)).lost), [0, 1, 0]);
}

#[test]
fn the_sentence_of_a_read_names_who_what_and_when() {
    let mut made = Made::default();
    made.stores(1, 1);
    made.stores(3, 2);
    made.reads(6, 1, 2);
    made.reads(8, 1, 1);
    let audit = made.audit();
    let [mark] = audit.marks() else { panic!("{:?}", audit.marks()) };
    let sentence = audit.sentence(mark);
    assert!(
        sentence.starts_with("Mina asked for product:1 at 8.00 s and got 12.50 (v1) at 9.00 s, older than v2"),
        "{sentence}"
    );
    let further = mark.findings.iter().skip(1).map(|finding| (finding.kind(), audit.told(mark, finding)));
    let further: Vec<(MarkKind, String)> = further.collect();
    let told = "contradicting Mina’s write of it (1.00 s to 2.00 s) and Omar’s write of v2 (3.00 s to 4.00 s)";
    assert_eq!(further, [(Stale, "out of date for 4.00 s".to_owned()), (NotLinearizable, told.to_owned())]);
}

#[test]
fn counts_and_the_first_violation_follow_the_time() {
    let mut made = Made::default();
    made.stores(1, 1);
    let failed = made.asks(2, 1);
    made.fails(3, failed);
    made.reads(5, 1, 0);
    made.reads(7, 2, 0);
    let audit = made.audit();
    let counts = |seconds| [MarkKind::Failed, OwnWrite, Stale].map(|kind| audit.anomalies(at(seconds)).count(kind));
    assert_eq!([counts(2), counts(3), counts(6), counts(8)], [[0, 0, 0], [1, 0, 0], [1, 1, 1], [1, 1, 2]]);
    let next = [0, 5, 6, 8].map(|seconds| audit.violation_after(at(seconds)));
    assert_eq!(next, [Some(at(6)), Some(at(6)), Some(at(8)), None]);
}
