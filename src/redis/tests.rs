//! What must hold for any sequence of commands, without a real server to compare with.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

const START: Millis = Millis(1_790_000_000_000);

fn run(server: &mut Server, now: Millis, line: &str) -> Reply {
    run_in(server, &mut Session::default(), now, line)
}

fn run_in(server: &mut Server, session: &mut Session, now: Millis, line: &str) -> Reply {
    server.execute(session, now, &split_line(line).unwrap())
}

fn after(milliseconds: u64) -> Millis {
    Millis(START.0 + milliseconds)
}

/// The names that a reply lists.
fn names(reply: Reply) -> Vec<String> {
    let Reply::Array(Some(elements)) = reply else { panic!("no array: {reply}") };
    let name = |element| match element {
        Reply::Bulk(Some(bytes)) => String::from_utf8(bytes).unwrap(),
        other => panic!("no name: {other}"),
    };
    elements.into_iter().map(name).collect()
}

/// Lines over small pools of words, most of them commands that make sense.
fn line() -> impl Strategy<Value = String> {
    let key = "[a-e]";
    prop_oneof![
        (key, "[a-z0-9]{0,60}").prop_map(|(key, value)| format!("SET {key} '{value}'")),
        (key, 0u64..3000).prop_map(|(key, ms)| format!("SET {key} v PX {ms}")),
        (key, 0u64..3000).prop_map(|(key, ms)| format!("PEXPIRE {key} {ms}")),
        (key, "[a-z0-9]{1,30}").prop_map(|(key, value)| format!("APPEND {key} {value}")),
        (key, "[a-z0-9]{1,30}").prop_map(|(key, value)| format!("RPUSH {key} {value} x")),
        (key, -3i64..3, -3i64..3).prop_map(|(key, from, to)| format!("LTRIM {key} {from} {to}")),
        (key, -3i64..3).prop_map(|(key, count)| format!("LREM {key} {count} x")),
        (key, 0u64..80).prop_map(|(key, offset)| format!("SETRANGE {key} {offset} abc")),
        (prop::sample::select(vec!["GET", "DEL", "LPOP", "RPOP", "INCR", "PERSIST", "GETDEL", "TTL", "TYPE"]), key)
            .prop_map(|(name, key)| format!("{name} {key}")),
        (prop::sample::select(vec!["RENAME", "RENAMENX", "COPY", "MGET"]), key, key)
            .prop_map(|(name, one, other)| format!("{name} {one} {other}")),
        (key, key).prop_map(|(one, other)| format!("COPY {one} {other} DB 1 REPLACE")),
        prop::sample::select(vec![
            "FLUSHDB",
            "FLUSHALL",
            "KEYS *",
            "RANDOMKEY",
            "SCAN 0",
            "MULTI",
            "EXEC",
            "SELECT 1",
            "SELECT 0"
        ])
        .prop_map(str::to_owned),
    ]
}

/// Weighs all keys anew and compares with what was kept up to date.
fn check_sizes(server: &Server) {
    let allocator = server.config.allocator;
    for database in &server.databases {
        let mut sum = 0;
        for (key, entry) in database.iter() {
            let expected =
                memory::key(key.len() as u64, entry.expires_at.is_some(), allocator) + entry.value.size(allocator);
            assert_eq!(entry.bytes, expected, "{key}");
            sum += entry.bytes;
        }
        assert_eq!(database.entries_bytes(), sum);
        assert_eq!(database.volatile_len(), database.iter().filter(|(_, entry)| entry.expires_at.is_some()).count());
    }
}

/// Follows changes as an observer does that sees nothing else.
fn follow(known: &mut BTreeSet<(u8, Key)>, changes: Vec<Change>) {
    for change in changes {
        match change {
            Change::Written { db, key } => {
                known.insert((db, key));
            }
            Change::Removed { db, key, .. } => assert!(known.remove(&(db, key.clone())), "{key} was not known"),
            Change::ExpirySet { db, key } => assert!(known.contains(&(db, key.clone())), "{key} was not known"),
            Change::Cleared { db } => known.retain(|(of, _)| *of != db),
        }
    }
}

