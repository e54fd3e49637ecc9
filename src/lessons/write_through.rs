//! The claims about how fresh write-through keeps the cache.

use super::after_writes::AfterWrites;
use super::measure::{differing, last_scene, pattern_name, stale};
use super::words;
use super::{Claim, Exhibit, Figure, Finding, Showing};
use crate::audit::{Freshness, ReadRecord};
use crate::engine::{Distribution, Span};
use crate::redis::EvictionPolicy;
use crate::run::Run;
use crate::scenario::Step::{Read, Write};
use crate::scenario::{Scenario, scripted, with_outage, with_ttl};
use crate::world::{Actor, CacheMemory, FaultKind, Timings};

/// WT1.
pub(super) static ALWAYS_FRESH: Claim = Claim {
    id: "WT1",
    pattern: "write-through",
    says: "The cache is always up to date.",
    measures: "stale reads, and copies that differ from the database in the end",
    check: |runs| {
        let run = runs.first()?;
        let reads = AfterWrites::of(run).reads;
        let mismatches = stale(run) + differing(run).len();
        let figure = Figure::count(mismatches, "mismatch").against(words::number(reads), "reads of written rows");
        Some(Finding { holds: reads > 0 && mismatches == 0, figure })
    },
    proof: Exhibit {
        title: "Nothing fails, and each row has one writer",
        showings: || vec![Showing::new("Written to both, read from the cache", one_writer_a_row(), 6.3)],
        tell: tell_freshness,
    },
    breaks: &[
        Exhibit {
            title: "The application dies between the two writes",
            showings: || vec![Showing::new("The database has it, the cache does not", torn_write(false), 13.3)],
            tell: tell_freshness,
        },
        Exhibit {
            title: "Two writers reach the cache in the other order than the database",
            showings: || vec![Showing::new("The older write comes last", crossing_writers(false), 12.2)],
            tell: tell_freshness,
        },
        Exhibit {
            title: "One transaction, and the application dies before its end",
            showings: || vec![Showing::new("The cache can't be rolled back", half_a_transaction(), 10.0)],
            tell: tell_freshness,
        },
    ],
    cures: &[
        Exhibit {
            title: "The crash again, with both writes in one transaction",
            showings: || vec![Showing::new("All or nothing", torn_write(true), 13.3)],
            tell: tell_freshness,
        },
        Exhibit {
            title: "The two writers again, each in one transaction",
            showings: || vec![Showing::new("The second writer waits for the row", crossing_writers(true), 12.2)],
            tell: tell_freshness,
        },
    ],
};

fn one_writer_a_row() -> Scenario {
    let requests = [
        (0.5, 1, Write, "product:1"),
        (1.6, 2, Write, "order:1"),
        (4.8, 3, Read, "product:1"),
        (6.0, 4, Read, "order:1"),
        (7.4, 1, Write, "product:1"),
        (11.4, 4, Read, "product:1"),
        (12.6, 3, Read, "order:1"),
    ];
    fresh_for_ever(scripted("write-through", 16, &requests))
}

fn torn_write(transaction: bool) -> Scenario {
    let requests = [(0.5, 1, Write, "product:1"), (5.5, 2, Write, "product:1"), (11.5, 3, Read, "product:1")];
    let scenario = fresh_for_ever(scripted("write-through", 16, &requests));
    let mut scenario = with_outage(scenario, Actor::App, FaultKind::CrashBetweenSteps, 4.5, 10.5);
    scenario.settings.transaction = transaction;
    scenario
}

/// The cache has the value, and `COMMIT` is not sent any more.
fn half_a_transaction() -> Scenario {
    let requests = [(0.5, 1, Write, "product:1"), (6.5, 2, Write, "product:1"), (12.5, 3, Read, "product:1")];
    let mut scenario = fresh_for_ever(scripted("write-through", 17, &requests));
    scenario.settings.transaction = true;
    with_outage(scenario, Actor::App, FaultKind::Crash, 9.6, 11.5)
}

/// A network on which one command takes far longer than another.
pub(super) fn crossing_writers(transaction: bool) -> Scenario {
    let requests = [(0.5, 1, Write, "product:1"), (1.1, 2, Write, "product:1"), (9.0, 3, Read, "product:1")];
    let mut scenario = fresh_for_ever(scripted("write-through", 14, &requests));
    let cache_link = Distribution::Uniform { low: Span::from_millis(150), high: Span::from_millis(2_000) };
    scenario.timings = Timings { cache_link, cache_timeout: Span::from_secs(6), ..Timings::classroom() };
    scenario.settings.transaction = transaction;
    scenario.seed = CROSSING_SEED;
    scenario
}

