//! What a course says of each pattern, seen in the ready scenarios and over many seeds.

use cachescope::audit::Freshness;
use cachescope::engine::Span;
use cachescope::run::Run;
use cachescope::scenario::{Scenario, ready};
use cachescope::world::{Actor, EventKind, Settings};

use super::support::{run_ready, seconds};

fn everyday(pattern: &str, seed: u64, change: impl FnOnce(&mut Scenario)) -> Run {
    let mut scenario = ready("everyday", Some(pattern)).unwrap();
    scenario.seed = seed;
    scenario.duration = Span::from_secs(120);
    change(&mut scenario);
    Run::of(scenario).unwrap()
}

fn stale(run: &Run) -> usize {
    run.audit.reads_until(run.trace.end()).stale
}

#[test]
fn the_first_read_is_slow_and_the_second_fast() {
    let run = run_ready("second-read", None);
    let [miss, hit] = run.audit.reads() else { panic!("two reads") };
    let took = |read: &cachescope::audit::ReadRecord| read.answered.since(read.started).as_secs_f64();
    assert!(took(miss) > 2.0 * took(hit), "a miss took {}, a hit {}", took(miss), took(hit));
    let end = run.trace.scene(run.trace.end());
    assert_eq!((end.cache.hits, end.cache.misses, end.database.reads), (1, 1, 1));
}

#[test]
fn cache_aside_reads_stale_until_the_time_to_live_ends() {
    let run = run_ready("stale-read", None);
    let kinds: Vec<_> =
        run.audit.reads().iter().map(|read| matches!(read.freshness, Freshness::Stale { .. })).collect();
    assert_eq!(kinds, [false, true, true, false]);
    let ttl = run.scenario.settings.ttl.unwrap();
    assert!(run.audit.reads_until(run.trace.end()).max_stale_age <= ttl);
}

#[test]
fn cache_aside_holds_just_what_was_read() {
    for seed in 1..6 {
        let run = everyday("cache-aside", seed, |scenario| scenario.settings.ttl = None);
        let scene = run.trace.scene(run.trace.end());
        let held: Vec<String> = scene.entries.keys().map(ToString::to_string).collect();
        let mut read: Vec<String> = run.audit.reads().iter().map(|read| read.key.cache_key()).collect();
        read.sort();
        read.dedup();
        // A copy of a read that is under way may be there before its answer.
        assert!(read.iter().all(|key| held.contains(key)), "{read:?} {held:?}");
        assert!(held.len() <= read.len() + 2, "{read:?} {held:?}");
    }
}

#[test]
fn a_dead_cache_breaks_no_read_of_cache_aside() {
    let run = run_ready("cache-outage", None);
    assert_eq!(run.audit.failures_until(run.trace.end()), 0);
    let during = run.audit.reads().iter().filter(|read| read.started > seconds(14.0) && read.answered < seconds(28.0));
    assert!(during.count() > 5);
}

#[test]
fn the_application_never_meets_the_database_under_read_through() {
    for seed in 1..6 {
        let run = everyday("read-through", seed, |_| {});
        let direct = run.trace.events().iter().filter(|event| {
            matches!(&event.kind, EventKind::Sent { from: Actor::App, to: Actor::Database | Actor::Cache, .. })
        });
        assert_eq!(direct.count(), 0);
        assert!(run.trace.scene(run.trace.end()).database.reads > 0);
    }
}

#[test]
fn write_through_in_one_transaction_is_never_stale_without_faults() {
    for seed in 1..30 {
        let run = everyday("write-through", seed, |scenario| {
            scenario.settings.ttl = None;
            scenario.settings.transaction = true;
        });
        assert_eq!(stale(&run), 0, "seed {seed}");
    }
}

#[test]
fn write_through_without_a_transaction_is_stale_only_where_two_writes_of_a_row_overlapped() {
    for seed in 1..60 {
        let run = everyday("write-through", seed, |scenario| scenario.settings.ttl = None);
        let writes = run.audit.writes();
        let overlap = |key| {
            writes.iter().any(|one| {
                let others = writes.iter().filter(|other| other.write > one.write && other.key() == one.key());
                one.key() == key && others.into_iter().any(|other| one.told.is_none_or(|told| other.started < told))
            })
        };
        for read in run.audit.reads().iter().filter(|read| read.freshness != Freshness::Fresh) {
            assert!(overlap(read.key), "seed {seed}: {read:?}");
        }
    }
}

#[test]
fn a_crash_between_the_two_writes_leaves_write_through_stale() {
    let run = run_ready("torn-write", None);
    assert!(stale(&run) > 0);
    assert_eq!(run.audit.failures_until(run.trace.end()), 1, "its client was told of an error");
}

#[test]
fn write_behind_readers_of_the_cache_are_never_stale_without_faults() {
    for seed in 1..30 {
        let run = everyday("write-behind", seed, |scenario| scenario.settings.ttl = None);
        assert_eq!(stale(&run), 0, "seed {seed}");
    }
}

#[test]
fn write_behind_acknowledges_faster_than_write_through_and_writes_less() {
    let change = |scenario: &mut Scenario| {
        scenario.workload.read_share = 0.2;
        scenario.workload.keys = 3;
        scenario.settings = Settings { ttl: None, ..Settings::default() };
    };
    let behind = everyday("write-behind", 3, change);
    let through = everyday("write-through", 3, change);
    let p50 = |run: &Run| run.audit.write_latencies().quantiles(run.trace.end()).p50.unwrap();
    assert!(p50(&behind).as_secs_f64() * 1.8 < p50(&through).as_secs_f64());
    let statements = |run: &Run| run.trace.scene(run.trace.end()).database.writes as f64;
    let acknowledged = |run: &Run| run.audit.ledger(run.trace.end()).durable as f64;
    assert!(statements(&behind) / acknowledged(&behind) < 0.8, "coalescing saves statements");
    assert!(statements(&through) / acknowledged(&through) >= 1.0);
}

#[test]
fn a_dead_flusher_loses_nothing_while_the_cache_lives() {
    let run = run_ready("flusher-crash", None);
    let most = (0..=36).map(|at| run.audit.ledger(seconds(f64::from(at))).pending).max();
    assert!(most >= Some(5), "the queue grows: {most:?}");
    assert_eq!(run.audit.ledger(run.trace.end()).lost, 0);
}

#[test]
fn write_behind_goes_on_saying_saved_while_the_database_is_down() {
    let run = run_ready("database-outage", None);
    let during =
        |from: f64, to: f64| run.audit.ledger(seconds(to)).acknowledged - run.audit.ledger(seconds(from)).acknowledged;
    assert!(during(9.0, 21.0) >= 3);
    assert_eq!(run.audit.ledger(run.trace.end()).lost, 0);
    let through = run_ready("database-outage", Some("write-through"));
    let told = |run: &Run, at: f64| run.audit.ledger(seconds(at)).acknowledged;
    assert_eq!(told(&through, 21.0), told(&through, 10.5), "write-through can't save without the database");
}

#[test]
fn delete_after_update_costs_a_miss_and_update_after_update_a_hit() {
    for (scenario, hits, misses) in [("hybrid-delete", 0, 2), ("hybrid-update", 1, 1)] {
        let run = run_ready(scenario, None);
        let cache = run.trace.scene(run.trace.end()).cache;
        assert_eq!((cache.hits, cache.misses), (hits, misses), "{scenario}");
        assert_eq!(stale(&run), 0, "{scenario}");
    }
}
