//! Actors and links: clients, application, cache and database servers, the flusher, the cache layer, and their faults.
//!
//! A [`World`] owns all that changes during a run, over one [`Sim`](crate::engine::Sim). Patterns see it only through a
//! [`Context`]; what happens leaves it only as [`Event`]s, in the order in which they happened.

mod cache_faults;
mod cache_node;
mod client;
mod console;
mod context;
mod copies;
mod database_node;
mod dirty_list;
mod event;
mod failure;
mod fault;
mod flusher;
mod ids;
mod incident;
mod meddle;
mod network;
mod outbox;
mod pattern;
mod pool;
mod process;
mod protection;
mod recorder;
mod replica;
mod rpc;
mod settings;
mod system;
mod timings;
mod troubles;

pub use context::{App, CacheHandle, Context, DatabaseHandle, Guard, Layer, LayerHandle, Transaction};
pub use dirty_list::{DIRTY, DIRTY_STREAM};
pub use event::{
    Answer, CacheTotals, Commands, DatabaseTotals, Event, EventKind, Loss, Operation, Parcel, ParcelKind, Removal,
};
pub use failure::Failure;
pub use fault::{Condition, Fault, FaultKind};
pub use flusher::Flusher;
pub use ids::{Actor, MessageId, ParseActorError, Place, RequestId, WriteId};
pub use incident::{Details, Incident, IncidentError, Source, takes};
pub use meddle::{Deed, USUAL_DELAY};
pub use pattern::{Pattern, PatternFuture, Roles};
pub use protection::{Delivery, Protections};
pub use recorder::Listener;
pub use settings::{Settings, WriteOrder};
pub use system::World;
pub use timings::{CacheMemory, Timings, TimingsError};
