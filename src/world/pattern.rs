//! What the world needs to know of a caching pattern: the code of each role.

use std::future::Future;
use std::pin::Pin;

use super::{App, Failure, Flusher, Layer};
use crate::database::{Row, RowKey};

/// A pattern's code while it runs.
pub type PatternFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// Reads a row.
pub type ReadRole<C> = fn(C, RowKey) -> PatternFuture<Result<Option<Row>, Failure>>;
/// Writes a row.
pub type WriteRole<C> = fn(C, Row) -> PatternFuture<Result<(), Failure>>;

/// The code of a pattern, by who runs it.
#[derive(Clone, Copy)]
pub struct Roles {
    /// The application's read path.
    pub read: ReadRole<App>,
    /// The application's write path.
    pub write: WriteRole<App>,
    /// The cache layer's way to read and to write, if the pattern has such a layer.
    pub layer: Option<(ReadRole<Layer>, WriteRole<Layer>)>,
    /// The flusher's loop, if the pattern has a flusher.
    pub flush: Option<fn(Flusher) -> PatternFuture<()>>,
}

/// A caching pattern.
#[derive(Clone, Copy)]
pub struct Pattern {
    /// Its name in links and messages.
    pub id: &'static str,
    /// Its name for people.
    pub name: &'static str,
    /// What it does, in a sentence.
    pub summary: &'static str,
    /// The file that is run, as text.
    pub source: &'static str,
    /// The file's name.
    pub file: &'static str,
    /// The code.
    pub roles: Roles,
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Pattern").field(&self.id).finish()
    }
}
