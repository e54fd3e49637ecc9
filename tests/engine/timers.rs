//! Sleeping and time limits.

use std::future::{pending, ready};

use cachescope::engine::{Either, Elapsed, RunEnd, Signal, Span, VirtualTime, race};

use crate::support::{Dropped, at, ms, world};

#[test]
fn a_sleep_counts_from_the_call() {
    let (sim, log) = world();
    let (clock, inner) = (sim.clone(), log.clone());
    sim.spawn(async move {
        let sleep = clock.sleep(ms(5));
        clock.sleep(ms(2)).await;
        sleep.await;
        inner.add("both");
        clock.sleep_until(at(1)).await;
        inner.add("past");
    });
    let _ = sim.run_to_idle();
    log.check(&["5 both", "5 past"]);
}

#[test]
fn the_end_of_time_is_an_instant_too() {
    let (sim, _) = world();
    let clock = sim.clone();
    sim.spawn(async move { clock.sleep(Span::MAX).await });
    assert_eq!(sim.run_until(at(1)), RunEnd::Reached);
    assert_eq!(sim.next_event(), Some(VirtualTime::MAX));
}

#[test]
fn a_time_limit_drops_what_it_cuts_before_it_answers() {
    let (sim, log) = world();
    let (clock, inner) = (sim.clone(), log.clone());
    sim.spawn(async move {
        let held = Dropped(inner.clone(), "cut");
        let result = clock
            .timeout(ms(3), async move {
                let _held = held;
                pending::<()>().await;
            })
            .await;
        inner.add(result);
        assert_eq!(clock.timeout(ms(3), ready(7)).await, Ok(7));
        inner.add("no time passed");
    });
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    log.check(&["3 cut", "3 Err(Elapsed)", "3 no time passed"]);
}

#[test]
fn a_result_in_time_cancels_the_limit() {
    let (sim, _) = world();
    let clock = sim.clone();
    sim.spawn(async move {
        let inner = clock.clone();
        assert_eq!(clock.timeout(ms(50), async move { inner.sleep(ms(2)).await }).await, Ok(()));
    });
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    assert_eq!(sim.now(), at(2));
}

/// The limit was put in the queue after the future's own timer, so that timer comes first at the same instant.
#[test]
fn a_result_at_the_limit_itself_counts() {
    let (sim, log) = world();
    let (clock, inner) = (sim.clone(), log.clone());
    sim.spawn(async move {
        let result = clock.timeout(ms(4), clock.sleep(ms(4))).await;
        inner.add(result);
    });
    let _ = sim.run_to_idle();
    log.check(&["4 Ok(())"]);
}

#[test]
fn a_zero_limit_still_lets_the_future_try_once() {
    let (sim, log) = world();
    let (clock, inner) = (sim.clone(), log.clone());
    sim.spawn(async move {
        inner.add(clock.timeout(ms(0), ready(())).await);
        inner.add(clock.timeout(ms(0), pending::<()>()).await == Err(Elapsed));
    });
    let _ = sim.run_to_idle();
    log.check(&["0 Ok(())", "0 true"]);
}

/// A sleep that is woken for another reason, at the very instant of its deadline, still waits for its own turn.
#[test]
fn a_sleep_keeps_its_place_when_its_task_is_woken_early() {
    let (sim, log) = world();
    let bell = Signal::new(&sim);
    let ringing = bell.clone();
    sim.schedule(at(5), move || ringing.notify_all());
    let (clock, inner) = (sim.clone(), log.clone());
    sim.spawn(async move {
        match race(clock.sleep(ms(5)), bell.wait()).await {
            Either::First(()) => inner.add("slept"),
            Either::Second(()) => inner.add("rang"),
        }
    });
    let _ = sim.run_to_idle();
    log.check(&["5 rang"]);
}

#[test]
fn a_sleep_may_move_to_another_task() {
    let (sim, log) = world();
    let (world, inner) = (sim.clone(), log.clone());
    sim.spawn(async move {
        let mut sleep = world.sleep(ms(5));
        let early = world.timeout(ms(1), &mut sleep).await;
        assert_eq!(early, Err(Elapsed));
        world.spawn(async move {
            sleep.await;
            inner.add("woken elsewhere");
        });
    });
    let _ = sim.run_to_idle();
    log.check(&["5 woken elsewhere"]);
}

#[test]
fn cancelled_limits_do_not_pile_up() {
    let (sim, _) = world();
    let clock = sim.clone();
    sim.spawn(async move {
        for _ in 0..10_000 {
            let inner = clock.clone();
            let _ = clock.timeout(Span::from_secs(1_000), async move { inner.sleep(ms(1)).await }).await;
            assert!(clock.pending_events() <= 1);
        }
    });
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    assert_eq!(sim.now(), VirtualTime::from_secs(10));
}
