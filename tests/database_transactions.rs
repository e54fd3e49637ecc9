//! Random interleavings of several connections, with cancelled waits, lost connections and crashes, against a plain
//! model.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

mod database_model;

use cachescope::database::{
    Catalogue, Condition, Connection, Database, Execution, OnConflict, Outcome, Row, RowBatch, RowKey, Statement,
    TableId, changed, seed,
};
use database_model::{Answer, Ask, CLIENTS, Mode, Model};
use proptest::prelude::*;
use proptest::strategy::ValueTree;

#[derive(Clone, Debug)]
enum Step {
    Execute(usize, Ask),
    Retry(usize),
    Cancel(usize),
    Reconnect(usize),
    Crash,
    Checkpoint,
}

struct Run {
    database: Database,
    connections: Vec<Connection>,
    last: Vec<Ask>,
    model: Model,
    now: u64,
}

impl Run {
    fn new() -> Run {
        let mut database = Database::new(&Catalogue::course());
        let rows: Vec<Row> = seed::rows(TableId::Users, 2).chain(seed::rows(TableId::Orders, 1)).collect();
        database.seed(rows.iter().cloned()).unwrap();
        let connections = (0..CLIENTS).map(|_| database.connect().unwrap()).collect();
        let model = Model::of(rows);
        Run { database, connections, last: vec![Ask::Plain(Statement::Rollback); CLIENTS], model, now: 0 }
    }

    fn number(&self, connection: Connection) -> usize {
        self.connections.iter().position(|known| *known == connection).unwrap()
    }

    fn step(&mut self, step: &Step) {
        self.now += 1_000;
        match step {
            Step::Execute(client, ask) => self.execute(*client, ask.clone()),
            Step::Retry(client) => self.execute(*client, self.last[*client].clone()),
            Step::Cancel(client) => {
                assert_eq!(self.database.cancel(self.connections[*client], self.now), self.model.cancel(*client));
            }
            Step::Reconnect(client) => {
                self.database.disconnect(self.connections[*client], self.now);
                self.model.woken.retain(|woken| woken != client);
                self.model.finish(*client, Mode::Auto);
                self.connections[*client] = self.database.connect().unwrap();
            }
            Step::Crash => self.crash(),
            Step::Checkpoint => self.database.checkpoint(),
        }
        self.compare();
        // Those who were handed a lock run again, as the world above would have them do.
        while let Some(client) = self.woken() {
            self.execute(client, self.last[client].clone());
            self.compare();
        }
    }

    /// Takes in who was woken; the first of them, if any, is to run again now, and the others stay for later steps.
    fn woken(&mut self) -> Option<usize> {
        let woken: Vec<usize> = self.database.take_woken().into_iter().map(|woken| self.number(woken)).collect();
        assert_eq!(woken, std::mem::take(&mut self.model.woken));
        woken.first().copied()
    }

    fn execute(&mut self, client: usize, ask: Ask) {
        let answer = match self.database.execute(self.connections[client], self.now, &ask.statement()) {
            Ok(Execution::Blocked { by }) => Answer::Blocked(self.number(by)),
            Ok(Execution::Done(Outcome::Row(row))) => Answer::Rows(row.into_iter().collect()),
            Ok(Execution::Done(Outcome::Rows(rows))) => Answer::Rows(rows),
            Ok(Execution::Done(Outcome::Count(count))) => Answer::Count(count),
            Ok(Execution::Done(Outcome::Begun)) => Answer::Begun,
            Ok(Execution::Done(Outcome::Committed)) => Answer::Committed,
            Ok(Execution::Done(Outcome::RolledBack)) => Answer::RolledBack,
            Err(error) => Answer::Error(error.sqlstate()),
        };
        assert_eq!(answer, self.model.execute(client, &ask), "{} by client {client}", ask.statement());
        self.last[client] = ask;
    }

    fn crash(&mut self) {
        self.database.crash();
        self.model.crash(&self.connections);
        let lost = self.database.execute(self.connections[0], self.now, &Statement::Begin).unwrap_err();
        assert_eq!(lost.sqlstate(), "08006");
        assert_eq!(self.database.connect().unwrap_err().sqlstate(), "57P03");
        self.database.recover(self.now);
        let woken: Vec<usize> = self.database.take_woken().into_iter().map(|woken| self.number(woken)).collect();
        assert_eq!(woken, std::mem::take(&mut self.model.woken));
        self.connections = (0..CLIENTS).map(|_| self.database.connect().unwrap()).collect();
    }

