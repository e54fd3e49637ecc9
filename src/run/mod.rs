//! A run as its users hold it: the scenario, its trace and its books, the playhead, and what is told of them.

mod export;
mod futures;
mod journey;
mod playhead;
mod session;
mod state;

pub use export::{ExportError, ExportFormat, export};
pub use futures::{Future, Futures};
pub use journey::{Journey, Step, StepTone, Whereabouts};
pub use playhead::{Playhead, SPEEDS};
pub use session::{Run, Session, last_reply};
pub use state::{StateReport, state};
