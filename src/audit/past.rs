//! The writes that may still matter, by row, and what is left of those before.

use std::collections::VecDeque;

use super::guarantees::{Answered, Broken, Facts, Guarantees};
use super::records::LostCause;
use super::updates::LostUpdate;
use crate::database::RowKey;
use crate::engine::VirtualTime;
use crate::order::SmallMap;
use crate::world::WriteId;

/// Rows with smaller ids are found by their place in a list.
const DENSE_IDS: u32 = 1 << 18;

/// Versions of a row that somebody besides the database may hold.
pub(super) const HOLDERS: usize = 5;

/// So many writes of a row are kept before it is looked at what can be forgotten.
const LEAST_KEPT: usize = 16;

/// A write.
#[derive(Clone, Copy)]
pub(super) struct Write {
    pub(super) key: RowKey,
    pub(super) started: VirtualTime,
    /// The write that it was worked out from, if that was told.
    pub(super) from: Option<WriteId>,
    /// Its place among all that the cache queued.
    pub(super) queued: Option<u32>,
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
    /// What is compared of it.
    pub(super) fn facts(&self) -> Facts {
        Facts { started: self.started, in_force: self.in_force(), durable: self.durable }
    }

    /// Since when readers may count on it, as the audit has it.
    pub(super) fn in_force(&self) -> Option<VirtualTime> {
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
#[derive(Clone, Copy)]
struct Old {
    write: WriteId,
    facts: Facts,
    from: Option<WriteId>,
    /// Since when it was out of date, by the forgotten writes that are newer.
    since: Option<VirtualTime>,
    /// Whether a forgotten newer write was lost.
    after_loss: bool,
}

impl Old {
    /// The row before any write.
    const SEED: Self = Self {
        write: WriteId::SEED,
        facts: Facts { started: VirtualTime::ZERO, in_force: None, durable: None },
        from: None,
        since: None,
        after_loss: false,
    };

    fn of(id: WriteId, write: &Write) -> Self {
        Self { write: id, facts: write.facts(), from: write.from, ..Self::SEED }
    }

    /// What is compared of it; nothing of the row of the start, which is older than every write.
    fn compared(&self) -> Option<&Facts> {
        (self.write != WriteId::SEED).then_some(&self.facts)
    }

    fn is_replaced_by(&self, newer: &Write, before: VirtualTime) -> bool {
        newer.facts().is_newer_than(self.compared(), before)
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
    guarantees: Guarantees,
}

/// What a read's value was when the read began.
#[derive(Clone, Copy, Default)]
pub(super) struct Judged {
    /// Since when it had been out of date.
    pub(super) since: Option<VirtualTime>,
    /// Whether what was newer is lost.
    pub(super) after_loss: bool,
    /// What else the read breaks.
    pub(super) broken: Broken,
}

/// The write of that number, if it is kept.
fn kept(writes: &VecDeque<Option<Write>>, first: u64, write: WriteId) -> Option<&Write> {
    writes.get(usize::try_from(write.0.checked_sub(first)?).ok()?)?.as_ref()
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
    /// How many writes are kept, and how much else.
    pub(super) fn kept(&self) -> [usize; 2] {
        let of_row = |history: &History| history.old.len() + history.guarantees.kept();
        [self.kept, self.histories.iter().map(of_row).sum()]
    }

    fn place(&self, write: WriteId) -> Option<usize> {
        usize::try_from(write.0.checked_sub(self.first)?).ok()
    }

    pub(super) fn write(&self, write: WriteId) -> Option<&Write> {
        kept(&self.writes, self.first, write)
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
            from: None,
            queued: None,
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
        history.guarantees.begin(write, started);
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

    /// The database has the row no more.
    pub(super) fn unstore(&mut self, key: RowKey) {
        let place = self.history(key);
        self.histories[place].stored = None;
    }

    /// The guarantees of a row.
    pub(super) fn guarantees(&mut self, key: RowKey) -> &mut Guarantees {
        let place = self.history(key);
        &mut self.histories[place].guarantees
    }

    /// The updates that the row loses with this commit.
    pub(super) fn updates_lost(&mut self, key: RowKey, committed: WriteId, is_first: bool) -> Vec<LostUpdate> {
        let place = self.history(key);
        let (writes, first) = (&self.writes, self.first);
        let History { guarantees, old, .. } = &mut self.histories[place];
        let from_of = |write| match kept(writes, first, write) {
            Some(write) => write.from,
            None => old.iter().find(|old| old.write == write)?.from,
        };
        guarantees.updates.committed(committed, is_first, from_of)
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

    /// Judges a read, of which it is not known yet how fresh it is.
    pub(super) fn judge(&mut self, key: RowKey, mut read: Answered) -> Judged {
        let Answered { shown, started, at: now, .. } = read;
        // Of a row that nobody has written, all that can be said is said when somebody has.
        let place = self.history(key);
        let history = &mut self.histories[place];
        history.shown = [shown, shown.max(history.shown[1])];
        let Some(old) = self.as_shown(place, shown) else { return Judged::default() };
        let (since, after_loss) = self.freshness(place, &old, started, now);
        read.is_fresh = since.is_none() && !after_loss;
        let (writes, first) = (&self.writes, self.first);
        let facts = |write| kept(writes, first, write).map(Write::facts);
        let broken = self.histories[place].guarantees.read(&read, old.compared(), facts);
        Judged { since, after_loss: after_loss && since.is_none(), broken }
    }

    /// The version that is shown, if it is known.
    fn as_shown(&self, place: usize, shown: WriteId) -> Option<Old> {
        let history = &self.histories[place];
        if let Some(write) = self.write(shown).filter(|write| write.key == history.key) {
            return Some(Old::of(shown, write));
        }
        history.old.iter().find(|old| old.write == shown).copied()
    }

    /// Since when a version was out of date as a read of it began, and whether what was newer is lost.
    fn freshness(
        &self,
        place: usize,
        shown: &Old,
        started: VirtualTime,
        now: VirtualTime,
    ) -> (Option<VirtualTime>, bool) {
        let history = &self.histories[place];
        let (mut since, mut after_loss) = (shown.since, shown.after_loss);
        // Most reads show the newest there is.
        if !history.has_late && history.writes.back().is_none_or(|last| *last <= shown.write) {
            return (since, after_loss);
        }
        // Those that began before it can only be newer if the database took them late.
        let first = if history.has_late { 0 } else { history.writes.partition_point(|id| *id <= shown.write) };
        for (id, newer) in history.writes.range(first..).filter_map(|id| Some((*id, self.write(*id)?))) {
            if newer.started >= since.unwrap_or(started).min(started) {
                break;
            }
            let counts = (id > shown.write || newer.late) && id != shown.write;
            if !counts || !shown.is_replaced_by(newer, started) {
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

    /// Forgets what was over before `horizon`, where no read that is under way began before `oldest`. `is_free` tells of a write
    /// that it is not on its way to the database, and forgets it too.
    pub(super) fn forget(
        &mut self,
        [horizon, oldest]: [VirtualTime; 2],
        held: impl Fn(RowKey) -> [Option<u64>; HOLDERS],
        mut is_free: impl FnMut(WriteId) -> bool,
    ) {
        for place in std::mem::take(&mut self.full) {
            let place = place as usize;
            let mut held: Vec<WriteId> = held(self.histories[place].key).into_iter().flatten().map(WriteId).collect();
            // What was there before anybody wrote is in the database until somebody does.
            held.push(self.histories[place].stored.unwrap_or(WriteId::SEED));
            self.forget_of(place, horizon, &held, &mut is_free);
            self.forget_versions(place, oldest, &held);
        }
        while let Some(None) = self.writes.front() {
            self.writes.pop_front();
            self.first += 1;
        }
    }

    /// Forgets the first writes of a row: as long as both they and the next are over, for as long as the next was not, somebody may
    /// have been given what was before.
    fn forget_of(
        &mut self,
        place: usize,
        horizon: VirtualTime,
        held: &[WriteId],
        is_free: &mut impl FnMut(WriteId) -> bool,
    ) {
        let is_over = |write: Option<&Write>| write.is_some_and(|write| write.is_over(horizon));
        while let [Some(id), Some(next)] = [0, 1].map(|at| self.histories[place].writes.get(at).copied()) {
            let Some(write) = self.write(id).copied() else { break };
            if !is_over(Some(&write)) || !is_over(self.write(next)) || !is_free(id) {
                break;
            }
            let at = self.place(id);
            if let Some(slot) = at.and_then(|at| self.writes.get_mut(at)) {
                *slot = None;
            }
            self.kept -= 1;
            let history = &mut self.histories[place];
            history.writes.pop_front();
            history.guarantees.settle(id, write.facts());
            if let Some(from) = write.from.filter(|_| !history.guarantees.updates.has(id)) {
                self.stand_in(place, id, from);
            }
            let history = &mut self.histories[place];
            history.old.iter_mut().for_each(|old| old.take_over(id, &write));
            let is_shown = held.contains(&id) || history.shown.contains(&id);
            if is_shown {
                history.old.push(Old::of(id, &write));
            }
        }
    }

    /// What was worked out from a write that the database never had counts as worked out from what that was.
    fn stand_in(&mut self, place: usize, write: WriteId, from: WriteId) {
        let History { writes, old, .. } = &mut self.histories[place];
        let first = self.first;
        let place = |id: &WriteId| usize::try_from(id.0.checked_sub(first)?).ok();
        for id in &*writes {
            if let Some(Some(later)) = place(id).and_then(|place| self.writes.get_mut(place))
                && later.from == Some(write)
            {
                later.from = Some(from);
            }
        }
        old.iter_mut().filter(|old| old.from == Some(write)).for_each(|old| old.from = Some(from));
    }

    /// Forgets the versions that nobody can be shown any more.
    fn forget_versions(&mut self, place: usize, oldest: VirtualTime, held: &[WriteId]) {
        let history = &mut self.histories[place];
        let History { writes, old, shown, guarantees, .. } = history;
        let is_shown = |write: WriteId| held.contains(&write) || shown.contains(&write);
        // The row of the start is judged by all that was ever forgotten, so its record stays.
        old.retain(|old| old.write == WriteId::SEED || is_shown(old.write));
        let is_known = |write| is_shown(write) || writes.binary_search(&write).is_ok();
        guarantees.forget(oldest, is_known);
        if !is_shown(WriteId::SEED) {
            guarantees.updates.forget(is_known);
        }
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
            guarantees: Guarantees::default(),
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
