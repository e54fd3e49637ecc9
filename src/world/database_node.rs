//! The database server: workers that take statements in turn, locks that make some of them wait, commits that last.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::rpc::{Call, Served};
use super::{Actor, DatabaseTotals, EventKind, Failure, Parcel, ParcelKind, Place, World};
use crate::database::{
    Catalogue, Condition, Connection, Database, DatabaseError, Execution, Outcome, Row, RowKey, Statement, seed,
};
use crate::engine::{OneSender, Rng, Semaphore, Sim, Span, oneshot};
use crate::order::SmallMap;

/// The server's state.
pub(crate) struct DatabaseNode {
    database: RefCell<Database>,
    workers: Semaphore,
    /// Connections whose statement waits for a row lock.
    blocked: RefCell<SmallMap<Connection, Vec<OneSender<()>>>>,
    rng: RefCell<Rng>,
    counted: Cell<DatabaseTotals>,
}

impl DatabaseNode {
    pub(crate) fn new(sim: &Sim, workers: u32) -> Self {
        Self {
            database: RefCell::new(Database::new(&Catalogue::course())),
            workers: Semaphore::new(sim, workers as usize),
            blocked: RefCell::default(),
            rng: RefCell::new(sim.rng("database service")),
            counted: Cell::default(),
        }
    }
}

/// A connection to the server as the world holds it: closed, and its open transaction rolled back, when dropped.
pub(crate) struct OpenConnection {
    world: World,
    connection: Connection,
}

/// The connection that a transaction keeps: empty until its first statement reaches the server.
pub(crate) type KeptConnection = Rc<RefCell<Option<OpenConnection>>>;

impl Drop for OpenConnection {
    fn drop(&mut self) {
        let now = self.world.now().as_nanos();
        let node = &self.world.inner.database;
        node.database.borrow_mut().disconnect(self.connection, now);
        // A statement that waits for a lock learns that its connection is gone.
        node.blocked.borrow_mut().remove(&self.connection);
        self.world.observe_database();
    }
}

impl World {
    /// Puts rows into the tables as they are before any write, those that are not there yet: nobody has changed them, and
    /// they last as if they had always been there.
    pub fn add_rows(&self, keys: &[RowKey]) {
        let mut added = Vec::new();
        for row in keys.iter().map(|key| seed::row(*key)) {
            let mut database = self.inner.database.database.borrow_mut();
            if database.row(row.key()).is_some() {
                continue;
            }
            added.push(row.key());
            let seeded = database.seed([row.clone()]);
            debug_assert_eq!(seeded, Ok(()), "the catalogue has all tables");
            drop(database);
            self.replicate(&row);
            self.note(EventKind::RowCommitted { row });
        }
        self.inner.bloom.borrow_mut().add(&added);
    }

    fn open_connection(&self) -> Result<OpenConnection, DatabaseError> {
        let connection = self.inner.database.database.borrow_mut().connect()?;
        Ok(OpenConnection { world: self.clone(), connection })
    }

    /// Sends statements in one message, each to be executed in order; gives the rows of those that read. Without a kept
    /// connection they run on one that is closed afterwards.
    ///
    /// # Errors
    ///
    /// When the database can't be had, or refuses a statement; an open transaction is then rolled back.
    pub(crate) fn database_call(
        &self,
        from: Place,
        kept: Option<KeptConnection>,
        statements: Vec<Statement>,
    ) -> impl Future<Output = Result<Vec<Row>, Failure>> {
        let parcel = self.statements_parcel(&statements);
        let limit = self.inner.timings.database_timeout;
        let call = Call { from, to: Actor::Database, parcel, limit };
        let world = self.clone();
        self.call(call, move || world.clone().serve_statements(kept.clone(), statements.clone()))
    }

    /// Reads a row of the replica.
    ///
    /// # Errors
    ///
    /// When the database can't be had.
    pub(crate) async fn replica_call(&self, from: Place, key: RowKey, lag: Span) -> Result<Option<Row>, Failure> {
        let statement = Statement::Select { key };
        let parcel = self.statements_parcel(std::slice::from_ref(&statement));
        let limit = self.inner.timings.database_timeout;
        let call = Call { from, to: Actor::Database, parcel, limit };
        let world = self.clone();
        self.call(call, move || world.clone().serve_replica(statement.clone(), key, lag)).await
    }

