//! The sections of `INFO` on persistence and replication.

use crate::redis::replication::{Attached, BACKLOG_BYTES, Role};
use crate::redis::server::Server;
use crate::redis::time::Millis;

use super::info::field;

/// A time that is not known is -1.
fn seconds(known: Option<u64>) -> i64 {
    known.map_or(-1, |seconds| seconds as i64)
}

/// The section `Persistence`.
pub(super) fn persistence(model: &Server, now: Millis, out: &mut String) {
    let durable = &model.durable;
    let rdb = &durable.rdb;
    field(out, "loading", 0);
    field(out, "rdb_changes_since_last_save", durable.unsaved());
    field(out, "rdb_bgsave_in_progress", u8::from(rdb.writer.is_some()));
    field(out, "rdb_last_save_time", model.last_save().seconds());
    field(out, "rdb_last_bgsave_status", "ok");
    field(out, "rdb_last_bgsave_time_sec", seconds(rdb.last_seconds));
    let current = rdb.writer.as_ref().map(|writer| now.since(writer.began) / 1000);
    field(out, "rdb_current_bgsave_time_sec", seconds(current));
    field(out, "rdb_saves", rdb.saves);
    field(out, "rdb_last_load_keys_expired", durable.expired_at_load);
    field(out, "rdb_last_load_keys_loaded", durable.loaded);
    field(out, "aof_enabled", u8::from(durable.aof.is_some()));
    field(out, "aof_rewrite_in_progress", u8::from(durable.rewrite.is_some()));
    field(out, "aof_rewrite_scheduled", u8::from(durable.rewrite_scheduled));
    field(out, "aof_last_rewrite_time_sec", seconds(durable.last_rewrite_seconds));
    let current = durable.rewrite.as_ref().map(|writer| now.since(writer.began) / 1000);
    field(out, "aof_current_rewrite_time_sec", seconds(current));
    field(out, "aof_last_bgrewrite_status", "ok");
    field(out, "aof_rewrites", durable.rewrites);
    field(out, "aof_last_write_status", "ok");
    let Some(aof) = &durable.aof else { return };
    field(out, "aof_current_size", aof.size());
    field(out, "aof_base_size", aof.base_size());
    field(out, "aof_pending_rewrite", 0);
    field(out, "aof_buffer_length", aof.buffered());
    field(out, "aof_pending_bio_fsync", u8::from(aof.is_syncing()));
    field(out, "aof_delayed_fsync", aof.delayed);
}

/// The section `Replication`.
pub(super) fn replication(model: &Server, now: Millis, out: &mut String) {
    let replication = &model.durable.replication;
    match &replication.role {
        Role::Primary => field(out, "role", "master"),
        Role::Replica { primary, position } => {
            field(out, "role", "slave");
            field(out, "master_host", &primary.host);
            field(out, "master_port", primary.port);
            field(out, "master_link_status", if position.is_some() { "up" } else { "down" });
            field(out, "slave_repl_offset", replication.offset());
            field(out, "slave_read_only", 1);
        }
    }
    field(out, "connected_slaves", replication.replicas.len());
    for (number, replica) in replication.replicas.iter().enumerate() {
        field(out, &format!("slave{number}"), attached(replica, now));
    }
    field(out, "master_failover_state", "no-failover");
    field(out, "master_replid", model.position().history);
    field(out, "master_repl_offset", replication.offset());
    field(out, "repl_backlog_active", u8::from(replication.is_streaming()));
    field(out, "repl_backlog_size", BACKLOG_BYTES);
    let first = replication.offset() + 1 - replication.backlog_bytes.min(replication.offset());
    field(out, "repl_backlog_first_byte_offset", if replication.is_streaming() { first } else { 0 });
    field(out, "repl_backlog_histlen", replication.backlog_bytes);
}

fn attached(replica: &Attached, now: Millis) -> String {
    let (host, port) = (&replica.address.host, replica.address.port);
    let (offset, lag) = (replica.acknowledged, now.since(replica.heard_at) / 1000);
    format!("ip={host},port={port},state=online,offset={offset},lag={lag}")
}
