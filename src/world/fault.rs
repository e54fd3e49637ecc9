//! What can go wrong, and with whom.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Actor;

/// An actor's health. The three troubles are independent of one another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The process runs.
    pub up: bool,
    /// Its links carry messages.
    pub reachable: bool,
    /// How many times longer than usual its work takes.
    pub slowness: u32,
}

impl Condition {
    /// All is well.
    pub const HEALTHY: Self = Self { up: true, reachable: true, slowness: 1 };
}

impl Default for Condition {
    fn default() -> Self {
        Self::HEALTHY
    }
}

impl std::hash::Hash for Condition {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.up, self.reachable, self.slowness).hash(state);
    }
}

/// The kinds of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    /// The process dies: what it held in memory is gone, its connections break.
    Crash,
    /// A process that crashed starts again, empty; a cut link works again; slowness ends.
    Repair,
    /// Its links are cut: messages vanish, those who call it wait until they give up.
    Unreachable,
    /// Its work takes ten times longer.
    Slow,
    /// The application dies at the next write that is between its first and its second step.
    CrashBetweenSteps,
}

impl FaultKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Crash, Self::Unreachable, Self::Slow, Self::CrashBetweenSteps, Self::Repair];

    /// The name in links, messages and scenarios.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Crash => "crash",
            Self::Repair => "repair",
            Self::Unreachable => "unreachable",
            Self::Slow => "slow",
            Self::CrashBetweenSteps => "crash-between-steps",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// Whether such a fault can befall `actor`.
    #[must_use]
    pub const fn can_hit(self, actor: Actor) -> bool {
        match (self, actor) {
            (_, Actor::Client(_)) => false,
            (Self::CrashBetweenSteps, target) => matches!(target, Actor::App),
            (Self::Slow | Self::Unreachable, target) => matches!(target, Actor::Cache | Actor::Database),
            (Self::Crash | Self::Repair, _) => true,
        }
    }
}

/// A fault and whom it hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// What happens.
    pub fault: FaultKind,
    /// To whom.
    pub target: Actor,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let target = self.target;
        match self.fault {
            FaultKind::Crash => write!(f, "{target} crashes"),
            FaultKind::Repair => write!(f, "{target} is repaired"),
            FaultKind::Unreachable => write!(f, "{target} is cut off"),
            FaultKind::Slow => write!(f, "{target} becomes slow"),
            FaultKind::CrashBetweenSteps => write!(f, "{target} will crash between two steps of a write"),
        }
    }
}
