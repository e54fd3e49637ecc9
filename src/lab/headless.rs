//! A run that nobody looks at: the same patterns, the figures of the audit, and no trace. It is made in pieces, so that
//! whoever waits for it can show how far it is, or give it up.

use std::cell::{Ref, RefCell};
use std::rc::Rc;

use super::horizon::horizon;
use crate::audit::{Figures, Tally};
use crate::engine::{Span, VirtualTime};
use crate::scenario::{Driver, Limits, Scenario, ScenarioError};
use crate::workload::Recorded;

/// How often, in virtual time, what no longer matters is forgotten.
const FORGET_EVERY: Span = Span::from_millis(250);

/// A run under way.
pub struct Headless {
    scenario: Scenario,
    driver: Driver,
    tally: Rc<RefCell<Tally>>,
    now: VirtualTime,
    /// How many interventions were carried out.
    intervened: usize,
}

impl Headless {
    /// A run of which nothing has happened yet.
    ///
    /// # Errors
    ///
    /// When the scenario can't be run.
    pub fn new(scenario: Scenario) -> Result<Self, ScenarioError> {
        let horizon = horizon(&scenario);
        Self::with_horizon(scenario, horizon)
    }

    /// The same where nothing is on its way for longer than `horizon`.
    fn with_horizon(scenario: Scenario, horizon: Span) -> Result<Self, ScenarioError> {
        Self::start(scenario, horizon, None)
    }

    /// A run on a recorded workload, whose requests are in the order of their times. The scenario lasts until a while after
    /// the last of them.
    ///
    /// # Errors
    ///
    /// When the scenario can't be run.
    pub fn of_recorded(mut scenario: Scenario, requests: Rc<[Recorded]>) -> Result<Self, ScenarioError> {
        let last = requests.last().map(|request| request.at).unwrap_or_default();
        scenario.workload.rate = 0.0;
        scenario.duration = last.since(VirtualTime::ZERO) + scenario.timings.client_timeout;
        let horizon = horizon(&scenario);
        Self::start(scenario, horizon, Some(requests))
    }

    fn start(scenario: Scenario, horizon: Span, recorded: Option<Rc<[Recorded]>>) -> Result<Self, ScenarioError> {
        scenario.check_within(&Limits::COUNTED)?;
        let tally = Rc::new(RefCell::new(Tally::new(horizon)));
        let entered = Rc::clone(&tally);
        let listener = Box::new(move |at, event: &_| entered.borrow_mut().enter(at, event));
        let driver = Driver::new(&scenario)?;
        driver.world().tell(listener);
        match recorded {
            Some(requests) => driver.begin_recorded(&scenario, requests),
            None => driver.begin(&scenario),
        }
        Ok(Self { scenario, driver, tally, now: VirtualTime::ZERO, intervened: 0 })
    }

    /// Goes on until at least so many requests more were sent, or to the end. Gives whether it has come to the end.
    ///
    /// # Errors
    ///
    /// When the run can't go on.
    pub fn advance(&mut self, requests: u64) -> Result<bool, ScenarioError> {
        let enough = self.tally.borrow().figures().requests.saturating_add(requests);
        while !self.has_ended() {
            self.step()?;
            if self.tally.borrow().figures().requests >= enough {
                break;
            }
        }
        Ok(self.has_ended())
    }

    fn step(&mut self) -> Result<(), ScenarioError> {
        let next = self.scenario.interventions.get(self.intervened);
        let until = next.map_or(self.scenario.end(), |next| next.at).min(self.now + FORGET_EVERY);
        self.driver.run_until(until)?;
        self.now = until;
        while let Some(next) = self.scenario.interventions.get(self.intervened).filter(|next| next.at <= until) {
            // Whoever intervenes has seen all that happened until then, at that very time too.
            self.driver.run_until(until)?;
            self.driver.carry_out(self.intervened as u32, &next.action);
            self.intervened += 1;
        }
        if until == self.scenario.end() {
            self.driver.run_until(until)?;
        }
        let world = self.driver.world();
        let mut tally = self.tally.borrow_mut();
        tally.count_cache(world.cache_totals());
        tally.forget(until, |key| world.held_versions(key));
        Ok(())
    }

    /// Whether nothing is left to happen.
    #[must_use]
    pub fn has_ended(&self) -> bool {
        self.now >= self.scenario.end()
    }

    /// How far the run is, from 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f64 {
        self.now.as_secs_f64() / self.scenario.duration.as_secs_f64()
    }

    /// How far the run is in virtual time.
    #[must_use]
    pub fn now(&self) -> VirtualTime {
        self.now
    }

    /// The figures so far.
    #[must_use]
    pub fn figures(&self) -> Ref<'_, Figures> {
        Ref::map(self.tally.borrow(), Tally::figures)
    }

    /// What is run.
    #[must_use]
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// How many writes are remembered because they may still matter, and how much else is known of rows and clients.
    #[must_use]
    pub fn kept(&self) -> [usize; 2] {
        self.tally.borrow().kept()
    }
}

impl Drop for Headless {
    fn drop(&mut self) {
        self.driver.end();
    }
}

/// The figures of a scenario's run from its start to its end.
///
/// # Errors
///
/// When the scenario can't be run.
pub fn figures(scenario: Scenario) -> Result<Figures, ScenarioError> {
    let mut run = Headless::new(scenario)?;
    run.advance(u64::MAX)?;
    let figures = run.figures().clone();
    Ok(figures)
}
