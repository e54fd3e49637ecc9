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
use crate::world::protection::{self, set_command};
use crate::world::{Actor, Failure, ParcelKind};

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
        self.caller.enter(Location::caller());
        let caller = self.caller.clone();
        async move { protection::get(&caller, key).await }
    }

    /// `SET key value PX ttl`: stores a copy of the row.
    ///
    /// # Errors
    ///
    /// When the cache can't be had or refuses.
    #[track_caller]
    pub fn set(&self, row: &Row, ttl: Option<Span>) -> impl Future<Output = Result<(), Failure>> + use<> {
        self.store(Location::caller(), row, ttl, false)
    }

    /// `SET key value PX ttl NX`: stores a copy of the row unless there is one already.
    ///
    /// # Errors
    ///
    /// When the cache can't be had or refuses.
    #[track_caller]
    pub fn add(&self, row: &Row, ttl: Option<Span>) -> impl Future<Output = Result<(), Failure>> + use<> {
        self.store(Location::caller(), row, ttl, true)
    }

    /// `DEL key`: removes the copy.
    ///
    /// # Errors
    ///
    /// When the cache can't be had.
    #[track_caller]
    pub fn delete(&self, key: RowKey) -> impl Future<Output = Result<(), Failure>> + use<> {
        self.caller.enter(Location::caller());
        let caller = self.caller.clone();
        async move { protection::delete(&caller, key).await }
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
        self.caller.enter(Location::caller());
        let caller = self.caller.clone();
        async move {
            let connection = protection::watched(&caller)?.map(|watched| watched.connection);
            let reply = caller.ask_cache_on(connection, ParcelKind::CacheWrite, pipeline).await?;
            // Without the replies of its commands, EXEC says that somebody has touched the key.
            let Reply::Array(Some(replies)) = reply else { return Err(Failure::Conflict(Actor::Cache)) };
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
        async move { caller.ask_cache(kind, pipeline).await }
    }

    fn store(
        &self,
        line: &Location<'_>,
        row: &Row,
        ttl: Option<Span>,
        adds: bool,
    ) -> impl Future<Output = Result<(), Failure>> + use<> {
        self.caller.enter(line);
        let (caller, row) = (self.caller.clone(), row.clone());
        async move { protection::set(&caller, &row, ttl, adds).await }
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
