//! Holds what is not a random sequence of replies against a real `redis-server`: the table of commands, sizes, whole scans,
//! full memory, the active expiry cycle, and how `redis-cli` prints.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "redis/real.rs"]
mod real;

use std::collections::BTreeSet;
use std::process::Command;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cachescope::redis::{Allocator, COMMANDS, Config, Millis, Reply, Server, Session, find_command, split_line};
use real::{Client, RealServer, info_field};

fn now() -> Millis {
    Millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64)
}

fn array(reply: Reply) -> Vec<Reply> {
    match reply {
        Reply::Array(Some(elements)) => elements,
        other => panic!("no array: {other}"),
    }
}

fn text(reply: &Reply) -> String {
    match reply {
        Reply::Bulk(Some(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        Reply::Status(text) => text.to_string(),
        other => panic!("no text: {other}"),
    }
}

fn integer(reply: &Reply) -> i64 {
    match reply {
        Reply::Integer(value) => *value,
        other => panic!("no integer: {other}"),
    }
}

/// The model with one connection, at the time of the machine.
struct Model {
    server: Server,
    session: Session,
}

impl Model {
    fn new(config: Config) -> Model {
        Model { server: Server::new(config, 1), session: Session::default() }
    }

    fn call(&mut self, words: &[impl AsRef<[u8]>]) -> Reply {
        self.server.execute(&mut self.session, now(), words)
    }
}

#[test]
fn the_table_of_commands_says_what_the_real_server_says() {
    let process = RealServer::start(&[]);
    let mut real = process.connect();
    let subcommands = COMMANDS.iter().flat_map(|command| command.subcommands);
    for command in COMMANDS.iter().chain(subcommands) {
        let info = array(real.call(&["COMMAND", "INFO", command.name]));
        let info = array(info.into_iter().next().unwrap());
        let flags: BTreeSet<String> = array(info[2].clone()).iter().map(text).collect();
        let has = |flag: &str| flags.contains(flag);
        assert_eq!(i64::from(command.arity), integer(&info[1]), "arity of {}", command.name);
        let ours = [command.flags.write, command.flags.read_only, command.flags.deny_oom, command.flags.fast];
        assert_eq!(ours, ["write", "readonly", "denyoom", "fast"].map(has), "flags of {}", command.name);
        let keys = [command.keys.first, command.keys.last, command.keys.step].map(i64::from);
        assert_eq!(keys, [3, 4, 5].map(|index| integer(&info[index])), "keys of {}", command.name);
        if command.name.contains('|') {
            continue;
        }
        let told = array(real.call(&["COMMAND", "DOCS", command.name]));
        let group =
            array(told[1].clone()).chunks(2).find_map(|pair| (text(&pair[0]) == "group").then(|| text(&pair[1])));
        assert_eq!(group.as_deref(), Some(command.group.name()), "group of {}", command.name);
    }
}

#[test]
fn every_command_of_the_real_server_is_modelled_or_said_to_be_missing() {
    let process = RealServer::start(&[]);
    let mut real = process.connect();
    let mut model = Model::new(Config::default());
    for name in array(real.call(&["COMMAND", "LIST"])).iter().map(text) {
        let words: Vec<&str> = name.split('|').collect();
        let is_modelled = find_command(words[0].as_bytes()).is_some_and(|command| {
            words.len() == 1 || command.subcommands.iter().any(|subcommand| subcommand.name == name)
        });
        if is_modelled {
            continue;
        }
        let reply = model.call(&words);
        let expected = format!("CACHESCOPE this command is not modelled: '{}'", words[0]);
        let is_ours = matches!(&reply, Reply::Error(text) if text.starts_with(expected.trim_end_matches('\'')));
        assert!(is_ours, "{name}: {reply}");
    }
}

/// A real server whose memory grows by its data alone, and a model with the same allocator.
fn same_memory() -> (RealServer, Client, Model) {
    // Latency tracking allocates a histogram when a command is first used.
    let process = RealServer::start(&["--latency-tracking", "no"]);
    let mut real = process.connect();
    let report = real.call(&["INFO", "memory"]);
    let bundled = info_field(&report, "mem_allocator").starts_with("jemalloc-5.2");
    let allocator = if bundled { Allocator::Bundled } else { Allocator::System };
    (process, real, Model::new(Config { allocator, ..Config::default() }))
}

fn used_memory(real: &mut Client) -> i64 {
    info_field(&real.call(&["INFO", "memory"]), "used_memory").parse().unwrap()
}

#[test]
fn used_memory_grows_as_in_the_real_server() {
    const KEYS: usize = 4_000;
    type Write = fn(usize) -> Vec<String>;
    let shapes: [(&str, Write, f64); 19] = [
        ("integers", |n| vec!["SET".into(), format!("k:{n}"), (20_000 + n).to_string()], 0.01),
        ("shared integers", |n| vec!["SET".into(), format!("k:{n}"), n.to_string()], 0.01),
        ("embedded strings", |n| vec!["SET".into(), format!("k:{n}"), "x".repeat(n % 45)], 0.01),
        ("raw strings", |n| vec!["SET".into(), format!("k:{n}"), "x".repeat(45 + n)], 0.01),
        ("long names", |n| vec!["SET".into(), format!("{}:{n}", "k".repeat(n % 300)), "abc".into()], 0.01),
        ("expiries", |n| vec!["SET".into(), format!("k:{n}"), "abc".into(), "EX".into(), "100000".into()], 0.01),
        ("appended strings", |n| vec!["APPEND".into(), format!("k:{}", n / 4), "0123456789".into()], 0.01),
        ("short lists", |n| vec!["RPUSH".into(), format!("k:{}", n / 4), format!("element {n}")], 0.01),
        (
            "small hashes",
            |n| vec!["HSET".into(), format!("k:{}", n / 8), format!("field {n}"), format!("value {n}")],
            0.02,
        ),
        ("one large hash", |n| vec!["HSET".into(), "hash".into(), format!("field {n}"), format!("value {n}")], 0.02),
        ("long fields", |n| vec!["HSET".into(), format!("k:{n}"), "x".repeat(80), n.to_string()], 0.02),
        ("sets of integers", |n| vec!["SADD".into(), format!("k:{}", n / 20), (n * 7).to_string()], 0.02),
        ("one large set", |n| vec!["SADD".into(), "set".into(), format!("member {n}")], 0.02),
        ("small sets", |n| vec!["SADD".into(), format!("k:{}", n / 4), format!("member {n}")], 0.02),
        (
            "small sorted sets",
            |n| vec!["ZADD".into(), format!("k:{}", n / 8), n.to_string(), format!("member {n}")],
            0.02,
        ),
        ("one large sorted set", |n| vec!["ZADD".into(), "zset".into(), n.to_string(), format!("member {n}")], 0.03),
        (
            "one stream",
            |n| {
                vec![
                    "XADD".into(),
                    "stream".into(),
                    format!("{}-1", n + 1),
                    "key".into(),
                    format!("user:{n}"),
                    "op".into(),
                    "set".into(),
                ]
            },
            0.05,
        ),
        (
            "small streams",
            |n| vec!["XADD".into(), format!("k:{}", n / 2), format!("{}-1", n + 1), "key".into(), format!("user:{n}")],
            0.05,
        ),
        ("one long list", |n| vec!["RPUSH".into(), "queue".into(), format!("element {n} {}", "x".repeat(50))], 0.02),
    ];
    let (_process, mut real, mut model) = same_memory();
    let (mut failed, mut report) = (false, String::new());
    for (shape, write, tolerance) in shapes {
        real.call(&["FLUSHALL"]);
        model.call(&["FLUSHALL"]);
        // The server's own buffers take their size within the first moments.
        thread::sleep(Duration::from_millis(300));
        let (before, modelled_before) = (used_memory(&mut real), model.server.stats().used_bytes as i64);
        for number in 0..KEYS {
            let words = write(number);
            assert_eq!(real.call(&words), model.call(&words));
        }
        // Incremental rehashing keeps two tables for a while.
        thread::sleep(Duration::from_millis(300));
        let grown = (used_memory(&mut real) - before) as f64;
        let modelled = (model.server.stats().used_bytes as i64 - modelled_before) as f64;
        let difference = (modelled - grown).abs() / grown;
        report += &format!("{shape}: {modelled} bytes in the model, {grown} in the real server\n");
        failed |= difference > tolerance;
    }
    assert!(!failed, "{report}");
}

/// Lines of which some are run with a number in place of `#`, from 1 on, until encodings change.
const GROWING: [(&str, &str, usize); 9] = [
    ("HSET k field:# #", "k", 520),
    ("HSET k # 'a value that has # of the bytes that a listpack may hold, 64 of them'", "k", 3),
    ("SADD k #", "k", 520),
    ("SADD k #0000000000", "k", 30),
    ("SADD k member", "k", 1),
    ("ZADD k # member:#", "k", 140),
    ("ZADD k 1 'a member that has # of the bytes that a listpack may hold, 64 of them ..'", "k", 3),
    ("RPUSH k element:#", "k", 300),
    ("XADD k #-1 field #", "k", 150),
];

/// Encodings change at the same sizes, and as long as a collection has an order it is the same.
#[test]
fn collections_are_stored_alike() {
    let process = RealServer::start(&[]);
    let mut real = process.connect();
    let mut model = Model::new(Config::default());
    let mut both = |line: &str| {
        let words = split_line(line).unwrap();
        let (ours, theirs) = (model.call(&words), real.call(&words));
        assert_eq!(ours, theirs, "{line}");
        ours
    };
    for small in [false, true] {
        if small {
            both("CONFIG SET hash-max-listpack-entries 5 hash-max-listpack-value 8 set-max-intset-entries 4");
            both("CONFIG SET zset-max-listpack-entries 3 zset-max-listpack-value 20 stream-node-max-entries 7");
        }
        for (template, key, times) in GROWING {
            both("FLUSHALL");
            for number in 1..=times {
                both(&template.replace('#', &number.to_string()));
                let encoding = text(&both(&format!("OBJECT ENCODING {key}")));
                if encoding == "listpack" && template.starts_with("HSET") || encoding == "intset" {
                    for line in ["HGETALL k", "HKEYS k", "HVALS k", "SMEMBERS k"] {
                        both(line);
                    }
                }
                if template.starts_with("XADD") && number % 10 == 0 {
                    both("XTRIM k MAXLEN ~ 20");
                    both("XLEN k");
                }
            }
        }
    }
}

/// `MEMORY USAGE` adds sizes as they are asked for and estimates streams; the model says what `used_memory` grows by.
#[test]
fn memory_usage_is_near_the_real_servers() {
    let (_process, mut real, mut model) = same_memory();
    let lines = [
        ("SET # 1", 1),
        ("SET # 123456", 1),
        ("SET # 'some text'", 1),
        ("SET # 'a text that is longer than what can be embedded in its object header'", 1),
        ("RPUSH # element:@", 20),
        ("HSET # field:@ value:@", 100),
        ("HSET # field:@ value:@", 1000),
        ("SADD # @", 100),
        ("SADD # member:@", 1000),
        ("ZADD # @ member:@", 100),
        ("ZADD # @ member:@", 1000),
        ("XADD # @-1 field value:@", 3),
        ("XADD # @-1 field value:@", 300),
    ];
    let mut report = String::new();
    for (number, (template, times)) in lines.into_iter().enumerate() {
        let key = format!("key:{number}");
        for index in 1..=times {
            let words = split_line(&template.replace('#', &key).replace('@', &index.to_string())).unwrap();
            assert_eq!(model.call(&words), real.call(&words));
        }
        let words = ["MEMORY", "USAGE", &key, "SAMPLES", "0"];
        let (ours, theirs) = (integer(&model.call(&words)) as f64, integer(&real.call(&words)) as f64);
        if (ours - theirs).abs() > (theirs * 0.01).max(1.0) {
            report += &format!("{template} {times} times: {ours} bytes in the model, {theirs} in the real server\n");
        }
    }
    assert!(report.is_empty(), "{report}");
}

/// All that a whole iteration in small steps returns.
fn scan_all(call: impl FnMut(&[&str]) -> Reply, options: &[&str]) -> BTreeSet<String> {
    scan_with(call, "SCAN", options)
}

fn scan_with(mut call: impl FnMut(&[&str]) -> Reply, name: &str, options: &[&str]) -> BTreeSet<String> {
    let mut cursor = "0".to_owned();
    let mut found = BTreeSet::new();
    loop {
        let words: Vec<&str> = name.split(' ').chain([cursor.as_str()]).chain(options.iter().copied()).collect();
        let reply = array(call(&words));
        found.extend(array(reply[1].clone()).iter().map(text));
        cursor = text(&reply[0]);
        if cursor == "0" {
            return found;
        }
    }
}

#[test]
fn whole_scans_return_the_same_keys() {
    let process = RealServer::start(&[]);
    let mut real = process.connect();
    let mut model = Model::new(Config::default());
    for number in 0..300 {
        let key = format!("key:{number}");
        let words = if number % 3 == 0 { ["RPUSH", &key, "x"] } else { ["SET", &key, "x"] };
        assert_eq!(real.call(&words), model.call(&words));
    }
    for number in 0..700 {
        for line in [format!("HSET h {number} v"), format!("SADD s m{number}"), format!("ZADD z {number} m{number}")] {
            let words = split_line(&line).unwrap();
            assert_eq!(real.call(&words), model.call(&words));
        }
    }
    for name in ["HSCAN h", "SSCAN s", "ZSCAN z"] {
        let modelled = scan_with(|words| model.call(words), name, &["COUNT", "13"]);
        assert_eq!(modelled, scan_with(|words| real.call(words), name, &["COUNT", "13"]), "{name}");
        assert!(modelled.len() >= 700, "{name}");
    }
    for options in [&["COUNT", "7"][..], &["MATCH", "*1*"], &["TYPE", "list", "COUNT", "3"], &["TYPE", "hash"]] {
        let modelled = scan_all(|words| model.call(words), options);
        assert_eq!(modelled, scan_all(|words| real.call(words), options), "{options:?}");
    }
}

/// The random comparison allows a second for times in seconds; here their rounding is compared exactly, at times that are
/// a quarter of a second away from where they would round differently.
#[test]
fn times_in_seconds_are_rounded_alike() {
    let process = RealServer::start(&[]);
    let mut real = process.connect();
    let mut model = Model::new(Config::default());
    let mut both = |words: &[&str]| {
        let (ours, theirs) = (model.call(words), real.call(words));
        assert_eq!(ours, theirs, "{words:?}");
        ours
    };
    both(&["SET", "k", "v"]);
    for fraction in [0, 1, 499, 500, 501, 999] {
        let at = 4_000_000_000_000u64 + fraction;
        both(&["PEXPIREAT", "k", &at.to_string()]);
        assert_eq!(both(&["EXPIRETIME", "k"]), Reply::Integer(4_000_000_000 + i64::from(fraction >= 500)));
        both(&["PEXPIRETIME", "k"]);
    }
    for (fraction, expected) in [(250, 100), (750, 101)] {
        both(&["PEXPIREAT", "k", &(now().0 + 100_000 + fraction).to_string()]);
        assert_eq!(both(&["TTL", "k"]), Reply::Integer(expected));
    }
}

#[test]
fn the_end_of_a_watched_keys_life_counts_as_in_the_real_server() {
    let process = RealServer::start(&[]);
    let mut real = process.connect();
    assert_eq!(real.call(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]), Reply::OK);
    let mut other = process.connect();
    // Each line is run by the watching connection, or by another one after a `>`; a dot lets the key's time pass.
    let scripts = [
        ("SET k v PX 40|WATCH k|MULTI|PING|.|EXEC", true),
        ("SET k v PX 40|.|WATCH k|MULTI|PING|EXEC", false),
        ("SET k v PX 40|.|WATCH k|MULTI|PING|> GET k|EXEC", false),
        ("SET k v PX 40|.|WATCH k|MULTI|PING|> SET k w|EXEC", true),
        ("SET k v PX 40|.|WATCH k|MULTI|PING|> FLUSHDB|EXEC", false),
        ("SET k v PX 40|.|WATCH k|MULTI|PING|> FLUSHDB|> SET k w|EXEC", true),
        ("DEL k|WATCH k|MULTI|PING|> SET k v|> DEL k|EXEC", true),
        ("DEL k|WATCH k|MULTI|PING|> FLUSHALL|EXEC", false),
    ];
    for (script, aborted) in scripts {
        real.call(&["FLUSHALL"]);
        let mut model = Model::new(Config::default());
        let mut stranger = Session::default();
        let mut last = Reply::OK;
        for line in script.split('|') {
            if line == "." {
                thread::sleep(Duration::from_millis(60));
                continue;
            }
            let (ours, theirs) = match line.strip_prefix("> ") {
                Some(line) => {
                    let words = split_line(line).unwrap();
                    (model.server.execute(&mut stranger, now(), &words), other.call(&words))
                }
                None => {
                    let words = split_line(line).unwrap();
                    (model.call(&words), real.call(&words))
                }
            };
            assert_eq!(ours, theirs, "{line} of {script}");
            last = ours;
        }
        assert_eq!(last == Reply::NIL_ARRAY, aborted, "{script}");
    }
}

#[test]
fn full_memory_refuses_the_same_commands() {
    let process = RealServer::start(&[]);
    let mut real = process.connect();
    let mut model = Model::new(Config { base_bytes: 1_000_000, ..Config::default() });
    for line in ["SET k v", "RPUSH list a b c", "MULTI", "SET k w"] {
        let words = split_line(line).unwrap();
        assert_eq!(model.call(&words), real.call(&words), "{line}");
    }
    let mut other = process.connect();
    assert_eq!(other.call(&["CONFIG", "SET", "maxmemory", "1"]), Reply::OK);
    let config = Config { maxmemory: 1, ..model.server.config().clone() };
    model.server.reconfigure(config);
    let script = "EXEC|GET k|SET k v|DEL k|SET k v|INCR n|LPOP list|LPUSH list x|EXPIRE list 100|GETDEL k|EXEC|MULTI|GET k|\
        EXEC|MULTI|DISCARD|MULTI|WATCH k|DISCARD|WATCH k|UNWATCH|COPY list other|RENAME list other|GETEX other|\
        APPEND k x|SETRANGE k 1 x|PING|ECHO x|SELECT 1|LSET other 0 x|LTRIM other 0 0|MSET a b|MSETNX a b|GETSET a b|\
        INCRBYFLOAT a 1|SETNX a b|KEYS *|FLUSHALL|RPUSHX other x|EXPIRE a 1|bogus|SET k";
    for line in script.split('|') {
        let words = split_line(line).unwrap();
        assert_eq!(model.call(&words), real.call(&words), "{line}");
    }
}

#[test]
fn the_active_cycle_removes_what_nobody_asks_for() {
    let process = RealServer::start(&[]);
    let mut real = process.connect();
    let mut model = Model::new(Config::default());
    for number in 0..2_000 {
        let key = format!("key:{number}");
        let ttl = if number % 2 == 0 { "150" } else { "1000000" };
        let words = ["SET", &key, "x", "PX", ttl];
        assert_eq!(real.call(&words), model.call(&words));
    }
    // The cycle leaves up to a tenth of expired keys among those that it looks at; a few cycles find nearly all.
    for _ in 0..20 {
        thread::sleep(Duration::from_millis(100));
        model.server.cron(now());
    }
    let (modelled, real) = (integer(&model.call(&["DBSIZE"])), integer(&real.call(&["DBSIZE"])));
    for keys in [modelled, real] {
        assert!((1_000..1_250).contains(&keys), "{modelled} keys in the model, {real} in the real server");
    }
}

#[test]
fn replies_print_as_redis_cli_prints_them() {
    let process = RealServer::start(&[]);
    let mut model = Model::new(Config::default());
    // One connection types them all, so that transactions and the selected database last over lines.
    let lines = [
        "PING",
        "SET k \"a\\\"b\\n\\x00\\xff\\a\\b\\r\\t\\\\ é\"",
        "GET k",
        "GET nothing",
        "INCR n",
        "INCR k",
        "RPUSH list 1 2 3 4 5 6 7 8 9 10 11",
        "LRANGE list 0 -1",
        "LRANGE nothing 0 -1",
        "MGET k nothing n",
        "LPOP nothing 3",
        "SCAN 0 MATCH n COUNT 1000",
        "SCAN 0 MATCH x COUNT 1000",
        "bogus",
        "bogus 'a b' c",
        "GET",
        "GET list",
        "SET k v EX",
        "TYPE list",
        "OBJECT ENCODING list",
        "OBJECT nonsense",
        "WATCH n",
        "MULTI",
        "GET n",
        "LRANGE list 0 1",
        "LRANGE list 5 4",
        "SCAN 0 MATCH list COUNT 1000",
        "INCR list",
        "SET done yes",
        "EXEC",
        "EXEC",
        "WATCH n",
        "INCR n",
        "MULTI",
        "SELECT 2",
        "DBSIZE",
        "DISCARD",
        "WATCH n",
        "INCR n",
        "MULTI",
        "EXEC",
        "SELECT 2",
        "DBSIZE",
        "SELECT 99",
        "XADD log 1-1 field value other \"two words\"",
        "XADD log 1-2 field \"\"",
        "XRANGE log - +",
        "XREAD COUNT 2 STREAMS log 0",
        "CONFIG GET maxmemory",
        "HSET h a 1 b 2",
        "HGETALL h",
        "ZADD z 1.5 a 2 b",
        "ZRANGE z 0 -1 WITHSCORES",
        "ECHO ''",
    ];
    let mut expected = String::new();
    for line in lines {
        let words = split_line(line).unwrap();
        expected += &format!("{}\n", model.call(&words).printed(&words));
    }
    let printed = cli(process.port(), &lines.map(|line| format!("{line}\n")).concat());
    for (place, (ours, theirs)) in expected.lines().zip(printed.lines()).enumerate() {
        assert_eq!(ours, theirs, "line {place} of what redis-cli prints:\n{printed}");
    }
    assert_eq!(expected, printed);
}

#[test]
fn the_report_of_info_is_printed_as_it_is() {
    let process = RealServer::start(&[]);
    let mut model = Model::new(Config::default());
    let words = split_line("INFO keyspace").unwrap();
    assert_eq!(model.call(&words).printed(&words), cli(process.port(), "INFO keyspace\n").trim_end().replace('\r', ""));
}

/// What `redis-cli` prints for a line that is typed into it.
fn cli(port: u16, line: &str) -> String {
    use std::io::Write;
    let mut process = Command::new("redis-cli")
        .args(["--no-raw", "-p", &port.to_string()])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("redis-cli comes with redis-server; install it (Debian and Ubuntu: apt-get install redis-tools)");
    process.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    let output = process.wait_with_output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}
