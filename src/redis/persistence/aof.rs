//! The append-only file: how far it is written and how far it is safe, at any time.
//!
//! A record passes three places: the server's buffer, the operating system's memory, the disk. The end of the process
//! loses what is in the first; the end of the machine also what is in the second. Under `always` the file is written and
//! forced to the disk before the reply. Under `everysec` it is written at once and a thread in the background forces it to the
//! disk in the first moment of each second; while that goes on Redis does not write, for up to two seconds. Under
//! `no` the operating system decides: Linux wakes up every five seconds and writes files that have been dirty for thirty.

use std::sync::Arc;

use super::rdb::{Snapshot, Writer};
use super::settings::{AppendFsync, Persistence};
use crate::redis::journal::Record;
use crate::redis::time::Millis;

/// Redis waits so long for an `fsync` before it writes regardless.
const LONGEST_POSTPONEMENT_MS: u64 = 2_000;
/// Linux's `vm.dirty_expire_centisecs`.
const DIRTY_EXPIRE_MS: u64 = 30_000;
/// Linux's `vm.dirty_writeback_centisecs`.
const WRITEBACK_MS: u64 = 5_000;

/// How the machine or the process ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Crash {
    /// The process dies at once (`kill -9`, a bug, no memory left); the operating system lives on and so does what was
    /// handed to it.
    Process,
    /// The machine dies: no more is left than what is on the disk.
    Machine,
}

/// An `fsync` under way.
#[derive(Clone, Copy, Debug)]
struct Fsync {
    ends: Millis,
    /// The records before this number are safe when it ends.
    covers: u64,
}

/// What happens next by itself.
#[derive(Clone, Copy, Debug)]
enum Event {
    FsyncEnds(Fsync),
    FsyncBegins,
    WritePostponed,
    Writeback,
}

/// The file: a snapshot and the records since. Records are numbered from the server's first on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Aof {
    base: Arc<Snapshot>,
    records: Vec<Record>,
    /// The number of the first record here.
    first: u64,
    /// The records before this number are in the operating system's hands.
    written: u64,
    /// The records before this number are on the disk.
    synced: u64,
    fsync: Option<Fsync>,
    last_fsync_second: u64,
    last_write: Millis,
    postponed_since: Option<Millis>,
    /// Since when the operating system has something that is not on the disk.
    dirty_since: Option<Millis>,
    /// What the records take.
    bytes: u64,
    /// How large the file was when it was last rewritten or loaded.
    rewritten_bytes: u64,
    /// How often a write did not wait for an `fsync` any longer (`aof_delayed_fsync`).
    pub(crate) delayed: u64,
    policy: AppendFsync,
    fsync_ms: u64,
    running: bool,
}

impl Aof {
    /// A file that begins with a snapshot.
    pub(crate) fn new(base: Arc<Snapshot>, settings: &Persistence) -> Aof {
        let mut aof = Aof { rewritten_bytes: base.bytes, base, running: true, ..Aof::default() };
        aof.follow(settings);
        aof
    }

    /// Takes settings over.
    pub(crate) fn follow(&mut self, settings: &Persistence) {
        self.policy = settings.append_fsync;
        self.fsync_ms = settings.disk.fsync_ms;
    }

    /// The number after the last record.
    pub(crate) fn end(&self) -> u64 {
        self.first + self.records.len() as u64
    }

    /// The file's size.
    pub(crate) fn size(&self) -> u64 {
        self.base.bytes + self.bytes
    }

    /// The file's size when it was last rewritten or loaded.
    pub(crate) fn base_size(&self) -> u64 {
        self.rewritten_bytes
    }

    /// What waits in the server's buffer, in bytes.
    pub(crate) fn buffered(&self) -> u64 {
        self.records.iter().skip((self.written - self.first) as usize).map(Record::bytes).sum()
    }

    /// Whether an `fsync` is under way.
    pub(crate) fn is_syncing(&self) -> bool {
        self.fsync.is_some()
    }

    /// Appends records; how long the replies to their commands must wait, in milliseconds.
    pub(crate) fn append(&mut self, records: &[Record], now: Millis) -> u64 {
        self.advance(now);
        self.bytes += records.iter().map(Record::bytes).sum::<u64>();
        self.records.extend_from_slice(records);
        match self.policy {
            AppendFsync::Always => {
                self.write(now);
                self.sync_to(self.written);
                return self.fsync_ms;
            }
            AppendFsync::No => self.write(now),
            AppendFsync::EverySecond if self.fsync.is_some() => {
                self.postponed_since.get_or_insert(now);
            }
            AppendFsync::EverySecond => {
                self.write(now);
                self.advance(now);
            }
        }
        0
    }

