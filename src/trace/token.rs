//! The shape of a message, wherever it is shown.

use crate::world::ParcelKind;

/// The shapes of messages and of what people and desks are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// A question: a ring.
    Read,
    /// A value: a disc.
    Row,
    /// Nothing there: a struck ring.
    Miss,
    /// A write: a square.
    Write,
    /// Done: a ticked square.
    Done,
    /// An invalidation: a diamond.
    Drop,
    /// An error: an octagon.
    Error,
}

impl Token {
    /// The shape of a message of that kind.
    #[must_use]
    pub const fn of(kind: ParcelKind) -> Self {
        match kind {
            ParcelKind::ReadRequest | ParcelKind::CacheRead | ParcelKind::SqlRead => Self::Read,
            ParcelKind::WriteRequest | ParcelKind::CacheWrite | ParcelKind::SqlWrite | ParcelKind::SqlControl => {
                Self::Write
            }
            ParcelKind::Invalidation => Self::Drop,
            ParcelKind::Hit | ParcelKind::Rows => Self::Row,
            ParcelKind::Miss => Self::Miss,
            ParcelKind::Done | ParcelKind::Saved => Self::Done,
            ParcelKind::Failure => Self::Error,
        }
    }

    /// Its name in the styles and among the symbols.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Row => "row",
            Self::Miss => "miss",
            Self::Write => "write",
            Self::Done => "ok",
            Self::Drop => "drop",
            Self::Error => "error",
        }
    }
}
