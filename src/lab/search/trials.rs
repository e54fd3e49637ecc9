//! The runs that are tried.

use super::Search;
use crate::database::RowKey;
use crate::engine::{Rng, Sim, Span, VirtualTime};
use crate::patterns;
use crate::run::Run;
use crate::scenario::{Intervention, Scenario, ScenarioError, ScriptedRequest, Step};
use crate::world::{Actor, Fault, FaultKind};

/// How many trials there are.
pub const TRIALS: u64 = 8_000;

/// Up to which trial there are so many requests: most races need three, and few need more.
const REQUESTS: [(u64, u8); 4] = [(500, 2), (4_000, 3), (6_500, 4), (TRIALS, 5)];

/// Time after the last request in which what it set off comes to an end, in paces.
const AFTER: u64 = 4;

/// How long a lone read and a lone write take, the slower of them.
pub(super) fn pace(base: &Scenario) -> Result<Span, ScenarioError> {
    let mut scenario = base.clone();
    let limit = base.timings.client_timeout;
    scenario.script =
        vec![request(VirtualTime::ZERO, 1, Step::Write), request(VirtualTime::ZERO + limit, 2, Step::Read)];
    scenario.duration = limit * 3;
    let run = Run::of(scenario)?;
    let reads = run.audit.reads().iter().map(|read| read.answered.since(read.started));
    let writes = run.audit.writes().iter().filter_map(|write| Some(write.told?.since(write.started)));
    Ok(reads.chain(writes).max().unwrap_or(limit))
}

/// The run of a trial. Later ones have more requests; every second one has a fault where those are wanted.
pub(super) fn scenario(search: &Search, number: u64) -> Scenario {
    let requests = REQUESTS.iter().find(|(until, _)| number < *until).map_or(2, |(_, requests)| *requests);
    let sim = Sim::new(number);
    let mut rng = sim.rng("trial");
    let mut scenario = Scenario { seed: number + 1, ..search.base.clone() };
    let wide = search.pace.scale(0.75 * f64::from(requests));
    let mut times: Vec<VirtualTime> = (0..requests).map(|_| moment(&mut rng, wide)).collect();
    times.sort_unstable();
    scenario.script = (1..).zip(times).map(|(client, at)| request(at, client, step(&mut rng))).collect();
    if search.faults && number % 2 == 1 {
        break_something(search, &mut rng, &mut scenario, wide);
    }
    let last = scenario.script.last().map_or(VirtualTime::ZERO, |request| request.at);
    scenario.duration = last.since(VirtualTime::ZERO) + search.pace * AFTER + search.base.settings.flush_interval;
    scenario
}

fn break_something(search: &Search, rng: &mut Rng, scenario: &mut Scenario, wide: Span) {
    let roles = patterns::find(&scenario.pattern).ok().map(|pattern| pattern.roles);
    let mut targets = vec![Actor::Cache, Actor::Database, Actor::App];
    if roles.is_some_and(|roles| roles.flush.is_some()) {
        targets.push(Actor::Flusher);
    }
    let kinds = [FaultKind::Crash, FaultKind::Unreachable, FaultKind::CrashBetweenSteps];
    let faults = targets.iter().flat_map(|target| kinds.map(|fault| Fault { fault, target: *target }));
    let faults: Vec<Fault> = faults.filter(|fault| fault.fault.can_hit(fault.target)).collect();
    let Some(fault) = pick(rng, &faults) else { return };
    let at = moment(rng, wide + search.pace);
    scenario.intervene(Intervention::fault(at, *fault));
    let repair = Fault { fault: FaultKind::Repair, target: fault.target };
    scenario.intervene(Intervention::fault(at + search.pace.scale(0.25 + rng.unit()), repair));
}

fn step(rng: &mut Rng) -> Step {
    if rng.unit() < 0.5 { Step::Read } else { Step::Write }
}

/// A time within `wide`, in hundredths of it.
fn moment(rng: &mut Rng, wide: Span) -> VirtualTime {
    VirtualTime::ZERO + wide.scale((rng.unit() * 100.0).floor() / 100.0)
}

fn pick<'a, T>(rng: &mut Rng, items: &'a [T]) -> Option<&'a T> {
    let place = (rng.unit() * items.len() as f64) as usize;
    items.get(place)
}

fn request(at: VirtualTime, client: u8, step: Step) -> ScriptedRequest {
    ScriptedRequest { at, client, step, key: RowKey::product(1).cache_key() }
}
