//! The statements that the simulation runs. Displayed as SQL.

use super::{Column, DatabaseError, Row, RowKey, TableId, Value};
use crate::order::sort_by_numbers;
use std::fmt;
use std::rc::Rc;

/// One statement. Displayed as the SQL that a course writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// Reads one row.
    Select {
        /// The row.
        key: RowKey,
    },
    /// Reads one row and locks it until the transaction ends.
    SelectForUpdate {
        /// The row.
        key: RowKey,
    },
    /// Reads several rows of one table; they come back in the order of their ids, each once.
    SelectMany {
        /// The table.
        table: TableId,
        /// The primary keys, in any order.
        ids: Rc<[u32]>,
    },
    /// Adds a row.
    Insert(Row),
    /// Changes a row that exists.
    Update(Update),
    /// Adds a row, or changes it where it exists.
    Upsert {
        /// The row.
        row: Row,
        /// What happens to one that exists.
        conflict: OnConflict,
    },
    /// Does so for several rows of one table at once.
    UpsertMany {
        /// The rows.
        rows: RowBatch,
        /// What happens to those that exist.
        conflict: OnConflict,
    },
    /// Removes a row.
    Delete {
        /// The row.
        key: RowKey,
    },
    /// Starts a transaction.
    Begin,
    /// Makes a transaction's changes visible and durable.
    Commit,
    /// Undoes a transaction.
    Rollback,
}

/// What an upsert does with a row that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnConflict {
    /// Replaces its cells.
    Overwrite,
    /// Replaces its cells unless its version is the same or newer: late writes that arrive out of order do no harm.
    KeepNewer,
}

/// Which version a row must have for an update to change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Any.
    Always,
    /// Exactly this: optimistic locking.
    VersionIs(u64),
    /// An older one than this: late writes that arrive out of order do no harm.
    VersionBelow(u64),
}

/// A change to one row that exists: always to columns that its table has, and never to its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Update {
    key: RowKey,
    set: Assignments,
    condition: Condition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Assignments {
    Row(Row),
    Columns(Rc<[(usize, Value)]>),
}

/// Rows of one table, at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowBatch {
    table: TableId,
    rows: Rc<[Row]>,
}

impl Condition {
    /// Whether a row of this version is changed.
    pub fn holds(self, version: u64) -> bool {
        match self {
            Condition::Always => true,
            Condition::VersionIs(expected) => version == expected,
            Condition::VersionBelow(bound) => version < bound,
        }
    }
}

impl OnConflict {
    /// Whether a stored version gives way to an arriving one.
    pub fn replaces(self, stored: u64, arriving: u64) -> bool {
        match self {
            OnConflict::Overwrite => true,
            OnConflict::KeepNewer => stored < arriving,
        }
    }
}

impl Update {
    /// Sets every column but the id to the row's.
    pub fn row(row: Row) -> Update {
        Update { key: row.key(), set: Assignments::Row(row), condition: Condition::Always }
    }

    /// Sets only the columns in which `new` differs from `old`, which are versions of the same row; every column if none
    /// does.
    pub fn between(old: &Row, new: Row) -> Update {
        let differing = new.cells().iter().zip(old.cells()).enumerate().skip(1).filter(|(_, (new, old))| new != old);
        let set: Vec<(usize, Value)> = differing.map(|(position, (new, _))| (position, new.clone())).collect();
        if set.is_empty() || old.key() != new.key() {
            return Update::row(new);
        }
        Update { key: new.key(), set: Assignments::Columns(set.into()), condition: Condition::Always }
    }

    /// Sets the named columns.
    ///
    /// # Errors
    /// If there is none, the table lacks one, one comes twice, a value doesn't fit its column, or the column is the id.
    pub fn columns(key: RowKey, set: &[(&str, Value)]) -> Result<Update, DatabaseError> {
        if set.is_empty() {
            return Err(DatabaseError::NothingSet);
        }
        let mut assigned: Vec<(usize, Value)> = Vec::with_capacity(set.len());
        for (name, value) in set {
            let (position, column) = checked_assignment(key.table, name, value)?;
            if assigned.iter().any(|(earlier, _)| *earlier == position) {
                return Err(DatabaseError::SetTwice { column: column.name });
            }
            assigned.push((position, value.clone()));
        }
        Ok(Update { key, set: Assignments::Columns(assigned.into()), condition: Condition::Always })
    }

