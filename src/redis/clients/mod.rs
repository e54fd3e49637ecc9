//! What the server keeps of its clients: who waits for a key, who listens to a channel, whose cached keys to invalidate;
//! and what they are sent without having asked.
//!
//! A command's reply is what [`Server::execute`] returns. A command that waits answers [`Reply::Later`], and its reply comes
//! from [`Server::take_unblocked`]; messages come from [`Server::take_pushes`]. Both name the client by its [`ClientId`].

mod blocking;
mod notices;
mod subscriptions;
mod tracking;

use super::command::Command;
use super::dispatch::resolve;
use super::errors::RedisError;
use super::key::Key;
use super::reply::Reply;
use super::server::Server;
use super::session::Session;
use super::time::Millis;

use blocking::Blocked;
pub(crate) use blocking::{Retry, Wish};
pub(crate) use subscriptions::Subscription;
use tracking::{Invalid, Tracked, TrackingClient};
pub(crate) use tracking::{Mode, TrackingMode};

/// The number that the server gives to a connection with its first command, as `CLIENT ID` says it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClientId(pub u64);

/// A message for a client that did not ask for it: of a channel, or an invalidation of a key that it caches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    /// Whom it is for.
    pub client: ClientId,
    /// The message as it goes over the wire.
    pub message: Reply,
}

/// The reply for a client that has waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unblocked {
    /// Who has waited.
    pub client: ClientId,
    /// The reply of its command.
    pub reply: Reply,
}

/// The clients as the server knows them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Clients {
    last_id: u64,
    /// The connections that are open.
    connected: Vec<ClientId>,
    /// Whose command is running.
    running: ClientId,
    pub(crate) subscriptions: Vec<Subscription>,
    pushes: Vec<Push>,
    blocked: Vec<Blocked>,
    /// Keys that were written while somebody waits for them.
    ready: Vec<(usize, Key)>,
    unblocked: Vec<Unblocked>,
    tracking: Vec<TrackingClient>,
    tracked: Vec<Tracked>,
    /// Invalidations that follow the reply of the running command.
    invalid: Vec<Invalid>,
}

/// What a connection carries of all this.
#[derive(Clone, Debug, Default)]
pub(crate) struct ClientState {
    pub(crate) id: ClientId,
    pub(crate) name: Vec<u8>,
    pub(crate) subscriptions: usize,
    pub(crate) tracks: bool,
    /// What `CLIENT CACHING` said of the next command.
    pub(crate) caching: Option<bool>,
    /// The command is one of a transaction, or is tried again: nothing may wait.
    pub(crate) never_waits: bool,
    waits: bool,
}

impl Clients {
    /// Whether a connection is open.
    pub(crate) fn is_connected(&self, client: ClientId) -> bool {
        self.connected.contains(&client)
    }

    /// Whether anybody waits for keys or has them cached, or had: what has changed since is forgotten.
    pub(crate) fn take_notice(&self) -> bool {
        !(self.blocked.is_empty() && self.tracking.is_empty() && self.tracked.is_empty())
    }
}

impl Server {
    /// Before a command: gives a new connection its number, and ends waits whose time is over.
    #[inline]
    pub(crate) fn arrive(&mut self, session: &mut Session, now: Millis) {
        if session.client.id == ClientId::default() {
            self.welcome(session);
        }
        self.clients.running = session.client.id;
        if !self.clients.blocked.is_empty() {
            if std::mem::take(&mut session.client.waits) {
                self.clients.stop_waiting(session.client.id);
            }
            self.end_waits(now);
        }
    }

    #[cold]
    fn welcome(&mut self, session: &mut Session) {
        self.clients.last_id += 1;
        session.client.id = ClientId(self.clients.last_id);
        self.clients.connected.push(session.client.id);
    }

    /// After a command or a whole transaction: serves those who wait for what it made, and sends the invalidations.
    #[inline]
    pub(crate) fn depart(&mut self, now: Millis) {
        if !self.clients.ready.is_empty() {
            self.serve_waiting(now);
        }
        if !self.clients.invalid.is_empty() {
            self.clients.send_invalidations();
        }
    }

    /// After each command, those within a transaction included.
    #[inline]
    pub(crate) fn ran(&mut self, session: &mut Session, command: &'static Command, args: &[&[u8]]) {
        if session.client.tracks {
            self.remember_read(session, command, args);
        }
    }

