//! The cache layer as the application's code sees it.

use std::future::Future;
use std::panic::Location;

use super::{Caller, Context};
use crate::database::{Row, RowKey};
use crate::world::rpc::{Call, Served};
use crate::world::{Actor, EventKind, Failure, Parcel, ParcelKind, Place};

/// The cache layer in the hands of the application.
#[derive(Clone)]
pub struct LayerHandle {
    caller: Caller,
}

impl LayerHandle {
    pub(crate) fn new(caller: Caller) -> Self {
        Self { caller }
    }

    /// Asks the layer for a row; where it comes from is the layer's business.
    ///
    /// # Errors
    ///
    /// When the layer can't be had or fails.
    #[track_caller]
    pub fn read(&self, key: RowKey) -> impl Future<Output = Result<Option<Row>, Failure>> + use<> {
        self.caller.enter(Location::caller());
        let caller = self.caller.clone();
        async move {
            caller.alive().await;
            let parcel = caller.world.parcel(ParcelKind::ReadRequest, || format!("read {}", key.cache_key()));
            let asks = caller.clone();
            caller.world.call(caller.to_layer(parcel), move || serve_read(asks.clone(), key)).await
        }
    }

    /// Gives the layer a row to write.
    ///
    /// # Errors
    ///
    /// When the layer can't be had or fails.
    #[track_caller]
    pub fn write(&self, row: &Row) -> impl Future<Output = Result<(), Failure>> + use<> {
        self.caller.enter(Location::caller());
        let (caller, row) = (self.caller.clone(), row.clone());
        async move {
            caller.alive().await;
            let text = || format!("write {} {}", row.key().cache_key(), row.headline());
            let parcel = caller.world.parcel(ParcelKind::WriteRequest, text);
            let asks = caller.clone();
            caller.world.call(caller.to_layer(parcel), move || serve_write(asks.clone(), row.clone())).await
        }
    }
}

impl Caller {
    fn to_layer(&self, parcel: Parcel) -> Call {
        Call { from: self.place, to: Actor::Loader, parcel, limit: self.world.inner.timings.client_timeout }
    }

    fn layer_place(&self) -> Place {
        Place { actor: Actor::Loader, request: self.place.request }
    }
}

async fn serve_read(caller: Caller, key: RowKey) -> Served<Option<Row>> {
    let world = &caller.world;
    let Some((read, _)) = world.inner.pattern.roles.layer else {
        return Served::failed(Failure::Refused(Actor::Loader));
    };
    let place = caller.layer_place();
    let result = read(Context::new(world, place, false), key).await;
    world.show(|| EventKind::CodeEnded { place });
    let parcel = match &result {
        Ok(Some(row)) => world.parcel(ParcelKind::Rows, || row.headline()),
        Ok(None) => world.parcel(ParcelKind::Miss, || "no such row"),
        Err(failure) => return Served::failed(failure.clone()),
    };
    Served { result, parcel }
}

async fn serve_write(caller: Caller, row: Row) -> Served<()> {
    let world = &caller.world;
    let Some((_, write)) = world.inner.pattern.roles.layer else {
        return Served::failed(Failure::Refused(Actor::Loader));
    };
    let place = caller.layer_place();
    let result = write(Context::new(world, place, true), row).await;
    world.show(|| EventKind::CodeEnded { place });
    match result {
        Ok(()) => Served { result, parcel: world.parcel(ParcelKind::Done, || "written") },
        Err(failure) => Served::failed(failure),
    }
}
