//! One access to a key, and the forms in which logs write it.

use thiserror::Error;

/// What was done with a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It was read.
    Read,
    /// It was written.
    Write,
    /// It was deleted.
    Delete,
}

/// An access to a key.
#[derive(Clone, Debug, PartialEq)]
pub struct Access<'a> {
    /// When, in seconds of the log's own clock; nothing where it tells none.
    pub at: Option<f64>,
    /// The key.
    pub key: &'a [u8],
    /// What was done.
    pub deed: Deed,
    /// The time to live that a write gave, in seconds.
    pub ttl: Option<f64>,
}

/// The form of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// `redis-cli MONITOR`.
    Monitor,
    /// A table whose columns are these.
    Table(super::table::Columns),
    /// The common or combined log format.
    WebLog,
}

impl Form {
    /// For people.
    #[must_use]
    pub const fn label(&self) -> &'static str {
        match self {
            Self::Monitor => "redis-cli MONITOR",
            Self::Table(_) => "a table in the form of a public cache trace",
            Self::WebLog => "an access log",
        }
    }
}

/// Why a line can't be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LineProblem {
    /// No bytes of text.
    #[error("it is no text")]
    NoText,
    /// Something is missing.
    #[error("it has no {0}")]
    Missing(&'static str),
    /// Something can't be read.
    #[error("its {what} can't be read: \"{found}\"")]
    Unreadable {
        /// What.
        what: &'static str,
        /// What is there.
        found: String,
    },
    /// It is too long.
    #[error("it is longer than a million bytes")]
    Long,
}

impl LineProblem {
    pub(super) fn unreadable(what: &'static str, found: &[u8]) -> Self {
        Self::Unreadable { what, found: String::from_utf8_lossy(found).chars().take(40).collect() }
    }
}

/// A number, if the bytes are one.
pub(super) fn number(bytes: &[u8]) -> Option<f64> {
    crate::decimal::read_f64(std::str::from_utf8(bytes).ok()?)
}
