//! Holds persistence and replication against a real `redis-server`: it is killed with `kill -9` and started again, and
//! what is then there is what the model says.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "redis/generate.rs"]
mod generate;
#[path = "redis/pools.rs"]
mod pools;
#[path = "redis/real.rs"]
mod real;
#[path = "redis/templates.rs"]
mod templates;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cachescope::redis::{Address, AppendFsync, Config, Crash, Millis, Persistence, Reply, Server, Session};
use generate::{Generator, is_repeatable};
use real::{Client, RealServer, info_field};

const COMMANDS: usize = 3_000;
const DATABASES: u8 = 3;
const PATIENCE: Duration = Duration::from_secs(20);

fn now() -> Millis {
    Millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64)
}

/// The model with one connection.
struct Model {
    server: Server,
    session: Session,
}

impl Model {
    fn new(persistence: Persistence) -> Model {
        let config = Config { persistence, ..Config::default() };
        Model { server: Server::new(config, 1), session: Session::default() }
    }

    fn call(&mut self, words: &[impl AsRef<[u8]>]) -> Reply {
        self.server.execute(&mut self.session, now(), words)
    }

    fn kill_and_restart(&mut self) {
        self.server.crash(now(), Crash::Process);
        self.server.restart(now());
        self.session = Session::default();
    }
}

/// All keys of a side with their values and expiries, by the replies to plain commands.
fn contents(mut call: impl FnMut(&[&[u8]]) -> Reply) -> Vec<String> {
    let mut found = Vec::new();
    for db in 0..DATABASES {
        call(&[b"SELECT", db.to_string().as_bytes()]);
        let Reply::Array(Some(keys)) = call(&[b"KEYS", b"*"]) else { panic!("KEYS gave no array") };
        for key in keys {
            let Reply::Bulk(Some(key)) = key else { panic!("a key is a string") };
            let kind = call(&[b"TYPE", &key]);
            let value = match kind.to_string().as_str() {
                "string" => call(&[b"GET", &key]),
                "list" => call(&[b"LRANGE", &key, b"0", b"-1"]),
                "hash" => sorted(call(&[b"HGETALL", &key])),
                "set" => sorted(call(&[b"SMEMBERS", &key])),
                "zset" => call(&[b"ZRANGE", &key, b"0", b"-1", b"WITHSCORES"]),
                "stream" => {
                    let (entries, groups) = (call(&[b"XRANGE", &key, b"-", b"+"]), call(&[b"XINFO", b"GROUPS", &key]));
                    Reply::Array(Some(vec![entries, kept_of_groups(groups)]))
                }
                other => panic!("the test knows no {other}"),
            };
            let expiry = call(&[b"PEXPIRETIME", &key]);
            found.push(format!("{db} {} {value:?} {expiry}", Reply::Bulk(Some(key))));
        }
    }
    call(&[b"SELECT", b"0"]);
    found.sort();
    found
}

/// What a real append-only file keeps of consumer groups for certain. It holds a delivery as an `XCLAIM`, which loses count of
/// the entries read, and forgets consumers that were given none.
fn kept_of_groups(reply: Reply) -> Reply {
    let Reply::Array(Some(groups)) = reply else { panic!("no array: {reply}") };
    let kept = |group: Reply| match group {
        Reply::Array(Some(fields)) => Reply::Array(Some([&fields[..2], &fields[4..8]].concat())),
        other => panic!("no array: {other}"),
    };
    Reply::Array(Some(groups.into_iter().map(kept).collect()))
}

/// An array's elements in an order of their own: a hash table has none.
fn sorted(reply: Reply) -> Reply {
    let Reply::Array(Some(mut elements)) = reply else { panic!("no array: {reply}") };
    elements.sort_by_key(Reply::encode);
    Reply::Array(Some(elements))
}

/// Runs the same random commands on both sides. Commands that wait are left out, and those whose effect depends on chance. Times to live are all far away or past, so that nothing depends on the
/// millisecond, and counted from the same moment.
fn run_on_both(real: &mut Client, model: &mut Model, seed: u64) {
    let mut generator = Generator::new(seed);
    for _ in 0..COMMANDS {
        let mut words = generator.command(now().0);
        make_absolute(&mut words);
        if !is_repeatable(&words) {
            continue;
        }
        let ours = model.call(&words);
        let theirs = real.call(&words);
        assert_eq!(ours.is_error(), theirs.is_error(), "{words:?}: {ours} and {theirs}");
    }
    for words in [&["DISCARD"][..], &["SELECT", "0"]] {
        model.call(words);
        real.call(words);
    }
}

