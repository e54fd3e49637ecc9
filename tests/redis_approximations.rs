//! Holds the hit ratios of the model against what is known in closed form.
//!
//! - LRU: Che's approximation (Che, Tung, Wang, *Hierarchical Web Caching Systems: Modeling, Design and Experimental
//!   Results*, IEEE JSAC 20(7), 2002; why it is so good: Fricker, Robert, Roberts, *A Versatile and Accurate Approximation for
//!   LRU Cache Performance*, ITC 24, 2012). With the characteristic time T that solves `sum(1 - exp(-q T)) = C`, an item that is
//!   asked for with probability q is hit with probability `1 - exp(-q T)`.
//! - TTL: for requests of a key that arrive as a Poisson process of rate r, a time to live T from the fill on gives the hit
//!   ratio `r T / (1 + r T)` (Jung, Berger, Balakrishnan, *Modeling TTL-based Internet Caches*, INFOCOM 2003), and one that each
//!   read begins anew gives `1 - exp(-r T)` (Garetto, Leonardi, Martina, *A Unified Approach to the Performance Analysis of
//!   Caching Systems*, ACM TOMPECS 1(3), 2016).
//!
//! Each figure is the mean of batches, with a confidence interval of 99.9 % by Student's distribution.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

use cachescope::engine::{Rng, Zipf};
use cachescope::redis::{Config, EvictionPolicy, Millis, Reply, Server, Session};

const START: u64 = 1_700_000_000_000;
const BATCHES: usize = 20;
/// The quantile 0.9995 of Student's distribution with 19 degrees of freedom.
const STUDENT: f64 = 3.883;
const BATCH: usize = 10_000;

/// A mean of batches, and half of its confidence interval's width.
#[derive(Clone, Copy, Debug)]
struct Measured {
    mean: f64,
    margin: f64,
}

impl Measured {
    fn of(batches: &[f64]) -> Measured {
        assert_eq!(batches.len(), BATCHES, "the quantile is for so many");
        let count = batches.len() as f64;
        let mean = batches.iter().sum::<f64>() / count;
        let variance = batches.iter().map(|ratio| (ratio - mean).powi(2)).sum::<f64>() / (count - 1.0);
        Measured { mean, margin: STUDENT * (variance / count).sqrt() }
    }

    /// Whether a value is within the confidence interval, widened by so much on each side.
    fn agrees(self, expected: f64, widened: f64) -> bool {
        (self.mean - expected).abs() <= self.margin + widened
    }
}

/// The model with one connection.
struct Cache {
    server: Server,
    session: Session,
}

impl Cache {
    fn new(config: Config) -> Cache {
        let mut server = Server::new(config, 5);
        server.record_changes(false);
        Cache { server, session: Session::default() }
    }

    fn call(&mut self, now: u64, words: &[&str]) -> Reply {
        self.server.execute(&mut self.session, Millis(START + now), words)
    }
}

/// The hit ratio that Che's approximation gives to an LRU cache of so many items.
fn che(popularity: &Zipf, capacity: f64) -> f64 {
    let probabilities: Vec<f64> = (0..popularity.items()).map(|rank| popularity.probability(rank)).collect();
    let held = |time: f64| probabilities.iter().map(|q| 1.0 - (-q * time).exp()).sum::<f64>();
    let (mut low, mut high) = (0.0, 1.0);
    while held(high) < capacity {
        high *= 2.0;
    }
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if held(middle) < capacity { low = middle } else { high = middle }
    }
    probabilities.iter().map(|q| q * (1.0 - (-q * high).exp())).sum()
}

/// Reads through an LRU cache whose memory holds about so many of the keys: the hit ratio, and how many it held on average.
fn lru(popularity: &Zipf, share: f64, samples: u32) -> (Measured, f64) {
    // What a key and its value take, with its part of the table; how many keys that gives is measured.
    const KEY_BYTES: f64 = 96.0;
    let maxmemory = (share * f64::from(popularity.items()) * KEY_BYTES) as u64;
    let config = Config { maxmemory, policy: EvictionPolicy::AllKeysLru, samples, ..Config::default() };
    let (mut cache, mut random) = (Cache::new(config), Rng::new(3));
    let (mut ratios, mut held) = (Vec::new(), 0.0);
    let mut now = 0;
    // The first batch fills the cache.
    for batch in 0..=BATCHES {
        let mut hits = 0;
        for _ in 0..BATCH {
            // Redis's access times have a resolution of a second: with a read in each, no two are taken for the same.
            now += 1_000;
            let key = format!("product:{:06}", popularity.sample(&mut random));
            if cache.call(now, &["GET", &key]) != Reply::NIL {
                hits += 1;
                continue;
            }
            assert_eq!(cache.call(now, &["SET", &key, "0123456789012345"]), Reply::OK);
        }
        if batch > 0 {
            ratios.push(f64::from(hits) / BATCH as f64);
            held += cache.server.stats().keys as f64 / BATCHES as f64;
        }
    }
    (Measured::of(&ratios), held)
}

