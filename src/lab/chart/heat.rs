//! A map of two settings: the darker, the more.

use std::fmt::Write;

use super::scale::short;
use crate::html::escape;

const CELL: usize = 58;
const ROW: usize = 30;
const LEFT: usize = 72;
const TOP: usize = 8;

/// A field of the map.
#[derive(Clone, Copy, Debug)]
pub struct HeatCell {
    /// The value from left to right.
    pub x: f64,
    /// The value from bottom to top.
    pub y: f64,
    /// What was measured; nothing where there is nothing.
    pub value: Option<f64>,
}

/// A map: its fields row by row, each row from left to right.
#[derive(Clone, Debug)]
pub struct Heat {
    /// What runs from left to right.
    pub x: String,
    /// What runs from bottom to top.
    pub y: String,
    /// What the fields tell.
    pub measure: String,
    /// How many fields a row has.
    pub width: usize,
    /// The fields, the lowest row first.
    pub cells: Vec<HeatCell>,
}

impl Heat {
    /// The drawing.
    #[must_use]
    pub fn svg(&self) -> String {
        let columns = self.width.max(1);
        let rows = self.cells.len().div_ceil(columns);
        let (width, height) = (LEFT + columns * CELL + 8, TOP + rows * ROW + 44);
        let values = || self.cells.iter().filter_map(|cell| cell.value);
        let (low, high) = (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
        let mut svg = format!(
            r#"<svg class="chart chart--map" viewBox="0 0 {width} {height}" width="{width}" role="img" aria-label="{} over {} and {}">"#,
            escape(&self.measure),
            escape(&self.x),
            escape(&self.y)
        );
        for (number, cell) in self.cells.iter().enumerate() {
            let (left, top) = (LEFT + number % columns * CELL, TOP + (rows - 1 - number / columns) * ROW);
            let share = match cell.value {
                Some(value) if high > low => (value - low) / (high - low),
                _ => 0.0,
            };
            let told = cell.value.map_or_else(|| "–".to_owned(), short);
            // Writing to a string can't fail.
            let _ = write!(
                svg,
                r#"<g class="chart__point"><title>{}: {told} at {} and {}</title><rect x="{left}" y="{top}" width="{}" height="{}" rx="3" fill="var(--read)" fill-opacity="{:.2}"/><text class="chart__field" x="{}" y="{}" text-anchor="middle"{}>{told}</text></g>"#,
                escape(&self.measure),
                short(cell.x),
                short(cell.y),
                CELL - 3,
                ROW - 3,
                0.08 + 0.92 * share,
                left + CELL / 2 - 1,
                top + 18,
                if share > 0.55 { r#" data-on="dark""# } else { "" },
            );
        }
        self.axes(&mut svg, rows, columns);
        svg.push_str("</svg>");
        svg
    }

    fn axes(&self, svg: &mut String, rows: usize, columns: usize) {
        for (column, cell) in self.cells.iter().take(columns).enumerate() {
            let (left, top) = (LEFT + column * CELL + CELL / 2, TOP + rows * ROW + 15);
            let _ = write!(svg, r#"<text x="{left}" y="{top}" text-anchor="middle">{}</text>"#, short(cell.x));
        }
        for row in 0..rows {
            let Some(cell) = self.cells.get(row * columns) else { continue };
            let top = TOP + (rows - 1 - row) * ROW + 18;
            let _ = write!(svg, r#"<text x="{}" y="{top}" text-anchor="end">{}</text>"#, LEFT - 8, short(cell.y));
        }
        let _ = write!(
            svg,
            r#"<text class="chart__axis" x="{}" y="{}" text-anchor="end">{} →</text><text class="chart__axis" x="0" y="{}">↑ {}</text>"#,
            LEFT + columns * CELL,
            TOP + rows * ROW + 34,
            escape(&self.x),
            TOP + rows * ROW + 34,
            escape(&self.y),
        );
    }
}