    /// The same change, made only if the row's version allows it.
    pub fn only_if(self, condition: Condition) -> Update {
        Update { condition, ..self }
    }

    /// The row to change.
    pub fn key(&self) -> RowKey {
        self.key
    }

    /// Which version it must have.
    pub fn condition(&self) -> Condition {
        self.condition
    }

    /// The row that this makes of the given one.
    pub(super) fn applied_to(&self, row: &Row) -> Row {
        match &self.set {
            Assignments::Row(new) => new.clone(),
            Assignments::Columns(set) => row.with_cells(set),
        }
    }
}

/// The column that an assignment is about, once the value is known to fit it.
fn checked_assignment(table: TableId, name: &str, value: &Value) -> Result<(usize, &'static Column), DatabaseError> {
    let named = table.columns().iter().enumerate().find(|(_, column)| column.name == name);
    let (position, column) = named.ok_or_else(|| DatabaseError::UndefinedColumn { table, column: name.into() })?;
    if position == 0 {
        return Err(DatabaseError::PrimaryKeyUpdate);
    }
    value.check(column)?;
    match value {
        Value::Integer(version) if column.name == "version" && *version < 0 => {
            Err(DatabaseError::IntegerOutOfRange { column: column.name })
        }
        _ => Ok((position, column)),
    }
}

impl RowBatch {
    /// Sorts rows into one batch for each table, in the order of the tables; within one, rows keep their order.
    pub fn by_table(rows: impl IntoIterator<Item = Row>) -> Vec<RowBatch> {
        let mut rows: Vec<Row> = rows.into_iter().collect();
        sort_by_numbers(&mut rows, |row| [row.key().table as u64, 0]);
        let chunks = rows.chunk_by(|a, b| a.key().table == b.key().table);
        chunks.filter_map(|chunk| Some(RowBatch { table: chunk.first()?.key().table, rows: chunk.into() })).collect()
    }

    /// The table.
    pub fn table(&self) -> TableId {
        self.table
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

impl Statement {
    /// Changes a row that exists to this, in every column.
    pub fn update(row: Row) -> Statement {
        Statement::Update(Update::row(row))
    }

    /// Adds this row or overwrites it where it exists.
    pub fn upsert(row: Row) -> Statement {
        Statement::Upsert { row, conflict: OnConflict::Overwrite }
    }

    /// Whether it only reads rows.
    pub fn is_read(&self) -> bool {
        matches!(self, Statement::Select { .. } | Statement::SelectForUpdate { .. } | Statement::SelectMany { .. })
    }

    /// Whether it may change rows.
    pub fn is_write(&self) -> bool {
        !self.is_read() && !self.is_control()
    }

    /// Whether it starts or ends a transaction.
    pub fn is_control(&self) -> bool {
        matches!(self, Statement::Begin | Statement::Commit | Statement::Rollback)
    }

    /// The command's name: the first word of its SQL.
    pub fn command(&self) -> &'static str {
        match self {
            Statement::Select { .. } | Statement::SelectMany { .. } => "SELECT",
            Statement::SelectForUpdate { .. } => "SELECT FOR UPDATE",
            Statement::Insert(_) | Statement::Upsert { .. } | Statement::UpsertMany { .. } => "INSERT",
            Statement::Update(_) => "UPDATE",
            Statement::Delete { .. } => "DELETE",
            Statement::Begin => "BEGIN",
            Statement::Commit => "COMMIT",
            Statement::Rollback => "ROLLBACK",
        }
    }

    /// The table that it reads or changes.
    pub fn table(&self) -> Option<TableId> {
        match self {
            Statement::SelectMany { table, .. } => Some(*table),
            Statement::UpsertMany { rows, .. } => Some(rows.table),
            other => other.key().map(|key| key.table),
        }
    }

    /// The row that it reads or changes, if it is about a single one.
    pub fn key(&self) -> Option<RowKey> {
        match self {
            Statement::Select { key } | Statement::SelectForUpdate { key } | Statement::Delete { key } => Some(*key),
            Statement::Insert(row) | Statement::Upsert { row, .. } => Some(row.key()),
            Statement::Update(update) => Some(update.key),
            Statement::SelectMany { .. } | Statement::UpsertMany { .. } => None,
            Statement::Begin | Statement::Commit | Statement::Rollback => None,
        }
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Statement::Select { key } => write!(f, "SELECT * FROM {} WHERE id = {}", key.table, key.id),
            Statement::SelectForUpdate { key } => {
                write!(f, "SELECT * FROM {} WHERE id = {} FOR UPDATE", key.table, key.id)
            }
            Statement::SelectMany { table, ids } => write_select_many(f, *table, ids),
            Statement::Insert(row) => write_insert(f, row.key().table, std::slice::from_ref(row)),
            Statement::Update(update) => write_update(f, update),
            Statement::Upsert { row, conflict } => {
                write_insert(f, row.key().table, std::slice::from_ref(row))?;
                write_conflict(f, row.key().table, *conflict)
            }
            Statement::UpsertMany { rows, conflict } => {
                write_insert(f, rows.table, &rows.rows)?;
                write_conflict(f, rows.table, *conflict)
            }
            Statement::Delete { key } => write!(f, "DELETE FROM {} WHERE id = {}", key.table, key.id),
            Statement::Begin | Statement::Commit | Statement::Rollback => f.write_str(self.command()),
        }
    }
}

