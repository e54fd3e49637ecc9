//! The sections of `INFO` on persistence and replication.

use crate::redis::persistence::Writer;
use crate::redis::replication::{Attached, BACKLOG_BYTES, Role};
use crate::redis::server::Server;
use crate::redis::time::Millis;

use super::info::field;

/// A duration that is not known is -1.
fn seconds(known: Option<u64>) -> i64 {
    known.map_or(-1, |seconds| seconds as i64)
}

/// Writes fields that are numbers.
fn numbers(out: &mut String, fields: &[(&str, i64)]) {
    for (name, value) in fields {
        field(out, name, *value);
    }
}

/// The section `Persistence`.
pub(super) fn persistence(model: &Server, now: Millis, out: &mut String) {
    let durable = &model.durable;
    let rdb = &durable.rdb;
    let so_far = |writer: &Writer| now.since(writer.began) / 1000;
    let fields = [
        ("loading", 0),
        ("rdb_changes_since_last_save", durable.unsaved() as i64),
        ("rdb_bgsave_in_progress", i64::from(rdb.writer.is_some())),
        ("rdb_last_save_time", model.last_save().seconds() as i64),
        ("rdb_last_bgsave_time_sec", seconds(rdb.last_seconds)),
        ("rdb_current_bgsave_time_sec", seconds(rdb.writer.as_ref().map(so_far))),
        ("rdb_saves", rdb.saves as i64),
        ("rdb_last_load_keys_expired", durable.expired_at_load as i64),
        ("rdb_last_load_keys_loaded", durable.loaded as i64),
        ("aof_enabled", i64::from(durable.aof.is_some())),
        ("aof_rewrite_in_progress", i64::from(durable.rewrite.is_some())),
        ("aof_rewrite_scheduled", i64::from(durable.rewrite_scheduled)),
        ("aof_last_rewrite_time_sec", seconds(durable.last_rewrite_seconds)),
        ("aof_current_rewrite_time_sec", seconds(durable.rewrite.as_ref().map(so_far))),
        ("aof_rewrites", durable.rewrites as i64),
    ];
    numbers(out, &fields);
    for name in ["rdb_last_bgsave_status", "aof_last_bgrewrite_status", "aof_last_write_status"] {
        field(out, name, "ok");
    }
    let Some(aof) = &durable.aof else { return };
    let fields = [
        ("aof_current_size", aof.size() as i64),
        ("aof_base_size", aof.base_size() as i64),
        ("aof_buffer_length", aof.buffered() as i64),
        ("aof_pending_bio_fsync", i64::from(aof.is_syncing())),
        ("aof_delayed_fsync", aof.delayed as i64),
    ];
    numbers(out, &fields);
}

/// The section `Replication`.
pub(super) fn replication(model: &Server, now: Millis, out: &mut String) {
    let replication = &model.durable.replication;
    match &replication.role {
        Role::Primary => field(out, "role", "master"),
        Role::Replica { primary, position } => {
            field(out, "role", "slave");
            field(out, "master_host", primary.host.as_str());
            field(out, "master_link_status", if position.is_some() { "up" } else { "down" });
            let offset = replication.offset() as i64;
            numbers(
                out,
                &[("master_port", primary.port.into()), ("slave_repl_offset", offset), ("slave_read_only", 1)],
            );
        }
    }
    numbers(out, &[("connected_slaves", replication.replicas.len() as i64)]);
    for (number, replica) in replication.replicas.iter().enumerate() {
        field(out, &format!("slave{number}"), attached(replica, now));
    }
    field(out, "master_replid", model.position().history.to_string());
    let (offset, held) = (replication.offset(), replication.backlog_bytes);
    let streams = replication.is_streaming();
    let first = if streams { offset + 1 - held.min(offset) } else { 0 };
    let fields = [
        ("master_repl_offset", offset as i64),
        ("repl_backlog_active", i64::from(streams)),
        ("repl_backlog_size", BACKLOG_BYTES as i64),
        ("repl_backlog_first_byte_offset", first as i64),
        ("repl_backlog_histlen", held as i64),
    ];
    numbers(out, &fields);
}

fn attached(replica: &Attached, now: Millis) -> String {
    let (host, port) = (&replica.address.host, replica.address.port);
    let (offset, lag) = (replica.acknowledged, now.since(replica.heard_at) / 1000);
    format!("ip={host},port={port},state=online,offset={offset},lag={lag}")
}
