//! The key to the shapes.

use crate::ui::icons::token;
use crate::ui::part::Part;

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
pub fn key() -> Part {
    let shape =
        |(kind, name): (&str, &str)| format!(r#"<span class="key__item">{}{name}</span>"#, token(kind, "key__glyph"));
    let shapes: String = SHAPES.into_iter().map(shape).collect();
    Part::new(&format!(
        r#"<p class="key">{shapes}<span class="key__item"><i class="key__swatch"></i>not yet in database</span><span class="key__item"><i class="key__swatch key__swatch--lost"></i>lost</span></p>"#
    ))
}