    /// After a command that was refused.
    pub(crate) fn refused(session: &mut Session, args: &[&[u8]]) {
        if session.client.tracks {
            session.forget_caching(resolve(args).ok());
        }
    }

    /// A connection is closed.
    pub(crate) fn forget_client(&mut self, session: &Session) {
        let id = session.client.id;
        self.clients.stop_waiting(id);
        self.clients.stop_tracking(id);
        self.clients.forget_tracked(id);
        self.clients.connected.retain(|connected| *connected != id);
        self.clients.subscriptions.retain(|subscription| subscription.client != id);
    }

    /// All connections are gone with the process; their numbers are not given again.
    pub(crate) fn forget_clients(&mut self) {
        self.clients = Clients { last_id: self.clients.last_id, ..Clients::default() };
    }

    /// A key was made, changed or removed: somebody may wait for it or have it cached.
    pub(crate) fn touched(&mut self, db: usize, key: &[u8]) {
        if !self.clients.blocked.is_empty() {
            self.note_written(db, key);
        }
        if !(self.clients.tracking.is_empty() && self.clients.tracked.is_empty()) {
            self.invalidate(key);
        }
    }

    /// All keys of a database are gone.
    pub(crate) fn touched_all(&mut self) {
        self.clients.invalidate_all();
    }

    /// A database was emptied: those who wait in a group are told.
    pub(crate) fn emptied(&mut self, db: usize) {
        self.note_all_written(db);
    }

    /// Two databases have changed their places.
    pub(crate) fn swapped(&mut self, databases: [usize; 2]) {
        databases.into_iter().for_each(|db| self.note_all_written(db));
    }

    /// Whether a connection may run a command: one that listens to channels may run few.
    #[inline]
    pub(crate) fn permits(session: &Session, command: &Command) -> Result<(), RedisError> {
        const ALWAYS: [&str; 7] = ["ping", "subscribe", "psubscribe", "unsubscribe", "punsubscribe", "quit", "reset"];
        if session.client.subscriptions > 0 && !ALWAYS.contains(&command.name) {
            return Err(RedisError::Subscribed(command.name));
        }
        Ok(())
    }

    /// The messages for clients since they were last taken, in order.
    pub fn take_pushes(&mut self) -> Vec<Push> {
        std::mem::take(&mut self.clients.pushes)
    }

    /// The replies for clients that waited, in order, since they were last taken.
    pub fn take_unblocked(&mut self) -> Vec<Unblocked> {
        std::mem::take(&mut self.clients.unblocked)
    }

    /// What the server has sent to one connection since it was last asked, beyond the replies of its commands: the reply
    /// of a command that waited, messages of channels, invalidations.
    pub fn take_late(&mut self, session: &Session) -> Vec<Reply> {
        let own = session.client.id;
        let mut late = Vec::new();
        self.clients.unblocked.retain(|ended| {
            let is_own = ended.client == own;
            late.extend(is_own.then(|| ended.reply.clone()));
            !is_own
        });
        self.clients.pushes.retain(|push| {
            let is_own = push.client == own;
            late.extend(is_own.then(|| push.message.clone()));
            !is_own
        });
        late
    }

    /// When the first wait ends without having been served. [`Server::end_waits`] is to be called then; any command and
    /// [`Server::cron`] do it too.
    #[must_use]
    pub fn next_wait_ends(&self) -> Option<Millis> {
        self.clients.blocked.iter().filter_map(|blocked| blocked.wish.deadline).min()
    }

    /// Whether a connection's last command still waits.
    #[must_use]
    pub fn is_waiting(&self, session: &Session) -> bool {
        self.clients.blocked.iter().any(|blocked| blocked.client == session.client.id)
    }
}

impl Session {
    /// The commands that follow are those of a transaction.
    pub(crate) fn begin_batch(&mut self) {
        self.client.never_waits = true;
    }

    /// The transaction has ended.
    pub(crate) fn end_batch(&mut self) {
        self.client.never_waits = false;
        self.client.caching = None;
    }

    /// Whether the connection listens to channels.
    pub(crate) fn is_listening(&self) -> bool {
        self.client.subscriptions > 0
    }

    /// The number that the server has given to the connection; 0 before its first command.
    #[must_use]
    pub fn id(&self) -> ClientId {
        self.client.id
    }
}
