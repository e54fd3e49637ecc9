//! Points Redis's own tools and two independent client libraries at the model behind the server of
//! `examples/resp_server.rs`: `redis-py` (from PyPI) and `ioredis` (from npm), each by a scripted connection in
//! `tests/redis/clients`, and `redis-cli` and `redis-benchmark`. A client that can't be had fails its test with the way to get it.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "../examples/resp/request.rs"]
mod request;
#[path = "../examples/resp/server.rs"]
mod server;

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cachescope::redis::Config;

const CLIENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/redis/clients");

/// Starts a server in this process; its port.
fn start() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || server::serve(&listener, Config::default()));
    port.to_string()
}

/// Runs a program; what it printed, or `advice` when there is no such program.
fn run(program: impl AsRef<OsStr>, words: &[&str], advice: &str) -> Output {
    let program = program.as_ref();
    Command::new(program)
        .args(words)
        .output()
        .unwrap_or_else(|error| panic!("{} can't be run ({error}): {advice}", program.to_string_lossy()))
}

fn printed(output: &Output) -> String {
    let (out, problems) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}{problems}");
    out.into_owned()
}

/// Where `tests/setup` installs what the project needs for itself alone.
fn tools() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache");
    cache.unwrap_or_else(home).join("cachescope")
}

#[test]
fn redis_py_finds_what_it_expects() {
    let advice = "redis-py is missing. Run: tests/setup redis-clients (or: python3 -m venv ~/.cache/cachescope/redis-py && \
                  ~/.cache/cachescope/redis-py/bin/pip install -r tests/redis/clients/requirements.txt)";
    let own = tools().join("redis-py/bin/python");
    let python = if own.exists() { own } else { PathBuf::from("python3") };
    let has_library = run(&python, &["-c", "import redis"], advice).status.success();
    assert!(has_library, "{advice}");
    let output = run(&python, &[&format!("{CLIENTS}/redis_py.py"), &start()], advice);
    let report = printed(&output);
    println!("{report}");
    assert!(report.starts_with("redis-py "), "{report}");
}

#[test]
fn ioredis_finds_what_it_expects() {
    let advice = "ioredis is missing. Run: tests/setup redis-clients (or: npm ci --prefix tests/redis/clients)";
    assert!(Path::new(CLIENTS).join("node_modules/ioredis").exists(), "{advice}");
    let report = printed(&run("node", &[&format!("{CLIENTS}/ioredis.mjs"), &start()], advice));
    println!("{report}");
    assert!(report.starts_with("ioredis "), "{report}");
}

const TOOLS: &str = "install Redis's tools (Debian and Ubuntu: apt-get install redis-tools; macOS: brew install redis)";

#[test]
fn redis_benchmark_completes() {
    const TESTS: [&str; 8] = ["SET", "GET", "INCR", "LPUSH", "RPUSH", "LPOP", "RPOP", "MSET (10 keys)"];
    let port = start();
    for pipeline in ["1", "16"] {
        let words =
            ["-p", &port, "-n", "20000", "-P", pipeline, "-t", "get,set,incr,lpush,rpush,lpop,rpop,mset", "--csv"];
        let report = printed(&run("redis-benchmark", &words, TOOLS));
        for test in TESTS {
            let line = report.lines().find(|line| line.starts_with(&format!("\"{test}\"")));
            let rate = line.and_then(|line| line.split('"').nth(3)?.parse::<f64>().ok());
            assert!(rate.is_some_and(|rate| rate > 0.0), "{test} is missing in\n{report}");
        }
    }
    assert_eq!(printed(&run("redis-cli", &["-p", &port, "GET", "key:__rand_int__"], TOOLS)), "VXK\n");
}

#[test]
fn redis_cli_shows_what_the_model_answers() {
    let port = start();
    let cli = |words: &[&str]| {
        let words: Vec<&str> = ["-p", &port].into_iter().chain(words.iter().copied()).collect();
        printed(&run("redis-cli", &words, TOOLS))
    };
    assert_eq!(cli(&["RPUSH", "list", "a", "b c"]), "2\n");
    assert_eq!(cli(&["--no-raw", "LRANGE", "list", "0", "-1"]), "1) \"a\"\n2) \"b c\"\n");
    assert_eq!(
        cli(&["--no-raw", "GET", "list"]),
        "(error) WRONGTYPE Operation against a key holding the wrong kind of value\n"
    );
    assert!(cli(&["--scan"]).contains("list"));
    assert_eq!(cli(&["BGSAVE"]), "Background saving started\n");
}
