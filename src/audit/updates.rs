//! Lost updates: a write that was worked out from a version of its row replaces another write that came after that version,
//! and that nobody had looked at. It is phenomenon P4 of Berenson, Bernstein, Gray, Melton, E. O'Neil and P. O'Neil, *A
//! Critique of ANSI SQL Isolation Levels*, 1995.
//!
//! What a write was worked out from is told by the application; where it is not, a write owes nothing to the version before
//! and loses no update. The order of the writes is that of the database. A write that was flushed together with a newer one
//! counts as committed just before it.

use crate::world::WriteId;

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
    /// The writes as the database took them.
    commits: Vec<WriteId>,
    /// Lost updates of writes of which nobody was told yet that they are saved.
    unsaved: Vec<LostUpdate>,
    /// Writes whose update is known to be lost.
    lost: Vec<WriteId>,
}

impl Updates {
    /// The database has taken a write for the first time, or again. `from_of` tells what a write was worked out from. Gives the updates that
    /// are lost with it.
    pub(super) fn committed(
        &mut self,
        write: WriteId,
        is_first: bool,
        from_of: impl Fn(WriteId) -> Option<WriteId>,
    ) -> Vec<LostUpdate> {
        let mut found = Vec::new();
        if let Some(from) = from_of(write).filter(|_| is_first) {
            let mut known = std::mem::take(&mut self.lost);
            for lost in self.unseen(from, from_of) {
                if *lost != write && !known.contains(lost) {
                    known.push(*lost);
                    found.push(LostUpdate { lost: *lost, by: write, from });
                }
            }
            self.lost = known;
        }
        if self.commits.last() != Some(&write) {
            self.commits.push(write);
        }
        found
    }

    /// Keeps an update that is lost with a write of which nobody was told yet that it is saved.
    pub(super) fn keep(&mut self, update: LostUpdate) {
        self.unsaved.push(update);
    }

    /// A client was told that its write is saved. Gives how its update is lost already, if it is.
    pub(super) fn saved(&mut self, write: WriteId) -> Option<LostUpdate> {
        let place = self.unsaved.iter().position(|update| update.lost == write)?;
        Some(self.unsaved.remove(place))
    }

    /// Whether the database has taken that write, as far as it is known.
    pub(super) fn has(&self, write: WriteId) -> bool {
        self.commits.contains(&write)
    }

    /// How much is kept.
    pub(super) fn kept(&self) -> usize {
        self.commits.len() + self.unsaved.len() + self.lost.len()
    }

    /// Forgets the commits before the first of which somebody may still know, and who is not to hear of an update any more.
    pub(super) fn forget(&mut self, is_known: impl Fn(WriteId) -> bool) {
        let gone = self.commits.iter().take_while(|write| !is_known(**write)).count();
        self.commits.drain(..gone);
        let commits = &self.commits;
        self.lost.retain(|write| commits.contains(write));
        self.unsaved.retain(|update| is_known(update.lost));
    }

    /// The writes that the database took after the version from which somebody worked. Where it never had that version,
    /// the one counts that it was itself worked out from.
    fn unseen(&self, mut from: WriteId, from_of: impl Fn(WriteId) -> Option<WriteId>) -> &[WriteId] {
        loop {
            if let Some(place) = self.commits.iter().rposition(|commit| *commit == from) {
                return self.commits.get(place + 1..).unwrap_or_default();
            }
            match from_of(from).filter(|before| *before < from) {
                _ if from == WriteId::SEED => return &self.commits,
                Some(before) => from = before,
                None => return &[],
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each commit loses, where writes were worked out from these.
    fn lost<const N: usize>(bases: &[(u64, u64)], commits: [u64; N]) -> [Vec<(u64, u64)>; N] {
        let mut updates = Updates::default();
        let from_of = |write: WriteId| bases.iter().find(|(of, _)| *of == write.0).map(|(_, from)| WriteId(*from));
        let mut before = Vec::new();
        commits.map(|write| {
            let is_first = !before.contains(&write);
            before.push(write);
            let found = updates.committed(WriteId(write), is_first, from_of);
            found.into_iter().map(|update| (update.lost.0, update.from.0)).collect()
        })
    }

    #[test]
    fn an_update_is_lost_to_a_write_that_was_worked_out_without_it() {
        assert_eq!(lost(&[(1, 0), (2, 0)], [1, 2]), [vec![], vec![(1, 0)]]);
    }

    #[test]
    fn one_after_the_other_loses_nothing() {
        assert_eq!(lost(&[(1, 0), (2, 1)], [1, 2]), [vec![], vec![]]);
    }

    #[test]
    fn each_update_is_lost_once_and_repeated_commits_lose_nothing() {
        let bases = [(1, 0), (2, 0), (3, 0)];
        assert_eq!(lost(&bases, [1, 2, 3, 3, 2]), [vec![], vec![(1, 0)], vec![(2, 0)], vec![], vec![]]);
    }

    #[test]
    fn who_writes_without_looking_loses_nothing_but_may_be_lost() {
        assert_eq!(lost(&[(2, 0)], [1, 2, 3]), [vec![], vec![(1, 0)], vec![]]);
    }

    #[test]
    fn what_the_database_never_had_stands_for_what_it_was_worked_out_from() {
        // 2 was worked out from 1, which was lost with the cache; 3 came meanwhile, and 4 goes back to 2.
        assert_eq!(lost(&[(1, 0), (2, 1), (4, 2)], [3, 4]), [vec![], vec![(3, 2)]]);
    }

    #[test]
    fn an_update_that_was_kept_is_given_once() {
        let mut updates = Updates::default();
        let lost = LostUpdate { lost: WriteId(1), by: WriteId(2), from: WriteId(0) };
        updates.keep(lost);
        let saved = [1, 1, 2].map(|write| updates.saved(WriteId(write)));
        assert_eq!(saved, [Some(lost), None, None]);
    }
}
