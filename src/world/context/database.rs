//! The database as a pattern's code sees it.

use std::cell::RefCell;
use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

use super::Caller;
use crate::database::{Condition, Row, RowKey, Statement, Update, seed};
use crate::engine::Span;
use crate::world::database_node::KeptConnection;
use crate::world::outbox::Notices;
use crate::world::pool::Lease;
use crate::world::protection;
use crate::world::{Actor, Failure};

/// Which rows a write may replace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Any.
    None,
    /// Only older ones: a write that comes late does no harm.
    OnlyNewer,
}

/// The database server in the hands of a process.
#[derive(Clone)]
pub struct DatabaseHandle {
    caller: Caller,
}

impl DatabaseHandle {
    pub(crate) fn new(caller: Caller) -> Self {
        Self { caller }
    }

    /// `SELECT * FROM table WHERE id = ...`: the row, if there is one.
    ///
    /// # Errors
    ///
    /// When the database can't be had.
    #[track_caller]
    pub fn select(&self, key: RowKey) -> impl Future<Output = Result<Option<Row>, Failure>> + use<> {
        self.caller.enter(Location::caller());
        let caller = self.caller.clone();
        async move { protection::select(&caller, key).await }
    }

    /// `UPDATE table SET ... WHERE id = ...`: changes the row, in a transaction of its own.
    ///
    /// # Errors
    ///
    /// When the database can't be had or refuses.
    #[track_caller]
    pub fn update(&self, row: &Row) -> impl Future<Output = Result<(), Failure>> + use<> {
        self.update_by(Location::caller(), row, Guard::None)
    }

    /// `UPDATE table SET ... WHERE id = ...`, with `AND version < ...` if the guard says so, in a transaction of its own.
    ///
    /// # Errors
    ///
    /// When the database can't be had or refuses.
    #[track_caller]
    pub fn update_guarded(&self, row: &Row, guard: Guard) -> impl Future<Output = Result<(), Failure>> + use<> {
        self.update_by(Location::caller(), row, guard)
    }

    /// `BEGIN`, an `UPDATE` for each row, `COMMIT`, in one message: all or nothing.
    ///
    /// # Errors
    ///
    /// When the database can't be had or refuses.
    #[track_caller]
    pub fn update_all(&self, rows: &[Row], guard: Guard) -> impl Future<Output = Result<(), Failure>> + use<> {
        let mut statements = vec![Statement::Begin];
        statements.extend(rows.iter().map(|row| update_statement(row, guard)));
        statements.push(Statement::Commit);
        let rows = self.run(Location::caller(), statements);
        async move { rows.await.map(drop) }
    }

    /// `BEGIN`, `UPDATE`, `INSERT INTO outbox`, `COMMIT`, in one message: changes the row and leaves a notice that it did.
    ///
    /// # Errors
    ///
    /// When the database can't be had or refuses.
    #[track_caller]
    pub fn update_with_notice(&self, row: &Row) -> impl Future<Output = Result<(), Failure>> + use<> {
        let update = careful_update(&self.caller, row, Guard::None);
        let statements = vec![Statement::Begin, update, Statement::Commit];
        let done = self.ask_outbox(Location::caller(), Notices::Leave(statements, row.key()));
        let (caller, row) = (self.caller.clone(), row.clone());
        async move {
            let done = done.await;
            protection::wrote(&caller, &row);
            done.map(drop)
        }
    }

    /// `SELECT key FROM outbox`: the rows of the oldest notices, which stay there.
    ///
    /// # Errors
    ///
    /// When the database can't be had.
    #[track_caller]
    pub fn notices(&self, count: u32) -> impl Future<Output = Result<Vec<RowKey>, Failure>> + use<> {
        self.ask_outbox(Location::caller(), Notices::Show(count))
    }

    /// `DELETE FROM outbox`: the oldest notices have been heeded.
    ///
    /// # Errors
    ///
    /// When the database can't be had.
    #[track_caller]
    pub fn forget_notices(&self, count: usize) -> impl Future<Output = Result<(), Failure>> + use<> {
        let done = self.ask_outbox(Location::caller(), Notices::Forget(count));
        async move { done.await.map(drop) }
    }

    fn ask_outbox(
        &self,
        line: &Location<'_>,
        notices: Notices,
    ) -> impl Future<Output = Result<Vec<RowKey>, Failure>> + use<> {
        self.caller.enter(line);
        let caller = self.caller.clone();
        async move {
            caller.alive().await;
            protection::allow(&caller, Actor::Database)?;
            let _lease = caller.world.lease(caller.place.actor).await?;
            let done = caller.world.outbox_call(caller.place, notices).await;
            protection::judge(&caller, Actor::Database, &done);
            done
        }
    }

    /// `BEGIN`: opens a transaction, which holds a connection until it ends.
    ///
    /// # Errors
    ///
    /// When the database can't be had.
    #[track_caller]
    pub fn begin(&self) -> impl Future<Output = Result<Transaction, Failure>> + use<> {
        self.caller.enter(Location::caller());
        let caller = self.caller.clone();
        async move {
            caller.alive().await;
            let lease = caller.world.lease(caller.place.actor).await?;
            let transaction =
                Transaction { caller, kept: KeptConnection::default(), rows: Rc::default(), _lease: lease };
            let caller = &transaction.caller;
            caller.world.database_call(caller.place, Some(transaction.kept.clone()), vec![Statement::Begin]).await?;
            Ok(transaction)
        }
    }

