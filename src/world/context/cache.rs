//! The cache as a pattern's code sees it.

use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

use super::Caller;
use crate::database::{Row, RowKey};
use crate::engine::Span;
use crate::redis::Reply;
use crate::world::cache_node::{Words, words};
use crate::world::dirty_list::{DIRTY, dirty_entry, read_dirty};
use crate::world::event::Commands;
use crate::world::{Failure, Parcel, ParcelKind};

/// The cache server in the hands of a process.
#[derive(Clone)]
pub struct CacheHandle {
    caller: Caller,
}

impl CacheHandle {
    pub(crate) fn new(caller: Caller) -> Self {
        Self { caller }
    }

    /// `GET key`: the cached row, or nothing on a miss.
    ///
    /// # Errors
    ///
    /// When the cache can't be had or its value can't be read.
    #[track_caller]
    pub fn get(&self, key: RowKey) -> impl Future<Output = Result<Option<Row>, Failure>> + use<> {
        let name = key.cache_key();
        let command = words(&["GET", &name]);
        let reply = self.send(Location::caller(), ParcelKind::CacheRead, vec![command]);
        async move {
            let Reply::Bulk(Some(bytes)) = reply.await? else { return Ok(None) };
            let unreadable =
                |problem: String| Failure::Unreadable { key: name.as_str().into(), problem: problem.into() };
            let text = String::from_utf8_lossy(&bytes);
            match Row::from_json(key.table, &text) {
                Ok(row) if row.key() == key => Ok(Some(row)),
                Ok(row) => Err(unreadable(format!("it is a copy of {}", row.key().cache_key()))),
                Err(problem) => Err(unreadable(problem.to_string())),
            }
        }
    }

    /// `SET key value PX ttl`: stores a copy of the row.
    ///
    /// # Errors
    ///
    /// When the cache can't be had or refuses.
    #[track_caller]
    pub fn set(&self, row: &Row, ttl: Option<Span>) -> impl Future<Output = Result<(), Failure>> + use<> {
        let reply = self.send(Location::caller(), ParcelKind::CacheWrite, vec![set_command(row, ttl)]);
        async move { reply.await.map(drop) }
    }

    /// `SET key value PX ttl NX`: stores a copy of the row unless there is one already.
    ///
    /// # Errors
    ///
    /// When the cache can't be had or refuses.
    #[track_caller]
    pub fn add(&self, row: &Row, ttl: Option<Span>) -> impl Future<Output = Result<(), Failure>> + use<> {
        let mut command = set_command(row, ttl);
        command.push(b"NX".to_vec());
        let reply = self.send(Location::caller(), ParcelKind::CacheWrite, vec![command]);
        async move { reply.await.map(drop) }
    }

    /// `DEL key`: removes the copy.
    ///
    /// # Errors
    ///
    /// When the cache can't be had.
    #[track_caller]
    pub fn delete(&self, key: RowKey) -> impl Future<Output = Result<(), Failure>> + use<> {
        let command = words(&["DEL", &key.cache_key()]);
        let reply = self.send(Location::caller(), ParcelKind::Invalidation, vec![command]);
        async move { reply.await.map(drop) }
    }

    /// `MULTI`, `SET`, `RPUSH dirty`, `EXEC`: stores the row and queues it for the database, both or neither. Gives the
    /// length of the queue.
    ///
    /// # Errors
    ///
    /// When the cache can't be had or refuses.
    #[track_caller]
    pub fn set_and_queue(&self, row: &Row, ttl: Option<Span>) -> impl Future<Output = Result<usize, Failure>> + use<> {
        let push = words(&["RPUSH", DIRTY, &dirty_entry(row)]);
        let pipeline = vec![words(&["MULTI"]), set_command(row, ttl), push, words(&["EXEC"])];
        let reply = self.send(Location::caller(), ParcelKind::CacheWrite, pipeline);
        async move {
            let Reply::Array(Some(replies)) = reply.await? else { return Ok(0) };
            for reply in &replies {
                if let Reply::Error(text) = reply {
                    return Err(Failure::Cache(Rc::from(text.as_str())));
                }
            }
            match replies.last() {
                Some(Reply::Integer(length)) => Ok(usize::try_from(*length).unwrap_or(0)),
                _ => Ok(0),
            }
        }
    }

