//! The claims about what write-through costs.

use std::collections::BTreeSet;

use super::lines::path_lines;
use super::measure::{last_scene, median_write, pair, pattern_name};
use super::requests::{Request, requests};
use super::words;
use super::{Claim, Exhibit, Figure, Finding, Showing, Unit};
use crate::engine::Span;
use crate::run::Run;
use crate::scenario::Step::{Read, Write};
use crate::scenario::{Scenario, scripted};
use crate::workload::Mix;
use crate::world::Settings;

/// WT3.
pub(super) static SIMPLE_READS: Claim = Claim {
    id: "WT3",
    pattern: "write-through",
    says: "Reading becomes simpler, writing more complicated.",
    measures: "lines of code of the write path",
    check: |runs| {
        let (own, other) = pair(runs)?;
        let (own, other) = (Paths::of(own)?, Paths::of(other)?);
        let figure = Figure::count(own.write, "line").against(words::number(other.write), "cache-aside");
        Some(Finding { holds: own.read < other.read && own.write > other.write, figure })
    },
    proof: Exhibit {
        title: "The same write in two patterns",
        showings: || {
            let requests = [(0.5, 1, Write, "product:1"), (4.8, 2, Read, "product:1")];
            let through = Showing::new("Write-through: two steps", scripted("write-through", 10, &requests), 2.8);
            let aside = through.under("cache-aside", "Cache-aside: one step");
            vec![through, aside]
        },
        tell: |runs| {
            let (own, other) = pair(runs)?;
            let (paths, others) = (Paths::of(own)?, Paths::of(other)?);
            Some(format!(
                "{}: {} to read and {} to write. {}: {} to read and {} to write.",
                pattern_name(own),
                words::count(paths.read, "line"),
                words::count(paths.write, "line"),
                pattern_name(other),
                words::count(others.read, "line"),
                words::count(others.write, "line"),
            ))
        },
    },
    breaks: &[],
    cures: &[],
};

struct Paths {
    read: usize,
    write: usize,
}

impl Paths {
    fn of(run: &Run) -> Option<Self> {
        let source = crate::patterns::find(&run.scenario.pattern).ok()?.source;
        Some(Self { read: path_lines(source, "read")?, write: path_lines(source, "write")? })
    }
}

/// WT4.
pub(super) static SLOW_WRITES: Claim = Claim {
    id: "WT4",
    pattern: "write-through",
    says: "Each write is slower, since it goes to two places.",
    measures: "median time until a write is acknowledged",
    check: |runs| {
        let (own, other) = pair(runs)?;
        let (own, other) = (median_write(own)?, median_write(other)?);
        let figure = Figure::new(own, Unit::Seconds).against(other, "the database alone");
        Some(Finding { holds: own > other, figure })
    },
    proof: Exhibit {
        title: "The same writes to both, and to the database alone",
        showings: || {
            let through = Showing::new("Write-through: database, then cache", writers(), 9.0);
            let aside = through.under("cache-aside", "Cache-aside: the database alone");
            vec![through, aside]
        },
        tell: |runs| {
            let (own, other) = pair(runs)?;
            let (slow, quick) = (median_write(own)?, median_write(other)?);
            Some(format!(
                "Half of the writes took {} or less under {}, and {} under {}, which writes the database alone: {} more.",
                words::seconds(slow),
                pattern_name(own),
                words::seconds(quick),
                pattern_name(other),
                words::percent(slow / quick - 1.0),
            ))
        },
    },
    breaks: &[],
    cures: &[],
};

fn writers() -> Scenario {
    Scenario {
        pattern: "write-through".to_owned(),
        seed: 2,
        duration: Span::from_secs(30),
        workload: Mix { rate: 0.9, read_share: 0.2, keys: 6, ..Mix::default() },
        settings: Settings { ttl: None, ..Settings::default() },
        ..Scenario::default()
    }
}

/// WT5.
pub(super) static UNREAD_COPIES: Claim = Claim {
    id: "WT5",
    pattern: "write-through",
    says: "The cache also keeps what nobody may ever read.",
    measures: "memory held by copies that nobody has read",
    check: |runs| {
        let (own, other) = pair(runs)?;
        let (own, other) = (Unread::of(own), Unread::of(other));
        let figure = Figure::new(own.bytes, Unit::Bytes).against(other.bytes, "cache-aside");
        Some(Finding { holds: own.count > 0 && own.bytes > other.bytes, figure })
    },
    proof: Exhibit {
        title: "Many rows are written, few are read",
        showings: || with_aside(Showing::new("Copies for nobody", mostly_written(None), 29.0)),
        tell: tell_unread,
    },
    breaks: &[],
    cures: &[Exhibit {
        title: "With a time to live",
        showings: || with_aside(Showing::new("What nobody reads goes by itself", mostly_written(Some(8)), 29.0)),
        tell: tell_unread,
    }],
};

fn with_aside(through: Showing) -> Vec<Showing> {
    let aside = through.under("cache-aside", "Cache-aside: only what was read");
    vec![through, aside]
}

fn mostly_written(ttl: Option<u64>) -> Scenario {
    Scenario {
        workload: Mix { rate: 1.2, read_share: 0.2, keys: 14, ..Mix::default() },
        settings: Settings { ttl: ttl.map(Span::from_secs), ..Settings::default() },
        ..writers()
    }
}

/// Copies in the cache at the end of which no read ever asked.
struct Unread {
    count: usize,
    of: usize,
    bytes: f64,
}

impl Unread {
    fn of(run: &Run) -> Self {
        let reads = requests(run).into_values().filter(Request::is_read);
        let read: BTreeSet<String> = reads.map(|read| read.key().cache_key()).collect();
        let entries = last_scene(run).entries;
        let unread: Vec<u64> =
            entries.iter().filter(|(key, _)| !read.contains(&***key)).map(|(_, entry)| entry.bytes).collect();
        Self { count: unread.len(), of: entries.len(), bytes: unread.iter().sum::<u64>() as f64 }
    }
}

fn tell_unread(runs: &[Run]) -> Option<String> {
    let (own, other) = pair(runs)?;
    let (unread, others) = (Unread::of(own), Unread::of(other));
    Some(format!(
        "{}: {} of {} in the cache ({}) were never read and hold {}. {}: {} of {}.",
        pattern_name(own),
        unread.count,
        words::count(unread.of, "copy"),
        words::percent(words::number(unread.count) / words::number(unread.of.max(1))),
        words::bytes(unread.bytes),
        pattern_name(other),
        others.count,
        others.of,
    ))
}
