//! The page's root: what is shown, and in which order.

use leptos::prelude::*;

use super::icons::sprite;
use super::part::Part;
use super::shell::{
    Beat, Classroom, break_it, caption_bar, claims_panel, code_panel, compare_panel, console_panel, cures_panel,
    explained, figures_panel, full_view, guide_panel, keep_address, keep_theme, key, lab_panel, lessons_or, listen,
    log_panel, losses_panel, masthead, notices, promise, sequence_panel, settings_panel, sheet, story, transport,
};
use super::stage::stage;
use super::{Desk, Lab, clock};
use crate::embed::{bridge, parse_query};

/// Mounts the page into the document's body.
pub fn mount() {
    console_error_panic_hook::set_once();
    let Some(window) = web_sys::window() else { return };
    let params = parse_query(&window.location().search().unwrap_or_default());
    let Some(body) = window.document().and_then(|document| document.body()) else { return };
    mount_to_body(move || {
        let body = Part::of(body.into());
        match Desk::new(params) {
            Ok(desk) => page(desk, body),
            Err(error) => {
                let notice = Part::new(r#"<p data-testid="notice" role="alert"></p>"#);
                body.add(notice.text(move || error.to_string()));
            }
        }
    });
}

fn page(desk: Desk, body: Part) {
    provide_context(desk);
    Beat::start(desk);
    clock::start(desk);
    let lab = Lab::new();
    provide_context(lab);
    Classroom::start(desk);
    bridge::install(desk, lab);
    keep_theme(desk);
    listen(desk);
    let is_embedded = desk.view().with_untracked(|view| view.embed);
    let page = if is_embedded {
        let main = Part::new("<main></main>").add(notices()).add(lessons_or(|| None)).add_all(theatre()).add(panels());
        Part::new(r#"<div class="page" data-embed="true"></div>"#).add(main).add(full_view())
    } else {
        keep_address(desk);
        let main = Part::new("<main></main>")
            .add(notices())
            .add(lessons_or(|| Some(story())))
            .add_all(theatre())
            .add(panels());
        Part::new(r#"<div class="page"></div>"#).add(masthead()).add(main)
    };
    body.add(Part::new(&sprite())).add(page).add(sheet());
}

/// Whether a panel is asked for, which a link decides once.
fn shows(panel: &str) -> bool {
    Desk::of_page().view().with_untracked(|view| view.shows(panel))
}

fn theatre() -> Option<Part> {
    let (has_stage, has_timeline) = (shows("stage"), shows("timeline"));
    let (has_ledger, has_faults) = (shows("ledger"), shows("faults"));
    if !(has_stage || has_timeline || has_ledger || has_faults) {
        return None;
    }
    let foot = || {
        Part::new(r#"<div class="foot"></div>"#).add_all(has_ledger.then(promise)).add_all(has_faults.then(break_it))
    };
    let deck = || Part::new(r#"<div class="deck"></div>"#).add_all(caption_bar()).add(explained()).add(transport());
    let theatre = Part::new(r#"<div class="theatre"></div>"#)
        .add_all(has_stage.then(stage))
        .add_all(has_timeline.then(deck))
        .add_all((has_ledger || has_faults).then(foot))
        .add_all(has_stage.then(key));
    Some(theatre)
}

fn panels() -> Part {
    let desk = Desk::of_page();
    let is_whole = desk.view().with_untracked(|view| view.panels.is_empty());
    let compares = is_whole || desk.view().with_untracked(|view| !view.compare.is_empty());
    let column = || Part::new(r#"<div class="column" data-span="6"></div>"#);
    Part::new(r#"<div class="panels"></div>"#)
        .add_all(shows("ledger").then(losses_panel))
        .add_all(is_whole.then(cures_panel))
        .add_all(shows("code").then(code_panel))
        .add_all(shows("sequence").then(sequence_panel))
        .add_all(shows("metrics").then(figures_panel))
        .add_all(compares.then(compare_panel))
        .add(column().add_all(shows("settings").then(settings_panel)).add_all(shows("console").then(console_panel)))
        .add(column().add_all(shows("log").then(log_panel)))
        .add_all(shows("guide").then(guide_panel))
        .add_all(shows("claims").then(claims_panel))
        .add_all(shows("lab").then(lab_panel))
}