    /// `LLEN dirty`: how many dirty entries wait.
    ///
    /// # Errors
    ///
    /// When the cache can't be had.
    #[track_caller]
    pub fn queue_length(&self) -> impl Future<Output = Result<usize, Failure>> + use<> {
        let reply = self.send(Location::caller(), ParcelKind::CacheRead, vec![words(&["LLEN", DIRTY])]);
        async move {
            match reply.await? {
                Reply::Integer(length) => Ok(usize::try_from(length).unwrap_or(0)),
                _ => Ok(0),
            }
        }
    }

    /// `LRANGE dirty 0 count-1`: the oldest dirty entries, which stay in the queue.
    ///
    /// # Errors
    ///
    /// When the cache can't be had.
    #[track_caller]
    pub fn queued(&self, count: u32) -> impl Future<Output = Result<Vec<Row>, Failure>> + use<> {
        let last = count.max(1) - 1;
        let command = words(&["LRANGE", DIRTY, "0", &last.to_string()]);
        let reply = self.send(Location::caller(), ParcelKind::CacheRead, vec![command]);
        async move { reply.await.map(dirty_rows) }
    }

    /// `LPOP dirty count`: takes the oldest dirty entries out of the queue. From then on the flusher has the only copy.
    ///
    /// # Errors
    ///
    /// When the cache can't be had.
    #[track_caller]
    pub fn pop_queued(&self, count: u32) -> impl Future<Output = Result<Vec<Row>, Failure>> + use<> {
        let command = words(&["LPOP", DIRTY, &count.max(1).to_string()]);
        let reply = self.send(Location::caller(), ParcelKind::CacheWrite, vec![command]);
        async move { reply.await.map(dirty_rows) }
    }

    /// `LTRIM dirty count -1`: takes the oldest entries out of the queue.
    ///
    /// # Errors
    ///
    /// When the cache can't be had.
    #[track_caller]
    pub fn unqueue(&self, count: usize) -> impl Future<Output = Result<(), Failure>> + use<> {
        let command = words(&["LTRIM", DIRTY, &count.to_string(), "-1"]);
        let reply = self.send(Location::caller(), ParcelKind::CacheWrite, vec![command]);
        async move { reply.await.map(drop) }
    }

    fn send(
        &self,
        line: &Location<'_>,
        kind: ParcelKind,
        pipeline: Vec<Words>,
    ) -> impl Future<Output = Result<Reply, Failure>> + use<> {
        self.caller.enter(line);
        let caller = self.caller.clone();
        async move {
            caller.alive().await;
            let pipeline = Commands(pipeline.into());
            let parcel = Parcel::new(kind, shown(&pipeline.0)).carrying(pipeline.clone());
            caller.world.cache_call(caller.place, parcel, pipeline).await
        }
    }
}

fn dirty_rows(reply: Reply) -> Vec<Row> {
    let Reply::Array(Some(items)) = reply else { return Vec::new() };
    let rows = items.iter().filter_map(|item| match item {
        Reply::Bulk(Some(bytes)) => read_dirty(bytes),
        _ => None,
    });
    rows.collect()
}

fn set_command(row: &Row, ttl: Option<Span>) -> Words {
    let (key, value) = (row.key().cache_key(), row.to_json());
    match ttl {
        // Redis refuses a time to live of zero, and rounds no fractions: at least a millisecond.
        Some(ttl) => words(&["SET", &key, &value, "PX", &ttl.as_millis().max(1).to_string()]),
        None => words(&["SET", &key, &value]),
    }
}

fn shown(pipeline: &[Words]) -> String {
    let commands = pipeline.iter().map(|command| {
        let parts: Vec<_> = command.iter().map(|part| String::from_utf8_lossy(part)).collect();
        parts.join(" ")
    });
    commands.collect::<Vec<_>>().join("; ")
}
