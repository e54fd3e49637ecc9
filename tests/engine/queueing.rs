//! Queues whose answers are known: M/M/1, M/M/c, M/G/1 and Little's law.

use std::cell::RefCell;
use std::rc::Rc;

use cachescope::engine::{Distribution, RunEnd, Semaphore, Sim, Span, VirtualTime};

use crate::statistics::Estimate;

const CUSTOMERS: usize = 600_000;
const WARM_UP: usize = 10_000;
const SEEDS: [u64; 3] = [1, 2, 3];
const SERVICE: Span = Span::from_millis(1);

/// What each customer met, in order of service.
#[derive(Default)]
struct Book {
    /// Seconds between arrival and service.
    waits: Vec<f64>,
    /// Nanoseconds between arrival and departure, summed up.
    sojourns: u128,
    /// Nanoseconds times customers present.
    area: u128,
    present: u64,
    changed: VirtualTime,
}

impl Book {
    fn change(&mut self, now: VirtualTime, by: i64) {
        self.area += u128::from((now - self.changed).as_nanos()) * u128::from(self.present);
        self.changed = now;
        self.present = self.present.saturating_add_signed(by);
    }
}

/// Lets customers come at independent exponential gaps to some servers, each in a task of its own.
fn queue(seed: u64, servers: usize, gap: Span, service: Distribution) -> (Sim, Rc<RefCell<Book>>) {
    let sim = Sim::new(seed);
    let book = Rc::new(RefCell::new(Book::default()));
    let (clock, entries) = (sim.clone(), Rc::clone(&book));
    sim.spawn(async move {
        let (mut arrivals, services) = (clock.rng("arrivals"), Rc::new(RefCell::new(clock.rng("services"))));
        let free = Semaphore::new(&clock, servers);
        let gap = Distribution::Exponential { mean: gap };
        for _ in 0..CUSTOMERS {
            clock.sleep(gap.sample(&mut arrivals)).await;
            let (sim, free, book, services) = (clock.clone(), free.clone(), Rc::clone(&entries), Rc::clone(&services));
            clock.spawn(async move {
                let arrival = sim.now();
                book.borrow_mut().change(arrival, 1);
                let _server = free.acquire().await;
                book.borrow_mut().waits.push((sim.now() - arrival).as_secs_f64());
                let span = service.sample(&mut services.borrow_mut());
                sim.sleep(span).await;
                let mut book = book.borrow_mut();
                book.change(sim.now(), -1);
                book.sojourns += u128::from((sim.now() - arrival).as_nanos());
            });
        }
    });
    assert_eq!(sim.run_to_idle(), RunEnd::Idle);
    assert_eq!(book.borrow().waits.len(), CUSTOMERS);
    (sim, book)
}

fn gap_for(servers: usize, utilisation: f64) -> Span {
    SERVICE.scale(1.0 / (servers as f64 * utilisation))
}

fn mean_wait(seed: u64, servers: usize, utilisation: f64, service: Distribution) -> Estimate {
    let (_, book) = queue(seed, servers, gap_for(servers, utilisation), service);
    let book = book.borrow();
    Estimate::of(&book.waits[WARM_UP..])
}

/// The probability that a customer has to wait: Erlang's C formula, from the recursion for his B formula.
fn erlang_c(servers: usize, utilisation: f64) -> f64 {
    let load = servers as f64 * utilisation;
    let blocked = (1..=servers).fold(1.0, |blocked, server| load * blocked / (server as f64 + load * blocked));
    blocked / (1.0 - utilisation * (1.0 - blocked))
}

#[test]
fn erlangs_formula_is_that_of_the_tables() {
    // One server waits with probability rho; two with 2 rho^2 / (1 + rho).
    assert!((erlang_c(1, 0.7) - 0.7).abs() < 1e-12);
    assert!((erlang_c(2, 0.75) - 2.0 * 0.75 * 0.75 / 1.75).abs() < 1e-12);
}

#[test]
fn one_server_waits_as_the_formula_says() {
    let service = Distribution::Exponential { mean: SERVICE };
    for (utilisation, widest) in [(0.3, 0.03), (0.5, 0.04), (0.7, 0.06), (0.85, 0.12)] {
        for seed in SEEDS {
            let expected = SERVICE.as_secs_f64() * utilisation / (1.0 - utilisation);
            let what = format!("M/M/1 at {utilisation}, seed {seed}");
            mean_wait(seed, 1, utilisation, service).check(expected, widest, &what);
        }
    }
}

#[test]
fn several_servers_wait_as_erlang_says() {
    let service = Distribution::Exponential { mean: SERVICE };
    for (servers, utilisation, widest) in [(2, 0.6, 0.05), (4, 0.8, 0.1), (10, 0.85, 0.15)] {
        for seed in SEEDS {
            let spare = servers as f64 * (1.0 - utilisation);
            let expected = SERVICE.as_secs_f64() * erlang_c(servers, utilisation) / spare;
            let what = format!("M/M/{servers} at {utilisation}, seed {seed}");
            mean_wait(seed, servers, utilisation, service).check(expected, widest, &what);
        }
    }
}

/// Pollaczek and Khinchine: the mean wait depends on the service time's mean and variance alone.
#[test]
fn other_service_times_wait_as_pollaczek_and_khinchine_say() {
    let sigma = 0.8_f64;
    // A lognormal time's mean over its median.
    let lift = (sigma * sigma / 2.0).exp();
    let cases = [
        (Distribution::Fixed { value: SERVICE }, 0.0),
        (Distribution::Uniform { low: SERVICE / 2, high: SERVICE * 3 / 2 }, 1.0 / 12.0),
        (Distribution::Lognormal { median: SERVICE.scale(1.0 / lift), sigma }, (sigma * sigma).exp() - 1.0),
    ];
    let utilisation = 0.6;
    for (service, squared_variation) in cases {
        for seed in SEEDS {
            let half = SERVICE.as_secs_f64() * utilisation / (1.0 - utilisation) / 2.0;
            let what = format!("M/G/1 with {service:?}, seed {seed}");
            mean_wait(seed, 1, utilisation, service).check(half * (1.0 + squared_variation), 0.05, &what);
        }
    }
}

/// L = lambda W. In a run that begins and ends empty it holds to the nanosecond.
#[test]
fn littles_law_holds_exactly() {
    for (seed, servers, utilisation) in [(1, 1, 0.7), (2, 3, 0.8), (3, 8, 0.5)] {
        let service = Distribution::Exponential { mean: SERVICE };
        let (sim, book) = queue(seed, servers, gap_for(servers, utilisation), service);
        let book = book.borrow();
        assert_eq!(book.present, 0);
        assert_eq!(book.area, book.sojourns);
        let elapsed = sim.now().as_secs_f64();
        let present = book.area as f64 / 1e9 / elapsed;
        let spare = servers as f64 * (1.0 - utilisation);
        let wait = SERVICE.as_secs_f64() * (1.0 + erlang_c(servers, utilisation) / spare);
        let expected = wait / gap_for(servers, utilisation).as_secs_f64();
        assert!((present / expected - 1.0).abs() < 0.03, "{present} present on average, expected {expected}");
    }
}
