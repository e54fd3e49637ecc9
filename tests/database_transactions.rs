//! Random interleavings of several connections, with cancelled waits, lost connections and crashes, against a plain model:
//! a map of committed rows, one overlay a transaction, and lists of who holds what and who waits for what.

#![allow(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use cachescope::database::{
    Catalogue, Condition, Connection, Database, Execution, OnConflict, Outcome, Row, RowBatch, RowKey, Statement,
    TableId, Update, Value, changed, seed,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::collections::{BTreeMap, BTreeSet};

const CLIENTS: usize = 4;

/// What a client asks for: a statement, or an update in a form that the model can apply by itself.
#[derive(Clone, Debug)]
enum Ask {
    Plain(Statement),
    SetAll(Row, Condition),
    SetName(u32, String, u64, Condition),
}

#[derive(Clone, Debug)]
enum Step {
    Execute(usize, Ask),
    Retry(usize),
    Cancel(usize),
    Reconnect(usize),
    Crash,
    Checkpoint,
}

#[derive(Clone, Debug, PartialEq)]
enum Answer {
    Rows(Vec<Row>),
    Count(u64),
    Begun,
    Committed,
    RolledBack,
    Blocked(usize),
    Error(&'static str),
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum Mode {
    #[default]
    Auto,
    Open,
    Failed,
}

#[derive(Default)]
struct Client {
    mode: Mode,
    overlay: BTreeMap<RowKey, Option<Row>>,
    handed: Option<RowKey>,
}

#[derive(Default)]
struct Model {
    committed: BTreeMap<RowKey, Row>,
    clients: [Client; CLIENTS],
    holders: Vec<(RowKey, usize)>,
    waiters: Vec<(RowKey, usize)>,
    woken: Vec<usize>,
    changes: Vec<(RowKey, Option<Row>)>,
}

impl Ask {
    fn statement(&self) -> Statement {
        match self {
            Ask::Plain(statement) => statement.clone(),
            Ask::SetAll(row, condition) => Statement::Update(Update::row(row.clone()).only_if(*condition)),
            Ask::SetName(id, name, version, condition) => {
                let set = [("name", Value::text(name.as_str())), ("version", Value::Integer(*version as i64))];
                Statement::Update(Update::columns(RowKey::user(*id), &set).unwrap().only_if(*condition))
            }
        }
    }
}

impl Model {
    fn see(&self, client: usize, key: RowKey) -> Option<Row> {
        match self.clients[client].overlay.get(&key) {
            Some(own) => own.clone(),
            None => self.committed.get(&key).cloned(),
        }
    }

    fn holder(&self, key: RowKey) -> Option<usize> {
        self.holders.iter().find(|(held, _)| *held == key).map(|(_, client)| *client)
    }

    fn release(&mut self, key: RowKey) {
        self.holders.retain(|(held, _)| *held != key);
        if let Some(place) = self.waiters.iter().position(|(wanted, _)| *wanted == key) {
            let (_, next) = self.waiters.remove(place);
            self.holders.push((key, next));
            self.clients[next].handed = Some(key);
            self.woken.push(next);
        }
    }

    fn stop_waiting(&mut self, client: usize) {
        self.waiters.retain(|(_, waiter)| *waiter != client);
    }

    /// Forgets whatever the client had going, and lets go of its locks.
    fn finish(&mut self, client: usize, mode: Mode) {
        self.stop_waiting(client);
        self.clients[client] = Client { mode, ..Client::default() };
        let held: Vec<RowKey> = self.holders.iter().filter(|(_, who)| *who == client).map(|(key, _)| *key).collect();
        for key in held {
            self.release(key);
        }
    }

    fn publish(&mut self, client: usize) {
        for (key, row) in std::mem::take(&mut self.clients[client].overlay) {
            self.changes.push((key, row.clone()));
            match row {
                Some(row) => self.committed.insert(key, row),
                None => self.committed.remove(&key),
            };
        }
    }

    fn would_deadlock(&self, client: usize, key: RowKey) -> bool {
        let mut at = self.holder(key);
        for _ in 0..=CLIENTS {
            let Some(holder) = at else { return false };
            if holder == client {
                return true;
            }
            let Some((wanted, _)) = self.waiters.iter().find(|(_, waiter)| *waiter == holder) else { return false };
            at = self.holder(*wanted);
        }
        panic!("a circle that nobody noticed");
    }

    fn lock(&mut self, client: usize, key: RowKey) -> Option<Answer> {
        let Some(holder) = self.holder(key) else {
            self.holders.push((key, client));
            return None;
        };
        if holder == client {
            return None;
        }
        if !self.waiters.contains(&(key, client)) {
            self.stop_waiting(client);
            if self.would_deadlock(client, key) {
                return Some(Answer::Error("40P01"));
            }
            self.waiters.push((key, client));
        }
        Some(Answer::Blocked(holder))
    }

    fn put(&mut self, client: usize, key: RowKey, row: Option<Row>) -> Answer {
        self.clients[client].overlay.insert(key, row);
        Answer::Count(1)
    }

    /// Runs `then` on a row that is there and locked; otherwise lets go of the lock that the client waited for.
    fn on_row(
        &mut self,
        client: usize,
        key: RowKey,
        fits: impl Fn(&Row) -> bool,
        otherwise: Answer,
        then: impl FnOnce(&mut Model, Row) -> Answer,
    ) -> Answer {
        let Some(row) = self.see(client, key).filter(fits) else {
            if self.clients[client].handed == Some(key) {
                self.release(key);
            }
            return otherwise;
        };
        match self.lock(client, key) {
            Some(answer) => answer,
            None => then(self, row),
        }
    }

    fn run(&mut self, client: usize, ask: &Ask) -> Answer {
        let statement = match ask {
            Ask::Plain(statement) => statement,
            Ask::SetAll(new, condition) => {
                let fits = |row: &Row| fits(*condition, row.version());
                let put = |model: &mut Model, _| model.put(client, new.key(), Some(new.clone()));
                return self.on_row(client, new.key(), fits, Answer::Count(0), put);
            }
            Ask::SetName(id, name, version, condition) => {
                let fits = |row: &Row| fits(*condition, row.version());
                let put = |model: &mut Model, row: Row| {
                    let email = row.get("email").unwrap().clone();
                    let number = Value::Integer(*version as i64);
                    let cells = vec![Value::Integer(i64::from(*id)), Value::text(name.as_str()), email, number];
                    model.put(client, row.key(), Some(Row::new(TableId::Users, cells).unwrap()))
                };
                return self.on_row(client, RowKey::user(*id), fits, Answer::Count(0), put);
            }
        };
        match statement {
            Statement::Select { key } => Answer::Rows(self.see(client, *key).into_iter().collect()),
            Statement::SelectMany { table, ids } => {
                let wanted: BTreeSet<u32> = ids.iter().copied().collect();
                let keys = wanted.into_iter().map(|id| RowKey::new(*table, id));
                Answer::Rows(keys.filter_map(|key| self.see(client, key)).collect())
            }
            Statement::SelectForUpdate { key } => {
                let nothing = Answer::Rows(vec![]);
                self.on_row(client, *key, |_| true, nothing, |_, row| Answer::Rows(vec![row]))
            }
            Statement::Delete { key } => {
                self.on_row(client, *key, |_| true, Answer::Count(0), |model, _| model.put(client, *key, None))
            }
            Statement::Insert(row) => match self.lock(client, row.key()) {
                Some(answer) => answer,
                None if self.see(client, row.key()).is_some() => Answer::Error("23505"),
                None => self.put(client, row.key(), Some(row.clone())),
            },
            Statement::Upsert { row, conflict } => self.upsert(client, std::slice::from_ref(row), *conflict),
            Statement::UpsertMany { rows, conflict } => self.upsert(client, rows.rows(), *conflict),
            other => panic!("{other} is not about rows"),
        }
    }

    fn upsert(&mut self, client: usize, rows: &[Row], conflict: OnConflict) -> Answer {
        let distinct: BTreeSet<RowKey> = rows.iter().map(Row::key).collect();
        if distinct.len() < rows.len() {
            return Answer::Error("21000");
        }
        for row in rows {
            if let Some(answer) = self.lock(client, row.key()) {
                return answer;
            }
        }
        let mut count = 0;
        for row in rows {
            let stored = self.see(client, row.key()).map(|row| row.version());
            if conflict == OnConflict::Overwrite || stored.is_none_or(|stored| stored < row.version()) {
                self.put(client, row.key(), Some(row.clone()));
                count += 1;
            }
        }
        Answer::Count(count)
    }

    fn execute(&mut self, client: usize, ask: &Ask) -> Answer {
        let mode = self.clients[client].mode;
        match (ask, mode) {
            (Ask::Plain(Statement::Commit), Mode::Auto | Mode::Open) => {
                self.publish(client);
                self.finish(client, Mode::Auto);
                Answer::Committed
            }
            (Ask::Plain(Statement::Rollback | Statement::Commit), _) => {
                self.finish(client, Mode::Auto);
                Answer::RolledBack
            }
            (_, Mode::Failed) => Answer::Error("25P02"),
            (Ask::Plain(Statement::Begin), Mode::Auto) => {
                self.finish(client, Mode::Open);
                Answer::Begun
            }
            (Ask::Plain(Statement::Begin), Mode::Open) => {
                self.stop_waiting(client);
                self.clients[client].handed = None;
                Answer::Begun
            }
            (ask, Mode::Auto | Mode::Open) => self.about_rows(client, ask, mode),
        }
    }

    fn about_rows(&mut self, client: usize, ask: &Ask, mode: Mode) -> Answer {
        let answer = self.run(client, ask);
        self.clients[client].handed = None;
        match (&answer, mode) {
            (Answer::Blocked(_), _) => {}
            (Answer::Error(_), Mode::Open) => self.finish(client, Mode::Failed),
            (Answer::Error(_), _) => self.finish(client, Mode::Auto),
            (_, Mode::Open) => self.stop_waiting(client),
            _ => {
                self.publish(client);
                self.finish(client, Mode::Auto);
            }
        }
        answer
    }

    fn cancel(&mut self, client: usize) -> bool {
        let waits = self.waiters.iter().any(|(_, waiter)| *waiter == client) || self.clients[client].handed.is_some();
        if waits {
            self.woken.retain(|woken| *woken != client);
            let open = self.clients[client].mode == Mode::Open;
            self.finish(client, if open { Mode::Failed } else { Mode::Auto });
        }
        waits
    }

    /// Those who wait are woken, the oldest connection first.
    fn crash(&mut self, connections: &[Connection]) {
        let mut waiting: Vec<usize> = self.waiters.iter().map(|(_, client)| *client).collect();
        waiting.sort_by_key(|client| connections[*client]);
        self.woken.extend(waiting);
        self.clients = Default::default();
        self.holders.clear();
        self.waiters.clear();
    }
}

fn fits(condition: Condition, version: u64) -> bool {
    match condition {
        Condition::Always => true,
        Condition::VersionIs(wanted) => wanted == version,
        Condition::VersionBelow(bound) => bound > version,
    }
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
        let model = Model { committed: rows.into_iter().map(|row| (row.key(), row)).collect(), ..Model::default() };
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
