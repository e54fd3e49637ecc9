//! The claims about write-behind's promise and its price.

use super::measure::{median_write, pair, pattern_name, stale};
use super::words;
use super::{Claim, Exhibit, Figure, Finding, Showing, Unit};
use crate::audit::{Freshness, WriteRecord};
use crate::engine::{Span, VirtualTime};
use crate::run::Run;
use crate::scenario::Step::{Read, Write};
use crate::scenario::{Action, Intervention, Scenario, scripted, with_outage};
use crate::workload::Mix;
use crate::world::{Actor, FaultKind, Settings};

/// WB1.
pub(super) static FAST_WRITES: Claim = Claim {
    id: "WB1",
    pattern: "write-behind",
    says: "Writes are very fast.",
    measures: "median time until a write is acknowledged",
    check: |runs| {
        let (own, other) = pair(runs)?;
        let (own, other) = (median_write(own)?, median_write(other)?);
        let figure = Figure::new(own, Unit::Seconds).against(other, "write-through");
        Some(Finding { holds: own < other, figure })
    },
    proof: Exhibit {
        title: "The same writes in two patterns",
        showings: || with_through(Showing::new("'Saved' once the cache has it", writers(None), 9.0)),
        tell: tell_write_times,
    },
    breaks: &[Exhibit {
        title: "The queue may not grow: writes are held back",
        showings: || with_through(Showing::new("Writers wait for the flusher", writers(Some(1)), 14.0)),
        tell: tell_write_times,
    }],
    cures: &[],
};

fn with_through(behind: Showing) -> Vec<Showing> {
    let through = behind.under("write-through", "Write-through: 'saved' after both");
    vec![behind, through]
}

fn writers(queue_limit: Option<u32>) -> Scenario {
    Scenario {
        pattern: "write-behind".to_owned(),
        seed: 2,
        duration: Span::from_secs(40),
        workload: Mix { rate: 0.9, read_share: 0.2, keys: 6, ..Mix::default() },
        settings: Settings { ttl: None, queue_limit, ..Settings::default() },
        ..Scenario::default()
    }
}

fn tell_write_times(runs: &[Run]) -> Option<String> {
    let (own, other) = pair(runs)?;
    let (behind, through) = (median_write(own)?, median_write(other)?);
    Some(format!(
        "Half of the writes were acknowledged within {} under {}, and within {} under {}.",
        words::seconds(behind),
        pattern_name(own),
        words::seconds(through),
        pattern_name(other),
    ))
}

/// WB4.
pub(super) static LOSS: Claim = Claim {
    id: "WB4",
    pattern: "write-behind",
    says: "If the cache fails before it has passed on what it holds, data is lost.",
    measures: "acknowledged writes lost against those pending at the crash",
    check: |runs| {
        let loss = Loss::of(runs.first()?)?;
        let lost = loss.lost.len();
        let figure = Figure::count(lost, "lost write").against(words::number(loss.pending), "pending at the crash");
        let named = loss.lost.iter().all(|write| write.told.is_some() && tell_lost_write(write).is_some());
        Some(Finding { holds: lost > 0 && lost == loss.pending && named, figure })
    },
    proof: Exhibit {
        title: "The cache crashes between two flushes",
        showings: || vec![Showing::new("Saved, then lost", crash_before_flush(6), 14.8)],
        tell: tell_loss,
    },
    breaks: &[Exhibit {
        title: "The same crash under write-through",
        showings: || {
            let behind = Showing::new("", crash_before_flush(6), 14.8);
            vec![behind.under("write-through", "What was told is in the database")]
        },
        tell: tell_loss,
    }],
    cures: &[Exhibit {
        title: "The same crash with a shorter interval: less is lost, not nothing",
        showings: || vec![Showing::new("Flushed more often", crash_before_flush(3), 14.8)],
        tell: tell_loss,
    }],
};

fn crash_before_flush(interval: u64) -> Scenario {
    let requests = [
        (0.4, 1, Write, "product:1"),
        (1.3, 2, Write, "order:1"),
        (2.4, 3, Write, "user:1"),
        (7.2, 2, Write, "product:1"),
        (8.1, 1, Write, "order:2"),
        (9.0, 3, Write, "product:2"),
        (9.9, 4, Write, "user:2"),
        (10.8, 2, Write, "order:1"),
        (11.7, 1, Write, "product:1"),
        (15.6, 3, Read, "product:1"),
        (17.0, 2, Read, "order:1"),
        (20.0, 1, Read, "product:2"),
        (21.5, 4, Read, "user:2"),
    ];
    let mut scenario = scripted("write-behind", 27, &requests);
    let flush_interval = Span::from_secs(interval);
    scenario.settings = Settings { ttl: None, flush_interval, ..Settings::default() };
    with_outage(scenario, Actor::Cache, FaultKind::Crash, 14.2, 19.0)
}

/// What a crash of the cache cost.
struct Loss<'a> {
    pending: usize,
    lost: Vec<&'a WriteRecord>,
}

