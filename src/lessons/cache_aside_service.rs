//! The claims about how well cache-aside serves its readers.

use super::measure::{begun_within, downtime, greatest_age, load_within, mean_time, stale};
use super::requests::{Request, requests};
use super::words;
use super::{Claim, Exhibit, Figure, Finding, Showing, Unit};
use crate::engine::{Distribution, Span, VirtualTime};
use crate::run::Run;
use crate::scenario::Step::{Read, Write};
use crate::scenario::{Action, Intervention, Knob, Scenario, scripted, with_outage, with_ttl};
use crate::workload::{Arrivals, Mix};
use crate::world::{Actor, FaultKind, Settings, Timings};

/// CA3.
pub(super) static CACHE_MAY_FAIL: Claim = Claim {
    id: "CA3",
    pattern: "cache-aside",
    says: "If the cache fails, the application goes on working.",
    measures: "share of requests that fail while the cache is down",
    check: |runs| {
        let outage = Outage::of(runs.first()?)?;
        let holds = outage.failed == 0 && outage.during > outage.before && outage.load_during > outage.load_before;
        let share = words::number(outage.failed) / words::number(outage.requests);
        Some(Finding { holds, figure: Figure::new(share, Unit::Share) })
    },
    proof: Exhibit {
        title: "The cache crashes",
        showings: || vec![Showing::new("The shop stays open", dead_cache(), 16.0)],
        tell: |runs| {
            let run = runs.first()?;
            let outage = Outage::of(run)?;
            Some(format!(
                "Of {} made while the cache was down, {} failed. Reads took {} instead of {} on average, and the database \
                 executed {} statements a second instead of {}.",
                words::count(outage.requests, "request"),
                outage.failed,
                words::seconds(outage.during),
                words::seconds(outage.before),
                words::short(outage.load_during),
                words::short(outage.load_before),
            ))
        },
    },
    breaks: &[Exhibit {
        title: "The database can't carry the whole load",
        showings: || vec![Showing::new("A small database behind a busy cache", small_database(), 19.0)],
        tell: |runs| {
            let outage = Outage::of(runs.first()?)?;
            Some(format!(
                "The cache had kept the load from the database: {} failed before. While it was down, {} of {} failed, and those that did not \
                 took {} instead of {} on average.",
                outage.failed_before,
                outage.failed,
                words::count(outage.requests, "request"),
                words::seconds(outage.during),
                words::seconds(outage.before),
            ))
        },
    }],
    cures: &[],
};

fn dead_cache() -> Scenario {
    let mut scenario = Scenario { seed: 4, duration: Span::from_secs(40), ..Scenario::default() };
    scenario.workload = Mix { rate: 1.6, read_share: 0.9, keys: 6, ..Mix::default() };
    with_outage(scenario, Actor::Cache, FaultKind::Crash, 14.0, 28.0)
}

fn small_database() -> Scenario {
    let mut scenario = Scenario {
        seed: 4,
        duration: Span::from_secs(40),
        workload: Mix { rate: 0.8, read_share: 1.0, keys: 4, arrivals: Arrivals::Even, ..Mix::default() },
        settings: Settings { ttl: None, ..Settings::default() },
        timings: Timings { database_workers: 1, pool: 2, pool_waiting: 4, ..Timings::classroom() },
        ..Scenario::default()
    };
    // The rush comes when the cache is warm.
    let rush = Action::Set { name: Knob::Rate, value: 4.0 };
    scenario.intervene(Intervention { at: VirtualTime::from_secs(8), action: rush });
    with_outage(scenario, Actor::Cache, FaultKind::Crash, 14.0, 28.0)
}

/// What the absence of the cache does to requests.
struct Outage {
    requests: usize,
    failed: usize,
    failed_before: usize,
    before: f64,
    during: f64,
    load_before: f64,
    load_during: f64,
}

impl Outage {
    fn of(run: &Run) -> Option<Self> {
        let (from, to) = downtime(run, Actor::Cache)?;
        let before = begun_within(run, VirtualTime::ZERO, from);
        let during = begun_within(run, from, to);
        let reads = |requests: &[Request]| mean_time(requests.iter().filter(|request| request.is_read()));
        let failed = |requests: &[Request]| requests.iter().filter(|request| request.failed()).count();
        Some(Self {
            requests: during.len(),
            failed: failed(&during),
            failed_before: failed(&before),
            before: reads(&before)?,
            during: reads(&during)?,
            load_before: load_within(run, VirtualTime::ZERO, from),
            load_during: load_within(run, from, to),
        })
    }
}

