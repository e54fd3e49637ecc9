//! Who carries a write of write-behind towards the database: the queue, the flusher, both, or nobody any more.

use std::rc::Rc;

use super::records::LostCause;
use crate::database::RowKey;
use crate::world::WriteId;

/// What is known of one write that was ever queued.
struct Carried {
    write: WriteId,
    /// How many entries of the queue hold it: more than one if a person pushed a copy.
    entries: u32,
    in_hand: bool,
    /// Why the last that let go of it did so.
    gone: LostCause,
    /// Older writes of the row that the flusher took together with this one: it stands for them.
    replaces: Vec<WriteId>,
}

/// The carriers of all writes.
pub(super) struct Carriers {
    /// In the order of the writes' numbers.
    carried: Vec<Carried>,
    in_hand: Rc<[WriteId]>,
    flusher_is_up: bool,
}

impl Default for Carriers {
    fn default() -> Self {
        Self { carried: Vec::new(), in_hand: Rc::default(), flusher_is_up: true }
    }
}

impl Carriers {
    /// An entry of the queue holds the write.
    pub(super) fn queue(&mut self, write: WriteId) {
        let place = match self.place(write) {
            Ok(place) => place,
            Err(place) => {
                let gone = LostCause::NeverStored;
                self.carried.insert(place, Carried { write, entries: 0, in_hand: false, gone, replaces: Vec::new() });
                place
            }
        };
        if let Some(carried) = self.carried.get_mut(place) {
            carried.entries += 1;
        }
    }

    /// An entry that held the write is gone.
    pub(super) fn unqueue(&mut self, write: WriteId, cause: LostCause) {
        if let Some(carried) = self.get_mut(write) {
            carried.entries = carried.entries.saturating_sub(1);
            carried.gone = cause;
        }
    }

    pub(super) fn flusher_is_up(&mut self, up: bool) {
        self.flusher_is_up = up;
    }

    /// The flusher has these in hand instead of those that it had; gives those that it let go of.
    pub(super) fn take_in_hand(
        &mut self,
        writes: &Rc<[WriteId]>,
        row_of: impl Fn(WriteId) -> Option<RowKey>,
    ) -> Vec<WriteId> {
        let before = std::mem::replace(&mut self.in_hand, Rc::clone(writes));
        for (index, write) in writes.iter().enumerate() {
            let row = row_of(*write);
            let older = writes.iter().take(index).filter(|older| *older != write && row_of(**older) == row);
            let older: Vec<WriteId> = older.copied().collect();
            if let Some(carried) = self.get_mut(*write) {
                carried.in_hand = true;
                carried.replaces.extend(older);
            }
        }
        let dropped: Vec<WriteId> = before.iter().filter(|write| !writes.contains(write)).copied().collect();
        for write in &dropped {
            let flusher_is_up = self.flusher_is_up;
            let Some(carried) = self.get_mut(*write) else { continue };
            carried.in_hand = false;
            if !flusher_is_up {
                carried.gone = LostCause::FlusherCrash;
            } else if carried.gone == LostCause::Removed {
                carried.gone = LostCause::FlushFailed;
            }
        }
        dropped
    }

    /// Whether anybody still has the write.
    pub(super) fn carries(&self, write: WriteId) -> bool {
        self.get(write).is_some_and(|carried| carried.entries > 0 || carried.in_hand)
    }

    /// Why nobody has it any more.
    pub(super) fn why_gone(&self, write: WriteId) -> LostCause {
        self.get(write).map_or(LostCause::NeverStored, |carried| carried.gone)
    }

    /// The older writes that this one stands for, where a flush took them together.
    pub(super) fn replaced_by(&mut self, write: WriteId) -> Vec<WriteId> {
        self.get_mut(write).map(|carried| std::mem::take(&mut carried.replaces)).unwrap_or_default()
    }

    /// Forgets a write that nobody carries any more; whether that is so.
    pub(super) fn forget(&mut self, write: WriteId) -> bool {
        let Ok(place) = self.place(write) else { return true };
        let is_free = !self.carries(write);
        if is_free {
            self.carried.remove(place);
        }
        is_free
    }

    fn place(&self, write: WriteId) -> Result<usize, usize> {
        self.carried.binary_search_by_key(&write, |carried| carried.write)
    }

    fn get(&self, write: WriteId) -> Option<&Carried> {
        self.carried.get(self.place(write).ok()?)
    }

    fn get_mut(&mut self, write: WriteId) -> Option<&mut Carried> {
        let place = self.place(write).ok()?;
        self.carried.get_mut(place)
    }
}
