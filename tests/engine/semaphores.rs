//! Permits.

use std::cell::RefCell;
use std::rc::Rc;

use cachescope::engine::{RunEnd, Semaphore, Sim, Span, TaskId, VirtualTime};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{Log, at, ms, world};

fn user(log: &Log, sim: &Sim, semaphore: &Semaphore, name: &'static str, hold: u64) -> TaskId {
    let (log, clock, semaphore) = (log.clone(), sim.clone(), semaphore.clone());
    sim.spawn(async move {
        let _permit = semaphore.acquire().await;
        log.add(name);
        clock.sleep(ms(hold)).await;
    })
}

#[test]
fn permits_go_out_first_in_first_out() {
    let (sim, log) = world();
    let semaphore = Semaphore::new(&sim, 2);
    for (name, hold) in [("a", 5), ("b", 3), ("c", 1), ("d", 1), ("e", 1)] {
        user(&log, &sim, &semaphore, name, hold);
    }
    let _ = sim.run_until(at(0));
    assert_eq!((semaphore.available(), semaphore.waiting()), (0, 3));
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    log.check(&["0 a", "0 b", "3 c", "4 d", "5 e"]);
    assert_eq!((semaphore.available(), semaphore.waiting()), (2, 0));
}

#[test]
fn nobody_slips_in_before_one_who_waits() {
    let (sim, log) = world();
    let semaphore = Semaphore::new(&sim, 1);
    let permit = semaphore.try_acquire().expect("one is free");
    user(&log, &sim, &semaphore, "waits", 1);
    let _ = sim.run_until(at(0));
    drop(permit);
    // The permit is on its way to the one who waits, although that one has not run yet.
    assert!(semaphore.try_acquire().is_none());
    let _ = sim.run_to_idle();
    log.check(&["0 waits"]);
    assert!(semaphore.try_acquire().is_some());
}

#[test]
fn one_who_gives_up_leaves_the_line_to_the_rest() {
    let (sim, log) = world();
    let semaphore = Semaphore::new(&sim, 1);
    user(&log, &sim, &semaphore, "a", 5);
    let waiting = user(&log, &sim, &semaphore, "b", 5);
    user(&log, &sim, &semaphore, "c", 5);
    let _ = sim.run_until(at(1));
    assert!(sim.abort(waiting));
    assert_eq!(semaphore.waiting(), 1);
    let _ = sim.run_to_idle();
    log.check(&["0 a", "5 c"]);
    assert_eq!(semaphore.available(), 1);
}

#[test]
fn a_permit_granted_to_one_who_is_dropped_goes_to_the_next() {
    let (sim, log) = world();
    let semaphore = Semaphore::new(&sim, 1);
    let permit = semaphore.try_acquire().expect("one is free");
    let granted = user(&log, &sim, &semaphore, "a", 1);
    user(&log, &sim, &semaphore, "b", 1);
    let _ = sim.run_until(at(0));
    drop(permit);
    assert!(sim.abort(granted));
    let _ = sim.run_to_idle();
    log.check(&["0 b"]);
    assert_eq!(semaphore.available(), 1);
}

#[test]
fn a_holder_that_is_aborted_gives_its_permit_back() {
    let (sim, log) = world();
    let semaphore = Semaphore::new(&sim, 1);
    let holder = user(&log, &sim, &semaphore, "a", 100);
    user(&log, &sim, &semaphore, "b", 1);
    let _ = sim.run_until(at(2));
    assert!(sim.abort(holder));
    let _ = sim.run_to_idle();
    log.check(&["0 a", "2 b"]);
}

#[test]
fn growing_serves_the_line_and_shrinking_waits_for_permits_to_come_back() {
    let (sim, log) = world();
    let semaphore = Semaphore::new(&sim, 1);
    for name in ["a", "b", "c", "d", "e"] {
        user(&log, &sim, &semaphore, name, 10);
    }
    let _ = sim.run_until(at(2));
    semaphore.set_permits(3);
    let _ = sim.run_until(at(4));
    log.check(&["0 a", "2 b", "2 c"]);
    semaphore.set_permits(1);
    assert_eq!((semaphore.permits(), semaphore.available()), (1, 0));
    let _ = sim.run_to_idle();
    // a comes back at 10 and b at 12, but only with c is less than one in use.
    log.check(&["0 a", "2 b", "2 c", "12 d", "22 e"]);
    assert_eq!(semaphore.available(), 1);
}

