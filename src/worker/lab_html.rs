//! The lab's panel as HTML: its fields, what is under way, and what was found out.

use std::fmt::Write;

use super::guest::Asked;
use crate::audit::{Figures, Histogram};
use crate::engine::Span;
use crate::html::{add, escape};
use crate::lab::chart::{Heat, HeatCell, LineChart, Point, Series, short};
use crate::lab::{Axis, Cell, Estimate, Job, Kind, LossStudy, Measure, Spec, Sweep};
use crate::patterns;
use crate::scenario::Knob;

/// A sentence.
pub(super) fn note(text: &str) -> String {
    let mut html = String::new();
    add(&mut html, r#"p class="lab__note" role="status""#, text);
    html
}

/// What went wrong.
pub(super) fn problem(text: &str) -> String {
    let mut html = String::new();
    add(&mut html, r#"p class="guest__problem" role="alert""#, &format!("That can’t be done: {text}."));
    html
}

/// The whole panel.
pub(super) fn page(asked: &Asked, running: Option<&(String, f64)>, shown: &str) -> String {
    let mut html = String::from(r#"<div class="lab">"#);
    fields(&mut html, asked);
    if let Some((title, progress)) = running {
        let percent = (progress * 100.0).floor();
        let _ = write!(
            html,
            r#"<div class="lab__running"><progress max="1" value="{progress}" aria-label="{title}"></progress><output>{percent} %</output><span>{title}</span><button class="button" type="button" data-ask="stop" data-testid="lab-stop">Stop</button></div>"#,
            title = escape(title)
        );
    }
    let _ = write!(html, r#"<div class="lab__shown" data-testid="lab-shown">{shown}</div></div>"#);
    html
}

fn fields(html: &mut String, asked: &Asked) {
    html.push_str(r#"<div class="lab__fields"><fieldset><legend>The system</legend>"#);
    let systems = [("centre", "a usual data centre"), ("stage", "the run on the stage")];
    select(html, asked, ("system", "Timing and traffic of"), systems.into_iter());
    html.push_str(r#"<button class="button" type="button" data-ask="million">Run a million requests</button>"#);
    html.push_str(r#"<button class="button" type="button" data-ask="loss">How much do I lose if the cache dies?</button></fieldset>"#);

    html.push_str("<fieldset><legend>Vary settings</legend>");
    let knobs: Vec<(&str, String)> = axes().map(|axis| (axis.id(), axis.label())).collect();
    let named = || knobs.iter().map(|(id, label)| (*id, label.as_str()));
    select(html, asked, ("x", "Setting"), named());
    text(html, asked, ("xs", "Values"), "1, 2, 5, 10, 20, 60");
    select(html, asked, ("y", "and"), std::iter::once(("", "nothing else")).chain(named()));
    text(html, asked, ("ys", "Values"), "50, 75, 90, 99");
    select(html, asked, ("measure", "Figure"), Measure::ALL.into_iter().map(|measure| (measure.id(), measure.label())));
    text(html, asked, ("requests", "Requests a run"), "10000");
    text(html, asked, ("seeds", "Seeds"), "3");
    let checked = if asked.field("every").is_some() { " checked" } else { "" };
    let _ = write!(
        html,
        r#"<label class="lab__check"><input type="checkbox" name="every"{checked}> every pattern</label>"#
    );
    html.push_str(r#"<button class="button" type="button" data-ask="sweep">Sweep</button></fieldset>"#);

    html.push_str(
        r#"<fieldset><legend>Your own traffic</legend><label class="lab__drop"><span>Drop a log here: what <code>redis-cli MONITOR</code> prints, a table in the form of a public cache trace, or an access log. It is read in this browser and sent nowhere.</span><input type="file" name="traffic" data-testid="lab-file"></label>"#,
    );
    let policies = [("skip", "is skipped, and told"), ("refuse", "ends the reading")];
    select(html, asked, ("bad", "A bad line"), policies.into_iter());
    html.push_str("</fieldset></div>");
}

/// What can be varied.
fn axes() -> impl Iterator<Item = Axis> {
    let knobs = [Knob::Ttl, Knob::FlushInterval, Knob::FlushBatch, Knob::ReadShare, Knob::Skew, Knob::Rate, Knob::Keys];
    let others = Knob::all().map(|spec| spec.knob).filter(move |knob| !knobs.contains(knob));
    let sizes = [Axis::CacheRows, Axis::Pool, Axis::Workers];
    knobs.into_iter().map(Axis::Knob).chain(sizes).chain(others.map(Axis::Knob))
}

fn select<'a>(
    html: &mut String,
    asked: &Asked,
    (name, label): (&str, &str),
    options: impl Iterator<Item = (&'a str, &'a str)>,
) {
    let _ = write!(html, r#"<label>{label} <select name="{name}">"#);
    for (id, words) in options {
        let selected = if asked.field(name) == Some(id) { " selected" } else { "" };
        let _ = write!(html, r#"<option value="{id}"{selected}>{}</option>"#, escape(words));
    }
    html.push_str("</select></label>");
}

fn text(html: &mut String, asked: &Asked, (name, label): (&str, &str), usual: &str) {
    let value = asked.field(name).unwrap_or(usual);
    let size = if usual.len() > 6 { 18 } else { 7 };
    let _ = write!(html, r#"<label>{label} <input name="{name}" value="{}" size="{size}"></label>"#, escape(value));
}

/// What an experiment has found out.
pub(super) fn result(job: &Job, spec: &Spec) -> String {
    let mut html = match job {
        Job::Run(run) => figures(&run.figures(), run.scenario().duration),
        Job::Sweep(sweep) => swept(sweep),
        Job::Loss(study) => crashed(study),
    };
    html.push_str(r#"<p class="lab__take">"#);
    match job {
        Job::Run(_) => download(&mut html, "run.json", "application/json", &format!("{:#}", job.json())),
        Job::Sweep(sweep) => download(&mut html, "sweep.csv", "text/csv", &sweep.csv()),
        Job::Loss(study) => download(&mut html, "crashes.csv", "text/csv", &study.csv()),
    }
    let _ = write!(
        html,
        r#"<a href="?experiment={}" data-testid="lab-link">A link to this experiment</a></p>"#,
        spec.to_link()
    );
    html
}

/// A link that saves a text as a file.
pub(super) fn download(html: &mut String, name: &str, kind: &str, text: &str) {
    let mut encoded = String::with_capacity(text.len() + text.len() / 2);
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b',' | b'_' => encoded.push(char::from(byte)),
            other => drop(write!(encoded, "%{other:02X}")),
        }
    }
    let _ = write!(html, r#"<a download="{name}" href="data:{kind};charset=utf-8,{encoded}">Save as {name}</a> "#);
}

fn figures(figures: &Figures, virtual_time: Span) -> String {
    let mut html = String::from(r#"<dl class="lab__figures" data-testid="lab-figures">"#);
    let mut tell = |name: &str, value: String| {
        let _ = write!(html, "<div><dt>{name}</dt><dd>{value}</dd></div>");
    };
    tell("Requests", format!("{}", figures.requests));
    tell("Virtual time", escape(&virtual_time.to_string()));
    for measure in Measure::ALL {
        if let Some(value) = measure.of(figures) {
            tell(measure.label(), short(value));
        }
    }
    tell("Acknowledged writes", format!("{}", figures.acknowledged));
    tell("Durable", format!("{}", figures.durable));
    tell("Pending", format!("{}", figures.pending()));
    for (cause, count) in figures.losses() {
        tell(&format!("Lost: {}", escape(cause.words())), format!("{count}"));
    }
    html.push_str("</dl>");
    let lines = [("reads", &figures.read_latency), ("writes", &figures.write_latency)];
    let series: Vec<Series> = lines.into_iter().filter(|(_, histogram)| histogram.count() > 0).map(slower).collect();
    html.push_str(r#"<h3 class="lab__head">How many take longer</h3>"#);
    let chart = LineChart {
        x: "time, ms".to_owned(),
        y: "% that take longer".to_owned(),
        series,
        zooms: false,
        logarithmic: true,
    };
    html.push_str(&chart.svg());
    html
}

/// The share of the requests that take longer than each time.
fn slower((name, histogram): (&str, &Histogram)) -> Series {
    let count = histogram.count() as f64;
    let mut left = count;
    let mut points = Vec::new();
    for (least, width, filled) in histogram.buckets() {
        left -= filled as f64;
        let millis = (least + Span::from_nanos(width)).as_secs_f64() * 1e3;
        if left > 0.0 {
            points.push(Point { x: millis, y: 100.0 * left / count, interval: None });
        }
    }
    let step = points.len().div_ceil(160).max(1);
    Series { name: name.to_owned(), points: points.into_iter().step_by(step).collect(), theory: false }
}

fn swept(sweep: &Sweep) -> String {
    let measure = sweep.spec().measure;
    let (x, y) = sweep.axes();
    let mut html = String::new();
    let patterns = sweep.spec().patterns();
    let of = |pattern: &str| -> Vec<&Cell> { sweep.cells().iter().filter(|cell| cell.pattern == pattern).collect() };
    if let Some(y) = y {
        for pattern in &patterns {
            let cells = of(pattern);
            add(&mut html, r#"h3 class="lab__head""#, &format!("{}: {}", name_of(pattern), measure.label()));
            html.push_str(&heat(x, y, measure, &cells).svg());
        }
        return html;
    }
    let mut series = Vec::new();
    for pattern in &patterns {
        let cells = of(pattern);
        let theory: Vec<Point> =
            cells.iter().filter_map(|cell| Some(Point { x: cell.x, y: cell.expected?, interval: None })).collect();
        if !theory.is_empty() {
            series.push(Series { name: format!("{}, by theory", name_of(pattern)), points: theory, theory: true });
        }
        let measured = cells.iter().filter_map(|cell| {
            let Estimate { mean, low, high } = cell.estimate(measure)?;
            Some(Point { x: cell.x, y: mean, interval: Some((low, high)) })
        });
        series.push(Series { name: name_of(pattern), points: measured.collect(), theory: false });
    }
    add(&mut html, r#"h3 class="lab__head""#, measure.label());
    let (x, y) = (x.label(), measure.label().to_owned());
    html.push_str(&LineChart { x, y, series, zooms: true, logarithmic: false }.svg());
    html.push_str(r#"<p class="lab__note">The bars hold the true mean in 95 of 100 cases. Press a point to look closer around it.</p>"#);
    html
}

fn heat(x: Axis, y: Axis, measure: Measure, cells: &[&Cell]) -> Heat {
    let field = |cell: &&Cell| HeatCell {
        x: cell.x,
        y: cell.y.unwrap_or_default(),
        value: cell.estimate(measure).map(|estimate| estimate.mean),
    };
    let first = cells.first().and_then(|cell| cell.y);
    Heat {
        x: x.label(),
        y: y.label(),
        measure: measure.label().to_owned(),
        width: cells.iter().filter(|cell| cell.y == first).count(),
        cells: cells.iter().map(field).collect(),
    }
}

fn name_of(pattern: &str) -> String {
    patterns::find(pattern).map_or_else(|_| pattern.to_owned(), |pattern| pattern.name.to_owned())
}

fn crashed(study: &LossStudy) -> String {
    let mut html = String::from(
        r#"<h3 class="lab__head">Acknowledged writes that a crash of the cache takes from write-behind</h3><div class="lab__wide"><table class="lab__table"><thead><tr><th>The queue is kept in</th><th>mean</th><th>by theory</th><th>half of the crashes take at most</th><th>95 of 100</th><th>the worst</th></tr></thead><tbody>"#,
    );
    let mut series = Vec::new();
    for losses in study.losses() {
        let whole = |share: f64| losses.quantile(share).map_or_else(String::new, |lost| lost.to_string());
        let mean = losses.mean().map_or_else(String::new, |mean| {
            format!("{} ({} to {})", short(mean.mean), short(mean.low.max(0.0)), short(mean.high))
        });
        let _ = write!(
            html,
            "<tr><th>{}</th><td>{mean}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            losses.durability.label(),
            losses.expected.map_or_else(|| "–".to_owned(), short),
            whole(0.5),
            whole(0.95),
            whole(1.0)
        );
        let mut sorted = losses.lost.clone();
        sorted.sort_unstable();
        let count = sorted.len().max(1) as f64;
        let points = sorted.iter().enumerate().map(|(place, lost)| Point {
            x: *lost as f64,
            y: 100.0 * (place + 1) as f64 / count,
            interval: None,
        });
        series.push(Series { name: losses.durability.label().to_owned(), points: points.collect(), theory: false });
    }
    html.push_str("</tbody></table></div>");
    let (x, y) = ("writes lost".to_owned(), "% of the crashes take at most as many".to_owned());
    html.push_str(r#"<h3 class="lab__head">% of the crashes that take at most as many</h3>"#);
    html.push_str(&LineChart { x, y, series, zooms: false, logarithmic: false }.svg());
    let count = study.losses().first().map_or(0, |losses| losses.lost.len());
    let flush = study.spec().run.settings.flush_interval;
    html.push_str(&note(&format!("{count} crashes at random times for each, with a flush every {flush}.")));
    debug_assert_eq!(study.spec().kind, Kind::Loss);
    html
}
