//! Everything around the stage: masthead, sentence, transport, ledger, panels.

mod arrange;
mod beat;
mod breakit;
pub(super) mod browser;
mod caption;
mod code;
mod compare;
mod console;
mod cures;
mod explained;
mod figures;
mod futures;
mod guest;
mod guests;
mod key;
mod keys;
mod language;
mod lessons;
mod linked;
mod log;
mod losses;
mod masthead;
mod notices;
mod promise;
mod rivals;
pub(super) mod seen;
mod sequence;
mod settings;
mod share;
mod speed;
mod story;
mod theme;
mod timeline;
mod trail;
mod transport;

pub use arrange::arranged;
pub use beat::Beat;
pub use breakit::break_it;
pub use caption::caption_bar;
pub use code::code_panel;
pub use compare::compare_panel;
pub use console::console_panel;
pub use cures::cures_panel;
pub use explained::explained;
pub use figures::figures_panel;
pub use futures::futures_panel;
pub use guests::{claims_panel, guide_panel, lab_panel};
pub use key::key;
pub use keys::{listen, sheet};
pub use language::keep_language;
pub use lessons::{Classroom, lessons_or};
pub use linked::link_panels;
pub use log::log_panel;
pub use losses::losses_panel;
pub use masthead::masthead;
pub use notices::notices;
pub use promise::promise;
pub use sequence::sequence_panel;
pub use settings::settings_panel;
pub use share::{full_view, keep_address};
pub use story::story;
pub use theme::keep_theme;
pub use trail::{Trail, journey};
pub use transport::transport;

use crate::patterns;
use crate::scenario::ScenarioError;
use crate::ui::{Desk, Memo};
use crate::world::Pattern;

/// The id of the pattern that runs; follows the run.
fn pattern_id(desk: Desk) -> Memo<Option<&'static str>> {
    desk.watch_run(|run| pattern(&run.scenario.pattern).map(|pattern| pattern.id))
}

fn pattern(id: &str) -> Option<Pattern> {
    patterns::find(id).ok()
}

/// Tells the person why something was refused.
fn report(desk: Desk, result: Result<(), ScenarioError>) {
    if let Err(error) = result {
        desk.notify(format!("That can’t be done: {error}."));
    }
}
