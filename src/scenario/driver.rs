//! Runs a scenario.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Action, Intervention, Scenario, ScenarioError, Step};
use crate::database::{Row, RowKey, TableId, changed, seed};
use crate::engine::{RunEnd, Sim, VirtualTime};
use crate::patterns;
use crate::workload::{Generator, Mix};
use crate::world::{Actor, Event, Operation, World};

/// What happened in a run.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The events in order.
    pub events: Vec<Event>,
    /// When the run ended.
    pub end: VirtualTime,
}

/// Runs a scenario from its start to its end. The same scenario gives the same recording.
///
/// # Errors
///
/// When the scenario fails its [check](Scenario::check).
pub fn run(scenario: &Scenario) -> Result<Recording, ScenarioError> {
    scenario.check()?;
    let pattern = patterns::find(&scenario.pattern)?;
    let sim = Sim::new(scenario.seed);
    let world = World::new(&sim, pattern, scenario.timings.clone(), scenario.memory, scenario.settings.clone());
    let driver = Driver {
        sim: sim.clone(),
        world: world.clone(),
        mix: Rc::new(RefCell::new(scenario.workload.clone())),
        writes: Rc::default(),
        latest: Rc::default(),
    };
    driver.schedule_interventions(&scenario.interventions);
    world.start(&rows_in_use(scenario));
    driver.schedule_script(scenario);
    driver.start_workload();
    let end = scenario.end();
    let run_end = sim.run_until(end);
    let events = world.take_events();
    // Tasks hold the world and the world holds the tasks' simulation: this breaks the circle.
    sim.shutdown();
    match run_end {
        RunEnd::Stuck { at } => Err(ScenarioError::Stuck { at: at.as_secs_f64() }),
        _ => Ok(Recording { events, end }),
    }
}

/// The row of a popularity rank: the tables take turns.
#[must_use]
pub fn row_of_rank(rank: u32) -> RowKey {
    let table = match rank % 3 {
        0 => TableId::Products,
        1 => TableId::Orders,
        _ => TableId::Users,
    };
    RowKey::new(table, rank / 3 + 1)
}

/// Every row that the scenario can ask for, in order.
fn rows_in_use(scenario: &Scenario) -> Vec<RowKey> {
    let turned = scenario.interventions.iter().filter_map(|intervention| match intervention.action {
        Action::Set { name: super::Knob::Keys, value } => Some(value as u32),
        _ => None,
    });
    let random =
        if scenario.workload.rate > 0.0 || turned.clone().next().is_some() { scenario.workload.keys } else { 0 };
    let ranks = turned.fold(random, u32::max);
    let scripted = scenario.script.iter().filter_map(super::ScriptedRequest::row_key);
    let mut rows: Vec<RowKey> = (0..ranks).map(row_of_rank).chain(scripted).collect();
    rows.sort_unstable();
    rows.dedup();
    rows
}

/// Lets the scenario happen to the world.
#[derive(Clone)]
struct Driver {
    sim: Sim,
    world: World,
    mix: Rc<RefCell<Mix>>,
    writes: Rc<Cell<u64>>,
    /// The last row that somebody set out to write, by key: the next write changes that one.
    latest: Rc<RefCell<BTreeMap<RowKey, Row>>>,
}

impl Driver {
    fn schedule_interventions(&self, interventions: &[Intervention]) {
        for (index, intervention) in (0..).zip(interventions.iter().cloned()) {
            let driver = self.clone();
            self.sim.schedule(intervention.at, move || driver.carry_out(index, &intervention.action));
        }
    }

    fn carry_out(&self, index: u32, action: &Action) {
        self.world.tell_intervention(index, &action.to_string());
        match action {
            Action::Inject(fault) => self.world.inject(*fault),
            Action::Command { text } => self.world.type_to_cache(text),
            Action::Set { name, value } => {
                let mut mix = self.mix.borrow_mut();
                self.world.change_settings(|settings| name.turn(&mut mix, settings, *value));
            }
        }
    }

    fn schedule_script(&self, scenario: &Scenario) {
        for request in &scenario.script {
            let Some(key) = request.row_key() else { continue };
            let (driver, client, step) = (self.clone(), Actor::Client(request.client), request.step);
            self.sim.schedule(request.at, move || driver.submit(client, key, step));
        }
    }

    fn start_workload(&self) {
        let driver = self.clone();
        let mut generator = Generator::new(&self.sim);
        self.sim.spawn(async move {
            loop {
                let (gap, has_demand) = generator.next_gap(&driver.mix.borrow());
                driver.sim.sleep(gap).await;
                if !has_demand {
                    continue;
                }
                let demand = generator.next_demand(&driver.mix.borrow());
                let step = if demand.reads { Step::Read } else { Step::Write };
                driver.submit(Actor::Client(demand.client), row_of_rank(demand.rank), step);
            }
        });
    }

    fn submit(&self, client: Actor, key: RowKey, step: Step) {
        let operation = match step {
            Step::Read => Operation::Read { key },
            Step::Write => {
                let write = self.writes.get() + 1;
                self.writes.set(write);
                let mut latest = self.latest.borrow_mut();
                let row = latest.entry(key).or_insert_with(|| seed::row(key));
                *row = changed(row, write);
                Operation::Write { row: row.clone() }
            }
        };
        self.world.submit(client, operation);
    }
}