const CROSSING_SEED: u64 = 1;

fn fresh_for_ever(mut scenario: Scenario) -> Scenario {
    scenario.settings.ttl = None;
    scenario
}

pub(super) fn tell_freshness(runs: &[Run]) -> Option<String> {
    let run = runs.first()?;
    let reads = AfterWrites::of(run).reads;
    let counted =
        format!("{}: {} of {} stale", pattern_name(run), stale(run), words::count(run.audit.reads().len(), "read"));
    if let Some(read) = run.audit.reads().iter().find(|read| is_stale(read)) {
        return Some(format!("{counted}. {}", tell_stale_read(run, read)?));
    }
    if let Some((copy, stored)) = differing(run).first() {
        let (key, copy, stored) = (copy.key().cache_key(), copy.headline(), stored.headline());
        return Some(format!("{counted}, but the cache says {key} = {copy}, and the database {stored}."));
    }
    Some(format!("{counted}; {} began after a write and saw it.", words::count(reads, "read")))
}

fn is_stale(read: &ReadRecord) -> bool {
    matches!(read.freshness, Freshness::Stale { .. })
}

fn tell_stale_read(run: &Run, read: &ReadRecord) -> Option<String> {
    let Freshness::Stale { age } = read.freshness else { return None };
    let stored = last_scene(run).rows.get(&read.key).map(|stored| stored.row.headline())?;
    Some(format!(
        "{} got {} = {}, which had been out of date for {}; the database says {stored}.",
        read.client.name(),
        read.key.cache_key(),
        read.row.as_ref()?.headline(),
        words::span(age),
    ))
}

/// WT2.
pub(super) static NO_MISSES: Claim = Claim {
    id: "WT2",
    pattern: "write-through",
    says: "Whoever reads what has been written never misses.",
    measures: "misses among reads of written rows",
    check: |runs| {
        let AfterWrites { reads, misses, .. } = AfterWrites::of(runs.first()?);
        let figure = Figure::count(misses, "miss").against(words::number(reads), "reads of written rows");
        Some(Finding { holds: reads > 0 && misses == 0, figure })
    },
    proof: Exhibit {
        title: "Written rows are read",
        showings: || vec![Showing::new("Each read of a written row hits", written_then_read(), 9.6)],
        tell: tell_misses,
    },
    breaks: &[
        Exhibit {
            title: "With a time to live",
            showings: || vec![Showing::new("The copy has expired", with_ttl(written_then_read(), 4), 10.6)],
            tell: tell_misses,
        },
        Exhibit {
            title: "With little memory",
            showings: || vec![Showing::new("The copy was evicted", little_memory(), 10.6)],
            tell: tell_misses,
        },
    ],
    cures: &[],
};

fn written_then_read() -> Scenario {
    let requests = [
        (0.5, 1, Write, "product:1"),
        (1.5, 2, Write, "order:1"),
        (2.5, 3, Write, "user:1"),
        (3.5, 4, Write, "product:2"),
        (8.0, 1, Read, "product:1"),
        (9.0, 2, Read, "order:1"),
        (10.0, 3, Read, "user:1"),
        (11.0, 4, Read, "product:2"),
    ];
    fresh_for_ever(scripted("write-through", 17, &requests))
}

/// Memory for some of the four rows.
fn little_memory() -> Scenario {
    let memory = CacheMemory { maxmemory: LITTLE_MEMORY, policy: EvictionPolicy::AllKeysLru };
    Scenario { memory, ..written_then_read() }
}

const LITTLE_MEMORY: u64 = 400;

fn tell_misses(runs: &[Run]) -> Option<String> {
    let run = runs.first()?;
    let AfterWrites { reads, misses, .. } = AfterWrites::of(run);
    let cache = last_scene(run).cache;
    let why = match (cache.expired, cache.evicted) {
        (0, 0) => "no copy went".to_owned(),
        (expired, 0) => format!("{} expired", words::plural(expired as f64, "copy")),
        (0, evicted) => format!("{} evicted", words::plural(evicted as f64, "copy")),
        (expired, evicted) => format!("{} expired and {evicted} evicted", words::plural(expired as f64, "copy")),
    };
    Some(format!(
        "{} among {} of written rows: {why} during the run.",
        words::count(misses, "miss"),
        words::count(reads, "read")
    ))
}
