//! The report of `INFO`: the fields of a real server that the model has figures for.

use std::fmt::Write as _;

use crate::decimal::Decimal;
use crate::redis::server::Server;
use crate::redis::time::Millis;

use super::info_durability::{persistence, replication};
use super::options::is;

/// Writes the fields of a section.
type Write = fn(&Server, Millis, &mut String);

/// The sections, in their order.
const SECTIONS: [(&str, Write); 6] = [
    ("Server", server),
    ("Memory", memory),
    ("Persistence", persistence),
    ("Stats", stats),
    ("Replication", replication),
    ("Keyspace", keyspace),
];
/// Each of these stands for all sections.
const ALL: [&str; 3] = ["default", "all", "everything"];

/// The sections that are asked for, all of them without any.
pub(super) fn report(model: &Server, now: Millis, wanted: &[&[u8]]) -> String {
    let all = wanted.is_empty() || wanted.iter().any(|word| ALL.iter().any(|name| is(word, name)));
    let mut out = String::new();
    for (name, write) in SECTIONS {
        if all || wanted.iter().any(|word| is(word, name)) {
            if !out.is_empty() {
                out.push_str("\r\n");
            }
            let _ = write!(out, "# {name}\r\n");
            write(model, now, &mut out);
        }
    }
    out
}

pub(super) fn field(out: &mut String, name: &str, value: impl std::fmt::Display) {
    // Writing to a String can't fail.
    let _ = write!(out, "{name}:{value}\r\n");
}

fn server(model: &Server, now: Millis, out: &mut String) {
    let uptime = model.started_at.map_or(0, |start| now.since(start) / 1000);
    field(out, "redis_version", crate::redis::REDIS_VERSION);
    field(out, "redis_mode", "standalone");
    field(out, "server_time_usec", u128::from(now.0) * 1000);
    field(out, "uptime_in_seconds", uptime);
    field(out, "hz", 10);
}

fn memory(model: &Server, _: Millis, out: &mut String) {
    let used = model.used_bytes();
    field(out, "used_memory", used);
    field(out, "used_memory_human", human(used));
    field(out, "used_memory_startup", model.config.base_bytes);
    field(out, "used_memory_dataset", model.databases.iter().map(|database| database.entries_bytes()).sum::<u64>());
    field(out, "maxmemory", model.config.maxmemory);
    field(out, "maxmemory_human", human(model.config.maxmemory));
    field(out, "maxmemory_policy", model.config.policy);
}

fn stats(model: &Server, _: Millis, out: &mut String) {
    let stats = model.stats();
    field(out, "total_commands_processed", stats.commands);
    field(out, "expired_keys", stats.expired);
    field(out, "evicted_keys", stats.evicted);
    field(out, "keyspace_hits", stats.hits);
    field(out, "keyspace_misses", stats.misses);
    field(out, "total_error_replies", stats.errors);
}

fn keyspace(model: &Server, now: Millis, out: &mut String) {
    for (number, database) in model.databases.iter().enumerate() {
        if !database.is_empty() {
            let (keys, expires) = (database.len(), database.volatile_len());
            let average = database.average_ttl(now);
            field(out, &format!("db{number}"), format_args!("keys={keys},expires={expires},avg_ttl={average}"));
        }
    }
}

/// A size as Redis writes it for people: `B`, or two decimals and `K`, `M`, `G`.
fn human(bytes: u64) -> String {
    const UNITS: [(&str, u32); 4] = [("T", 40), ("G", 30), ("M", 20), ("K", 10)];
    for (unit, shift) in UNITS {
        if bytes >> shift > 0 {
            return format!("{:.2}{unit}", Decimal(bytes as f64 / (1u64 << shift) as f64));
        }
    }
    format!("{bytes}B")
}
