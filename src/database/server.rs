//! The database itself: connections, statements and the ends of transactions.

use super::locks::Locks;
use super::log::Log;
use super::replay::{Pending, Replay};
use super::session::{Phase, Session};
use super::store::Store;
use super::{
    Catalogue, Committed, Connection, DatabaseError, DatabaseStats, Execution, LogRecord, Lsn, Outcome, Row, RowKey,
    Statement, TableId,
};
use crate::order::{SmallMap, sort_by_numbers};

/// A relational database with read committed isolation, row locks for writers and a write-ahead log.
///
/// A clone is an independent database in the same state, with the same connections.
#[derive(Clone, Debug)]
pub struct Database {
    pub(super) store: Store,
    pub(super) sessions: SmallMap<Connection, Session>,
    pub(super) locks: Locks,
    pub(super) log: Log,
    /// The state on disk at the last checkpoint, from which recovery starts.
    pub(super) stable: Replay,
    /// On a standby, changes that arrived and whose transaction has not ended.
    pub(super) arriving: Pending,
    pub(super) standby: bool,
    pub(super) running: bool,
    pub(super) held_log: Option<Lsn>,
    pub(super) changes: Vec<Committed>,
    pub(super) woken: Vec<Connection>,
    pub(super) stats: DatabaseStats,
    pub(super) next_transaction: u64,
    next_connection: u32,
    most_connections: usize,
}

impl Database {
    /// An empty database with these tables.
    pub fn new(catalogue: &Catalogue) -> Database {
        Database::from_base(Replay::new(Store::new(catalogue), Lsn::default()))
    }

    pub(super) fn from_base(stable: Replay) -> Database {
        Database {
            store: stable.store.clone(),
            sessions: SmallMap::default(),
            locks: Locks::default(),
            log: Log::after(stable.applied),
            stable,
            arriving: Pending::default(),
            standby: false,
            running: true,
            held_log: None,
            changes: Vec::new(),
            woken: Vec::new(),
            stats: DatabaseStats::default(),
            next_transaction: 1,
            next_connection: 1,
            most_connections: usize::MAX,
        }
    }

    /// Fills in rows before a run, as a restored backup would: they are durable at once, and neither logged nor counted.
    ///
    /// # Errors
    /// If the catalogue lacks a row's table; the rows before it are kept.
    pub fn seed(&mut self, rows: impl IntoIterator<Item = Row>) -> Result<(), DatabaseError> {
        for row in rows {
            self.known(row.key().table)?;
            self.stable.store.set(row.key(), Some(row.clone()));
            self.store.set(row.key(), Some(row));
        }
        Ok(())
    }

