//! Asynchronous replication: what a replica has and when, what `WAIT` promises, and what a promotion or a restart loses.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "redis/survivors.rs"]
mod survivors;

use cachescope::redis::{
    Address, AppendFsync, Config, Crash, Millis, Persistence, Position, Replica, ReplicaId, Reply, Server, Session,
    Source, Wait, split_line,
};
use proptest::prelude::*;
use survivors::contents;

const START: Millis = Millis(1_700_000_000_000);

fn after(ms: u64) -> Millis {
    Millis(START.0 + ms)
}

fn address(port: u16) -> Address {
    Address { host: "127.0.0.1".to_owned(), port }
}

fn run(server: &mut Server, now: Millis, line: &str) -> Reply {
    server.execute(&mut Session::default(), now, &split_line(line).unwrap())
}

/// A primary and a replica that has taken all its data.
struct Pair {
    primary: Server,
    replica: Replica,
    id: ReplicaId,
}

impl Pair {
    fn new(config: Config) -> Pair {
        let mut primary = Server::new(config, 1);
        let id = primary.attach_replica(START, address(6380));
        let mut pair = Pair { primary, replica: Replica::new(Config::default(), 2, address(6379)), id };
        pair.follow(START);
        pair
    }

    /// Carries all that is missing to the replica.
    fn follow(&mut self, now: Millis) -> Position {
        let data = self.primary.sync_replica(self.replica.position());
        self.replica.apply(now, &data).unwrap()
    }

    fn acknowledge(&mut self, now: Millis) {
        let position = self.replica.position().unwrap();
        self.primary.acknowledge(now, self.id, position);
    }
}

fn info(server: &mut Server, now: Millis, field: &str) -> String {
    let Reply::Bulk(Some(report)) = run(server, now, "INFO replication") else { panic!("INFO gave no text") };
    let report = String::from_utf8(report).unwrap();
    let value = report.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    value.unwrap_or_else(|| panic!("no {field} in {report}")).to_owned()
}

#[test]
fn a_replica_has_what_was_carried_to_it() {
    let mut pair = Pair::new(Config::default());
    run(&mut pair.primary, after(0), "SET k 1");
    assert_eq!(run(pair.replica.server(), after(5), "GET k"), Reply::NIL, "nothing was carried yet");
    let data = pair.primary.sync_replica(pair.replica.position());
    assert!(!data.is_full());
    run(&mut pair.primary, after(6), "SET k 2");
    pair.replica.apply(after(10), &data).unwrap();
    assert_eq!(run(pair.replica.server(), after(10), "GET k"), Reply::bulk("1"), "the replica lags");
    pair.follow(after(20));
    assert_eq!(run(pair.replica.server(), after(20), "GET k"), Reply::bulk("2"));
    let refused = run(pair.replica.server(), after(20), "SET k 3").to_string();
    assert_eq!(refused, "(error) READONLY You can't write against a read only replica.");
}

/// What changes a consumer group alone, or whole databases, is carried like everything else.
#[test]
fn groups_and_swaps_reach_the_replica() {
    let mut pair = Pair::new(Config::default());
    let lines = [
        "XADD s 1-1 a 1",
        "XADD s 2-1 a 2",
        "XADD s 3-1 a 3",
        "XGROUP CREATE s g 0",
        "XREADGROUP GROUP g bob COUNT 2 STREAMS s >",
        "XCLAIM s g carol 0 1-1",
        "XACK s g 2-1",
        "XGROUP CREATECONSUMER s g dan",
        "XGROUP SETID s g 3-1",
        "SWAPDB 0 1",
        "XGROUP DELCONSUMER s g dan",
        "SWAPDB 0 1",
    ];
    for (step, line) in lines.into_iter().enumerate() {
        let now = after(step as u64);
        run(&mut pair.primary, now, line);
        pair.follow(now);
        for question in ["XINFO GROUPS s", "XINFO STREAM s", "XPENDING s g", "XPENDING s g - + 9", "DBSIZE"] {
            let replies = [&mut pair.primary, pair.replica.server()].map(|server| run(server, now, question));
            assert_eq!(replies[0], replies[1], "{question} after {line}");
        }
    }
}

