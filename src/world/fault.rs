//! What can go wrong, and with whom.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Actor;

/// An actor's health. The troubles are independent of one another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Condition {
    /// The process runs.
    pub up: bool,
    /// Its links carry messages.
    pub reachable: bool,
    /// How many times longer than usual its work takes.
    pub slowness: u32,
    /// It runs again and loads its data; it answers each command with an error until that is done.
    #[serde(default, skip_serializing_if = "is_false")]
    pub restarting: bool,
    /// It has less memory than usual.
    #[serde(default, skip_serializing_if = "is_false")]
    pub squeezed: bool,
}

// That is how serde asks.
#[allow(clippy::trivially_copy_pass_by_ref)]
const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Condition {
    /// All is well.
    pub const HEALTHY: Self = Self { up: true, reachable: true, slowness: 1, restarting: false, squeezed: false };
}

impl Default for Condition {
    fn default() -> Self {
        Self::HEALTHY
    }
}

impl std::hash::Hash for Condition {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (self.up, self.reachable, self.slowness).hash(state);
        // A run without these troubles has the digest that it had before they could be told.
        if self.restarting || self.squeezed {
            (self.restarting, self.squeezed).hash(state);
        }
    }
}

/// The kinds of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultKind {
    /// The process dies: what it held in memory is gone, its connections break. With an end, it is started again then.
    Crash,
    /// A process that crashed starts again; a cut link works again; every other trouble of the target ends too.
    Repair,
    /// Its links are cut: messages vanish, those who call it wait until they give up.
    Unreachable,
    /// Its work takes longer, ten times unless told otherwise.
    Slow,
    /// The application dies at the next write, between its first step and the second; where there is but one, after that and
    /// before its client is told.
    CrashBetweenSteps,
    /// The cache's process ends, if it has not, and starts again: it loads what its disk has, and serves nobody meanwhile.
    Restart,
    /// The cache may use only a share of the memory that its data takes now.
    MemoryPressure,
    /// The server dies for good. A replica that was behind takes its place, without what had not reached it. A cache has one
    /// only if its protections say so.
    Failover,
    /// A message to the target vanishes on its way: the next one, or until the end each one.
    Drop,
    /// A message to the target is held up on its way.
    Delay,
    /// A message to the target arrives twice.
    Duplicate,
    /// The workload asks more often, five times as often unless told otherwise.
    Burst,
}

impl FaultKind {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::Crash,
        Self::Restart,
        Self::Failover,
        Self::Unreachable,
        Self::Slow,
        Self::MemoryPressure,
        Self::CrashBetweenSteps,
        Self::Burst,
        Self::Drop,
        Self::Delay,
        Self::Duplicate,
        Self::Repair,
    ];

    /// The name in links, messages and scenarios.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Crash => "crash",
            Self::Repair => "repair",
            Self::Unreachable => "unreachable",
            Self::Slow => "slow",
            Self::CrashBetweenSteps => "crash-between-steps",
            Self::Restart => "restart",
            Self::MemoryPressure => "memory-pressure",
            Self::Failover => "failover",
            Self::Drop => "drop",
            Self::Delay => "delay",
            Self::Duplicate => "duplicate",
            Self::Burst => "burst",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// Whether it is done to messages on their way.
    #[must_use]
    pub const fn hits_messages(self) -> bool {
        matches!(self, Self::Drop | Self::Delay | Self::Duplicate)
    }

    /// Whether it changes what is sent, and nobody's health.
    #[must_use]
    pub const fn is_of_traffic(self) -> bool {
        self.hits_messages() || matches!(self, Self::Burst)
    }

    /// Whether such a fault can befall `actor`.
    #[must_use]
    pub const fn can_hit(self, actor: Actor) -> bool {
        match (self, actor) {
            (Self::Drop | Self::Delay | Self::Duplicate, _) => true,
            (_, Actor::Client(_)) => false,
            (Self::CrashBetweenSteps | Self::Burst, target) => matches!(target, Actor::App),
            (Self::Slow | Self::Unreachable, target) => matches!(target, Actor::Cache | Actor::Database),
            (Self::Restart | Self::MemoryPressure, target) => matches!(target, Actor::Cache),
            (Self::Failover, target) => matches!(target, Actor::Cache | Actor::Database),
            (Self::Crash | Self::Repair, _) => true,
        }
    }
}

/// A fault and whom it hits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
            FaultKind::Restart => write!(f, "{target} is restarted"),
            FaultKind::MemoryPressure => write!(f, "{target} runs short of memory"),
            FaultKind::Failover => write!(f, "{target} fails over to a replica"),
            FaultKind::Drop => write!(f, "a message to {target} is lost"),
            FaultKind::Delay => write!(f, "a message to {target} is held up"),
            FaultKind::Duplicate => write!(f, "a message to {target} arrives twice"),
            FaultKind::Burst => write!(f, "a burst of clients hits {target}"),
        }
    }
}