    fn compare(&mut self) {
        let stored: Vec<&Row> = TableId::ALL.into_iter().flat_map(|table| self.database.rows(table)).collect();
        let expected: Vec<&Row> = self.model.committed.values().collect();
        assert_eq!(stored, expected);
        for table in TableId::ALL {
            let count = expected.iter().filter(|row| row.key().table == table).count();
            assert_eq!(self.database.row_count(table), count as u64);
        }
        let held: Vec<(RowKey, usize)> =
            self.database.locks().map(|lock| (lock.key, self.number(lock.holder))).collect();
        let mut expected = self.model.holders.clone();
        expected.sort_unstable();
        assert_eq!(held, expected);
        let changes: Vec<(RowKey, Option<Row>)> =
            self.database.take_changes().into_iter().map(|change| (change.key, change.row)).collect();
        assert_eq!(changes, std::mem::take(&mut self.model.changes));
    }
}

fn key() -> impl Strategy<Value = RowKey> {
    prop_oneof![4 => (1..4u32).prop_map(RowKey::user), 1 => (1..3u32).prop_map(RowKey::order)]
}

fn row() -> impl Strategy<Value = Row> {
    (key(), 1..20u64).prop_map(|(key, version)| changed(&seed::row(key), version))
}

fn condition() -> impl Strategy<Value = Condition> {
    prop_oneof![
        3 => Just(Condition::Always),
        1 => (0..20u64).prop_map(Condition::VersionBelow),
        1 => (0..4u64).prop_map(Condition::VersionIs),
    ]
}

fn conflict() -> impl Strategy<Value = OnConflict> {
    prop_oneof![Just(OnConflict::Overwrite), Just(OnConflict::KeepNewer)]
}

fn ask() -> impl Strategy<Value = Ask> {
    let plain = prop_oneof![
        2 => key().prop_map(|key| Statement::Select { key }),
        2 => key().prop_map(|key| Statement::SelectForUpdate { key }),
        1 => prop::collection::vec(0..5u32, 0..4)
            .prop_map(|ids| Statement::SelectMany { table: TableId::Users, ids: ids.into() }),
        2 => row().prop_map(Statement::Insert),
        2 => key().prop_map(|key| Statement::Delete { key }),
        2 => (row(), conflict()).prop_map(|(row, conflict)| Statement::Upsert { row, conflict }),
        3 => (prop::collection::vec(row(), 1..4), conflict()).prop_map(|(rows, conflict)| Statement::UpsertMany {
            rows: RowBatch::by_table(rows).remove(0),
            conflict,
        }),
        5 => Just(Statement::Begin),
        2 => Just(Statement::Commit),
        1 => Just(Statement::Rollback),
    ];
    prop_oneof![
        20 => plain.prop_map(Ask::Plain),
        4 => (row(), condition()).prop_map(|(row, condition)| Ask::SetAll(row, condition)),
        3 => (1..4u32, "[a-z']{1,4}", 1..20u64, condition())
            .prop_map(|(id, name, version, condition)| Ask::SetName(id, name, version, condition)),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        40 => (0..CLIENTS, ask()).prop_map(|(client, ask)| Step::Execute(client, ask)),
        3 => (0..CLIENTS).prop_map(Step::Retry),
        1 => (0..CLIENTS).prop_map(Step::Cancel),
        1 => (0..CLIENTS).prop_map(Step::Reconnect),
        1 => Just(Step::Crash),
        1 => Just(Step::Checkpoint),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Answers, committed rows, locks, wake-ups and the stream of changes are the model's after every step.
    #[test]
    fn the_database_does_what_the_model_does(steps in prop::collection::vec(step(), 1..120)) {
        let mut run = Run::new();
        for step in &steps {
            run.step(step);
        }
    }
}

/// The random runs are of use only if what they are about happens in them.
#[test]
fn random_steps_reach_waits_and_deadlocks() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut totals = [0; 4];
    for _ in 0..200 {
        let steps = prop::collection::vec(step(), 120).new_tree(&mut runner).unwrap().current();
        let mut run = Run::new();
        steps.iter().for_each(|step| run.step(step));
        let stats = run.database.stats();
        let seen = [stats.lock_waits, stats.deadlocks, stats.commits, stats.rollbacks];
        totals.iter_mut().zip(seen).for_each(|(total, seen)| *total += seen);
    }
    assert!(totals.iter().all(|total| *total > 20), "waits, deadlocks, commits, rollbacks: {totals:?}");
}
