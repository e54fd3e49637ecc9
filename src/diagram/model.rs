//! What a diagram is made of.

use crate::database::RowKey;
use crate::engine::VirtualTime;
use crate::world::{MessageId, ParcelKind, RequestId};

/// Whose lane it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LaneKind {
    /// A client with the application's code that serves the request.
    Request(RequestId),
    /// The cache layer.
    Loader,
    /// The cache server.
    Cache,
    /// The flusher.
    Flusher,
    /// The database server.
    Database,
}

/// A vertical line of the diagram.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Whose.
    pub kind: LaneKind,
    /// The name at its head.
    pub name: String,
    /// What it is about, below the name.
    pub wish: String,
}

/// How something is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Neither good nor bad.
    Plain,
    /// It is safe or fresh.
    Good,
    /// It went wrong.
    Wrong,
    /// Somebody intervened.
    Done,
}

impl Tone {
    /// Its name in the drawing.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Wrong => "wrong",
            Self::Done => "done",
        }
    }
}

/// What happens in a row. Lanes are named by their places.
#[derive(Clone, Debug, PartialEq)]
pub enum RowKind {
    /// A message leaves; it arrives, or is lost, in a later row or after the diagram's end.
    Sent {
        /// The message.
        message: MessageId,
        /// The sender's lane.
        from: usize,
        /// The receiver's lane.
        to: usize,
        /// Its kind.
        kind: ParcelKind,
        /// What it says.
        text: String,
    },
    /// A message arrives.
    Arrived(MessageId),
    /// A message is lost on its way.
    Lost(MessageId),
    /// A request begins, or has its answer.
    Client {
        /// Its lane.
        lane: usize,
        /// What the person says or hears.
        text: String,
        /// Whether it is the end of the request.
        ends: bool,
        /// How it is meant.
        tone: Tone,
    },
    /// A server holds something else than before.
    Holds {
        /// Its lane.
        lane: usize,
        /// What it holds.
        text: String,
        /// How it is meant.
        tone: Tone,
    },
    /// Something that concerns all lanes.
    Note {
        /// What.
        text: String,
        /// How it is meant.
        tone: Tone,
    },
}

/// Something at a time.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// When.
    pub at: VirtualTime,
    /// What.
    pub kind: RowKind,
}

/// A diagram.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagram {
    /// The key that it is about.
    pub key: RowKey,
    /// The lanes from left to right.
    pub lanes: Vec<Lane>,
    /// What happens, in order.
    pub rows: Vec<Row>,
    /// From the first of these rows to the last, the cache holds an older row than the database.
    pub behind: Vec<(usize, usize)>,
    /// When the part of the run that it shows begins, and when the next part does.
    pub span: (VirtualTime, VirtualTime),
    /// Whether there was more than can be drawn.
    pub is_cut: bool,
}