    /// Allows at most this many connections from now on, as PostgreSQL's `max_connections`; those that are open stay.
    pub fn set_most_connections(&mut self, most: usize) {
        self.most_connections = most;
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// If the database is down, or too many connections are open.
    pub fn connect(&mut self) -> Result<Connection, DatabaseError> {
        if !self.running {
            return Err(DatabaseError::StartingUp);
        }
        if self.sessions.len() >= self.most_connections {
            return Err(DatabaseError::TooManyConnections);
        }
        let connection = Connection(self.next_connection);
        self.next_connection += 1;
        self.sessions.insert(connection, Session::default());
        Ok(connection)
    }

    /// Closes a connection and undoes what it had not committed. One that is closed already stays so.
    pub fn disconnect(&mut self, connection: Connection, now: u64) {
        if !self.sessions.contains_key(&connection) {
            return;
        }
        self.abort(connection, now);
        self.sessions.remove(&connection);
        self.woken.retain(|woken| *woken != connection);
    }

    /// Gives up the statement that waits for a lock, as a statement timeout does; a transaction around it is aborted. Says
    /// whether one was waiting, or had been handed its lock and not been run again.
    pub fn cancel(&mut self, connection: Connection, now: u64) -> bool {
        let Some(session) = self.sessions.get(&connection) else {
            return false;
        };
        if session.waiting.is_none() && session.handed.is_none() {
            return false;
        }
        self.woken.retain(|woken| *woken != connection);
        self.fail(connection, now);
        true
    }

    /// Runs a statement at this time, in nanoseconds. Outside a transaction it commits by itself.
    ///
    /// # Errors
    /// As the database would answer; inside a transaction an error aborts it.
    pub fn execute(
        &mut self,
        connection: Connection,
        now: u64,
        statement: &Statement,
    ) -> Result<Execution, DatabaseError> {
        if !self.sessions.contains_key(&connection) {
            return Err(DatabaseError::ConnectionLost { connection });
        }
        let result = self.permit(connection, statement).and_then(|()| self.run(connection, now, statement));
        self.after(connection, now, statement, &result);
        result
    }

    /// Whether the statement may run at all.
    fn permit(&self, connection: Connection, statement: &Statement) -> Result<(), DatabaseError> {
        let failed = self.sessions.get(&connection).is_some_and(|session| matches!(session.phase, Phase::Failed));
        if failed && !matches!(statement, Statement::Commit | Statement::Rollback) {
            return Err(DatabaseError::FailedTransaction);
        }
        if let Some(table) = statement.table() {
            self.known(table)?;
        }
        let locks = statement.is_write() || matches!(statement, Statement::SelectForUpdate { .. });
        if self.standby && locks {
            return Err(DatabaseError::ReadOnly { command: statement.command() });
        }
        Ok(())
    }

    fn run(&mut self, connection: Connection, now: u64, statement: &Statement) -> Result<Execution, DatabaseError> {
        match statement {
            Statement::Select { key } => Ok(Execution::Done(Outcome::Row(self.visible(connection, *key).cloned()))),
            Statement::SelectMany { table, ids } => {
                Ok(Execution::Done(Outcome::Rows(self.visible_rows(connection, *table, ids))))
            }
            Statement::SelectForUpdate { key } => self.select_for_update(connection, *key),
            Statement::Insert(row) => self.insert(connection, now, row),
            Statement::Update(update) => self.update(connection, now, update),
            Statement::Upsert { row, conflict } => self.upsert(connection, now, row, *conflict),
            Statement::UpsertMany { rows, conflict } => self.upsert_batch(connection, now, rows, *conflict),
            Statement::Delete { key } => self.delete(connection, now, *key),
            Statement::Begin => Ok(self.begin(connection, now)),
            Statement::Commit => Ok(self.commit(connection, now)),
            Statement::Rollback => Ok(self.rollback(connection, now)),
        }
    }

    /// Counts a statement that ended, and lets go of what it needed only for itself.
    fn after(
        &mut self,
        connection: Connection,
        now: u64,
        statement: &Statement,
        result: &Result<Execution, DatabaseError>,
    ) {
        if let Some(session) = self.sessions.get_mut(&connection) {
            session.handed = None;
        }
        let outcome = match result {
            Ok(Execution::Blocked { .. }) => return,
            Ok(Execution::Done(outcome)) => outcome,
            Err(_) => {
                self.stats.errors += 1;
                return self.fail(connection, now);
            }
        };
        self.count(statement, outcome);
        self.stop_waiting(connection);
        if self.sessions.get(&connection).is_some_and(Session::is_idle) {
            self.end(connection);
        }
    }

    fn count(&mut self, statement: &Statement, outcome: &Outcome) {
        if statement.is_control() {
            return;
        }
        match outcome {
            Outcome::Row(row) => self.stats.rows_read += u64::from(row.is_some()),
            Outcome::Rows(rows) => self.stats.rows_read += rows.len() as u64,
            Outcome::Count(count) => self.stats.rows_written += count,
            Outcome::Begun | Outcome::Committed | Outcome::RolledBack => {}
        }
        if statement.is_read() {
            self.stats.reads += 1;
        } else {
            self.stats.writes += 1;
        }
    }

    fn known(&self, table: TableId) -> Result<(), DatabaseError> {
        if self.store.has(table) {
            return Ok(());
        }
        Err(DatabaseError::UndefinedTable { table })
    }

    /// The row as the connection sees it: as its own transaction left it, else as last committed.
    pub(super) fn visible(&self, connection: Connection, key: RowKey) -> Option<&Row> {
        match self.sessions.get(&connection).and_then(|session| session.own(key)) {
            Some(own) => own,
            None => self.store.get(key),
        }
    }

    fn visible_rows(&self, connection: Connection, table: TableId, ids: &[u32]) -> Vec<Row> {
        let mut ids = ids.to_vec();
        sort_by_numbers(&mut ids, |id| [u64::from(*id), 0]);
        ids.dedup();
        ids.into_iter().filter_map(|id| self.visible(connection, RowKey { table, id }).cloned()).collect()
    }

    /// The committed row.
    pub fn row(&self, key: RowKey) -> Option<&Row> {
        self.store.get(key)
    }

    /// The committed rows of a table in the order of their ids.
    pub fn rows(&self, table: TableId) -> impl Iterator<Item = &Row> {
        self.store.rows(table)
    }

    /// How many committed rows a table has.
    pub fn row_count(&self, table: TableId) -> u64 {
        self.store.count(table)
    }

    /// The changes committed since this was last asked, in the order of their commits.
    pub fn take_changes(&mut self) -> Vec<Committed> {
        std::mem::take(&mut self.changes)
    }

    /// The connections that were handed the lock that they waited for since this was last asked, and those that waited when
    /// the database crashed, in order: each should run its statement again.
    pub fn take_woken(&mut self) -> Vec<Connection> {
        std::mem::take(&mut self.woken)
    }

    /// The log records still kept, oldest first, those not yet on disk included.
    pub fn log(&self) -> &[LogRecord] {
        self.log.records()
    }

    /// The counters.
    pub fn stats(&self) -> DatabaseStats {
        self.stats
    }

    /// Whether it runs: false between a crash and recovery.
    pub fn is_running(&self) -> bool {
        self.running
    }
}
