//! What a mark of the timeline means, when it is clicked or has stopped the run.

use web_sys::Event;

use crate::ui::Desk;
use crate::ui::icons::icon;
use crate::ui::part::Part;

/// The explanation, while there is one.
pub fn explained() -> Part {
    let desk = Desk::of_page();
    let part = Part::new(&format!(
        r#"<div class="explained" data-testid="explained"><div role="status"></div><button class="icon-button" type="button" aria-label="Close the explanation">{}</button></div>"#,
        icon("cross")
    ));
    part.at("div").html(move || desk.explained());
    part.at("button").on("click", move |_: Event| desk.explain(&[], false));
    part.set("hidden", move || desk.explained().is_empty())
}
