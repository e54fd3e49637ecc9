//! What the server writes down of its commands, for the append-only file and for replicas.
//!
//! Redis writes down the effect: a relative time becomes an absolute one, a random choice becomes the choice made. The model
//! writes down the command with its time and its randomness and runs it again with both, which comes to the same; keys that
//! expire or are evicted are written down as a `DEL`, as in Redis. [`Record::bytes`] differs from Redis's by a few bytes where Redis rewrites a command.

use std::sync::Arc;

use super::call::{Call, Outcome};
use super::command::Command;
use super::random::Random;
use super::reply::Reply;
use super::server::Server;
use super::session::Session;
use super::time::Millis;

/// What `SELECT` takes when the database changes, with a number of one digit.
const SELECT_BYTES: u64 = 23;
/// What `MULTI` and `EXEC` take around commands that belong together.
const TRANSACTION_BYTES: u64 = 29;

/// A command that changed something. A clone shares the words.
#[derive(Clone, Debug)]
pub struct Record {
    at: Millis,
    db: u8,
    words: Arc<[Box<[u8]>]>,
    /// The server's randomness before the command, if the command drew on it.
    random: Option<Box<Random>>,
    bytes: u64,
}

impl Record {
    fn new(at: Millis, db: usize, words: &[&[u8]], random: Option<Box<Random>>) -> Record {
        let words: Arc<[Box<[u8]>]> = words.iter().map(|&word| word.into()).collect();
        let head = |number: usize| 3 + number.max(1).ilog10() as u64 + 1;
        let bytes = head(words.len()) + words.iter().map(|word| head(word.len()) + word.len() as u64 + 2).sum::<u64>();
        Record { at, db: db as u8, words, random, bytes }
    }

    /// When the command was run.
    #[must_use]
    pub fn at(&self) -> Millis {
        self.at
    }

    /// The database that it worked on.
    #[must_use]
    pub fn db(&self) -> u8 {
        self.db
    }

    /// The command's words.
    pub fn words(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.words.iter().map(AsRef::as_ref)
    }

    /// How many bytes it takes in the file and in the stream to replicas.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

/// What was written down and has yet to reach file and replicas.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal {
    /// Whether anybody wants it.
    pub(crate) on: bool,
    pending: Vec<Record>,
    selected: Option<u8>,
}

impl Journal {
    /// Whether something is waiting.
    pub(crate) fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Forgets what is waiting.
    pub(crate) fn clear(&mut self) {
        *self = Journal { on: self.on, ..Journal::default() };
    }

    /// Notes that a key was removed by no command: its time was over, or it made room.
    pub(crate) fn removed(&mut self, db: usize, key: &[u8]) {
        if self.on {
            // The time is added when the record is taken; removing needs none.
            self.pending.push(Record::new(Millis::default(), db, &[b"DEL", key], None));
        }
    }

    /// What was written down, with the bytes that a change of the database and a transaction add.
    pub(crate) fn take(&mut self, now: Millis) -> Vec<Record> {
        let mut records = std::mem::take(&mut self.pending);
        let together = records.len() > 1;
        for (index, record) in records.iter_mut().enumerate() {
            if record.at == Millis::default() {
                record.at = now;
            }
            if self.selected.replace(record.db) != Some(record.db) {
                record.bytes += SELECT_BYTES;
            }
            if together && index == 0 {
                record.bytes += TRANSACTION_BYTES;
            }
        }
        records
    }
}

/// Runs a command that may write: counts what it changes, and writes it down if it does and somebody wants it.
pub(crate) fn run_writing(call: &mut Call<'_>) -> Outcome {
    let durable = &call.server.durable;
    let (db, before) = (call.session.db, durable.changes);
    let random = if durable.journal.on { Some(Box::new(call.server.random.clone())) } else { None };
    let outcome = (call.command.run)(call);
    // Redis hands a flush on even if there was nothing to remove.
    let flushed = matches!(call.command.name, "flushall" | "flushdb") && outcome.is_ok();
    let changed = call.server.durable.changes - before;
    let counted = call.server.durable.counted.take();
    let changed = match counted {
        None if changed > 0 => changes_made(call.command, call.args.len() as u64, &outcome, changed),
        _ => counted.unwrap_or(0),
    };
    call.server.durable.changes = before + changed;
    if changed == 0 && !flushed {
        return outcome;
    }
    if let Some(random) = random {
        let random = Some(random).filter(|random| **random != call.server.random);
        let record = Record::new(call.now, db, &written_words(call.command, call.args), random);
        call.server.durable.journal.pending.push(record);
    }
    outcome
}

impl Server {
    /// Runs again what was written down. A command that is no longer known is left out, which can't be.
    pub(crate) fn replay(&mut self, records: &[Record]) {
        let mut session = Session::default();
        self.durable.replaying = true;
        for record in records {
            let words: Vec<&[u8]> = record.words().collect();
            let Ok(command) = super::dispatch::resolve(&words) else { continue };
            if let Some(random) = &record.random {
                self.random = (**random).clone();
            }
            session.db = usize::from(record.db);
            self.run(&mut session, record.at, command, &words);
        }
        self.durable.replaying = false;
    }
}

/// The words that are written down: of a command that also reads, what it writes.
fn written_words<'w>(command: &Command, words: &[&'w [u8]]) -> Vec<&'w [u8]> {
    let mut words = words.to_vec();
    match (command.name, words.first_mut()) {
        ("getdel", Some(name)) => *name = b"DEL",
        ("getset", Some(name)) => *name = b"SET",
        _ => {}
    }
    words
}

/// How many changes Redis counts for a command that has changed something (`server.dirty`). The model itself sees only
/// how often keys were `touched`.
fn changes_made(command: &Command, words: u64, outcome: &Outcome, touched: u64) -> u64 {
    match (command.name, outcome) {
        (
            "del" | "unlink" | "lrem" | "sadd" | "srem" | "hdel" | "zrem" | "zremrangebylex" | "zremrangebyrank"
            | "zremrangebyscore" | "xack" | "xdel" | "xtrim",
            Ok(Reply::Integer(count)),
        ) => count.unsigned_abs(),
        ("lpush" | "rpush" | "lpushx" | "rpushx", _) => words - 2,
        ("sort", Ok(Reply::Integer(count))) => count.unsigned_abs().max(1),
        ("mset" | "msetnx", _) => (words - 1) / 2,
        ("hset" | "hmset", _) => (words - 2) / 2,
        ("lpop" | "rpop" | "spop", Ok(Reply::Array(Some(popped)))) => popped.len() as u64,
        ("zpopmin" | "zpopmax", Ok(Reply::Array(Some(popped)))) => popped.len() as u64 / 2,
        ("lmpop" | "blmpop" | "zmpop" | "bzmpop", Ok(Reply::Array(Some(parts)))) => match parts.last() {
            Some(Reply::Array(Some(popped))) => popped.len() as u64,
            _ => 1,
        },
        ("flushall" | "flushdb", _) => touched,
        _ => 1,
    }
}
