//! Everything around the stage: masthead, sentence, transport, ledger, panels.

mod beat;
mod breakit;
pub(super) mod browser;
mod caption;
mod claims;
mod code;
mod compare;
mod console;
mod figures;
mod key;
mod keys;
mod log;
mod losses;
mod masthead;
mod notices;
mod promise;
mod settings;
mod share;
mod speed;
mod story;
mod theme;
mod timeline;
mod transport;

pub use beat::Beat;
pub use breakit::BreakIt;
pub use caption::CaptionBar;
pub use claims::Claims;
pub use code::Code;
pub use compare::Compare;
pub use console::Console;
pub use figures::Figures;
pub use key::Key;
pub use keys::{Sheet, listen};
pub use log::Log;
pub use losses::Losses;
pub use masthead::Masthead;
pub use notices::Notices;
pub use promise::Promise;
pub use settings::Settings;
pub use share::{FullView, handover, keep_address};
pub use story::Story;
pub use theme::keep_theme;
pub use transport::Transport;

use crate::patterns;
use crate::scenario::ScenarioError;
use crate::ui::Desk;
use crate::world::Pattern;

use crate::ui::Memo;

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
