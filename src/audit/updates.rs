//! Lost updates: a write that was worked out from a version of its row replaces another write that came after that version,
//! and that nobody had looked at. It is phenomenon P4 of Berenson, Bernstein, Gray, Melton, E. O'Neil and P. O'Neil, *A
//! Critique of ANSI SQL Isolation Levels*, 1995.
//!
//! What a write was worked out from is told by the application; where it is not, a write owes nothing to the version before
//! and loses no update. The order of the writes is that of the database. A write that was flushed together with a newer one
//! counts as committed just before it.

use crate::world::WriteId;

/// A write and the version that it was worked out from, last.
struct Basis {
    write: WriteId,
    from: WriteId,
    is_committed: bool,
}

/// An update that is lost: `lost` was replaced by `by`, which had been worked out from `from`, an older version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LostUpdate {
    /// The write whose update is lost.
    pub lost: WriteId,
    /// The write that replaced it.
    pub by: WriteId,
    /// What that was worked out from.
    pub from: WriteId,
}

/// The updates of one row.
#[derive(Default)]
pub(super) struct Updates {
    /// In the order of the writes' numbers.
    bases: Vec<Basis>,
    /// The writes as the database took them.
    commits: Vec<WriteId>,
    /// Lost updates of writes of which nobody was told yet that they are saved.
    unsaved: Vec<LostUpdate>,
    /// Writes whose update is known to be lost.
    lost: Vec<WriteId>,
}

impl Updates {
    /// The application has worked out a write from this version.
    pub(super) fn worked_out(&mut self, write: WriteId, from: WriteId) {
        match self.bases.binary_search_by_key(&write, |basis| basis.write) {
            Ok(place) => self.bases[place].from = from,
            Err(place) => self.bases.insert(place, Basis { write, from, is_committed: false }),
        }
    }

    /// The database has taken a write. `is_saved` tells whether a client was told so of a write. Gives the updates that are lost with
    /// it; those of writes that are not saved are kept until they are.
    pub(super) fn committed(&mut self, write: WriteId, is_saved: impl Fn(WriteId) -> bool) -> Vec<LostUpdate> {
        let mut found = Vec::new();
        if let Some(from) = self.first_commit_from(write) {
            for lost in self.unseen(from).to_vec() {
                if lost == write || self.lost.contains(&lost) {
                    continue;
                }
                self.lost.push(lost);
                let update = LostUpdate { lost, by: write, from };
                if is_saved(lost) { found.push(update) } else { self.unsaved.push(update) }
            }
        }
        if self.commits.last() != Some(&write) {
            self.commits.push(write);
        }
        found
    }

    /// A client was told that its write is saved. Gives how its update is lost already, if it is.
    pub(super) fn saved(&mut self, write: WriteId) -> Option<LostUpdate> {
        let place = self.unsaved.iter().position(|update| update.lost == write)?;
        Some(self.unsaved.remove(place))
    }

    /// What a write was worked out from, when the database takes it for the first time.
    fn first_commit_from(&mut self, write: WriteId) -> Option<WriteId> {
        let place = self.bases.binary_search_by_key(&write, |basis| basis.write).ok()?;
        let basis = &mut self.bases[place];
        (!std::mem::replace(&mut basis.is_committed, true)).then_some(basis.from)
    }

    /// The writes that the database took after the version from which somebody worked. Where it never had that version,
    /// the one counts that it was itself worked out from.
    fn unseen(&self, from: WriteId) -> &[WriteId] {
        let mut from = from;
        loop {
            if let Some(place) = self.commits.iter().rposition(|commit| *commit == from) {
                return self.commits.get(place + 1..).unwrap_or_default();
            }
            if from == WriteId::SEED {
                return &self.commits;
            }
            let basis = self.bases.binary_search_by_key(&from, |basis| basis.write).ok();
            match basis.and_then(|place| self.bases.get(place)).filter(|basis| basis.from < from) {
                Some(basis) => from = basis.from,
                None => return &[],
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(updates: &mut Updates, write: u64) -> Vec<(u64, u64)> {
        let found = updates.committed(WriteId(write), |_| true);
        found.into_iter().map(|update| (update.lost.0, update.from.0)).collect()
    }

    fn with(bases: &[(u64, u64)]) -> Updates {
        let mut updates = Updates::default();
        for (write, from) in bases {
            updates.worked_out(WriteId(*write), WriteId(*from));
        }
        updates
    }

    #[test]
    fn an_update_is_lost_to_a_write_that_was_worked_out_without_it() {
        let mut updates = with(&[(1, 0), (2, 0)]);
        assert_eq!(lost(&mut updates, 1), []);
        assert_eq!(lost(&mut updates, 2), [(1, 0)]);
    }

    #[test]
    fn one_after_the_other_loses_nothing_and_neither_does_who_looks_again() {
        let mut updates = with(&[(1, 0), (2, 1)]);
        assert!(lost(&mut updates, 1).is_empty() && lost(&mut updates, 2).is_empty());
        let mut updates = with(&[(1, 0), (2, 0)]);
        assert_eq!(lost(&mut updates, 1), []);
        updates.worked_out(WriteId(2), WriteId(1));
        assert_eq!(lost(&mut updates, 2), []);
    }

    #[test]
    fn each_update_is_lost_once_and_repeated_commits_lose_nothing() {
        let mut updates = with(&[(1, 0), (2, 0), (3, 0)]);
        assert_eq!(lost(&mut updates, 1), []);
        assert_eq!(lost(&mut updates, 2), [(1, 0)]);
        assert_eq!(lost(&mut updates, 3), [(2, 0)]);
        assert_eq!(lost(&mut updates, 3), []);
        assert_eq!(lost(&mut updates, 2), []);
    }

    #[test]
    fn who_writes_without_looking_loses_nothing_but_may_be_lost() {
        let mut updates = with(&[(2, 0)]);
        assert_eq!(lost(&mut updates, 1), []);
        assert_eq!(lost(&mut updates, 2), [(1, 0)]);
        assert_eq!(lost(&mut updates, 3), []);
    }

    #[test]
    fn what_the_database_never_had_stands_for_what_it_was_worked_out_from() {
        // 2 was worked out from 1, which was lost with the cache; 3 came meanwhile, and 4 goes back to 2.
        let mut updates = with(&[(1, 0), (2, 1), (4, 2)]);
        assert_eq!(lost(&mut updates, 3), []);
        assert_eq!(lost(&mut updates, 4), [(3, 2)]);
    }

    #[test]
    fn an_update_that_nobody_was_promised_is_not_lost_until_somebody_is() {
        let mut updates = with(&[(1, 0), (2, 0)]);
        updates.committed(WriteId(1), |_| false);
        assert_eq!(updates.committed(WriteId(2), |_| false), []);
        let lost = LostUpdate { lost: WriteId(1), by: WriteId(2), from: WriteId(0) };
        assert_eq!(
            (updates.saved(WriteId(1)), updates.saved(WriteId(1)), updates.saved(WriteId(2))),
            (Some(lost), None, None)
        );
    }
}
