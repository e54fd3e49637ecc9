//! Recorded traffic as HTML: what it is like, and what the patterns make of it.

use std::fmt::Write;

use super::lab_html::note;
use crate::html::{add, escape};
use crate::lab::chart::{LineChart, Point, Series, short};
use crate::lab::traffic::{Analysis, Reader};
use crate::lab::{Measure, Sample};

/// Keys that are told by name.
const TOLD: usize = 10;

/// What a log is like.
pub(super) fn report(name: &str, reader: &Reader, analysis: &Analysis) -> String {
    let mut html = String::new();
    add(&mut html, r#"h3 class="lab__head""#, name);
    let form = reader.form().map_or("an empty file", |form| form.label());
    let lines = format!("{} lines, read as {form}.", reader.lines());
    add(&mut html, r#"p data-testid="lab-lines""#, &lines);
    bad_lines(&mut html, reader);
    if analysis.accesses() == 0 {
        html.push_str(&note("No key was accessed."));
        return html;
    }
    figures(&mut html, analysis);
    html.push_str(
        r#"<div class="lab__charts"><div><h3 class="lab__head">What an LRU cache of each size would miss</h3>"#,
    );
    html.push_str(&misses(analysis));
    html.push_str(r#"<p class="lab__note">One pass, by SHARDS (Waldspurger, Park, Garthwaite and Ahmad, FAST 2015).</p></div><div><h3 class="lab__head">How popular its keys are</h3>"#);
    html.push_str(&popularity(analysis));
    html.push_str("</div></div>");
    most_popular(&mut html, analysis);
    html.push_str(
        r#"<button class="button" type="button" data-ask="replay">Send these requests to every pattern</button>"#,
    );
    html
}

fn bad_lines(html: &mut String, reader: &Reader) {
    if reader.bad_lines() == 0 {
        return;
    }
    let _ = write!(
        html,
        r#"<details class="lab__bad" data-testid="lab-bad"><summary>Lines that could not be read and were skipped: {}</summary><ul>"#,
        reader.bad_lines()
    );
    for bad in reader.told() {
        add(html, "li", &format!("line {}: {}", bad.number, bad.problem));
    }
    html.push_str("</ul></details>");
}

fn figures(html: &mut String, analysis: &Analysis) {
    let [reads, writes, deletions] = analysis.deeds();
    let share = |count: u64| format!("{} ({} %)", count, short(100.0 * count as f64 / analysis.accesses() as f64));
    html.push_str(r#"<dl class="lab__figures" data-testid="lab-traffic">"#);
    let mut tell = |name: &str, value: String| {
        let _ = write!(html, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    };
    tell("Reads", share(reads));
    tell("Writes", share(writes));
    tell("Deletions", share(deletions));
    tell("Different keys", short(analysis.keys()));
    tell("Seconds", short(analysis.seconds()));
    if let Some(skew) = analysis.skew() {
        tell("Popularity skew (Zipf)", short(skew));
    }
    let ttls = analysis.ttls();
    if let (Some(half), Some(most)) = (ttls.quantile(0.5), ttls.most()) {
        tell("Times to live: half at most", half.to_string());
        tell("Times to live: longest", most.to_string());
    }
    let curve = analysis.reuse().misses();
    let size = |missed: f64| curve.iter().find(|(_, miss)| *miss <= missed).map(|(size, _)| short(*size as f64));
    for percent in [50.0, 90.0] {
        if let Some(size) = size(1.0 - percent / 100.0) {
            tell(&format!("Keys for {percent} % hits"), size);
        }
    }
    html.push_str("</dl>");
    if analysis.share() < 1.0 {
        let percent = short(100.0 * analysis.share());
        html.push_str(&note(&format!("Of all keys, {percent} % stand for all, chosen by their hashes.")));
    }
}

fn misses(analysis: &Analysis) -> String {
    let curve = analysis.reuse().misses();
    let step = curve.len().div_ceil(200).max(1);
    let points = curve.iter().filter(|(size, _)| *size > 0).step_by(step).map(|(size, miss)| Point {
        x: *size as f64,
        y: 100.0 * miss,
        interval: None,
    });
    let series = vec![Series { name: "misses".to_owned(), points: points.collect(), theory: false }];
    let (x, y) = ("keys that fit into the cache".to_owned(), "% missed".to_owned());
    LineChart { x, y, series, zooms: false, logarithmic: false }.svg()
}

fn popularity(analysis: &Analysis) -> String {
    let counts = analysis.counts();
    let mut points = Vec::new();
    let mut rank = 0;
    while let Some(count) = counts.get(rank) {
        points.push(Point { x: rank as f64 + 1.0, y: *count as f64, interval: None });
        rank += 1 + rank / 12;
    }
    let series = vec![Series { name: "accesses".to_owned(), points, theory: false }];
    let (x, y) = ("keys, the most popular first".to_owned(), "accesses".to_owned());
    LineChart { x, y, series, zooms: false, logarithmic: true }.svg()
}

fn most_popular(html: &mut String, analysis: &Analysis) {
    html.push_str(r#"<details><summary>The most popular keys</summary><table class="lab__table"><tbody>"#);
    for key in analysis.popular(TOLD) {
        let _ = write!(html, "<tr><th><code>{}</code></th><td>{}</td></tr>", escape(&key.name), key.count);
    }
    html.push_str("</tbody></table></details>");
}

/// What the patterns made of recorded requests.
pub(super) fn replayed(done: &[(String, Sample)], requests: usize, faster: f64) -> String {
    let mut html = String::from(
        r#"<h3 class="lab__head">The recorded requests on every pattern</h3><div class="lab__wide"><table class="lab__table" data-testid="lab-replayed"><thead><tr><th>Pattern</th>"#,
    );
    for measure in Measure::ALL {
        add(&mut html, "th", measure.label());
    }
    html.push_str("</tr></thead><tbody>");
    for (name, sample) in done {
        html.push_str("<tr>");
        add(&mut html, "th", name);
        for value in sample {
            add(&mut html, "td", &value.map_or_else(|| "–".to_owned(), short));
        }
        html.push_str("</tr>");
    }
    html.push_str("</tbody></table></div>");
    let pace = match faster {
        _ if faster > 1.05 => format!(", {} times as fast as they were recorded", short(faster)),
        _ if faster < 0.95 => format!(", {} times as slowly as they were recorded", short(1.0 / faster)),
        _ => String::new(),
    };
    html.push_str(&note(&format!("{requests} requests to a usual data centre{pace}.")));
    html
}
