//! Short ways to make and to measure runs.

use cachescope::engine::{Distribution, Span, VirtualTime};
use cachescope::run::Run;
use cachescope::scenario::{Intervention, Knob, Scenario, Step, scripted};
use cachescope::world::{Actor, EventKind, Fault, FaultKind, ParcelKind, RequestId};

pub fn seconds(at: f64) -> VirtualTime {
    VirtualTime::from_secs_f64(at)
}

pub fn run(scenario: Scenario) -> Run {
    Run::of(scenario).unwrap()
}

/// The same scenario with knobs turned from the start.
pub fn with(scenario: &Scenario, knobs: &[(Knob, f64)]) -> Scenario {
    let mut scenario = scenario.clone();
    for (knob, value) in knobs {
        knob.set_in_scenario(&mut scenario, *value);
    }
    scenario
}

/// These requests alone, all for one product.
pub fn script(pattern: &str, duration: u64, requests: &[(f64, u8, Step)]) -> Scenario {
    let requests: Vec<_> = requests.iter().map(|&(at, client, step)| (at, client, step, "product:1")).collect();
    scripted(pattern, duration, &requests)
}

pub fn fault(scenario: &mut Scenario, at: f64, fault: FaultKind, target: Actor) {
    scenario.intervene(Intervention::fault(seconds(at), Fault { fault, target }));
}

pub const fn always(micros: u64) -> Distribution {
    Distribution::Fixed { value: Span::from_micros(micros) }
}

/// When the database was asked for a row.
pub fn loads(run: &Run) -> Vec<VirtualTime> {
    let is_load = |kind: &EventKind| matches!(kind, EventKind::Sent { to: Actor::Database, parcel, .. } if parcel.kind == ParcelKind::SqlRead);
    run.trace.events().iter().filter(|event| is_load(&event.kind)).map(|event| event.at).collect()
}

/// The requests of the clients, in order.
pub fn demands(run: &Run) -> Vec<(VirtualTime, EventKind)> {
    let started = |kind: &EventKind| matches!(kind, EventKind::RequestStarted { .. });
    let events = run.trace.events().iter().filter(|event| started(&event.kind));
    events.map(|event| (event.at, event.kind.clone())).collect()
}

/// The texts of the messages from one actor to another on behalf of a request.
pub fn messages(run: &Run, sender: Actor, receiver: Actor, of: u32) -> Vec<String> {
    let text = |kind: &EventKind| match kind {
        EventKind::Sent { from, to, parcel, request: Some(RequestId(number)), .. }
            if (*from, *to, *number) == (sender, receiver, of) =>
        {
            Some(parcel.text.to_string())
        }
        _ => None,
    };
    run.trace.events().iter().filter_map(|event| text(&event.kind)).collect()
}