#[test]
fn none_at_all_is_a_valid_number_of_permits() {
    let (sim, log) = world();
    let semaphore = Semaphore::new(&sim, 0);
    user(&log, &sim, &semaphore, "a", 1);
    assert_eq!(sim.run_until(at(7)), RunEnd::Idle);
    semaphore.set_permits(usize::MAX);
    let _ = sim.run_to_idle();
    log.check(&["7 a"]);
}

#[derive(Clone, Debug)]
struct Customer {
    arrives: u64,
    patience: u64,
    holds: u64,
}

fn customers() -> impl Strategy<Value = Vec<Customer>> {
    let customer =
        (0_u64..30, 0_u64..15, 0_u64..10).prop_map(|(arrives, patience, holds)| Customer { arrives, patience, holds });
    vec(customer, 0..25)
}

/// What is watched while customers come and go.
#[derive(Default)]
struct Watch {
    in_use: usize,
    asked: Vec<usize>,
    served: Vec<usize>,
    gave_up: Vec<usize>,
}

fn come(sim: &Sim, semaphore: &Semaphore, watch: &Rc<RefCell<Watch>>, index: usize, customer: Customer) {
    let (sim, semaphore, watch) = (sim.clone(), semaphore.clone(), Rc::clone(watch));
    let world = sim.clone();
    world.spawn(async move {
        sim.sleep_until(VirtualTime::from_nanos(customer.arrives)).await;
        watch.borrow_mut().asked.push(index);
        let Ok(permit) = sim.timeout(Span::from_nanos(customer.patience), semaphore.acquire()).await else {
            watch.borrow_mut().gave_up.push(index);
            return;
        };
        watch.borrow_mut().in_use += 1;
        watch.borrow_mut().served.push(index);
        assert!(watch.borrow().in_use <= semaphore.permits(), "granted beyond the permits");
        sim.sleep(Span::from_nanos(customer.holds)).await;
        watch.borrow_mut().in_use -= 1;
        drop(permit);
    });
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_crowd_is_served_in_order_without_loss(
        crowd in customers(),
        permits in 0_usize..4,
        changes in vec((0_u64..40, 0_usize..4), 0..4),
    ) {
        let (sim, _) = world();
        let (semaphore, watch) = (Semaphore::new(&sim, permits), Rc::new(RefCell::new(Watch::default())));
        for (index, customer) in crowd.iter().cloned().enumerate() {
            come(&sim, &semaphore, &watch, index, customer);
        }
        for (time, permits) in changes.iter().copied() {
            let semaphore = semaphore.clone();
            sim.schedule(VirtualTime::from_nanos(time), move || semaphore.set_permits(permits));
        }
        for time in 0..200 {
            let _ = sim.run_until(VirtualTime::from_nanos(time));
            prop_assert!(semaphore.available() == 0 || semaphore.waiting() == 0, "a permit idles while one waits");
            prop_assert_eq!(semaphore.available(), semaphore.permits().saturating_sub(watch.borrow().in_use));
        }
        let end = sim.run_to_idle();
        prop_assert_eq!(end, RunEnd::Idle);
        let watch = watch.borrow();
        prop_assert_eq!((sim.task_count(), semaphore.waiting(), watch.in_use), (0, 0, 0));
        prop_assert_eq!(semaphore.available(), semaphore.permits());
        // Those who were served got their permits in the order in which they asked.
        let patient: Vec<_> = watch.asked.iter().filter(|index| !watch.gave_up.contains(index)).copied().collect();
        prop_assert_eq!(&watch.served, &patient);
        prop_assert_eq!(watch.served.len() + watch.gave_up.len(), crowd.len());
    }
}
