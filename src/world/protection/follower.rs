//! A replica of the cache: a server that has what the cache had some time ago. A failover puts it in the cache's place. With
//! `WAIT`, a write is acknowledged only when the replica has it, so a failover takes nothing that anybody was told is saved.
//!
//! Replication is asynchronous, as Redis's is: by itself, the cache answers before the replica has the write. A crash of the
//! cache takes with it what was on the way to the replica; if the cache comes back, the replica takes all data anew, also if
//! that is nothing.
//!
//! The replica costs as much memory again. `WAIT` costs a message and the time until the replica has confirmed, for each
//! write; and where none confirms in time, the write fails, though the cache has it.

use super::super::cache_node::{millis, virtual_time};
use super::super::{Actor, Condition, World};
use crate::engine::{VirtualTime, race};
use crate::redis::{Address, Config, Position, Replica, ReplicaId, Reply, Server, SyncData, Wait};

/// The replica, and how far the cache has served it.
pub(crate) struct Follower {
    replica: Replica,
    id: ReplicaId,
    /// What has been sent to it.
    sent: Option<Position>,
    /// When the last of that is there: what is sent later is there later.
    due: VirtualTime,
}

fn address(port: u16) -> Address {
    Address { host: "cache".to_owned(), port }
}

impl World {
    /// Lets there be the replica that the settings ask for, attached to the cache, or none.
    pub(crate) fn follow_cache(&self) {
        let node = &self.inner.cache;
        let Condition { up, restarting, .. } = self.condition(Actor::Cache);
        if !up || restarting {
            return;
        }
        {
            let (mut place, mut server) = (node.follower.borrow_mut(), node.server.borrow_mut());
            if self.settings().protect.cache_replica.is_zero() {
                if let Some(follower) = place.take() {
                    server.detach_replica(follower.id);
                }
                return;
            }
            if place.as_ref().is_some_and(|follower| server.has_replica(follower.id)) {
                return;
            }
            let replica = place.take().map_or_else(
                || {
                    let mut replica = Replica::new(Config::default(), 1, address(6379));
                    replica.server().record_changes(false);
                    replica
                },
                |follower| follower.replica,
            );
            let id = server.attach_replica(millis(self.now()), address(6380));
            *place = Some(Follower { replica, id, sent: None, due: self.now() });
        }
        self.feed_replica();
    }

    /// Sends to the replica what the cache has written since. It is there after the time that the replica is behind.
    pub(crate) fn feed_replica(&self) {
        let node = &self.inner.cache;
        let mut place = node.follower.borrow_mut();
        let Some(follower) = &mut *place else { return };
        let server = node.server.borrow();
        if !server.has_replica(follower.id) || follower.sent == Some(server.position()) {
            return;
        }
        let data = server.sync_replica(follower.sent);
        follower.sent = Some(data.position());
        follower.due = follower.due.max(self.now() + self.settings().protect.cache_replica);
        let (world, life) = (self.clone(), node.life.get());
        self.inner.sim.schedule(follower.due, move || world.replica_takes(life, &data));
    }

    fn replica_takes(&self, life: u32, data: &SyncData) {
        let node = &self.inner.cache;
        if life != node.life.get() {
            return;
        }
        let mut place = node.follower.borrow_mut();
        let Some(follower) = &mut *place else { return };
        let Ok(position) = follower.replica.apply(millis(self.now()), data) else {
            // It was sent to another replica that was there before this one.
            follower.sent = None;
            return;
        };
        let (world, id, back) = (self.clone(), follower.id, self.inner.timings.cache_link.mean());
        self.inner.sim.schedule(self.now() + back, move || world.replica_confirms(life, id, position));
    }

    fn replica_confirms(&self, life: u32, id: ReplicaId, position: Position) {
        let node = &self.inner.cache;
        if life == node.life.get() {
            node.server.borrow_mut().acknowledge(millis(self.now()), id, position);
            node.confirmed.notify_all();
        }
    }

    /// The reply to `WAIT`, as soon as there is one.
    pub(crate) async fn confirmed(&self, wait: Wait) -> Reply {
        let node = &self.inner.cache;
        loop {
            if let Some(reply) = node.server.borrow().waited(millis(self.now()), &wait) {
                return reply;
            }
            let deadline = wait.deadline.map_or(VirtualTime::MAX, virtual_time);
            race(node.confirmed.wait(), self.sleep_until(deadline)).await;
        }
    }

    /// The replica becomes a cache of its own, with what it has.
    pub(crate) fn promote_replica(&self) -> Option<Server> {
        let node = &self.inner.cache;
        let mut heir = node.follower.take()?.replica.promote();
        heir.reconfigure(node.server.borrow().config().clone());
        heir.reset_stats();
        heir.record_changes(true);
        Some(heir)
    }
}
