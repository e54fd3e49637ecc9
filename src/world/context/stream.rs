//! The queue of dirty entries as a stream, from which flushers read as a consumer group: what one of them was given stays
//! pending until it is acknowledged, and another one may claim it.

use std::future::Future;
use std::panic::Location;

use super::CacheHandle;
use crate::database::Row;
use crate::redis::Reply;
use crate::world::cache_node::{Words, words};
use crate::world::dirty_list::{DIRTY_STREAM, read_dirty};
use crate::world::{Actor, Failure, ParcelKind};

/// The consumer group.
const GROUP: &str = "flushers";

/// Entries of the stream that a flusher was given.
#[derive(Clone, Debug, Default)]
pub struct Delivery {
    ids: Words,
    /// The dirty rows in them, oldest first.
    pub rows: Vec<Row>,
}

impl Delivery {
    /// Whether nothing was given.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Adds the entries that are somewhere in the replies of `XAUTOCLAIM` and `XREADGROUP`.
    fn take(&mut self, reply: &Reply) {
        let Reply::Array(Some(parts)) = reply else { return };
        match parts.as_slice() {
            [Reply::Bulk(Some(id)), Reply::Array(Some(fields))] if matches!(fields.first(), Some(Reply::Bulk(_))) => {
                self.ids.push(id.clone());
                if let Some(Reply::Bulk(Some(bytes))) = fields.last() {
                    self.rows.extend(read_dirty(bytes));
                }
            }
            parts => parts.iter().for_each(|part| self.take(part)),
        }
    }
}

/// Whether a command of a transaction was refused because the stream has no such group.
fn lacks_group(reply: &Reply) -> bool {
    let Reply::Array(Some(replies)) = reply else { return false };
    replies.iter().any(|reply| matches!(reply, Reply::Error(text) if text.starts_with("NOGROUP")))
}

impl CacheHandle {
    /// `MULTI`, `XAUTOCLAIM`, `XREADGROUP`, `EXEC`: first what flushers were given and have not acknowledged, be they dead,
    /// then what nobody was given yet, so much of either. Makes the group if there is none.
    ///
    /// Entries are claimed whatever the time since: there is one flusher, so nobody else is still at work on them.
    ///
    /// # Errors
    ///
    /// When the cache can't be had.
    #[track_caller]
    pub fn delivered(&self, count: u32) -> impl Future<Output = Result<Delivery, Failure>> + use<> {
        self.caller.enter(Location::caller());
        let (caller, me, count) = (self.caller.clone(), self.consumer(), count.max(1).to_string());
        let ask = vec![
            words(&["MULTI"]),
            words(&["XAUTOCLAIM", DIRTY_STREAM, GROUP, &me, "0", "0-0", "COUNT", &count]),
            words(&["XREADGROUP", "GROUP", GROUP, &me, "COUNT", &count, "STREAMS", DIRTY_STREAM, ">"]),
            words(&["EXEC"]),
        ];
        async move {
            let mut reply = caller.ask_cache(ParcelKind::CacheRead, ask.clone()).await?;
            if lacks_group(&reply) {
                // Nothing was ever queued, or the cache has lost it.
                let make = words(&["XGROUP", "CREATE", DIRTY_STREAM, GROUP, "0", "MKSTREAM"]);
                caller.ask_cache(ParcelKind::CacheWrite, vec![make]).await?;
                reply = caller.ask_cache(ParcelKind::CacheRead, ask).await?;
            }
            let mut delivery = Delivery::default();
            delivery.take(&reply);
            Ok(delivery)
        }
    }

    /// `MULTI`, `XACK`, `XDEL`, `EXEC`: these entries are done, and leave the stream. Others are not touched.
    ///
    /// # Errors
    ///
    /// When the cache can't be had.
    #[track_caller]
    pub fn acknowledge(&self, delivery: &Delivery) -> impl Future<Output = Result<(), Failure>> + use<> {
        let on_all = |head: &[&str]| words(head).into_iter().chain(delivery.ids.iter().cloned()).collect();
        let (acknowledge, delete) = (on_all(&["XACK", DIRTY_STREAM, GROUP]), on_all(&["XDEL", DIRTY_STREAM]));
        let pipeline = vec![words(&["MULTI"]), acknowledge, delete, words(&["EXEC"])];
        let reply = self.send(Location::caller(), ParcelKind::CacheWrite, pipeline);
        async move { reply.await.map(drop) }
    }

    /// The name of this life of the flusher: one that is started again is another consumer.
    fn consumer(&self) -> String {
        format!("flusher-{}", self.caller.world.process(Actor::Flusher).deaths.get() + 1)
    }
}
