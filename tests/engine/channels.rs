//! Queues between tasks.

use std::cell::RefCell;
use std::rc::Rc;

use cachescope::engine::{Closed, RunEnd, Span, VirtualTime, bounded, channel, oneshot};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::support::{at, ms, world};

#[test]
fn values_arrive_in_order_and_the_end_is_told() {
    let (sim, log) = world();
    let (sender, receiver) = channel(&sim);
    let (clock, inner) = (sim.clone(), log.clone());
    sim.spawn(async move {
        while let Some(value) = receiver.recv().await {
            inner.add(value);
        }
        inner.add("end");
    });
    sim.spawn(async move {
        let second = sender.clone();
        assert_eq!(sender.send("a"), Ok(()));
        assert_eq!(second.send("b"), Ok(()));
        assert_eq!(sender.len(), 2);
        drop(sender);
        clock.sleep(ms(3)).await;
        assert_eq!(second.send("c"), Ok(()));
        clock.sleep(ms(3)).await;
    });
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    log.check(&["0 a", "0 b", "3 c", "6 end"]);
    assert_eq!(sim.task_count(), 0);
}

#[test]
fn what_was_sent_before_the_end_is_still_received() {
    let (sim, log) = world();
    let (sender, receiver) = channel(&sim);
    assert_eq!(sender.send(1), Ok(()));
    assert_eq!(sender.send(2), Ok(()));
    drop(sender);
    assert_eq!(receiver.try_recv(), Some(1));
    let inner = log.clone();
    sim.spawn(async move {
        inner.add(receiver.recv().await);
        inner.add(receiver.recv().await);
        inner.add(receiver.recv().await);
    });
    let _ = sim.run_to_idle();
    log.check(&["0 Some(2)", "0 None", "0 None"]);
}

#[test]
fn a_receiver_that_goes_drops_what_is_left_and_refuses_the_rest() {
    let (sim, log) = world();
    let (requests, server) = channel(&sim);
    let (reply, answer) = oneshot::<u8>(&sim);
    assert!(requests.send(reply).is_ok());
    let inner = log.clone();
    sim.spawn(async move {
        assert_eq!(answer.await, Err(Closed));
        inner.add("no answer");
    });
    sim.schedule(at(2), move || drop(server));
    let _ = sim.run_to_idle();
    log.check(&["2 no answer"]);
    assert!(requests.is_closed());
    assert!(requests.is_empty());
    let (reply, _answer) = oneshot(&sim);
    assert!(requests.send(reply).is_err());
}

#[test]
fn each_value_goes_to_the_receiver_that_waited_longest() {
    let (sim, log) = world();
    let (sender, receiver) = channel(&sim);
    for name in ["a", "b", "c"] {
        let (inner, receiver) = (log.clone(), receiver.clone());
        sim.spawn(async move {
            while let Some(value) = receiver.recv().await {
                inner.add(format!("{name}{value}"));
            }
        });
    }
    let _ = sim.run_until(at(1));
    for value in 1..=4 {
        assert_eq!(sender.send(value), Ok(()));
    }
    assert_eq!(receiver.len(), 4);
    // Three of the four are promised already.
    assert_eq!(receiver.try_recv(), Some(1));
    assert_eq!(receiver.try_recv(), None);
    let _ = sim.run_until(at(1));
    log.check(&["1 a2", "1 b3", "1 c4"]);
}

#[test]
fn a_full_queue_makes_its_senders_wait_in_order() {
    let (sim, log) = world();
    let (sender, receiver) = bounded(&sim, 2);
    for value in 1..=5 {
        let (inner, sender) = (log.clone(), sender.clone());
        sim.spawn(async move {
            assert_eq!(sender.send(value).await, Ok(()));
            inner.add(format!("sent {value}"));
        });
    }
    let _ = sim.run_until(at(0));
    assert_eq!((sender.len(), sender.waiting()), (2, 3));
    assert_eq!(sender.try_send(9), Err(9));
    let (clock, inner) = (sim.clone(), log.clone());
    sim.spawn(async move {
        for _ in 0..5 {
            clock.sleep(ms(1)).await;
            inner.add(receiver.recv().await);
        }
    });
    let _ = sim.run_to_idle();
    log.check(&[
        "0 sent 1",
        "0 sent 2",
        "1 Some(1)",
        "1 sent 3",
        "2 Some(2)",
        "2 sent 4",
        "3 Some(3)",
        "3 sent 5",
        "4 Some(4)",
        "5 Some(5)",
    ]);
}

