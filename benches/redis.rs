//! The model's `GET` and `SET` rates beside a real server's, on the same machine in the same run:
//! `cargo bench --bench redis`.
//!
//! Both servers are driven by `redis-benchmark` with the same options, the model through the server of
//! `examples/resp_server.rs`. The bare model is called in this process, so nothing but the commands themselves takes time.
#![allow(clippy::unwrap_used, reason = "a bench that can't run says why by panicking")]

#[path = "../examples/resp/handshake.rs"]
mod handshake;
#[path = "../tests/redis/real.rs"]
#[allow(dead_code, reason = "the tests need more of it")]
mod real;
#[path = "../examples/resp/request.rs"]
mod request;
#[path = "../examples/resp/server.rs"]
mod server;

use std::hint::black_box;
use std::net::TcpListener;
use std::process::Command;
use std::thread;
use std::time::Instant;

use cachescope::redis::{AppendFsync, Config, Millis, Persistence, Server, Session};
use real::RealServer;

const KEYS: usize = 100_000;
const REQUESTS: usize = 400_000;
const CALLS: usize = 1_000_000;
const PIPELINES: [usize; 2] = [1, 50];

/// Requests in a second.
#[derive(Clone, Copy)]
struct Rates {
    set: f64,
    get: f64,
}

fn main() {
    let real = RealServer::start(&[]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || server::serve(&listener, Config::default()));

    println!("{:<44} {:>12} {:>12} {:>7} {:>7}", "", "SET/s", "GET/s", "SET", "GET");
    let mut reference = Rates { set: 1.0, get: 1.0 };
    for pipeline in PIPELINES {
        reference = through_the_wire(real.port(), pipeline);
        row(&format!("redis-server, {pipeline} in a pipeline"), reference, reference);
        row(&format!("model behind RESP, {pipeline} in a pipeline"), through_the_wire(port, pipeline), reference);
    }
    row("model in process", in_process(Persistence::default()), reference);
    for append_fsync in [AppendFsync::EverySecond, AppendFsync::Always] {
        let persistence = Persistence { append_only: true, append_fsync, ..Persistence::default() };
        row(&format!("model in process, appendfsync {append_fsync}"), in_process(persistence), reference);
    }
    println!("The last two columns are ratios to redis-server with the same pipeline; in process, with the longest.");
}

fn row(name: &str, rates: Rates, reference: Rates) {
    let (set, get) = (rates.set / reference.set, rates.get / reference.get);
    println!("{name:<44} {:>12.0} {:>12.0} {set:>7.2} {get:>7.2}", rates.set, rates.get);
}

fn through_the_wire(port: u16, pipeline: usize) -> Rates {
    let requests = if pipeline == 1 { REQUESTS / 4 } else { REQUESTS * 4 };
    let output = Command::new("redis-benchmark")
        .args(["-p", &port.to_string(), "-t", "set,get", "-P", &pipeline.to_string(), "--csv"])
        .args(["-n", &requests.to_string(), "-r", &KEYS.to_string()])
        .output()
        .unwrap_or_else(|error| panic!("redis-benchmark can't be run ({error}): install redis-tools"));
    let report = String::from_utf8_lossy(&output.stdout);
    let rate = |name: &str| {
        let line = report.lines().find(|line| line.starts_with(&format!("\"{name}\"")));
        let rate = line.and_then(|line| line.split('"').nth(3)?.parse().ok());
        rate.unwrap_or_else(|| panic!("redis-benchmark gave no rate for {name}:\n{report}"))
    };
    Rates { set: rate("SET"), get: rate("GET") }
}

/// Calls the model with the keys and values of `redis-benchmark`.
fn in_process(persistence: Persistence) -> Rates {
    let mut model = Server::new(Config { persistence, ..Config::default() }, 1);
    model.record_changes(false);
    let keys: Vec<String> = (0..KEYS).map(|number| format!("key:{number:012}")).collect();
    let set = rate(&mut model, |number| ["SET", keys[scattered(number)].as_str(), "VXK"]);
    let get = rate(&mut model, |number| ["GET", keys[scattered(number)].as_str()]);
    Rates { set, get }
}

/// Numbers of keys in no order.
fn scattered(number: usize) -> usize {
    number.wrapping_mul(7_919) % KEYS
}

fn rate<'k, const WORDS: usize>(model: &mut Server, words: impl Fn(usize) -> [&'k str; WORDS]) -> f64 {
    let (mut session, begun) = (Session::default(), Instant::now());
    for number in 0..CALLS {
        let now = Millis(1_700_000_000_000 + number as u64 / 1_000);
        black_box(model.execute(&mut session, now, &words(number)));
    }
    CALLS as f64 / begun.elapsed().as_secs_f64()
}
