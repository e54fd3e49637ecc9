//! The icons and the shapes of messages, as HTML: one sprite, which the page holds once, and references to its symbols.

const SPRITE: &str = include_str!("icons.svg");

const BRAND: &str = r##"<rect x="4" y="3" width="18" height="7.5" rx="1.8" stroke-dasharray="2.6 2"/><path d="M3 17.5c0-1.2 4.5-2 10-2s10 .8 10 2v4c0 1.2-4.5 2-10 2s-10-.8-10-2z" fill="currentColor" stroke="none"/><circle cx="13" cy="12.8" r="2.3" fill="var(--write)" stroke="var(--surface)" stroke-width="1"/>"##;

/// The sprite. The page has it once; all icons refer to it.
pub fn sprite() -> String {
    format!(r#"<svg class="visually-hidden" aria-hidden="true">{SPRITE}</svg>"#)
}

/// The icon of that name.
pub fn icon(name: &str) -> String {
    drawing("icon", &icon_reference(name))
}

/// The icon of that name, with a class of its own.
pub fn classed_icon(name: &str, class: &str) -> String {
    drawing(&format!("icon {class}"), &icon_reference(name))
}

/// The shape of a message of that kind.
pub fn token(kind: &str, class: &str) -> String {
    drawing(&format!("token {class}\" data-kind=\"{kind}"), &token_reference(kind))
}

fn drawing(class: &str, inside: &str) -> String {
    format!(r#"<svg class="{class}" aria-hidden="true">{inside}</svg>"#)
}

/// The page's mark.
pub fn brand() -> String {
    format!(
        r#"<svg class="brand__mark" viewBox="0 0 26 26" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true">{BRAND}</svg>"#
    )
}

/// The inside of a drawing that shows the icon of that name.
pub fn icon_reference(name: &str) -> String {
    reference("i", name)
}

/// The inside of a drawing that shows the shape of a message of that kind.
pub fn token_reference(kind: &str) -> String {
    reference("t", kind)
}

fn reference(sprite: &str, name: &str) -> String {
    format!("<use href=\"#{sprite}-{name}\"/>")
}
