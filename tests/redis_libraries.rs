//! Points Redis's own tools and two independent client libraries at the model behind the server of
//! `examples/resp_server.rs`: `redis-py` (from PyPI) and `ioredis` (from npm), each by a scripted connection in
//! `tests/redis/clients`, and `redis-cli` and `redis-benchmark`. A client that can't be had fails its test with the way to get it.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "../examples/resp/handshake.rs"]
mod handshake;
#[path = "redis/real.rs"]
#[allow(dead_code, reason = "other tests need more of it")]
mod real;
#[path = "../examples/resp/request.rs"]
mod request;
#[path = "../examples/resp/server.rs"]
mod server;

use std::ffi::OsStr;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use cachescope::redis::{COMMANDS, Config, Reply, split_line};
use real::{Client, RealServer};

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

/// What clients say before anything else, and what a person types who wants to know where she is.
#[test]
fn connections_begin_as_with_redis() {
    let lines = "HELLO|HELLO 2|HELLO x|HELLO 4|HELLO 1|HELLO 2 AUTH default any|HELLO 2 AUTH nobody any|HELLO 2 SETNAME me|\
        CLIENT GETNAME|HELLO 2 SETNAME 'a b'|HELLO 2 AUTH default|HELLO 2 bogus|HELLO 2 AUTH default any SETNAME you|\
        CLIENT GETNAME|AUTH|AUTH any|AUTH default any|AUTH nobody any|AUTH a b c|SELECT 3|MULTI|RESET|EXEC|CLIENT GETNAME|\
        CLIENT SETINFO LIB-NAME redis-py|CLIENT BOGUS|RESET";
    let process = RealServer::start(&[]);
    let (mut real, mut ours) = (process.connect(), Client::to(start().parse().unwrap()));
    for line in lines.split('|') {
        let words = split_line(line).unwrap();
        let replies = [ours.call(&words), real.call(&words)].map(without_number);
        assert_eq!(replies[0], replies[1], "{line}");
    }
    // The model speaks RESP2 alone, and says so as servers do that know nothing newer.
    assert_eq!(ours.call(&["HELLO", "3"]), Reply::Error("NOPROTO unsupported protocol version".into()));
}

/// `HELLO` tells the connection's number, which differs.
fn without_number(reply: Reply) -> Reply {
    let Reply::Array(Some(mut parts)) = reply else { return reply };
    if let Some(place) = parts.iter().position(|part| *part == Reply::bulk("id")) {
        parts.remove(place + 1);
    }
    Reply::Array(Some(parts))
}

#[test]
fn monitor_shows_what_all_clients_send() {
    let process = RealServer::start(&[]);
    let lines = ["SELECT 2", "SET 'a key' \"\\x00\\n\"", "GET 'a key'", "HGETALL h"];
    let shown = |port: u16| {
        let (mut monitor, mut client) = (Client::to(port), Client::to(port));
        assert_eq!(monitor.call(&["MONITOR"]), Reply::OK);
        lines
            .map(|line| {
                client.call(&split_line(line).unwrap());
                let Reply::Status(text) = monitor.receive() else { panic!("no status") };
                // The time and the address differ.
                let (time, rest) = text.split_once(" [").unwrap();
                assert!(time.parse::<f64>().unwrap() > 1.7e9, "{text}");
                let (place, words) = rest.split_once("] ").unwrap();
                let (db, address) = place.split_once(' ').unwrap();
                assert!(address.starts_with("127.0.0.1:"), "{text}");
                format!("{db} {words}")
            })
            .to_vec()
    };
    assert_eq!(shown(start().parse().unwrap()), shown(process.port()));
}

/// Nobody can take the model's refusals for Redis's own, and `redis-cli` finds what it needs for its hints.
#[test]
fn what_is_not_modelled_says_so() {
    let port = start();
    let cli = |words: &[&str]| {
        let words: Vec<&str> = ["-p", &port, "--no-raw"].into_iter().chain(words.iter().copied()).collect();
        printed(&run("redis-cli", &words, TOOLS))
    };
    for (words, named) in [
        (&["GEOADD", "k", "1", "1", "m"][..], "geoadd"),
        (&["EVAL", "return 1", "0"], "eval"),
        (&["OBJECT", "HELP"], "object help"),
        (&["COMMAND"], "command without a subcommand"),
    ] {
        assert_eq!(cli(words), format!("(error) CACHESCOPE this command is not modelled: '{named}'\n"));
    }
    assert!(
        cli(&["CONFIG", "SET", "bind", "x"]).starts_with("(error) CACHESCOPE this setting is not modelled: 'bind'")
    );
    assert!(cli(&["NOSUCH"]).starts_with("(error) ERR unknown command 'NOSUCH'"), "Redis has none either");

    let mut client = Client::to(port.parse().unwrap());
    let Reply::Array(Some(docs)) = client.call(&["COMMAND", "DOCS"]) else { panic!("no docs") };
    assert_eq!(docs.len(), 2 * COMMANDS.len());
    assert_eq!(client.call(&["COMMAND", "COUNT"]), Reply::Integer(COMMANDS.len() as i64));
    let Reply::Array(Some(names)) = client.call(&["COMMAND", "LIST"]) else { panic!("no list") };
    assert_eq!(names.len(), COMMANDS.len());
    assert_eq!(cli(&["COMMAND", "DOCS", "echo", "bogus"]).matches("group").count(), 1);
}
