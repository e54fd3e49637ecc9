//! The key to the shapes.

use leptos::prelude::*;

use crate::ui::icons::token;

const SHAPES: [(&str, &str); 7] = [
    ("read", "read"),
    ("row", "value"),
    ("miss", "nothing there"),
    ("write", "write"),
    ("ok", "done"),
    ("drop", "invalidate"),
    ("error", "error"),
];

/// The key.
#[component]
pub fn Key() -> impl IntoView {
    let shape = |(kind, name): (&'static str, &'static str)| view! { <span class="key__item">{token(kind, "key__glyph")}{name}</span> };
    view! {
        <p class="key">
            {SHAPES.into_iter().map(shape).collect::<Vec<_>>()}
            <span class="key__item"><i class="key__swatch"></i>"not yet in database"</span>
            <span class="key__item"><i class="key__swatch key__swatch--lost"></i>"lost"</span>
        </p>
    }
}
