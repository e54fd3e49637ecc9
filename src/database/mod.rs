//! The simulated relational database: tables, SQL statements, transactions, a write-ahead log and a connection pool.
//!
//! A pure state machine. Nothing here waits, draws a random number or reads a clock: the caller says when a statement
//! runs, and a statement that has to wait for a row lock answers [`Execution::Blocked`] so that the caller can run it
//! again once [`Database::take_woken`] names its connection. Behaviour and words follow PostgreSQL's documentation
//! (chapters "Concurrency Control", "Reliability and the Write-Ahead Log" and the appendix "Error Codes"); where the model
//! is simpler, the item's documentation says so.

mod activity;
mod change;
mod error;
mod headline;
mod json;
mod locking;
mod locks;
mod log;
mod outcome;
mod pool;
mod recovery;
mod replay;
mod row;
mod schema;
pub mod seed;
mod serial;
mod server;
mod session;
mod statement;
mod stats;
mod store;
mod transaction;
mod value;
mod write;

pub use activity::{Activity, HeldLock};
pub use change::{changed, one_less};
pub use error::{DatabaseError, LockWait, ReplayError, RowJsonError};
pub use log::{LogEntry, LogRecord, Lsn, TransactionId};
pub use outcome::{Committed, Execution, Outcome};
pub use pool::{Admission, ConnectionPool, Grant, PoolStats, Slot, Ticket};
pub use row::{Row, RowKey};
pub use schema::{Catalogue, Column, ColumnType, TableId};
pub use server::Database;
pub use session::Connection;
pub use statement::{Condition, OnConflict, RowBatch, Statement, Update};
pub use stats::DatabaseStats;
pub use value::Value;
