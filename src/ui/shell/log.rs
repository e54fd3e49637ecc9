//! What has happened lately, newest first; and the whole of it as a file.

use leptos::prelude::*;

use super::beat::Turn;
use super::{Beat, browser};
use crate::run::ExportFormat;
use crate::ui::icons::{icon, token};
use crate::ui::words::{LogLine, clock, log};
use crate::ui::{Desk, Lab};

/// The panel.
#[component]
pub fn Log() -> impl IntoView {
    // The newest is on top: so the panel never has to be scrolled, or measured, to show it.
    let lines = Beat::of_page().at_turn(Turn::Third).watch(|run, at| {
        let mut lines = log(run, at);
        lines.reverse();
        lines
    });
    view! {
        <section class="panel panel--log" data-testid="log">
            <header class="panel__head">
                <h2 class="panel__title">"Log"</h2>
                <p class="panel__aside">"newest first; press a line to go there"</p>
            </header>
            <ol class="panel__body log" reversed tabindex="0" aria-label="Log">
                <For each=move || lines.get() key=|line| line.event children=one_line/>
            </ol>
            <Exports/>
        </section>
    }
}

fn one_line(line: LogLine) -> impl IntoView {
    let desk = Desk::of_page();
    let (at, title) = (line.at, line.text.clone());
    view! {
        <li>
            <button class="log__line" type="button" tabindex="-1" title=title data-tone=line.wrong.then_some("lost") on:click=move |_| desk.seek(at)>
                <span class="log__time">{clock(at)}</span>
                {token(line.token, "")}
                <span class="log__text">{line.text}</span>
            </button>
        </li>
    }
}

#[component]
fn Exports() -> impl IntoView {
    let desk = Desk::of_page();
    let lab = Lab::of_page();
    let formats = [
        ("JSON", ExportFormat::Json, "cachescope.json", "application/json"),
        ("CSV", ExportFormat::Csv, "cachescope.csv", "text/csv"),
        ("Mermaid", ExportFormat::Mermaid, "cachescope.mmd", "text/plain"),
    ];
    let button = move |(label, format, name, media_type): (&'static str, ExportFormat, &'static str, &'static str)| {
        let save = move |_| {
            lab.export(desk, format, move |text| match text {
                Ok(text) if browser::download(name, media_type, &text) => {}
                Ok(_) => desk.notify("The browser does not let this page save files."),
                Err(problem) => desk.notify(problem),
            });
        };
        view! { <button class="button" type="button" on:click=save>{label}</button> }
    };
    view! {
        <div class="exports">
            <span class="exports__name">{icon("load")}"The whole trace as"</span>
            {formats.map(button).into_iter().collect::<Vec<_>>()}
        </div>
    }
}
