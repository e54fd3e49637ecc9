//! What the person should be told: a broken link, a refused action.

use leptos::prelude::*;

use crate::ui::Desk;
use crate::ui::icons::icon;

/// All notices, until they are dismissed.
#[component]
pub fn Notices() -> impl IntoView {
    let notices = Desk::of_page().notices();
    let dismiss = move |text: &str| notices.update(|notices| notices.retain(|notice| notice != text));
    let notice = move |text: String| {
        let shown = text.clone();
        view! {
            <div class="notice" role="alert" data-testid="notice">
                <p>{shown}</p>
                <button
                    class="icon-button"
                    type="button"
                    aria-label="Dismiss"
                    on:click=move |_| dismiss(&text)
                >
                    {icon("cross")}
                </button>
            </div>
        }
    };
    view! {
        <div class="notices">
            {move || notices.get().into_iter().map(notice).collect::<Vec<_>>()}
        </div>
    }
}
