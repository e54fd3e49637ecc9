//! The diagram as SVG text. Colours and fonts are the page's: only classes are named here.

use std::fmt::Write;

use super::model::{Diagram, Lane, LaneKind, Row, RowKind, Tone};
use crate::engine::VirtualTime;
use crate::html::escape;
use crate::trace::Token;
use crate::world::{MessageId, ParcelKind};

/// Height of a row, in the drawing's units.
pub const ROW: usize = 24;

/// Height of the lanes' heads.
pub const HEAD: usize = 48;
/// Width of the column with the times.
const TIMES: usize = 58;
/// Width of a lane.
const LANE: usize = 136;

/// The drawing, in two parts that belong under one another: the heads of the lanes, [`HEAD`] high, and the rows, each
/// [`ROW`] high with its time in `data-at`, in seconds.
#[must_use]
pub fn svg(diagram: &Diagram) -> String {
    let (width, height) = (TIMES + LANE * diagram.lanes.len(), ROW * (diagram.rows.len() + 1));
    let mut drawing = Drawing { diagram, svg: String::new(), width, height };
    drawing.draw();
    drawing.svg
}

struct Drawing<'a> {
    diagram: &'a Diagram,
    svg: String,
    width: usize,
    height: usize,
}

impl Drawing<'_> {
    fn draw(&mut self) {
        let (width, height, key) = (self.width, self.height, self.diagram.key);
        self.heads();
        // Writing to a string can't fail, here and below.
        let _ = write!(
            self.svg,
            r#"</svg><svg class="seq__drawing" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="Messages about {key}, from top to bottom in time">"#
        );
        self.lanes();
        self.behind();
        self.rows();
        self.svg.push_str("</svg>");
    }

    fn heads(&mut self) {
        let width = self.width;
        let _ = write!(
            self.svg,
            r#"<svg class="seq__drawing seq__heads" viewBox="0 0 {width} {HEAD}" width="{width}" height="{HEAD}">"#
        );
        for (place, Lane { name, wish, kind }) in self.diagram.lanes.iter().enumerate() {
            let (x, about) = (middle(place), self.about(kind));
            let _ = write!(
                self.svg,
                r#"<g{about}><text class="seq__name" x="{x}" y="20">{}</text><text class="seq__wish" x="{x}" y="37">{}</text></g>"#,
                escape(name),
                escape(wish),
            );
        }
    }

    /// What is lit in other panels when a lane is pointed at.
    fn about(&self, kind: &LaneKind) -> String {
        match kind {
            LaneKind::Request(request) => format!(r#" data-request="{}""#, request.0),
            LaneKind::Cache | LaneKind::Database => format!(r#" data-key="{}""#, self.diagram.key.cache_key()),
            LaneKind::Loader | LaneKind::Flusher => String::new(),
        }
    }

    fn lanes(&mut self) {
        for place in 0..self.diagram.lanes.len() {
            let (x, bottom) = (middle(place), self.height);
            let _ = write!(self.svg, r#"<line class="seq__lane" x1="{x}" y1="0" x2="{x}" y2="{bottom}"/>"#);
        }
    }

    /// The time in which the cache is behind.
    fn behind(&mut self) {
        let is_cache = |lane: &Lane| lane.kind == LaneKind::Cache;
        let Some(cache) = self.diagram.lanes.iter().position(is_cache) else { return };
        for (since, until) in &self.diagram.behind {
            let (x, y, height) = (middle(cache) - 5, line(*since), (until - since).max(1) * ROW);
            let _ = write!(
                self.svg,
                r#"<rect class="seq__behind" x="{x}" y="{y}" width="10" height="{height}" rx="5"><title>the cache holds an older row than the database</title></rect>"#
            );
        }
    }

    fn rows(&mut self) {
        let mut last = None;
        for (place, row) in self.diagram.rows.iter().enumerate() {
            let (top, seconds) = (place * ROW, row.at.as_secs_f64());
            let _ = write!(
                self.svg,
                r#"<g class="seq__row" data-at="{seconds}"><rect class="seq__hit" x="0" y="{top}" width="{}" height="{ROW}"/>"#,
                self.width,
            );
            if last != Some(row.at) {
                let _ = write!(
                    self.svg,
                    r#"<text class="seq__time" x="{}" y="{}">{}</text>"#,
                    TIMES - 12,
                    line(place) + 4,
                    time(row.at)
                );
                last = Some(row.at);
            }
            self.row(place, row);
            self.svg.push_str("</g>");
        }
    }

    fn row(&mut self, place: usize, row: &Row) {
        match &row.kind {
            RowKind::Sent { message, from, to, kind, text } => self.arrow(place, *message, (*from, *to), *kind, text),
            RowKind::Arrived(_) | RowKind::Lost(_) => {}
            RowKind::Client { lane, text, ends, tone } => {
                let class = if *ends { "seq__says seq__says--end" } else { "seq__says" };
                self.chip(place, middle(*lane), text, class, *tone);
            }
            RowKind::Holds { lane, text, tone } => self.chip(place, middle(*lane), text, "seq__holds", *tone),
            RowKind::Note { text, tone } => self.note(place, text, *tone),
        }
    }

    /// From where the message leaves to where it arrives, with its words on the way.
    fn arrow(&mut self, place: usize, message: MessageId, (from, to): (usize, usize), kind: ParcelKind, text: &str) {
        let (end, is_lost) = self.end_of(place, message);
        let (x1, y1, y2) = (middle(from), line(place), line(end));
        let x2 = if is_lost { usize::midpoint(x1, middle(to)) } else { middle(to) };
        let (kind, lost) = (Token::of(kind).id(), if is_lost { " data-lost=\"true\"" } else { "" });
        let _ = write!(
            self.svg,
            r#"<g class="seq__message" data-kind="{kind}"{lost}><line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>"#
        );
        if is_lost {
            let _ = write!(
                self.svg,
                r#"<path d="M{} {}l8 8m0 -8l-8 8"/><title>lost on its way</title>"#,
                x2 - 4,
                y2.saturating_sub(4)
            );
        } else {
            let back = if to > from { -9 } else { 9 };
            let _ = write!(self.svg, r#"<path d="M{x2} {y2}l{back} -4v8z"/>"#);
        }
        let (x, anchor) = if to > from { (x1 + 12, "start") } else { (x1 - 12, "end") };
        let _ = write!(
            self.svg,
            r#"<text x="{x}" y="{}" text-anchor="{anchor}">{}</text></g>"#,
            y1.saturating_sub(4),
            escape(text)
        );
    }

    /// The row in which a message ends, and whether it is lost.
    fn end_of(&self, sent: usize, message: MessageId) -> (usize, bool) {
        let rows = self.diagram.rows.iter().enumerate().skip(sent + 1);
        let mut ends = rows.filter_map(|(place, row)| match row.kind {
            RowKind::Arrived(arrived) if arrived == message => Some((place, false)),
            RowKind::Lost(lost) if lost == message => Some((place, true)),
            _ => None,
        });
        ends.next().unwrap_or((self.diagram.rows.len(), false))
    }

    fn chip(&mut self, place: usize, x: usize, text: &str, class: &str, tone: Tone) {
        // About the width of a letter of this size.
        let width = text.chars().count() * 7 + 16;
        let (left, top, y) = (x.saturating_sub(width / 2), line(place) - 10, line(place) + 4);
        let _ = write!(
            self.svg,
            r#"<g class="{class}" data-tone="{}"><rect x="{left}" y="{top}" width="{width}" height="20" rx="4"/><text x="{x}" y="{y}">{}</text></g>"#,
            tone.id(),
            escape(text)
        );
    }

    fn note(&mut self, place: usize, text: &str, tone: Tone) {
        let (top, y, width) = (line(place) - 11, line(place) + 4, self.width - TIMES - 8);
        let _ = write!(
            self.svg,
            r#"<g class="seq__note" data-tone="{}"><rect x="{TIMES}" y="{top}" width="{width}" height="22" rx="4"/><text x="{}" y="{y}">{}</text></g>"#,
            tone.id(),
            TIMES + 10,
            escape(text)
        );
    }
}

/// The middle of a lane.
const fn middle(lane: usize) -> usize {
    TIMES + lane * LANE + LANE / 2
}

/// The line in the middle of a row.
const fn line(row: usize) -> usize {
    row * ROW + ROW / 2
}

fn time(at: VirtualTime) -> String {
    let millis = at.as_millis();
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

#[cfg(test)]
mod tests {
    use super::super::{diagram, keys};
    use super::*;
    use crate::run::Run;
    use crate::scenario;

    #[test]
    fn each_row_of_a_diagram_is_drawn_with_its_time() {
        let run = Run::of(scenario::ready("stale-fill", None).unwrap()).unwrap();
        let diagram = diagram(&run, keys(&run)[0], VirtualTime::ZERO);
        let drawn = svg(&diagram);
        assert_eq!(drawn.matches("class=\"seq__row\"").count(), diagram.rows.len());
        let sent = diagram.rows.iter().filter(|row| matches!(row.kind, RowKind::Sent { .. })).count();
        assert_eq!(drawn.matches("class=\"seq__message\"").count(), sent);
        assert_eq!(drawn.matches("<g").count(), drawn.matches("</g>").count());
    }

    #[test]
    fn what_people_type_stays_text() {
        let mut scenario = scenario::ready("stale-fill", None).unwrap();
        let text = "SET product:1 <script>".to_owned();
        let action = scenario::Action::Command { text };
        scenario.intervene(scenario::Intervention { at: VirtualTime::from_secs(2), action });
        let run = Run::of(scenario).unwrap();
        let drawn = svg(&diagram(&run, keys(&run)[0], VirtualTime::ZERO));
        assert!(drawn.contains("&lt;script&gt;") && !drawn.contains("<script"));
    }
}
