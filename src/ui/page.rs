//! The page's root: what is shown, and in which order.

use leptos::prelude::*;

use super::icons::sprite;
use super::part::Part;
use super::shell::browser;
use super::shell::{
    Beat, Classroom, Trail, arranged, break_it, caption_bar, claims_panel, code_panel, compare_panel, console_panel,
    cures_panel, explained, figures_panel, full_view, futures_panel, guide_panel, journey, keep_address, keep_language,
    keep_theme, key, lab_panel, lessons_or, link_panels, listen, log_panel, losses_panel, masthead, notices, promise,
    sequence_panel, settings_panel, sheet, story, transport,
};
use super::stage::stage;
use super::{Desk, Lab, clock};
use crate::embed::{Origins, bridge, parent, parse_query};

/// Mounts the page into the document's body.
pub fn mount() {
    console_error_panic_hook::set_once();
    let Some(window) = web_sys::window() else { return };
    let mut params = parse_query(&browser::query());
    let Some(body) = window.document().and_then(|document| document.body()) else { return };
    let origins = std::mem::take(&mut params.origins);
    mount_to_body(move || {
        let body = Part::of(body.into());
        match Desk::new(params) {
            Ok(desk) => page(desk, body, origins),
            Err(error) => {
                let notice = Part::new(r#"<p data-testid="notice" role="alert"></p>"#);
                body.add(notice.text(move || error.to_string()));
            }
        }
    });
}

fn page(desk: Desk, body: Part, origins: Origins) {
    provide_context(desk);
    Beat::start(desk);
    let lab = Lab::new();
    provide_context(lab);
    link_panels(&body);
    Trail::start(desk);
    Classroom::start(desk);
    bridge::install(desk, lab);
    keep_theme(desk);
    keep_language(desk);
    listen(desk);
    let is_embedded = desk.view().with_untracked(|view| view.embed);
    let page = if is_embedded {
        browser::add_styles("./later/embed.css");
        let heading = Part::new(r#"<h1 class="visually-hidden">Cachescope</h1>"#);
        let main = Part::new("<main></main>").add(heading).add(notices()).add(lessons_or(|| None));
        let main = main.add_all(theatre(true)).add_all(panels());
        Part::new(r#"<div class="page" data-embed="true"></div>"#).add(main)
    } else {
        keep_address(desk);
        let main = Part::new("<main></main>")
            .add(notices())
            .add(lessons_or(|| Some(story())))
            .add_all(theatre(false))
            .add_all(panels());
        Part::new(r#"<div class="page"></div>"#).add(masthead()).add(main)
    };
    clock::start(desk, is_embedded.then_some(page.element()));
    let root = page.element().clone();
    body.add(Part::new(&sprite())).add(page).add(sheet());
    parent::connect(desk, lab, &root, origins);
}

/// Whether a panel is asked for, which a link decides once.
fn shows(panel: &str) -> bool {
    Desk::of_page().view().with_untracked(|view| view.shows(panel))
}

/// The list of writes goes with the ledger, but a page that is part of another has room for it only where it is asked for.
fn shows_losses() -> bool {
    let is_embedded = Desk::of_page().view().with_untracked(|view| view.embed);
    shows("losses") || (!is_embedded && shows("ledger"))
}

fn theatre(is_embedded: bool) -> Option<Part> {
    let (has_stage, has_timeline) = (shows("stage"), shows("timeline"));
    let (has_ledger, has_faults) = (shows("ledger"), shows("faults"));
    if !(has_stage || has_timeline || has_ledger || has_faults) {
        return is_embedded.then(|| Part::new(r#"<div class="theatre"></div>"#).add(endnote(None)));
    }
    let foot = || {
        Part::new(r#"<div class="foot"></div>"#).add_all(has_ledger.then(promise)).add_all(has_faults.then(break_it))
    };
    let deck = || {
        Part::new(r#"<div class="deck"></div>"#).add_all(caption_bar()).add(explained()).add(transport()).add(journey())
    };
    let theatre = Part::new(r#"<div class="theatre"></div>"#)
        .add_all(has_stage.then(stage))
        .add_all(has_timeline.then(deck))
        .add_all((has_ledger || has_faults).then(foot))
        .add_all((has_stage && !is_embedded).then(key))
        .add_all(is_embedded.then(|| endnote(has_stage.then(key))));
    Some(theatre)
}

/// The last line of a page that is part of another.
fn endnote(key: Option<Part>) -> Part {
    Part::new(r#"<div class="endnote"></div>"#).add_all(key).add(full_view())
}

/// Those of the whole page can be arranged; a page that is part of another has those that its author chose.
fn panels() -> Vec<Part> {
    let desk = Desk::of_page();
    let grid = Part::new(r#"<div class="panels"></div>"#);
    if desk.view().with_untracked(|view| view.panels.is_empty()) {
        return arranged(grid, all_panels()).into();
    }
    let compares = desk.view().with_untracked(|view| !view.compare.is_empty());
    let grid = grid
        .add_all(shows_losses().then(losses_panel))
        .add_all(shows("code").then(code_panel))
        .add_all(shows("sequence").then(sequence_panel))
        .add_all(shows("metrics").then(figures_panel))
        .add_all(compares.then(compare_panel))
        .add(column().add_all(shows("settings").then(settings_panel)).add_all(shows("console").then(console_panel)))
        .add(column().add_all(shows("log").then(log_panel)))
        .add_all(shows("guide").then(guide_panel))
        .add_all(shows("claims").then(claims_panel))
        .add_all(shows("lab").then(lab_panel));
    vec![grid]
}

/// In the order of [`crate::ui::words::PANELS`].
fn all_panels() -> Vec<Part> {
    vec![
        losses_panel(),
        cures_panel(),
        futures_panel(),
        code_panel(),
        sequence_panel(),
        figures_panel(),
        compare_panel(),
        column().add(settings_panel()).add(console_panel()),
        column().add(log_panel()),
        guide_panel(),
        claims_panel(),
        lab_panel(),
    ]
}

fn column() -> Part {
    Part::new(r#"<div class="column" data-span="6"></div>"#)
}