    fn run(
        &self,
        line: &Location<'_>,
        statements: Vec<Statement>,
    ) -> impl Future<Output = Result<Vec<Row>, Failure>> + use<> {
        self.caller.enter(line);
        let caller = self.caller.clone();
        async move { caller.ask_database(statements).await }
    }

    fn update_by(
        &self,
        line: &Location<'_>,
        row: &Row,
        guard: Guard,
    ) -> impl Future<Output = Result<(), Failure>> + use<> {
        let done = self.run(line, vec![careful_update(&self.caller, row, guard)]);
        let (caller, row) = (self.caller.clone(), row.clone());
        async move {
            let done = done.await;
            protection::wrote(&caller, &row);
            done.map(drop)
        }
    }
}

impl Caller {
    /// `SELECT * FROM table WHERE id = ...`.
    ///
    /// # Errors
    ///
    /// When the database can't be had.
    pub(crate) async fn select_row(&self, key: RowKey) -> Result<Option<Row>, Failure> {
        Ok(self.ask_database(vec![Statement::Select { key }]).await?.pop())
    }

    /// The same, of the replica if the settings have one.
    ///
    /// # Errors
    ///
    /// When the database can't be had.
    pub(crate) async fn select_near(&self, key: RowKey) -> Result<Option<Row>, Failure> {
        let lag = self.world.settings().replica_lag;
        if lag.is_zero() {
            return self.select_row(key).await;
        }
        Box::pin(self.select_replica(key, lag)).await
    }

    async fn select_replica(&self, key: RowKey, lag: Span) -> Result<Option<Row>, Failure> {
        self.alive().await;
        protection::allow(self, Actor::Database)?;
        let _lease = self.world.lease(self.place.actor).await?;
        let row = self.world.replica_call(self.place, key, lag).await;
        protection::judge(self, Actor::Database, &row);
        row
    }

    /// Sends statements in one message, on a connection of the pool.
    async fn ask_database(&self, statements: Vec<Statement>) -> Result<Vec<Row>, Failure> {
        self.alive().await;
        protection::allow(self, Actor::Database)?;
        let rows = self.ask_pooled(statements).await;
        protection::judge(self, Actor::Database, &rows);
        rows
    }

    async fn ask_pooled(&self, statements: Vec<Statement>) -> Result<Vec<Row>, Failure> {
        let _lease = self.world.lease(self.place.actor).await?;
        self.world.database_call(self.place, None, statements).await
    }
}

/// An open transaction. Dropped before its end, its connection breaks and the database rolls it back.
pub struct Transaction {
    caller: Caller,
    kept: KeptConnection,
    /// What it has changed.
    rows: Rc<RefCell<Vec<Row>>>,
    _lease: Lease,
}

impl Transaction {
    /// `UPDATE` within the transaction.
    ///
    /// # Errors
    ///
    /// When the database can't be had or refuses.
    #[track_caller]
    pub fn update(&self, row: &Row) -> impl Future<Output = Result<(), Failure>> + use<> {
        let done = self.run(Location::caller(), careful_update(&self.caller, row, Guard::None));
        let (caller, row, rows) = (self.caller.clone(), row.clone(), Rc::clone(&self.rows));
        async move {
            let done = done.await;
            protection::wrote(&caller, &row);
            rows.borrow_mut().push(row);
            done
        }
    }

    /// `COMMIT`: from here on the changes last.
    ///
    /// # Errors
    ///
    /// When the database can't be had: they may or may not last.
    #[track_caller]
    pub fn commit(self) -> impl Future<Output = Result<(), Failure>> {
        let done = self.run(Location::caller(), Statement::Commit);
        async move {
            let result = done.await;
            // Until now others have loaded the rows as they were before.
            self.rows.borrow().iter().for_each(|row| protection::wrote(&self.caller, row));
            drop(self);
            result
        }
    }

    /// `ROLLBACK`: the changes are undone.
    ///
    /// # Errors
    ///
    /// When the database can't be had, which undoes them too.
    #[track_caller]
    pub fn rollback(self) -> impl Future<Output = Result<(), Failure>> {
        let done = self.run(Location::caller(), Statement::Rollback);
        async move {
            let result = done.await;
            drop(self);
            result
        }
    }

    fn run(&self, line: &Location<'_>, statement: Statement) -> impl Future<Output = Result<(), Failure>> + use<> {
        self.caller.enter(line);
        let caller = self.caller.clone();
        let kept = Some(self.kept.clone());
        async move {
            caller.alive().await;
            caller.world.database_call(caller.place, kept, vec![statement]).await.map(drop)
        }
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        // The server notices a broken connection when the last packet of it has had its time.
        self.caller.world.close_later(self.kept.clone());
    }
}

/// The same, for code that may have worked out the row from another version.
fn careful_update(caller: &Caller, row: &Row, guard: Guard) -> Statement {
    match (protection::condition(caller), update_statement(row, guard)) {
        (Some(condition), Statement::Update(update)) => Statement::Update(update.only_if(condition)),
        (_, statement) => statement,
    }
}

/// Sets what a write changes in the row as it was at the start: the columns that people would name.
fn update_statement(row: &Row, guard: Guard) -> Statement {
    let update = Update::between(&seed::row(row.key()), row.clone());
    Statement::Update(match guard {
        Guard::None => update,
        Guard::OnlyNewer => update.only_if(Condition::VersionBelow(row.version())),
    })
}
