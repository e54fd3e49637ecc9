//! The application's database connections: those who find none free wait in line.

use std::cell::RefCell;

use super::{Actor, Failure, World};
use crate::database::{Admission, ConnectionPool, Grant, Slot, Ticket};
use crate::engine::{OneSender, oneshot};
use crate::order::SmallMap;

/// One process's pool.
pub(crate) struct Pool {
    state: RefCell<ConnectionPool>,
    waiters: RefCell<SmallMap<Ticket, OneSender<Lease>>>,
}

impl Pool {
    pub(crate) fn new(size: u32, max_waiting: u32) -> Self {
        Self { state: RefCell::new(ConnectionPool::new(size, max_waiting as usize)), waiters: RefCell::default() }
    }
}

/// A connection on loan; it goes back when this is dropped.
pub(crate) struct Lease {
    world: World,
    owner: Actor,
    slot: Option<Slot>,
}

/// A place in the line, given up when this is dropped before its turn.
struct Waiting<'a> {
    pool: &'a Pool,
    ticket: Ticket,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if self.pool.waiters.borrow_mut().remove(&self.ticket).is_some() {
            self.pool.state.borrow_mut().cancel(self.ticket);
        }
    }
}

impl World {
    /// Takes a connection from the pool of `owner`, or waits for one.
    ///
    /// # Errors
    ///
    /// When too many wait already.
    pub(crate) async fn lease(&self, owner: Actor) -> Result<Lease, Failure> {
        let pool = self.pool(owner);
        let admission = pool.state.borrow_mut().request(self.now().as_nanos());
        match admission {
            Admission::Granted(slot) => Ok(Lease { world: self.clone(), owner, slot: Some(slot) }),
            Admission::Refused => Err(Failure::PoolFull),
            Admission::Waiting(ticket) => {
                let (grant, granted) = oneshot(&self.inner.sim);
                pool.waiters.borrow_mut().insert(ticket, grant);
                let _place = Waiting { pool, ticket };
                granted.await.map_err(|_| Failure::PoolFull)
            }
        }
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let pool = self.world.pool(self.owner);
        let Some(slot) = self.slot.take() else { return };
        let next = pool.state.borrow_mut().release(slot, self.world.now().as_nanos());
        let Some(Grant { ticket, slot, .. }) = next else { return };
        let grant = pool.waiters.borrow_mut().remove(&ticket);
        // A lease that its waiter no longer wants is dropped at once, which passes it on.
        let lease = Lease { world: self.world.clone(), owner: self.owner, slot: Some(slot) };
        if let Some(grant) = grant {
            let _ = grant.send(lease);
        }
    }
}