#[test]
fn senders_that_wait_are_refused_when_the_receiver_goes() {
    let (sim, log) = world();
    let (sender, receiver) = bounded(&sim, 0);
    assert_eq!(sender.try_send(1), Ok(()), "a limit of zero counts as one");
    let inner = log.clone();
    sim.spawn(async move { inner.add(sender.send(2).await) });
    sim.schedule(at(4), move || drop(receiver));
    let _ = sim.run_to_idle();
    log.check(&["4 Err(2)"]);
}

#[test]
fn a_free_place_is_of_no_use_without_a_receiver() {
    let (sim, log) = world();
    let (sender, receiver) = bounded(&sim, 3);
    drop(receiver);
    assert_eq!(sender.try_send(1), Err(1));
    let inner = log.clone();
    sim.spawn(async move { inner.add(sender.send(2).await) });
    let _ = sim.run_to_idle();
    log.check(&["0 Err(2)"]);
}

#[test]
fn a_pending_send_keeps_the_queue_open() {
    let (sim, log) = world();
    let (sender, receiver) = bounded(&sim, 1);
    assert_eq!(sender.try_send(1), Ok(()));
    let pending = sender.send(2);
    drop(sender);
    sim.spawn(async move { assert_eq!(pending.await, Ok(())) });
    let inner = log.clone();
    sim.spawn(async move {
        while let Some(value) = receiver.recv().await {
            inner.add(value);
        }
        inner.add("end");
    });
    let _ = sim.run_to_idle();
    log.check(&["0 1", "0 2", "0 end"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Senders and receivers that may give up at any time neither lose, nor double, nor reorder a value.
    #[test]
    fn any_traffic_keeps_all_values_in_order(
        limit in 1_usize..4,
        sends in vec((0_u64..6, 0_u64..6), 1..40),
        receivers in vec((0_u64..6, 0_u64..6), 1..4),
    ) {
        let (sim, _) = world();
        let (sender, receiver) = bounded(&sim, limit);
        let sent = Rc::new(RefCell::new(Vec::new()));
        let received = Rc::new(RefCell::new(Vec::new()));
        let (clock, accepted) = (sim.clone(), Rc::clone(&sent));
        sim.spawn(async move {
            for (value, (pause, patience)) in sends.into_iter().enumerate() {
                clock.sleep(Span::from_nanos(pause)).await;
                if clock.timeout(Span::from_nanos(patience), sender.send(value)).await == Ok(Ok(())) {
                    accepted.borrow_mut().push(value);
                }
            }
        });
        for (pause, patience) in receivers {
            let (clock, receiver, received) = (sim.clone(), receiver.clone(), Rc::clone(&received));
            sim.spawn(async move {
                loop {
                    match clock.timeout(Span::from_nanos(patience), receiver.recv()).await {
                        Ok(Some(value)) => received.borrow_mut().push(value),
                        Ok(None) => return,
                        Err(_) => {}
                    }
                    clock.sleep(Span::from_nanos(pause + 1)).await;
                }
            });
        }
        for time in 0..600 {
            let _ = sim.run_until(VirtualTime::from_nanos(time));
            prop_assert!(receiver.len() <= limit);
        }
        let end = sim.run_to_idle();
        prop_assert_eq!(end, RunEnd::Idle);
        prop_assert_eq!(&*sent.borrow(), &*received.borrow());
        prop_assert_eq!((sim.task_count(), receiver.len()), (0, 0));
    }
}
