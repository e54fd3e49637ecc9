//! The queue of dirty entries as a pattern's code sees it: a list of the cache that a flusher works off from its front, or a
//! stream that it reads as one of a group.

use std::future::Future;
use std::panic::Location;
use std::rc::Rc;

use super::CacheHandle;
use crate::database::Row;
use crate::engine::Span;
use crate::redis::Reply;
use crate::world::cache_node::words;
use crate::world::dirty_list::{DIRTY, DIRTY_STREAM, dirty_entry, read_dirty};
use crate::world::protection::{self, Connection, set_command};
use crate::world::{Actor, Delivery, Failure, ParcelKind};

impl CacheHandle {
    /// `MULTI`, `SET`, `RPUSH dirty` (or `XADD`, where the queue is a stream), `EXEC`: stores the row and queues it for the
    /// database, both or neither. Gives the length of the queue.
    ///
    /// # Errors
    ///
    /// When the cache can't be had or refuses.
    #[track_caller]
    pub fn set_and_queue(&self, row: &Row, ttl: Option<Span>) -> impl Future<Output = Result<usize, Failure>> + use<> {
        let on = &self.caller.world.settings().protect;
        let entry = dirty_entry(row);
        let push = if on.stream {
            words(&["XADD", DIRTY_STREAM, "*", "row", &entry])
        } else {
            words(&["RPUSH", DIRTY, &entry])
        };
        let waits = on.wait;
        let pipeline = vec![words(&["MULTI"]), set_command(row, ttl), push, words(&["EXEC"])];
        self.caller.enter(Location::caller());
        let caller = self.caller.clone();
        async move {
            let watched = protection::watched(&caller)?.map(|watched| watched.connection);
            let connection = watched.or_else(|| waits.then(|| Connection::open(&caller.world)));
            caller.hands.talk_on(connection.clone().filter(|_| waits));
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

    /// `WAIT 1 …`, if the settings say so: until the cache's replica has what this code has queued.
    ///
    /// # Errors
    ///
    /// When the cache can't be had, or no replica says in the time of a call that it has the write.
    #[track_caller]
    pub fn wait_for_replica(&self) -> impl Future<Output = Result<(), Failure>> + use<> {
        let asked = self.caller.hands.take_talk().map(|connection| {
            self.caller.enter(Location::caller());
            // Before the call itself is given up, whatever its ways there and back take.
            let way = self.caller.world.inner.timings.cache_link.mean();
            let patience = self.caller.world.patience(Actor::Cache) - way * 3;
            (connection, words(&["WAIT", "1", &patience.as_millis().max(1).to_string()]))
        });
        let caller = self.caller.clone();
        async move {
            let Some((connection, wait)) = asked else { return Ok(()) };
            match caller.ask_cache_on(Some(connection), ParcelKind::CacheRead, vec![wait]).await? {
                Reply::Integer(1..) => Ok(()),
                _ => Err(Failure::Cache("no replica has confirmed the write in time".into())),
            }
        }
    }

    /// `LLEN dirty`, or `XLEN`: how many dirty entries wait.
    ///
    /// # Errors
    ///
    /// When the cache can't be had.
    #[track_caller]
    pub fn queue_length(&self) -> impl Future<Output = Result<usize, Failure>> + use<> {
        let is_stream = self.caller.world.settings().protect.stream;
        let length = if is_stream { words(&["XLEN", DIRTY_STREAM]) } else { words(&["LLEN", DIRTY]) };
        let reply = self.send(Location::caller(), ParcelKind::CacheRead, vec![length]);
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

    /// `MULTI`, `XAUTOCLAIM`, `XREADGROUP`, `EXEC`: from the stream, first what flushers were given and have not
    /// acknowledged, be they dead, then what nobody was given yet, so much of either. Makes the group if there is none.
    ///
    /// # Errors
    ///
    /// When the cache can't be had.
    #[track_caller]
    pub fn delivered(&self, count: u32) -> impl Future<Output = Result<Delivery, Failure>> + use<> {
        self.caller.enter(Location::caller());
        let caller = self.caller.clone();
        async move { protection::delivered(&caller, count).await }
    }

    /// `MULTI`, `XACK`, `XDEL`, `EXEC`: these entries of the stream are done and leave it, whatever is in front of them.
    ///
    /// # Errors
    ///
    /// When the cache can't be had.
    #[track_caller]
    pub fn acknowledge(&self, delivery: &Delivery) -> impl Future<Output = Result<(), Failure>> + use<> {
        let pipeline = protection::acknowledgement(delivery);
        let reply = self.send(Location::caller(), ParcelKind::CacheWrite, pipeline);
        async move { reply.await.map(drop) }
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
