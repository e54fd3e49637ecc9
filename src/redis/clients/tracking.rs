//! Client-side caching: which keys clients have read, and who is told that one has changed, after Redis's `tracking.c`.
//!
//! The model speaks RESP2, in which invalidations go to another connection that listens to `__redis__:invalidate`
//! (`CLIENT TRACKING ON REDIRECT`).

use super::{ClientId, Clients, Push};
use crate::order::sort;
use crate::redis::command::Command;
use crate::redis::key::Key;
use crate::redis::reply::Reply;
use crate::redis::server::Server;
use crate::redis::session::Session;

const CHANNEL: &str = "__redis__:invalidate";

/// Which keys a client is told of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum TrackingMode {
    /// Those that it has read.
    Read,
    /// `OPTIN`: those that it has read right after `CLIENT CACHING YES`.
    OptIn,
    /// `OPTOUT`: those that it has read, but not right after `CLIENT CACHING NO`.
    OptOut,
    /// `BCAST`: all whose names begin with one of these.
    Broadcast(Vec<Key>),
}

/// How a client tracks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mode {
    pub(crate) which: TrackingMode,
    /// The connection that is told.
    pub(crate) redirect: Option<ClientId>,
    /// It is not told of its own changes.
    pub(crate) no_loop: bool,
}

/// A client that tracks.
#[derive(Clone, Debug)]
pub(super) struct TrackingClient {
    pub(super) client: ClientId,
    pub(super) mode: Mode,
}

/// A key that a client has read, and was not told of since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tracked {
    client: ClientId,
    key: Key,
}

/// A key that a client is to be told of later, for the sake of a prefix or because it runs the command itself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Invalid {
    prefix: Option<Key>,
    client: ClientId,
    key: Key,
}

impl Clients {
    /// How a client tracks.
    pub(crate) fn mode_of(&self, client: ClientId) -> Option<&Mode> {
        self.tracking.iter().find(|tracking| tracking.client == client).map(|tracking| &tracking.mode)
    }

    /// Begins to track, or goes on in another way.
    pub(crate) fn track(&mut self, client: ClientId, mode: Mode) {
        match self.tracking.iter_mut().find(|tracking| tracking.client == client) {
            Some(tracking) => tracking.mode = mode,
            None => self.tracking.push(TrackingClient { client, mode }),
        }
    }

    /// Ends a client's tracking. As in Redis, the keys that it has read are known again if it begins anew.
    pub(crate) fn stop_tracking(&mut self, client: ClientId) {
        self.tracking.retain(|tracking| tracking.client != client);
        self.invalid.retain(|invalid| invalid.client != client);
    }

    /// Forgets the keys that a client has read.
    pub(super) fn forget_tracked(&mut self, client: ClientId) {
        self.tracked.retain(|tracked| tracked.client != client);
    }

    /// Tells a client of keys that are no longer what it has read.
    fn tell(&mut self, client: ClientId, keys: Reply) {
        let Some(target) = self.mode_of(client).and_then(|mode| mode.redirect) else { return };
        if self.listens(target) {
            let message = vec![Reply::bulk("message"), Reply::bulk(CHANNEL), keys];
            self.pushes.push(Push { client: target, message: Reply::Array(Some(message)) });
        }
    }

    /// Sends the invalidations that were kept until the running command has answered: each one by itself to the client
    /// that runs it; then for each prefix all at once, in the order of names, to those who want to hear of it.
    pub(super) fn send_invalidations(&mut self) {
        let mut invalid = std::mem::take(&mut self.invalid);
        let names = |keys: &[Invalid]| keys.iter().map(|invalid| Reply::bulk(invalid.key.as_bytes())).collect();
        for own in invalid.iter().filter(|invalid| invalid.prefix.is_none()) {
            self.tell(own.client, Reply::Array(Some(names(std::slice::from_ref(own)))));
        }
        invalid.retain(|invalid| invalid.prefix.is_some());
        sort(&mut invalid);
        invalid.dedup();
        for keys in invalid.chunk_by(|one, other| (&one.prefix, one.client) == (&other.prefix, other.client)) {
            self.tell(keys[0].client, Reply::Array(Some(names(keys))));
        }
    }

    /// All keys are gone: everybody who tracks is told with nil in place of names.
    pub(crate) fn invalidate_all(&mut self) {
        let clients: Vec<ClientId> = self.tracking.iter().map(|tracking| tracking.client).collect();
        for client in clients {
            self.tell(client, Reply::NIL);
        }
        self.tracked.clear();
    }
}

impl Session {
    /// What `CLIENT CACHING` says holds for the next command, a refused one included, or for the next transaction.
    pub(super) fn forget_caching(&mut self, command: Option<&Command>) {
        let is_client = command.is_some_and(|command| command.name.starts_with("client|"));
        if !is_client && self.transaction.is_none() {
            self.client.caching = None;
        }
    }
}

impl Server {
    /// Remembers the keys that a tracking client's command has read.
    pub(super) fn remember_read(&mut self, session: &mut Session, command: &Command, args: &[&[u8]]) {
        let client = session.client.id;
        let Some(mode) = self.clients.mode_of(client) else { return };
        let cached = match mode.which {
            TrackingMode::Read => true,
            TrackingMode::OptIn => session.client.caching == Some(true),
            TrackingMode::OptOut => session.client.caching != Some(false),
            TrackingMode::Broadcast(_) => false,
        };
        if !session.client.never_waits {
            session.forget_caching(Some(command));
        }
        if !cached || !command.flags.read_only {
            return;
        }
        for key in command.keys_of(args) {
            let tracked = Tracked { client, key: Key::new(key) };
            if !self.clients.tracked.contains(&tracked) {
                self.clients.tracked.push(tracked);
            }
        }
    }

    /// Tells those who have read a key, or who want to hear of names like it, that it has changed.
    pub(super) fn invalidate(&mut self, key: &[u8]) {
        let clients = &mut self.clients;
        let running = clients.running;
        let mut told = Vec::new();
        clients.tracked.retain(|tracked| {
            let is_it = *tracked.key == *key;
            if is_it {
                told.push(tracked.client);
            }
            !is_it
        });
        for client in told {
            match clients.mode_of(client) {
                Some(mode) if matches!(mode.which, TrackingMode::Broadcast(_)) => continue,
                Some(mode) if !(mode.no_loop && client == running) => {}
                _ => continue,
            }
            if client == running {
                clients.invalid.push(Invalid { prefix: None, client, key: Key::new(key) });
            } else {
                clients.tell(client, Reply::Array(Some(vec![Reply::bulk(key)])));
            }
        }
        for one in &clients.tracking {
            let TrackingMode::Broadcast(prefixes) = &one.mode.which else { continue };
            if one.mode.no_loop && one.client == running {
                continue;
            }
            for prefix in prefixes.iter().filter(|prefix| key.starts_with(prefix)) {
                let (prefix, client) = (Some(prefix.clone()), one.client);
                clients.invalid.push(Invalid { prefix, client, key: Key::new(key) });
            }
        }
    }
}
