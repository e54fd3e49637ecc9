//! Versioned fills: a copy is stored only over what its reader has seen there, by `WATCH`, `MULTI` and `EXEC` on one
//! connection, and never over a newer version. A deletion leaves a tombstone with the version of its write, for `WATCH`
//! does not notice that a key which is not there is deleted.
//!
//! Where rows are read from a replica, the version of the tombstone tells whether it is far enough; if not, the database
//! itself is asked. (The remote markers of Nishtala et al., NSDI 2013, section 4.2, are for this too.)
//!
//! A version is given where a write begins. Of two writes that the database commits in the other order, the cache keeps the
//! one that began later.
//!
//! It costs a connection for each miss, a second message for each write or deletion of a copy, and tombstones in memory.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use super::super::context::Caller;
use super::{Words, words};
use crate::database::{Row, RowKey};
use crate::redis::{Reply, Session};
use crate::world::{Actor, Failure, ParcelKind, World};

/// How long a tombstone stays, in milliseconds: longer than any load of a row takes.
const TOMBSTONE_MILLIS: &str = "10000";

/// How often a writer tries to put its copy in the place of an older one while others do the same.
const TRIES: u32 = 8;

/// What there is under a key.
pub(super) enum Cached {
    Row(Row),
    /// No key.
    Nothing,
    /// Somebody found that there is no such row.
    Absent,
    /// Somebody loads the row, with this token.
    Lease(String),
    /// The copy was deleted by the write of this version.
    Gone(u64),
}

pub(super) const ABSENT: &str = "absent";
pub(super) const LEASE: &str = "lease ";
const GONE: &str = "gone ";

impl Cached {
    /// Reads the reply of a `GET`.
    pub(super) fn read(world: &World, key: RowKey, reply: &Reply) -> Result<Self, Failure> {
        let Reply::Bulk(Some(bytes)) = reply else { return Ok(Self::Nothing) };
        let text = text_of(bytes);
        if text == ABSENT {
            return Ok(Self::Absent);
        }
        if text.starts_with(LEASE) {
            return Ok(Self::Lease(text.into_owned()));
        }
        if let Some(version) = text.strip_prefix(GONE).and_then(|version| version.parse().ok()) {
            return Ok(Self::Gone(version));
        }
        let problem = match world.inner.copies.read(key, &text) {
            Ok(row) if row.key() == key => return Ok(Self::Row(row)),
            Ok(row) => format!("it is a copy of {}", row.key().cache_key()),
            Err(problem) => problem.to_string(),
        };
        Err(Failure::Unreadable { key: key.cache_key().into(), problem: problem.into() })
    }

    /// The version that it stands for.
    fn version(&self) -> Option<u64> {
        match self {
            Self::Row(row) => Some(row.version()),
            Self::Gone(version) => Some(*version),
            Self::Nothing | Self::Absent | Self::Lease(_) => None,
        }
    }
}

fn text_of(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// A connection that is kept between two messages, so that the second can go by what the first has seen.
pub(crate) struct Connection {
    world: World,
    life: u32,
    session: RefCell<Session>,
}

/// A key that is watched on a connection.
pub(crate) struct Watched {
    pub(crate) connection: Rc<Connection>,
    /// The version that was there.
    pub(super) version: Option<u64>,
}

impl Connection {
    pub(crate) fn open(world: &World) -> Rc<Self> {
        Rc::new(Self { world: world.clone(), life: world.cache_life(), session: RefCell::default() })
    }

    /// Its state at the server, unless that has crashed since.
    pub(crate) fn session(&self) -> Option<&RefCell<Session>> {
        (self.life == self.world.cache_life()).then_some(&self.session)
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(session) = self.session() {
            self.world.hang_up(session.take());
        }
    }
}

/// `GET` alone.
pub(super) async fn get(caller: &Caller, key: RowKey) -> Result<Cached, Failure> {
    let reply = caller.ask_cache(ParcelKind::CacheRead, vec![words(&["GET", &key.cache_key()])]).await?;
    Cached::read(&caller.world, key, &reply)
}

/// `GET`, with the key watched from then on.
pub(super) async fn look(caller: &Caller, key: RowKey) -> Result<Cached, Failure> {
    let (copy, watched) = look_on(caller, key).await?;
    caller.hands.watch(watched);
    Ok(copy)
}

pub(super) async fn look_on(caller: &Caller, key: RowKey) -> Result<(Cached, Watched), Failure> {
    let (connection, name) = (Connection::open(&caller.world), key.cache_key());
    let pipeline = vec![words(&["WATCH", &name]), words(&["GET", &name])];
    let reply = caller.ask_cache_on(Some(Rc::clone(&connection)), ParcelKind::CacheRead, pipeline).await?;
    let copy = Cached::read(&caller.world, key, &reply)?;
    let version = copy.version();
    Ok((copy, Watched { connection, version }))
}

/// Carries out `command`, which stores `version`, if the key was not touched since it was looked at. If it was, somebody
/// was faster, and the copy is left as that one has it.
pub(super) async fn fill(caller: &Caller, watched: Watched, version: u64, command: Words) -> Result<(), Failure> {
    if watched.version.is_some_and(|seen| seen > version) {
        return Ok(());
    }
    exchange(caller, watched.connection, command).await.map(drop)
}

/// Whether `EXEC` carried it out.
pub(super) async fn exchange(caller: &Caller, connection: Rc<Connection>, command: Words) -> Result<bool, Failure> {
    let pipeline = vec![words(&["MULTI"]), command, words(&["EXEC"])];
    let reply = caller.ask_cache_on(Some(connection), ParcelKind::CacheWrite, pipeline).await?;
    Ok(!matches!(reply, Reply::Array(None) | Reply::Bulk(None)))
}

/// Carries out `command` unless what is there stands for `version` or a newer one.
pub(super) async fn replace_before(caller: &Caller, key: RowKey, version: u64, command: Words) -> Result<(), Failure> {
    for _ in 0..TRIES {
        let (_, watched) = look_on(caller, key).await?;
        let is_newer = watched.version.is_some_and(|seen| seen >= version);
        if is_newer || exchange(caller, watched.connection, command.clone()).await? {
            return Ok(());
        }
    }
    // With so many writers at once, no copy is better than an old one.
    let delete = words(&["DEL", &key.cache_key()]);
    caller.ask_cache(ParcelKind::Invalidation, vec![delete]).await.map(drop)
}

/// What takes the place of a deleted copy.
pub(super) fn tombstone(key: RowKey, version: u64) -> Words {
    words(&["SET", &key.cache_key(), &format!("{GONE}{version}"), "PX", TOMBSTONE_MILLIS])
}

impl World {
    /// Which life of the cache this is: a crash ends one, and all connections.
    pub(crate) fn cache_life(&self) -> u32 {
        self.inner.cache.life.get()
    }

    /// A connection is closed.
    fn hang_up(&self, session: Session) {
        self.inner.cache.server.borrow_mut().disconnect(session);
    }

    /// What a cache that has crashed says to those who still have a connection.
    pub(crate) const fn cut_off() -> Failure {
        Failure::Reset(Actor::Cache)
    }
}
