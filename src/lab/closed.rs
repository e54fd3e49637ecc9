//! What theory says, to be set beside what is measured.

use super::{Axis, Measure};
use crate::engine::{Distribution, Span, Zipf};
use crate::scenario::{Knob, Scenario};

/// The hit ratio of an LRU cache of `places` for independent requests with these probabilities, by the approximation of Che,
/// Tung and Wang, *Hierarchical Web Caching Systems*, 2002: each key stays for the same time, in which as many different
/// keys are asked for as there are places.
#[must_use]
pub fn che(probabilities: &[f64], places: f64) -> f64 {
    if places >= probabilities.len() as f64 {
        return 1.0;
    }
    let held = |time: f64| probabilities.iter().map(|share| 1.0 - libm::exp(-share * time)).sum::<f64>();
    let (mut low, mut high) = (0.0, 1.0);
    while held(high) < places {
        high *= 2.0;
    }
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if held(middle) < places { low = middle } else { high = middle }
    }
    probabilities.iter().map(|share| share * (1.0 - libm::exp(-share * high))).sum()
}

/// The hit ratio of copies that are stored on a miss and stay for `ttl` seconds at most, or until a write of their row
/// deletes them. Reads and writes of a key are independent, `reads` and `writes` times a second in all.
#[must_use]
pub fn expiring(probabilities: &[f64], reads: f64, writes: f64, ttl: Option<f64>) -> f64 {
    let of_key = |share: &f64| {
        let (reads, writes) = (share * reads, share * writes);
        // How long a copy lives on average.
        let life = match ttl {
            Some(ttl) if writes > 0.0 => (1.0 - libm::exp(-writes * ttl)) / writes,
            Some(ttl) => ttl,
            None if writes > 0.0 => 1.0 / writes,
            None => return *share,
        };
        let hits = reads * life;
        share * hits / (1.0 + hits)
    };
    probabilities.iter().map(of_key).sum()
}

/// The hit ratio of copies that are stored on a miss and stay for `ttl` seconds, in the first `seconds` of a cache that was
/// empty. The n-th miss of a key comes after n independent waits for a request and n - 1 times to live, so the number of
/// misses is known exactly, by the gamma distribution; for many of them, by the renewal theorem's first terms.
#[must_use]
pub fn expiring_from_empty(probabilities: &[f64], reads: f64, ttl: f64, seconds: f64) -> f64 {
    let misses: f64 = probabilities.iter().map(|share| misses_within(share * reads, ttl, seconds)).sum();
    (1.0 - misses / (reads * seconds)).max(0.0)
}

fn misses_within(reads: f64, ttl: f64, seconds: f64) -> f64 {
    if reads <= 0.0 {
        return 0.0;
    }
    let cycle = ttl + 1.0 / reads;
    if seconds > 150.0 * cycle {
        return seconds / cycle - 1.0 / (reads * cycle) + 0.5 + 0.5 / (reads * cycle * reads * cycle);
    }
    let mut misses = 0.0;
    for number in 1..400 {
        let time = seconds - f64::from(number - 1) * ttl;
        let likely = if time > 0.0 { gamma(number, reads * time) } else { 0.0 };
        misses += likely;
        if likely < 1e-9 {
            break;
        }
    }
    misses
}

/// How likely it is that at least so many of independent events come, where `mean` of them are to be expected.
fn gamma(number: u32, mean: f64) -> f64 {
    let (mut term, mut fewer) = (libm::exp(-mean), 0.0);
    for count in 0..number {
        fewer += term;
        term *= mean / f64::from(count + 1);
    }
    crate::decimal::within(1.0 - fewer, 0.0, 1.0)
}

/// The mean wait in an M/M/c queue (Erlang's C formula); nothing when it is overloaded. Rates are per second.
#[must_use]
pub fn wait_in_queue(arrivals: f64, service: f64, servers: u32) -> Option<f64> {
    let load = arrivals * service;
    let servers_f = f64::from(servers);
    if load >= servers_f {
        return None;
    }
    // Erlang's B by its recursion, then C from it.
    let blocked = (1..=servers).fold(1.0, |blocked, server| load * blocked / (f64::from(server) + load * blocked));
    let waits = servers_f * blocked / (servers_f - load * (1.0 - blocked));
    Some(waits * service / (servers_f - load))
}

/// What theory says of a measure of a scenario; nothing where it says nothing.
#[must_use]
pub fn expected(scenario: &Scenario, measure: Measure, axis: Axis, value: f64) -> Option<f64> {
    let is_plain = scenario.interventions.is_empty()
        && scenario.script.is_empty()
        && scenario.workload.absent == 0.0
        && scenario.settings.protect == Default::default();
    match measure {
        _ if !is_plain => None,
        Measure::HitRatio => Some(100.0 * hit_ratio(scenario, axis, value)?),
        Measure::ReadMean => Some(1e3 * mean_read(scenario)?),
        _ => None,
    }
}

