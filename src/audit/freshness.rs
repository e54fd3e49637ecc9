//! Whether a read was stale.

use super::auditor::record;
use super::records::{Freshness, WriteRecord};
use crate::database::Row;
use crate::engine::VirtualTime;
use crate::world::WriteId;

/// What is known of one row.
#[derive(Default)]
pub(super) struct History {
    /// The row that the database holds.
    pub(super) stored: Option<Row>,
    /// All writes of the row, by number, which is the order in which they began.
    pub(super) writes: Vec<WriteId>,
    /// Lost writes that nobody has read after yet.
    pub(super) unnoticed: Vec<WriteId>,
    /// The greatest number that the database ever held.
    newest: WriteId,
    /// Writes that the database took after one of a greater number.
    late: Vec<WriteId>,
}

impl History {
    /// The database holds this row from now on. Gives the number of the write that it held before.
    pub(super) fn store(&mut self, row: Row) -> Option<WriteId> {
        let write = WriteId(row.version());
        if write < self.newest && !self.late.contains(&write) {
            self.late.push(write);
        }
        self.newest = self.newest.max(write);
        self.stored.replace(row).map(|before| WriteId(before.version()))
    }
}

/// A read is stale if it shows `seen` although a newer write of the row was [in force](in_force), and not lost, before the
/// read began. Newer: its client started it after `seen` had been acknowledged, or the database committed it after `seen`.
/// Of two writes that overlap in time and are not both committed, neither counts as newer.
pub(super) fn judge(
    history: &History,
    records: &[WriteRecord],
    seen: WriteId,
    started: VirtualTime,
    now: VirtualTime,
) -> Freshness {
    // Most reads show the newest there is.
    if history.late.is_empty() && history.writes.last().is_none_or(|last| *last <= seen) {
        return Freshness::Fresh;
    }
    let shown = record(records, seen);
    if shown.is_none() && seen != WriteId::SEED {
        return Freshness::Fresh;
    }
    let mut since: Option<VirtualTime> = None;
    let mut lost = None;
    let first = history.writes.partition_point(|write| *write <= seen);
    // Those that began before `seen` can only be newer if the database took them late.
    let late = history.late.iter().filter(|write| **write < seen);
    for newer in late.chain(history.writes.iter().skip(first)).filter_map(|write| record(records, *write)) {
        // Writes come in the order of their starts: none of the rest can have been in force earlier.
        if newer.started >= since.unwrap_or(started).min(started) {
            break;
        }
        if !is_newer(shown, newer, started) {
            continue;
        }
        let Some(told) = in_force(newer).filter(|since| *since < started) else { continue };
        match newer.lost() {
            Some(gone) if gone.at <= now => lost = Some(newer.write),
            _ => since = Some(since.map_or(told, |since| since.min(told))),
        }
    }
    match (since, lost) {
        (Some(since), _) => Freshness::Stale { age: started.since(since) },
        (None, Some(write)) => Freshness::AfterLoss { write },
        (None, None) => Freshness::Fresh,
    }
}

/// Since when readers may count on a write: since its client was told 'saved'; or, if its client was told of an error
/// although the database has it, since then.
pub(super) fn in_force(write: &WriteRecord) -> Option<VirtualTime> {
    write.told.or_else(|| Some(write.failed?.max(write.durable?)))
}

/// Whether a write is newer than the one that was shown (nothing: the row of the start), as far as was settled `before`.
pub(super) fn is_newer(shown: Option<&WriteRecord>, newer: &WriteRecord, before: VirtualTime) -> bool {
    // The row of the start is older than every write.
    let Some(shown) = shown else { return true };
    let follows = in_force(shown).is_some_and(|since| since < newer.started);
    let committed_later = match (shown.durable, newer.durable) {
        (Some(shown), Some(newer)) => shown < newer && newer < before,
        _ => false,
    };
    follows || committed_later
}
