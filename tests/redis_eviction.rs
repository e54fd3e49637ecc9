//! Holds the model's eviction against a real `redis-server`: the same Zipf reads with the same memory must hit nearly as
//! often under each policy. Which keys are evicted is random on both sides, so single keys can't be compared.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "redis/real.rs"]
mod real;

use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cachescope::redis::{Allocator, Config, EvictionPolicy, Millis, Reply, Server, Session};
use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use real::{Client, RealServer, info_field};

const KEYS: usize = 4_000;
const REQUESTS: usize = 20_000;
/// Requests that fill the cache before hits are counted.
const WARM_UP: usize = 4_000;
/// What the data may take, in bytes: about a fifth of all keys.
const BUDGET: u64 = 200_000;
/// Access times have a resolution of one second, so the requests are spread over several.
const DURATION: Duration = Duration::from_secs(5);
/// How long a fresh server is used before its memory is measured.
const SETTLING: Duration = Duration::from_millis(1_500);
/// The greatest difference of hit ratios.
const TOLERANCE: f64 = 0.02;

/// Draws keys with a probability of 1 / rank.
struct Zipf {
    cumulative: Vec<f64>,
    random: Xoshiro256PlusPlus,
}

impl Zipf {
    fn new(seed: u64) -> Zipf {
        let mut sum = 0.0;
        let weights = (1..=KEYS).map(|rank| {
            sum += 1.0 / rank as f64;
            sum
        });
        Zipf { cumulative: weights.collect(), random: Xoshiro256PlusPlus::seed_from_u64(seed) }
    }

    fn draw(&mut self) -> usize {
        let unit = (self.random.next_u64() >> 11) as f64 / (1u64 << 53) as f64;
        let total = self.cumulative.last().unwrap();
        self.cumulative.partition_point(|&sum| sum < unit * total)
    }
}

fn now() -> Millis {
    Millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64)
}

/// One side of the comparison as a cache.
trait Cache {
    fn call(&mut self, words: &[&str]) -> Reply;

    /// Reads a key, and loads it on a miss; whether it was a hit.
    fn read(&mut self, key: &str, value: &str, ttl: Option<&str>) -> bool {
        if self.call(&["GET", key]) != Reply::NIL {
            return true;
        }
        match ttl {
            Some(ttl) => self.call(&["SET", key, value, "EX", ttl]),
            None => self.call(&["SET", key, value]),
        };
        false
    }
}

impl Cache for Client {
    fn call(&mut self, words: &[&str]) -> Reply {
        Client::call(self, words)
    }
}

struct Model {
    server: Server,
    session: Session,
}

impl Cache for Model {
    fn call(&mut self, words: &[&str]) -> Reply {
        self.server.execute(&mut self.session, now(), words)
    }
}

/// What a policy has done on both sides.
struct Outcome {
    policy: EvictionPolicy,
    model_ratio: f64,
    real_ratio: f64,
    model_keys: Reply,
    real_keys: Reply,
}

fn compare(policy: EvictionPolicy) -> Outcome {
    // Latency tracking allocates a histogram when a command is first used, which would take memory from the data.
    let process = RealServer::start(&["--maxmemory-policy", policy.name(), "--latency-tracking", "no"]);
    let mut real = process.connect();
    let mut model = limit_both(&mut real, policy);
    let mut zipf = Zipf::new(7);
    let value = "v".repeat(100);
    let (mut model_hits, mut real_hits) = (0, 0);
    let began = Instant::now();
    for request in 0..REQUESTS {
        if request % 50 == 0 {
            model.server.cron(now());
            let due = DURATION * request as u32 / REQUESTS as u32;
            thread::sleep(due.saturating_sub(began.elapsed()));
        }
        let rank = zipf.draw();
        let key = format!("product:{rank:05}");
        // Hours, so that nothing expires; popular keys live longer, so that volatile-ttl has something to choose.
        let ttl = (1_000_000 - rank * 100).to_string();
        // Some keys have no expiry, which only the policies for all keys may evict.
        let ttl = (rank % 10 != 3).then_some(ttl.as_str());
        let counts = usize::from(request >= WARM_UP);
        real_hits += counts * usize::from(real.read(&key, &value, ttl));
        model_hits += counts * usize::from(model.read(&key, &value, ttl));
    }
    let ratio = |hits: usize| hits as f64 / (REQUESTS - WARM_UP) as f64;
    Outcome {
        policy,
        model_ratio: ratio(model_hits),
        real_ratio: ratio(real_hits),
        model_keys: model.call(&["DBSIZE"]),
        real_keys: real.call(&["DBSIZE"]),
    }
}

/// Gives both sides the same memory for data, and the model the allocator and the base size of the real server.
fn limit_both(real: &mut Client, policy: EvictionPolicy) -> Model {
    // The buffers of the server and of its client take their size within the first second of use.
    for _ in 0..SETTLING.as_millis() / 10 {
        real.read("warm-up", &"v".repeat(100), Some("1000000"));
        thread::sleep(Duration::from_millis(10));
    }
    real.call(&["FLUSHALL"]);
    thread::sleep(Duration::from_millis(200));
    let report = real.call(&["INFO", "memory"]);
    let base_bytes: u64 = info_field(&report, "used_memory").parse().unwrap();
    let allocator = if info_field(&report, "mem_allocator").starts_with("jemalloc-5.2") {
        Allocator::Bundled
    } else {
        Allocator::System
    };
    let maxmemory = base_bytes + BUDGET;
    assert_eq!(Client::call(real, &["CONFIG", "SET", "maxmemory", &maxmemory.to_string()]), Reply::OK);
    let config = Config { maxmemory, policy, base_bytes, allocator, ..Config::default() };
    let mut server = Server::new(config, 11);
    server.record_changes(false);
    Model { server, session: Session::default() }
}

#[test]
fn each_policy_hits_as_often_as_in_a_real_server() {
    let threads: Vec<_> =
        EvictionPolicy::ALL.into_iter().map(|policy| thread::spawn(move || compare(policy))).collect();
    let outcomes: Vec<Outcome> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let mut report = String::new();
    for outcome in &outcomes {
        let Outcome { policy, model_ratio, real_ratio, model_keys, real_keys } = outcome;
        report += &format!(
            "{policy}: hit ratio {model_ratio:.4} in the model, {real_ratio:.4} in the real server; keys {model_keys}, {real_keys}\n"
        );
    }
    println!("{report}");
    for outcome in &outcomes {
        assert!((outcome.model_ratio - outcome.real_ratio).abs() <= TOLERANCE, "{} differs:\n{report}", outcome.policy);
    }
}
