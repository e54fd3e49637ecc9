//! The models on this project's engine.

use std::cell::Cell;
use std::rc::Rc;

use cachescope::engine::{Distribution, Rng, RunEnd, Sim, Span, channel};

use crate::models::{Queue, Ring, SEED};

/// A source that sends customers to a server, which serves one at a time.
pub fn queue(model: &Queue) -> f64 {
    let sim = Sim::new(SEED);
    let (sender, receiver) = channel(&sim);
    let (clock, customers) = (sim.clone(), model.customers);
    let gaps = Distribution::Exponential { mean: Span::from_secs_f64(model.gap) };
    let services = Distribution::Exponential { mean: Span::from_secs_f64(model.service) };
    sim.spawn(async move {
        let mut rng = Rng::new(1);
        for _ in 0..customers {
            clock.sleep(gaps.sample(&mut rng)).await;
            let _ = sender.send(clock.now());
        }
    });
    let waited = Rc::new(Cell::new(0.0));
    let (clock, sum) = (sim.clone(), Rc::clone(&waited));
    sim.spawn(async move {
        let mut rng = Rng::new(2);
        while let Some(arrived) = receiver.recv().await {
            sum.set(sum.get() + clock.now().since(arrived).as_secs_f64());
            clock.sleep(services.sample(&mut rng)).await;
        }
    });
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    waited.get() / customers as f64
}

/// Nodes in a ring: each holds what it gets for a while and passes it on.
pub fn ring(model: &Ring) -> u64 {
    let sim = Sim::new(SEED);
    let ends: Vec<_> = (0..model.nodes).map(|_| channel::<u64>(&sim)).collect();
    let passed = Rc::new(Cell::new(0));
    for node in 0..model.nodes {
        let (clock, count) = (sim.clone(), Rc::clone(&passed));
        let (from, to) = (ends[node].1.clone(), ends[(node + 1) % model.nodes].0.clone());
        sim.spawn(async move {
            while let Some(left) = from.recv().await {
                clock.sleep(Span::from_millis(1)).await;
                count.set(count.get() + 1);
                if left > 1 {
                    let _ = to.send(left - 1);
                }
            }
        });
    }
    for token in 0..model.tokens {
        let _ = ends[token * model.nodes / model.tokens].0.send(model.hops);
    }
    drop(ends);
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    sim.shutdown();
    passed.get()
}
