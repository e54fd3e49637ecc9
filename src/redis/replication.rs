//! Asynchronous replication as its primary sees it: an offset, a stream of commands, and how far each replica has got.
//!
//! The primary replies before any replica has the write. What it sends waits in a backlog; the caller carries it to a
//! [`super::Replica`] when it likes ([`Server::sync_replica`]) and carries the replica's offset back
//! ([`Server::acknowledge`]). `WAIT` counts what came back: it makes a loss less likely and does not exclude it, for the
//! reply to the write was given before.
//!
//! The model leaves out the second replication id, so after a promotion or a restart of the primary every replica takes
//! all data anew, and the pings that move a real primary's offset every ten seconds.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;

use super::journal::Record;
use super::persistence::rdb::Snapshot;
use super::reply::Reply;
use super::server::Server;
use super::time::Millis;

/// `repl-backlog-size`: Redis's default.
pub(crate) const BACKLOG_BYTES: u64 = 1 << 20;

/// The id of a history of writes (`master_replid`): each start of a primary and each promotion begins one of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct History(u64);

impl History {
    fn after(self) -> History {
        History(mixed(self.0))
    }
}

/// As forty hexadecimal digits.
impl fmt::Display for History {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (second, third) = (mixed(!self.0), mixed(self.0.rotate_left(32)));
        write!(formatter, "{:016x}{second:016x}{:08x}", self.0, third >> 32)
    }
}

fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_add(0x9e37_79b9_7f4a_7c15).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) ^ (word >> 31)
}

/// A place in a history: so many bytes of its stream have been taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The history.
    pub history: History,
    /// The bytes.
    pub offset: u64,
}

/// Where another server listens, as `ROLE` and `INFO` show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// A replica that is attached to a primary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReplicaId(u32);

/// What a primary knows of a replica.
#[derive(Clone, Debug)]
pub(crate) struct Attached {
    id: ReplicaId,
    pub(crate) address: Address,
    pub(crate) acknowledged: u64,
    pub(crate) heard_at: Millis,
}

/// What a server is to others.
#[derive(Clone, Debug, Default)]
pub(crate) enum Role {
    #[default]
    Primary,
    /// Without a position it has nothing of its primary yet.
    Replica { primary: Address, position: Option<Position> },
}

/// What a primary sends to a replica.
#[derive(Clone, Debug)]
pub struct SyncData {
    pub(crate) to: Position,
    pub(crate) content: Content,
}

#[derive(Clone, Debug)]
pub(crate) enum Content {
    Full(Arc<Snapshot>),
    Partial { from: u64, records: Vec<Record> },
}

impl SyncData {
    /// Where the replica is when it has applied this.
    #[must_use]
    pub fn position(&self) -> Position {
        self.to
    }

    /// Whether it replaces all data of the replica.
    #[must_use]
    pub fn is_full(&self) -> bool {
        matches!(self.content, Content::Full(_))
    }

    /// The commands that it brings; none when it is full.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        match &self.content {
            Content::Full(_) => &[],
            Content::Partial { records, .. } => records,
        }
    }
}

/// `WAIT`'s question while its reply is held back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// How many replicas must have acknowledged.
    pub replicas: i64,
    /// What they must have acknowledged.
    pub offset: u64,
    /// When the reply is given anyway; never without.
    pub deadline: Option<Millis>,
}

/// The stream and those that follow it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Replication {
    pub(crate) history: History,
    pub(crate) role: Role,
    offset: u64,
    backlog: VecDeque<Record>,
    pub(crate) backlog_bytes: u64,
    streaming: bool,
    pub(crate) replicas: Vec<Attached>,
    attached: u32,
}

impl Replication {
    pub(crate) fn new(seed: u64) -> Replication {
        Replication { history: History(mixed(seed)), ..Replication::default() }
    }

    /// Whether commands are wanted for the stream: from the first replica on.
    pub(crate) fn is_streaming(&self) -> bool {
        self.streaming
    }

    /// `master_repl_offset`, or what a replica has applied.
    pub(crate) fn offset(&self) -> u64 {
        match &self.role {
            Role::Primary => self.offset,
            Role::Replica { position, .. } => position.map_or(0, |position| position.offset),
        }
    }