/// CA4.
pub(super) static FIRST_IS_SLOW: Claim = Claim {
    id: "CA4",
    pattern: "cache-aside",
    says: "The first request for something is slow, because the cache does not have it yet.",
    measures: "time of a miss over time of a hit",
    check: |runs| {
        let (misses, hits) = misses_and_hits(runs.first()?);
        let figure = Figure::new(words::mean(misses.clone())? / words::mean(hits.clone())?, Unit::Times);
        let quickest_miss = misses.into_iter().fold(f64::INFINITY, f64::min);
        let slowest_hit = hits.into_iter().fold(0.0, f64::max);
        Some(Finding { holds: quickest_miss > slowest_hit, figure })
    },
    proof: Exhibit {
        title: "Each row is read twice",
        showings: || vec![Showing::new("A miss, then a hit", read_twice(), 3.4)],
        tell: |runs| {
            let (misses, hits) = misses_and_hits(runs.first()?);
            let (count_misses, count_hits) = (misses.len(), hits.len());
            let (miss, hit) = (words::mean(misses)?, words::mean(hits)?);
            Some(format!(
                "{} took {} on average, {} took {}: a first read is {} times as slow.",
                words::count(count_misses, "miss"),
                words::seconds(miss),
                words::count(count_hits, "hit"),
                words::seconds(hit),
                words::short(miss / hit),
            ))
        },
    },
    breaks: &[],
    cures: &[],
};

pub(super) fn read_twice() -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (1.5, 2, Read, "user:1"),
        (2.5, 3, Read, "order:1"),
        (7.0, 4, Read, "product:1"),
        (8.0, 1, Read, "user:1"),
        (9.0, 2, Read, "order:1"),
    ];
    scripted("cache-aside", 12, &requests)
}

/// How long reads took for which the database was asked, and the others.
fn misses_and_hits(run: &Run) -> (Vec<f64>, Vec<f64>) {
    let (mut misses, mut hits) = (Vec::new(), Vec::new());
    for read in requests(run).into_values().filter(Request::is_read) {
        let Some(took) = read.took() else { continue };
        if read.asked_database { &mut misses } else { &mut hits }.push(took.as_secs_f64());
    }
    (misses, hits)
}

/// CA5.
pub(super) static MAY_BE_STALE: Claim = Claim {
    id: "CA5",
    pattern: "cache-aside",
    says: "What is cached can be out of date, though no longer than its time to live.",
    measures: "greatest age of a stale read against the time to live",
    check: |runs| {
        let run = runs.first()?;
        let ttl = run.scenario.settings.ttl?.as_secs_f64();
        let age = greatest_age(run);
        let figure = Figure::new(age, Unit::Seconds).against(ttl, "time to live");
        Some(Finding { holds: stale(run) > 0 && age <= ttl, figure })
    },
    proof: Exhibit {
        title: "A write leaves the copy as it is",
        showings: || vec![Showing::new("The old price for a while", stale_for_a_while(), 10.6)],
        tell: tell_staleness,
    },
    breaks: &[Exhibit {
        title: "The stale fill: a slow reader stores what it read before the write",
        showings: || vec![Showing::new("Older than its time to live", stale_fill(), 10.7)],
        tell: tell_staleness,
    }],
    cures: &[],
};

fn stale_for_a_while() -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (5.0, 2, Write, "product:1"),
        (8.8, 3, Read, "product:1"),
        (11.0, 4, Read, "product:1"),
        (16.5, 1, Read, "product:1"),
    ];
    with_ttl(scripted("cache-aside", 22, &requests), 12)
}

/// A network on which one row takes far longer than another.
fn stale_fill() -> Scenario {
    let mut requests = vec![(0.5, 1, Read, "product:1"), (0.7, 2, Write, "product:1")];
    requests.extend((12..28).map(|step| (f64::from(step) / 2.0, 3, Read, "product:1")));
    let mut scenario = with_ttl(scripted("cache-aside", 18, &requests), 4);
    let database_link = Distribution::Uniform { low: Span::from_millis(200), high: Span::from_millis(3_000) };
    scenario.timings = Timings { database_link, database_timeout: Span::from_secs(8), ..Timings::classroom() };
    scenario.seed = STALE_FILL_SEED;
    scenario
}

const STALE_FILL_SEED: u64 = 2427;

fn tell_staleness(runs: &[Run]) -> Option<String> {
    let run = runs.first()?;
    let (ttl, age) = (run.scenario.settings.ttl?.as_secs_f64(), greatest_age(run));
    let within = if age <= ttl { "within" } else { "beyond" };
    Some(format!(
        "Stale reads: {} of {}; the oldest value had been out of date for {}, {within} the time to live of {}.",
        stale(run),
        run.audit.reads_until(run.trace.end()).total,
        words::seconds(age),
        words::seconds(ttl),
    ))
}
