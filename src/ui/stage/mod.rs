//! The stage: people, servers and the messages between them.

use leptos::prelude::*;

use super::Desk;

/// The stage.
#[component]
pub fn Stage() -> impl IntoView {
    let desk = Desk::of_page();
    let at = desk.watch(|frame| frame.at.as_millis());
    view! { <section class="stage" data-testid="stage">{move || at.get()}</section> }
}
