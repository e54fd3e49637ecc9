//! Several futures in one task.

use cachescope::engine::{Either, RunEnd, join_all, join2, race};

use crate::support::{Dropped, Log, at, ms, world};

async fn lap(log: Log, sim: cachescope::engine::Sim, millis: u64) -> u64 {
    sim.sleep(ms(millis)).await;
    log.add(millis);
    millis
}

#[test]
fn join2_waits_for_both_and_keeps_their_places() {
    for (first, second) in [(1, 4), (4, 1), (2, 2)] {
        let (sim, log) = world();
        let (world, inner) = (sim.clone(), log.clone());
        sim.spawn(async move {
            let parts = (lap(inner.clone(), world.clone(), first), lap(inner.clone(), world.clone(), second));
            assert_eq!(join2(parts.0, parts.1).await, (first, second));
            inner.add("joined");
        });
        let _ = sim.run_to_idle();
        assert_eq!(log.lines().last().map(String::as_str), Some(format!("{} joined", first.max(second)).as_str()));
        assert_eq!(log.lines().len(), 3);
    }
}

#[test]
fn join_all_keeps_the_order_of_the_futures() {
    let (sim, log) = world();
    let (world, inner) = (sim.clone(), log.clone());
    sim.spawn(async move {
        let laps = [3, 1, 2, 1].map(|millis| lap(inner.clone(), world.clone(), millis));
        assert_eq!(join_all(Vec::from(laps)).await, [3, 1, 2, 1]);
        assert!(join_all(Vec::<std::future::Ready<u8>>::new()).await.is_empty());
        inner.add("joined");
    });
    let _ = sim.run_to_idle();
    log.check(&["1 1", "1 1", "2 2", "3 3", "3 joined"]);
}

#[test]
fn race_drops_the_loser_before_it_answers() {
    let (sim, log) = world();
    let (world, inner) = (sim.clone(), log.clone());
    sim.spawn(async move {
        let (clock, held) = (world.clone(), Dropped(inner.clone(), "loser dropped"));
        let slow = async move {
            let _held = held;
            clock.sleep(ms(50)).await;
        };
        assert_eq!(race(slow, lap(inner.clone(), world.clone(), 2)).await, Either::Second(2));
        inner.add("raced");
        assert_eq!(race(std::future::ready('a'), std::future::ready('b')).await, Either::First('a'));
    });
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    assert_eq!(sim.now(), at(2));
    log.check(&["2 2", "2 loser dropped", "2 raced"]);
}