#[test]
fn data_may_arrive_twice_but_not_with_a_gap() {
    let mut pair = Pair::new(Config::default());
    let before = pair.replica.position();
    run(&mut pair.primary, after(0), "INCR n");
    let first = pair.primary.sync_replica(before);
    pair.replica.apply(after(1), &first).unwrap();
    let middle = pair.replica.position();
    run(&mut pair.primary, after(2), "INCR n");
    let both = pair.primary.sync_replica(before);
    run(&mut pair.primary, after(3), "INCR n");
    pair.replica.apply(after(4), &first).unwrap();
    pair.replica.apply(after(4), &both).unwrap();
    assert_eq!(run(pair.replica.server(), after(4), "GET n"), Reply::bulk("2"));
    let mut late = Replica::new(Config::default(), 3, address(6379));
    let gap = late.apply(after(5), &pair.primary.sync_replica(middle)).unwrap_err();
    assert_eq!((gap.has, Some(gap.sent)), (None, middle.map(|position| position.offset)));
}

#[test]
fn a_replica_that_was_away_too_long_takes_all_data_anew() {
    let mut pair = Pair::new(Config::default());
    run(&mut pair.primary, after(0), "SET small x");
    assert!(!pair.primary.sync_replica(pair.replica.position()).is_full());
    let value = "x".repeat(1_000);
    for number in 0..1_100 {
        run(&mut pair.primary, after(number), &format!("SET big:{number} {value}"));
    }
    let data = pair.primary.sync_replica(pair.replica.position());
    assert!(data.is_full(), "the backlog holds a mebibyte");
    pair.replica.apply(after(2_000), &data).unwrap();
    assert_eq!(run(pair.replica.server(), after(2_000), "DBSIZE"), Reply::Integer(1_101));
}

#[test]
fn a_key_whose_time_is_over_stays_on_the_replica_until_the_primary_says_so() {
    let mut pair = Pair::new(Config::default());
    run(&mut pair.primary, after(0), "SET k v PX 100");
    pair.follow(after(1));
    run(&mut pair.primary, after(90), "PERSIST k");
    let replica = pair.replica.server();
    assert_eq!(run(replica, after(150), "GET k"), Reply::NIL);
    replica.cron(after(160));
    assert_eq!(run(replica, after(160), "DBSIZE"), Reply::Integer(1));
    pair.follow(after(200));
    assert_eq!(run(pair.replica.server(), after(200), "GET k"), Reply::bulk("v"), "the primary had kept it in time");

    run(&mut pair.primary, after(300), "PEXPIRE k 10");
    assert_eq!(run(&mut pair.primary, after(400), "GET k"), Reply::NIL);
    pair.follow(after(401));
    assert_eq!(run(pair.replica.server(), after(401), "DBSIZE"), Reply::Integer(0));
}

#[test]
fn wait_counts_the_replicas_that_have_the_connections_writes() {
    let mut pair = Pair::new(Config::default());
    let mut session = Session::default();
    let mut call = |pair: &mut Pair, ms, line: &str| {
        let reply = pair.primary.execute(&mut session, after(ms), &split_line(line).unwrap());
        (reply, session.take_wait())
    };
    assert_eq!(call(&mut pair, 0, "WAIT 0 100"), (Reply::Integer(1), None), "nothing was written");
    call(&mut pair, 0, "SET k v");
    let (so_far, wait) = call(&mut pair, 0, "WAIT 1 100");
    let wait = wait.unwrap();
    assert_eq!((so_far, wait.deadline), (Reply::Integer(0), Some(after(100))));
    assert_eq!(pair.primary.waited(after(50), &wait), None);
    pair.follow(after(60));
    assert_eq!(pair.primary.waited(after(60), &wait), None, "the replica has it and the primary does not know");
    pair.acknowledge(after(70));
    assert_eq!(pair.primary.waited(after(70), &wait), Some(Reply::Integer(1)));

    let (_, wait) = call(&mut pair, 80, "WAIT 2 100");
    assert_eq!(pair.primary.waited(after(180), &wait.unwrap()), Some(Reply::Integer(1)), "one is all there are");
    let (_, forever) = call(&mut pair, 80, "WAIT 2 0");
    assert_eq!(pair.primary.waited(Millis(u64::MAX), &forever.unwrap()), None);
    assert_eq!(call(&mut pair, 90, "WAIT 1 -1").0.to_string(), "(error) ERR timeout is negative");
    for line in ["MULTI", "INCR n", "WAIT 1 0"] {
        call(&mut pair, 95, line);
    }
    let (replies, waiting) = call(&mut pair, 95, "EXEC");
    assert_eq!(replies, Reply::Array(Some(vec![Reply::Integer(1), Reply::Integer(1)])));
    assert_eq!(waiting, None, "nothing waits within a transaction");
    assert!(run(pair.replica.server(), after(99), "WAIT 1 0").is_error());
}

