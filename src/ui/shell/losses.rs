//! Each acknowledged write that matters now, followed to its end.

use web_sys::MouseEvent;

use super::beat::Turn;
use super::{Beat, Trail, browser};
use crate::ui::part::Part;
use crate::ui::words::losses_html;
use crate::world::RequestId;

/// The panel.
pub fn losses_panel() -> Part {
    let html = Beat::of_page().at_turn(Turn::Second).watch(losses_html);
    let trail = Trail::of_page();
    let panel = Part::new(r#"<section class="panel" data-span="6" data-testid="losses"></section>"#);
    panel.html(move || html.get()).on("click", move |event: MouseEvent| {
        let request =
            browser::pressed(&event, "type").and_then(|_| browser::pressed(&event, "data-request")?.parse().ok());
        if let Some(request) = request {
            trail.follow(Some(RequestId(request)));
            browser::bring_into_view(".theatre");
        }
    })
}