proptest! {
    #[test]
    fn changes_and_sizes_tell_the_whole_keyspace(
        lines in prop::collection::vec((line(), 0u64..400), 1..120),
        maxmemory in prop::sample::select(vec![0u64, 700, 1500]),
        policy in prop::sample::select(EvictionPolicy::ALL.to_vec()),
    ) {
        let mut server = Server::new(Config { maxmemory, policy, ..Config::default() }, 3);
        let mut session = Session::default();
        let mut known = BTreeSet::new();
        let mut now = START;
        for (line, pause) in lines {
            now.0 += pause;
            run_in(&mut server, &mut session, now, &line);
            if pause % 4 == 0 {
                server.cron(now);
            }
            follow(&mut known, server.take_changes());
            let held: BTreeSet<(u8, Key)> = (0..16)
                .flat_map(|db| server.keys_in_order_of(db).map(move |(key, _)| (db, key.clone())).collect::<Vec<_>>())
                .collect();
            prop_assert_eq!(&known, &held);
            check_sizes(&server);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_run(lines in prop::collection::vec(line(), 1..80), seed: u64) {
        let config = Config { maxmemory: 900, policy: EvictionPolicy::AllKeysLfu, ..Config::default() };
        let replies = || {
            let mut server = Server::new(config.clone(), seed);
            let replies: Vec<Reply> = lines.iter().map(|line| run(&mut server, START, line)).collect();
            (replies, server.stats(), server.take_changes())
        };
        prop_assert_eq!(replies(), replies());
    }

    #[test]
    fn a_scan_returns_whatever_is_there_all_the_time(
        steps in prop::collection::vec((0u8..4, 0u32..40), 0..80),
        count in 1usize..9,
    ) {
        let mut server = Server::new(Config::default(), 1);
        for number in 0..20 {
            run(&mut server, START, &format!("SET stays:{number} x"));
            run(&mut server, START, &format!("SET goes:{number} x"));
        }
        let mut steps = steps.into_iter();
        let (mut cursor, mut found) = ("0".to_owned(), BTreeSet::new());
        loop {
            let Reply::Array(Some(mut reply)) = run(&mut server, START, &format!("SCAN {cursor} COUNT {count}")) else {
                panic!("no array")
            };
            found.extend(names(reply.pop().unwrap()));
            let Some(Reply::Bulk(Some(next))) = reply.pop() else { panic!("no cursor") };
            cursor = String::from_utf8(next).unwrap();
            if cursor == "0" {
                break;
            }
            for (kind, number) in steps.by_ref().take(2) {
                let line = match kind {
                    0 => format!("DEL goes:{number}"),
                    1 => format!("SET new:{number} x"),
                    2 => format!("RENAME goes:{number} stays:{}", number % 20),
                    _ => format!("SET stays:{} y", number % 20),
                };
                run(&mut server, START, &line);
            }
        }
        for number in 0..20 {
            let key = format!("stays:{}", number);
            prop_assert!(found.contains(&key), "{} is missing", key);
        }
    }

    #[test]
    fn no_words_make_a_command_panic(
        name in prop::sample::select(COMMANDS.iter().map(|command| command.name).collect::<Vec<_>>()),
        words in prop::collection::vec("(-?[0-9]{1,3}|[a-c]|count|match|type|ex|px|nx|xx|get|db|\\PC{0,4})", 0..6),
    ) {
        let mut server = Server::new(Config::default(), 1);
        for line in ["SET a text", "RPUSH b 1 2 3", "SET c 5 EX 9"] {
            run(&mut server, START, line);
        }
        let mut args = vec![name.to_owned()];
        args.extend(words);
        let command = find_command(name.as_bytes()).unwrap();
        let reply = server.execute(&mut Session::default(), START, &args);
        let refused = matches!(&reply, Reply::Error(text) if text.contains("wrong number of arguments"));
        prop_assert!(command.accepts(args.len()) || refused, "{:?} answered {}", args, reply);
        check_sizes(&server);
    }
}

#[test]
fn a_key_lives_through_the_millisecond_of_its_expiry() {
    let mut server = Server::new(Config::default(), 1);
    run(&mut server, START, "SET k v PX 100");
    assert_eq!(run(&mut server, after(100), "GET k"), Reply::bulk("v"));
    assert!(server.peek(b"k").is_some());
    assert_eq!(run(&mut server, after(101), "GET k"), Reply::NIL);
    assert!(server.peek(b"k").is_none());
    let removed = Change::Removed { db: 0, key: "k".into(), cause: Removal::Expired };
    assert_eq!(server.take_changes().last(), Some(&removed));
    assert_eq!((server.stats().hits, server.stats().misses, server.stats().expired), (1, 1, 1));
}

#[test]
fn peeking_changes_nothing() {
    let mut server = Server::new(Config::default(), 1);
    run(&mut server, START, "SET k v PX 100");
    let before = server.stats();
    let view = server.peek(b"k").unwrap();
    assert!(matches!(view.value, ValueView::Text(b"v")));
    assert_eq!(view.expires_at, Some(after(100)));
    assert_eq!(server.stats(), before);
    assert_eq!(run(&mut server, after(5_000), "OBJECT IDLETIME nothing"), Reply::NIL);
    assert_eq!(server.peek(b"k").map(|view| view.expires_at), Some(Some(after(100))));
}

#[test]
fn the_active_cycle_finds_expired_keys_that_nobody_asks_for() {
    let mut server = Server::new(Config::default(), 1);
    for number in 0..1_000 {
        run(&mut server, START, &format!("SET short:{number} x PX 100"));
        run(&mut server, START, &format!("SET long:{number} x EX 1000"));
    }
    for cycle in 0..20 {
        server.cron(after(200 + cycle * 100));
    }
    let stats = server.stats();
    assert!((1_000..1_120).contains(&stats.keys), "{} keys are left", stats.keys);
    assert_eq!(stats.expired, 2_000 - stats.keys);
}

#[test]
fn a_restart_without_persistence_forgets_everything() {
    let mut server = Server::new(Config::default(), 1);
    let mut watching = Session::default();
    run_in(&mut server, &mut watching, START, "WATCH k");
    run(&mut server, START, "SET k v");
    server.restart_empty(after(1));
    assert_eq!(server.take_changes().last(), Some(&Change::Cleared { db: 0 }));
    assert_eq!(server.stats(), Stats::default());
    assert_eq!(run(&mut server, after(2), "DBSIZE"), Reply::Integer(0));
    server.disconnect(watching);
}

#[test]
fn volatile_policies_spare_keys_without_an_expiry() {
    for policy in EvictionPolicy::ALL.into_iter().filter(|policy| policy.only_volatile()) {
        let mut server = Server::new(Config { maxmemory: 20_000, policy, ..Config::default() }, 1);
        for number in 0..60 {
            run(&mut server, START, &format!("SET stays:{number} x"));
        }
        for number in 0..400 {
            run(&mut server, START, &format!("SET goes:{number} x EX 1000"));
        }
        assert!(server.stats().evicted > 0, "{policy}");
        assert_eq!(names(run(&mut server, START, "KEYS stays:*")).len(), 60, "{policy}");
        assert!(server.stats().used_bytes <= 20_000, "{policy}");
    }
}

/// Fills a small memory with keys that are used differently, and tells which share of each kind is left.
fn survivors(policy: EvictionPolicy) -> BTreeMap<&'static str, usize> {
    let mut server = Server::new(Config { maxmemory: 36_000, policy, ..Config::default() }, 5);
    let mut now = START;
    for number in 0..100 {
        run(&mut server, now, &format!("SET used:{number} x EX 90000"));
        run(&mut server, now, &format!("SET idle:{number} x EX 1000"));
    }
    for _ in 0..20 {
        now.0 += 1_000;
        for number in 0..100 {
            run(&mut server, now, &format!("GET used:{number}"));
        }
    }
    for number in 0..200 {
        run(&mut server, now, &format!("SET new:{number} x EX 50000"));
    }
    let mut count = |kind| names(run(&mut server, now, &format!("KEYS {kind}:*"))).len();
    ["used", "idle", "new"].into_iter().map(|kind| (kind, count(kind))).collect()
}

#[test]
fn each_policy_prefers_the_victims_that_its_name_says() {
    for policy in [
        EvictionPolicy::AllKeysLru,
        EvictionPolicy::VolatileLru,
        EvictionPolicy::AllKeysLfu,
        EvictionPolicy::VolatileLfu,
        EvictionPolicy::VolatileTtl,
    ] {
        let left = survivors(policy);
        assert!(left["used"] >= 92, "{policy}: {left:?}");
        assert!(left["idle"] < 80, "{policy}: {left:?}");
    }
    let left = survivors(EvictionPolicy::AllKeysRandom);
    assert!(left["used"] < 90, "random eviction spares nobody: {left:?}");
}

#[test]
fn watched_keys_guard_a_transaction() {
    let mut server = Server::new(Config::default(), 1);
    let mut mine = Session::default();
    for line in ["SET balance 10", "WATCH balance", "MULTI", "DECRBY balance 3"] {
        run_in(&mut server, &mut mine, START, line);
    }
    run(&mut server, START, "SET balance 5");
    assert_eq!(run_in(&mut server, &mut mine, START, "EXEC"), Reply::NIL_ARRAY);
    for line in ["WATCH balance", "MULTI", "DECRBY balance 3"] {
        run_in(&mut server, &mut mine, START, line);
    }
    assert_eq!(run_in(&mut server, &mut mine, START, "EXEC"), Reply::Array(Some(vec![Reply::Integer(2)])));
}

#[test]
fn what_is_not_modelled_says_so_in_words_that_redis_never_uses() {
    let mut server = Server::new(Config::default(), 1);
    let error = |text: &str| Reply::Error(text.to_owned());
    assert_eq!(run(&mut server, START, "GeoAdd k"), error("CACHESCOPE this command is not modelled: 'geoadd'"));
    let unknown = error("ERR unknown command 'gte', with args beginning with: 'k' ");
    assert_eq!(run(&mut server, START, "gte k"), unknown);
    assert_eq!(run(&mut server, START, ""), error("CACHESCOPE an empty command"));
}