#[test]
fn promoting_a_lagging_replica_loses_acknowledged_writes() {
    let mut pair = Pair::new(Config::default());
    run(&mut pair.primary, after(0), "SET seen yes");
    pair.follow(after(1));
    assert_eq!(run(&mut pair.primary, after(2), "SET unseen yes"), Reply::OK, "acknowledged");
    pair.primary.crash(after(3), Crash::Machine);
    let mut promoted = pair.replica.promote();
    assert_eq!(run(&mut promoted, after(4), "GET seen"), Reply::bulk("yes"));
    assert_eq!(run(&mut promoted, after(4), "GET unseen"), Reply::NIL);
    assert_eq!(run(&mut promoted, after(4), "SET k v"), Reply::OK);

    // The old primary, back with its disk, becomes a replica and gives up what only it had.
    pair.primary.restart(after(5));
    let mut former = Replica::of(pair.primary, address(6380));
    let data = promoted.sync_replica(former.position());
    assert!(data.is_full());
    former.apply(after(6), &data).unwrap();
    assert_eq!(contents(former.server(), after(6)), contents(&promoted, after(6)));
}

#[test]
fn wait_makes_the_loss_less_likely_and_does_not_exclude_it() {
    let mut pair = Pair::new(Config::default());
    let mut session = Session::default();
    let mut slow = Replica::new(Config::default(), 4, address(6379));
    pair.primary.attach_replica(START, address(6381));
    slow.apply(START, &pair.primary.sync_replica(None)).unwrap();
    pair.primary.execute(&mut session, after(0), &["SET", "k", "v"]);
    pair.follow(after(1));
    pair.acknowledge(after(2));
    assert_eq!(pair.primary.execute(&mut session, after(3), &["WAIT", "1", "50"]), Reply::Integer(1));
    let mut promoted = slow.promote();
    assert_eq!(run(&mut promoted, after(4), "GET k"), Reply::NIL, "the wrong replica was promoted");
}

#[test]
fn a_primary_without_persistence_that_restarts_by_itself_wipes_its_replicas() {
    let mut pair = Pair::new(Config::default());
    for number in 0..100 {
        run(&mut pair.primary, after(number), &format!("SET k:{number} v"));
    }
    pair.follow(after(200));
    assert_eq!(run(pair.replica.server(), after(200), "DBSIZE"), Reply::Integer(100));

    pair.primary.crash(after(300), Crash::Process);
    assert!(!pair.primary.has_replica(pair.id));
    assert_eq!(pair.primary.restart(after(310)).source, Source::Nothing);
    pair.id = pair.primary.attach_replica(after(320), address(6380));
    pair.follow(after(320));
    assert_eq!(
        run(pair.replica.server(), after(320), "DBSIZE"),
        Reply::Integer(0),
        "the replica followed it into nothing"
    );

    // With an append-only file the same restart is harmless.
    let persistence =
        Persistence { append_only: true, append_fsync: AppendFsync::EverySecond, ..Persistence::default() };
    let mut safe = Pair::new(Config { persistence, ..Config::default() });
    run(&mut safe.primary, after(0), "SET k v");
    safe.primary.crash(after(300), Crash::Process);
    safe.primary.restart(after(310));
    safe.id = safe.primary.attach_replica(after(320), address(6380));
    safe.follow(after(320));
    assert_eq!(run(safe.replica.server(), after(320), "GET k"), Reply::bulk("v"));
}

