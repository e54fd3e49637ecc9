//! Ours and others' on the same models, on this machine, in this run:
//!
//!     cargo run --release --manifest-path benches/rivals/Cargo.toml
//!
//! SimPy and fakeredis are compared too where `python3 -m pip install simpy fakeredis` has been run.
#![allow(clippy::unwrap_used, reason = "a bench that can't run says why by panicking")]

mod models;
mod nexo;
mod ours;
mod python;
mod replay;
mod table;

use cachescope::redis::{Config, Millis, Server, Session};
use models::{Queue, Ring};
use serde_json::json;
use std::time::Instant;
use table::Table;

/// For all of them: the one of `examples/lab.rs`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const QUEUE: Queue = Queue { customers: 2_000_000, gap: 1.0, service: 0.8 };
const RING: Ring = Ring { nodes: 64, tokens: 16, hops: 100_000 };
/// How many times smaller SimPy's models are.
const SMALLER: u64 = 10;

fn main() {
    let simpy = python::run(
        "simpy_models.py",
        &json!({
            "queue": [QUEUE.customers / SMALLER, QUEUE.gap, QUEUE.service],
            "ring": [RING.nodes, RING.tokens, RING.hops / SMALLER],
        }),
    );
    let python_rate = |model: &str, items: u64| {
        simpy.as_ref().and_then(|told| told[model]["seconds"].as_f64()).map(|seconds| items as f64 / seconds)
    };

    let mut table = Table::new("M/M/1, load 0.8", "customers/s");
    let items = QUEUE.customers as usize;
    let mut waits = vec![table.measure("ours", items, || ours::queue(&QUEUE))];
    for threads in [1, 2] {
        waits.push(table.measure(&format!("nexosim, {threads} thread(s)"), items, || nexo::queue(&QUEUE, threads)));
    }
    if let Some(rate) = python_rate("queue", QUEUE.customers / SMALLER) {
        table.row("SimPy", rate);
    }
    table.print();
    println!("mean waits {waits:.3?}, by the formula {:.3}\n", QUEUE.mean_wait());

    let mut table = Table::new("a ring of 64 nodes with 16 tokens", "hops/s");
    let hops = RING.all_hops() as usize;
    let mut counts = vec![table.measure("ours", hops, || ours::ring(&RING))];
    for threads in [1, 2] {
        counts.push(table.measure(&format!("nexosim, {threads} thread(s)"), hops, || nexo::ring(&RING, threads)));
    }
    if let Some(rate) = python_rate("ring", RING.all_hops() / SMALLER) {
        table.row("SimPy", rate);
    }
    table.print();
    assert!(counts.iter().all(|count| *count == RING.all_hops()), "{counts:?}");

    commands();
    replay::compare();
    million();
}

/// A million requests of which nearly all find their row in the cache, with the whole audit.
fn million() {
    let timings = include_str!("../../data-centre.json");
    let scenario = format!(
        r#"{{"seed": 7, "duration": 500, "settings": {{"ttl": 60}}, "timings": {timings},
            "workload": {{"clients": 8, "rate": 2000, "read-share": 0.95, "keys": 1000, "skew": 0.9}}}}"#
    );
    let began = Instant::now();
    let figures = cachescope::lab::figures(serde_json::from_str(&scenario).unwrap()).unwrap();
    let (seconds, hits) = (began.elapsed().as_secs_f64(), 100.0 * figures.hit_ratio().unwrap());
    println!("{} requests with the full audit take {seconds:.2} s; {hits:.1} % of the look-ups hit", figures.requests);
}

/// `SET` and `GET` in process.
fn commands() {
    const KEYS: usize = 100_000;
    const CALLS: usize = 1_000_000;
    let fake = python::run("fakeredis_rates.py", &json!([CALLS / 20, KEYS]));
    let mut model = Server::new(Config::default(), 1);
    model.record_changes(false);
    let mut session = Session::default();
    let keys: Vec<String> = (0..KEYS).map(|number| format!("key:{number:012}")).collect();
    for (name, words) in [("set", vec!["SET", "", "VXK"]), ("get", vec!["GET", ""])] {
        let mut table = Table::new(&format!("{} in process", words[0]), "calls/s");
        table.measure("our Redis model", CALLS, || {
            let mut words = words.clone();
            for number in 0..CALLS {
                words[1] = &keys[number.wrapping_mul(7_919) % KEYS];
                std::hint::black_box(model.execute(&mut session, Millis(number as u64 / 1_000), &words));
            }
        });
        if let Some(rate) = fake.as_ref().and_then(|told| told[name].as_f64()) {
            table.row("fakeredis", rate);
        }
        table.print();
    }
}
