//! The cache server's death and return, and its want of memory.

use super::cache_node::millis;
use super::dirty_list::ChangedBy;
use super::{Actor, EventKind, Removal, Source, World};
use crate::engine::Span;
use crate::redis::{self, Crash, Persistence};

/// What Redis answers to each command while it loads its data.
pub(super) const LOADING: &str = "LOADING Redis is loading the dataset in memory";

impl World {
    /// The cache dies. What it held, the dirty entries too, is gone, but for what its disk has, if it has one.
    ///
    /// The model loads that at once, though nobody can reach the server before it is back: so it is known which dirty
    /// entries the disk still has. An heir is another server that takes its place, with what that one has.
    pub(crate) fn wipe_cache(&self, heir: Option<redis::Server>) {
        let node = &self.inner.cache;
        node.before.set(self.cache_totals());
        node.life.set(node.life.get() + 1);
        node.queue_lookups.set((0, 0));
        let now = millis(self.now());
        {
            let mut server = node.server.borrow_mut();
            match heir {
                Some(heir) => *server = heir,
                None => {
                    server.crash(now, Crash::Machine);
                    server.restart(now);
                }
            }
            server.take_changes();
        }
        self.give_up_near_copies();
        node.console.take();
        self.show(|| EventKind::CacheCleared { cause: Removal::Crashed });
        self.sync_queues(Removal::Crashed, ChangedBy::Pattern);
        self.count_cache();
    }

    /// The dead server is to come back with this instead of all that its disk has; what that leaves out is gone.
    pub(super) fn reload_cache(&self, source: Source) {
        let now = millis(self.now());
        {
            let mut server = self.inner.cache.server.borrow_mut();
            let config = server.config().clone();
            match source {
                Source::Nothing => server.restart_empty(now),
                // Redis prefers the append-only file if it is to keep one, so the operator starts it without.
                Source::Rdb => {
                    let persistence = Persistence { append_only: false, ..config.persistence.clone() };
                    server.reconfigure(redis::Config { persistence, ..config.clone() });
                    server.restart(now);
                    server.reconfigure(config);
                }
                Source::Aof => {}
            }
            server.take_changes();
        }
        self.sync_queues(Removal::Crashed, ChangedBy::Pattern);
        self.count_cache();
    }

    /// How long the server loads: about as long as callers have patience with it, and a command's time for each key.
    pub(super) fn loading_time(&self) -> Span {
        let keys = self.inner.cache.server.borrow().stats().keys;
        let timings = &self.inner.timings;
        self.slowed(Actor::Cache, timings.cache_timeout + timings.cache_command.mean() * keys)
    }

    /// The cache is back, with what its disk had.
    pub(crate) fn tell_restored(&self) {
        let keys: Vec<redis::Key> = {
            let mut server = self.inner.cache.server.borrow_mut();
            server.cron(millis(self.now()));
            server.take_changes();
            server.keys_in_order().map(|(key, _)| key.clone()).collect()
        };
        for key in keys {
            self.tell_written(key.as_bytes());
        }
        self.follow_cache();
    }

    /// So many bytes are that share of those in use.
    pub(super) fn share_of_memory(&self, share: f64) -> u64 {
        let used = self.inner.cache.server.borrow().stats().used_bytes;
        ((used as f64 * share) as u64).max(1)
    }

    /// Lets the server use at most so many bytes, as `CONFIG SET maxmemory` does; or as many as before that.
    pub(super) fn limit_memory(&self, most: Option<u64>) {
        let node = &self.inner.cache;
        {
            let mut server = node.server.borrow_mut();
            let usual = node.usual_memory.get().unwrap_or(server.config().maxmemory);
            node.usual_memory.set(most.map(|_| usual));
            let maxmemory = match most {
                Some(most) if usual > 0 => most.min(usual),
                Some(most) => most,
                None => usual,
            };
            let config = redis::Config { maxmemory, ..server.config().clone() };
            server.reconfigure(config);
            server.fit_memory(millis(self.now()));
        }
        self.observe_cache(ChangedBy::Person);
    }
}
