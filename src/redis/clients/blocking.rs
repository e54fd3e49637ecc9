//! Commands that wait: who waits for which key, and how they are served, after Redis's `blocked.c`.
//!
//! Whoever waits is served after the command that made the key, the one that has waited longest first; a key that was made
//! first is dealt with first. Serving runs the command again with the one key that is there.

use super::{ClientId, Clients, Unblocked};
use crate::order::sort;
use crate::redis::call::{Call, Outcome};
use crate::redis::dispatch::resolve;
use crate::redis::errors::RedisError;
use crate::redis::key::Key;
use crate::redis::reply::Reply;
use crate::redis::server::Server;
use crate::redis::session::Session;
use crate::redis::stats::Stats;
use crate::redis::time::Millis;

/// One key that a client waits for, and the command that serves it from there.
#[derive(Clone, Debug)]
pub(crate) struct Retry {
    pub(crate) key: Key,
    pub(crate) words: Vec<Vec<u8>>,
}

/// What a command waits for.
#[derive(Clone, Debug)]
pub(crate) struct Wish {
    /// The type that a key must have, as `TYPE` says it.
    pub(crate) type_name: &'static str,
    /// When the wait ends without it; `None` never.
    pub(crate) deadline: Option<Millis>,
    pub(crate) retries: Vec<Retry>,
    /// The consumer group of `XREADGROUP`, which is told when its stream is gone.
    pub(crate) in_group: bool,
}

/// A client that waits.
#[derive(Clone, Debug)]
pub(super) struct Blocked {
    pub(super) client: ClientId,
    db: usize,
    pub(super) wish: Wish,
}

impl Call<'_> {
    /// Makes the client wait; within a transaction the command answers `nil` at once.
    pub(crate) fn wait(&mut self, wish: Wish, nil: Reply) -> Outcome {
        if self.session.client.never_waits {
            return Ok(nil);
        }
        self.session.client.waits = true;
        let blocked = Blocked { client: self.session.client.id, db: self.db(), wish };
        self.server.clients.blocked.push(blocked);
        Ok(Reply::Later)
    }

    /// Ends another client's wait, with an error or as if its time were over; false if it does not wait.
    pub(crate) fn unblock(&mut self, client: ClientId, with_error: bool) -> bool {
        let clients = &mut self.server.clients;
        let Some(place) = clients.blocked.iter().position(|blocked| blocked.client == client) else { return false };
        clients.blocked.remove(place);
        let reply = if with_error { RedisError::UnblockedByClient.into() } else { Reply::NIL_ARRAY };
        clients.unblocked.push(Unblocked { client, reply });
        true
    }
}

impl Clients {
    /// Ends a client's wait without a reply.
    pub(super) fn stop_waiting(&mut self, client: ClientId) {
        self.blocked.retain(|blocked| blocked.client != client);
    }

    /// Who waits for a key, the longest first.
    fn waiting_for(&self, db: usize, key: &[u8]) -> Vec<ClientId> {
        self.blocked.iter().filter(|blocked| blocked.waits_for(db, key)).map(|blocked| blocked.client).collect()
    }

    fn wish_of(&self, client: ClientId) -> Option<Wish> {
        self.blocked.iter().find(|blocked| blocked.client == client).map(|blocked| blocked.wish.clone())
    }

    /// Notes a key that somebody waits for.
    pub(crate) fn note_ready(&mut self, db: usize, key: &[u8]) {
        let wanted = |blocked: &Blocked| blocked.waits_for(db, key);
        let known = self.ready.iter().any(|(of, noted)| *of == db && **noted == *key);
        if !known && self.blocked.iter().any(wanted) {
            self.ready.push((db, Key::new(key)));
        }
    }

    /// The keys of a database that somebody waits for.
    fn awaited(&self, db: usize) -> Vec<Key> {
        let retries = self.blocked.iter().filter(|blocked| blocked.db == db).flat_map(|blocked| &blocked.wish.retries);
        retries.map(|retry| retry.key.clone()).collect()
    }
}

impl Blocked {
    fn waits_for(&self, db: usize, key: &[u8]) -> bool {
        self.db == db && self.wish.retries.iter().any(|retry| *retry.key == *key)
    }
}

impl Server {
    /// Ends the waits whose time is over; their clients get the nil array.
    pub fn end_waits(&mut self, now: Millis) {
        let clients = &mut self.clients;
        if clients.blocked.is_empty() {
            return;
        }
        let mut over: Vec<(Millis, ClientId)> = Vec::new();
        clients.blocked.retain(|blocked| match blocked.wish.deadline {
            Some(at) if at <= now => {
                over.push((at, blocked.client));
                false
            }
            _ => true,
        });
        sort(&mut over);
        clients.unblocked.extend(over.into_iter().map(|(_, client)| Unblocked { client, reply: Reply::NIL_ARRAY }));
    }

    /// All keys of a database have changed at once.
    pub(super) fn note_all_written(&mut self, db: usize) {
        for key in self.clients.awaited(db) {
            self.note_written(db, &key);
        }
    }

    /// A key was written or removed: it is noted if it has the type that somebody waits for, or was waited for in a group.
    pub(super) fn note_written(&mut self, db: usize, key: &[u8]) {
        let slot = self.databases[db].find(key);
        let type_name = slot.map(|slot| self.databases[db].entry(slot).value.type_name());
        let matters = |blocked: &Blocked| {
            blocked.waits_for(db, key) && (type_name == Some(blocked.wish.type_name) || blocked.wish.in_group)
        };
        if self.clients.blocked.iter().any(matters) {
            self.clients.note_ready(db, key);
        }
    }

    /// Serves those who wait for the keys that were made. Serving may make further keys.
    pub(super) fn serve_waiting(&mut self, now: Millis) {
        while !self.clients.ready.is_empty() {
            let (db, key) = self.clients.ready.remove(0);
            for client in self.clients.waiting_for(db, &key) {
                self.serve(client, db, &key, now);
            }
        }
    }

    /// Tries a client's command again with one key; the client goes on waiting when the key has nothing for it.
    fn serve(&mut self, client: ClientId, db: usize, key: &Key, now: Millis) {
        let Some(wish) = self.clients.wish_of(client) else { return };
        let Some(retry) = wish.retries.iter().find(|retry| retry.key == *key) else { return };
        let slot = self.live(db, key, now);
        let type_name = slot.map(|slot| self.databases[db].entry(slot).value.type_name());
        let reply = match type_name {
            Some(found) if found == wish.type_name => self.retry(client, db, retry, now),
            _ if wish.in_group => RedisError::StreamGone.into(),
            _ => return,
        };
        if reply == Reply::NIL_ARRAY || reply == Reply::NIL {
            return;
        }
        self.clients.stop_waiting(client);
        self.clients.unblocked.push(Unblocked { client, reply });
    }

    fn retry(&mut self, client: ClientId, db: usize, retry: &Retry, now: Millis) -> Reply {
        let words: Vec<&[u8]> = retry.words.iter().map(Vec::as_slice).collect();
        let Ok(command) = resolve(&words) else { return Reply::NIL };
        let mut session = Session { db, ..Session::default() };
        session.client.id = client;
        session.client.never_waits = true;
        // The command and its look-ups were counted when the client began to wait.
        let counted = self.counters;
        let reply = self.run(&mut session, now, command, &words);
        self.counters = Stats { expired: self.counters.expired, errors: self.counters.errors, ..counted };
        match reply {
            Reply::Error(text) if text.starts_with("NOGROUP") => RedisError::GroupGone.into(),
            reply => reply,
        }
    }
}
