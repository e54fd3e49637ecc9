//! The in-memory Redis model: a state machine over a time that the caller gives.
//!
//! It follows Redis 7.0.15: its replies, its error texts, its rules of expiry and eviction. `tests/redis_differential.rs`
//! holds it against a real server of that version. What differs on purpose is said where it is done: [`EvictionPolicy`]
//! and its sampling, the active expiry cycle, and the sizes behind `used_memory`.
//!
//! ```
//! use cachescope::redis::{Config, Millis, Reply, Server, Session};
//!
//! let mut server = Server::new(Config::default(), 1);
//! let mut session = Session::default();
//! let now = Millis(1_000_000);
//! assert_eq!(server.execute(&mut session, now, &["SET", "user:1", "Ada", "EX", "60"]), Reply::OK);
//! assert_eq!(server.execute(&mut session, now, &["GET", "user:1"]), Reply::bulk("Ada"));
//! let later = Millis(now.0 + 60_001);
//! assert_eq!(server.execute(&mut session, later, &["GET", "user:1"]), Reply::NIL);
//! ```
//!
//! How it is laid out: [`Server::execute`] finds the command in [`COMMANDS`], checks what all commands share and runs it
//! (`dispatch`); a command is a function over a `Call` in the file of its group (`commands`); what every command does to
//! keys, with its counting and watching, is in `server`; keys and their sizes are in `database` and `memory`. What outlives a
//! command is written down by `journal` for `persistence` and `replication`.

mod call;
mod changes;
mod clients;
mod command;
mod commands;
mod config;
mod database;
mod dispatch;
mod errors;
mod eviction;
mod expiry;
mod fields;
mod float;
mod glob;
mod hash;
mod journal;
mod key;
mod kinds;
mod line;
mod list;
mod long_double;
mod members;
mod memory;
mod notify;
mod number;
mod persistence;
mod random;
mod replica;
mod replication;
mod reply;
mod server;
mod session;
mod sorted;
mod stats;
mod stream;
#[cfg(test)]
mod tests;
mod text;
mod time;
mod usage;
mod value;
mod view;
mod watches;

/// The version of Redis that the model follows.
pub const REDIS_VERSION: &str = "7.0.15";

pub use changes::{Change, Removal};
pub use clients::{ClientId, Push, Unblocked};
pub use command::{Command, Flags, Group, KeyPositions};
pub use commands::{COMMANDS, find as find_command, summaries};
pub use config::{Allocator, Config, EvictionPolicy, Limits, UnknownPolicy};
pub use errors::RedisError;
pub use journal::Record;
pub use key::Key;
pub use line::{LineError, quoted, split_bytes, split_line};
pub use notify::NotifyEvents;
pub use persistence::{AppendFsync, Crash, Disk, Persistence, PersistenceError, Restored, SavePoint, Source};
pub use replica::{Replica, StreamGap};
pub use replication::{Address, History, Position, ReplicaId, SyncData, Wait};
pub use reply::Reply;
pub use server::Server;
pub use session::Session;
pub use stats::Stats;
pub use time::Millis;
pub use view::OtherView;
pub use view::{EntryView, ListView, StreamView, ValueView};
