//! Each race and each overload beside the same run with a protection.

use cachescope::audit::Freshness;
use cachescope::database::{Row, RowKey, Value, seed};
use cachescope::patterns;
use cachescope::run::Run;
use cachescope::scenario::{Knob, READY, find};

use super::support::{demands, run, with};

/// What goes wrong without the protection.
#[derive(Clone, Copy, Debug)]
enum Harm {
    /// A read that shows an old value, whether the newer one is only late or lost.
    Stale,
    /// A saved write that is gone.
    Lost,
    /// A client who is told of an error.
    Failed,
    /// A piece that was sold and is still in stock.
    Oversold,
}

use Harm::{Failed, Lost, Oversold, Stale};

/// The ready scenario without a protection, the one with it, what it saves from, and how much of that is left.
const PAIRS: [(&str, &str, Harm, usize); 29] = [
    ("stale-fill", "stale-fill-leases", Stale, 0),
    ("stale-fill", "stale-fill-versioned", Stale, 0),
    ("stale-fill", "stale-fill-second-delete", Stale, 1),
    ("crossing-writers", "crossing-writers-versioned", Stale, 0),
    ("torn-write", "torn-write-together", Stale, 0),
    ("lost-delete", "lost-delete-again", Stale, 0),
    ("lost-delete", "lost-delete-outbox", Stale, 0),
    ("torn-delete", "torn-delete-outbox", Stale, 0),
    ("replica-refill", "replica-refill-versioned", Stale, 0),
    ("lost-update", "lost-update-compared", Oversold, 0),
    ("out-of-order-flush", "out-of-order-flush-versioned", Lost, 0),
    ("write-behind-data-loss", "write-behind-durable", Lost, 0),
    ("restart-snapshot", "restart-file", Lost, 0),
    ("flusher-took-all", "flusher-took-all-stream", Lost, 0),
    ("queue-cut", "queue-cut-stream", Lost, 0),
    ("cache-failover", "cache-failover-wait", Lost, 0),
    ("dropped-delete", "dropped-delete-again", Stale, 0),
    ("burst", "burst-single-flight", Failed, 0),
    ("stampede", "stampede-single-flight", Failed, 0),
    ("stampede", "stampede-leases", Failed, 0),
    ("stampede", "stampede-early-expiry", Failed, 0),
    ("avalanche", "avalanche-jitter", Failed, 0),
    ("penetration", "penetration-negative", Failed, 0),
    ("penetration", "penetration-bloom", Failed, 0),
    ("hot-key", "hot-key-near", Failed, 0),
    ("retry-storm", "retry-storm-breaker", Failed, 0),
    ("cold-start", "cold-start-single-flight", Failed, 0),
    ("pool-exhausted", "pool-exhausted-breaker", Failed, 0),
    ("slow-tail", "slow-tail-hedged", Failed, 0),
];

fn count(run: &Run, harm: Harm) -> usize {
    let end = run.trace.end();
    match harm {
        Stale => run.audit.reads().iter().filter(|read| read.freshness != Freshness::Fresh).count(),
        Lost => run.audit.ledger(end).lost,
        Failed => run.audit.failures_until(end),
        Oversold => oversold(run),
    }
}

/// Pieces of the first product that were sold, less those that are gone from its stock.
fn oversold(run: &Run) -> usize {
    let key = RowKey::product(1);
    let stock = |row: &Row| match row.get("stock") {
        Some(Value::Integer(stock)) => *stock,
        _ => 0,
    };
    let sold = run.audit.writes().iter().filter(|write| write.key() == key && write.told.is_some()).count();
    let scene = run.trace.scene(run.trace.end());
    let gone = scene.rows.get(&key).map_or(0, |stored| stock(&seed::row(key)) - stock(&stored.row));
    sold.saturating_sub(usize::try_from(gone).unwrap())
}

#[test]
fn each_protection_saves_from_what_happens_without_it() {
    for (without, with, harm, left) in PAIRS {
        let (before, after) = (run(find(without).unwrap().scenario()), run(find(with).unwrap().scenario()));
        let (harmed, saved) = (count(&before, harm), count(&after, harm));
        println!("{with}: {harm:?} {harmed} -> {saved}");
        assert!(harmed > left, "{without}: {harm:?} {harmed}");
        assert_eq!(saved, left, "{with}: {harm:?}, {harmed} without");
        // Nothing else goes wrong in its place. A crash is told to its victim either way, and who is not told 'saved' before
        // that holds may be told of an error instead.
        let others = [&[Stale][..], &[Lost], &[Lost, Failed]].map(|harms| {
            let all = |run: &Run| harms.iter().map(|harm| count(run, *harm)).sum::<usize>();
            (all(&before), all(&after))
        });
        assert!(others.iter().all(|(before, after)| after <= before), "{with}: {others:?}");
    }
}

#[test]
fn every_ready_scenario_with_a_protection_is_in_the_table() {
    for ready in &READY {
        if let Some(without) = ready.without {
            assert!(PAIRS.iter().any(|(one, other, ..)| (*one, *other) == (without, ready.id)), "{}", ready.id);
        }
    }
}

#[test]
fn both_runs_of_a_pair_meet_the_same_demands() {
    for (without, with, ..) in PAIRS {
        let retried = find(without).unwrap().scenario().workload.retries > 0;
        let (before, after) = (run(find(without).unwrap().scenario()), run(find(with).unwrap().scenario()));
        assert!(retried || demands(&before) == demands(&after), "{with}");
    }
}

/// Other cures of the same races, which are not among the ready scenarios.
#[test]
fn other_protections_help_too() {
    type Case = (&'static str, &'static [(Knob, f64)], Harm);
    let cases: [Case; 6] = [
        ("crossing-writers", &[(Knob::VersionedFills, 1.0), (Knob::SecondDelete, 2.0)], Stale),
        ("stale-fill", &[(Knob::Leases, 1.0), (Knob::SecondDelete, 4.0)], Stale),
        ("stale-fill", &[(Knob::VersionedFills, 1.0), (Knob::SingleFlight, 1.0)], Stale),
        ("stampede", &[(Knob::Leases, 1.0), (Knob::SingleFlight, 1.0)], Failed),
        ("stampede", &[(Knob::VersionedFills, 1.0), (Knob::SingleFlight, 1.0)], Failed),
        ("penetration", &[(Knob::NegativeTtl, 30.0), (Knob::Leases, 1.0)], Failed),
    ];
    for (id, knobs, harm) in cases {
        let saved = count(&run(with(&find(id).unwrap().scenario(), knobs)), harm);
        assert_eq!(saved, 0, "{id} with {knobs:?}");
    }
}

/// The database compares versions; in write-behind, where the cache has the newest row, `WATCH` tells of a change. A cache
/// layer writes what it is given, and does not know what that was worked out from.
#[test]
fn an_update_is_lost_with_every_pattern_unless_versions_are_compared() {
    for pattern in &patterns::ALL {
        let mut scenario = find("lost-update").unwrap().scenario();
        scenario.pattern = pattern.id.to_owned();
        assert_eq!(count(&run(scenario.clone()), Oversold), 1, "{}", pattern.id);
        if pattern.roles.layer.is_some() {
            continue;
        }
        let careful = run(with(&scenario, &[(Knob::CompareVersion, 1.0)]));
        let failed = careful.audit.failures_until(careful.trace.end());
        assert_eq!((count(&careful, Oversold), failed), (0, 0), "{}", pattern.id);
    }
}
