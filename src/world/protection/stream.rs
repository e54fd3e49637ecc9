//! The queue for the database as a stream (`XADD`), from which flushers read as a consumer group. What one of them was given
//! stays pending until it is acknowledged, so that another one, or its own next life, can claim it; and entries leave the
//! stream by their ids, whatever else was queued or lost meanwhile.
//!
//! A writer pays nothing for it. Entries take more memory than those of a list, and what was flushed but not acknowledged
//! before a crash is flushed once more.

use super::super::cache_node::{Words, words};
use super::super::context::Caller;
use super::super::dirty_list::{DIRTY_STREAM, read_dirty};
use crate::database::Row;
use crate::redis::Reply;
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

/// What flushers were given and have not acknowledged, then what nobody was given yet, so much of either.
pub(crate) async fn delivered(caller: &Caller, count: u32) -> Result<Delivery, Failure> {
    let (me, count) = (consumer(caller), count.max(1).to_string());
    let ask = vec![
        words(&["MULTI"]),
        // Whatever the time since: there is one flusher, so nobody else is still at work on them.
        words(&["XAUTOCLAIM", DIRTY_STREAM, GROUP, &me, "0", "0-0", "COUNT", &count]),
        words(&["XREADGROUP", "GROUP", GROUP, &me, "COUNT", &count, "STREAMS", DIRTY_STREAM, ">"]),
        words(&["EXEC"]),
    ];
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

/// The commands with which these entries are done.
pub(crate) fn acknowledgement(delivery: &Delivery) -> Vec<Words> {
    let (mut acknowledge, mut delete) = (words(&["XACK", DIRTY_STREAM, GROUP]), words(&["XDEL", DIRTY_STREAM]));
    acknowledge.extend_from_slice(&delivery.ids);
    delete.extend_from_slice(&delivery.ids);
    vec![words(&["MULTI"]), acknowledge, delete, words(&["EXEC"])]
}

/// The name of this life of the flusher: one that is started again is another consumer.
fn consumer(caller: &Caller) -> String {
    format!("flusher-{}", caller.world.process(Actor::Flusher).deaths.get() + 1)
}
