//! What a mark of the timeline means, when it is clicked or has stopped the run.

use web_sys::Event;

use crate::ui::desk::Explained;
use crate::ui::icons::icon;
use crate::ui::part::Part;
use crate::ui::words::explained_html;
use crate::ui::{Desk, memo};

/// The explanation, while there is one.
pub fn explained() -> Part {
    let desk = Desk::of_page();
    let part = Part::new(&format!(
        r#"<div class="explained" data-testid="explained"><div role="status"></div><button class="icon-button" type="button" aria-label="Close the explanation">{}</button></div>"#,
        icon("cross")
    ));
    let html = memo(move || {
        let Explained { marks, stopped } = desk.explained().get();
        desk.with_run(|run| (!marks.is_empty()).then(|| explained_html(run, &marks, stopped)))
    });
    part.at("div").html(move || html.get());
    part.at("button").on("click", move |_: Event| desk.explained().set(Explained::default()));
    part.set("hidden", move || html.with(Option::is_none))
}