    /// The replica runs beside the database, and takes as long for a statement.
    async fn serve_replica(self, statement: Statement, key: RowKey, lag: Span) -> Served<Option<Row>> {
        let Served { result, .. } = self.clone().serve_statements(None, vec![statement.clone()]).await;
        let found = result.map(|rows| rows.first().and(self.replica_row(key, lag)));
        match found {
            Ok(row) => Served { parcel: self.rows_parcel(&[statement], row.as_slice(), 0), result: Ok(row) },
            Err(failure) => Served::failed(failure),
        }
    }

    pub(crate) async fn serve_statements(
        self,
        kept: Option<KeptConnection>,
        statements: Vec<Statement>,
    ) -> Served<Vec<Row>> {
        let in_transaction = kept.is_some() || statements.contains(&Statement::Begin);
        let kept = kept.unwrap_or_default();
        let connection = match self.connection_of(&kept) {
            Ok(connection) => connection,
            Err(error) => return Served::failed(Failure::Database(error)),
        };
        let mut found = Vec::new();
        let mut changed = 0;
        for statement in &statements {
            match self.run_statement(connection, in_transaction, statement).await {
                Ok(Outcome::Row(row)) => found.extend(row),
                Ok(Outcome::Rows(rows)) => found.extend(rows),
                Ok(Outcome::Count(count)) => changed += count,
                Ok(Outcome::Begun | Outcome::Committed | Outcome::RolledBack) => {}
                Err(failure) => return Served::failed(failure),
            }
        }
        let compares = |statement: &Statement| match statement {
            Statement::Update(update) => matches!(update.condition(), Condition::VersionIs(_)),
            _ => false,
        };
        if changed == 0 && statements.iter().any(compares) {
            return Served::failed(Failure::Conflict(Actor::Database));
        }
        Served { parcel: self.rows_parcel(&statements, &found, changed), result: Ok(found) }
    }

    fn connection_of(&self, kept: &KeptConnection) -> Result<Connection, DatabaseError> {
        let mut kept = kept.borrow_mut();
        if let Some(open) = kept.as_ref() {
            return Ok(open.connection);
        }
        let open = self.open_connection()?;
        let connection = open.connection;
        *kept = Some(open);
        Ok(connection)
    }

    /// Takes a worker for as long as notices of the outbox take to be read, or to be changed.
    pub(crate) async fn work_on_notices(&self, writes: bool) {
        let node = &self.inner.database;
        let _turn = self.turn(Actor::Database, &node.workers).await;
        let timings = &self.inner.timings;
        let time = {
            let mut rng = node.rng.borrow_mut();
            if writes {
                timings.write.sample(&mut rng) + timings.commit.sample(&mut rng)
            } else {
                timings.select.sample(&mut rng)
            }
        };
        self.inner.sim.sleep(self.slowed(Actor::Database, time)).await;
    }

    async fn run_statement(
        &self,
        connection: Connection,
        in_transaction: bool,
        statement: &Statement,
    ) -> Result<Outcome, Failure> {
        let node = &self.inner.database;
        let mut turn = self.turn(Actor::Database, &node.workers).await;
        self.inner.sim.sleep(self.statement_time(in_transaction, statement)).await;
        loop {
            let now = self.now().as_nanos();
            let execution = node.database.borrow_mut().execute(connection, now, statement);
            self.observe_database();
            match execution {
                Ok(Execution::Done(outcome)) => return Ok(outcome),
                Ok(Execution::Blocked { .. }) => {
                    // A statement that waits for a lock does not keep a worker busy.
                    drop(turn);
                    self.lock_handed(connection).await;
                    turn = self.turn(Actor::Database, &node.workers).await;
                }
                Err(error) => return Err(Failure::Database(error)),
            }
        }
    }

    async fn lock_handed(&self, connection: Connection) {
        let (wake, woken) = oneshot(&self.inner.sim);
        self.inner.database.blocked.borrow_mut().or_default(connection).push(wake);
        // A waker that is gone means that the database crashed, which the statement's next run will tell.
        let _ = woken.await;
    }

