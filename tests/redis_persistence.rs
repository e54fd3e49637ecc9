//! What survives a crash, by the settings of persistence: the windows of loss that Redis's documentation promises, over
//! random writes and random moments of death.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "redis/survivors.rs"]
mod survivors;

use cachescope::redis::{
    AppendFsync, Config, Crash, Disk, Millis, Persistence, Reply, SavePoint, Server, Session, Source, split_line,
};
use proptest::prelude::*;
use survivors::{Contents, contents};

const START: Millis = Millis(1_700_000_000_300);

fn after(ms: u64) -> Millis {
    Millis(START.0 + ms)
}

fn server(persistence: Persistence) -> Server {
    Server::new(Config { persistence, ..Config::default() }, 1)
}

fn appending(append_fsync: AppendFsync, fsync_ms: u64) -> Persistence {
    let disk = Disk { fsync_ms, ..Disk::default() };
    Persistence { append_only: true, append_fsync, disk, ..Persistence::default() }
}

fn run(server: &mut Server, now: Millis, line: &str) -> Reply {
    server.execute(&mut Session::default(), now, &split_line(line).unwrap())
}

fn info(server: &mut Server, now: Millis, field: &str) -> u64 {
    let Reply::Bulk(Some(report)) = run(server, now, "INFO persistence") else { panic!("INFO gave no text") };
    let report = String::from_utf8(report).unwrap();
    let value = report.lines().find_map(|line| line.strip_prefix(field)?.strip_prefix(':'));
    value.unwrap_or_else(|| panic!("no {field} in {report}")).parse().unwrap()
}

/// A random command line; `n` makes values differ.
fn line() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec!["a", "b", "c", "d"]);
    (0u8..20, key.clone(), key, 0u32..1000).prop_map(|(kind, one, other, n)| match kind {
        0..4 => format!("SET {one} v{n}"),
        4..6 => format!("SET {one} v{n} PX {}", 200 + n * 5),
        6 => format!("RPUSH list:{one} {n} x"),
        7 => format!("LPOP list:{one}"),
        8 => format!("INCR counter:{one}"),
        9 => format!("PEXPIRE {one} {}", n * 3),
        10 => format!("PERSIST {one}"),
        11 => format!("DEL {one} list:{other}"),
        12 => format!("RENAME {one} {other}"),
        13 => format!("APPEND {one} -{n}"),
        14 => format!("SELECT {}", n % 2),
        15 => "MULTI".to_owned(),
        16 | 17 => "EXEC".to_owned(),
        18 if n < 100 => "FLUSHDB".to_owned(),
        _ => format!("GET {one}"),
    })
}

fn history() -> impl Strategy<Value = Vec<(u64, String)>> {
    let pause = prop_oneof![4 => 0u64..40, 2 => 0u64..900, 1 => 0u64..20_000];
    prop::collection::vec((pause, line()), 1..50)
}

/// A run up to the crash, and what was there after each command.
struct Run {
    server: Server,
    /// When each command was run, and what the server held before it and at the end.
    times: Vec<Millis>,
    states: Vec<Server>,
    now: Millis,
}

impl Run {
    fn of(persistence: Persistence, history: &[(u64, String)]) -> Run {
        let mut run = Run { server: server(persistence), times: Vec::new(), states: Vec::new(), now: START };
        let mut session = Session::default();
        for (pause, line) in history {
            run.pass(*pause);
            run.times.push(run.now);
            run.states.push(run.server.clone());
            run.server.execute(&mut session, run.now, &split_line(line).unwrap());
        }
        run.states.push(run.server.clone());
        run
    }

    /// Lets time pass, with the cron ten times a second.
    fn pass(&mut self, ms: u64) {
        let end = self.now.0 + ms;
        for tick in (self.now.0 / 100 + 1)..=(end / 100) {
            self.server.cron(Millis(tick * 100));
        }
        self.now = Millis(end);
    }

    /// Crashes, restarts a while later, and gives the number of commands whose effects are there; whatever is there must be
    /// what some number of commands left.
    fn surviving(&mut self, crash: Crash, outage: u64) -> usize {
        self.server.crash(self.now, crash);
        let back = Millis(self.now.0 + outage);
        self.server.restart(back);
        let there = contents(&self.server, back);
        let matching = |state: &Server| contents(state, back) == there;
        self.states.iter().rposition(matching).unwrap_or_else(|| panic!("no moment was like {there:?}"))
    }

