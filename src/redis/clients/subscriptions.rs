//! Who listens to which channel or pattern, and what is published there.

use super::{ClientId, Clients, Push};
use crate::redis::glob;
use crate::redis::key::Key;
use crate::redis::reply::Reply;
use crate::redis::session::Session;

/// One client's interest in a channel, or in all channels that match a pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub(crate) client: ClientId,
    pub(crate) pattern: bool,
    pub(crate) channel: Key,
}

impl Clients {
    /// Subscribes a client, if it is not yet, and returns how many subscriptions it has.
    pub(crate) fn subscribe(&mut self, session: &mut Session, pattern: bool, channel: &[u8]) -> usize {
        let subscription = Subscription { client: session.client.id, pattern, channel: Key::new(channel) };
        if !self.subscriptions.contains(&subscription) {
            self.subscriptions.push(subscription);
            session.client.subscriptions += 1;
        }
        session.client.subscriptions
    }

    /// Ends a subscription, if there is one, and returns how many are left.
    pub(crate) fn unsubscribe(&mut self, session: &mut Session, pattern: bool, channel: &[u8]) -> usize {
        let client = session.client.id;
        let is_it = |one: &Subscription| one.client == client && one.pattern == pattern && *one.channel == *channel;
        if let Some(place) = self.subscriptions.iter().position(is_it) {
            self.subscriptions.remove(place);
            session.client.subscriptions -= 1;
        }
        session.client.subscriptions
    }

    /// The channels or the patterns of a client, in the order of subscribing.
    pub(crate) fn channels_of(&self, client: ClientId, pattern: bool) -> Vec<Key> {
        let own = self.subscriptions.iter().filter(|one| one.client == client && one.pattern == pattern);
        own.map(|one| one.channel.clone()).collect()
    }

    /// Whether a client listens to anything.
    pub(super) fn listens(&self, client: ClientId) -> bool {
        self.subscriptions.iter().any(|one| one.client == client)
    }

    /// Sends a message to those who listen to its channel, then to those whose pattern matches; how many there are.
    pub(crate) fn publish(&mut self, channel: &[u8], message: &[u8]) -> usize {
        let before = self.pushes.len();
        for one in self.subscriptions.iter().filter(|one| !one.pattern && *one.channel == *channel) {
            let message = [&b"message"[..], channel, message].map(Reply::bulk);
            self.pushes.push(Push { client: one.client, message: Reply::Array(Some(message.into())) });
        }
        for one in self.subscriptions.iter().filter(|one| one.pattern && glob::matches(&one.channel, channel)) {
            let message = [&b"pmessage"[..], &one.channel, channel, message].map(Reply::bulk);
            self.pushes.push(Push { client: one.client, message: Reply::Array(Some(message.into())) });
        }
        self.pushes.len() - before
    }
}
