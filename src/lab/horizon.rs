//! How long what somebody has read or written can be on its way: what happened before that is over for good, whatever is done to the
//! run. Only then may a tally forget it.

use crate::engine::{Span, VirtualTime};
use crate::scenario::{Action, Knob, Scenario};
use crate::world::{Actor, Deed, FaultKind, Incident, Source};

/// Calls of one request, one after the other.
const CALLS: u64 = 6;
/// Messages of those calls.
const MESSAGES: u64 = 2 * CALLS;
/// A file that is written each second has lost no more when its server comes back.
const FILE: Span = Span::from_secs(3);
/// How far behind a replica is that takes over, where nobody says it.
const USUAL_LAG: Span = Span::from_secs(2);

/// Longer than any row is on its way in that scenario: a request makes few calls, each of which ends with its limit, and then there
/// are the replica, the copies near the application, and what the interventions hold up or bring back.
pub(super) fn horizon(scenario: &Scenario) -> Span {
    let timings = &scenario.timings;
    let calls = (timings.client_timeout + timings.cache_timeout + timings.database_timeout) * CALLS;
    let turned = scenario.interventions.iter().any(|intervention| matches!(intervention.action, Action::Set { .. }));
    let most = |knob: Knob| {
        let most = if turned { knob.spec().high } else { knob.of_scenario(scenario) };
        Span::from_secs_f64(most)
    };
    let known: Span = [Knob::ReplicaLag, Knob::Near, Knob::SecondDelete].map(most).into_iter().sum();
    let added = scenario.interventions.iter().map(|intervention| match &intervention.action {
        Action::Inject(incident) => by_incident(incident, disk(most(Knob::AppendFsync), most(Knob::Snapshots))),
        Action::Meddle { deed: Deed::Delay(by), .. } => *by,
        Action::Meddle { .. } | Action::Set { .. } | Action::Command { .. } => Span::ZERO,
    });
    added.fold(calls + known + held(scenario), |sum, more| sum + more)
}

/// For how long an incident may hold up what one request sends, or from how long ago it brings back what was there.
fn by_incident(incident: &Incident, disk: Span) -> Span {
    let details = &incident.details;
    match incident.fault.fault {
        FaultKind::Delay => incident.delay() * MESSAGES,
        FaultKind::Failover => details.lag.unwrap_or(USUAL_LAG),
        FaultKind::Crash | FaultKind::Restart | FaultKind::Repair if incident.fault.target == Actor::Cache => {
            match details.source {
                // What only a person saved may be of any time.
                Some(Source::Rdb | Source::Aof) if disk.is_zero() => Span::MAX,
                _ => disk,
            }
        }
        FaultKind::Crash
        | FaultKind::Restart
        | FaultKind::Repair
        | FaultKind::Unreachable
        | FaultKind::Slow
        | FaultKind::MemoryPressure
        | FaultKind::CrashBetweenSteps
        | FaultKind::Burst
        | FaultKind::Drop
        | FaultKind::Duplicate => Span::ZERO,
    }
}

/// From how long ago a cache brings back what was there, by how it writes to its disk.
fn disk(file: Span, snapshots: Span) -> Span {
    let file = if file.is_zero() { Span::ZERO } else { FILE };
    // The last one that was finished began before the one that is being made.
    file + snapshots * 3
}

/// From the first hold to the last release: whoever is released was held no longer.
fn held(scenario: &Scenario) -> Span {
    let when = |deed: Deed| {
        scenario.interventions.iter().filter_map(move |intervention| match intervention.action {
            Action::Meddle { deed: done, .. } if done == deed => Some(intervention.at),
            _ => None,
        })
    };
    let (first, last) = (when(Deed::Hold).min(), when(Deed::Release).max());
    first.zip(last).map_or(Span::ZERO, |(first, last): (VirtualTime, VirtualTime)| last.since(first))
}
