//! Each acknowledged write that matters now, followed to its end.

use super::Beat;
use super::beat::Turn;
use crate::ui::part::Part;
use crate::ui::words::losses_html;

/// The panel.
pub fn losses_panel() -> Part {
    let html = Beat::of_page().at_turn(Turn::Second).watch(losses_html);
    Part::new(r#"<section class="panel" data-span="6" data-testid="losses"></section>"#).html(move || html.get())
}
