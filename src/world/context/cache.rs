//! The cache as a pattern's code sees it.

use std::future::Future;
use std::panic::Location;

use super::Caller;
use crate::database::{Row, RowKey};
use crate::engine::Span;
use crate::redis::Reply;
use crate::world::cache_node::Words;
use crate::world::protection;
use crate::world::{Failure, ParcelKind};

/// The cache server in the hands of a process.
#[derive(Clone)]
pub struct CacheHandle {
    pub(super) caller: Caller,
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

    pub(super) fn send(
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
