//! The icons and the shapes of messages: one sprite, which the page holds once, and references to its symbols.

use leptos::prelude::*;

const SPRITE: &str = include_str!("icons.svg");

const BRAND: &str = r##"<rect x="4" y="3" width="18" height="7.5" rx="1.8" stroke-dasharray="2.6 2"/><path d="M3 17.5c0-1.2 4.5-2 10-2s10 .8 10 2v4c0 1.2-4.5 2-10 2s-10-.8-10-2z" fill="currentColor" stroke="none"/><circle cx="13" cy="12.8" r="2.3" fill="var(--write)" stroke="var(--surface)" stroke-width="1"/>"##;

/// The sprite. The page renders it once; all other icons refer to it.
pub fn sprite() -> impl IntoView {
    view! { <svg width="0" height="0" style="position:absolute" aria-hidden="true" inner_html=SPRITE></svg> }
}

/// The icon of that name.
pub fn icon(name: &'static str) -> impl IntoView {
    view! { <svg class="icon" aria-hidden="true" inner_html=reference("i", name)></svg> }
}

/// The icon of that name, with a class of its own.
pub fn classed_icon(name: &'static str, class: &'static str) -> impl IntoView {
    let class = format!("icon {class}");
    view! { <svg class=class aria-hidden="true" inner_html=reference("i", name)></svg> }
}

/// A filled icon.
pub fn solid_icon(name: &'static str) -> impl IntoView {
    view! { <svg class="icon icon--solid" aria-hidden="true" inner_html=reference("i", name)></svg> }
}

/// An icon that changes.
pub fn changing_icon(name: impl Fn() -> &'static str + Send + 'static) -> impl IntoView {
    view! { <svg class="icon" aria-hidden="true" inner_html=move || reference("i", name())></svg> }
}

/// The shape of a message of that kind.
pub fn token(kind: &'static str, class: &'static str) -> impl IntoView {
    let class = format!("token {class}");
    view! { <svg class=class data-kind=kind aria-hidden="true" inner_html=reference("t", kind)></svg> }
}

/// The page's mark.
pub fn brand() -> impl IntoView {
    view! {
        <svg class="brand__mark" viewBox="0 0 26 26" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true" inner_html=BRAND></svg>
    }
}

/// The inside of a drawing that shows the shape of a message of that kind.
pub fn token_reference(kind: &str) -> String {
    reference("t", kind)
}

fn reference(sprite: &str, name: &str) -> String {
    format!("<use href=\"#{sprite}-{name}\"/>")
}
