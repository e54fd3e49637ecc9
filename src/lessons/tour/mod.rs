//! Guided lessons: a few steps, each with a sentence, a moment of a run, and often a question that is answered before the
//! moment is shown and checked by the simulation. A lesson is data (`src/lessons/tours/README.md` describes the format), so authors can
//! write their own, in any language.

mod check;
mod figure;
mod format;
mod progress;
mod question;
mod shelf;

pub use check::TourError;
pub use figure::{FIGURES, Figure};
pub use format::{Challenge, Goal, Question, Show, Step, Tour, Wins};
pub use progress::{Answer, Progress};
pub use question::{Truth, truth};
pub use shelf::{SHELF, on_shelf, shelf};