    /// Lets happen what happens by itself until now.
    pub(crate) fn advance(&mut self, now: Millis) {
        while let Some((at, event)) = self.next_event().filter(|(at, _)| *at <= now) {
            match event {
                Event::FsyncEnds(fsync) => {
                    self.fsync = None;
                    self.sync_to(fsync.covers);
                    if self.postponed_since.is_some() {
                        self.write(at);
                    }
                }
                Event::FsyncBegins => self.begin_fsync(at),
                Event::WritePostponed => {
                    self.delayed += 1;
                    self.write(at);
                }
                Event::Writeback => self.sync_to(self.written),
            }
        }
    }

    fn next_event(&self) -> Option<(Millis, Event)> {
        let ends = self.fsync.map(|fsync| (fsync.ends, Event::FsyncEnds(fsync)));
        let can_begin = self.running && self.policy == AppendFsync::EverySecond && self.fsync.is_none();
        let next_second = Millis((self.last_fsync_second + 1) * 1000);
        let begins =
            (can_begin && self.written > self.synced).then(|| (next_second.max(self.last_write), Event::FsyncBegins));
        let writes =
            self.postponed_since.map(|since| (Millis(since.0 + LONGEST_POSTPONEMENT_MS), Event::WritePostponed));
        let writeback = self
            .dirty_since
            .map(|since| (Millis((since.0 + DIRTY_EXPIRE_MS).next_multiple_of(WRITEBACK_MS)), Event::Writeback));
        [ends, begins, writes, writeback].into_iter().flatten().min_by_key(|(at, _)| *at)
    }

    /// Hands everything to the operating system.
    fn write(&mut self, now: Millis) {
        self.written = self.end();
        self.last_write = now;
        self.postponed_since = None;
        self.dirty_since.get_or_insert(now);
    }

    fn begin_fsync(&mut self, at: Millis) {
        self.last_fsync_second = at.seconds();
        self.fsync = Some(Fsync { ends: Millis(at.0 + self.fsync_ms), covers: self.written });
    }

    /// The records before a number are on the disk.
    fn sync_to(&mut self, number: u64) {
        self.synced = self.synced.max(number);
        if self.synced == self.written {
            self.dirty_since = None;
        }
    }

    /// A rewritten file takes the place of this one: the snapshot stands for the records before its mark.
    pub(crate) fn rewritten(&mut self, writer: &Writer) {
        let covered = (writer.mark - self.first) as usize;
        self.bytes -= self.records.drain(..covered).map(|record| record.bytes()).sum::<u64>();
        self.first = writer.mark;
        self.written = self.written.max(self.first);
        self.base = Arc::clone(&writer.snapshot);
        self.rewritten_bytes = self.size();
        self.sync_to(self.first);
    }

    /// Whether the file has grown so much that it is to be rewritten.
    pub(crate) fn is_overgrown(&self, settings: &Persistence) -> bool {
        let (size, base) = (self.size(), self.rewritten_bytes.max(1));
        settings.rewrite_percentage > 0
            && size > settings.rewrite_min_bytes
            && size.saturating_sub(base) * 100 / base >= settings.rewrite_percentage
    }

    /// The server ends in good order.
    pub(crate) fn close(&mut self, now: Millis) {
        self.write(now);
        self.sync_to(self.written);
        self.crash(Crash::Process);
    }

    /// Process or machine are no more. How many records are lost.
    pub(crate) fn crash(&mut self, crash: Crash) -> u64 {
        let kept = match crash {
            Crash::Process => self.written,
            Crash::Machine => self.synced,
        };
        let lost = self.end() - kept;
        self.bytes -= self.records.drain((kept - self.first) as usize..).map(|record| record.bytes()).sum::<u64>();
        self.written = kept;
        self.sync_to(self.synced);
        self.fsync = None;
        self.postponed_since = None;
        self.running = false;
        lost
    }

    /// The server has loaded the file and goes on with it.
    pub(crate) fn reopen(&mut self, now: Millis, settings: &Persistence) {
        self.running = true;
        self.last_write = now;
        self.rewritten_bytes = self.size();
        self.follow(settings);
    }

    /// What a server loads: the snapshot and the records since.
    pub(crate) fn contents(&self) -> (Arc<Snapshot>, Vec<Record>) {
        (Arc::clone(&self.base), self.records.clone())
    }
}