#[test]
fn role_and_info_tell_both_sides() {
    let mut pair = Pair::new(Config::default());
    run(&mut pair.primary, after(0), "SET k v");
    let offset: u64 = info(&mut pair.primary, after(0), "master_repl_offset").parse().unwrap();
    // SELECT 0, then SET k v, as they are on the wire.
    assert_eq!(offset, 23 + 27);
    pair.follow(after(5));
    pair.acknowledge(after(1_000));
    assert_eq!(
        run(&mut pair.primary, after(3_000), "ROLE").to_string(),
        "1) \"master\"\n2) (integer) 50\n3) 1) 1) \"127.0.0.1\"\n      2) \"6380\"\n      3) \"50\""
    );
    let slave = info(&mut pair.primary, after(3_000), "slave0");
    assert_eq!(slave, "ip=127.0.0.1,port=6380,state=online,offset=50,lag=2");
    assert_eq!(info(&mut pair.primary, after(3_000), "connected_slaves"), "1");
    assert_eq!(info(&mut pair.primary, after(3_000), "master_replid").len(), 40);
    let role = run(pair.replica.server(), after(3_000), "ROLE").to_string();
    assert_eq!(role, "1) \"slave\"\n2) \"127.0.0.1\"\n3) (integer) 6379\n4) \"connected\"\n5) (integer) 50");
    assert_eq!(info(pair.replica.server(), after(3_000), "master_link_status"), "up");
    pair.primary.detach_replica(pair.id);
    assert_eq!(info(&mut pair.primary, after(3_000), "connected_slaves"), "0");
}

#[test]
fn an_acknowledgement_of_another_history_counts_for_nothing() {
    let mut pair = Pair::new(Config::default());
    run(&mut pair.primary, after(0), "SET k v");
    let old = pair.follow(after(1));
    pair.primary.crash(after(2), Crash::Process);
    pair.primary.restart(after(3));
    pair.id = pair.primary.attach_replica(after(4), address(6380));
    pair.primary.acknowledge(after(5), pair.id, old);
    let wait = Wait { replicas: 1, offset: 1, deadline: Some(after(6)) };
    assert_eq!(pair.primary.waited(after(6), &wait), Some(Reply::Integer(0)));
}

/// A step of a random run: a command on the primary, or what the caller carries.
fn step() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["a", "b", "c"]);
    (0u8..16, key.clone(), key, 0u32..300).prop_map(|(kind, one, other, n)| match kind {
        0..3 => format!("SET {one} v{n}"),
        3 => format!("SET {one} v{n} PX {n}"),
        4 => format!("RPUSH list:{one} {n}"),
        5 => format!("LPOP list:{one}"),
        6 => format!("INCRBYFLOAT float:{one} 0.{n}"),
        7 => format!("PEXPIRE {one} {n}"),
        8 => format!("DEL {one} list:{other}"),
        9 => format!("RENAME {one} {other}"),
        10 => format!("GET {one}"),
        11 => format!("SET filler:{n} {n}"),
        12 => "RESTART".to_owned(),
        _ => "FOLLOW".to_owned(),
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_replica_that_has_caught_up_holds_what_its_primary_holds(
        steps in prop::collection::vec((0u64..200, step()), 1..80), maxmemory in prop::sample::select(vec![0u64, 1_500]),
    ) {
        let policy = "allkeys-lfu".parse().unwrap();
        let mut pair = Pair::new(Config { maxmemory, policy, ..Config::default() });
        let mut now = START;
        for (pause, line) in steps {
            now.0 += pause;
            pair.primary.cron(now);
            match line.as_str() {
                "FOLLOW" => {
                    pair.follow(now);
                    prop_assert_eq!(contents(pair.replica.server(), now), contents(&pair.primary, now));
                    prop_assert_eq!(pair.replica.position(), Some(pair.primary.position()));
                }
                "RESTART" => {
                    pair.primary.crash(now, Crash::Process);
                    pair.primary.restart(now);
                    pair.id = pair.primary.attach_replica(now, address(6380));
                }
                _ => {
                    run(&mut pair.primary, now, &line);
                }
            }
        }
    }
}
