//! What the person should be told: a broken link, a refused action.

use web_sys::Event;

use crate::html;
use crate::ui::icons::icon;
use crate::ui::part::Part;
use crate::ui::{Desk, State};

/// All notices, until they are dismissed.
pub fn notices() -> Part {
    let notices = Desk::of_page().notices();
    Part::new(r#"<div class="notices"></div>"#)
        .fill(move || notices.get().into_iter().map(|text| notice(notices, text)).collect())
}

fn notice(notices: State<Vec<String>>, text: String) -> Part {
    let part = Part::new(&format!(
        r#"<div class="notice" role="alert" data-testid="notice">
<p>{}</p>
<button class="icon-button" type="button" aria-label="Dismiss">{}</button>
</div>"#,
        html::escape(&text),
        icon("cross")
    ));
    part.at("button").on("click", move |_: Event| notices.update(|notices| notices.retain(|notice| *notice != text)));
    part
}
