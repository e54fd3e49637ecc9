//! Which keys are under `WATCH`, and how often each was touched.

use indexmap::IndexMap;

use super::hash::FixedState;
use super::key::Key;

#[derive(Clone, Debug, Default)]
struct Watch {
    watchers: u64,
    touches: u64,
}

/// The watched keys of all connections. Connections compare counts instead of being told, so the server needs no list of
/// them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watches {
    keys: Vec<IndexMap<Key, Watch, FixedState>>,
}

impl Watches {
    fn database(&mut self, db: usize) -> &mut IndexMap<Key, Watch, FixedState> {
        if self.keys.len() <= db {
            self.keys.resize_with(db + 1, IndexMap::default);
        }
        &mut self.keys[db]
    }

    /// Begins to count for one watcher more; the count so far.
    pub(crate) fn watch(&mut self, db: usize, key: &Key) -> u64 {
        let watch = self.database(db).entry(key.clone()).or_default();
        watch.watchers += 1;
        watch.touches
    }

    /// Ends one watcher's interest.
    pub(crate) fn unwatch(&mut self, db: usize, key: &Key) {
        let keys = self.database(db);
        let Some(watch) = keys.get_mut(key) else { return };
        watch.watchers -= 1;
        if watch.watchers == 0 {
            keys.swap_remove(key);
        }
    }

    /// Counts a change of a key.
    pub(crate) fn touch(&mut self, db: usize, key: &[u8]) {
        if let Some(watch) = self.keys.get_mut(db).and_then(|keys| keys.get_mut(key)) {
            watch.touches += 1;
        }
    }

    /// How often a watched key was touched; `None` when nobody watches it, as after a restart.
    pub(crate) fn touches(&self, db: usize, key: &Key) -> Option<u64> {
        self.keys.get(db)?.get(key).map(|watch| watch.touches)
    }

    /// The watched keys of a database.
    pub(crate) fn watched(&self, db: usize) -> Vec<Key> {
        self.keys.get(db).map(|keys| keys.keys().cloned().collect()).unwrap_or_default()
    }
}