    /// How long before the crash the first lost command was acknowledged, in milliseconds; 0 when none is lost.
    fn window(&mut self, crash: Crash, outage: u64) -> u64 {
        let survived = self.surviving(crash, outage);
        let died = self.now;
        self.times.get(survived).map_or(0, |&first_lost| died.since(first_lost).max(1))
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn always_loses_no_acknowledged_write(history in history(), last in 0u64..40_000, outage in 0u64..9_000, fsync in 0u64..50) {
        for crash in [Crash::Process, Crash::Machine] {
            let mut run = Run::of(appending(AppendFsync::Always, fsync), &history);
            run.pass(last);
            prop_assert_eq!(run.surviving(crash, outage), history.len());
        }
    }

    #[test]
    fn everysec_loses_at_most_the_last_second_of_a_machine_and_nothing_of_a_process(
        history in history(), last in 0u64..3_000, outage in 0u64..9_000,
    ) {
        let settings = appending(AppendFsync::EverySecond, 0);
        let mut run = Run::of(settings.clone(), &history);
        run.pass(last);
        prop_assert_eq!(run.window(Crash::Process, outage), 0);
        let mut run = Run::of(settings, &history);
        run.pass(last);
        prop_assert!(run.window(Crash::Machine, outage) <= 1_000);
    }

    #[test]
    fn a_slow_disk_widens_the_window_of_everysec(
        history in history(), last in 0u64..3_000, outage in 0u64..9_000, fsync in 1u64..4_000,
    ) {
        // A write waits for the fsync under way to end, or for the second to be over, and then for its own fsync. While
        // one is under way Redis keeps writes in its own memory, though not longer than two seconds.
        let settings = appending(AppendFsync::EverySecond, fsync);
        let mut run = Run::of(settings.clone(), &history);
        run.pass(last);
        let window = run.window(Crash::Machine, outage);
        prop_assert!(window <= fsync.max(1_000) + fsync, "{window} ms");
        let mut run = Run::of(settings, &history);
        run.pass(last);
        let window = run.window(Crash::Process, outage);
        prop_assert!(window <= fsync.min(2_000), "{window} ms");
    }

    #[test]
    fn without_fsync_a_machine_loses_what_linux_has_not_written(
        history in history(), last in 0u64..60_000, outage in 0u64..9_000,
    ) {
        let settings = appending(AppendFsync::No, 0);
        let mut run = Run::of(settings.clone(), &history);
        run.pass(last);
        prop_assert_eq!(run.window(Crash::Process, outage), 0);
        let mut run = Run::of(settings, &history);
        run.pass(last);
        prop_assert!(run.window(Crash::Machine, outage) < 35_000);
    }

    #[test]
    fn rewriting_the_file_changes_nothing_of_what_survives(
        history in history(), last in 0u64..3_000, rewrite_at in prop::collection::vec(0usize..50, 1..4),
    ) {
        let mut history = history;
        for at in rewrite_at {
            history.insert(at.min(history.len()), (7, "BGREWRITEAOF".to_owned()));
        }
        let disk = Disk { bytes_per_ms: 1, fsync_ms: 0 };
        for (crash, most) in [(Crash::Process, 0), (Crash::Machine, 1_000)] {
            let settings = Persistence { disk, ..appending(AppendFsync::EverySecond, 0) };
            let mut run = Run::of(settings, &history);
            run.pass(last);
            prop_assert!(run.window(crash, 5) <= most);
        }
    }

    #[test]
    fn a_snapshot_brings_back_the_moment_of_its_fork(
        history in history(), last in 0u64..3_000, saves in prop::collection::vec(0usize..50, 0..4), outage in 0u64..9_000,
        bytes_per_ms in 1u64..20, machine: bool,
    ) {
        let mut history = history;
        for at in saves {
            history.insert(at.min(history.len()), (3, "BGSAVE".to_owned()));
        }
        let settings = Persistence { disk: Disk { bytes_per_ms, fsync_ms: 0 }, ..Persistence::default() };
        let mut run = Run { server: server(settings), times: Vec::new(), states: Vec::new(), now: START };
        let (mut session, mut forks) = (Session::default(), vec![Contents::new()]);
        for (pause, line) in &history {
            run.pass(*pause);
            let held = run.server.clone();
            // Another connection saves, for within a transaction a snapshot begins later.
            let mut saver = Session::default();
            let session = if line == "BGSAVE" { &mut saver } else { &mut session };
            let reply = run.server.execute(session, run.now, &split_line(line).unwrap());
            if reply == Reply::Status("Background saving started".into()) {
                forks.push(contents(&held, Millis(0)));
            }
        }
        run.pass(last);
        let finished = info(&mut run.server, run.now, "rdb_saves") as usize;
        prop_assert!(finished + 1 >= forks.len() - 1, "only the last one may be unfinished");
        run.server.crash(run.now, if machine { Crash::Machine } else { Crash::Process });
        let back = Millis(run.now.0 + outage);
        run.server.restart(back);
        let mut fork = forks.swap_remove(finished);
        fork.retain(|_, (_, expires_at)| expires_at.is_none_or(|at| back <= at));
        prop_assert_eq!(contents(&run.server, back), fork);
    }

    #[test]
    fn without_persistence_nothing_survives(history in history()) {
        let mut run = Run::of(Persistence::default(), &history);
        run.server.crash(run.now, Crash::Process);
        let restored = run.server.restart(run.now);
        prop_assert_eq!((restored.source, restored.keys), (Source::Nothing, 0));
        prop_assert!(contents(&run.server, run.now).is_empty());
    }

    #[test]
    fn a_clean_shutdown_loses_nothing(history in history(), outage in 0u64..9_000, appends: bool) {
        let save = vec![SavePoint { seconds: 100_000, changes: 1 }];
        let settings = Persistence { save, append_only: appends, ..appending(AppendFsync::No, 0) };
        let mut run = Run::of(settings, &history);
        let before = run.server.clone();
        run.server.shutdown(run.now);
        let back = Millis(run.now.0 + outage);
        run.server.restart(back);
        prop_assert_eq!(contents(&run.server, back), contents(&before, back));
    }
}

#[test]
fn everysec_does_lose_the_writes_since_the_last_second_began() {
    let mut cache = server(appending(AppendFsync::EverySecond, 0));
    run(&mut cache, after(0), "SET first 1");
    run(&mut cache, after(100), "SET second 2");
    run(&mut cache, after(699), "SET third 3");
    let mut at_the_turn = cache.clone();
    assert_eq!(cache.crash(after(699), Crash::Machine), 2, "the first write of a second is forced to the disk at once");
    cache.restart(after(5_000));
    assert_eq!(run(&mut cache, after(5_000), "KEYS *"), Reply::Array(Some(vec![Reply::bulk("first")])));
    assert_eq!(at_the_turn.crash(after(700), Crash::Machine), 0, "the next second has begun");
}

#[test]
fn without_fsync_half_a_minute_is_lost() {
    let mut cache = server(appending(AppendFsync::No, 0));
    run(&mut cache, after(0), "SET first 1");
    run(&mut cache, after(29_000), "SET second 2");
    let mut later = cache.clone();
    assert_eq!(cache.crash(after(29_900), Crash::Machine), 2);
    assert_eq!(later.crash(after(36_000), Crash::Machine), 0);
}

#[test]
fn what_a_process_left_to_the_system_is_lost_with_the_machine() {
    let mut cache = server(appending(AppendFsync::No, 0));
    run(&mut cache, after(0), "SET k v");
    assert_eq!(cache.crash(after(10), Crash::Process), 0);
    let mut reboot = cache.clone();
    assert_eq!(reboot.crash(after(20), Crash::Machine), 1, "the machine dies too before the system has written it");
    assert_eq!(cache.restart(after(20)).keys, 1);
}

#[test]
fn save_points_take_snapshots_by_themselves() {
    let save = SavePoint::parse("60 3").unwrap();
    let mut cache = server(Persistence { save, ..Persistence::default() });
    run(&mut cache, after(0), "MSET a 1 b 2");
    for tick in 1..700 {
        cache.cron(after(tick * 100));
    }
    assert_eq!(info(&mut cache, after(70_000), "rdb_saves"), 0, "two changes are too few");
    assert_eq!(info(&mut cache, after(70_000), "rdb_changes_since_last_save"), 2);
    run(&mut cache, after(70_000), "SET c 3");
    cache.cron(after(70_100));
    assert_eq!(info(&mut cache, after(70_100), "rdb_bgsave_in_progress"), 1);
    run(&mut cache, after(70_100), "SET d 4");
    assert_eq!(info(&mut cache, after(70_200), "rdb_changes_since_last_save"), 1, "what came after the fork");
    assert_eq!(run(&mut cache, after(70_200), "LASTSAVE"), Reply::Integer(after(70_101).seconds() as i64));
    assert_eq!(cache.crash(after(70_300), Crash::Process), 1);
    assert_eq!(cache.restart(after(71_000)).keys, 3);
}

#[test]
fn the_append_only_file_is_preferred_and_an_absent_one_is_empty() {
    let mut cache =
        server(Persistence { save: SavePoint::parse("900 1").unwrap(), ..appending(AppendFsync::Always, 0) });
    run(&mut cache, after(0), "SET k 1");
    assert_eq!(run(&mut cache, after(1), "SAVE"), Reply::OK);
    run(&mut cache, after(2), "SET k 2");
    assert!(cache.take_delay() > 0, "SAVE holds everything up");
    cache.crash(after(3), Crash::Machine);
    let mut only_snapshots = cache.clone();
    assert_eq!(cache.restart(after(4)).source, Source::Aof);
    assert_eq!(run(&mut cache, after(4), "GET k"), Reply::bulk("2"));

    let config = Config { persistence: Persistence::default(), ..only_snapshots.config().clone() };
    only_snapshots.reconfigure(config.clone());
    assert_eq!(only_snapshots.restart(after(4)).source, Source::Rdb);
    assert_eq!(run(&mut only_snapshots, after(4), "GET k"), Reply::bulk("1"));

    // Whoever switches appendonly on in the file of a stopped server loses sight of the snapshot.
    only_snapshots.crash(after(5), Crash::Process);
    only_snapshots.reconfigure(Config { persistence: appending(AppendFsync::Always, 0), ..config });
    let restored = only_snapshots.restart(after(6));
    assert_eq!((restored.source, restored.keys), (Source::Aof, 0));
}

#[test]
fn the_file_is_rewritten_when_it_has_grown() {
    let settings = Persistence { rewrite_min_bytes: 10_000, ..appending(AppendFsync::EverySecond, 0) };
    let mut cache = server(settings);
    for number in 0..2_000 {
        run(&mut cache, after(number), &format!("SET k {number}"));
        if number % 100 == 0 {
            cache.cron(after(number));
        }
    }
    let size = info(&mut cache, after(2_000), "aof_current_size");
    assert!(info(&mut cache, after(2_000), "aof_rewrites") > 2);
    assert!(size < 21_000, "{size}");
    cache.crash(after(2_000), Crash::Process);
    cache.restart(after(2_001));
    assert_eq!(run(&mut cache, after(2_001), "GET k"), Reply::bulk("1999"));
}

#[test]
fn expiries_come_back_as_the_moments_that_they_were() {
    let mut cache = server(appending(AppendFsync::Always, 0));
    run(&mut cache, after(0), "SET soon x PX 1000");
    run(&mut cache, after(0), "SET late x EX 100");
    run(&mut cache, after(400), "SET moved x");
    run(&mut cache, after(500), "PEXPIRE moved 5000");
    cache.crash(after(600), Crash::Machine);
    let restored = cache.restart(after(2_000));
    assert_eq!((restored.keys, restored.expired), (2, 1));
    assert_eq!(run(&mut cache, after(2_000), "PTTL late"), Reply::Integer(98_000));
    assert_eq!(run(&mut cache, after(2_000), "PTTL moved"), Reply::Integer(3_500));
    assert_eq!(run(&mut cache, after(2_000), "GET soon"), Reply::NIL);
}

#[test]
fn a_dead_server_answers_nothing_that_could_be_taken_for_data() {
    let mut cache = server(appending(AppendFsync::Always, 0));
    run(&mut cache, after(0), "SET k v");
    cache.crash(after(1), Crash::Process);
    assert_eq!(run(&mut cache, after(2), "GET k"), Reply::Error("CACHESCOPE the server is down".to_owned()));
    assert_eq!(run(&mut cache, after(2), "SET k w").to_string(), "(error) CACHESCOPE the server is down");
    cache.restart(after(3));
    assert_eq!(run(&mut cache, after(3), "GET k"), Reply::bulk("v"));
}

#[test]
fn evicted_keys_stay_evicted() {
    let config = Config {
        maxmemory: 20_000,
        policy: "allkeys-lru".parse().unwrap(),
        persistence: appending(AppendFsync::Always, 0),
        ..Config::default()
    };
    let mut cache = Server::new(config, 3);
    for number in 0..2_000 {
        run(&mut cache, after(number * 10), &format!("SET k:{number} value"));
    }
    assert!(cache.stats().evicted > 1_000);
    let before = contents(&cache, after(20_000));
    cache.crash(after(20_000), Crash::Machine);
    cache.restart(after(20_001));
    assert_eq!(contents(&cache, after(20_001)), before);
}

#[test]
fn always_tells_how_long_each_write_waits_for_the_disk() {
    let mut cache = server(appending(AppendFsync::Always, 4));
    run(&mut cache, after(0), "SET k v");
    assert_eq!(cache.take_delay(), 4);
    run(&mut cache, after(5), "GET k");
    assert_eq!(cache.take_delay(), 0);
}

#[test]
fn what_chance_decided_is_decided_the_same_way_again() {
    let config = Config {
        policy: "allkeys-lfu".parse().unwrap(),
        persistence: appending(AppendFsync::Always, 0),
        ..Config::default()
    };
    let mut cache = Server::new(config, 3);
    for number in 0..3_000 {
        run(&mut cache, after(number), &format!("INCR k:{}", number % 7));
    }
    let frequencies = |cache: &mut Server, now| {
        (0..7).map(|key| run(cache, now, &format!("OBJECT FREQ k:{key}"))).collect::<Vec<_>>()
    };
    let before = frequencies(&mut cache, after(3_000));
    assert!(before.iter().any(|frequency| *frequency != before[0]), "chance made no difference: {before:?}");
    cache.crash(after(3_000), Crash::Machine);
    cache.restart(after(3_001));
    let again = frequencies(&mut cache, after(3_001));
    assert_eq!(again, before);
}

#[test]
fn settings_that_change_while_the_server_runs_change_what_is_lost() {
    // How many of four writes a dying machine takes with it: two were made two seconds before, two within its last second.
    for (lines, lost) in [
        (&["CONFIG SET appendonly yes appendfsync always"][..], 0),
        (&["CONFIG SET appendonly yes appendfsync everysec"], 1),
        (&["CONFIG SET appendonly yes appendfsync no"], 4),
        (&["CONFIG SET appendonly yes appendfsync no", "CONFIG SET appendfsync always"], 0),
        (&["CONFIG SET appendonly yes", "CONFIG SET appendonly no"], 4),
        (&["CONFIG SET save '1 2'"], 2),
        (&["CONFIG SET save '1 2'", "CONFIG SET save ''"], 4),
        (&[], 4),
    ] {
        let mut cache = server(Persistence::default());
        for line in lines {
            assert_eq!(run(&mut cache, after(0), line), Reply::OK, "{line}");
        }
        let mut now = 0;
        for (at, write) in [(500, "SET a 1"), (900, "SET b 2"), (2_750, "SET c 3"), (2_900, "SET d 4")] {
            while now < at {
                cache.cron(after(now));
                now += 100;
            }
            assert_eq!(run(&mut cache, after(at), write), Reply::OK);
        }
        assert_eq!(cache.crash(after(2_900), Crash::Machine), lost, "{lines:?}");
        assert_eq!(cache.restart(after(4_000)).keys, 4 - lost, "{lines:?}");
    }
}

/// `CONFIG SET appendonly yes` begins the file with what is there, so that what was written before survives too.
#[test]
fn the_file_begins_with_what_is_there() {
    let mut cache = server(Persistence::default());
    run(&mut cache, after(0), "SET early 1");
    assert_eq!(run(&mut cache, after(10), "CONFIG SET appendonly yes appendfsync always"), Reply::OK);
    run(&mut cache, after(20), "SET late 2");
    assert_eq!(cache.crash(after(30), Crash::Machine), 0);
    assert_eq!(cache.restart(after(40)).keys, 2);
}
