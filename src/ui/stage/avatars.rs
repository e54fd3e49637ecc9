//! The people's heads.

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

/// The outline that all heads are cut to; once on a page.
pub const OUTLINE: &str = r#"<svg class="visually-hidden" aria-hidden="true"><defs><clipPath id="avatar-round"><circle cx="26" cy="26" r="24.5"/></clipPath></defs></svg>"#;

/// The head of a client, counted from 1.
pub fn avatar(client: u8) -> String {
    let place = usize::from(client.saturating_sub(1));
    let hair = HAIR[place % HAIR.len()];
    let mark = MARKS[(place / HAIR.len()) % MARKS.len()];
    format!(
        r#"<circle class="avatar__ground" cx="26" cy="26" r="25"/><g clip-path="url(#avatar-round)"><path class="avatar__cloth" d="M8 56c0-11 7-16 18-16s18 5 18 16z"/><path class="avatar__skin" d="M22 32v7.5c0 2.5 8 2.5 8 0V32z"/><circle class="avatar__skin" cx="26" cy="23" r="9.6"/>{hair}{mark}</g>"#
    )
}
