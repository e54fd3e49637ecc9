//! Signals and single answers.

use cachescope::engine::{Closed, Signal, join2, oneshot};

use crate::support::{Log, at, ms, world};

fn waiter(log: &Log, sim: &cachescope::engine::Sim, signal: &Signal, name: &'static str) -> cachescope::engine::TaskId {
    let (log, signal) = (log.clone(), signal.clone());
    sim.spawn(async move {
        signal.wait().await;
        log.add(name);
    })
}

#[test]
fn a_signal_is_first_in_first_out_and_forgets() {
    let (sim, log) = world();
    let signal = Signal::new(&sim);
    signal.notify_one();
    signal.notify_all();
    for name in ["a", "b", "c", "d"] {
        waiter(&log, &sim, &signal, name);
    }
    let _ = sim.run_until(at(1));
    assert_eq!(signal.waiting(), 4);
    log.check(&[]);
    signal.notify_one();
    let _ = sim.run_until(at(2));
    log.check(&["1 a"]);
    signal.notify_all();
    waiter(&log, &sim, &signal, "late");
    let _ = sim.run_until(at(3));
    log.check(&["1 a", "2 b", "2 c", "2 d"]);
    assert_eq!(signal.waiting(), 1);
}

#[test]
fn a_notification_of_a_dropped_waiter_goes_to_the_next() {
    let (sim, log) = world();
    let signal = Signal::new(&sim);
    let first = waiter(&log, &sim, &signal, "a");
    waiter(&log, &sim, &signal, "b");
    waiter(&log, &sim, &signal, "c");
    let _ = sim.run_until(at(1));
    signal.notify_one();
    assert!(sim.abort(first));
    let _ = sim.run_until(at(1));
    log.check(&["1 b"]);
    assert_eq!(signal.waiting(), 1);
}

#[test]
fn a_notification_of_all_is_not_passed_on() {
    let (sim, log) = world();
    let signal = Signal::new(&sim);
    let first = waiter(&log, &sim, &signal, "a");
    let _ = sim.run_until(at(1));
    let (world, bell, inner) = (sim.clone(), signal.clone(), log.clone());
    sim.spawn(async move {
        bell.notify_all();
        // Waits from here on, and only then is "a" dropped, which has not run yet.
        join2(bell.wait(), async { assert!(world.abort(first)) }).await;
        inner.add("never");
    });
    let _ = sim.run_until(at(2));
    log.check(&[]);
    assert_eq!(signal.waiting(), 1);
}

#[test]
fn a_dropped_waiter_takes_no_notification() {
    let (sim, log) = world();
    let signal = Signal::new(&sim);
    let first = waiter(&log, &sim, &signal, "a");
    waiter(&log, &sim, &signal, "b");
    let _ = sim.run_until(at(1));
    assert!(sim.abort(first));
    signal.notify_one();
    let _ = sim.run_until(at(1));
    log.check(&["1 b"]);
}

#[test]
fn an_answer_arrives_whether_asked_for_before_or_after() {
    for delay in [0, 5] {
        let (sim, log) = world();
        let (sender, receiver) = oneshot(&sim);
        let (clock, inner) = (sim.clone(), log.clone());
        sim.spawn(async move {
            clock.sleep(ms(delay)).await;
            inner.add(receiver.await);
        });
        sim.schedule(at(3), move || sender.send("answer").expect("the receiver waits"));
        let _ = sim.run_to_idle();
        log.check(&[format!("{} Ok(answer)", delay.max(3)).as_str()]);
    }
}

#[test]
fn an_answer_that_never_comes_is_told() {
    let (sim, log) = world();
    let (sender, receiver) = oneshot::<u8>(&sim);
    let inner = log.clone();
    sim.spawn(async move {
        let answer = receiver.await;
        assert_eq!(answer, Err(Closed));
        inner.add("closed");
    });
    sim.schedule(at(2), move || drop(sender));
    let _ = sim.run_to_idle();
    log.check(&["2 closed"]);
}

#[test]
fn an_answer_to_nobody_comes_back() {
    let (sim, _) = world();
    let (sender, receiver) = oneshot(&sim);
    assert!(!sender.is_closed());
    drop(receiver);
    assert!(sender.is_closed());
    assert_eq!(sender.send(9), Err(9));
    let (sender, mut receiver) = oneshot(&sim);
    assert_eq!(receiver.try_recv(), None);
    assert_eq!(sender.send(4), Ok(()));
    assert_eq!(receiver.try_recv(), Some(4));
}