#[test]
fn lru_hits_as_often_as_che_says() {
    let mut report = String::new();
    let mut failed = false;
    // Redis's sampled LRU is not quite LRU: what it loses with five samples and with ten.
    for (samples, loss) in [(5, 0.004), (10, 0.002)] {
        for (exponent, share) in [(0.7, 0.05), (0.7, 0.3), (1.0, 0.05), (1.0, 0.3), (1.2, 0.1)] {
            let popularity = Zipf::new(4_000, exponent).unwrap();
            let (measured, held) = lru(&popularity, share, samples);
            let expected = che(&popularity, held);
            report += &format!(
                "{samples} samples, Zipf {exponent}, {held:.0} of 4000 keys: {:.4} +- {:.4}, Che {expected:.4}\n",
                measured.mean, measured.margin
            );
            failed |= !measured.agrees(expected, loss) || measured.margin > 0.01;
        }
    }
    println!("{report}");
    assert!(!failed, "{report}");
}

/// How a time to live behaves when its key is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ttl {
    /// It counts from the fill: `GET`, and `SET` with `PX` on a miss.
    FromFill,
    /// Each read begins it anew: `GETEX` with `PX`.
    FromRead,
}

/// The hit ratio of Poisson requests at a total rate, per second, for keys that live so long, in seconds.
fn ttl_ratio(popularity: &Zipf, kind: Ttl, rate: f64, seconds: f64) -> Measured {
    let (mut cache, mut random) = (Cache::new(Config::default()), Rng::new(9));
    let ttl = ((seconds * 1_000.0) as u64).to_string();
    let (mut now, mut ratios) = (0.0, Vec::new());
    for batch in 0..=BATCHES {
        let mut hits = 0;
        for _ in 0..BATCH {
            now += -(1.0 - random.unit()).ln() / rate * 1_000.0;
            let key = format!("product:{:06}", popularity.sample(&mut random));
            let reply = match kind {
                Ttl::FromFill => cache.call(now as u64, &["GET", &key]),
                Ttl::FromRead => cache.call(now as u64, &["GETEX", &key, "PX", &ttl]),
            };
            if reply != Reply::NIL {
                hits += 1;
                continue;
            }
            cache.call(now as u64, &["SET", &key, "v", "PX", &ttl]);
        }
        if batch > 0 {
            ratios.push(f64::from(hits) / BATCH as f64);
        }
    }
    Measured::of(&ratios)
}

/// The closed form for all keys, weighted by how often each is asked for.
fn ttl_formula(popularity: &Zipf, kind: Ttl, rate: f64, seconds: f64) -> f64 {
    let ratio = |mean_requests: f64| match kind {
        Ttl::FromFill => mean_requests / (1.0 + mean_requests),
        Ttl::FromRead => 1.0 - (-mean_requests).exp(),
    };
    (0..popularity.items()).map(|rank| popularity.probability(rank)).map(|q| q * ratio(q * rate * seconds)).sum()
}

#[test]
fn keys_with_a_time_to_live_are_hit_as_often_as_the_closed_form_says() {
    let mut report = String::new();
    let mut failed = false;
    for kind in [Ttl::FromFill, Ttl::FromRead] {
        for (keys, exponent, rate, seconds) in
            [(1, 0.0, 0.5, 2.0), (100, 0.0, 10.0, 20.0), (1_000, 0.9, 10.0, 60.0), (1_000, 1.1, 5.0, 300.0)]
        {
            let popularity = Zipf::new(keys, exponent).unwrap();
            let measured = ttl_ratio(&popularity, kind, rate, seconds);
            let expected = ttl_formula(&popularity, kind, rate, seconds);
            report += &format!(
                "{kind:?}, {keys} keys, Zipf {exponent}, {rate} a second, TTL {seconds} s: {:.4} +- {:.4}, formula {expected:.4}\n",
                measured.mean, measured.margin
            );
            // A key lives through the whole millisecond in which it expires, which the formula knows nothing of.
            failed |= !measured.agrees(expected, 0.001) || measured.margin > 0.02;
        }
    }
    println!("{report}");
    assert!(!failed, "{report}");
}
