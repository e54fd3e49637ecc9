//! Rich text as elements.

use leptos::prelude::*;

use crate::ui::words::{Piece, Rich};

/// The text.
pub fn show(rich: Rich) -> impl IntoView {
    let pieces = rich.0.into_iter().map(|piece| match piece {
        Piece::Plain(text) => text.into_any(),
        Piece::Strong(text) => view! { <b>{text}</b> }.into_any(),
        Piece::Gone(text) => view! { <s>{text}</s> }.into_any(),
    });
    pieces.collect::<Vec<_>>()
}
