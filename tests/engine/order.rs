//! What happens first.

use std::cell::RefCell;
use std::rc::Rc;

use cachescope::engine::{RunEnd, VirtualTime};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{Dropped, at, ms, world};

#[test]
fn callbacks_come_by_time_then_by_insertion() {
    let (sim, log) = world();
    for (time, name) in [(5, "a"), (3, "b"), (5, "c"), (3, "d"), (0, "e")] {
        let log = log.clone();
        sim.schedule(at(time), move || log.add(name));
    }
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    log.check(&["0 e", "3 b", "3 d", "5 a", "5 c"]);
}

#[test]
fn a_callback_in_the_past_happens_now() {
    let (sim, log) = world();
    let _ = sim.run_until(at(10));
    let inner = log.clone();
    sim.schedule(at(2), move || inner.add("late"));
    assert_eq!(sim.next_event(), Some(at(10)));
    let _ = sim.run_until(at(10));
    log.check(&["10 late"]);
}

#[test]
fn sleepers_and_callbacks_share_one_order() {
    let (sim, log) = world();
    let (task, first, last) = (log.clone(), log.clone(), log.clone());
    sim.schedule(at(1), move || first.add("callback put in before"));
    let clock = sim.clone();
    sim.spawn(async move {
        clock.sleep(ms(1)).await;
        task.add("sleeper");
    });
    let _ = sim.run_until(at(0));
    sim.schedule(at(1), move || last.add("callback put in after"));
    let _ = sim.run_to_idle();
    log.check(&["1 callback put in before", "1 sleeper", "1 callback put in after"]);
}

#[test]
fn tasks_run_in_the_order_of_their_spawning_and_before_the_next_event() {
    let (sim, log) = world();
    let event = log.clone();
    sim.schedule(at(0), move || event.add("event"));
    for name in ["a", "b"] {
        let (world, log) = (sim.clone(), log.clone());
        sim.spawn(async move {
            log.add(name);
            world.spawn(async move { log.add(format!("child of {name}")) });
        });
    }
    let _ = sim.run_to_idle();
    log.check(&["0 a", "0 b", "0 child of a", "0 child of b", "0 event"]);
}

#[test]
fn one_who_yields_lets_all_that_is_due_go_first() {
    let (sim, log) = world();
    for name in ["a", "b"] {
        let (clock, log) = (sim.clone(), log.clone());
        sim.spawn(async move {
            log.add(format!("{name} before"));
            clock.yield_now().await;
            log.add(format!("{name} after"));
        });
    }
    let due = log.clone();
    sim.schedule(at(0), move || due.add("due"));
    let _ = sim.run_to_idle();
    log.check(&["0 a before", "0 b before", "0 due", "0 a after", "0 b after"]);
}

#[test]
fn a_sleep_of_nothing_yields_too() {
    let (sim, log) = world();
    let (clock, sleeper, due) = (sim.clone(), log.clone(), log.clone());
    sim.schedule(at(0), move || due.add("due"));
    sim.spawn(async move {
        clock.sleep(ms(0)).await;
        sleeper.add("slept");
    });
    let _ = sim.run_to_idle();
    log.check(&["0 due", "0 slept"]);
}

#[test]
fn a_task_woken_twice_runs_once() {
    let (sim, log) = world();
    let polled = log.clone();
    let task = sim.spawn(std::future::poll_fn(move |_| {
        polled.add("polled");
        std::task::Poll::Pending
    }));
    sim.wake(task);
    let _ = sim.run_until(at(1));
    sim.wake(task);
    sim.wake(task);
    let _ = sim.run_until(at(1));
    log.check(&["0 polled", "1 polled"]);
    assert_eq!(sim.polls(), 2);
}

#[test]
fn shutdown_drops_tasks_and_callbacks_once() {
    let (sim, log) = world();
    let (clock, held, call) = (sim.clone(), Dropped(log.clone(), "task dropped"), Dropped(log.clone(), "call dropped"));
    sim.spawn(async move {
        clock.sleep(ms(10)).await;
        drop(held);
    });
    sim.schedule(at(9), move || drop(call));
    let _ = sim.run_until(at(1));
    sim.shutdown();
    sim.shutdown();
    log.check(&["1 task dropped", "1 call dropped"]);
    assert_eq!((sim.task_count(), sim.pending_events()), (0, 0));
    let late = Dropped(log.clone(), "late task dropped");
    let task = sim.spawn(async move { drop(late) });
    assert!(!sim.is_alive(task));
    let late = log.clone();
    sim.schedule(at(3), move || late.add("never"));
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    log.check(&["1 task dropped", "1 call dropped", "1 late task dropped"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Against a stable sort.
    #[test]
    fn any_schedule_happens_in_stable_order_of_time(times in vec(0_u64..20, 0..60), stop in 0_u64..25) {
        let (sim, _) = world();
        let seen = Rc::new(RefCell::new(Vec::new()));
        for (index, time) in times.iter().copied().enumerate() {
            let (seen, clock) = (Rc::clone(&seen), sim.clone());
            let record = move || seen.borrow_mut().push((clock.now().as_nanos(), index));
            if index % 2 == 0 {
                sim.schedule(VirtualTime::from_nanos(time), record);
            } else {
                let sleeper = sim.clone();
                sim.spawn(async move {
                    sleeper.sleep_until(VirtualTime::from_nanos(time)).await;
                    record();
                });
                // The sleeper takes its place in the queue when it first runs.
                let _ = sim.run_until(VirtualTime::ZERO);
            }
        }
        let mut expected: Vec<_> = times.iter().copied().zip(0..times.len()).collect();
        expected.sort_by_key(|(time, index)| (*time, *index));
        // What is due at time zero happens while the rest is still being put in.
        let sort = |seen: &[(u64, usize)]| {
            let mut zeros = seen.to_vec();
            zeros.sort_by_key(|(time, index)| (*time, if *time == 0 { *index } else { 0 }));
            zeros
        };
        let until = expected.iter().filter(|(time, _)| *time <= stop).count();
        let _ = sim.run_until(VirtualTime::from_nanos(stop));
        prop_assert_eq!(sort(&seen.borrow()), &expected[..until]);
        prop_assert_eq!(sim.now(), VirtualTime::from_nanos(stop));
        let end = sim.run_to_idle();
        prop_assert_eq!(end, RunEnd::Idle);
        prop_assert_eq!(sort(&seen.borrow()), expected);
    }
}
