//! One command as its implementation sees it: the arguments, the time, and the keys of the selected database.

use super::changes::Removal;
use super::command::Command;
use super::config::Allocator;
use super::database::{Database, Entry, Slot};
use super::errors::RedisError;
use super::list::List;
use super::notify;
use super::number::parse_i64;
use super::reply::Reply;
use super::server::{Purpose, Server};
use super::session::Session;
use super::text::Text;
use super::time::Millis;
use super::value::Value;

/// What a command's implementation returns.
pub(crate) type Outcome = Result<Reply, RedisError>;

/// One call of a command. Its arity has been checked.
pub(crate) struct Call<'a> {
    pub(crate) server: &'a mut Server,
    pub(crate) session: &'a mut Session,
    pub(crate) now: Millis,
    pub(crate) command: &'static Command,
    /// The command's name and its arguments.
    pub(crate) args: &'a [&'a [u8]],
}

impl<'a> Call<'a> {
    /// An argument; the name is number 0. An argument that is not there is empty, but the arity sees to it that it is.
    pub(crate) fn arg(&self, index: usize) -> &'a [u8] {
        self.args.get(index).copied().unwrap_or_default()
    }

    /// The arguments from one on.
    pub(crate) fn args_from(&self, index: usize) -> &'a [&'a [u8]] {
        self.args.get(index..).unwrap_or_default()
    }

    /// An argument as an integer.
    pub(crate) fn integer(&self, index: usize) -> Result<i64, RedisError> {
        parse_i64(self.arg(index)).ok_or(RedisError::NotAnInteger)
    }

    /// The number of the selected database.
    pub(crate) fn db(&self) -> usize {
        self.session.db.min(self.server.databases.len() - 1)
    }

    /// The selected database.
    pub(crate) fn database(&self) -> &Database {
        &self.server.databases[self.db()]
    }

    /// The entry at a place of the selected database.
    pub(crate) fn entry(&self, slot: Slot) -> &Entry {
        self.database().entry(slot)
    }

    /// Looks a key up in the selected database.
    pub(crate) fn lookup(&mut self, key: &[u8], purpose: Purpose) -> Option<Slot> {
        self.server.lookup(self.db(), key, self.now, purpose)
    }

    /// The string at a place.
    pub(crate) fn text(&self, slot: Slot) -> Result<&Text, RedisError> {
        match &self.entry(slot).value {
            Value::Text(text) => Ok(text),
            _ => Err(RedisError::WrongType),
        }
    }

    /// The list at a place.
    pub(crate) fn list(&self, slot: Slot) -> Result<&List, RedisError> {
        match &self.entry(slot).value {
            Value::List(list) => Ok(list),
            _ => Err(RedisError::WrongType),
        }
    }

    /// Looks up a key that may hold a string only.
    pub(crate) fn find_text(&mut self, key: &[u8], purpose: Purpose) -> Result<Option<Slot>, RedisError> {
        let slot = self.lookup(key, purpose);
        slot.map(|slot| self.text(slot).map(|_| slot)).transpose()
    }

    /// Looks up a key that may hold a list only.
    pub(crate) fn find_list(&mut self, key: &[u8], purpose: Purpose) -> Result<Option<Slot>, RedisError> {
        let slot = self.lookup(key, purpose);
        slot.map(|slot| self.list(slot).map(|_| slot)).transpose()
    }

    /// Changes the string at a place; nothing happens to a value of another type.
    pub(crate) fn update_text(&mut self, slot: Slot, change: impl FnOnce(&mut Text, Allocator)) {
        let allocator = self.server.config.allocator;
        self.server.update(self.db(), slot, |value| {
            if let Value::Text(text) = value {
                change(text, allocator);
            }
        });
    }

    /// Changes the list at a place, and removes it when it is left empty; nothing happens to a value of another type.
    pub(crate) fn update_list<T: Default>(&mut self, slot: Slot, change: impl FnOnce(&mut List) -> T) -> T {
        let (outcome, empty) = self.server.update(self.db(), slot, |value| match value {
            Value::List(list) => (change(list), list.is_empty()),
            _ => (T::default(), false),
        });
        if empty {
            self.remove(slot);
        }
        outcome
    }

    /// Adds a key that is not there.
    pub(crate) fn add(&mut self, key: &[u8], value: Value) -> Slot {
        self.server.add(self.db(), key, value, self.now)
    }

    /// Sets a key to a string, whatever it held; its expiry stays.
    pub(crate) fn store_text(&mut self, key: &[u8], slot: Option<Slot>, bytes: &[u8]) -> Slot {
        let share = self.server.config.shares_integers();
        let Some(slot) = slot else { return self.add(key, Value::Text(Text::encoded(bytes, share))) };
        self.server.overwrite(self.db(), slot, self.now, |value| match value {
            Value::Text(text) => text.assign(bytes, share),
            _ => *value = Value::Text(Text::encoded(bytes, share)),
        });
        slot
    }

    /// Sets a key to a string, whatever it held; its expiry goes (Redis, `setKey`).
    pub(crate) fn set_text(&mut self, key: &[u8], bytes: &[u8]) {
        let slot = self.lookup(key, Purpose::Write);
        let slot = self.store_text(key, slot, bytes);
        self.server.set_expiry(self.db(), slot, None);
    }

    /// Removes the key at a place because a command says so.
    pub(crate) fn remove(&mut self, slot: Slot) {
        let db = self.db();
        let key = self.database().key(slot).clone();
        self.server.remove(db, slot, Removal::Deleted);
        self.server.notify(db, notify::GENERIC, "del", &key);
    }

    /// Says how many changes Redis counts for the command, which must be one that writes.
    pub(crate) fn count_changes(&mut self, changes: usize) {
        self.server.durable.counted = Some(changes as u64);
    }

    /// Publishes what the command did to a key of the selected database.
    pub(crate) fn notify(&mut self, class: u16, event: &str, key: &[u8]) {
        self.server.notify(self.db(), class, event, key);
    }
}
