//! How an actor is, in a word and in a sentence.

use super::backdrop::Moment;
use super::desks::desk;
use crate::world::{Actor, Condition};

/// An actor's health as its casing and its pulse show it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Health {
    /// Well, with nothing to do.
    #[default]
    Healthy,
    /// Well, and at work.
    Busy,
    /// Some wait in line.
    Queueing,
    /// Cut off, or slow, or stuck because of others.
    Failing,
    /// Started again, and loading its data.
    Restarting,
    /// Dead.
    Down,
}

/// What an actor's head shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Look {
    /// How it is.
    pub health: Health,
    /// One word for it, if it is worth one.
    pub word: &'static str,
    /// What its death means, if it is dead.
    pub loses: &'static str,
    /// Calls in line.
    pub waiting: u32,
    /// Its condition, on which depends what can be done to it.
    pub condition: Condition,
}

impl Health {
    /// Its name in the styles.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Healthy => "healthy",
            Self::Busy => "busy",
            Self::Queueing => "queueing",
            Self::Failing => "failing",
            Self::Restarting => "restarting",
            Self::Down => "down",
        }
    }
}

impl Look {
    /// How it is, for a sentence about it.
    #[must_use]
    pub fn state(&self) -> String {
        let trouble = match (self.condition.up, self.condition.reachable, self.condition.slowness > 1) {
            (false, ..) => "down",
            _ if self.condition.restarting => "restarting, it loads its data",
            (_, false, _) => "cut off",
            (.., true) => "slow",
            _ if self.condition.squeezed => "short of memory",
            _ => match self.health {
                Health::Busy => "at work",
                Health::Queueing => "queueing",
                Health::Failing => "in trouble",
                Health::Healthy | Health::Restarting | Health::Down => "idle",
            },
        };
        if self.waiting == 0 { trouble.to_owned() } else { format!("{trouble}, {} in line", self.waiting) }
    }
}

/// Seconds since an actor went down, if it is down.
#[must_use]
pub fn down_seconds(moment: &Moment, actor: Actor) -> Option<f64> {
    let view = moment.frame.actor(actor);
    (!view.condition.up).then(|| view.for_span.as_secs_f64())
}

/// How an actor is.
#[must_use]
pub fn look(moment: &Moment, actor: Actor) -> Look {
    let view = moment.frame.actor(actor);
    let condition = view.condition;
    let health = health(moment, actor, condition, view.waiting);
    Look { health, word: word(condition, health), loses: loses(moment, actor), waiting: view.waiting, condition }
}

fn loses(moment: &Moment, actor: Actor) -> &'static str {
    match actor {
        Actor::Cache => "its memory is gone",
        Actor::Database if moment.frame.is_forgetting => "a lagging replica takes over",
        Actor::Database => "its rows stay on disk",
        _ => "is down",
    }
}

fn health(moment: &Moment, actor: Actor, condition: Condition, waiting: u32) -> Health {
    if !condition.up {
        return Health::Down;
    }
    if condition.restarting {
        return Health::Restarting;
    }
    if !condition.reachable || condition.slowness > 1 || condition.squeezed || is_stuck(moment, actor) {
        return Health::Failing;
    }
    if waiting > 0 {
        return Health::Queueing;
    }
    if is_busy(moment, actor) { Health::Busy } else { Health::Healthy }
}

fn is_busy(moment: &Moment, actor: Actor) -> bool {
    let serves = moment.frame.actor(actor).serving > 0;
    let runs = moment.frame.code.iter().any(|code| code.actor == actor && code.request.is_some());
    let carries =
        actor == Actor::Flusher && moment.frame.packets.iter().any(|packet| packet.from == actor || packet.to == actor);
    serves || runs || carries
}

/// Whether somebody who is well himself waits for one who does not answer.
fn is_stuck(moment: &Moment, actor: Actor) -> bool {
    actor == Actor::App
        && (0..moment.backdrop.cast.people).any(|seat| desk(moment, seat).is_some_and(|desk| desk.is_stuck))
}

const fn word(condition: Condition, health: Health) -> &'static str {
    match (condition.up, condition.reachable, condition.slowness) {
        (false, ..) => "down",
        _ if condition.restarting => "restarting",
        (_, false, _) => "cut off",
        (.., slowness) if slowness > 1 => "slow",
        _ if condition.squeezed => "no memory",
        _ => match health {
            Health::Busy => "busy",
            Health::Queueing => "queueing",
            _ => "",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::super::backdrop::tests::at;
    use super::*;

    #[test]
    fn the_cache_is_down_after_its_crash_and_well_after_its_repair() {
        let cache = |seconds| at("write-behind-data-loss", seconds, |moment| look(moment, Actor::Cache));
        assert_eq!(cache(14.0).condition, Condition::HEALTHY);
        let dead = cache(14.4);
        assert_eq!((dead.health, dead.word, dead.state().as_str()), (Health::Down, "down", "down"));
        assert_eq!(cache(20.0).condition, Condition::HEALTHY);
        let down = |seconds| at("write-behind-data-loss", seconds, |moment| down_seconds(moment, Actor::Cache));
        assert!((down(14.4).unwrap() - 0.2).abs() < 1e-9);
        assert_eq!(down(20.0), None);
    }

    #[test]
    fn a_database_keeps_its_rows_unless_a_replica_that_is_behind_takes_over() {
        let database = |scene, seconds| at(scene, seconds, |moment| look(moment, Actor::Database));
        let failing = database("failover", 10.0);
        assert_eq!((failing.health, failing.loses), (Health::Down, "a lagging replica takes over"));
        for (scene, seconds) in [("failover", 9.0), ("failover", 13.0), ("write-behind-data-loss", 14.4)] {
            assert_eq!(database(scene, seconds).loses, "its rows stay on disk", "{scene} at {seconds}");
        }
    }

    #[test]
    fn the_application_is_in_trouble_while_it_asks_a_dead_cache() {
        let healths: Vec<Health> = (155..190)
            .map(|tenth| {
                at("write-behind-data-loss", f64::from(tenth) / 10.0, |moment| look(moment, Actor::App).health)
            })
            .collect();
        assert!(healths.contains(&Health::Failing), "{healths:?}");
        assert!(healths.contains(&Health::Healthy), "{healths:?}");
    }
}
