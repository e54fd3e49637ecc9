//! Light, dark or of strong contrast, as the system is set or as the person says.

use web_sys::Event;

use super::browser;
use crate::embed::Theme;
use crate::ui::icons::{icon, icon_reference};
use crate::ui::part::Part;
use crate::ui::{Desk, effect, memo};

const STORED: &str = "cachescope-theme";

/// Keeps the document in the theme of the page's view. A link's theme comes first, then that of the last visit.
pub fn keep_theme(desk: Desk) {
    let view = desk.view();
    if view.with_untracked(|view| view.theme == Theme::Auto)
        && let Some(theme) = browser::stored(STORED).and_then(|id| Theme::from_id(&id))
    {
        view.update(|view| view.theme = theme);
    }
    let theme = memo(move || view.with(|view| view.theme));
    effect(move || {
        let root =
            web_sys::window().and_then(|window| window.document()).and_then(|document| document.document_element());
        let Some(root) = root else { return };
        // Only an invalid name could be refused.
        let _ = match theme.get() {
            Theme::Auto => root.remove_attribute("data-theme"),
            forced => root.set_attribute("data-theme", forced.id()),
        };
    });
}

const fn next(theme: Theme) -> Theme {
    match theme {
        Theme::Auto => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::Contrast,
        Theme::Contrast => Theme::Auto,
    }
}

const fn name(theme: Theme) -> &'static str {
    match theme {
        Theme::Auto => "Theme: as the system",
        Theme::Light => "Theme: light",
        Theme::Dark => "Theme: dark",
        Theme::Contrast => "Theme: strong contrast",
    }
}

/// Goes from one theme to the next.
pub fn turn(desk: Desk) {
    desk.view().update(|view| view.theme = next(view.theme));
    browser::store(STORED, desk.view().with_untracked(|view| view.theme.id()));
}

/// The button that changes the theme.
pub fn theme_button() -> Part {
    let desk = Desk::of_page();
    let theme = memo(move || desk.view().with(|view| view.theme));
    let picture = move || match theme.get() {
        Theme::Auto | Theme::Contrast => "theme",
        Theme::Light => "sun",
        Theme::Dark => "moon",
    };
    let button = Part::new(&format!(r#"<button class="icon-button" type="button">{}</button>"#, icon("theme")));
    button.at(".icon").html(move || icon_reference(picture()));
    button
        .set("aria-label", move || name(theme.get()))
        .set("title", move || name(theme.get()))
        .on("click", move |_: Event| turn(desk))
}
