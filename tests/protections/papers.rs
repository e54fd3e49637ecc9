//! Single-flight, leases and early expiry give results of the direction and size that their papers report.
//!
//! The load is one that can be calculated: readers come as a Poisson process of `RATE` for one key, a load takes exactly
//! `LOAD` seconds, and nobody ever waits for a server.

use cachescope::engine::{Span, VirtualTime};
use cachescope::run::Run;
use cachescope::scenario::{Knob, Scenario};
use cachescope::workload::Mix;
use cachescope::world::{EventKind, Timings};

use super::support::{always, loads, run, with};

/// Readers per second.
const RATE: f64 = 200.0;

/// How long the application takes to load the row, in seconds.
const LOAD: f64 = 0.1;

/// Readers of one key with plenty of everything.
fn readers(pattern: &str, duration: u64, read_share: f64) -> Scenario {
    let mut scenario = Scenario {
        pattern: pattern.to_owned(),
        duration: Span::from_secs(duration),
        workload: Mix { clients: 12, rate: RATE, read_share, keys: 1, ..Mix::default() },
        ..Scenario::default()
    };
    scenario.timings = Timings {
        client_link: always(1_000),
        cache_link: always(100),
        database_link: always(10_000),
        cache_command: always(10),
        select: always(80_000),
        write: always(1_000),
        commit: always(2_000),
        database_workers: 512,
        pool: 512,
        ..Timings::production()
    };
    scenario.settings.ttl = Some(Span::from_secs(2));
    scenario
}

/// Loads that began within so many seconds of one another, as groups.
fn bursts(loads: &[VirtualTime], gap: f64) -> Vec<usize> {
    let mut sizes: Vec<usize> = Vec::new();
    let mut last: Option<VirtualTime> = None;
    for at in loads {
        match (sizes.last_mut(), last) {
            (Some(size), Some(last)) if at.since(last).as_secs_f64() < gap => *size += 1,
            _ => sizes.push(1),
        }
        last = Some(*at);
    }
    sizes
}

fn mean(sizes: &[usize]) -> f64 {
    sizes.iter().sum::<usize>() as f64 / sizes.len() as f64
}

/// The most loads that began within one second.
fn peak(loads: &[VirtualTime]) -> usize {
    let within =
        |from: VirtualTime| loads.iter().filter(|at| **at >= from && at.since(from).as_secs_f64() < 1.0).count();
    loads.iter().map(|from| within(*from)).max().unwrap_or(0)
}

fn near(found: f64, expected: f64, tolerance: f64) -> bool {
    (found / expected - 1.0).abs() <= tolerance
}

/// Without a protection, all who come while the first one loads load too.
#[test]
fn a_stampede_is_as_large_as_a_load_is_long() {
    let sizes = bursts(&loads(&run(readers("cache-aside", 60, 1.0))), 0.5);
    assert!(sizes.len() > 25 && near(mean(&sizes), 1.0 + RATE * LOAD, 0.1), "{} of mean {}", sizes.len(), mean(&sizes));
}

#[test]
fn single_flight_loads_once_for_each_expiry() {
    let protected = run(with(&readers("cache-aside", 60, 1.0), &[(Knob::SingleFlight, 1.0)]));
    let sizes = bursts(&loads(&protected), 0.5);
    assert!(sizes.len() > 25 && sizes.iter().all(|size| *size == 1), "{sizes:?}");
    assert_eq!(protected.audit.failures_until(protected.trace.end()), 0);
}

/// Nishtala et al. (NSDI 2013, section 3.2.1) report for a set of keys that are prone to thundering herds a peak of 17,000
/// database queries a second without leases and of 1,300 with them: thirteen times fewer.
#[test]
fn leases_cut_the_peak_of_a_herd_by_an_order_of_magnitude() {
    // Each write deletes the hot copy under its readers.
    let herd = readers("hybrid-invalidate", 60, 0.995);
    let (without, leased) = (run(herd.clone()), run(with(&herd, &[(Knob::Leases, 1.0)])));
    let (before, after) = (peak(&loads(&without)), peak(&loads(&leased)));
    let fewer = before as f64 / after as f64;
    println!("peak {before} -> {after} loads a second, {fewer:.1} times fewer");
    assert!((13.0 / 1.5..13.0 * 1.5).contains(&fewer), "peak {before} -> {after}");
    assert_eq!(leased.audit.reads_until(leased.trace.end()).stale, 0, "a lease is void once the row is written");
}

/// Times left to live of the copy when the first reader of each of its lives loaded it anew, in seconds.
fn times_left(run: &Run) -> Vec<f64> {
    let mut left = Vec::new();
    let mut expires: Option<VirtualTime> = None;
    for event in run.trace.events() {
        match &event.kind {
            EventKind::CacheWritten { expires: until, .. } => expires = *until,
            EventKind::Sent { parcel, .. } if parcel.text.starts_with("SELECT") => {
                // Those who follow before the new copy is there belong to the same life.
                left.extend(expires.take().map(|until| until.since(event.at).as_secs_f64()));
            }
            _ => {}
        }
    }
    left
}

/// By the rule of Vattani et al. (VLDB 2015), a reader loads early with the probability `exp(-left / (beta * delta))`. So
/// with readers of a rate, the first early load comes when `beta * delta * (ln(rate * beta * delta) + 0.5772)` are left on
/// average (a Gumbel distribution), and `exp(1 / beta)` readers in all load before the new copy is there, whatever the rate.
#[test]
fn early_expiry_keeps_a_stampede_to_a_few_at_the_time_that_its_rule_gives() {
    const EULER: f64 = 0.577_2;
    for (beta, rate) in [(1.0, RATE), (2.0, RATE), (1.0, RATE * 2.0)] {
        let mut scenario = with(&readers("cache-aside", 70, 1.0), &[(Knob::EarlyExpiry, beta)]);
        scenario.workload.rate = rate;
        let run = run(scenario);
        let scale = beta * LOAD;
        let left = times_left(&run);
        let found = left.iter().sum::<f64>() / left.len() as f64;
        let expected = scale * (libm::log(rate * scale) + EULER);
        // The first is the cold start, in front of which no early expiry stands.
        let sizes = bursts(&loads(&run), 0.3).split_off(1);
        println!("beta {beta}, rate {rate}: {found:.3} s left, expected {expected:.3}; {:.2} loads", mean(&sizes));
        assert!(left.len() > 30 && near(found, expected, 0.15), "{found} s left, expected {expected}");
        assert!(near(mean(&sizes), libm::exp(1.0 / beta), 0.25), "{} loads for each expiry", mean(&sizes));
    }
}
