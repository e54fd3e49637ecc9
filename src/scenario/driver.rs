//! Runs a scenario.

use std::cell::{Cell, RefCell};
use std::future::{Future, pending, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use super::{Action, Knob, Scenario, ScenarioError, Step};
use crate::database::{Row, RowKey, TableId, changed, seed};
use crate::engine::{Either, RunEnd, Sim, Span, TaskId, VirtualTime};
use crate::order::{SmallMap, sort_by_numbers};
use crate::patterns;
use crate::workload::{Generator, Mix, Recorded};
use crate::world::{Actor, Event, FaultKind, Incident, Operation, World};

/// What happened in a run.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The events in order.
    pub events: Vec<Event>,
    /// When the run ended.
    pub end: VirtualTime,
}

/// Most events of one run: more would fill the memory of a small computer.
const MOST_EVENTS: usize = 500_000;

/// How often, in virtual time, a run is checked for having too many events.
const CHECK_EVERY: Span = Span::from_millis(250);

/// Runs a scenario from its start to its end. The same scenario gives the same recording.
///
/// # Errors
///
/// When the scenario fails its [check](Scenario::check), and when the run has more events than can be kept.
pub fn run(scenario: &Scenario) -> Result<Recording, ScenarioError> {
    scenario.check()?;
    let driver = Driver::new(scenario)?;
    let outcome = driver.run(scenario);
    let events = driver.world.take_events();
    driver.end();
    outcome.map(|()| Recording { events, end: scenario.end() })
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

/// A row that does not exist, of a popularity rank among those.
fn row_of_absent(rank: u32) -> RowKey {
    let RowKey { table, id } = row_of_rank(rank);
    RowKey::new(table, id + FIRST_ABSENT)
}

/// No table has so many rows.
const FIRST_ABSENT: u32 = 1_000_000;

/// The rows that a random workload asks for.
fn rows_of(mix: &Mix) -> impl Iterator<Item = RowKey> + use<> {
    let ranks = if mix.rate > 0.0 { mix.keys } else { 0 };
    (0..ranks).map(row_of_rank)
}

/// Every row that the scenario asks for as it begins, in order.
fn rows_at_start(scenario: &Scenario) -> Vec<RowKey> {
    let scripted = scenario.script.iter().filter_map(super::ScriptedRequest::row_key);
    let mut rows: Vec<RowKey> = rows_of(&scenario.workload).chain(scripted).collect();
    sort_by_numbers(&mut rows, |row| row.numbers());
    rows.dedup();
    rows
}

/// Lets the scenario happen to the world.
#[derive(Clone)]
pub(crate) struct Driver {
    sim: Sim,
    world: World,
    mix: Rc<RefCell<Mix>>,
    /// The bursts of clients that there are, by their numbers, and how many times as often they ask.
    bursts: Rc<RefCell<Vec<(u32, f64)>>>,
    begun: Rc<Cell<u32>>,
    remixed: Remixed,
    writes: Rc<Cell<u64>>,
    /// The last row that somebody set out to write, by key: the next write changes that one.
    latest: Rc<RefCell<SmallMap<RowKey, Row>>>,
}

impl Driver {
    /// Nothing has happened yet.
    pub(crate) fn new(scenario: &Scenario) -> Result<Self, ScenarioError> {
        let pattern = patterns::find(&scenario.pattern)?;
        let sim = Sim::new(scenario.seed);
        let (timings, settings) = (scenario.timings.clone(), scenario.settings.clone());
        let world = World::new(&sim, pattern, timings, scenario.memory, settings);
        Ok(Self {
            world,
            mix: Rc::new(RefCell::new(scenario.workload.clone())),
            bursts: Rc::default(),
            begun: Rc::default(),
            remixed: Remixed::default(),
            writes: Rc::default(),
            latest: Rc::default(),
            sim,
        })
    }

    fn run(&self, scenario: &Scenario) -> Result<(), ScenarioError> {
        self.begin(scenario);
        for (index, intervention) in (0..).zip(&scenario.interventions) {
            // Whoever intervenes has seen all that happened until then, at that very time too: none of it may change.
            self.advance(intervention.at)?;
            self.carry_out(index, &intervention.action);
        }
        self.advance(scenario.end())
    }

    /// Everything is there at the start of the run.
    pub(crate) fn begin(&self, scenario: &Scenario) {
        let rows = rows_at_start(scenario);
        self.world.start(&rows);
        if scenario.warm {
            self.world.warm(&rows);
        }
        self.schedule_script(scenario);
        self.start_workload();
    }

    /// Ends the run. Tasks hold the world and the world holds the tasks' simulation: this breaks the circle.
    pub(crate) fn end(&self) {
        self.sim.shutdown();
    }

    /// The same with a recorded workload in the place of the random one, whose requests are in the order of their times.
    pub(crate) fn begin_recorded(&self, scenario: &Scenario, requests: Rc<[Recorded]>) {
        let rows = requests.iter().map(|request| request.row + 1).max().unwrap_or_default();
        let rows: Vec<RowKey> = (0..rows).map(row_of_rank).collect();
        self.world.start(&rows);
        if scenario.warm {
            self.world.warm(&rows);
        }
        let driver = self.clone();
        self.sim.spawn(async move {
            for (number, request) in requests.iter().enumerate() {
                driver.sim.sleep_until(request.at).await;
                let step = if request.reads { Step::Read } else { Step::Write };
                driver.submit(Actor::Client((number % 12) as u8 + 1), row_of_rank(request.row), step);
            }
        });
    }

    /// The world.
    pub(crate) fn world(&self) -> &World {
        &self.world
    }

    /// Lets everything happen until that time, and at it.
    pub(crate) fn run_until(&self, until: VirtualTime) -> Result<(), ScenarioError> {
        match self.sim.run_until(until) {
            RunEnd::Stuck { at } => Err(ScenarioError::Stuck { at: at.as_secs_f64() }),
            RunEnd::Reached | RunEnd::Idle => Ok(()),
        }
    }

    /// The same in small steps, unless there are too many events.
    fn advance(&self, until: VirtualTime) -> Result<(), ScenarioError> {
        loop {
            let next = until.min(self.sim.now() + CHECK_EVERY);
            self.run_until(next)?;
            if self.world.event_count() > MOST_EVENTS {
                return Err(ScenarioError::TooManyEvents { most: MOST_EVENTS, at: next.as_secs_f64() });
            }
            if next >= until {
                return Ok(());
            }
        }
    }

    /// Somebody intervenes now.
    pub(crate) fn carry_out(&self, index: u32, action: &Action) {
        self.world.tell_intervention(index, &action.to_string());
        match action {
            Action::Inject(incident) => self.inject(incident),
            Action::Meddle { message, deed } => self.world.meddle(*message, *deed),
            Action::Command { text } => self.world.type_to_cache(text),
            Action::Set { name, value } => self.turn(*name, *value),
        }
    }

    fn inject(&self, incident: &Incident) {
        match incident.fault.fault {
            FaultKind::Burst => self.begin_burst(incident),
            FaultKind::Repair if incident.fault.target == Actor::App => {
                self.bursts.borrow_mut().clear();
                self.remixed.tell(&self.sim);
            }
            _ => {}
        }
        self.world.inject(incident);
    }

    fn begin_burst(&self, incident: &Incident) {
        let number = self.begun.get() + 1;
        self.begun.set(number);
        self.bursts.borrow_mut().push((number, incident.rush()));
        self.remixed.tell(&self.sim);
        let Some(lasts) = incident.lasts() else { return };
        let driver = self.clone();
        self.sim.schedule(self.sim.now() + lasts, move || {
            driver.bursts.borrow_mut().retain(|(other, _)| *other != number);
            driver.remixed.tell(&driver.sim);
        });
    }

    /// Requests per second, with all bursts that there are.
    fn rate(&self) -> f64 {
        self.bursts.borrow().iter().fold(self.mix.borrow().rate, |rate, (_, factor)| rate * factor)
    }

    fn turn(&self, knob: Knob, value: f64) {
        self.world.change_settings(|settings| knob.turn(&mut self.mix.borrow_mut(), settings, value));
        // What the workload asks for from now on must be there; it may not have been there before.
        let rows: Vec<RowKey> = rows_of(&self.mix.borrow()).collect();
        self.world.add_rows(&rows);
        self.remixed.tell(&self.sim);
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
                let gap = generator.next_gap(&driver.mix.borrow());
                driver.pass(gap).await;
                let demand = generator.next_demand(&driver.mix.borrow());
                let step = if demand.reads { Step::Read } else { Step::Write };
                let key = if demand.absent { row_of_absent(demand.rank) } else { row_of_rank(demand.rank) };
                driver.submit(Actor::Client(demand.client), key, step);
            }
        });
    }

    /// Waits for so many mean gaps, at the rate of each moment: a changed rate counts at once.
    async fn pass(&self, mut gaps: f64) {
        loop {
            let rate = self.rate();
            if rate <= 0.0 {
                self.remixed.or_after(&self.sim, pending()).await;
                continue;
            }
            let began = self.sim.now();
            let rest = self.sim.sleep(Span::from_secs_f64(gaps / rate));
            match self.remixed.or_after(&self.sim, rest).await {
                Either::First(()) => return,
                Either::Second(()) => gaps = (gaps - self.sim.now().since(began).as_secs_f64() * rate).max(0.0),
            }
        }
    }

    fn submit(&self, client: Actor, key: RowKey, step: Step) {
        let operation = match step {
            Step::Read => Operation::Read { key },
            Step::Write => {
                let write = self.writes.get() + 1;
                self.writes.set(write);
                let mut latest = self.latest.borrow_mut();
                let row = changed(latest.get(&key).unwrap_or(&seed::row(key)), write);
                latest.insert(key, row.clone());
                Operation::Write { row }
            }
        };
        self.world.submit(client, operation, self.mix.borrow().retries);
    }
}

