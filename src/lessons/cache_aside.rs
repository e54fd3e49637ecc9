//! The claims about what cache-aside caches, and whose work that is.

use std::collections::BTreeSet;

use super::cache_aside_service::read_twice;
use super::lines::path_lines;
use super::measure::{last_scene, pair, pattern_name};
use super::requests::{Request, requests};
use super::words;
use super::{Claim, Exhibit, Figure, Finding, Showing};
use crate::database::{RowKey, TableId};
use crate::run::Run;
use crate::scenario::Step::{Read, Write};
use crate::scenario::{Scenario, scripted};
use crate::world::EventKind;

/// CA1.
pub(super) static ONLY_REQUESTED: Claim = Claim {
    id: "CA1",
    pattern: "cache-aside",
    says: "The cache holds only what somebody has asked for.",
    measures: "keys in the cache against distinct rows read",
    check: |runs| {
        let run = runs.first()?;
        let (held, read) = held_and_read(run);
        let unread = last_scene(run).rows.len().saturating_sub(read.len());
        let figure = Figure::count(held.len(), "key").against(words::number(read.len()), "distinct rows read");
        Some(Finding { holds: held == read && !read.is_empty() && unread > 0, figure })
    },
    proof: Exhibit {
        title: "Some rows are read, others only written",
        showings: || vec![Showing::new("Reads fill the cache, writes don't", some_rows(), 12.0)],
        tell: |runs| {
            let run = runs.first()?;
            let (held, read) = held_and_read(run);
            let rows = last_scene(run).rows.len();
            let keys: Vec<String> = held.iter().cloned().collect();
            Some(format!(
                "{} read, and {} in the cache: {}. {} of the {rows} rows in use were never asked for and are not there.",
                words::count(read.len(), "distinct row"),
                words::count(held.len(), "key"),
                words::list(&keys),
                rows.saturating_sub(read.len()),
            ))
        },
    },
    breaks: &[],
    cures: &[],
};

fn some_rows() -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (1.6, 2, Write, "order:1"),
        (2.8, 3, Read, "user:1"),
        (4.2, 4, Write, "product:2"),
        (6.0, 2, Read, "product:1"),
        (7.0, 1, Write, "user:2"),
        (8.0, 3, Read, "order:2"),
    ];
    let mut scenario = scripted("cache-aside", 15, &requests);
    scenario.settings.ttl = None;
    scenario
}

fn held_and_read(run: &Run) -> (BTreeSet<String>, BTreeSet<String>) {
    let held = last_scene(run).entries.keys().map(ToString::to_string).collect();
    let reads = requests(run).into_values().filter(Request::is_read);
    (held, reads.map(|read| read.key().cache_key()).collect())
}

/// CA2.
pub(super) static APPLICATION_DECIDES: Claim = Claim {
    id: "CA2",
    pattern: "cache-aside",
    says: "The application itself decides what is cached.",
    measures: "copies cached of tables that the application opted out of",
    check: |runs| {
        let OptedOut { reads, copies, other_copies } = OptedOut::of(runs.first()?)?;
        let figure = Figure::count(copies, "copy").against(words::number(other_copies), "copies of other tables");
        Some(Finding { holds: reads > 0 && copies == 0 && other_copies > 0, figure })
    },
    proof: Exhibit {
        title: "Users are not to be cached",
        showings: || vec![Showing::new("Users always come from the database", without_users(), 9.6)],
        tell: tell_opted_out,
    },
    breaks: &[Exhibit {
        title: "A cache layer decides for the application",
        showings: || {
            let aside = Showing::new("", without_users(), 9.6);
            vec![aside.under("read-through", "The layer caches all that it loads")]
        },
        tell: tell_opted_out,
    }],
    cures: &[],
};

fn without_users() -> Scenario {
    let requests = [
        (0.5, 1, Read, "user:1"),
        (2.0, 2, Read, "product:1"),
        (6.0, 3, Read, "user:1"),
        (7.4, 4, Read, "product:1"),
        (9.0, 2, Read, "order:1"),
    ];
    let mut scenario = scripted("cache-aside", 15, &requests);
    scenario.settings.uncached = vec![TableId::Users];
    scenario
}

/// What was cached although it was not to be.
struct OptedOut {
    reads: usize,
    copies: usize,
    other_copies: usize,
}

impl OptedOut {
    fn of(run: &Run) -> Option<Self> {
        let uncached = &run.scenario.settings.uncached;
        if uncached.is_empty() {
            return None;
        }
        let reads = run.audit.reads().iter().filter(|read| uncached.contains(&read.key.table)).count();
        let stored = run.trace.events().iter().filter_map(|event| match &event.kind {
            EventKind::CacheWritten { key, .. } => RowKey::from_cache_key(key),
            _ => None,
        });
        let (out, others): (Vec<RowKey>, Vec<RowKey>) = stored.partition(|key| uncached.contains(&key.table));
        Some(Self { reads, copies: out.len(), other_copies: others.len() })
    }
}

fn tell_opted_out(runs: &[Run]) -> Option<String> {
    let run = runs.first()?;
    let OptedOut { reads, copies, other_copies } = OptedOut::of(run)?;
    let tables: Vec<String> = run.scenario.settings.uncached.iter().map(ToString::to_string).collect();
    let (reads, copies) = (words::count(reads, "read"), words::count(copies, "copy"));
    let tables = words::list(&tables);
    Some(format!(
        "{}: {reads} of {tables}, which are not to be cached, left {copies} in the cache; other tables left {}.",
        pattern_name(run),
        words::count(other_copies, "copy"),
    ))
}
/// CA6.
pub(super) static MORE_CODE: Claim = Claim {
    id: "CA6",
    pattern: "cache-aside",
    says: "The application needs more code, since it looks after the cache itself.",
    measures: "lines of code of the application's read and write path",
    check: |runs| {
        let (own, other) = pair(runs)?;
        let (own, other) = (application_lines(own)?, application_lines(other)?);
        let figure = Figure::count(own, "line").against(words::number(other), "read-through");
        Some(Finding { holds: own > other, figure })
    },
    proof: Exhibit {
        title: "The same read in two patterns",
        showings: || {
            let aside = Showing::new("Cache-aside: each step is the application's", read_twice(), 1.6);
            let through = aside.under("read-through", "Read-through: one line of the application");
            vec![aside, through]
        },
        tell: |runs| {
            let (own, other) = pair(runs)?;
            Some(format!(
                "Read and write path of the application have {} under {}, and {} under {}.",
                words::count(application_lines(own)?, "line"),
                pattern_name(own),
                words::count(application_lines(other)?, "line"),
                pattern_name(other),
            ))
        },
    },
    breaks: &[],
    cures: &[],
};

fn application_lines(run: &Run) -> Option<usize> {
    let pattern = crate::patterns::find(&run.scenario.pattern).ok()?;
    Some(path_lines(pattern.source, "read")? + path_lines(pattern.source, "write")?)
}
