//! A fault with all that tells how, how much and how long.

use crate::decimal::Decimal;
use std::fmt;

use super::meddle::USUAL_DELAY;
use super::{Actor, Fault, FaultKind};
use crate::engine::Span;

/// From what a cache that is restarted has its data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// From nothing, whatever its disk has.
    Nothing,
    /// From the last finished snapshot.
    Rdb,
    /// From the append-only file.
    Aof,
}

impl Source {
    /// The name in links, messages and scenarios.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Rdb => "rdb",
            Self::Aof => "aof",
        }
    }

    /// The source of that name.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Nothing, Self::Rdb, Self::Aof].into_iter().find(|source| source.id() == id)
    }
}

/// What can be told of a fault beside its kind and its target. What is not told is usual.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Details {
    /// How long it lasts; not told: until the target is repaired, or as long as its kind does by itself.
    pub lasts: Option<Span>,
    /// How many times slower, or how many times as many clients.
    pub factor: Option<f64>,
    /// By how much a message is late.
    pub by: Option<Span>,
    /// Which share: of the memory in use, or of the messages.
    pub share: Option<f64>,
    /// What a cache comes back with; not told: with all that its disk has.
    pub source: Option<Source>,
    /// How far the replica was behind; not told: as far as the one that is read from, or two seconds.
    pub lag: Option<Span>,
    /// Only messages of this sender.
    pub from: Option<Actor>,
}

/// A fault that is to happen.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Incident {
    /// The fault.
    pub fault: Fault,
    /// How.
    pub details: Details,
}

impl From<Fault> for Incident {
    fn from(fault: Fault) -> Self {
        Self { fault, details: Details::default() }
    }
}

/// An incident with a detail that its fault does not have, or that can't be.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum IncidentError {
    /// The fault does not hit that target.
    #[error("the fault \"{fault}\" can't hit {target}; it can hit {can}")]
    Target {
        /// The fault.
        fault: &'static str,
        /// The target found.
        target: String,
        /// Whom it can hit.
        can: String,
    },
    /// A detail that says nothing about such a fault.
    #[error("the fault \"{fault}\" has no \"{found}\"; it takes {takes}")]
    Detail {
        /// The fault.
        fault: &'static str,
        /// The detail found.
        found: &'static str,
        /// The details that it takes.
        takes: String,
    },
    /// A detail out of its range.
    #[error("\"{name}\" of the fault \"{fault}\" must be {right}, not {found}", found = Decimal(*.found))]
    Range {
        /// The fault.
        fault: &'static str,
        /// The detail.
        name: &'static str,
        /// What it may be.
        right: &'static str,
        /// What was found.
        found: f64,
    },
    /// A link from an actor to itself.
    #[error("{0} sends no messages to itself; \"from\" must be another one than the target")]
    Itself(Actor),
    /// Nothing says which messages a share is of.
    #[error("a \"share\" of the messages needs \"for\", the time in which they are counted")]
    ShareOfOne,
}

impl Incident {
    /// How many times longer the work of a slow server takes.
    pub(crate) fn slowness(&self) -> u32 {
        self.details.factor.map_or(10, |factor| factor.round() as u32)
    }

    /// How many times as many requests there are in a burst.
    pub(crate) fn rush(&self) -> f64 {
        self.details.factor.unwrap_or(5.0)
    }

    /// How long it lasts, if it ends by itself.
    #[must_use]
    pub fn lasts(&self) -> Option<Span> {
        self.details.lasts.or(match self.fault.fault {
            FaultKind::Burst => Some(Span::from_secs(5)),
            FaultKind::Failover => Some(Span::from_secs(3)),
            _ => None,
        })
    }

    /// How late a delayed message is.
    pub(crate) fn delay(&self) -> Span {
        self.details.by.unwrap_or(USUAL_DELAY)
    }

    /// Checks that it can happen.
    ///
    /// # Errors
    ///
    /// The first thing that can't be, with what can.
    pub fn check(&self) -> Result<(), IncidentError> {
        let Fault { fault, target } = self.fault;
        if !fault.can_hit(target) {
            let actors = [Actor::App, Actor::Cache, Actor::Database, Actor::Flusher, Actor::Loader];
            let can = listed(actors.iter().filter(|actor| fault.can_hit(**actor)).map(ToString::to_string));
            return Err(IncidentError::Target { fault: fault.id(), target: target.to_string(), can });
        }
        let takes = takes(fault, target);
        if let Some(found) = self.details.names().find(|name| !takes.contains(name)) {
            let takes =
                if takes.is_empty() { "none".to_owned() } else { listed(takes.iter().map(ToString::to_string)) };
            return Err(IncidentError::Detail { fault: fault.id(), found, takes });
        }
        if self.details.from == Some(target) {
            return Err(IncidentError::Itself(target));
        }
        if fault.hits_messages() && self.details.share.is_some() && self.details.lasts.is_none() {
            return Err(IncidentError::ShareOfOne);
        }
        self.check_ranges()
    }

