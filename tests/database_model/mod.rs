//! A plain model of the database: a map of committed rows, one overlay a transaction, and lists of who holds what and who
//! waits for what.

use cachescope::database::{Condition, Connection, OnConflict, Row, RowKey, Statement, TableId, Update, Value};
use std::collections::{BTreeMap, BTreeSet};

/// How many connections the model knows.
pub const CLIENTS: usize = 4;

/// What a client asks for: a statement, or an update in a form that the model can apply by itself.
#[derive(Clone, Debug)]
pub enum Ask {
    Plain(Statement),
    SetAll(Row, Condition),
    SetName(u32, String, u64, Condition),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    Rows(Vec<Row>),
    Count(u64),
    Begun,
    Committed,
    RolledBack,
    Blocked(usize),
    Error(&'static str),
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Mode {
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
pub struct Model {
    pub committed: BTreeMap<RowKey, Row>,
    clients: [Client; CLIENTS],
    pub holders: Vec<(RowKey, usize)>,
    waiters: Vec<(RowKey, usize)>,
    pub woken: Vec<usize>,
    pub changes: Vec<(RowKey, Option<Row>)>,
}

impl Ask {
    pub fn statement(&self) -> Statement {
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
    pub fn of(rows: Vec<Row>) -> Model {
        Model { committed: rows.into_iter().map(|row| (row.key(), row)).collect(), ..Model::default() }
    }

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
    pub fn finish(&mut self, client: usize, mode: Mode) {
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

    pub fn execute(&mut self, client: usize, ask: &Ask) -> Answer {
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

    pub fn cancel(&mut self, client: usize) -> bool {
        let waits = self.waiters.iter().any(|(_, waiter)| *waiter == client) || self.clients[client].handed.is_some();
        if waits {
            self.woken.retain(|woken| *woken != client);
            let open = self.clients[client].mode == Mode::Open;
            self.finish(client, if open { Mode::Failed } else { Mode::Auto });
        }
        waits
    }

    /// Those who wait are woken, the oldest connection first.
    pub fn crash(&mut self, connections: &[Connection]) {
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
