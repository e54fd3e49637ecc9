//! What can happen in a run. Events are plain data: a trace is a list of them, and everything shown derives from them.

use std::hash::{Hash, Hasher};
use std::rc::Rc;

use serde::Serialize;

use super::{Actor, Condition, MessageId, Place, RequestId, WriteId};
use crate::database::{Row, RowKey};
use crate::engine::VirtualTime;

/// Something that happened, and when.
#[derive(Clone, Debug, PartialEq, Hash, Serialize)]
pub struct Event {
    /// The virtual time of the event.
    pub at: VirtualTime,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What a client asks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "operation", rename_all = "kebab-case")]
pub enum Operation {
    /// To see a row.
    Read {
        /// The row's key.
        key: RowKey,
    },
    /// To change a row.
    Write {
        /// The row as it shall be; its version is the number of the write.
        row: Row,
    },
}

impl Operation {
    /// The key of the row that the operation is about.
    #[must_use]
    pub fn key(&self) -> RowKey {
        match self {
            Self::Read { key } => *key,
            Self::Write { row } => row.key(),
        }
    }

    /// The write's number, if it is a write.
    #[must_use]
    pub fn write(&self) -> Option<WriteId> {
        match self {
            Self::Read { .. } => None,
            Self::Write { row } => Some(WriteId(row.version())),
        }
    }
}

/// What the application answers.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "answer", rename_all = "kebab-case")]
pub enum Answer {
    /// The row that was asked for.
    Found {
        /// The row.
        row: Row,
    },
    /// There is no such row.
    Absent,
    /// The write was acknowledged: the client is told 'saved'.
    Saved,
    /// It did not work.
    Failed {
        /// Why, in words for the client.
        reason: Rc<str>,
    },
}

/// What a message is, which its shape and colour on the stage follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ParcelKind {
    /// A client (or the application at the cache layer) asks to read.
    ReadRequest,
    /// A client (or the application at the cache layer) asks to write.
    WriteRequest,
    /// A command that reads the cache.
    CacheRead,
    /// A command that writes the cache.
    CacheWrite,
    /// A command that removes a cached copy.
    Invalidation,
    /// A statement that reads the database.
    SqlRead,
    /// A statement that writes the database.
    SqlWrite,
    /// `BEGIN`, `COMMIT` or `ROLLBACK` by itself.
    SqlControl,
    /// The cache had it.
    Hit,
    /// The cache did not have it.
    Miss,
    /// The database's rows.
    Rows,
    /// It is done.
    Done,
    /// The client is told 'saved'.
    Saved,
    /// An error.
    Failure,
}

impl ParcelKind {
    /// Whether the message answers another one.
    #[must_use]
    pub const fn is_reply(self) -> bool {
        matches!(self, Self::Hit | Self::Miss | Self::Rows | Self::Done | Self::Saved | Self::Failure)
    }
}

/// What a message carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Parcel {
    /// Its kind.
    #[serde(rename = "parcel")]
    pub kind: ParcelKind,
    /// The command, the statement or the reply, as its protocol writes it.
    pub text: Rc<str>,
    /// The commands to the cache, word by word. The text says the same, so a trace's digest and file do without them.
    #[serde(skip)]
    pub commands: Commands,
}

/// Commands to the cache, each with its words. All are alike to a digest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Commands(Option<Rc<[Vec<Vec<u8>>]>>);

impl Commands {
    /// The commands.
    #[must_use]
    pub fn all(&self) -> &[Vec<Vec<u8>>] {
        self.0.as_deref().unwrap_or_default()
    }
}

impl From<Vec<Vec<Vec<u8>>>> for Commands {
    fn from(pipeline: Vec<Vec<Vec<u8>>>) -> Self {
        Self(Some(pipeline.into()))
    }
}

impl Hash for Commands {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Parcel {
    /// A parcel of `kind` that reads `text`.
    pub fn new(kind: ParcelKind, text: impl Into<Rc<str>>) -> Self {
        Self { kind, text: text.into(), commands: Commands::default() }
    }

    /// The same with commands to the cache.
    pub(crate) fn carrying(self, commands: Commands) -> Self {
        Self { commands, ..self }
    }
}

/// Why a message did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// Its link was cut.
    LinkCut,
    /// Its sender crashed while it was on its way.
    SenderCrashed,
    /// Nobody was there to take it.
    ReceiverDown,
    /// A fault of its link took it, or a person.
    Dropped,
}

/// Why a key left the cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Removal {
    /// A command removed it.
    Deleted,
    /// Its time to live ran out.
    Expired,
    /// Memory was needed.
    Evicted,
    /// All keys were flushed by a command.
    Flushed,
    /// The cache server crashed.
    Crashed,
}

/// The cache's own counters since the start of the run, crashes included.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct CacheTotals {
    /// Look-ups that found their key.
    pub hits: u64,
    /// Look-ups that did not.
    pub misses: u64,
    /// Keys whose time to live ran out.
    pub expired: u64,
    /// Keys evicted for memory.
    pub evicted: u64,
    /// Commands executed.
    pub commands: u64,
    /// Bytes in use.
    pub used_bytes: u64,
}

