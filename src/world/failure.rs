//! What a call can meet instead of an answer.

use std::rc::Rc;

use super::Actor;
use crate::database::DatabaseError;

/// Why a call of the application, the cache layer or the flusher failed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Failure {
    /// Nobody listens there.
    #[error("{0} refused the connection")]
    Refused(Actor),
    /// The connection broke while the answer was awaited: the work may or may not be done.
    #[error("the connection to {0} was reset")]
    Reset(Actor),
    /// No answer came in time: the work may or may not be done.
    #[error("{0} did not answer in time")]
    TimedOut(Actor),
    /// The cache answered with an error.
    #[error("{0}")]
    Cache(Rc<str>),
    /// The database answered with an error.
    #[error("{0}")]
    Database(DatabaseError),
    /// Too many wait for a connection already.
    #[error("no database connection is free and too many wait for one")]
    PoolFull,
    /// What the write was based on has changed meanwhile.
    #[error("{0} has a newer version than the one that was read")]
    Conflict(Actor),
    /// The circuit breaker refuses calls for a while.
    #[error("the circuit breaker to {0} is open")]
    Open(Actor),
    /// The cached bytes are no row.
    #[error("the cached value of {key} can't be read as a row: {problem}")]
    Unreadable {
        /// The key.
        key: Rc<str>,
        /// What is wrong.
        problem: Rc<str>,
    },
}
