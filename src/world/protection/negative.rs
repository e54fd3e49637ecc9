//! Negative caching: that there is no such row is worth a copy too.
//!
//! It costs memory for each key that somebody thinks of, and a row that is added is not seen until the copy expires.

use super::super::context::Caller;
use super::exchange::ABSENT;
use super::{fill, words};
use crate::database::RowKey;
use crate::engine::Span;
use crate::world::Failure;

pub(super) async fn keep(caller: &Caller, key: RowKey, ttl: Span) -> Result<(), Failure> {
    let command = words(&["SET", &key.cache_key(), ABSENT, "PX", &ttl.as_millis().max(1).to_string()]);
    fill(caller, key, 0, command, false).await
}
