//! Links to this moment: copied on request, and kept in the address bar.

use std::cell::Cell;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use web_sys::Event;

use super::{Beat, Classroom, browser};
use crate::decimal::Decimal;
use crate::engine::VirtualTime;
use crate::ui::icons::{icon, icon_reference};
use crate::ui::part::Part;
use crate::ui::words::{lasting, query};
use crate::ui::{Desk, State, effect};

/// How long the address bar waits for more changes, in milliseconds.
const SETTLING: u32 = 400;

/// How long a confirmation stays, in milliseconds.
const CONFIRMED: u32 = 2_500;

fn query_at(desk: Desk, scenario_id: Option<&str>, at: VirtualTime) -> String {
    let (theme, language) = desk.view().with_untracked(|view| (view.theme, view.language));
    desk.with_run(|run| query(&run.scenario, scenario_id, at, theme, language))
}

/// The address of this moment, whole run included: it does not depend on what ready scenarios there are.
fn whole_address(desk: Desk) -> String {
    let at = desk.head_now().at;
    format!("{}?{}", browser::address().unwrap_or_default(), query_at(desk, None, at))
}

/// The button that copies the link, and what it says to those who listen.
pub fn share_button() -> [Part; 2] {
    let desk = Desk::of_page();
    let is_copied = State::new(false);
    let button = Part::new(&format!(
        r#"<button class="icon-button" type="button" aria-label="Copy a link to this moment" title="Copy a link to this moment" data-testid="share">{}</button>"#,
        icon("link")
    ));
    button.at(".icon").html(move || icon_reference(if is_copied.get() { "check" } else { "link" }));
    let voice = Part::new(r#"<span class="visually-hidden" aria-live="polite"></span>"#);
    [
        button.on("click", move |_: Event| browser::spawn(copy(desk, is_copied))),
        voice.text(move || if is_copied.get() { "Link copied" } else { "" }),
    ]
}

async fn copy(desk: Desk, is_copied: State<bool>) {
    let address = whole_address(desk);
    if !browser::copy(&address).await {
        desk.notify(format!("The browser does not let this page copy. The link is {address}"));
        return;
    }
    is_copied.set(true);
    gloo_timers::future::TimeoutFuture::new(CONFIRMED).await;
    is_copied.set(false);
}

/// Keeps the address bar at the moment that is shown whenever the page stands still.
pub fn keep_address(desk: Desk) {
    let beat = Beat::of_page();
    let classroom: Classroom = expect_context();
    let lasting = lasting(&browser::query());
    let waiting = StoredValue::new_local(None::<Timeout>);
    let is_first = Cell::new(true);
    effect(move || {
        desk.follow_run();
        let (at, head, scenario_id, lesson) = (beat.at(), desk.head(), desk.scenario_id(), classroom.lesson());
        // The link that the page was opened with stays until the person does something.
        if is_first.replace(false) || head.playing || at != head.at {
            return;
        }
        let mut also = lasting.clone();
        if !lesson.is_empty() {
            also.push_str("&lesson=");
            also.push_str(&lesson);
        }
        if head.speed != 1.0 {
            also.push_str(&format!("&speed={}", Decimal(head.speed)));
        }
        let settle = move || browser::replace_query(&(query_at(desk, scenario_id, at) + &also));
        waiting.set_value(Some(Timeout::new(SETTLING, settle)));
    });
}

/// The way from an embedded page to the whole one, at the same moment.
pub fn full_view() -> Part {
    let part = Part::new(&format!(
        r#"<p class="full-view"><a target="_blank" rel="noopener" data-testid="full-view">Open in Cachescope{}</a></p>"#,
        icon("right")
    ));
    lead_from_here(part.at("a"), "");
    part
}

/// The way to the tool that writes the snippet of an embed, at the same moment.
pub fn embed_link() -> Part {
    let link = Part::new(&format!(
        r#"<a class="icon-button" target="_blank" aria-label="Embed this" title="Embed this" data-testid="embed-this">{}</a>"#,
        icon("embed")
    ));
    lead_from_here(link.clone(), "embed.html");
    link
}

/// Keeps a link that takes the moment that is shown to a page.
fn lead_from_here(link: Part, page: &'static str) {
    let desk = Desk::of_page();
    let beat = Beat::of_page();
    link.set("href", move || {
        desk.follow_run();
        format!("{page}?{}", query_at(desk, desk.scenario_id(), beat.at()))
    });
}