impl<'a> Loss<'a> {
    fn of(run: &'a Run) -> Option<Self> {
        let (crash, _) = super::measure::downtime(run, Actor::Cache)?;
        let pending = run.audit.ledger(crash - Span::from_nanos(1)).pending;
        Some(Self { pending, lost: run.audit.lost_writes(run.trace.end()).collect() })
    }
}

fn tell_loss(runs: &[Run]) -> Option<String> {
    let Loss { pending, lost } = Loss::of(runs.first()?)?;
    if lost.is_empty() {
        let pending = words::count(pending, "acknowledged write");
        return Some(format!("{pending} waited for the database when the cache crashed, and none was lost."));
    }
    let each: Option<Vec<String>> = lost.iter().map(|write| tell_lost_write(write)).collect();
    Some(format!(
        "{} waited for the database when the cache crashed, and {} of them {} lost: {}.",
        words::count(pending, "acknowledged write"),
        lost.len(),
        if lost.len() == 1 { "was" } else { "were" },
        each?.join("; "),
    ))
}

/// Who was told what, and what the database holds instead.
fn tell_lost_write(write: &WriteRecord) -> Option<String> {
    let held = write.lost()?.database_holds.as_ref()?;
    Some(format!(
        "{} was told 'saved' for {} = {}, the database says {}",
        write.client.name(),
        write.key().cache_key(),
        write.row.headline(),
        held.headline(),
    ))
}

/// WB5.
pub(super) static EVENTUAL: Claim = Claim {
    id: "WB5",
    pattern: "write-behind",
    says: "Cache and database agree only in the end.",
    measures: "greatest time from 'saved' to the database",
    check: |runs| {
        let (greatest, mean) = lags(runs.first()?)?;
        let figure = Figure::new(greatest, Unit::Seconds).against(mean, "mean");
        Some(Finding { holds: mean > 0.0 && stale(runs.first()?) > 0, figure })
    },
    proof: Exhibit {
        title: "The cached copy is removed, so a reader gets what the database has",
        showings: || vec![Showing::new("Saved, but not yet in the database", eventually(6), 15.0)],
        tell: tell_lag,
    },
    breaks: &[Exhibit {
        title: "The same writes under write-through",
        showings: || {
            let behind = Showing::new("", eventually(6), 15.0);
            vec![behind.under("write-through", "In the database before 'saved'")]
        },
        tell: tell_lag,
    }],
    cures: &[Exhibit {
        title: "With a shorter interval",
        showings: || vec![Showing::new("Flushed more often", eventually(2), 15.0)],
        tell: tell_lag,
    }],
};

fn eventually(interval: u64) -> Scenario {
    let requests = [
        (0.5, 1, Write, "product:1"),
        (2.0, 2, Write, "order:1"),
        (3.5, 3, Write, "user:1"),
        (6.5, 4, Write, "product:1"),
        (8.0, 1, Write, "order:2"),
        (9.5, 2, Write, "product:1"),
        (11.2, 3, Read, "order:2"),
    ];
    let mut scenario = scripted("write-behind", 26, &requests);
    scenario.settings = Settings { ttl: None, flush_interval: Span::from_secs(interval), ..Settings::default() };
    let removal = Action::Command { text: "DEL order:2".to_owned() };
    scenario.intervene(Intervention { at: VirtualTime::from_secs(11), action: removal });
    scenario
}

/// Seconds for which the database was behind what a client had been told: below zero where it had the write before.
fn lag(write: &WriteRecord) -> Option<f64> {
    Some(write.durable?.as_secs_f64() - write.told?.as_secs_f64())
}

/// The greatest and the mean lag.
fn lags(run: &Run) -> Option<(f64, f64)> {
    let lags: Vec<f64> = run.audit.writes().iter().filter_map(lag).collect();
    let mean = words::mean(lags.iter().copied())?;
    Some((lags.into_iter().fold(f64::NEG_INFINITY, f64::max), mean))
}

fn tell_lag(runs: &[Run]) -> Option<String> {
    let run = runs.first()?;
    let (greatest, mean) = lags(run)?;
    if greatest <= 0.0 {
        return Some(format!(
            "The database had each write {} or longer before its client was told 'saved'.",
            words::seconds(-greatest)
        ));
    }
    let latest = run.audit.writes().iter().find(|write| lag(write) == Some(greatest))?;
    Some(format!(
        "The database got an acknowledged write {} later on average, and {} later at most: {} = {} was 'saved' at {} and \
         in the database at {}. {}",
        words::seconds(mean),
        words::seconds(greatest),
        latest.key().cache_key(),
        latest.row.headline(),
        words::time(latest.told?),
        words::time(latest.durable?),
        tell_database_reader(run),
    ))
}

/// What somebody got whom the cache could not answer.
fn tell_database_reader(run: &Run) -> String {
    let stale = run.audit.reads().iter().find_map(|read| match (read.freshness, &read.row) {
        (Freshness::Stale { age }, Some(row)) => Some((read, age, row)),
        _ => None,
    });
    let Some((read, age, row)) = stale else { return "Who read the database came after that.".to_owned() };
    format!(
        "{} had to read {} from the database and got {}, out of date for {}.",
        read.client.name(),
        read.key.cache_key(),
        row.headline(),
        words::span(age),
    )
}
