//! The servers' counters over the whole run, to be asked for any time.

use crate::engine::VirtualTime;
use crate::trace::Trace;
use crate::world::{CacheTotals, DatabaseTotals, EventKind};

/// The counters of cache and database as they grew.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    cache: Vec<(VirtualTime, CacheTotals)>,
    database: Vec<(VirtualTime, DatabaseTotals)>,
}

impl Totals {
    /// The counters of a trace.
    #[must_use]
    pub fn of(trace: &Trace) -> Self {
        let mut totals = Self::default();
        for event in trace.events() {
            match &event.kind {
                EventKind::CacheCounted(counted) => totals.cache.push((event.at, *counted)),
                EventKind::DatabaseCounted(counted) => totals.database.push((event.at, *counted)),
                _ => {}
            }
        }
        totals
    }

    /// The cache's counters at that time.
    #[must_use]
    pub fn cache(&self, at: VirtualTime) -> CacheTotals {
        last(&self.cache, at)
    }

    /// The database's counters at that time.
    #[must_use]
    pub fn database(&self, at: VirtualTime) -> DatabaseTotals {
        last(&self.database, at)
    }
}

fn last<T: Copy + Default>(list: &[(VirtualTime, T)], at: VirtualTime) -> T {
    let count = list.partition_point(|(time, _)| *time <= at);
    count.checked_sub(1).and_then(|last| list.get(last)).map(|(_, value)| *value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Run;
    use crate::scenario;

    #[test]
    fn the_counters_are_those_of_the_scene_at_any_time() {
        let run = Run::of(scenario::find("everyday").unwrap().scenario()).unwrap();
        let totals = Totals::of(&run.trace);
        for tenth in 0..400 {
            let at = VirtualTime::from_millis(tenth * 100);
            let scene = run.trace.scene(at);
            assert_eq!((totals.cache(at), totals.database(at)), (scene.cache, scene.database), "at {at}");
        }
    }
}
