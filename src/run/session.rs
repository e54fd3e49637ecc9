//! One run, and the session that changes it.

use crate::audit::Audit;
use crate::engine::VirtualTime;
use crate::scenario::{self, Action, Intervention, Scenario, ScenarioError};
use crate::trace::Trace;
use crate::world::{Deed, EventKind};

/// A scenario with what happened in it and what that means.
pub struct Run {
    /// What was asked for.
    pub scenario: Scenario,
    /// What happened.
    pub trace: Trace,
    /// What it means.
    pub audit: Audit,
}

impl Run {
    /// Runs a scenario.
    ///
    /// # Errors
    ///
    /// When the scenario can't be run.
    pub fn of(scenario: Scenario) -> Result<Self, ScenarioError> {
        let recording = scenario::run(&scenario)?;
        let trace = Trace::new(recording.events, recording.end);
        let audit = Audit::of(&trace);
        Ok(Self { scenario, trace, audit })
    }

    /// The same run with one more intervention: all that happened before it stays as it was.
    ///
    /// # Errors
    ///
    /// When the intervention can't be made; this run is not changed.
    pub fn with(&self, intervention: Intervention) -> Result<Self, ScenarioError> {
        self.check_message(&intervention)?;
        let mut scenario = self.scenario.clone();
        scenario.intervene(intervention);
        Self::of(scenario)
    }

    /// Checks that a message which somebody takes hold of is there.
    fn check_message(&self, intervention: &Intervention) -> Result<(), ScenarioError> {
        let Action::Meddle { message, deed } = intervention.action else { return Ok(()) };
        let at = intervention.at.as_secs_f64();
        let scene = self.trace.scene(intervention.at);
        let flight = scene.flights.get(&message).filter(|flight| flight.lost.is_none());
        match (flight, deed) {
            (None, _) => Err(ScenarioError::NoMessage { message: message.0, at }),
            (Some(flight), Deed::Release) if flight.held.is_none() => {
                Err(ScenarioError::NotHeld { message: message.0, at })
            }
            _ => Ok(()),
        }
    }
}

/// The reply to the last command that was typed at that time, as `redis-cli` prints it.
#[must_use]
pub fn last_reply(run: &Run, at: VirtualTime) -> Option<String> {
    let events = run.trace.events();
    let until = run.trace.count_until(at);
    events.get(..until)?.iter().rev().take_while(|event| event.at == at).find_map(|event| match &event.kind {
        EventKind::Typed { reply, .. } => Some(reply.to_string()),
        _ => None,
    })
}

/// A run and where it came from, so that what was done to it can be taken back.
pub struct Session {
    /// The run that is shown.
    pub run: Run,
    /// The scenario as it was loaded.
    pub origin: Scenario,
}

impl Session {
    /// A session that begins with this scenario.
    ///
    /// # Errors
    ///
    /// When the scenario can't be run.
    pub fn new(scenario: Scenario) -> Result<Self, ScenarioError> {
        Ok(Self { run: Run::of(scenario.clone())?, origin: scenario })
    }

    /// Carries out an intervention. On an error the run stays as it was.
    ///
    /// # Errors
    ///
    /// When the intervention can't be made.
    pub fn intervene(&mut self, intervention: Intervention) -> Result<(), ScenarioError> {
        self.run = self.run.with(intervention)?;
        Ok(())
    }

    /// Takes back every intervention that was not in the scenario as it was loaded.
    ///
    /// # Errors
    ///
    /// Never for a scenario that was loaded before.
    pub fn reset(&mut self) -> Result<(), ScenarioError> {
        self.run = Run::of(self.origin.clone())?;
        Ok(())
    }

    /// Whether something was done to the run since it was loaded.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        self.run.scenario != self.origin
    }

    /// The end of the run.
    #[must_use]
    pub fn end(&self) -> VirtualTime {
        self.run.trace.end()
    }
}
