//! The stage's drawings: icons, tokens and the people's heads. Icons and tokens are symbols that are drawn once and used
//! by name.

use leptos::prelude::*;

use crate::ui::views::Token;

/// Symbols: the icons of the stage, by name and drawing.
const ICONS: [(&str, &str); 11] = [
    (
        "app",
        r#"<rect x="3" y="4.5" width="18" height="15" rx="2.5"/><path d="M3 9h18M9.5 12.3 7.5 14.3l2 2M14.5 12.3l2 2-2 2"/>"#,
    ),
    (
        "cache",
        r#"<rect x="6" y="6" width="12" height="12" rx="2"/><path d="M9.5 6V3M14.5 6V3M9.5 21v-3M14.5 21v-3M6 9.5H3M6 14.5H3M21 9.5h-3M21 14.5h-3M10 12h4"/>"#,
    ),
    (
        "database",
        r#"<ellipse cx="12" cy="5.8" rx="7.5" ry="2.8"/><path d="M4.5 5.8v12.4c0 1.55 3.36 2.8 7.5 2.8s7.5-1.25 7.5-2.8V5.8M4.5 12c0 1.55 3.36 2.8 7.5 2.8s7.5-1.25 7.5-2.8"/>"#,
    ),
    ("flusher", r#"<path d="M12 3v11M7.5 10l4.5 4.5L16.5 10M4 17v3.5h16V17"/>"#),
    ("loader", r#"<path d="M12 16V5M7.5 9 12 4.5 16.5 9M4 17v3.5h16V17"/>"#),
    ("bolt", r#"<path d="M13.5 2.5 5 13.5h6L10 21.5l9-11.5h-6z"/>"#),
    ("check", r#"<path d="m5 12.5 4.5 4.5L19 7.5" stroke-width="2.5"/>"#),
    ("cross", r#"<path d="m6.5 6.5 11 11M17.5 6.5l-11 11" stroke-width="2.5"/>"#),
    ("old", r#"<circle cx="12" cy="12.5" r="7.5"/><path d="M12 8v4.5L8.8 14.5M4 4.5v4.5h4.5" stroke-width="2"/>"#),
    (
        "slow",
        r#"<path d="M6.5 3.5h11M6.5 20.5h11M8 3.5c0 5 8 5.5 8 8.5s-8 3.5-8 8.5M16 3.5c0 5-8 5.5-8 8.5s8 3.5 8 8.5"/>"#,
    ),
    ("again", r#"<path d="M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4h-4"/>"#),
];

/// An icon whose strokes go round: kept apart because it is the longest.
const CUT: &str = r#"<path d="M9.5 14.5 7 17a3.2 3.2 0 0 1-4.5-4.5L6 9M14.5 9.5 17 7a3.2 3.2 0 0 1 4.5 4.5L18 15M8 4.5l1 2.5M4.5 8 7 9M16 19.5 15 17M19.5 16 17 15"/>"#;

/// Symbols: the tokens, by name and drawing, around their middle.
const TOKENS: [(&str, &str); 7] = [
    ("read", r#"<circle class="token__empty" r="7.25"/>"#),
    ("row", r#"<circle class="token__full" r="8.5"/>"#),
    ("miss", r#"<circle class="token__empty" r="7.25"/><path class="token__mark token__mark--hue" d="m-5 5 10-10"/>"#),
    ("write", r#"<rect class="token__full" x="-8.5" y="-8.5" width="17" height="17" rx="2.5"/>"#),
    (
        "ok",
        r#"<rect class="token__full" x="-8.5" y="-8.5" width="17" height="17" rx="2.5"/><path class="token__mark" d="m-4 .5 2.8 2.8L4-3"/>"#,
    ),
    (
        "error",
        r#"<path class="token__full" d="M-3.7-9h7.4L9-3.7v7.4L3.7 9h-7.4L-9 3.7v-7.4z"/><path class="token__mark" d="m-3 -3 6 6m0-6-6 6"/>"#,
    ),
    (
        "drop",
        r#"<path class="token__full" d="M0-10.5 10.5 0 0 10.5-10.5 0z"/><path class="token__mark" d="M-3.5 0h7"/>"#,
    ),
];

/// The hair of the first four people, who lend it to those after them.
const HAIR: [&str; 4] = [
    r#"<path class="avatar__ink" d="M14 30V21a12 12 0 0 1 24 0v9c-2.5.6-3.8 0-4-2v-7c-6 0-9.5-1.5-11.5-4-1 3-2.3 4.5-4.5 5V28c-.2 2-1.5 2.6-4 2z"/>"#,
    r#"<path class="avatar__ink" d="M16.6 22c-1.4-7.6 3.3-12.5 9.4-12.5S36.8 14.4 35.4 22l-1.6-.4c-.3-3-1-4.6-2-5.3-3 .9-8.6.9-11.6 0-1 .7-1.7 2.3-2 5.3z"/><path class="avatar__ink" d="M16.6 24.5h1.7c.6 2.6 2.5 3 7.7 3s7.1-.4 7.7-3h1.7c.2 6.6-3.6 10.3-9.4 10.3s-9.6-3.7-9.4-10.3z"/>"#,
    r#"<circle class="avatar__ink" cx="26" cy="7.5" r="4.2"/><path class="avatar__ink" d="M16.5 24c-1.6-8.5 3-13.5 9.5-13.5S37.1 15.5 35.5 24c-1.5-5.5-4.5-8-9.5-8s-8 2.5-9.5 8z"/>"#,
    r#"<path class="avatar__ink" d="M16.6 23c-1.6-8 3-13.3 9.4-13.3S37 15 35.4 23l-2.6-5.5-3.2 2.6-3-3-3.4 3-3-2.4z"/>"#,
];

/// What tells those apart who share hair: nothing, glasses, earrings.
const MARKS: [&str; 3] = [
    "",
    r#"<path class="avatar__line" d="M18.5 22.5h6v3.5h-6zM27.5 22.5h6v3.5h-6zM24.5 24h3"/>"#,
    r#"<circle class="avatar__ink" cx="16.4" cy="28" r="1.6"/><circle class="avatar__ink" cx="35.6" cy="28" r="1.6"/>"#,
];

/// The symbols; once on a page.
#[component]
pub fn Sprite() -> impl IntoView {
    let mut drawing =
        String::from(r#"<defs><clipPath id="avatar-round"><circle cx="26" cy="26" r="24.5"/></clipPath></defs>"#);
    for (name, shapes) in ICONS.iter().chain(&[("cut", CUT)]) {
        drawing.push_str(&format!(r#"<symbol id="stage-{name}" viewBox="0 0 24 24">{shapes}</symbol>"#));
    }
    for (name, shapes) in TOKENS {
        drawing.push_str(&format!(
            r#"<symbol id="token-{name}" viewBox="-11 -11 22 22" overflow="visible">{shapes}</symbol>"#
        ));
    }
    view! { <svg width="0" height="0" style="position:absolute" aria-hidden="true" inner_html=drawing></svg> }
}

/// An icon.
pub fn icon(name: &'static str, class: &'static str) -> impl IntoView + use<> {
    let class = if class.is_empty() { "icon".to_owned() } else { format!("icon {class}") };
    view! { <svg class=class aria-hidden="true" inner_html=format!("<use href=\"#stage-{name}\"/>")></svg> }
}

/// The inside of a token's drawing.
pub fn token_use(token: Token) -> String {
    format!("<use href=\"#token-{}\"/>", token.id())
}

/// The head of a client, counted from 1.
pub fn avatar(client: u8) -> String {
    let place = usize::from(client.saturating_sub(1));
    let hair = HAIR[place % HAIR.len()];
    let mark = MARKS[(place / HAIR.len()) % MARKS.len()];
    format!(
        r#"<circle class="avatar__ground" cx="26" cy="26" r="25"/><g clip-path="url(#avatar-round)"><path class="avatar__cloth" d="M8 56c0-11 7-16 18-16s18 5 18 16z"/><path class="avatar__skin" d="M22 32v7.5c0 2.5 8 2.5 8 0V32z"/><circle class="avatar__skin" cx="26" cy="23" r="9.6"/>{hair}{mark}</g>"#
    )
}
