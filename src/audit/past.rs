//! The writes that may still matter, by row, and what is left of those before.

use std::collections::VecDeque;

use super::records::LostCause;
use crate::database::RowKey;
use crate::engine::VirtualTime;
use crate::order::SmallMap;
use crate::world::WriteId;

/// Rows with smaller ids are found by their place in a list.
const DENSE_IDS: u32 = 1 << 18;

/// So many writes of a row are kept before it is looked at what can be forgotten.
const LEAST_KEPT: usize = 16;

/// A write.
#[derive(Clone, Copy)]
pub(super) struct Write {
    pub(super) key: RowKey,
    started: VirtualTime,
    pub(super) told: Option<VirtualTime>,
    pub(super) failed: Option<VirtualTime>,
    pub(super) durable: Option<VirtualTime>,
    pub(super) lost: Option<(VirtualTime, LostCause)>,
    /// Whether a failover took it from the database.
    pub(super) taken: bool,
    /// The newer write that was written in its place.
    pub(super) into: Option<WriteId>,
    /// Whether the database took it after one of a greater number.
    late: bool,
}

impl Write {
    /// Since when readers may count on it, as the audit has it.
    fn in_force(&self) -> Option<VirtualTime> {
        self.told.or_else(|| Some(self.failed?.max(self.durable?)))
    }

    /// Whether the database has it.
    pub(super) fn is_durable(&self) -> bool {
        self.durable.is_some() && !self.taken
    }

    /// Whether it counts as durable in the ledger.
    pub(super) fn counts_as_durable(&self) -> bool {
        self.told.is_some() && self.is_durable() && self.lost.is_none()
    }

    /// Whether it has met its fate; what happened since `horizon` may still be on its way somewhere.
    fn is_over(&self, horizon: VirtualTime) -> bool {
        let last = [self.told, self.failed, self.durable, self.lost.map(|(at, _)| at)].into_iter().flatten().max();
        let settled = self.failed.is_some() || (self.told.is_some() && (self.is_durable() || self.lost.is_some()));
        settled && last.is_some_and(|last| last < horizon)
    }
}

/// A version that somebody may still be shown although its write is forgotten.
struct Old {
    write: WriteId,
    in_force: Option<VirtualTime>,
    durable: Option<VirtualTime>,
    /// Since when it was out of date, by the forgotten writes that are newer.
    since: Option<VirtualTime>,
    /// Whether a forgotten newer write was lost.
    after_loss: bool,
}

impl Old {
    /// The row before any write.
    const SEED: Self = Self { write: WriteId::SEED, in_force: None, durable: None, since: None, after_loss: false };

    fn is_replaced_by(&self, newer: &Write, before: VirtualTime) -> bool {
        if self.write == WriteId::SEED {
            return true;
        }
        let follows = self.in_force.is_some_and(|since| since < newer.started);
        let committed_later = match (self.durable, newer.durable) {
            (Some(shown), Some(newer)) => shown < newer && newer < before,
            _ => false,
        };
        follows || committed_later
    }

    /// A write that is newer, or late, is forgotten.
    fn take_over(&mut self, id: WriteId, forgotten: &Write) {
        let counts = (id > self.write || forgotten.late) && id != self.write;
        if !counts || !self.is_replaced_by(forgotten, VirtualTime::MAX) {
            return;
        }
        match forgotten.in_force() {
            Some(_) if forgotten.lost.is_some() => self.after_loss = true,
            Some(since) => self.since = Some(self.since.map_or(since, |before| before.min(since))),
            None => {}
        }
    }
}

struct History {
    key: RowKey,
    /// The row that the database holds.
    stored: Option<WriteId>,
    /// The greatest number that the database ever held.
    newest: WriteId,
    /// The writes that are kept, by number.
    writes: VecDeque<WriteId>,
    old: Vec<Old>,
    /// The version that was shown last, and the greatest that was shown.
    shown: [WriteId; 2],
    /// How many writes are kept when it is looked at what can be forgotten.
    look_at: usize,
    /// Whether the database ever took a write after one of a greater number.
    has_late: bool,
}

