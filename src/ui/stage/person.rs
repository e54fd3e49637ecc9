//! A person and what they were told.

use leptos::prelude::*;

use crate::ui::memo;

use super::avatars::avatar;
use super::board::Board;
use crate::ui::geometry::Rect;
use crate::ui::icons::icon;
use crate::ui::views::{BubbleKind, person};

/// The person on a seat.
#[component]
pub fn Person(seat: usize) -> impl IntoView {
    let board = Board::of_stage();
    let place = board.place(move |layout| layout.people.get(seat).copied().unwrap_or_default());
    let view = board.moment(move |moment| person(moment, seat));
    let client = memo(move || view.with(|view| view.client));
    let kind = memo(move || view.with(|view| view.kind));
    let word = memo(move || view.with(|view| view.word.clone()));
    let detail = memo(move || view.with(|view| view.detail.clone()));
    let spoken = move || {
        let meaning = kind.get().meaning();
        view.with(|view| match (view.word.is_empty(), meaning.is_empty()) {
            (true, _) => view.name.to_owned(),
            (false, true) => format!("{}: {} {}", view.name, view.word, view.detail),
            (false, false) => format!("{}: {} {}, {meaning}", view.name, view.word, view.detail),
        })
    };
    let said = move || match kind.get() {
        BubbleKind::Lost => view! { <s>{move || word.get()}</s> }.into_any(),
        _ => (move || word.get()).into_any(),
    };
    view! {
        <article
            class="person"
            data-testid=move || format!("actor-client-{}", client.get())
            data-state=move || kind.get().id()
            style=move || place.with(Rect::style)
            aria-label=spoken
        >
            <svg class="person__avatar" viewBox="0 0 52 52" aria-hidden="true" inner_html=move || avatar(client.get())></svg>
            <h3 class="person__name">{move || view.with(|view| view.name)}</h3>
            <p class="bubble" data-kind=move || kind.get().id()>
                <span class="bubble__word">{move || kind.get().icon().map(icon)}{said}</span>
                {move || {
                    let text = detail.get();
                    (!text.is_empty()).then(|| view! { <span class="bubble__detail">{text}</span> })
                }}
            </p>
        </article>
    }
}
