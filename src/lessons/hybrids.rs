//! The claims about cache-aside with deletion and with update.

use super::after_writes::AfterWrites;
use super::words;
use super::write_through::{crossing_writers, tell_freshness};
use super::{Claim, Exhibit, Figure, Finding, Showing};
use crate::engine::{Distribution, Span};
use crate::run::Run;
use crate::scenario::Step::{Read, Write};
use crate::scenario::{Knob, Scenario, guarded, scripted, with_outage};
use crate::world::{Actor, FaultKind, Timings};

/// HY1.
pub(super) static DELETE_RELOADS: Claim = Claim {
    id: "HY1",
    pattern: "hybrid-invalidate",
    says: "A write deletes the copy, and the next read loads the new value.",
    measures: "reads after a write that got an old value, and misses",
    check: |runs| {
        let after = AfterWrites::of(runs.first()?);
        let figure =
            Figure::count(after.outdated, "stale read").against(words::number(after.reads), "reads after a write");
        let one_miss = after.misses == after.writes && after.reads > after.writes;
        Some(Finding { holds: after.outdated == 0 && one_miss, figure })
    },
    proof: Exhibit {
        title: "Written, then read twice",
        showings: || vec![Showing::new("One miss, and fresh", written_and_read("hybrid-invalidate"), 7.6)],
        tell: tell_after_writes,
    },
    breaks: &[
        Exhibit {
            title: "The stale fill: a miss stores its old value after the deletion",
            showings: || vec![Showing::new("The deletion comes too early", fill_after_delete(), 9.9)],
            tell: tell_freshness,
        },
        Exhibit {
            title: "The deletion is lost on its way",
            showings: || vec![Showing::new("Nobody told the cache", lost_delete(), 12.2)],
            tell: tell_freshness,
        },
    ],
    cures: &[
        Exhibit {
            title: "The stale fill, with leases",
            showings: || {
                let leased = guarded(fill_after_delete(), &[(Knob::Leases, 1.0)]);
                vec![Showing::new("The deletion makes the reader's lease void", leased, 7.0)]
            },
            tell: tell_freshness,
        },
        Exhibit {
            title: "The stale fill, with versions",
            showings: || {
                let versioned = guarded(fill_after_delete(), &[(Knob::VersionedFills, 1.0)]);
                vec![Showing::new("The deletion leaves a tombstone", versioned, 7.0)]
            },
            tell: tell_freshness,
        },
        Exhibit {
            title: "The lost deletion, sent again",
            showings: || {
                let again = guarded(lost_delete(), &[(Knob::SecondDelete, 2.0)]);
                vec![Showing::new("Two seconds later it arrives", again, 12.2)]
            },
            tell: tell_freshness,
        },
        Exhibit {
            title: "The lost deletion, with an outbox",
            showings: || {
                let pattern = "hybrid-outbox".to_owned();
                let relayed = Scenario { pattern, ..guarded(lost_delete(), &[(Knob::FlushInterval, 2.0)]) };
                vec![Showing::new("The relay deletes what the application could not", relayed, 12.2)]
            },
            tell: tell_freshness,
        },
    ],
};

/// HY2.
pub(super) static UPDATE_HITS: Claim = Claim {
    id: "HY2",
    pattern: "hybrid-update",
    says: "A write stores the new value in the cache too, so there is no miss.",
    measures: "misses among reads after a write",
    check: |runs| {
        let after = AfterWrites::of(runs.first()?);
        let figure = Figure::count(after.misses, "miss").against(words::number(after.reads), "reads after a write");
        Some(Finding { holds: after.reads > 0 && after.misses == 0 && after.outdated == 0, figure })
    },
    proof: Exhibit {
        title: "Written, then read twice",
        showings: || vec![Showing::new("No miss, and fresh", written_and_read("hybrid-update"), 7.6)],
        tell: tell_after_writes,
    },
    breaks: &[Exhibit {
        title: "Two writers reach the cache in the other order than the database",
        showings: || vec![Showing::new("No miss, and stale", crossing_updates(), 12.2)],
        tell: tell_freshness,
    }],
    cures: &[Exhibit {
        title: "Two writers cross, with versions",
        showings: || {
            let versioned = guarded(crossing_updates(), &[(Knob::VersionedFills, 1.0)]);
            vec![Showing::new("No miss, and the newer copy stays", versioned, 12.2)]
        },
        tell: tell_freshness,
    }],
};

fn written_and_read(pattern: &str) -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (5.0, 2, Write, "product:1"),
        (9.2, 3, Read, "product:1"),
        (14.2, 4, Read, "product:1"),
    ];
    scripted(pattern, 18, &requests)
}

/// A network on which one row takes far longer than another.
fn fill_after_delete() -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (0.7, 2, Write, "product:1"),
        (8.0, 3, Read, "product:1"),
        (10.0, 4, Read, "product:1"),
    ];
    let mut scenario = scripted("hybrid-invalidate", 14, &requests);
    let database_link = Distribution::Uniform { low: Span::from_millis(200), high: Span::from_millis(2_000) };
    scenario.timings = Timings { database_link, ..Timings::classroom() };
    scenario.seed = FILL_SEED;
    scenario
}

const FILL_SEED: u64 = 8;

/// The cache can't be reached at the moment of the deletion.
fn lost_delete() -> Scenario {
    let requests = [(0.5, 1, Read, "product:1"), (5.0, 2, Write, "product:1"), (10.4, 3, Read, "product:1")];
    let scenario = scripted("hybrid-invalidate", 15, &requests);
    with_outage(scenario, Actor::Cache, FaultKind::Unreachable, 6.7, 8.2)
}

fn crossing_updates() -> Scenario {
    let scenario = Scenario { pattern: "hybrid-update".to_owned(), ..crossing_writers(false) };
    Scenario { seed: UPDATES_SEED, ..scenario }
}

const UPDATES_SEED: u64 = 1;

fn tell_after_writes(runs: &[Run]) -> Option<String> {
    let AfterWrites { reads, misses, outdated, writes } = AfterWrites::of(runs.first()?);
    (reads > 0).then(|| {
        format!(
            "{} after {}: {} and {}.",
            words::count(reads, "read"),
            words::count(writes, "write"),
            words::count(misses, "miss"),
            words::count(outdated, "stale value"),
        )
    })
}
