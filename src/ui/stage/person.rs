//! A person and what they were told.

use web_sys::Event;

use super::avatars::avatar;
use super::board::Board;
use crate::html;
use crate::ui::geometry::Rect;
use crate::ui::icons::icon;
use crate::ui::part::Part;
use crate::ui::shell::Trail;
use crate::ui::views::{BubbleKind, PersonView, person};

const HTML: &str = r#"<article class="person">
<svg class="person__avatar" viewBox="0 0 52 52" aria-hidden="true"></svg>
<h2 class="person__name"></h2>
<p class="bubble"></p>
<button class="person__follow" type="button"></button>
</article>"#;

/// The person on a seat.
pub fn person_part(seat: usize) -> Part {
    let board = Board::of_stage();
    let place = board.place(move |layout| layout.people.get(seat).copied().unwrap_or_default());
    let view = board.moment(move |moment| person(moment, seat));
    let kind = move || view.with(|view| view.kind.id());
    let part = Part::new(HTML);
    part.at(".person__avatar").html(move || avatar(view.with(|view| view.client)));
    part.at(".person__name").text(move || view.with(|view| view.name));
    let request = move || view.with(|view| view.request);
    let trail = Trail::of_page();
    part.at("button")
        .set("hidden", move || request().is_none())
        .set("aria-label", move || format!("Follow the request of {}", view.with(|view| view.name)))
        .on("click", move |_: Event| trail.follow(request()));
    part.at(".bubble").set("data-kind", kind).html(move || view.with(bubble));
    part.set("data-testid", move || format!("actor-client-{}", view.with(|view| view.client)))
        .set("data-client", move || format!("client-{}", view.with(|view| view.client)))
        .set("data-request", move || request().map(|request| request.0.to_string()))
        .set("data-state", kind)
        .set("style", move || place.with(Rect::style))
        .set("aria-label", move || view.with(spoken))
}

fn bubble(view: &PersonView) -> String {
    let mut bubble = String::from("<span class=\"bubble__word\">");
    bubble.push_str(&view.kind.icon().map(icon).unwrap_or_default());
    match view.kind {
        BubbleKind::Lost => html::add(&mut bubble, "s", &view.word),
        _ => bubble.push_str(&html::escape(&view.word)),
    }
    bubble.push_str("</span>");
    if !view.detail.is_empty() {
        html::add(&mut bubble, "span class=\"bubble__detail\"", &view.detail);
    }
    bubble
}

fn spoken(view: &PersonView) -> String {
    let meaning = view.kind.meaning();
    match (view.word.is_empty(), meaning.is_empty()) {
        (true, _) => view.name.to_owned(),
        (false, true) => format!("{}: {} {}", view.name, view.word, view.detail),
        (false, false) => format!("{}: {} {}, {meaning}", view.name, view.word, view.detail),
    }
}
