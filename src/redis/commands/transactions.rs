//! Transactions: `DISCARD`, `EXEC`, `MULTI`, `UNWATCH`, `WATCH`.

use crate::redis::call::{Call, Outcome};
use crate::redis::command::{Command, Group, Run};
use crate::redis::errors::RedisError;
use crate::redis::key::Key;
use crate::redis::reply::Reply;
use crate::redis::server::Server;
use crate::redis::session::{Session, Transaction, Watched};
use crate::redis::time::Millis;

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::Transactions, name, arity, arguments, summary, run)
}

pub(super) const COMMANDS: [Command; 5] = [
    new("discard", 1, "", "Drops the queued commands.", discard).fast(),
    new("exec", 1, "", "Runs the queued commands, unless a watched key has changed.", exec),
    new("multi", 1, "", "Queues the commands that follow for EXEC.", multi).fast(),
    new("unwatch", 1, "", "Forgets all watched keys.", unwatch).fast(),
    new("watch", -2, "key [key ...]", "Makes EXEC fail if one of the keys changes before it.", watch)
        .fast()
        .keys(1, -1, 1),
];

fn multi(call: &mut Call<'_>) -> Outcome {
    if call.session.transaction.is_some() {
        return Err(RedisError::NestedMulti);
    }
    call.session.transaction = Some(Transaction::default());
    Ok(Reply::OK)
}

fn discard(call: &mut Call<'_>) -> Outcome {
    if call.session.transaction.is_none() {
        return Err(RedisError::DiscardWithoutMulti);
    }
    call.server.drop_transaction(call.session);
    Ok(Reply::OK)
}

fn exec(call: &mut Call<'_>) -> Outcome {
    let changed = call.session.watched.iter().any(|watched| call.server.has_changed(watched, call.now));
    let transaction = call.server.drop_transaction(call.session).ok_or(RedisError::ExecWithoutMulti)?;
    if transaction.refused {
        return Err(RedisError::ExecAbort);
    }
    if changed {
        return Ok(Reply::NIL_ARRAY);
    }
    call.session.begin_batch();
    let mut replies = Vec::with_capacity(transaction.queue.len());
    for (command, words) in &transaction.queue {
        let words: Vec<&[u8]> = words.iter().map(Vec::as_slice).collect();
        replies.push(call.server.run(call.session, call.now, command, &words));
    }
    call.session.end_batch();
    Ok(Reply::Array(Some(replies)))
}

fn watch(call: &mut Call<'_>) -> Outcome {
    if call.session.transaction.is_some() {
        return Err(RedisError::WatchInsideMulti);
    }
    let db = call.db();
    for key in call.args_from(1) {
        let known = call.session.watched.iter().any(|watched| watched.db == db && watched.key.as_bytes() == *key);
        if !known {
            let key = Key::new(key);
            let seen = call.server.watches.watch(db, &key);
            let was_expired = call.server.is_unnoticed(db, &key, call.now);
            call.session.watched.push(Watched { db, key, seen, was_expired });
        }
    }
    Ok(Reply::OK)
}

fn unwatch(call: &mut Call<'_>) -> Outcome {
    call.server.forget_watched(call.session);
    Ok(Reply::OK)
}

impl Server {
    /// Ends a transaction, whatever becomes of its commands, and forgets the watched keys.
    pub(crate) fn drop_transaction(&mut self, session: &mut Session) -> Option<Transaction> {
        let transaction = session.transaction.take()?;
        self.forget_watched(session);
        Some(transaction)
    }

    /// Ends a connection's interest in the keys that it watches.
    pub(crate) fn forget_watched(&mut self, session: &mut Session) {
        for watched in session.watched.drain(..) {
            self.watches.unwatch(watched.db, &watched.key);
        }
    }

    /// Whether a key's time is over and nobody has noticed.
    fn is_unnoticed(&self, db: usize, key: &Key, now: Millis) -> bool {
        let database = &self.databases[db];
        database.find(key).is_some_and(|slot| Server::is_over(database.entry(slot).expires_at, now))
    }

    /// Whether a watched key has changed since it was watched, or its time is over since.
    fn has_changed(&self, watched: &Watched, now: Millis) -> bool {
        let Some(touches) = self.watches.touches(watched.db, &watched.key) else { return true };
        // The first thing that happens to a key whose time was over already is its removal.
        let changed = touches > watched.seen + u64::from(watched.was_expired);
        changed || !watched.was_expired && self.is_unnoticed(watched.db, &watched.key, now)
    }
}
