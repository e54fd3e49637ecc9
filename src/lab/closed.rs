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
    if axis == Axis::CacheRows {
        return (only_reads && scenario.settings.ttl.is_none()).then(|| che(&probabilities, value));
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
    Some(expiring(&probabilities, reads, writes, scenario.settings.ttl.map(Span::as_secs_f64)))
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
    fn a_copy_that_stays_is_always_hit_and_one_that_never_lives_is_not() {
        let shares = [0.5, 0.3, 0.2];
        assert_eq!(expiring(&shares, 10.0, 0.0, None), 1.0);
        assert!(expiring(&shares, 10.0, 0.0, Some(1e-9)) < 1e-7);
        assert!((che(&shares, 3.0) - 1.0).abs() < 1e-12);
        assert!(che(&shares, 1.0) > 0.3 && che(&shares, 1.0) < 0.5);
    }
}