/// Takes away what counts from the moment of each side; the expiries that are left are absolute and not near.
fn make_absolute(words: &mut [Vec<u8>]) {
    const RELATIVE: [&str; 6] = ["ex", "px", "setex", "psetex", "expire", "pexpire"];
    for word in words.iter_mut() {
        if RELATIVE.iter().any(|name| word.eq_ignore_ascii_case(name.as_bytes())) {
            *word = b"exists".to_vec();
        }
    }
    let soon = now().0..now().0 + 10_000;
    for word in words {
        let number = std::str::from_utf8(word).ok().and_then(|text| text.parse::<u64>().ok());
        if number.is_some_and(|number| soon.contains(&number)) {
            *word = (soon.end + 1_000_000).to_string().into_bytes();
        }
    }
}

#[test]
fn kill_9_loses_nothing_that_was_appended() {
    for policy in AppendFsync::ALL {
        let settings = ["--appendonly", "yes", "--appendfsync", policy.name()];
        let mut process = RealServer::start(&settings);
        let mut model = Model::new(Persistence { append_only: true, append_fsync: policy, ..Persistence::default() });
        run_on_both(&mut process.connect(), &mut model, 7);
        // The thread that forces the file to the disk may be at it, and Redis waits for it before it writes more.
        std::thread::sleep(Duration::from_millis(200));
        let before = contents(|words| model.call(words));
        process.kill_and_restart(&settings);
        model.kill_and_restart();
        let mut real = process.connect();
        assert_eq!(contents(|words| model.call(words)), contents(|words| real.call(words)), "{policy}");
        assert_eq!(contents(|words| model.call(words)), before, "{policy}");
        assert!(before.len() > 20, "only {} keys were there", before.len());
    }
}