    fn statement_time(&self, in_transaction: bool, statement: &Statement) -> Span {
        let node = &self.inner.database;
        let timings = &self.inner.timings;
        let mut rng = node.rng.borrow_mut();
        let time = match statement {
            Statement::Begin | Statement::Rollback => Span::ZERO,
            Statement::Commit => timings.commit.sample(&mut rng),
            read if read.is_read() => timings.select.sample(&mut rng),
            _ if in_transaction => timings.write.sample(&mut rng),
            _ => timings.write.sample(&mut rng) + timings.commit.sample(&mut rng),
        };
        self.slowed(Actor::Database, time)
    }

    fn observe_database(&self) {
        let node = &self.inner.database;
        let (changes, stats, woken) = {
            let mut database = node.database.borrow_mut();
            (database.take_changes(), database.stats(), database.take_woken())
        };
        for change in changes {
            match change.row {
                Some(row) => {
                    self.replicate(&row);
                    self.note(EventKind::RowCommitted { row });
                }
                None => self.note(EventKind::RowRemoved { key: change.key }),
            }
        }
        let totals = DatabaseTotals { reads: stats.reads, writes: stats.writes, commits: stats.commits };
        if node.counted.replace(totals) != totals {
            self.note(EventKind::DatabaseCounted(totals));
        }
        for connection in woken {
            let wakes = node.blocked.borrow_mut().remove(&connection);
            for wake in wakes.into_iter().flatten() {
                let _ = wake.send(());
            }
        }
    }

    /// The database dies: open transactions are gone, what was committed is in its log.
    pub(crate) fn crash_database(&self) {
        self.inner.database.database.borrow_mut().crash();
        self.observe_database();
    }

    /// A replica takes the place of the dead database, with what had reached it until so long ago.
    pub(super) fn fall_back_to_replica(&self, lag: Span) {
        let gone = self.lose_unshipped(lag);
        self.inner.outbox.lose_unshipped(self.now(), lag);
        let rows = gone.iter().map(|(key, _)| (*key, self.replica_row(*key, Span::ZERO)));
        let rows: Vec<(RowKey, Option<Row>)> = rows.collect();
        self.inner.database.database.borrow_mut().fall_back(rows.clone());
        for ((key, row), (_, lost)) in rows.into_iter().zip(gone) {
            self.note(EventKind::FailedOver { key, row, lost: lost.into() });
        }
    }

    /// The database starts again and replays its log.
    pub(crate) fn recover_database(&self) {
        let now = self.now().as_nanos();
        self.inner.database.database.borrow_mut().recover(now);
        self.observe_database();
    }
}

impl World {
    fn statements_parcel(&self, statements: &[Statement]) -> Parcel {
        let kind = if statements.iter().any(Statement::is_write) {
            ParcelKind::SqlWrite
        } else if statements.iter().any(Statement::is_read) {
            ParcelKind::SqlRead
        } else {
            ParcelKind::SqlControl
        };
        self.parcel(kind, || in_sql(statements))
    }

    fn rows_parcel(&self, statements: &[Statement], found: &[Row], changed: u64) -> Parcel {
        if statements.iter().any(Statement::is_read) {
            return match found {
                [] => self.parcel(ParcelKind::Miss, || "0 rows"),
                [row] => self.parcel(ParcelKind::Rows, || row.headline()),
                rows => self.parcel(ParcelKind::Rows, || format!("{} rows", rows.len())),
            };
        }
        self.parcel(ParcelKind::Done, || match (statements, changed) {
            ([only], 0) => only.to_string(),
            (_, 1) => "1 row saved".to_owned(),
            (_, count) => format!("{count} rows saved"),
        })
    }
}

fn in_sql(statements: &[Statement]) -> String {
    match statements {
        [only] => only.to_string(),
        [] => String::new(),
        many => {
            let writes: Vec<_> =
                many.iter().filter(|statement| statement.is_write()).map(ToString::to_string).collect();
            format!("BEGIN; {}; COMMIT", writes.join("; "))
        }
    }
}
