//! The outlines of the actors: the chip, the drum and the plain box, with the cracks that a dead one gets. Each function
//! gives the inside of an SVG drawing as large as the actor.

use std::fmt::Write;

use super::shapes::{Rect, scatter};
use crate::decimal::Decimal;

/// The cache: a memory chip with its pins and its notch.
#[must_use]
pub fn chip(size: Rect, down: bool) -> String {
    let (w, h) = (size.w, size.h);
    let mut drawing = String::new();
    if down {
        shards(&mut drawing, w, h);
    }
    let mut x = 18.0;
    while x <= w - 22.0 {
        for y in [-5.0, h] {
            let (x, y) = (Decimal(x), Decimal(y));
            add(&mut drawing, format_args!(r#"<rect class="casing__pin" x="{x}" y="{y:.1}" width="5" height="5"/>"#));
        }
        x += 20.0;
    }
    add(
        &mut drawing,
        format_args!(
            r#"<path class="casing" d="M6 0H{right:.1}a6 6 0 0 1 6 6V{low:.1}a6 6 0 0 1-6 6H6a6 6 0 0 1-6-6V{notch:.1}a8 8 0 0 0 0-16V6a6 6 0 0 1 6-6z"/>"#,
            right = Decimal(w - 6.0),
            low = Decimal(h - 6.0),
            notch = Decimal(h / 2.0 + 8.0)
        ),
    );
    if down {
        cracks(&mut drawing, w, h);
        let x = Decimal(w * 0.63 + 9.0);
        add(&mut drawing, format_args!(r#"<path class="strike" d="M{x:.1} -17l-22 25h13l-7 21 24-29h-13z"/>"#));
    }
    drawing
}

/// The database: a drum on hatched ground.
#[must_use]
pub fn drum(size: Rect, down: bool) -> String {
    let (w, h) = (size.w, size.h);
    let mut drawing = String::from(r#"<path class="casing__rule" d=""#);
    let mut x = 4.0;
    while x < w {
        add(&mut drawing, format_args!("M{} {:.1}l-6 7", Decimal(x + 5.0), Decimal(h + 1.0)));
        x += 9.0;
    }
    let (half, right, low) = (Decimal(w / 2.0), Decimal(w - 0.6), Decimal(h));
    add(
        &mut drawing,
        format_args!(
            r#""/><path class="casing" d="M.6 9A{half:.1} 9 0 0 1 {right:.1} 9V{low:.1}H.6z"/><path class="casing casing--soft" d="M.6 9A{half:.1} 9 0 0 1 {right:.1} 9A{half:.1} 9 0 0 1 .6 9z"/>"#
        ),
    );
    if down {
        cracks(&mut drawing, w, h);
    }
    drawing
}

/// Everybody else: a box.
#[must_use]
pub fn plain(size: Rect, down: bool) -> String {
    let (w, h) = (Decimal(size.w), Decimal(size.h));
    let mut drawing = format!(r#"<rect class="casing" width="{w:.1}" height="{h:.1}" rx="10"/>"#);
    if down {
        cracks(&mut drawing, size.w, size.h);
    }
    drawing
}

fn add(drawing: &mut String, part: std::fmt::Arguments<'_>) {
    // Writing to a String can't fail.
    let written = drawing.write_fmt(part);
    debug_assert!(written.is_ok());
}

/// Three cracks, as points in shares of width and height; the first is the deepest.
const CRACKS: [&[(f64, f64)]; 3] = [
    &[(0.63, -0.01), (0.6, 0.17), (0.655, 0.3), (0.59, 0.47), (0.64, 0.6), (0.565, 0.8), (0.6, 1.01)],
    &[(0.655, 0.3), (0.76, 0.37), (0.82, 0.24), (1.004, 0.33)],
    &[(0.59, 0.47), (0.4, 0.56), (0.33, 0.47), (0.19, 0.62), (0.12, 1.01)],
];

fn cracks(drawing: &mut String, w: f64, h: f64) {
    for (index, points) in CRACKS.iter().enumerate() {
        let class = if index == 0 { "crack" } else { "crack crack--fine" };
        add(drawing, format_args!(r#"<path class="{class}" pathLength="1" d=""#));
        for (place, (x, y)) in points.iter().enumerate() {
            let step = if place == 0 { 'M' } else { 'L' };
            add(drawing, format_args!("{step}{:.1} {:.1}", Decimal(x * w), Decimal(y * h)));
        }
        drawing.push_str(r#""/>"#);
    }
}

fn shards(drawing: &mut String, w: f64, h: f64) {
    let middle = h * 0.5;
    for index in 0_u32..9 {
        let x = w * (0.5 + 0.2 * (scatter(index) - 0.3));
        let size = 6.0 + 11.0 * scatter(index + 9);
        add(
            drawing,
            format_args!(
                r#"<polygon class="shard" data-style="--dx:{:.0}px;--dy:{:.0}px;--turn:{:.0}deg" points="{x:.1},{middle:.1} {:.1},{:.1} {:.1},{:.1}"/>"#,
                Decimal((scatter(index + 3) - 0.5) * w * 0.5),
                Decimal(h * 0.5 + 14.0 + scatter(index + 5) * 26.0),
                Decimal(scatter(index + 7) * 300.0 - 150.0),
                Decimal(x + size),
                Decimal(middle + size * 0.3),
                Decimal(x + size * 0.3),
                Decimal(middle + size),
                x = Decimal(x),
                middle = Decimal(middle)
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_dead_are_cracked() {
        let size = Rect::new(40.0, 20.0, 300.0, 150.0);
        for draw in [chip, drum, plain] {
            assert!(!draw(size, false).contains("crack"));
            assert_eq!(draw(size, true).matches(r#"pathLength="1""#).count(), CRACKS.len());
        }
        assert!(chip(size, true).contains("shard") && !chip(size, false).contains("shard"));
    }

    #[test]
    fn a_wider_chip_has_more_pins() {
        let pins = |w: f64| chip(Rect::new(0.0, 0.0, w, 100.0), false).matches("casing__pin").count();
        assert_eq!(pins(100.0), 2 * 4);
        assert_eq!(pins(200.0), 2 * 9);
    }
}
