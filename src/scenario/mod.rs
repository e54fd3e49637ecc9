//! The serialisable description of a run, its link encoding, its checks, the ready scenarios, and how it is run.

mod driver;
mod error;
mod intervention;
mod knob;
mod library;
mod link;
mod model;
mod parts;

pub(crate) use driver::Driver;
pub use driver::{Recording, row_of_rank, run};
pub use error::{LinkError, ScenarioError};
pub use intervention::{Action, Intervention};
pub use knob::{Knob, KnobSpec};
pub use library::scripted;
pub use library::{READY, Ready, Topic, UnknownScenario, find, ready};
pub(crate) use library::{guarded, with_outage, with_ttl};
pub use link::{decode, encode};
pub(crate) use link::{from_link, to_link};
pub use model::{FORMAT, GREATEST_SEED, Limits, Scenario, ScriptedRequest, Step};
