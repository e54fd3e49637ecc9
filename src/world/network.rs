//! Messages between actors: each takes its link's time, or is lost.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use super::{Actor, EventKind, Loss, MessageId, Parcel, RequestId, World};
use crate::engine::{Distribution, Rng, Sim};

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Delivery {
    /// It is there.
    Arrived,
    /// It is not, and its sender is dead, which the receiver notices as a broken connection.
    SenderCrashed,
    /// It is not, and nobody notices.
    Vanished,
}

/// A message to be sent.
pub(crate) struct Letter {
    pub(crate) from: Actor,
    pub(crate) to: Actor,
    pub(crate) parcel: Parcel,
    pub(crate) request: Option<RequestId>,
}

/// The senders of the messages under way, by the messages' numbers; nobody in the place of one that is over.
#[derive(Default)]
struct InFlight {
    senders: VecDeque<Option<Actor>>,
    /// The number of the first of them.
    first: u32,
}

impl InFlight {
    /// The next message is sent.
    fn insert(&mut self, from: Actor) {
        self.senders.push_back(Some(from));
    }

    fn place(&self, message: MessageId) -> Option<usize> {
        message.0.checked_sub(self.first + 1).map(|place| place as usize)
    }

    fn has(&self, message: MessageId) -> bool {
        self.place(message).and_then(|place| self.senders.get(place)).is_some_and(Option::is_some)
    }

    /// A message is over; whether it was under way.
    fn remove(&mut self, message: MessageId) -> bool {
        let place = self.place(message).and_then(|place| self.senders.get_mut(place));
        let was_there = place.is_some_and(|place| place.take().is_some());
        while let Some(None) = self.senders.front() {
            self.senders.pop_front();
            self.first += 1;
        }
        was_there
    }

    /// The messages of a sender, in order.
    fn of(&self, sender: Actor) -> impl Iterator<Item = MessageId> {
        let numbers = (self.first + 1..).zip(&self.senders);
        numbers.filter(move |(_, from)| **from == Some(sender)).map(|(number, _)| MessageId(number))
    }
}

/// The links' state.
pub(crate) struct Network {
    sent: Cell<u32>,
    in_flight: RefCell<InFlight>,
    rng: RefCell<Rng>,
}

impl Network {
    pub(crate) fn new(sim: &Sim) -> Self {
        Self { sent: Cell::new(0), in_flight: RefCell::default(), rng: RefCell::new(sim.rng("network")) }
    }

    fn register(&self, from: Actor) -> MessageId {
        let message = MessageId(self.sent.get() + 1);
        self.sent.set(message.0);
        self.in_flight.borrow_mut().insert(from);
        message
    }
}

impl World {
    /// Carries a message over its link.
    pub(crate) async fn travel(&self, letter: Letter) -> Delivery {
        let Letter { from, to, parcel, request } = letter;
        let network = &self.inner.network;
        // A dead server refuses a request; a reply to a dead process goes nowhere.
        let is_reply = parcel.kind.is_reply();
        let latency = self.link(from, to).sample(&mut network.rng.borrow_mut());
        let arrives = self.now() + latency;
        let message = network.register(from);
        self.show(|| EventKind::Sent { message, from, to, parcel, request, arrives });
        if self.is_cut(from, to) {
            self.inner.sim.sleep(latency / 2).await;
            return self.lose(message, Loss::LinkCut);
        }
        self.inner.sim.sleep_until(arrives).await;
        if !network.in_flight.borrow().has(message) {
            return Delivery::SenderCrashed;
        }
        if self.is_cut(from, to) {
            return self.lose(message, Loss::LinkCut);
        }
        if is_reply && !self.is_up(to) {
            return self.lose(message, Loss::ReceiverDown);
        }
        network.in_flight.borrow_mut().remove(message);
        self.show(|| EventKind::Arrived { message });
        Delivery::Arrived
    }

    fn lose(&self, message: MessageId, loss: Loss) -> Delivery {
        if !self.inner.network.in_flight.borrow_mut().remove(message) {
            return Delivery::SenderCrashed;
        }
        self.show(|| EventKind::MessageLost { message, loss });
        Delivery::Vanished
    }

    /// Loses everything that `actor` has sent and that has not arrived: it was still in the buffers of a dead machine.
    pub(crate) fn lose_all_from(&self, actor: Actor) {
        let in_flight = &self.inner.network.in_flight;
        let messages: Vec<MessageId> = in_flight.borrow().of(actor).collect();
        for message in messages {
            in_flight.borrow_mut().remove(message);
            self.show(|| EventKind::MessageLost { message, loss: Loss::SenderCrashed });
        }
    }

    fn is_cut(&self, from: Actor, to: Actor) -> bool {
        !(self.condition(from).reachable && self.condition(to).reachable)
    }

    fn link(&self, from: Actor, to: Actor) -> Distribution {
        let timings = &self.inner.timings;
        let joins = |actor: fn(&Actor) -> bool| actor(&from) || actor(&to);
        if joins(|actor| matches!(actor, Actor::Client(_))) {
            timings.client_link
        } else if joins(|actor| *actor == Actor::Database) {
            timings.database_link
        } else if joins(|actor| *actor == Actor::Loader) {
            timings.local_link
        } else {
            timings.cache_link
        }
    }
}