/// What may still matter.
#[derive(Default)]
pub(super) struct Past {
    /// By number, from `first` on; nothing in the place of one that is forgotten.
    writes: VecDeque<Option<Write>>,
    first: u64,
    kept: usize,
    histories: Vec<History>,
    /// For each table and id, one more than the place in `histories`; 0: none.
    dense: Vec<u32>,
    sparse: SmallMap<RowKey, u32>,
    /// Histories with so many writes that some may be forgotten.
    full: Vec<u32>,
}

impl Past {
    pub(super) fn kept(&self) -> usize {
        self.kept
    }

    fn place(&self, write: WriteId) -> Option<usize> {
        usize::try_from(write.0.checked_sub(self.first)?).ok()
    }

    pub(super) fn write(&self, write: WriteId) -> Option<&Write> {
        self.writes.get(self.place(write)?)?.as_ref()
    }

    pub(super) fn write_mut(&mut self, write: WriteId) -> Option<&mut Write> {
        let place = self.place(write)?;
        self.writes.get_mut(place)?.as_mut()
    }

    /// A client asks for a write. Writes are numbered in the order of their starts.
    pub(super) fn begin(&mut self, write: WriteId, key: RowKey, started: VirtualTime) {
        if self.writes.is_empty() {
            self.first = write.0;
        }
        self.writes.push_back(Some(Write {
            key,
            started,
            told: None,
            failed: None,
            durable: None,
            lost: None,
            taken: false,
            into: None,
            late: false,
        }));
        self.kept += 1;
        let place = self.history(key);
        let history = &mut self.histories[place];
        history.writes.push_back(write);
        if history.writes.len() == history.look_at {
            self.full.push(place as u32);
        }
    }

    /// The database holds this version from now on. Gives the one that it held before.
    pub(super) fn store(&mut self, key: RowKey, write: WriteId) -> Option<WriteId> {
        let place = self.history(key);
        let history = &mut self.histories[place];
        let before = history.stored.replace(write);
        if write < history.newest {
            history.has_late = true;
            if let Some(write) = self.write_mut(write).filter(|write| write.key == key) {
                write.late = true;
            }
        } else {
            history.newest = write;
        }
        before
    }

    /// The database has another row than it had. Gives the writes that it has no more: these, and those that they stood for.
    pub(super) fn fail_over(&mut self, key: RowKey, stored: Option<WriteId>, lost: &[WriteId]) -> Vec<WriteId> {
        let place = self.history(key);
        self.histories[place].stored = stored;
        let is_taken = |id: &WriteId| {
            self.write(*id).is_some_and(|write| write.is_durable() && lost.contains(&write.into.unwrap_or(*id)))
        };
        self.histories[place].writes.iter().copied().filter(is_taken).collect()
    }

    /// The writes that are gone from the database since it took this older one late.
    pub(super) fn undone_by(&self, key: RowKey, by: WriteId) -> Vec<WriteId> {
        let since = self.write(by).and_then(Write::in_force);
        let history = self.find(key).and_then(|place| self.histories.get(place));
        let (Some(since), Some(history)) = (since, history) else { return Vec::new() };
        let is_undone = |write: &Write| write.started > since && write.durable.is_some() && write.told.is_some();
        history.writes.iter().filter(|write| self.write(**write).is_some_and(is_undone)).copied().collect()
    }

