//! A stream of keys with Zipf popularity through caches of the same size.

use std::hint::black_box;
use std::time::Instant;

use cachescope::engine::{Rng, Zipf};
use cachescope::lab::Lru;
use cachescope::redis::{Config, EvictionPolicy, Millis, Reply, Server, Session};

use crate::table::Table;

const KEYS: u32 = 100_000;
const PLACES: usize = 10_000;
const ACCESSES: usize = 5_000_000;

/// Compares the rates of a bare replay and the hit ratios.
pub fn compare() {
    let mut rng = Rng::new(11);
    let zipf = Zipf::new(KEYS, 0.9).unwrap();
    let stream: Vec<u32> = (0..ACCESSES).map(|_| zipf.sample(&mut rng)).collect();
    let mut table = Table::new("a Zipf stream through a cache of a tenth of the keys", "accesses/s");
    let mut lru = Lru::new(PLACES);
    let exact = table.measure("our exact LRU", ACCESSES, || stream.iter().filter(|key| lru.access(**key)).count());
    let mut cache = quick_cache::unsync::Cache::new(PLACES);
    let quick = table.measure("quick_cache", ACCESSES, || {
        let mut hits = 0;
        for key in &stream {
            match cache.get(key) {
                Some(_) => hits += 1,
                None => cache.insert(*key, ()),
            }
        }
        hits
    });
    let began = Instant::now();
    let part = &stream[..ACCESSES / 5];
    let hits = redis(part);
    table.row("our Redis model, allkeys-lru", part.len() as f64 / began.elapsed().as_secs_f64());
    table.print();
    let share = |hits: usize, of: usize| hits as f64 / of as f64;
    println!(
        "hit ratios: exact LRU {:.4}, quick_cache {:.4}, the Redis model {:.4}\n",
        share(exact, ACCESSES),
        share(quick, ACCESSES),
        share(hits, part.len())
    );
}

/// As much memory as the same number of keys takes.
fn redis(stream: &[u32]) -> usize {
    let sized = |limit: u64| {
        let config = Config { maxmemory: limit, policy: EvictionPolicy::AllKeysLru, ..Config::default() };
        let mut model = Server::new(config, 1);
        model.record_changes(false);
        model
    };
    let names: Vec<String> = (0..KEYS).map(|key| format!("key:{key:012}")).collect();
    let mut session = Session::default();
    let mut full = sized(0);
    for name in &names[..PLACES] {
        full.execute(&mut session, Millis(0), &["SET", name, "x"]);
    }
    let mut model = sized(full.stats().used_bytes);
    let mut hits = 0;
    for (number, key) in stream.iter().enumerate() {
        let (now, name) = (Millis(number as u64), names[*key as usize].as_str());
        match model.execute(&mut session, now, &["GET", name]) {
            Reply::Bulk(Some(_)) => hits += 1,
            _ => drop(black_box(model.execute(&mut session, now, &["SET", name, "x"]))),
        }
    }
    hits
}
