//! How a run advances and ends.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

use cachescope::engine::{RunEnd, Signal, Sim, VirtualTime};

use crate::support::{Dropped, at, ms, world};

#[test]
fn an_event_at_the_end_itself_still_happens() {
    let (sim, log) = world();
    for time in [4, 5, 6] {
        let log = log.clone();
        sim.schedule(at(time), move || log.add("event"));
    }
    assert_eq!(sim.run_until(at(5)), RunEnd::Reached);
    assert_eq!((sim.now(), sim.next_event(), sim.pending_events()), (at(5), Some(at(6)), 1));
    log.check(&["4 event", "5 event"]);
    assert_eq!(sim.run_until(at(7)), RunEnd::Idle);
    assert_eq!((sim.now(), sim.next_event()), (at(7), None));
}

#[test]
fn running_to_idle_leaves_the_clock_at_the_last_event() {
    let (sim, _) = world();
    sim.schedule(at(3), || {});
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    assert_eq!(sim.now(), at(3));
}

#[test]
fn a_run_never_goes_back() {
    let (sim, _) = world();
    sim.schedule(at(20), || {});
    let _ = sim.run_until(at(10));
    assert_eq!(sim.run_until(at(4)), RunEnd::Reached);
    assert_eq!(sim.now(), at(10));
}

#[test]
fn tasks_that_wait_for_ever_leave_the_world_idle() {
    let (sim, _) = world();
    let signal = Signal::new(&sim);
    let bell = signal.clone();
    sim.spawn(async move { bell.wait().await });
    assert_eq!(sim.run_until(at(1)), RunEnd::Idle);
    assert_eq!(sim.task_count(), 1);
    signal.notify_one();
    assert_eq!(sim.next_event(), Some(at(1)));
    let _ = sim.run_until(at(1));
    assert_eq!(sim.task_count(), 0);
}

fn busy(sim: &Sim) {
    let clock = sim.clone();
    sim.spawn(async move {
        clock.sleep(ms(3)).await;
        loop {
            clock.yield_now().await;
        }
    });
}

#[test]
fn an_instant_that_does_not_end_is_told() {
    let (sim, _) = world();
    sim.set_steps_per_instant(1_000);
    busy(&sim);
    assert_eq!(sim.run_until(at(9)), RunEnd::Stuck { at: at(3) });
    assert_eq!(sim.now(), at(3));
    assert_eq!(sim.run_to_idle(), RunEnd::Stuck { at: at(3) });
}

#[test]
fn tasks_that_only_wake_each_other_are_stuck_too() {
    let (sim, _) = world();
    sim.set_steps_per_instant(1_000);
    let (ping, pong) = (Signal::new(&sim), Signal::new(&sim));
    for (mine, other) in [(ping.clone(), pong.clone()), (pong, ping)] {
        sim.spawn(async move {
            loop {
                other.notify_one();
                mine.wait().await;
            }
        });
    }
    assert_eq!(sim.run_until(at(1)), RunEnd::Stuck { at: at(0) });
}

#[test]
fn callbacks_that_call_themselves_are_stuck_too() {
    fn again(sim: Sim) {
        let next = sim.clone();
        sim.schedule(VirtualTime::ZERO, move || again(next));
    }
    let (sim, _) = world();
    sim.set_steps_per_instant(1_000);
    again(sim.clone());
    assert_eq!(sim.run_until(at(1)), RunEnd::Stuck { at: at(0) });
    sim.shutdown();
}

#[test]
fn many_steps_at_different_instants_are_not_stuck() {
    let (sim, _) = world();
    sim.set_steps_per_instant(4);
    let (clock, laps) = (sim.clone(), Rc::new(Cell::new(0)));
    let count = Rc::clone(&laps);
    sim.spawn(async move {
        for _ in 0..100 {
            clock.sleep(ms(1)).await;
            count.set(count.get() + 1);
        }
    });
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    assert_eq!(laps.get(), 100);
}

#[test]
fn a_panic_passes_through_and_the_rest_goes_on() {
    let (sim, log) = world();
    let held = Dropped(log.clone(), "destructor");
    let broken = sim.spawn(async move {
        let _held = held;
        panic!("broken task");
    });
    let (clock, other) = (sim.clone(), log.clone());
    sim.spawn(async move {
        clock.sleep(ms(1)).await;
        other.add("other task");
    });
    let caught = catch_unwind(AssertUnwindSafe(|| sim.run_until(at(5))));
    let message = caught.unwrap_err();
    assert_eq!(message.downcast_ref::<&str>(), Some(&"broken task"));
    assert!(!sim.is_alive(broken));
    assert_eq!(sim.current_task(), None);
    assert_eq!(sim.run_until(at(5)), RunEnd::Idle);
    log.check(&["0 destructor", "1 other task"]);
}

#[test]
#[should_panic(expected = "run from one of its own tasks")]
fn a_world_cannot_run_itself() {
    let (sim, _) = world();
    let inner = sim.clone();
    sim.schedule(at(1), move || {
        let _ = inner.run_until(at(2));
    });
    let _ = sim.run_until(at(3));
}

#[test]
#[should_panic(expected = "polled outside of that Sim's tasks")]
fn a_future_of_another_world_is_refused() {
    let (sim, _) = world();
    let other = Sim::new(2);
    sim.spawn(async move { other.sleep(ms(1)).await });
    let _ = sim.run_to_idle();
}
