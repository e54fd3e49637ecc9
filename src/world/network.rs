//! Messages between actors: each takes its link's time, or is lost.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Weak;

use super::meddle::Rule;
use super::rpc::Order;
use super::{Actor, EventKind, Loss, MessageId, Parcel, RequestId, World};
use crate::engine::{Distribution, Rng, Signal, Sim, Span, VirtualTime};

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
#[derive(Clone)]
pub(crate) struct Letter {
    pub(crate) from: Actor,
    pub(crate) to: Actor,
    pub(crate) parcel: Parcel,
    pub(crate) request: Option<RequestId>,
}

/// A message on its way.
#[derive(Clone)]
pub(super) struct Flight {
    pub(super) letter: Letter,
    /// What it asks for, so that it can be asked for again; nothing in a reply. The call itself keeps it.
    pub(super) order: Option<Weak<dyn Order>>,
    pub(super) arrives: VirtualTime,
    /// By which hold and since when it stays where it is.
    pub(super) hold: Option<(u32, VirtualTime)>,
    /// Whether somebody has taken it away.
    pub(super) dropped: bool,
}

/// The messages under way, by their numbers; nothing in the place of one that is over.
#[derive(Default)]
struct InFlight {
    flights: VecDeque<Option<Flight>>,
    /// The number before that of the first of them.
    before: u32,
}

impl InFlight {
    /// The next message is sent.
    fn insert(&mut self, flight: Flight) {
        self.flights.push_back(Some(flight));
    }

    fn place(&self, message: MessageId) -> usize {
        // One that is before all of them is nowhere.
        message.0.checked_sub(self.before + 1).map_or(usize::MAX, |place| place as usize)
    }

    fn get(&self, message: MessageId) -> Option<&Flight> {
        self.flights.get(self.place(message))?.as_ref()
    }

    fn get_mut(&mut self, message: MessageId) -> Option<&mut Flight> {
        let place = self.place(message);
        self.flights.get_mut(place)?.as_mut()
    }

    /// A message is over. Gives whether somebody had taken it away, if it was under way.
    fn remove(&mut self, message: MessageId) -> Option<bool> {
        let place = self.place(message);
        let slot = self.flights.get_mut(place)?;
        let dropped = slot.as_ref()?.dropped;
        *slot = None;
        while let Some(None) = self.flights.front() {
            self.flights.pop_front();
            self.before += 1;
        }
        Some(dropped)
    }

    /// Those of which that is true, in order.
    fn which(&self, is_one: impl Fn(&Flight) -> bool) -> Vec<MessageId> {
        let numbered = (self.before + 1..).zip(&self.flights);
        let found = numbered.filter(|(_, flight)| flight.as_ref().is_some_and(&is_one));
        found.map(|(number, _)| MessageId(number)).collect()
    }
}

/// The links' state.
pub(crate) struct Network {
    sent: Cell<u32>,
    in_flight: RefCell<InFlight>,
    rng: RefCell<Rng>,
    /// What is random about faults of messages, and about those that are sent twice.
    pub(super) fault_rng: RefCell<Rng>,
    pub(super) rules: RefCell<Vec<Rule>>,
    /// Fires when held messages may go on.
    pub(super) stirred: Signal,
    numbers: Cell<u32>,
}

impl Network {
    pub(crate) fn new(sim: &Sim) -> Self {
        Self {
            sent: Cell::new(0),
            in_flight: RefCell::default(),
            rng: RefCell::new(sim.rng("network")),
            fault_rng: RefCell::new(sim.rng("faults of messages")),
            rules: RefCell::default(),
            stirred: Signal::new(sim),
            numbers: Cell::new(0),
        }
    }

    fn next_message(&self) -> MessageId {
        let message = MessageId(self.sent.get() + 1);
        self.sent.set(message.0);
        message
    }

    /// Whether a message is where it was sent to, and nobody holds it.
    fn is_there(&self, message: MessageId, now: VirtualTime) -> bool {
        let in_flight = self.in_flight.borrow();
        in_flight.get(message).is_some_and(|flight| !flight.dropped && flight.hold.is_none() && flight.arrives <= now)
    }

