//! What can go wrong, in PostgreSQL's words where it has them.

use super::{ColumnType, Connection, Lsn, RowKey, TableId, TransactionId};
use std::rc::Rc;
use thiserror::Error;

/// A statement or a connection that the database refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DatabaseError {
    /// The catalogue has no such table.
    #[error("relation \"{table}\" does not exist")]
    UndefinedTable {
        /// The table asked for.
        table: TableId,
    },
    /// The table has no such column.
    #[error("column \"{column}\" of relation \"{table}\" does not exist")]
    UndefinedColumn {
        /// The table.
        table: TableId,
        /// The name asked for.
        column: Rc<str>,
    },
    /// A value of another type than the column's.
    #[error("column \"{column}\" is of type {} but expression is of type {found}", expected.sql_name().to_ascii_lowercase())]
    TypeMismatch {
        /// The column.
        column: &'static str,
        /// Its type.
        expected: ColumnType,
        /// The value's type.
        found: &'static str,
    },
    /// Nothing where a value is required.
    #[error("null value in column \"{column}\" violates not-null constraint")]
    NotNull {
        /// The column.
        column: &'static str,
    },
    /// An amount of 10^8 units or more.
    #[error("numeric field overflow")]
    AmountOutOfRange {
        /// The column.
        column: &'static str,
    },
    /// An `id` outside 32 bits, or a negative `version`.
    #[error("integer out of range")]
    IntegerOutOfRange {
        /// The column.
        column: &'static str,
    },
    /// Text with the character U+0000.
    #[error("invalid byte sequence for encoding \"UTF8\": 0x00")]
    NulCharacter,
    /// Another number of values than of columns.
    #[error("INSERT has more {} than {}", if found > expected { "expressions" } else { "target columns" },
        if found > expected { "target columns" } else { "expressions" })]
    ColumnCount {
        /// How many columns there are.
        expected: usize,
        /// How many values came.
        found: usize,
    },
    /// An update of the primary key, which this model leaves out.
    #[error("column \"id\" is the primary key and can't be updated")]
    PrimaryKeyUpdate,
    /// An update that sets nothing.
    #[error("syntax error at or near \"WHERE\"")]
    NothingSet,
    /// An update that sets one column twice.
    #[error("multiple assignments to same column \"{column}\"")]
    SetTwice {
        /// The column.
        column: &'static str,
    },
    /// An inserted row that exists.
    #[error("duplicate key value violates unique constraint \"{}_pkey\"", key.table)]
    UniqueViolation {
        /// The row.
        key: RowKey,
    },
    /// One batch that holds a row twice.
    #[error("ON CONFLICT DO UPDATE command cannot affect row a second time")]
    RowTwiceInBatch {
        /// The row.
        key: RowKey,
    },
    /// Transactions that wait for each other; this one was given up.
    #[error("deadlock detected")]
    Deadlock {
        /// Who waits for whom, starting with the connection that was given up.
        waits: Rc<[LockWait]>,
    },
    /// A statement after an error in the same transaction.
    #[error("current transaction is aborted, commands ignored until end of transaction block")]
    FailedTransaction,
    /// A write on a standby.
    #[error("cannot execute {command} in a read-only transaction")]
    ReadOnly {
        /// The command refused.
        command: &'static str,
    },
    /// All connections that the database allows are taken.
    #[error("sorry, too many clients already")]
    TooManyConnections,
    /// The database crashed and has not recovered.
    #[error("the database system is starting up")]
    StartingUp,
    /// The connection was closed, or its database crashed.
    #[error("server closed the connection unexpectedly")]
    ConnectionLost {
        /// The connection.
        connection: Connection,
    },
}

impl DatabaseError {
    /// The five-character code of the SQL standard and PostgreSQL's appendix "Error Codes".
    pub fn sqlstate(&self) -> &'static str {
        match self {
            DatabaseError::UndefinedTable { .. } => "42P01",
            DatabaseError::UndefinedColumn { .. } => "42703",
            DatabaseError::TypeMismatch { .. } => "42804",
            DatabaseError::NotNull { .. } => "23502",
            DatabaseError::AmountOutOfRange { .. } | DatabaseError::IntegerOutOfRange { .. } => "22003",
            DatabaseError::NulCharacter => "22021",
            DatabaseError::ColumnCount { .. } | DatabaseError::NothingSet | DatabaseError::SetTwice { .. } => "42601",
            DatabaseError::PrimaryKeyUpdate => "0A000",
            DatabaseError::UniqueViolation { .. } => "23505",
            DatabaseError::RowTwiceInBatch { .. } => "21000",
            DatabaseError::Deadlock { .. } => "40P01",
            DatabaseError::FailedTransaction => "25P02",
            DatabaseError::ReadOnly { .. } => "25006",
            DatabaseError::TooManyConnections => "53300",
            DatabaseError::StartingUp => "57P03",
            DatabaseError::ConnectionLost { .. } => "08006",
        }
    }

    /// What PostgreSQL adds in its `DETAIL` line.
    pub fn detail(&self) -> Option<String> {
        match self {
            DatabaseError::UniqueViolation { key } => Some(format!("Key (id)=({}) already exists.", key.id)),
            DatabaseError::AmountOutOfRange { .. } => {
                Some("A field with precision 10, scale 2 must round to an absolute value less than 10^8.".to_owned())
            }
            DatabaseError::Deadlock { waits } => {
                let lines: Vec<String> = waits.iter().map(LockWait::sentence).collect();
                Some(lines.join("\n"))
            }
            _ => None,
        }
    }

    /// Whether the same transaction, tried again later, may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(
            self,
            DatabaseError::Deadlock { .. }
                | DatabaseError::TooManyConnections
                | DatabaseError::StartingUp
                | DatabaseError::ConnectionLost { .. }
        )
    }
}

/// One edge of a deadlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LockWait {
    /// Who waits.
    pub waiter: Connection,
    /// Who holds the row.
    pub holder: Connection,
    /// The holder's transaction.
    pub transaction: TransactionId,
}

impl LockWait {
    fn sentence(&self) -> String {
        let LockWait { waiter, holder, transaction } = self;
        format!("Process {waiter} waits for ShareLock on transaction {transaction}; blocked by process {holder}.")
    }
}

/// A cached text that is no row.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("this is no cached row of \"{table}\": {reason}")]
pub struct RowJsonError {
    /// The table that the row should belong to.
    pub table: TableId,
    /// What is wrong, and where.
    pub reason: String,
}

/// A log record that can't be replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ReplayError {
    /// Only a standby replays the log of another database.
    #[error("a primary doesn't replay the log of another database")]
    NotStandby,
    /// The database crashed and has not recovered.
    #[error("the database system is starting up")]
    StartingUp,
    /// A record between is missing.
    #[error("the log goes on at {found} where {expected} should come next")]
    Gap {
        /// The record that should come next.
        expected: Lsn,
        /// The one that came.
        found: Lsn,
    },
}
