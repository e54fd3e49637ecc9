//! What has happened lately, newest last; and the whole of it as a file.

use leptos::html::Ol;
use leptos::prelude::*;

use super::{Beat, browser};
use crate::run::ExportFormat;
use crate::ui::Desk;
use crate::ui::icons::{icon, token};
use crate::ui::words::{LogLine, clock, log};

/// Nearer to the end than this, in pixels, the log stays at its end.
const NEAR_END: i32 = 40;

/// The panel.
#[component]
pub fn Log() -> impl IntoView {
    let lines = Beat::of_page().watch(log);
    let element = NodeRef::<Ol>::new();
    let is_at_end = stay_at_end(element, lines);
    let scrolled = move |_| {
        if let Some(list) = element.get_untracked() {
            is_at_end.set_value(list.scroll_height() - list.scroll_top() - list.client_height() < NEAR_END);
        }
    };
    view! {
        <section class="panel panel--log" data-testid="log">
            <header class="panel__head">
                <h2 class="panel__title">"Log"</h2>
                <p class="panel__aside">"newest last; press a line to go there"</p>
            </header>
            <ol class="panel__body log" node_ref=element tabindex="0" aria-label="Log" on:scroll=scrolled>
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

/// Follows new lines, unless the person has scrolled back to older ones. Gives whether the list is at its end.
fn stay_at_end(element: NodeRef<Ol>, lines: Memo<Vec<LogLine>>) -> StoredValue<bool> {
    let is_at_end = StoredValue::new(true);
    Effect::new(move |_| {
        lines.track();
        let Some(list) = element.get() else { return };
        if is_at_end.get_value() {
            request_animation_frame(move || list.set_scroll_top(list.scroll_height()));
        }
    });
    is_at_end
}

#[component]
fn Exports() -> impl IntoView {
    let desk = Desk::of_page();
    let formats = [
        ("JSON", ExportFormat::Json, "cachescope.json", "application/json"),
        ("CSV", ExportFormat::Csv, "cachescope.csv", "text/csv"),
        ("Mermaid", ExportFormat::Mermaid, "cachescope.mmd", "text/plain"),
    ];
    let button = move |(label, format, name, media_type): (&'static str, ExportFormat, &'static str, &'static str)| {
        let save = move |_| {
            if !browser::download(name, media_type, &desk.export(format)) {
                desk.notify("The browser does not let this page save files.");
            }
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