/// Waits until nothing is saved or rewritten, or about to be.
fn wait_for_background(real: &mut Client) {
    const FIELDS: [&str; 3] = ["rdb_bgsave_in_progress", "aof_rewrite_in_progress", "aof_rewrite_scheduled"];
    let begun = Instant::now();
    loop {
        let report = real.call(&["INFO", "persistence"]);
        if FIELDS.iter().all(|field| info_field(&report, field) == "0") {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "the background is never done");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn kill_9_loses_what_came_after_the_snapshot() {
    let mut process = RealServer::start(&[]);
    let mut real = process.connect();
    let mut model = Model::new(Persistence::default());
    run_on_both(&mut real, &mut model, 8);
    assert_eq!(real.call(&["BGSAVE"]), model.call(&["BGSAVE"]));
    wait_for_background(&mut real);
    std::thread::sleep(Duration::from_millis(20));
    let saved = contents(|words| model.call(words));
    for side in [&mut |words: &[&str]| model.call(words), &mut |words: &[&str]| real.call(words)]
        as [&mut dyn FnMut(&[&str]) -> Reply; 2]
    {
        side(&["FLUSHDB"]);
        side(&["SET", "after", "the snapshot"]);
    }
    process.kill_and_restart(&[]);
    model.kill_and_restart();
    let mut real = process.connect();
    assert_eq!(contents(|words| model.call(words)), contents(|words| real.call(words)));
    assert_eq!(contents(|words| model.call(words)), saved);
}

#[test]
fn appendonly_hides_the_snapshot_as_in_the_real_server() {
    let mut process = RealServer::start(&[]);
    process.connect().call(&["SET", "k", "v"]);
    assert_eq!(process.connect().call(&["SAVE"]), Reply::OK);
    process.kill_and_restart(&["--appendonly", "yes"]);
    let mut model = Model::new(Persistence::default());
    model.call(&["SET", "k", "v"]);
    model.call(&["SAVE"]);
    model.server.crash(now(), Crash::Process);
    let persistence = Persistence { append_only: true, ..Persistence::default() };
    model.server.reconfigure(Config { persistence, ..Config::default() });
    model.server.restart(now());
    assert_eq!(model.call(&["DBSIZE"]), process.connect().call(&["DBSIZE"]));
}

/// Commands that both sides run, whose changes are counted and appended.
const COUNTED: [&str; 44] = [
    "SET a 1",
    "SET a 2",
    "GET a",
    "SETNX a 3",
    "SETNX b 3",
    "MSET c 1 d 2 e 3",
    "MSETNX c 1 f 2",
    "INCR a",
    "DECRBY a 5",
    "APPEND a x",
    "SETRANGE a 1 y",
    "DEL a b nothing",
    "DEL nothing",
    "RPUSH l 1 2 3 4 5 6",
    "LPUSH l 0",
    "LPUSHX l 9 8",
    "LPUSHX none 1",
    "LPOP l",
    "RPOP l 2",
    "LSET l 0 z",
    "LREM l 0 z",
    "LRANGE l 0 -1",
    "PERSIST c",
    "RENAME c g",
    "RENAMENX g d",
    "COPY g h",
    "COPY g h",
    "GETDEL h",
    "RPUSH numbers 3 1 2",
    "SORT numbers STORE ordered",
    "SORT numbers LIMIT 1 1 STORE ordered",
    "SORT none STORE ordered",
    "SORT none STORE ordered",
    "GETSET d 9",
    "UNLINK d e",
    "MULTI",
    "SET m 1",
    "INCR m",
    "EXEC",
    "TOUCH m",
    "RPUSH last x",
    "LPOP last",
    "SELECT 1",
    "SET other 1",
];

#[test]
fn changes_and_appended_bytes_are_counted_as_in_the_real_server() {
    let process = RealServer::start(&["--appendonly", "yes"]);
    let mut real = process.connect();
    let mut model = Model::new(Persistence { append_only: true, ..Persistence::default() });
    let figures = |report: &Reply| {
        ["rdb_changes_since_last_save", "aof_current_size"].map(|name| info_field(report, name).parse::<u64>().unwrap())
    };
    let base = figures(&real.call(&["INFO", "persistence"]));
    let mut queued = false;
    for line in COUNTED.into_iter().chain(["FLUSHDB", "FLUSHDB", "SELECT 0", "FLUSHALL", "FLUSHALL", "FLUSHALL x"]) {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(model.call(&words), real.call(&words), "{line}");
        queued = (queued || line == "MULTI") && line != "EXEC";
        if queued {
            continue;
        }
        let theirs = figures(&real.call(&["INFO", "persistence"]));
        let ours = figures(&model.call(&["INFO", "persistence"]));
        assert_eq!(ours, [theirs[0] - base[0], theirs[1] - base[1]], "changes and bytes after {line}");
    }
}

#[test]
fn flushall_empties_the_snapshot_too_when_there_are_save_points() {
    for (save, keys) in [("", 1), ("900 1", 0)] {
        let settings = ["--save", save];
        let mut process = RealServer::start(&settings);
        let save = cachescope::redis::SavePoint::parse(save).unwrap();
        let mut model = Model::new(Persistence { save, ..Persistence::default() });
        let mut real = process.connect();
        for line in ["SET k v", "SAVE", "FLUSHALL"] {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(model.call(&words), real.call(&words), "{line}");
        }
        let changes = |report: Reply| info_field(&report, "rdb_changes_since_last_save").parse::<u64>().unwrap();
        assert_eq!(changes(model.call(&["INFO", "persistence"])), changes(real.call(&["INFO", "persistence"])));
        process.kill_and_restart(&settings);
        model.kill_and_restart();
        assert_eq!(process.connect().call(&["DBSIZE"]), Reply::Integer(keys));
        assert_eq!(model.call(&["DBSIZE"]), Reply::Integer(keys));
    }
}

#[test]
fn saving_answers_and_refuses_as_the_real_server_does() {
    let process = RealServer::start(&["--appendonly", "yes"]);
    let mut real = process.connect();
    let mut model = Model::new(Persistence { append_only: true, ..Persistence::default() });
    let lines = [
        "BGSAVE x",
        "BGSAVE schedule x",
        "SAVE x",
        "LASTSAVE x",
        "MULTI",
        "SAVE",
        "EXEC",
        "MULTI",
        "BGSAVE",
        "EXEC",
        "ROLE",
        "WAIT x 1",
        "WAIT 1 x",
        "WAIT 1 -1",
        "WAIT 0 0",
        "WAIT -1 0",
        "WAIT 1",
        "MULTI",
        "WAIT 1 0",
        "BGREWRITEAOF",
        "EXEC",
    ];
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let (ours, theirs) = (model.call(&words), real.call(&words));
        assert_eq!(ours, theirs, "{line}");
        if !model.session.in_transaction() {
            wait_for_background(&mut real);
        }
    }
    // A background process that takes its time.
    for (first, lines) in [
        ("BGSAVE", ["BGSAVE", "SAVE", "BGREWRITEAOF"]),
        ("BGREWRITEAOF", ["BGREWRITEAOF", "BGSAVE", "BGSAVE SCHEDULE"]),
    ] {
        let process = RealServer::start(&["--appendonly", "yes", "--rdb-key-save-delay", "2000"]);
        let mut real = process.connect();
        let disk = cachescope::redis::Disk { bytes_per_ms: 1, ..Default::default() };
        let mut model = Model::new(Persistence { append_only: true, disk, ..Persistence::default() });
        for number in 0..2_000 {
            let words = ["SET", &format!("k:{number}"), "some value that takes its room"];
            model.call(&words);
            real.call(&words);
        }
        for line in [first].into_iter().chain(lines) {
            let words: Vec<&str> = line.split(' ').collect();
            assert_eq!(model.call(&words), real.call(&words), "{line} after {first}");
        }
        for field in ["rdb_bgsave_in_progress", "aof_rewrite_in_progress", "aof_rewrite_scheduled", "aof_enabled"] {
            let theirs = info_field(&real.call(&["INFO", "persistence"]), field);
            assert_eq!(info_field(&model.call(&["INFO", "persistence"]), field), theirs, "{field} after {first}");
        }
    }
}

#[test]
fn info_has_no_field_that_the_real_server_lacks() {
    let process = RealServer::start(&["--appendonly", "yes"]);
    let mut model = Model::new(Persistence { append_only: true, ..Persistence::default() });
    for section in ["persistence", "replication"] {
        let Reply::Bulk(Some(report)) = model.call(&["INFO", section]) else { panic!("INFO gave no text") };
        let theirs = process.connect().call(&["INFO", section]);
        for line in String::from_utf8(report).unwrap().lines().filter(|line| line.contains(':')) {
            info_field(&theirs, line.split(':').next().unwrap());
        }
    }
}

#[test]
fn the_offset_grows_as_in_the_real_server() {
    let (primary, replica) = (RealServer::start(&[]), RealServer::start(&[]));
    let mut real = primary.connect();
    let mut follower = replica.connect();
    assert_eq!(follower.call(&["REPLICAOF", "127.0.0.1", &primary.port().to_string()]), Reply::OK);
    let begun = Instant::now();
    while real.call(&["WAIT", "1", "50"]) != Reply::Integer(1) {
        assert!(begun.elapsed() < PATIENCE, "the replica does not follow");
    }
    let mut model = Model::new(Persistence::default());
    let id = model.server.attach_replica(now(), Address { host: "127.0.0.1".to_owned(), port: replica.port() });
    let offset = |report: Reply| info_field(&report, "master_repl_offset").parse::<u64>().unwrap();
    let base = offset(real.call(&["INFO", "replication"]));
    for line in COUNTED {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(model.call(&words), real.call(&words), "{line}");
    }
    let grown = offset(real.call(&["INFO", "replication"])) - base;
    let ours = offset(model.call(&["INFO", "replication"]));
    // A real primary asks for acknowledgements and pings within the same stream.
    let chatter = grown - ours;
    assert!(grown >= ours && chatter < 200, "the model's offset grew by {ours}, the real one by {grown}");

    assert_eq!(real.call(&["WAIT", "1", "5000"]), Reply::Integer(1));
    model.server.acknowledge(now(), id, model.server.position());
    assert_eq!(model.call(&["WAIT", "1", "5000"]), Reply::Integer(1));
    assert_eq!(real.call(&["WAIT", "2", "30"]), Reply::Integer(1));
    let refused = follower.call(&["SET", "k", "v"]).to_string();
    assert_eq!(refused, "(error) READONLY You can't write against a read only replica.");
    assert!(follower.call(&["WAIT", "1", "0"]).to_string().starts_with("(error) ERR WAIT cannot be used with replica"));
}
