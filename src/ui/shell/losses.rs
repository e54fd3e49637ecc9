//! Each acknowledged write that matters now, followed to its end.

use leptos::prelude::*;

use super::Beat;
use super::beat::Turn;
use crate::ui::words::losses_html;

/// The panel.
#[component]
pub fn Losses() -> impl IntoView {
    let html = Beat::of_page().at_turn(Turn::Second).watch(losses_html);
    view! { <section class="panel" data-span="6" data-testid="losses" inner_html=move || html.get()></section> }
}
