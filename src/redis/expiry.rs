//! The end of keys' lives: noticed on access, or by the active cycle, after Redis's `expire.c`.
//!
//! Ten times a second Redis looks at the keys with an expiry, twenty at a time, and goes on as long as more than a tenth
//! of them were expired, for at most a quarter of its time. The model does the same with a fixed limit of keys in place of
//! the time, and walks the keys by their places where Redis walks hash buckets. It leaves out the fast cycle that Redis runs
//! between events when the last one ran out of time.

use super::changes::Removal;
use super::database::Slot;
use super::server::Server;
use super::time::Millis;

/// `ACTIVE_EXPIRE_CYCLE_KEYS_PER_LOOP`.
const KEYS_A_ROUND: usize = 20;
/// `ACTIVE_EXPIRE_CYCLE_ACCEPTABLE_STALE`, in percent.
const ACCEPTABLE_STALE: usize = 10;
/// About what a real server gets through in the 25 ms that a cycle may take.
const KEYS_A_CYCLE: usize = 50_000;

impl Server {
    /// Whether a time to live is over: Redis keeps a key through the very millisecond of its expiry.
    pub(crate) fn is_over(expires_at: Option<Millis>, now: Millis) -> bool {
        expires_at.is_some_and(|at| now > at)
    }

    /// Where a key is if it is alive; one whose time is over is removed.
    pub(crate) fn live(&mut self, db: usize, key: &[u8], now: Millis) -> Option<Slot> {
        let slot = self.databases[db].find(key)?;
        if !Server::is_over(self.databases[db].entry(slot).expires_at, now) {
            return Some(slot);
        }
        // What is run again brings the removal with it.
        if self.durable.replaying {
            return Some(slot);
        }
        // A replica waits for its primary to remove the key, and answers as if it were gone.
        if !self.durable.replication.is_replica() {
            self.expire(db, slot);
        }
        None
    }

    /// Removes a key because its time is over.
    pub(crate) fn expire(&mut self, db: usize, slot: Slot) {
        self.counters.expired += 1;
        self.remove(db, slot, Removal::Expired);
    }

    /// One active cycle over all databases.
    pub(crate) fn expire_cycle(&mut self, now: Millis) {
        if self.durable.replication.is_replica() {
            return;
        }
        for db in 0..self.databases.len() {
            let mut looked_at = 0;
            while looked_at < KEYS_A_CYCLE {
                let round = self.databases[db].volatile_len().min(KEYS_A_ROUND);
                let expired = self.expire_round(db, round, now);
                looked_at += round;
                if round == 0 || expired * 100 <= ACCEPTABLE_STALE * round {
                    break;
                }
            }
        }
    }

    /// Looks at the next keys of a database that have an expiry; how many were removed.
    fn expire_round(&mut self, db: usize, keys: usize, now: Millis) -> usize {
        let mut expired = 0;
        for _ in 0..keys {
            // Downwards, so that a removal, which moves the last key, moves one that was looked at.
            let database = &mut self.databases[db];
            let left = database.expiry_cursor.min(database.volatile_len());
            let place = if left == 0 { database.volatile_len() } else { left };
            let Some(place) = place.checked_sub(1) else { break };
            database.expiry_cursor = place;
            let Some(slot) = database.volatile_at(place).and_then(|key| database.find(key)) else { break };
            if Server::is_over(database.entry(slot).expires_at, now) {
                self.expire(db, slot);
                expired += 1;
            }
        }
        expired
    }
}
