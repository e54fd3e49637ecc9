//! Figures of runs.

use super::requests::{Request, requests};
use super::words;
use crate::database::Row;
use crate::engine::VirtualTime;
use crate::run::Run;
use crate::trace::Scene;
use crate::world::{Actor, DatabaseTotals, EventKind, Timings};

/// The first run and the one that it is compared with.
pub(super) fn pair(runs: &[Run]) -> Option<(&Run, &Run)> {
    Some((runs.first()?, runs.get(1)?))
}

/// The state at the end.
pub(super) fn last_scene(run: &Run) -> Scene {
    run.trace.scene(run.trace.end())
}

/// Reads that were stale.
pub(super) fn stale(run: &Run) -> usize {
    run.audit.reads_until(run.trace.end()).stale
}

/// The greatest age of a stale read, in seconds.
pub(super) fn greatest_age(run: &Run) -> f64 {
    run.audit.reads_until(run.trace.end()).max_stale_age.as_secs_f64()
}

/// Copies in the cache at the end that are of another version than the row in the database.
pub(super) fn differing(run: &Run) -> Vec<(Row, Row)> {
    let scene = last_scene(run);
    let copies = scene.entries.values().filter_map(|entry| entry.row.clone());
    let pairs = copies.filter_map(|copy| Some((scene.rows.get(&copy.key())?.row.clone(), copy)));
    pairs.filter(|(stored, copy)| stored.version() != copy.version()).map(|(stored, copy)| (copy, stored)).collect()
}

/// Half of the acknowledged writes took no longer, in seconds, as their clients felt it.
pub(super) fn median_write(run: &Run) -> Option<f64> {
    Some(run.audit.write_latencies().quantiles(run.trace.end()).p50?.as_secs_f64())
}

/// 99 in 100 of the acknowledged writes took no longer, in seconds.
pub(super) fn slowest_writes(run: &Run) -> Option<f64> {
    Some(run.audit.write_latencies().quantiles(run.trace.end()).p99?.as_secs_f64())
}

/// A stretch of a run in which an actor is down: from its crash to its repair, or to the end.
pub(super) fn downtime(run: &Run, who: Actor) -> Option<(VirtualTime, VirtualTime)> {
    let mut from = None;
    for event in run.trace.events() {
        match &event.kind {
            EventKind::ConditionChanged { actor, condition } if *actor == who => match from {
                None if !condition.up => from = Some(event.at),
                Some(from) if condition.up => return Some((from, event.at)),
                _ => {}
            },
            _ => {}
        }
    }
    Some((from?, run.trace.end()))
}

/// Whether nothing ever happened to the actor's health.
pub(super) fn stayed_well(run: &Run, who: Actor) -> bool {
    let ill = |kind: &EventKind| matches!(kind, EventKind::ConditionChanged { actor, .. } if *actor == who);
    !run.trace.events().iter().any(|event| ill(&event.kind))
}

/// Requests that began in a stretch of the run and ended in the run.
pub(super) fn begun_within(run: &Run, from: VirtualTime, to: VirtualTime) -> Vec<Request> {
    let all = requests(run).into_values();
    all.filter(|request| request.started >= from && request.started < to && request.ended.is_some()).collect()
}

/// The mean time of those requests that ended well, in seconds.
pub(super) fn mean_time<'a>(requests: impl IntoIterator<Item = &'a Request>) -> Option<f64> {
    words::mean(requests.into_iter().filter_map(|request| Some(request.took()?.as_secs_f64())))
}

/// Messages from one actor to another.
pub(super) fn messages(run: &Run, sender: Actor, receiver: Actor) -> usize {
    let sent =
        |kind: &EventKind| matches!(kind, EventKind::Sent { from, to, .. } if (*from, *to) == (sender, receiver));
    run.trace.events().iter().filter(|event| sent(&event.kind)).count()
}

/// The database's counters at a time.
pub(super) fn database_at(run: &Run, at: VirtualTime) -> DatabaseTotals {
    run.trace.scene(at).database
}

/// Statements a second that the database executed from one time to another.
pub(super) fn load_within(run: &Run, from: VirtualTime, to: VirtualTime) -> f64 {
    let (before, after) = (database_at(run, from), database_at(run, to));
    let statements = (after.reads + after.writes).saturating_sub(before.reads + before.writes);
    statements as f64 / to.since(from).as_secs_f64().max(1e-9)
}

/// Single-row writes a second that database and connection pool can carry at most.
pub(super) fn write_capacity(timings: &Timings) -> f64 {
    let work = (timings.write.mean() + timings.commit.mean()).as_secs_f64();
    let held = work + 2.0 * timings.database_link.mean().as_secs_f64();
    (f64::from(timings.database_workers) / work).min(f64::from(timings.pool) / held)
}

/// The pattern that a run is of, by its name for people.
pub(super) fn pattern_name(run: &Run) -> &'static str {
    crate::patterns::find(&run.scenario.pattern).map_or("this pattern", |pattern| pattern.name)
}
