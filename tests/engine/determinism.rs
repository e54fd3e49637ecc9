//! One seed, one run.

use cachescope::engine::{
    Distribution, Either, RunEnd, Semaphore, Signal, Sim, Span, TaskId, VirtualTime, bounded, race,
};

use crate::support::{Log, world};

/// A small world that uses everything at once: work passes through a queue to workers who share a pool, is cut by time
/// limits, and a saboteur aborts workers and changes the pool.
fn busy_world(seed: u64) -> Vec<String> {
    let sim = Sim::new(seed);
    let log = Log::new(&sim);
    let (jobs, inbox) = bounded(&sim, 4);
    let (pool, bell) = (Semaphore::new(&sim, 2), Signal::new(&sim));
    let (clock, ring) = (sim.clone(), bell.clone());
    sim.spawn(async move {
        let mut rng = clock.rng("jobs");
        let gap = Distribution::Exponential { mean: Span::from_millis(2) };
        for job in 0..200_u32 {
            clock.sleep(gap.sample(&mut rng)).await;
            let _ = clock.timeout(Span::from_millis(6), jobs.send(job)).await;
            ring.notify_one();
        }
    });
    let workers: Vec<TaskId> = (0..4).map(|number| worker(&sim, &log, number, &inbox, &pool, &bell)).collect();
    saboteur(&sim, &log, workers, &pool);
    let end = sim.run_until(VirtualTime::from_secs(2));
    log.add(format!("{end:?}, {} polls, {} events", sim.polls(), sim.events_scheduled()));
    sim.shutdown();
    log.lines()
}

fn worker(
    sim: &Sim,
    log: &Log,
    number: u32,
    inbox: &cachescope::engine::Receiver<u32>,
    pool: &Semaphore,
    bell: &Signal,
) -> TaskId {
    let (sim, log, inbox, pool, bell) = (sim.clone(), log.clone(), inbox.clone(), pool.clone(), bell.clone());
    let mut rng = sim.rng(&format!("worker {number}"));
    sim.clone().spawn(async move {
        let service = Distribution::Lognormal { median: Span::from_millis(3), sigma: 0.9 };
        while let Some(job) = inbox.recv().await {
            let permit = pool.acquire().await;
            let span = service.sample(&mut rng);
            match race(sim.sleep(span), bell.wait()).await {
                Either::First(()) => log.add(format!("worker {number} did {job} in {span}")),
                Either::Second(()) => log.add(format!("worker {number} was called from {job}")),
            }
            drop(permit);
        }
    })
}

fn saboteur(sim: &Sim, log: &Log, workers: Vec<TaskId>, pool: &Semaphore) {
    let (clock, log, pool) = (sim.clone(), log.clone(), pool.clone());
    sim.spawn(async move {
        let mut rng = clock.rng("sabotage");
        for _ in 0..12 {
            clock.sleep(Span::from_millis(rng.below(40))).await;
            pool.set_permits(rng.below(4) as usize);
            if rng.chance(0.15)
                && let Some(worker) = rng.pick(&workers)
            {
                log.add(format!("aborted {}", clock.abort(*worker)));
            }
        }
        pool.set_permits(2);
    });
}

#[test]
fn the_same_seed_gives_the_same_log_line_by_line() {
    for seed in 0..20 {
        let (first, second) = (busy_world(seed), busy_world(seed));
        for (line, (a, b)) in first.iter().zip(&second).enumerate() {
            assert_eq!(a, b, "seed {seed}, line {line}");
        }
        assert_eq!(first.len(), second.len());
        assert!(first.len() > 50, "seed {seed} hardly did anything: {} lines", first.len());
    }
}

#[test]
fn another_seed_gives_another_log() {
    assert_ne!(busy_world(1), busy_world(2));
}

/// The run may be cut into any number of calls.
#[test]
fn stopping_on_the_way_changes_nothing() {
    let run = |stops: &[u64]| {
        let (sim, log) = world();
        for number in 0..5 {
            let (clock, log) = (sim.clone(), log.clone());
            let mut rng = sim.rng(&format!("sleeper {number}"));
            sim.spawn(async move {
                for _ in 0..20 {
                    clock.sleep(Span::from_millis(rng.below(10))).await;
                    log.add(number);
                }
            });
        }
        for stop in stops {
            let _ = sim.run_until(VirtualTime::from_millis(*stop));
        }
        assert_eq!(sim.run_to_idle(), RunEnd::Idle);
        log.lines()
    };
    let whole = run(&[]);
    assert_eq!(whole.len(), 100);
    assert_eq!(run(&[0, 1, 1, 7, 30, 31]), whole);
}
