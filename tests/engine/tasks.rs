//! Spawning and aborting.

use std::cell::Cell;
use std::rc::Rc;

use cachescope::engine::{RunEnd, Semaphore, TaskId};

use crate::support::{Dropped, at, ms, world};

#[test]
fn an_aborted_task_is_dropped_at_once() {
    let (sim, log) = world();
    let (clock, held) = (sim.clone(), Dropped(log.clone(), "destructor"));
    let after = log.clone();
    let task = sim.spawn(async move {
        let _held = held;
        clock.sleep(ms(10)).await;
        after.add("never");
    });
    let _ = sim.run_until(at(4));
    assert!(sim.is_alive(task));
    assert!(sim.abort(task));
    log.check(&["4 destructor"]);
    assert!(!sim.is_alive(task));
    assert!(!sim.abort(task));
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    assert_eq!(sim.now(), at(4), "its timer is gone too");
}

#[test]
fn a_task_aborted_before_it_ran_never_runs() {
    let (sim, log) = world();
    let inner = log.clone();
    let task = sim.spawn(async move { inner.add("never") });
    assert!(sim.abort(task));
    let _ = sim.run_to_idle();
    log.check(&[]);
}

#[test]
fn aborting_oneself_takes_effect_at_the_next_wait() {
    let (sim, log) = world();
    let own: Rc<Cell<Option<TaskId>>> = Rc::default();
    let (world, inner, id) = (sim.clone(), log.clone(), Rc::clone(&own));
    let free = Semaphore::new(&sim, 1);
    let task = sim.spawn(async move {
        let _held = Dropped(inner.clone(), "destructor");
        let own = id.get().expect("set before the run");
        assert_eq!(world.current_task(), Some(own));
        assert!(world.abort(own));
        assert!(!world.abort(own));
        assert!(!world.is_alive(own));
        let _permit = free.acquire().await;
        inner.add("runs on through an await that does not wait");
        world.sleep(ms(1)).await;
        inner.add("never");
    });
    own.set(Some(task));
    let _ = sim.run_to_idle();
    log.check(&["0 runs on through an await that does not wait", "0 destructor"]);
    assert_eq!(sim.task_count(), 0);
}

#[test]
fn destructors_may_use_the_world() {
    struct SpawnsWhenDropped(cachescope::engine::Sim, crate::support::Log);
    impl Drop for SpawnsWhenDropped {
        fn drop(&mut self) {
            let (clock, log) = (self.0.clone(), self.1.clone());
            self.0.spawn(async move {
                clock.sleep(ms(2)).await;
                log.add("spawned by a destructor");
            });
        }
    }
    let (sim, log) = world();
    let held = SpawnsWhenDropped(sim.clone(), log.clone());
    let clock = sim.clone();
    let task = sim.spawn(async move {
        let _held = held;
        clock.sleep(ms(100)).await;
    });
    let _ = sim.run_until(at(1));
    sim.abort(task);
    let _ = sim.run_to_idle();
    log.check(&["3 spawned by a destructor"]);
}

#[test]
fn a_late_wake_or_abort_does_not_touch_the_task_that_took_the_place() {
    let (sim, log) = world();
    let first = sim.spawn(async {});
    let _ = sim.run_to_idle();
    let (clock, inner) = (sim.clone(), log.clone());
    let second = sim.spawn(async move {
        clock.sleep(ms(5)).await;
        inner.add("second");
    });
    assert_ne!(first, second);
    let _ = sim.run_until(at(1));
    let polls = sim.polls();
    sim.wake(first);
    assert!(!sim.abort(first));
    assert!(!sim.is_alive(first));
    assert!(sim.is_alive(second));
    let _ = sim.run_until(at(2));
    assert_eq!(sim.polls(), polls);
    let _ = sim.run_to_idle();
    log.check(&["5 second"]);
}

#[test]
fn one_task_may_abort_another_that_is_ready() {
    let (sim, log) = world();
    let victim: Rc<Cell<Option<TaskId>>> = Rc::default();
    let (world, id) = (sim.clone(), Rc::clone(&victim));
    sim.spawn(async move {
        assert!(world.abort(id.get().expect("set before the run")));
    });
    let inner = log.clone();
    victim.set(Some(sim.spawn(async move { inner.add("never") })));
    let _ = sim.run_to_idle();
    log.check(&[]);
}
