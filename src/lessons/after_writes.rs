//! What readers find after a row was written.

use std::collections::BTreeSet;

use super::requests::requests;
use crate::audit::Freshness;
use crate::run::Run;
use crate::world::WriteId;

/// Reads that began when a write of their row had been acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct AfterWrites {
    /// Those reads.
    pub(super) reads: usize,
    /// Those for which the database had to be asked.
    pub(super) misses: usize,
    /// Those that were not fresh.
    pub(super) outdated: usize,
    /// Writes that were the last acknowledged one of their row when one of the reads began.
    pub(super) writes: usize,
}

impl AfterWrites {
    /// Counts them.
    pub(super) fn of(run: &Run) -> Self {
        let requests = requests(run);
        let mut counts = Self::default();
        let mut followed: BTreeSet<WriteId> = BTreeSet::new();
        for read in run.audit.reads() {
            let before = run.audit.writes().iter().filter(|write| write.key() == read.key);
            let acknowledged = before.filter_map(|write| Some((write.told?, write.write)));
            let Some((_, last)) = acknowledged.filter(|(told, _)| *told < read.started).max() else { continue };
            counts.reads += 1;
            counts.misses += usize::from(requests.get(&read.request).is_some_and(|request| request.asked_database));
            counts.outdated += usize::from(read.freshness != Freshness::Fresh);
            followed.insert(last);
        }
        counts.writes = followed.len();
        counts
    }
}
