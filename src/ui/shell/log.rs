//! What has happened lately, newest first; and the whole of it as a file.

use leptos::prelude::*;
use web_sys::{Event, MouseEvent};

use super::beat::Turn;
use super::{Beat, browser};
use crate::html;
use crate::run::ExportFormat;
use crate::ui::icons::{icon, token};
use crate::ui::part::Part;
use crate::ui::words::{LogLine, clock, log};
use crate::ui::{Desk, Lab};

const HTML: &str = r#"<section class="panel panel--log" data-testid="log">
<header class="panel__head">
<h2 class="panel__title">Log</h2>
<p class="panel__aside">newest first; press a line to go there</p>
</header>
<ol class="panel__body log" reversed tabindex="0" aria-label="Log"></ol>
</section>"#;

/// The panel.
pub fn log_panel() -> Part {
    let desk = Desk::of_page();
    let panel = Part::new(HTML);
    let lines = Beat::of_page().at_turn(Turn::Third).watch(log);
    // The newest is on top: so the panel never has to be scrolled, or measured, to show it.
    panel.at(".log").rows(move || lines.with(|lines| lines.iter().rev().map(line).collect())).on(
        "click",
        move |event| {
            go_to(desk, &event);
        },
    );
    panel.add(exports(desk))
}

fn line(line: &LogLine) -> String {
    let text = html::escape(&line.text);
    let request = line.request.map_or_else(String::new, |request| format!(r#" data-request="{request}""#));
    let key = line.key.as_ref().map_or_else(String::new, |key| format!(r#" data-key="{}""#, html::escape(key)));
    format!(
        r#"<li{request}{key}><button class="log__line" type="button" tabindex="-1" title="{text}" data-event="{}"{}><span class="log__time">{}</span>{}<span class="log__text">{text}</span></button></li>"#,
        line.event,
        if line.wrong { r#" data-tone="lost""# } else { "" },
        clock(line.at),
        token(line.token, ""),
    )
}

/// Goes to the event of the line that was pressed.
fn go_to(desk: Desk, event: &MouseEvent) {
    let place = browser::pressed(event, "data-event").and_then(|place| place.parse::<usize>().ok());
    let at = place.and_then(|place| desk.with_run(|run| run.trace.events().get(place).map(|event| event.at)));
    if let Some(at) = at {
        desk.seek(at);
    }
}

const FORMATS: [(&str, ExportFormat, &str, &str); 3] = [
    ("JSON", ExportFormat::Json, "cachescope.json", "application/json"),
    ("CSV", ExportFormat::Csv, "cachescope.csv", "text/csv"),
    ("Mermaid", ExportFormat::Mermaid, "cachescope.mmd", "text/plain"),
];

fn exports(desk: Desk) -> Part {
    let lab = Lab::of_page();
    let button = move |(label, format, name, media_type): (&'static str, ExportFormat, &'static str, &'static str)| {
        Part::new(r#"<button class="button" type="button"></button>"#).text(move || label).on(
            "click",
            move |_: Event| {
                lab.export(desk, format, move |text| match text {
                    Ok(text) if browser::download(name, media_type, &text) => {}
                    Ok(_) => desk.notify("The browser does not let this page save files."),
                    Err(problem) => desk.notify(problem),
                });
            },
        )
    };
    Part::new(&format!(
        r#"<div class="exports"><span class="exports__name">{}The whole trace as</span></div>"#,
        icon("load")
    ))
    .add_all(FORMATS.map(button))
    .add(pictures(desk))
}

/// The buttons that make pictures: a program of its own does, which the first press loads.
fn pictures(desk: Desk) -> Part {
    let part = Part::new(
        r#"<span class="exports__group"><span class="exports__name">The stage as</span><button class="button" type="button" data-carry="png">PNG</button><button class="button" type="button" data-carry="svg">SVG</button><button class="button" type="button" data-carry="webm" title="The next five seconds, at the speed of the page">Film</button></span>"#,
    );
    let loaded = StoredValue::new(false);
    part.on("click", move |event: MouseEvent| {
        if loaded.get_value() || browser::mark_pressed(&event, "data-carry", "data-first").is_none() {
            return;
        }
        loaded.set_value(true);
        let failed = move || desk.notify("Pictures could not be loaded.");
        if browser::add_program("./carry.js", failed).is_none() {
            failed();
        }
    })
}