fn popularity(scenario: &Scenario) -> Option<Vec<f64>> {
    let zipf = Zipf::new(scenario.workload.keys, scenario.workload.skew).ok()?;
    Some((0..zipf.items()).map(|rank| zipf.probability(rank)).collect())
}

fn hit_ratio(scenario: &Scenario, axis: Axis, value: f64) -> Option<f64> {
    let probabilities = popularity(scenario)?;
    let only_reads = scenario.workload.read_share >= 1.0;
    let seconds = scenario.duration.as_secs_f64();
    if axis == Axis::CacheRows {
        // The cache must have been full for most of the run.
        let is_known = only_reads && scenario.settings.ttl.is_none() && scenario.workload.rate * seconds > 50.0 * value;
        return is_known.then(|| che(&probabilities, value));
    }
    if scenario.memory.maxmemory > 0 {
        return None;
    }
    let reads = scenario.workload.rate * scenario.workload.read_share;
    let writes = match scenario.pattern.as_str() {
        "hybrid-invalidate" | "read-through" => scenario.workload.rate - reads,
        // Writes leave the copy alone, or there are none.
        "cache-aside" => 0.0,
        _ if only_reads => 0.0,
        _ => return None,
    };
    match scenario.settings.ttl.map(Span::as_secs_f64) {
        Some(ttl) if writes == 0.0 => Some(expiring_from_empty(&probabilities, reads, ttl, seconds)),
        // Of deletions, only what holds after a long while is known.
        ttl if seconds > 20.0 * ttl.unwrap_or(seconds) => Some(expiring(&probabilities, reads, writes, ttl)),
        _ => None,
    }
}

/// Reads only, with exponential statements: those that miss wait in the database's line as in an M/M/c queue.
fn mean_read(scenario: &Scenario) -> Option<f64> {
    let timings = &scenario.timings;
    let Distribution::Exponential { mean } = timings.select else { return None };
    let is_known = scenario.workload.read_share >= 1.0
        && scenario.pattern == "cache-aside"
        && timings.pool > timings.database_workers.saturating_mul(8);
    if !is_known {
        return None;
    }
    let misses = 1.0 - hit_ratio(scenario, Axis::Knob(Knob::Ttl), 0.0)?;
    let seconds = |distribution: &Distribution| distribution.mean().as_secs_f64();
    let service = mean.as_secs_f64();
    let wait = wait_in_queue(scenario.workload.rate * misses, service, timings.database_workers)?;
    let cache = 2.0 * seconds(&timings.cache_link) + seconds(&timings.cache_command);
    let database = 2.0 * seconds(&timings.database_link) + wait + service;
    Some(2.0 * seconds(&timings.client_link) + cache + misses * (database + cache))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn erlang_is_right_for_one_server_and_known_for_more() {
        // M/M/1: load * service / (1 - load).
        assert!((wait_in_queue(0.8, 1.0, 1).unwrap() - 4.0).abs() < 1e-12);
        // From Erlang's tables: with 2 servers and a load of 1, a third of the customers wait.
        assert!((wait_in_queue(1.0, 1.0, 2).unwrap() - 1.0 / 3.0).abs() < 1e-12);
        assert_eq!(wait_in_queue(2.0, 1.0, 2), None);
    }

    #[test]
    fn a_cache_that_was_empty_is_after_a_long_while_as_any() {
        let shares = [0.6, 0.3, 0.1];
        for ttl in [0.1, 2.0, 30.0] {
            let long = expiring_from_empty(&shares, 5.0, ttl, 20_000.0);
            assert!((long - expiring(&shares, 5.0, 0.0, Some(ttl))).abs() < 2e-3, "{ttl}: {long}");
            // Both ways to count agree where one takes the place of the other.
            let cycle = ttl + 1.0 / 3.0;
            let (exact, renewal) = (misses_within(3.0, ttl, 149.99 * cycle), misses_within(3.0, ttl, 150.01 * cycle));
            assert!((exact - renewal).abs() < 0.5, "{ttl}: {exact}, {renewal}");
        }
        // Each key misses once, and never again.
        assert!((expiring_from_empty(&shares, 5.0, 1e6, 1_000.0) - (1.0 - 3.0 / 5_000.0)).abs() < 1e-6);
    }

    #[test]
    fn a_copy_that_stays_is_always_hit_and_one_that_never_lives_is_not() {
        let shares = [0.5, 0.3, 0.2];
        assert_eq!(expiring(&shares, 10.0, 0.0, None), 1.0);
        assert!(expiring(&shares, 10.0, 0.0, Some(1e-9)) < 1e-7);
        assert!((che(&shares, 3.0) - 1.0).abs() < 1e-12);
        assert!(che(&shares, 1.0) > 0.3 && che(&shares, 1.0) < 0.5);
    }
}
