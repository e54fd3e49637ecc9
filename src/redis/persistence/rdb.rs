//! Snapshots: what `BGSAVE`, `SAVE` and the save points leave on the disk.
//!
//! A snapshot shows the data at the moment of the fork. It is written beside the former one, forced to the disk and put in
//! its place at the end, so until then the former one counts.

use std::sync::Arc;

use super::settings::{Disk, SavePoint};
use crate::redis::database::Database;
use crate::redis::time::Millis;

/// All databases at one moment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snapshot {
    pub(crate) databases: Vec<Database>,
    /// About the size of its file: the bytes that keys and values take in memory.
    pub(crate) bytes: u64,
}

impl Snapshot {
    pub(crate) fn of(databases: &[Database]) -> Arc<Snapshot> {
        let bytes = databases.iter().map(Database::entries_bytes).sum();
        Arc::new(Snapshot { databases: databases.to_vec(), bytes })
    }
}

/// A background process that writes a snapshot.
#[derive(Clone, Debug)]
pub(crate) struct Writer {
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) began: Millis,
    pub(crate) ends: Millis,
    /// What had been counted when it began: changes for a snapshot, records for a rewritten file.
    pub(crate) mark: u64,
}

impl Writer {
    pub(crate) fn new(databases: &[Database], disk: Disk, now: Millis, mark: u64) -> Writer {
        let snapshot = Snapshot::of(databases);
        let ends = Millis(now.0 + disk.writing_time(snapshot.bytes));
        Writer { snapshot, began: now, ends, mark }
    }

    /// How long it takes in all, in whole seconds.
    pub(crate) fn seconds(&self) -> u64 {
        self.ends.seconds() - self.began.seconds()
    }
}

/// Takes a writer that is done by now.
pub(crate) fn take_done(writer: &mut Option<Writer>, now: Millis) -> Option<Writer> {
    writer.take_if(|writer| writer.ends <= now)
}

/// The snapshots of one server.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rdb {
    /// The one on the disk.
    pub(crate) file: Option<Arc<Snapshot>>,
    pub(crate) writer: Option<Writer>,
    /// One more is to begin when the background is free.
    pub(crate) scheduled: bool,
    /// When the last one was finished; none since the start.
    pub(crate) last_save: Option<Millis>,
    pub(crate) last_seconds: Option<u64>,
    pub(crate) saves: u64,
}

impl Rdb {
    /// A snapshot is on the disk.
    pub(crate) fn finish(&mut self, snapshot: Arc<Snapshot>, at: Millis) {
        self.file = Some(snapshot);
        self.last_save = Some(at);
        self.saves += 1;
    }

    /// Whether a save point asks for a snapshot. Redis compares whole seconds.
    pub(crate) fn is_due(&self, points: &[SavePoint], changes: u64, since: Millis, now: Millis) -> bool {
        let passed = now.seconds().saturating_sub(since.seconds());
        points.iter().any(|point| changes >= point.changes && passed > point.seconds)
    }

    /// What is left when the process dies: the file. The background process dies with it.
    pub(crate) fn crash(&mut self) {
        *self = Rdb { file: self.file.take(), ..Rdb::default() };
    }
}