    /// Adds to the stream; the oldest of the backlog goes when it is too long.
    pub(crate) fn append(&mut self, records: Vec<Record>) {
        if !self.streaming {
            return;
        }
        for record in records {
            self.offset += record.bytes();
            self.backlog_bytes += record.bytes();
            self.backlog.push_back(record);
        }
        while self.backlog_bytes > BACKLOG_BYTES {
            let Some(record) = self.backlog.pop_front() else { break };
            self.backlog_bytes -= record.bytes();
        }
    }

    /// The commands after an offset, if the backlog still has them all.
    fn since(&self, offset: u64) -> Option<Vec<Record>> {
        let mut at = self.offset;
        let mut first = self.backlog.len();
        while at > offset && first > 0 {
            first -= 1;
            at -= self.backlog[first].bytes();
        }
        (at == offset).then(|| self.backlog.range(first..).cloned().collect())
    }

    /// The process is gone: a new history begins, and nobody is attached.
    pub(crate) fn restart(&mut self) {
        let role = match std::mem::take(&mut self.role) {
            Role::Primary => Role::Primary,
            Role::Replica { primary, .. } => Role::Replica { primary, position: None },
        };
        let history = self.history.after();
        *self = Replication { history, role, attached: self.attached, ..Replication::default() };
    }

    /// Whether the server is a replica.
    pub(crate) fn is_replica(&self) -> bool {
        matches!(self.role, Role::Replica { .. })
    }

    /// How many replicas have acknowledged an offset.
    pub(crate) fn acknowledged(&self, offset: u64) -> usize {
        self.replicas.iter().filter(|replica| replica.acknowledged >= offset).count()
    }
}

impl Server {
    /// A replica attaches itself, which then takes all data by [`Server::sync_replica`].
    pub fn attach_replica(&mut self, now: Millis, address: Address) -> ReplicaId {
        let replication = &mut self.durable.replication;
        let id = ReplicaId(replication.attached);
        replication.attached += 1;
        replication.streaming = true;
        replication.replicas.push(Attached { id, address, acknowledged: 0, heard_at: now });
        self.durable.watch();
        id
    }

    /// A replica is gone. What it missed stays in the backlog for a while.
    pub fn detach_replica(&mut self, id: ReplicaId) {
        self.durable.replication.replicas.retain(|replica| replica.id != id);
    }

    /// Whether a replica is attached, which a crash of the primary ends.
    #[must_use]
    pub fn has_replica(&self, id: ReplicaId) -> bool {
        self.durable.replication.replicas.iter().any(|replica| replica.id == id)
    }

    /// The history and the offset that the server has reached.
    #[must_use]
    pub fn position(&self) -> Position {
        match &self.durable.replication.role {
            Role::Replica { position: Some(position), .. } => *position,
            _ => Position { history: self.durable.replication.history, offset: self.durable.replication.offset() },
        }
    }

    /// What a replica at a position is missing (`PSYNC`): the commands since, or all data when the position is in another
    /// history or too far back.
    #[must_use]
    pub fn sync_replica(&self, position: Option<Position>) -> SyncData {
        let to = self.position();
        let known = position.filter(|position| position.history == to.history);
        let partial = known.and_then(|position| {
            let records = self.durable.replication.since(position.offset)?;
            Some(Content::Partial { from: position.offset, records })
        });
        SyncData { to, content: partial.unwrap_or_else(|| Content::Full(Snapshot::of(&self.databases))) }
    }

    /// A replica's offset has arrived (`REPLCONF ACK`). One of another history says nothing.
    pub fn acknowledge(&mut self, now: Millis, id: ReplicaId, position: Position) {
        if position.history != self.durable.replication.history {
            return;
        }
        let replicas = &mut self.durable.replication.replicas;
        if let Some(replica) = replicas.iter_mut().find(|replica| replica.id == id) {
            replica.acknowledged = replica.acknowledged.max(position.offset);
            replica.heard_at = now;
        }
    }

    /// The reply to `WAIT` once enough replicas have acknowledged or the time is over; none before.
    #[must_use]
    pub fn waited(&self, now: Millis, wait: &Wait) -> Option<Reply> {
        let count = self.durable.replication.acknowledged(wait.offset);
        let is_over = wait.deadline.is_some_and(|deadline| now >= deadline);
        (is_over || count as i64 >= wait.replicas).then(|| Reply::count(count))
    }
}
