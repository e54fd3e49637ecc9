//! How faults begin and end. Those that last are kept in a list, so that several at once don't end one another: an actor is
//! as badly off as the worst of its troubles makes it.

use std::cell::{Cell, RefCell};

use super::{Actor, Condition, Fault, FaultKind, Incident, Source, World};
use crate::engine::Span;
use crate::redis::Server;

/// What makes a process's life harder, without ending it.
#[derive(Clone, Copy)]
enum Weight {
    Unreachable,
    Slow(u32),
    /// Most bytes that the cache may use.
    Memory(u64),
}

struct Trouble {
    number: u32,
    target: Actor,
    weight: Weight,
}

/// The troubles that there are.
#[derive(Default)]
pub(super) struct Troubles {
    list: RefCell<Vec<Trouble>>,
    begun: Cell<u32>,
}

impl World {
    /// Lets a fault happen now. One that can't hit its target changes nothing. A burst of clients is the workload's business.
    pub fn inject(&self, incident: &Incident) {
        let Fault { fault, target } = incident.fault;
        if !fault.can_hit(target) {
            return;
        }
        match fault {
            FaultKind::Crash if self.is_up(target) => {
                self.crash(target);
                self.revive_after(incident.lasts(), target, incident.details.source);
            }
            FaultKind::Crash | FaultKind::Burst => {}
            FaultKind::Restart => self.restart_cache(incident.details.source),
            FaultKind::Failover if target == Actor::Cache => self.fail_over_cache(incident),
            FaultKind::Failover => self.fail_over(incident),
            FaultKind::Unreachable => self.trouble(incident, Weight::Unreachable),
            FaultKind::Slow => self.trouble(incident, Weight::Slow(incident.slowness())),
            FaultKind::MemoryPressure => {
                let most = self.share_of_memory(incident.details.share.unwrap_or(0.5));
                self.trouble(incident, Weight::Memory(most));
            }
            FaultKind::CrashBetweenSteps => self.set_trap(true),
            FaultKind::Drop | FaultKind::Delay | FaultKind::Duplicate => self.disturb(incident),
            FaultKind::Repair => self.repair(target),
        }
    }

    pub(super) fn crash(&self, target: Actor) {
        self.die(target, None);
    }

    /// A process dies. In the place of the cache there may be another one at once.
    fn die(&self, target: Actor, heir: Option<Server>) {
        let process = self.process(target);
        process.deaths.set(process.deaths.get() + 1);
        self.set_condition(target, Condition { up: false, restarting: false, ..self.condition(target) });
        match target {
            Actor::Cache => self.wipe_cache(heir),
            Actor::Database => self.crash_database(),
            _ => {}
        }
        self.lose_all_from(target);
        process.memory.clear();
        process.crashed.notify_all();
    }

    /// Starts a process again after that time, unless somebody else has done so.
    fn revive_after(&self, pause: Option<Span>, target: Actor, source: Option<Source>) {
        let Some(pause) = pause else { return };
        let (world, death) = (self.clone(), self.process(target).deaths.get());
        self.inner.sim.schedule(self.now() + pause, move || {
            let is_still_dead = !world.is_up(target) && world.process(target).deaths.get() == death;
            if is_still_dead {
                world.revive(target, source);
            }
        });
    }

    fn revive(&self, target: Actor, source: Option<Source>) {
        if target == Actor::Cache {
            return self.restart_cache(source);
        }
        self.set_condition(target, Condition { up: true, ..self.condition(target) });
        match target {
            Actor::Database => self.recover_database(),
            Actor::Flusher => self.start_flusher(),
            _ => {}
        }
    }

    /// The cache's process starts, and is busy loading what it has for as long as that takes.
    fn restart_cache(&self, source: Option<Source>) {
        if self.is_up(Actor::Cache) {
            self.crash(Actor::Cache);
        }
        if let Some(source) = source {
            self.reload_cache(source);
        }
        let condition = self.condition(Actor::Cache);
        self.set_condition(Actor::Cache, Condition { up: true, restarting: true, ..condition });
        let (world, death) = (self.clone(), self.process(Actor::Cache).deaths.get());
        self.inner.sim.schedule(self.now() + self.loading_time(), move || {
            let condition = world.condition(Actor::Cache);
            if condition.restarting && world.process(Actor::Cache).deaths.get() == death {
                world.set_condition(Actor::Cache, Condition { restarting: false, ..condition });
                world.tell_restored();
            }
        });
    }

    fn repair(&self, target: Actor) {
        let before = self.condition(target);
        self.inner.troubles.list.borrow_mut().retain(|trouble| trouble.target != target);
        self.calm(target);
        self.set_condition(target, Condition::HEALTHY);
        match target {
            Actor::Cache => {
                if before.squeezed {
                    self.limit_memory(None);
                }
                if !before.up || before.restarting {
                    self.tell_restored();
                }
            }
            Actor::Database if !before.up => self.recover_database(),
            Actor::Flusher if !before.up => self.start_flusher(),
            Actor::App => self.set_trap(false),
            _ => {}
        }
    }

    /// The replica takes the cache's place; without one, nothing happens. After the incident's time callers are sent to it.
    fn fail_over_cache(&self, incident: &Incident) {
        let Some(heir) = self.promote_replica() else { return };
        self.die(Actor::Cache, Some(heir));
        let (world, death) = (self.clone(), self.process(Actor::Cache).deaths.get());
        self.inner.sim.schedule(self.now() + incident.lasts().unwrap_or_default(), move || {
            let condition = world.condition(Actor::Cache);
            if !condition.up && world.process(Actor::Cache).deaths.get() == death {
                world.set_condition(Actor::Cache, Condition { up: true, ..condition });
                world.tell_restored();
            }
        });
    }

    fn fail_over(&self, incident: &Incident) {
        let behind = self.settings().replica_lag;
        let usual = if behind.is_zero() { Span::from_secs(2) } else { behind };
        if self.is_up(Actor::Database) {
            self.crash(Actor::Database);
        }
        self.fall_back_to_replica(incident.details.lag.unwrap_or(usual));
        self.revive_after(incident.lasts(), Actor::Database, None);
    }

    /// A trouble begins; it ends by itself if the incident says so.
    fn trouble(&self, incident: &Incident, weight: Weight) {
        let (troubles, target) = (&self.inner.troubles, incident.fault.target);
        let number = troubles.begun.get() + 1;
        troubles.begun.set(number);
        troubles.list.borrow_mut().push(Trouble { number, target, weight });
        self.weigh(target);
        if let Some(lasts) = incident.lasts() {
            let world = self.clone();
            self.inner.sim.schedule(self.now() + lasts, move || {
                world.inner.troubles.list.borrow_mut().retain(|trouble| trouble.number != number);
                world.weigh(target);
            });
        }
    }

    /// Brings an actor into the condition that its troubles make.
    fn weigh(&self, target: Actor) {
        let mut condition = Condition { reachable: true, slowness: 1, squeezed: false, ..self.condition(target) };
        let mut memory: Option<u64> = None;
        for trouble in self.inner.troubles.list.borrow().iter().filter(|trouble| trouble.target == target) {
            match trouble.weight {
                Weight::Unreachable => condition.reachable = false,
                Weight::Slow(times) => condition.slowness = condition.slowness.max(times),
                Weight::Memory(most) => memory = Some(memory.unwrap_or(most).min(most)),
            }
        }
        condition.squeezed = memory.is_some();
        let was_squeezed = self.condition(target).squeezed;
        self.set_condition(target, condition);
        if condition.squeezed || was_squeezed {
            self.limit_memory(memory);
        }
    }
}