    fn check_ranges(&self) -> Result<(), IncidentError> {
        let (fault, details) = (self.fault.fault, self.details);
        let time = |span: Option<Span>| span.map(Span::as_secs_f64);
        let (least, most, factor) = match fault {
            FaultKind::Slow => (2.0, 1_000.0, "a whole number from 2 to 1000"),
            _ => (1.0, 100.0, "from 1 to 100"),
        };
        let is_whole = fault != FaultKind::Slow || details.factor.is_none_or(|factor| factor.floor() == factor);
        let most_share = if fault.hits_messages() { 1.0 } else { 0.99 };
        let ranges = [
            ("for", time(details.lasts), 0.001, 600.0, "from 0.001 to 600 s"),
            ("by", time(details.by), 0.001, 600.0, "from 0.001 to 600 s"),
            ("lag", time(details.lag), 0.0, 600.0, "from 0 to 600 s"),
            (
                "share",
                details.share,
                0.01,
                most_share,
                if most_share < 1.0 { "from 0.01 to 0.99" } else { "from 0.01 to 1" },
            ),
            ("factor", details.factor, least, most, factor),
        ];
        for (name, found, low, high, right) in ranges {
            let Some(found) = found else { continue };
            if !(low..=high).contains(&found) || (name == "factor" && !is_whole) {
                return Err(IncidentError::Range { fault: fault.id(), name, right, found });
            }
        }
        Ok(())
    }
}

impl Details {
    /// The names of those that are told.
    fn names(&self) -> impl Iterator<Item = &'static str> {
        let told = [
            ("for", self.lasts.is_some()),
            ("factor", self.factor.is_some()),
            ("by", self.by.is_some()),
            ("share", self.share.is_some()),
            ("source", self.source.is_some()),
            ("lag", self.lag.is_some()),
            ("from", self.from.is_some()),
        ];
        told.into_iter().filter(|(_, told)| *told).map(|(name, _)| name)
    }
}

/// The details that a fault takes.
#[must_use]
pub const fn takes(fault: FaultKind, target: Actor) -> &'static [&'static str] {
    match fault {
        FaultKind::Crash if matches!(target, Actor::Cache) => &["for", "source"],
        FaultKind::Crash | FaultKind::Unreachable => &["for"],
        FaultKind::Slow | FaultKind::Burst => &["for", "factor"],
        FaultKind::MemoryPressure => &["for", "share"],
        FaultKind::Failover if matches!(target, Actor::Cache) => &["for"],
        FaultKind::Failover => &["for", "lag"],
        FaultKind::Restart => &["source"],
        FaultKind::Drop | FaultKind::Duplicate => &["for", "share", "from"],
        FaultKind::Delay => &["for", "share", "from", "by"],
        FaultKind::Repair | FaultKind::CrashBetweenSteps => &[],
    }
}

fn listed(names: impl Iterator<Item = String>) -> String {
    names.collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Incident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.fault.fmt(f)?;
        match self.details.lasts {
            Some(lasts) => write!(f, ", for {lasts}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn incident(fault: FaultKind, target: Actor, details: Details) -> Incident {
        Incident { fault: Fault { fault, target }, details }
    }

    #[test]
    fn what_a_fault_takes_is_taken_and_all_else_refused_with_what_is_right() {
        let (cache, seconds) = (Actor::Cache, |seconds| Some(Span::from_secs(seconds)));
        let factor = |factor| Details { factor: Some(factor), ..Details::default() };
        let share = |share| Details { share: Some(share), ..Details::default() };
        let lasting = |details| Details { lasts: seconds(3), ..details };
        let good = [
            incident(FaultKind::Slow, cache, lasting(factor(3.0))),
            incident(FaultKind::MemoryPressure, cache, share(0.25)),
            incident(FaultKind::Drop, cache, lasting(share(1.0))),
            incident(FaultKind::Crash, cache, Details { source: Some(Source::Rdb), ..lasting(Details::default()) }),
        ];
        assert!(good.iter().all(|incident| incident.check() == Ok(())));
        let bad = [
            (incident(FaultKind::Slow, cache, factor(1e9)), "from 2 to 1000"),
            (incident(FaultKind::Slow, cache, factor(2.5)), "whole number"),
            (incident(FaultKind::Burst, Actor::App, factor(f64::NAN)), "from 1 to 100"),
            (incident(FaultKind::Burst, cache, Details::default()), "app"),
            (incident(FaultKind::MemoryPressure, cache, share(1.0)), "from 0.01 to 0.99"),
            (incident(FaultKind::Drop, cache, share(0.5)), "needs \"for\""),
            (incident(FaultKind::Drop, cache, Details { from: Some(cache), ..Details::default() }), "itself"),
            (incident(FaultKind::Repair, cache, factor(2.0)), "takes none"),
            (
                incident(FaultKind::Crash, Actor::App, Details { source: Some(Source::Aof), ..Details::default() }),
                "takes for",
            ),
            (
                incident(FaultKind::Failover, Actor::Database, Details { lag: seconds(601), ..Details::default() }),
                "600",
            ),
        ];
        for (incident, word) in bad {
            let error = incident.check().unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
