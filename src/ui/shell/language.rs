//! The language of the page's texts. The program speaks English; a script that only another language loads translates what
//! enters the document, by a table (`src/ui/language`).

use std::cell::Cell;

use leptos::prelude::*;
use web_sys::{Document, Event};

use super::browser;
use super::masthead::{option, picker};
use crate::embed::Language;
use crate::ui::part::Part;
use crate::ui::{Desk, effect, memo};

const STORED: &str = "cachescope-lang";

const SCRIPT: &str = "./language.js";

/// Keeps the document in the language of the page's view. A link's language comes first, then that of the last visit, which
/// a page that is part of another does not heed.
pub fn keep_language(desk: Desk) {
    let view = desk.view();
    let is_open = view.with_untracked(|view| view.language == Language::Auto && !view.embed);
    if let Some(language) = browser::stored(STORED).filter(|_| is_open).and_then(|id| Language::from_id(&id)) {
        view.update(|view| view.language = language);
    }
    let language = memo(move || spoken(desk));
    let is_loaded = Cell::new(false);
    effect(move || {
        let language = language.get();
        let root = web_sys::window()
            .and_then(|window| window.document())
            .and_then(|document: Document| document.document_element());
        // Only an invalid name could be refused.
        let _ = root.map(|root| root.set_attribute("lang", language.id()));
        if language != Language::English && !is_loaded.replace(true) {
            // Without the script the page stays English.
            let _ = browser::add_program(SCRIPT, || {});
        }
    });
}

/// The language that is spoken; follows the view.
fn spoken(desk: Desk) -> Language {
    let (language, is_embedded) = desk.view().with(|view| (view.language, view.embed));
    match language {
        Language::Auto if is_embedded => Language::English,
        Language::Auto => of_browser(),
        chosen => chosen,
    }
}

/// The first of the browser's languages that the page has.
fn of_browser() -> Language {
    let languages = web_sys::window().map(|window| window.navigator().languages()).unwrap_or_default();
    let known = |tag: String| Language::from_id(tag.get(..2)?);
    languages.iter().find_map(|tag| known(tag.as_string()?)).unwrap_or(Language::English)
}

/// The list of languages.
pub fn language_picker() -> Part {
    let desk = Desk::of_page();
    let picker = picker("pick--language", "Language", "language");
    let language = memo(move || spoken(desk));
    let option = |(own, name): (Language, &'static str)| {
        option(own.id(), name).set("lang", move || own.id()).property("selected", move || language.get() == own)
    };
    let select = picker.at("select").add_all(Language::ALL.into_iter().map(option));
    select.on("change", move |event: Event| {
        let id = event_target_value(&event);
        if let Some(language) = Language::from_id(&id) {
            browser::store(STORED, &id);
            desk.view().update(|view| view.language = language);
        }
    });
    picker.set("data-shown", move || language.get().id())
}
