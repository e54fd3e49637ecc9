//! What can be done to an actor, as its menu offers it.

use super::actors::Look;
use crate::world::{Actor, FaultKind};

/// One thing that can be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The fault, or the repair.
    pub fault: FaultKind,
    /// Its icon.
    pub icon: &'static str,
    /// It in a word or two.
    pub name: &'static str,
    /// What it does.
    pub effect: &'static str,
}

/// What can be done to an actor that looks like this.
#[must_use]
pub fn choices(actor: Actor, look: &Look) -> Vec<Choice> {
    let sensible = |fault: &FaultKind| match fault {
        FaultKind::Crash | FaultKind::CrashBetweenSteps => look.up,
        FaultKind::Unreachable => look.up && look.reachable,
        FaultKind::Slow => look.up && !look.slow,
        FaultKind::Repair => !look.is_sound(),
    };
    let faults = FaultKind::ALL.into_iter().filter(|fault| fault.can_hit(actor) && sensible(fault));
    faults.map(|fault| choice(actor, fault, look)).collect()
}

fn choice(actor: Actor, fault: FaultKind, look: &Look) -> Choice {
    let (icon, name, effect) = match fault {
        FaultKind::Crash => ("bolt", "Crash", crash(actor)),
        FaultKind::Unreachable => ("cut", "Cut off", "alive, but no message gets through"),
        FaultKind::Slow => ("slow", "Slow down", "its work takes ten times longer"),
        FaultKind::CrashBetweenSteps => ("cut", "Crash between two steps", "at the next write, after its first step"),
        FaultKind::Repair if look.up => ("again", "Repair", "as good as before"),
        FaultKind::Repair => ("again", "Restart", restart(actor)),
    };
    Choice { fault, icon, name, effect }
}

const fn crash(actor: Actor) -> &'static str {
    match actor {
        Actor::Cache => "all that is in its memory is gone",
        Actor::Database => "its rows stay on disk",
        Actor::Flusher => "nothing goes to the database",
        Actor::Loader => "nobody reaches the cache",
        Actor::App | Actor::Client(_) => "requests under way break off",
    }
}

const fn restart(actor: Actor) -> &'static str {
    match actor {
        Actor::Cache => "comes back empty",
        Actor::Database => "comes back with its rows",
        _ => "comes back now",
    }
}

#[cfg(test)]
mod tests {
    use super::super::Health;
    use super::*;

    fn look(up: bool, reachable: bool, slow: bool) -> Look {
        Look { health: Health::Healthy, word: "", waiting: 0, up, reachable, slow }
    }

    fn offered(actor: Actor, look: &Look) -> Vec<FaultKind> {
        choices(actor, look).iter().map(|choice| choice.fault).collect()
    }

    #[test]
    fn only_what_makes_sense_is_offered() {
        let well = look(true, true, false);
        assert_eq!(offered(Actor::Cache, &well), [FaultKind::Crash, FaultKind::Unreachable, FaultKind::Slow]);
        assert_eq!(offered(Actor::App, &well), [FaultKind::Crash, FaultKind::CrashBetweenSteps]);
        assert_eq!(offered(Actor::Flusher, &well), [FaultKind::Crash]);
        assert_eq!(offered(Actor::Client(1), &well), []);
    }

    #[test]
    fn the_dead_can_only_be_restarted() {
        for actor in [Actor::Cache, Actor::Database, Actor::App, Actor::Flusher, Actor::Loader] {
            assert_eq!(offered(actor, &look(false, true, false)), [FaultKind::Repair]);
        }
        assert!(offered(Actor::Cache, &look(true, false, false)).contains(&FaultKind::Repair));
    }
}