fn write_select_many(f: &mut fmt::Formatter<'_>, table: TableId, ids: &[u32]) -> fmt::Result {
    // SQL has no empty IN list.
    if ids.is_empty() {
        return write!(f, "SELECT * FROM {table} WHERE FALSE");
    }
    write!(f, "SELECT * FROM {table} WHERE id IN (")?;
    write_list(f, ids)?;
    f.write_str(")")
}

fn write_insert(f: &mut fmt::Formatter<'_>, table: TableId, rows: &[Row]) -> fmt::Result {
    write!(f, "INSERT INTO {table} (")?;
    write_list(f, table.columns().iter().map(|column| column.name))?;
    f.write_str(") VALUES ")?;
    for (index, row) in rows.iter().enumerate() {
        f.write_str(if index == 0 { "(" } else { ", (" })?;
        write_list(f, row.cells())?;
        f.write_str(")")?;
    }
    Ok(())
}

fn write_conflict(f: &mut fmt::Formatter<'_>, table: TableId, conflict: OnConflict) -> fmt::Result {
    f.write_str(" ON CONFLICT (id) DO UPDATE SET ")?;
    let columns = table.columns().iter().skip(1);
    write_list(f, columns.map(|column| format!("{0} = EXCLUDED.{0}", column.name)))?;
    match conflict {
        OnConflict::Overwrite => Ok(()),
        OnConflict::KeepNewer => write!(f, " WHERE {table}.version < EXCLUDED.version"),
    }
}

fn write_update(f: &mut fmt::Formatter<'_>, update: &Update) -> fmt::Result {
    let columns = update.key.table.columns();
    write!(f, "UPDATE {} SET ", update.key.table)?;
    match &update.set {
        Assignments::Row(row) => {
            write_list(f, row.columns().skip(1).map(|(column, value)| format!("{} = {value}", column.name)))?;
        }
        Assignments::Columns(set) => {
            let named = set.iter().filter_map(|(position, value)| Some((columns.get(*position)?.name, value)));
            write_list(f, named.map(|(name, value)| format!("{name} = {value}")))?;
        }
    }
    write!(f, " WHERE id = {}", update.key.id)?;
    match update.condition {
        Condition::Always => Ok(()),
        Condition::VersionIs(version) => write!(f, " AND version = {version}"),
        Condition::VersionBelow(version) => write!(f, " AND version < {version}"),
    }
}

fn write_list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: impl IntoIterator<Item = T>) -> fmt::Result {
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}