    /// Since when a read's version was out of date as the read began, and whether what was newer is lost.
    pub(super) fn judge(
        &mut self,
        key: RowKey,
        shown: WriteId,
        started: VirtualTime,
        now: VirtualTime,
    ) -> (Option<VirtualTime>, bool) {
        let fresh = (None, false);
        let Some(place) = self.find(key) else { return fresh };
        let history = &mut self.histories[place];
        history.shown = [shown, shown.max(history.shown[1])];
        let history = &self.histories[place];
        // Most reads show the newest there is.
        if !history.has_late && history.writes.back() == Some(&shown) {
            return fresh;
        }
        let old = history.old.iter().find(|old| old.write == shown);
        let as_shown = match (old, self.write(shown).filter(|write| write.key == key)) {
            (Some(old), _) => old,
            (None, Some(write)) => {
                &Old { write: shown, in_force: write.in_force(), durable: write.durable, ..Old::SEED }
            }
            (None, None) if shown == WriteId::SEED => &Old::SEED,
            (None, None) => return fresh,
        };
        let (mut since, mut after_loss) = (as_shown.since, as_shown.after_loss);
        // Those that began before it can only be newer if the database took them late.
        let first = if history.has_late { 0 } else { history.writes.partition_point(|id| *id <= shown) };
        for (id, newer) in history.writes.range(first..).filter_map(|id| Some((*id, self.write(*id)?))) {
            if newer.started >= since.unwrap_or(started).min(started) {
                break;
            }
            let counts = (id > shown || newer.late) && id != shown;
            if !counts || !as_shown.is_replaced_by(newer, started) {
                continue;
            }
            let Some(told) = newer.in_force().filter(|since| *since < started) else { continue };
            match newer.lost {
                Some((at, _)) if at <= now => after_loss = true,
                _ => since = Some(since.map_or(told, |since| since.min(told))),
            }
        }
        (since, after_loss)
    }

    /// Forgets what was over before `horizon`. `is_free` tells of a write that it is not on its way to the database, and
    /// forgets it too.
    pub(super) fn forget(
        &mut self,
        horizon: VirtualTime,
        cached: impl Fn(RowKey) -> Option<u64>,
        mut is_free: impl FnMut(WriteId) -> bool,
    ) {
        for place in std::mem::take(&mut self.full) {
            self.forget_of(place as usize, horizon, &cached, &mut is_free);
        }
        while let Some(None) = self.writes.front() {
            self.writes.pop_front();
            self.first += 1;
        }
    }

    fn forget_of(
        &mut self,
        place: usize,
        horizon: VirtualTime,
        cached: &impl Fn(RowKey) -> Option<u64>,
        is_free: &mut impl FnMut(WriteId) -> bool,
    ) {
        let key = self.histories[place].key;
        let held = [cached(key).map(WriteId), self.histories[place].stored];
        while let Some(id) = self.histories[place].writes.front().copied() {
            let Some(write) = self.write(id).copied() else { break };
            if !write.is_over(horizon) || !is_free(id) {
                break;
            }
            let at = self.place(id);
            if let Some(slot) = at.and_then(|at| self.writes.get_mut(at)) {
                *slot = None;
            }
            self.kept -= 1;
            let history = &mut self.histories[place];
            history.writes.pop_front();
            history.old.iter_mut().for_each(|old| old.take_over(id, &write));
            let is_shown = held.contains(&Some(id)) || history.shown.contains(&id);
            if is_shown {
                history.old.push(Old { write: id, in_force: write.in_force(), durable: write.durable, ..Old::SEED });
            }
        }
        let history = &mut self.histories[place];
        let shown = history.shown;
        // The row of the start is judged by all that was ever forgotten, so its record stays.
        history
            .old
            .retain(|old| old.write == WriteId::SEED || held.contains(&Some(old.write)) || shown.contains(&old.write));
        history.look_at = (history.writes.len() + 1).max(LEAST_KEPT).max(history.writes.len() * 2);
    }

    fn dense_place(key: RowKey) -> Option<usize> {
        (key.id < DENSE_IDS).then_some(key.id as usize * 4 + key.table as usize)
    }

    fn find(&self, key: RowKey) -> Option<usize> {
        let number = match Self::dense_place(key) {
            Some(place) => *self.dense.get(place)?,
            None => *self.sparse.get(&key)?,
        };
        number.checked_sub(1).map(|place| place as usize)
    }

    fn history(&mut self, key: RowKey) -> usize {
        if let Some(place) = self.find(key) {
            return place;
        }
        self.histories.push(History {
            key,
            stored: None,
            newest: WriteId::SEED,
            writes: VecDeque::new(),
            old: vec![Old::SEED],
            shown: [WriteId::SEED; 2],
            look_at: LEAST_KEPT,
            has_late: false,
        });
        let number = self.histories.len() as u32;
        match Self::dense_place(key) {
            Some(place) => {
                if place >= self.dense.len() {
                    self.dense.resize(place + 1, 0);
                }
                self.dense[place] = number;
            }
            None => drop(self.sparse.insert(key, number)),
        }
        number as usize - 1
    }
}
