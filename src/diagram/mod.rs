//! The requests for one key as a space-time diagram: who sends what to whom, when it arrives, and what cache and database
//! hold meanwhile. Each request has a lane of its own, so that two which cross can be told apart.

mod collect;
mod label;
mod model;
mod svg;

pub use collect::{diagram, keys};
pub use model::{Diagram, Lane, LaneKind, Row, RowKind, Tone};
pub use svg::{HEAD, ROW, svg};
