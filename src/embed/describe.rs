//! What there is, for programs that drive the page.

use serde_json::{Value, json};

use super::params::{PANELS, PARAMETERS};
use super::request::METHODS;
use crate::patterns;
use crate::scenario::READY;
use crate::world::{Actor, Deed, FaultKind, takes};

/// The version of the contract.
pub(super) const CONTRACT: u32 = 1;

/// What is told without being asked for.
const EVENTS: [&str; 5] = ["ready", "state", "anomaly", "ended", "resize"];

/// What there is: the answer to `describe`.
#[must_use]
pub fn describe() -> Value {
    let targets = |kind: FaultKind| -> Vec<String> {
        let actors = [Actor::App, Actor::Cache, Actor::Database, Actor::Flusher, Actor::Loader];
        actors.into_iter().filter(|actor| kind.can_hit(*actor)).map(|actor| actor.to_string()).collect()
    };
    json!({
        "cachescope": CONTRACT,
        "version": env!("CARGO_PKG_VERSION"),
        "patterns": patterns::ALL.iter().map(|pattern| {
            json!({"id": pattern.id, "name": pattern.name, "summary": pattern.summary})
        }).collect::<Vec<_>>(),
        "scenarios": READY.iter().map(|ready| {
            let scenario = ready.scenario();
            json!({
                "id": ready.id,
                "title": ready.title,
                "story": ready.story,
                "moment": ready.moment,
                "pattern": scenario.pattern,
                "duration": scenario.duration,
            })
        }).collect::<Vec<_>>(),
        "faults": FaultKind::ALL.map(|kind| {
            // Of cache and database, one takes all that the other takes.
            let of_servers = [Actor::Cache, Actor::Database].map(|target| takes(kind, target));
            let most = of_servers.into_iter().max_by_key(|takes| takes.len());
            json!({"id": kind.id(), "targets": targets(kind), "takes": most})
        }),
        "messages": Deed::IDS,
        "methods": METHODS,
        "events": EVENTS,
        "parameters": PARAMETERS,
        "panels": PANELS,
    })
}
