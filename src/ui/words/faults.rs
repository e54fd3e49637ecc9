//! What can be broken in a pattern's system, and what it is called.

use crate::scenario::{Action, Knob, Scenario};
use crate::world::{Actor, Condition, Deed, Fault, FaultKind, MessageId, Pattern, USUAL_DELAY};

/// A way to break or to mend something.
#[derive(Clone, Debug, PartialEq)]
pub struct Way {
    /// What happens.
    pub action: Action,
    /// What it is called.
    pub label: &'static str,
    /// What it does.
    pub meaning: &'static str,
    /// Its icon.
    pub icon: &'static str,
}

impl Way {
    /// The name of its fault in links and messages.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match &self.action {
            Action::Inject(incident) => incident.fault.fault.id(),
            Action::Meddle { deed, .. } => deed.id(),
            _ => "",
        }
    }
}

/// What can be done to a message on its way.
#[must_use]
pub fn deeds(message: MessageId, held: bool) -> Vec<Way> {
    let deed = |deed, label, meaning, icon| Way { action: Action::Meddle { message, deed }, label, meaning, icon };
    let mut ways = if held {
        vec![deed(Deed::Release, "Release", "it goes on from here", "play")]
    } else {
        let delay = Deed::Delay(USUAL_DELAY);
        vec![
            deed(Deed::Hold, "Hold", "it stays here until you release it", "pause"),
            deed(delay, "Delay", "it stays here for 2 s", "slow"),
        ]
    };
    ways.push(deed(Deed::Drop, "Drop", "it never arrives", "lost"));
    ways.push(deed(Deed::Duplicate, "Duplicate", "it is sent, and done, twice", "again"));
    ways
}

/// Who can be broken in this pattern's system, in the order of the stage.
#[must_use]
pub fn targets(pattern: &Pattern) -> Vec<Actor> {
    let mut targets = vec![Actor::Cache, Actor::Database, Actor::App];
    if pattern.roles.flush.is_some() {
        targets.push(Actor::Flusher);
    }
    if pattern.roles.layer.is_some() {
        targets.push(Actor::Loader);
    }
    targets
}

/// The name of an actor after an article.
#[must_use]
pub const fn name_of(actor: Actor) -> &'static str {
    match actor {
        Actor::Client(_) => "person",
        Actor::App => "app",
        Actor::Loader => "cache layer",
        Actor::Cache => "cache",
        Actor::Flusher => "flusher",
        Actor::Database => "database",
    }
}

/// What can be done to an actor of a run in this condition: what breaks it, and what mends it if something is broken.
#[must_use]
pub fn ways(scenario: &Scenario, actor: Actor, condition: Condition) -> Vec<Way> {
    let is_offered = |kind: &FaultKind| match kind {
        FaultKind::Repair => condition != Condition::HEALTHY,
        // Of the messages of a link one can take hold by themselves.
        FaultKind::Duplicate => false,
        FaultKind::Drop | FaultKind::Delay if matches!(actor, Actor::Flusher | Actor::Loader) => false,
        FaultKind::Restart => true,
        FaultKind::Failover if actor == Actor::Cache => condition.up && scenario.uses(Knob::CacheReplica),
        _ => condition.up,
    };
    let kinds = std::iter::once(FaultKind::Repair).chain(FaultKind::ALL.into_iter().take(FaultKind::ALL.len() - 1));
    kinds.filter(|kind| is_offered(kind) && kind.can_hit(actor)).map(|kind| way(kind, actor)).collect()
}

fn way(fault: FaultKind, target: Actor) -> Way {
    let (label, meaning, icon) = match fault {
        FaultKind::Crash if matches!(target, Actor::Cache) => ("Crash", "its memory is gone", "bolt"),
        FaultKind::Crash if matches!(target, Actor::Database) => ("Crash", "its rows stay on disk", "bolt"),
        FaultKind::Crash => ("Crash", "what it had in hand ends here", "bolt"),
        FaultKind::Repair => ("Bring it back", "it starts again, and all is well", "again"),
        FaultKind::Restart => ("Restart", "it loads what its disk has, if it has a file", "again"),
        FaultKind::Failover => ("Fail over", "to a replica that is behind", "bolt"),
        FaultKind::Unreachable => ("Cut it off", "alive, but no message gets through", "cut"),
        FaultKind::Slow => ("Slow it down", "all it does takes ten times as long", "slow"),
        FaultKind::MemoryPressure => ("Take half its memory", "it evicts, or refuses writes", "slow"),
        FaultKind::CrashBetweenSteps => ("Crash between two steps", "at the next write, before all is done", "bolt"),
        FaultKind::Burst => ("Send a burst", "five times the requests, for 5 s", "bolt"),
        FaultKind::Drop => ("Lose a message", "the next one sent to it", "cut"),
        FaultKind::Delay => ("Hold a message up", "the next one sent to it, for 2 s", "slow"),
        FaultKind::Duplicate => ("Double a message", "the next one sent to it arrives twice", "again"),
    };
    Way { action: Action::Inject(Fault { fault, target }.into()), label, meaning, icon }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::patterns;

    #[test]
    fn all_that_is_offered_can_be_done() {
        for pattern in &patterns::ALL {
            for actor in targets(pattern) {
                let ways = ways(&Scenario::default(), actor, Condition::HEALTHY);
                assert!(!ways.is_empty());
                assert!(
                    ways.iter()
                        .all(|way| matches!(&way.action, Action::Inject(incident) if incident.check() == Ok(())))
                );
            }
        }
    }

    #[test]
    fn what_is_down_can_only_be_brought_back_or_started_again() {
        let down = Condition { up: false, ..Condition::HEALTHY };
        let ways = ways(&Scenario::default(), Actor::Cache, down);
        assert_eq!(ways.iter().map(Way::id).collect::<Vec<_>>(), ["repair", "restart"]);
    }

    #[test]
    fn only_a_cache_with_a_replica_can_fail_over() {
        let mut scenario = Scenario::default();
        let fails_over = |scenario: &Scenario| {
            ways(scenario, Actor::Cache, Condition::HEALTHY).iter().any(|way| way.id() == "failover")
        };
        assert!(!fails_over(&scenario));
        Knob::CacheReplica.set_in_scenario(&mut scenario, 1.0);
        assert!(fails_over(&scenario));
    }

    #[test]
    fn only_patterns_with_a_flusher_offer_it() {
        let offers = |id: &str, actor| targets(&patterns::find(id).unwrap()).contains(&actor);
        assert!(offers("write-behind", Actor::Flusher) && !offers("cache-aside", Actor::Flusher));
        assert!(offers("read-through", Actor::Loader) && !offers("write-behind", Actor::Loader));
    }
}
