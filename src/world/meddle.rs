//! What somebody does to messages on their way: to one that is known by its number, or to those of a link.

use std::fmt;

use super::network::Flight;
use super::{Actor, EventKind, Fault, FaultKind, Incident, Loss, MessageId, World};
use crate::engine::{Span, VirtualTime};

/// What is done to one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Deed {
    /// It stays where it is until it is released.
    Hold,
    /// It goes on.
    Release,
    /// It stays where it is for so long, and goes on by itself.
    Delay(Span),
    /// It vanishes.
    Drop,
    /// It is sent once more. A server carries it out twice, and its sender heeds only the first reply.
    Duplicate,
}

/// How long a message is held up where nobody says it.
pub const USUAL_DELAY: Span = Span::from_secs(2);

impl Deed {
    /// The names in links, messages and scenarios.
    pub const IDS: [&'static str; 5] = ["hold", "release", "delay", "drop", "duplicate"];

    /// The name in links, messages and scenarios.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Release => "release",
            Self::Delay(_) => "delay",
            Self::Drop => "drop",
            Self::Duplicate => "duplicate",
        }
    }

    /// The deed of that name; a delay is by `by`, or two seconds.
    #[must_use]
    pub fn from_id(id: &str, by: Option<Span>) -> Option<Self> {
        Some(match id {
            "hold" => Self::Hold,
            "release" => Self::Release,
            "delay" => Self::Delay(by.unwrap_or(USUAL_DELAY)),
            "drop" => Self::Drop,
            "duplicate" => Self::Duplicate,
            _ => return None,
        })
    }
}

impl fmt::Display for Deed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hold => f.write_str("is held"),
            Self::Release => f.write_str("is released"),
            Self::Delay(by) => write!(f, "is held up for {by}"),
            Self::Drop => f.write_str("is dropped"),
            Self::Duplicate => f.write_str("is sent twice"),
        }
    }
}

/// A fault of the messages to somebody.
pub(super) struct Rule {
    number: u32,
    from: Option<Actor>,
    to: Actor,
    deed: Deed,
    share: f64,
    /// Whether it ends with the first message.
    once: bool,
}

impl World {
    /// Does something to a message. Nothing happens to one that is not on its way.
    pub fn meddle(&self, message: MessageId, deed: Deed) {
        match deed {
            Deed::Hold => drop(self.hold(message)),
            Deed::Release => self.release(message, None),
            Deed::Drop => self.drop_message(message),
            Deed::Duplicate => self.send_again(message),
            Deed::Delay(by) => {
                let Some(hold) = self.hold(message) else { return };
                let world = self.clone();
                self.inner.sim.schedule(self.now() + by, move || world.release(message, Some(hold)));
            }
        }
    }

    /// Holds a message, also one that is held already, which then waits for this hold's release. Gives the hold's number.
    fn hold(&self, message: MessageId) -> Option<u32> {
        let number = self.inner.network.next_number();
        let was_held = self.inner.network.with_flight(message, |flight| {
            let since = flight.hold.map(|(_, since)| since);
            flight.hold = Some((number, since.unwrap_or(self.now())));
            since.is_some()
        })?;
        if !was_held {
            self.show(|| EventKind::MessageHeld { message });
        }
        Some(number)
    }

    /// Lets a held message go on, if it is still held by that hold, where one is given.
    fn release(&self, message: MessageId, hold: Option<u32>) {
        let now = self.now();
        let arrives = self.inner.network.with_flight(message, |flight| {
            let (number, since) = flight.hold?;
            if hold.is_some_and(|hold| hold != number) {
                return None;
            }
            flight.hold = None;
            flight.arrives = now + flight.arrives.since(since);
            Some(flight.arrives)
        });
        if let Some(arrives) = arrives.flatten() {
            self.show(|| EventKind::MessageReleased { message, arrives });
            self.inner.network.stirred.notify_all();
        }
    }

    fn drop_message(&self, message: MessageId) {
        if self.inner.network.with_flight(message, |flight| flight.dropped = true).is_some() {
            self.show(|| EventKind::MessageLost { message, loss: Loss::Dropped });
            self.inner.network.stirred.notify_all();
        }
    }

    fn send_again(&self, message: MessageId) {
        let flight = self.inner.network.with_flight(message, |flight| flight.clone());
        let Some(Flight { letter, order, .. }) = flight else { return };
        let world = self.clone();
        self.inner.sim.spawn(async move {
            match order.and_then(|order| order.upgrade()) {
                Some(order) => {
                    // Whoever sent it listens to the first reply alone.
                    let _ = world.carry_out(&order, true).await;
                }
                None => {
                    world.travel(letter, None, true).await;
                }
            }
        });
    }

    /// From now on, messages to the fault's target meet it: the next one, or each until it ends.
    pub(super) fn disturb(&self, incident: &Incident) {
        let Fault { fault, target: to } = incident.fault;
        let deed = match fault {
            FaultKind::Drop => Deed::Drop,
            FaultKind::Duplicate => Deed::Duplicate,
            _ => Deed::Delay(incident.delay()),
        };
        let number = self.inner.network.next_number();
        let (from, lasts) = (incident.details.from, incident.details.lasts);
        let share = incident.details.share.unwrap_or(1.0);
        self.inner.network.rules.borrow_mut().push(Rule { number, from, to, deed, share, once: lasts.is_none() });
        if let Some(lasts) = lasts {
            let world = self.clone();
            self.inner.sim.schedule(self.now() + lasts, move || {
                world.inner.network.rules.borrow_mut().retain(|rule| rule.number != number);
            });
        }
    }

    /// Messages to `target` arrive as they should again.
    pub(super) fn calm(&self, target: Actor) {
        self.inner.network.rules.borrow_mut().retain(|rule| rule.to != target);
    }

    /// Does to a message that has just been sent what the faults of its link do, half-way, where it can be seen.
    pub(super) fn disturb_sent(&self, message: MessageId, [from, to]: [Actor; 2], half_way: VirtualTime) {
        let network = &self.inner.network;
        if network.rules.borrow().is_empty() {
            return;
        }
        let mut met = Vec::new();
        network.rules.borrow_mut().retain(|rule| {
            let is_of_link = rule.to == to && rule.from.is_none_or(|sender| sender == from);
            if is_of_link && (rule.share >= 1.0 || network.fault_rng.borrow_mut().chance(rule.share)) {
                met.push(rule.deed);
                return !rule.once;
            }
            true
        });
        for deed in met {
            let world = self.clone();
            self.inner.sim.schedule(half_way, move || world.meddle(message, deed));
        }
    }
}
