//! Lines over an axis, each with its interval, and what theory says as a broken line.

use std::fmt::Write;

use super::scale::{Scale, short};
use crate::html::escape;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 56.0;
const RIGHT: f64 = 500.0;
const TOP: f64 = 14.0;
const BOTTOM: f64 = 252.0;

/// The hues of lines, in their order; each line has marks and a name of its own beside them.
const HUES: [&str; 7] = ["read", "write", "ok", "drop", "lost", "ink-2", "read-ink"];

/// A point of a line.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    /// Where on the axis.
    pub x: f64,
    /// The value.
    pub y: f64,
    /// The interval that holds the true value in 95 of 100 cases.
    pub interval: Option<(f64, f64)>,
}

/// A line.
#[derive(Clone, Debug)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its points by `x`.
    pub points: Vec<Point>,
    /// Whether it is theory.
    pub theory: bool,
}

/// A chart of lines.
#[derive(Clone, Debug)]
pub struct LineChart {
    /// What runs from left to right.
    pub x: String,
    /// What runs from bottom to top.
    pub y: String,
    /// The lines.
    pub series: Vec<Series>,
    /// Whether pressing a point asks for `zoom` with its neighbours.
    pub zooms: bool,
    /// Whether both axes are logarithmic where their range is wide; else only the first.
    pub logarithmic: bool,
}

impl LineChart {
    /// The drawing.
    #[must_use]
    pub fn svg(&self) -> String {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let x = Scale::of(points().map(|point| point.x), true, LEFT, RIGHT);
        let ends = points().flat_map(|point| point.interval.map_or([point.y; 2], |(low, high)| [low.max(0.0), high]));
        let y = Scale::of(ends, self.logarithmic, BOTTOM, TOP).with_zero();
        let mut svg = format!(
            r#"<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{} over {}">"#,
            escape(&self.y),
            escape(&self.x)
        );
        self.axes(&mut svg, x, y);
        let mut names: Vec<f64> = Vec::new();
        let mut measured = 0;
        for series in &self.series {
            let hue = HUES[measured % HUES.len()];
            draw(&mut svg, series, hue, x, y);
            self.marks(&mut svg, series, (hue, measured), x, y);
            if let Some(last) = series.points.last() {
                name(&mut svg, series, hue, y.place(last.y), &mut names);
            }
            // A theory belongs to the line that comes after it.
            measured += usize::from(!series.theory);
        }
        svg.push_str("</svg>");
        svg
    }

    fn axes(&self, svg: &mut String, x: Scale, y: Scale) {
        // Writing to a string can't fail.
        for tick in y.ticks() {
            let place = y.place(tick);
            let _ = write!(
                svg,
                r#"<line class="chart__grid" x1="{LEFT}" x2="{RIGHT}" y1="{place:.1}" y2="{place:.1}"/><text x="{:.1}" y="{:.1}" text-anchor="end">{}</text>"#,
                LEFT - 7.0,
                place + 4.0,
                short(tick)
            );
        }
        for tick in x.ticks() {
            let place = x.place(tick);
            let _ = write!(
                svg,
                r#"<line class="chart__grid" x1="{place:.1}" x2="{place:.1}" y1="{BOTTOM}" y2="{:.1}"/><text x="{place:.1}" y="{:.1}" text-anchor="middle">{}</text>"#,
                BOTTOM + 5.0,
                BOTTOM + 19.0,
                short(tick)
            );
        }
        let _ = write!(
            svg,
            r#"<text class="chart__axis" x="{RIGHT}" y="{:.1}" text-anchor="end">{}</text>"#,
            HEIGHT - 8.0,
            escape(&self.x)
        );
    }

    fn marks(&self, svg: &mut String, series: &Series, (hue, shape): (&str, usize), x: Scale, y: Scale) {
        if series.theory || series.points.len() > 30 {
            return;
        }
        for (place, point) in series.points.iter().enumerate() {
            let (left, top) = (x.place(point.x), y.place(point.y));
            let mut told = format!("{}: {} at {}", series.name, short(point.y), short(point.x));
            if let Some((low, high)) = point.interval.filter(|(low, high)| low < high) {
                let (low_place, high_place) = (y.place(low.max(0.0)), y.place(high));
                let _ = write!(
                    svg,
                    r#"<line x1="{left:.1}" x2="{left:.1}" y1="{low_place:.1}" y2="{high_place:.1}" stroke="var(--{hue})" stroke-width="1.5"/>"#
                );
                let _ = write!(told, ", from {} to {} in 95 of 100 cases", short(low), short(high));
            }
            let before = series.points[place.saturating_sub(1)].x;
            let after = series.points[(place + 1).min(series.points.len() - 1)].x;
            let ask = if self.zooms { format!(r#" data-ask="zoom {before} {after}""#) } else { String::new() };
            let _ = write!(svg, r#"<g class="chart__point" fill="var(--{hue})"{ask}><title>{}</title>"#, escape(&told));
            let _ = match shape % 3 {
                0 => write!(svg, r#"<circle cx="{left:.1}" cy="{top:.1}" r="4"/>"#),
                1 => write!(svg, r#"<rect x="{:.1}" y="{:.1}" width="8" height="8"/>"#, left - 4.0, top - 4.0),
                _ => write!(svg, r#"<path d="M{left:.1} {:.1}l5 9h-10z"/>"#, top - 5.0),
            };
            let _ = write!(svg, r#"<circle cx="{left:.1}" cy="{top:.1}" r="11" fill-opacity="0"/></g>"#);
        }
    }
}

fn draw(svg: &mut String, series: &Series, hue: &str, x: Scale, y: Scale) {
    let dash = if series.theory { r#" stroke-dasharray="5 4""# } else { "" };
    let _ = write!(svg, r#"<polyline fill="none" stroke="var(--{hue})" stroke-width="2"{dash} points=""#);
    for point in &series.points {
        let _ = write!(svg, "{:.1},{:.1} ", x.place(point.x), y.place(point.y));
    }
    svg.push_str(r#""/>"#);
}

/// Writes a line's name at its end, below those that are there already.
fn name(svg: &mut String, series: &Series, hue: &str, wanted: f64, taken: &mut Vec<f64>) {
    let mut place = crate::decimal::within(wanted, TOP + 4.0, BOTTOM);
    while let Some(other) = taken.iter().find(|other| (place - **other).abs() < 14.0) {
        place = if *other + 14.0 > BOTTOM { *other - 14.0 } else { *other + 14.0 };
        if taken.len() > 14 {
            break;
        }
    }
    taken.push(place);
    let style = if series.theory { r#" font-style="italic""# } else { "" };
    let _ = write!(
        svg,
        r#"<text class="chart__name" x="{:.1}" y="{:.1}" fill="var(--{hue})"{style}>{}</text>"#,
        RIGHT + 10.0,
        place + 4.0,
        escape(&series.name)
    );
}