    /// A number that no hold and no rule has had.
    pub(super) fn next_number(&self) -> u32 {
        self.numbers.set(self.numbers.get() + 1);
        self.numbers.get()
    }

    /// Looks at a message, if it is on its way.
    pub(super) fn with_flight<T>(&self, message: MessageId, look: impl FnOnce(&mut Flight) -> T) -> Option<T> {
        self.in_flight.borrow_mut().get_mut(message).filter(|flight| !flight.dropped).map(look)
    }
}

impl World {
    /// Carries a message over its link. One that is sent a second time draws its time from a stream of its own.
    pub(crate) async fn travel(&self, letter: Letter, order: Option<Weak<dyn Order>>, again: bool) -> Delivery {
        let (from, to) = (letter.from, letter.to);
        let network = &self.inner.network;
        // A dead server refuses a request; a reply to a dead process goes nowhere.
        let is_reply = letter.parcel.kind.is_reply();
        let (message, latency) = self.send(letter, order, again);
        if self.is_cut(from, to) {
            self.inner.sim.sleep(latency / 2).await;
            return self.lose(message, Loss::LinkCut);
        }
        self.inner.sim.sleep(latency).await;
        if !network.is_there(message, self.now())
            && let Some(delivery) = Box::pin(self.wait_if_held(message)).await
        {
            return delivery;
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

    /// A message begins its way. Gives its number and how long it takes if nothing happens to it.
    fn send(&self, letter: Letter, order: Option<Weak<dyn Order>>, again: bool) -> (MessageId, Span) {
        let (from, to) = (letter.from, letter.to);
        let network = &self.inner.network;
        let rng = if again { &network.fault_rng } else { &network.rng };
        let latency = self.link(from, to).sample(&mut rng.borrow_mut());
        let arrives = self.now() + latency;
        let message = network.next_message();
        self.show(|| {
            let (parcel, request) = (letter.parcel.clone(), letter.request);
            EventKind::Sent { message, from, to, parcel, request, arrives }
        });
        network.in_flight.borrow_mut().insert(Flight { letter, order, arrives, hold: None, dropped: false });
        self.disturb_sent(message, [from, to], self.now() + latency / 2);
        (message, latency)
    }

    /// Waits as long as somebody holds the message up. Gives what became of it if it will not arrive.
    async fn wait_if_held(&self, message: MessageId) -> Option<Delivery> {
        let network = &self.inner.network;
        loop {
            let flight =
                network.in_flight.borrow().get(message).map(|flight| (flight.dropped, flight.hold, flight.arrives));
            match flight {
                None => return Some(Delivery::SenderCrashed),
                Some((true, ..)) => {
                    network.in_flight.borrow_mut().remove(message);
                    return Some(Delivery::Vanished);
                }
                Some((_, Some(_), _)) => network.stirred.wait().await,
                Some((.., arrives)) if arrives > self.now() => self.inner.sim.sleep_until(arrives).await,
                Some(_) => return None,
            }
        }
    }

    fn lose(&self, message: MessageId, loss: Loss) -> Delivery {
        let Some(dropped) = self.inner.network.in_flight.borrow_mut().remove(message) else {
            return Delivery::SenderCrashed;
        };
        if !dropped {
            self.show(|| EventKind::MessageLost { message, loss });
        }
        Delivery::Vanished
    }

    /// Loses everything that `actor` has sent and that has not arrived: it was still in the buffers of a dead machine.
    pub(crate) fn lose_all_from(&self, actor: Actor) {
        let in_flight = &self.inner.network.in_flight;
        let is_of = |flight: &Flight| flight.letter.from == actor && !flight.dropped;
        let messages = in_flight.borrow().which(is_of);
        for message in messages {
            in_flight.borrow_mut().remove(message);
            self.show(|| EventKind::MessageLost { message, loss: Loss::SenderCrashed });
        }
        self.inner.network.stirred.notify_all();
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
