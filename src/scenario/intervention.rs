//! What is done to a run at a given time: a fault, a changed setting, a typed command.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Knob, ScenarioError};
use crate::engine::VirtualTime;
use crate::world::{Actor, Fault};

/// Longest command that can be typed, in characters.
const LONGEST_COMMAND: usize = 10_000;

/// What is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Action {
    /// A fault happens, or a repair.
    Inject(Fault),
    /// A setting changes.
    Set {
        /// The setting.
        name: Knob,
        /// Its new value, in the knob's unit.
        value: f64,
    },
    /// A person types a command to the cache.
    Command {
        /// The command.
        text: String,
    },
}

/// Something done at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Intervention {
    /// When, in seconds of virtual time.
    pub at: VirtualTime,
    /// What.
    #[serde(flatten)]
    pub action: Action,
}

impl Intervention {
    /// A fault at that time.
    #[must_use]
    pub const fn fault(at: VirtualTime, fault: Fault) -> Self {
        Self { at, action: Action::Inject(fault) }
    }

    /// Checks that it can be done.
    ///
    /// # Errors
    ///
    /// When it can't, with what could.
    pub fn check(&self) -> Result<(), ScenarioError> {
        match &self.action {
            Action::Inject(fault) => check_fault(*fault),
            Action::Set { name, value } => name.check(*value),
            Action::Command { text } if text.chars().count() > LONGEST_COMMAND => Err(ScenarioError::LongCommand),
            Action::Command { .. } => Ok(()),
        }
    }
}

fn check_fault(fault: Fault) -> Result<(), ScenarioError> {
    if fault.fault.can_hit(fault.target) {
        return Ok(());
    }
    let actors = [Actor::App, Actor::Cache, Actor::Database, Actor::Flusher, Actor::Loader];
    let can: Vec<_> = actors.iter().filter(|actor| fault.fault.can_hit(**actor)).map(ToString::to_string).collect();
    Err(ScenarioError::Target { fault: fault.fault.id(), target: fault.target.to_string(), can: can.join(", ") })
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inject(fault) => fault.fmt(f),
            Self::Set { name, value } => write!(f, "{} becomes {}", name.spec().label, name.show(*value)),
            Self::Command { text } => write!(f, "{text}"),
        }
    }
}