/// The database's counters since the start of the run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
pub struct DatabaseTotals {
    /// Statements that read.
    pub reads: u64,
    /// Statements that wrote.
    pub writes: u64,
    /// Transactions committed, single statements included.
    pub commits: u64,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Hash, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum EventKind {
    /// A client sent a request.
    RequestStarted {
        /// The request.
        request: RequestId,
        /// Who asks.
        client: Actor,
        /// What is asked for.
        #[serde(flatten)]
        operation: Operation,
    },
    /// The application has decided on its answer and sends it, which may be lost on its way.
    Answered {
        /// The request.
        request: RequestId,
        /// The answer.
        #[serde(flatten)]
        answer: Answer,
    },
    /// The client has its answer, or has given up. A write is acknowledged from here on.
    RequestEnded {
        /// The request.
        request: RequestId,
        /// What the client was told.
        #[serde(flatten)]
        answer: Answer,
    },
    /// Code of the pattern reached a line that waits for somebody else.
    LineEntered {
        /// Where the code runs.
        #[serde(flatten)]
        place: Place,
        /// The line in the pattern's file, from 1.
        line: u32,
    },
    /// The code at this place has ended, well or not.
    CodeEnded {
        /// Where the code ran.
        #[serde(flatten)]
        place: Place,
    },
    /// A message left.
    Sent {
        /// The message.
        message: MessageId,
        /// Its sender.
        from: Actor,
        /// Its receiver.
        to: Actor,
        /// What it carries.
        #[serde(flatten)]
        parcel: Parcel,
        /// On behalf of which request.
        request: Option<RequestId>,
        /// When it will be there, if nothing happens to it.
        arrives: VirtualTime,
    },
    /// A message arrived.
    Arrived {
        /// The message.
        message: MessageId,
    },
    /// A message was lost.
    MessageLost {
        /// The message.
        message: MessageId,
        /// Why.
        loss: Loss,
    },
    /// An actor's health changed.
    ConditionChanged {
        /// The actor.
        actor: Actor,
        /// How it is now.
        #[serde(flatten)]
        condition: Condition,
    },
    /// A server's load changed.
    LoadChanged {
        /// The server.
        actor: Actor,
        /// Calls that wait for their turn.
        waiting: u32,
        /// Calls being served.
        serving: u32,
    },
    /// The cache holds a new value or a new time to live for a key.
    CacheWritten {
        /// The key.
        key: Rc<str>,
        /// The value, as text (cut when long).
        value: Rc<str>,
        /// The row of which the value is a copy, if it is one.
        row: Option<Row>,
        /// When it expires.
        expires: Option<VirtualTime>,
        /// Its size in memory.
        bytes: u64,
    },
    /// The cache holds a key no more.
    CacheRemoved {
        /// The key.
        key: Rc<str>,
        /// Why.
        cause: Removal,
    },
    /// The cache holds no key any more.
    CacheCleared {
        /// Why.
        cause: Removal,
    },
    /// The cache's counters changed.
    CacheCounted(CacheTotals),
    /// A dirty entry was put at the end of the queue of unflushed writes.
    Queued {
        /// The row that is to be written.
        row: Row,
    },
    /// A dirty entry left the queue.
    Unqueued {
        /// The write.
        write: WriteId,
        /// Why it left: `Deleted` when its flusher took it out.
        cause: Removal,
    },
    /// The flusher works on these writes (none: it has finished or given up).
    InHand {
        /// The writes, oldest first.
        writes: Rc<[WriteId]>,
    },
    /// The flusher waits until then.
    FlushDue {
        /// When the next flush starts.
        due: VirtualTime,
    },
    /// The database holds a new row. One of version 0 was not written by anybody: it was there when the workload began to
    /// ask for it.
    RowCommitted {
        /// The row.
        row: Row,
    },
    /// The database holds a row no more.
    RowRemoved {
        /// Its key.
        key: RowKey,
    },
    /// The database's counters changed.
    DatabaseCounted(DatabaseTotals),
    /// An intervention of the scenario was carried out.
    Intervened {
        /// Its place in the scenario's list, from 0.
        index: u32,
        /// It in words.
        text: Rc<str>,
    },
    /// The application has worked out what it is about to write from a version of the row. Of several such, the last counts.
    WorkedOut {
        /// The write.
        write: WriteId,
        /// The write that made the version.
        from: WriteId,
    },
    /// A person typed a command to the cache.
    Typed {
        /// The command; empty when the cache sends something more, such as the reply of a command that waited.
        command: Rc<str>,
        /// The cache's reply, as `redis-cli` prints it.
        reply: Rc<str>,
    },
    /// A message stays where it is.
    MessageHeld {
        /// The message.
        message: MessageId,
    },
    /// A held message goes on.
    MessageReleased {
        /// The message.
        message: MessageId,
        /// When it will be there now.
        arrives: VirtualTime,
    },
    /// The database has another row than it had, for a replica that was behind took its place.
    FailedOver {
        /// The row's key.
        key: RowKey,
        /// What the replica has; nothing: it does not know the row.
        row: Option<Row>,
        /// The writes of the row that had not reached it, in the order of their commits.
        lost: Rc<[WriteId]>,
    },
}