/// Tells the workload that the mix or the bursts have changed.
#[derive(Clone, Default)]
struct Remixed(Rc<(Cell<u32>, Cell<Option<TaskId>>)>);

impl Remixed {
    fn tell(&self, sim: &Sim) {
        let (times, waiter) = &*self.0;
        times.set(times.get() + 1);
        if let Some(task) = waiter.take() {
            sim.wake(task);
        }
    }

    /// Waits for a change, or until that ends.
    async fn or_after(&self, sim: &Sim, end: impl Future<Output = ()>) -> Either<(), ()> {
        let (times, waiter) = &*self.0;
        let (before, mut end) = (times.get(), pin!(end));
        let outcome = poll_fn(|context| {
            if end.as_mut().poll(context).is_ready() {
                return Poll::Ready(Either::First(()));
            }
            if times.get() != before {
                return Poll::Ready(Either::Second(()));
            }
            waiter.set(sim.current_task());
            Poll::Pending
        });
        let outcome = outcome.await;
        waiter.set(None);
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::Intervention;
    use crate::world::{Fault, FaultKind};

    /// Everything that can break breaks in the middle of the run, and some of it is repaired.
    fn break_everything(scenario: &mut Scenario) {
        let actors = [Actor::App, Actor::Loader, Actor::Cache, Actor::Flusher, Actor::Database];
        let faults = FaultKind::ALL.into_iter().flat_map(|fault| actors.map(|target| Fault { fault, target }));
        for (number, fault) in (1..).zip(faults.filter(|fault| fault.fault.can_hit(fault.target))) {
            scenario.intervene(Intervention::fault(VirtualTime::from_millis(number * 331), fault));
        }
    }

    #[test]
    fn the_world_is_freed_after_every_kind_of_run() {
        for pattern in &patterns::ALL {
            for ready in &crate::scenario::READY {
                let mut scenario = Scenario { pattern: pattern.id.to_owned(), ..ready.scenario() };
                break_everything(&mut scenario);
                let driver = Driver::new(&scenario).unwrap();
                let world = Rc::downgrade(&driver.world.inner);
                driver.run(&scenario).unwrap();
                driver.end();
                drop(driver);
                assert_eq!(world.strong_count(), 0, "{} with {}", ready.id, pattern.id);
            }
        }
    }
}
