//! The claims about read-through.

use super::measure::{downtime, last_scene, messages, pattern_name, stayed_well};
use super::requests::{Request, requests};
use super::words;
use super::{Claim, Exhibit, Figure, Finding, Showing, Unit};
use crate::engine::Span;
use crate::run::Run;
use crate::scenario::Step::{Read, Write};
use crate::scenario::{Scenario, scripted, with_outage};
use crate::workload::Mix;
use crate::world::{Actor, FaultKind};

/// RT1.
pub(super) static UNAWARE: Claim = Claim {
    id: "RT1",
    pattern: "read-through",
    says: "The cache fetches what it lacks by itself; the application does not know of it.",
    measures: "messages from the application to the database",
    check: |runs| {
        let run = runs.first()?;
        let direct = messages(run, Actor::App, Actor::Database);
        let layer = words::number(messages(run, Actor::Loader, Actor::Database));
        let figure = Figure::count(direct, "message").against(layer, "from the cache layer");
        Some(Finding { holds: direct == 0 && last_scene(run).database.reads > 0, figure })
    },
    proof: Exhibit {
        title: "Misses that the application never notices",
        showings: || vec![Showing::new("The layer goes to the database", misses_and_hits(), 2.4)],
        tell: tell_messages,
    },
    breaks: &[Exhibit {
        title: "The same requests under cache-aside",
        showings: || {
            let through = Showing::new("", misses_and_hits(), 2.4);
            vec![through.under("cache-aside", "The application goes to the database")]
        },
        tell: tell_messages,
    }],
    cures: &[],
};

fn misses_and_hits() -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (1.6, 2, Read, "user:1"),
        (6.2, 3, Read, "product:1"),
        (7.4, 4, Write, "product:1"),
        (11.6, 2, Read, "product:1"),
    ];
    scripted("read-through", 17, &requests)
}

fn tell_messages(runs: &[Run]) -> Option<String> {
    let run = runs.first()?;
    let database = last_scene(run).database;
    Some(format!(
        "{}: {} from the application to the database and {} from the cache layer; the database read {} and wrote {}.",
        pattern_name(run),
        words::count(messages(run, Actor::App, Actor::Database), "message"),
        messages(run, Actor::Loader, Actor::Database),
        words::plural(database.reads as f64, "row"),
        words::plural(database.writes as f64, "row"),
    ))
}

/// RT2.
pub(super) static NEEDS_LAYER: Claim = Claim {
    id: "RT2",
    pattern: "read-through",
    says: "It takes a cache layer that can query the database.",
    measures: "share of requests that fail while the cache layer is down, cache and database being well",
    check: |runs| {
        let run = runs.first()?;
        let outage = LayerOutage::of(run)?;
        let others_well = stayed_well(run, Actor::Cache) && stayed_well(run, Actor::Database);
        let share = words::number(outage.failed) / words::number(outage.requests);
        let needed = outage.failed == outage.requests && outage.failed_before == 0;
        let queries = messages(run, Actor::Loader, Actor::Database) > 0;
        Some(Finding { holds: needed && others_well && queries, figure: Figure::new(share, Unit::Share) })
    },
    proof: Exhibit {
        title: "The cache layer dies",
        showings: || vec![Showing::new("Nothing works without the layer", dead_layer(), 16.0)],
        tell: tell_layer_outage,
    },
    breaks: &[Exhibit {
        title: "The same crash under cache-aside",
        showings: || {
            let through = Showing::new("", dead_layer(), 16.0);
            vec![through.under("cache-aside", "No layer, nothing to miss")]
        },
        tell: tell_layer_outage,
    }],
    cures: &[],
};

fn dead_layer() -> Scenario {
    let scenario = Scenario {
        pattern: "read-through".to_owned(),
        seed: 3,
        duration: Span::from_secs(36),
        workload: Mix { rate: 1.2, read_share: 0.8, keys: 4, ..Mix::default() },
        ..Scenario::default()
    };
    with_outage(scenario, Actor::Loader, FaultKind::Crash, 12.0, 24.0)
}

/// Requests that came and ended while the layer was down, and failures before.
struct LayerOutage {
    requests: usize,
    failed: usize,
    failed_before: usize,
}

impl LayerOutage {
    fn of(run: &Run) -> Option<Self> {
        let (from, to) = downtime(run, Actor::Loader)?;
        let all: Vec<Request> = requests(run).into_values().collect();
        let ended = |request: &Request| request.ended.as_ref().map(|(at, _)| *at);
        let during = all.iter().filter(|request| request.started >= from && ended(request).is_some_and(|at| at < to));
        let before = all.iter().filter(|request| ended(request).is_some_and(|at| at < from));
        let requests = during.clone().count();
        (requests > 0).then(|| Self {
            requests,
            failed: during.filter(|request| request.failed()).count(),
            failed_before: before.filter(|request| request.failed()).count(),
        })
    }
}

fn tell_layer_outage(runs: &[Run]) -> Option<String> {
    let run = runs.first()?;
    let outage = LayerOutage::of(run)?;
    let well = |actor| if stayed_well(run, actor) { "well" } else { "not well" };
    Some(format!(
        "{}: {} of {} failed while the cache layer was down, with the cache {} and the database {}. In all, the layer \
         sent the database {}.",
        pattern_name(run),
        outage.failed,
        words::count(outage.requests, "request"),
        well(Actor::Cache),
        well(Actor::Database),
        words::count(messages(run, Actor::Loader, Actor::Database), "message"),
    ))
}
