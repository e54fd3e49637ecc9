//! The connection pool: never more out than there are, first come first served, nobody forgotten.

use cachescope::database::{Admission, ConnectionPool, Grant, Slot, Ticket};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    Request,
    Release(usize),
    Cancel(usize),
    Resize(u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        5 => Just(Step::Request),
        4 => any::<prop::sample::Index>().prop_map(|index| Step::Release(index.index(1_000))),
        1 => any::<prop::sample::Index>().prop_map(|index| Step::Cancel(index.index(1_000))),
        1 => (0..6u32).prop_map(Step::Resize),
    ]
}

/// The users of a pool, as they see it.
struct Users {
    pool: ConnectionPool,
    out: Vec<Slot>,
    queue: Vec<(Ticket, u64)>,
    now: u64,
}

impl Users {
    fn step(&mut self, step: &Step, most_waiting: usize) {
        self.now += 10;
        match *step {
            Step::Request => self.request(most_waiting),
            Step::Release(pick) if !self.out.is_empty() => {
                let slot = self.out.swap_remove(pick % self.out.len());
                let grant = self.pool.release(slot, self.now);
                grant.into_iter().for_each(|grant| self.granted(grant));
            }
            Step::Cancel(pick) if !self.queue.is_empty() => {
                let (ticket, _) = self.queue.remove(pick % self.queue.len());
                assert!(self.pool.cancel(ticket));
                assert!(!self.pool.cancel(ticket), "nobody gives up twice");
            }
            Step::Resize(size) => {
                let grants = self.pool.resize(size, self.now);
                grants.into_iter().for_each(|grant| self.granted(grant));
            }
            Step::Release(_) | Step::Cancel(_) => {}
        }
        self.check();
    }

    fn request(&mut self, most_waiting: usize) {
        let (free, waiting) = (self.pool.in_use() < self.pool.size(), self.queue.len());
        match self.pool.request(self.now) {
            Admission::Granted(slot) => {
                assert!(free && waiting == 0, "nobody overtakes");
                self.take(slot);
            }
            Admission::Waiting(ticket) => {
                assert!(!free && waiting < most_waiting);
                self.queue.push((ticket, self.now));
            }
            Admission::Refused => assert!(!free && waiting == most_waiting),
        }
    }

    fn granted(&mut self, grant: Grant) {
        let (ticket, since) = self.queue.remove(0);
        assert_eq!(grant.ticket, ticket, "first come, first served");
        assert_eq!(grant.waited, self.now - since);
        assert!(!self.pool.cancel(ticket), "a granted ticket waits no more");
        self.take(grant.slot);
    }

    fn take(&mut self, slot: Slot) {
        assert!(slot.number() < self.pool.size());
        assert!(!self.out.contains(&slot), "no slot is out twice");
        assert!(self.out.len() < self.pool.size() as usize, "never more out than there are");
        self.out.push(slot);
    }

    fn check(&self) {
        assert_eq!(self.pool.in_use() as usize, self.out.len());
        assert_eq!(self.pool.waiting(), self.queue.len());
        assert!(self.queue.is_empty() || self.pool.in_use() >= self.pool.size(), "nobody waits beside a free slot");
        let stats = self.pool.stats();
        let settled = stats.granted + stats.refused + stats.cancelled;
        assert_eq!(stats.requests, settled + self.queue.len() as u64, "every request is accounted for");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_pool_keeps_its_promises(
        size in 0..5u32,
        most_waiting in 0..5usize,
        steps in prop::collection::vec(step(), 1..100),
    ) {
        let pool = ConnectionPool::new(size, most_waiting);
        let mut users = Users { pool, out: vec![], queue: vec![], now: 0 };
        for step in &steps {
            users.step(step, most_waiting);
        }
        // In the end everybody who waits is served, one release after another, as long as there is a slot at all.
        users.step(&Step::Resize(users.pool.size().max(1)), most_waiting);
        while !users.out.is_empty() {
            users.step(&Step::Release(0), most_waiting);
        }
        prop_assert_eq!(users.pool.waiting(), 0);
    }
}

#[test]
fn waits_are_measured() {
    let mut pool = ConnectionPool::new(1, 1);
    let Admission::Granted(slot) = pool.request(100) else { panic!("the pool is empty") };
    let Admission::Waiting(ticket) = pool.request(150) else { panic!("the only slot is out") };
    assert_eq!(pool.request(160), Admission::Refused);
    let grant = pool.release(slot, 400).unwrap();
    assert_eq!((grant.ticket, grant.slot.number(), grant.waited), (ticket, 0, 250));
    let stats = pool.stats();
    assert_eq!((stats.requests, stats.granted, stats.granted_after_waiting, stats.refused), (3, 2, 1, 1));
    assert_eq!((stats.total_wait, stats.longest_wait, stats.most_in_use, stats.most_waiting), (250, 250, 1, 1));
}

#[test]
fn a_slot_of_another_pool_changes_nothing() {
    let (mut pool, mut other) = (ConnectionPool::new(1, 1), ConnectionPool::new(2, 0));
    let Admission::Granted(foreign) = other.request(0) else { panic!("the pool is empty") };
    assert_eq!(pool.release(foreign, 1), None);
    assert_eq!(pool.in_use(), 0);
    assert!(matches!(pool.request(2), Admission::Granted(_)));
    assert!(matches!(pool.request(3), Admission::Waiting(_)));
}
