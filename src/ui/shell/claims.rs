//! What the course says, and what the simulation shows: each claim with its evidence, measured when somebody looks.

use leptos::html::Section;
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, IntersectionObserver, IntersectionObserverEntry};

use super::{browser, pattern, pattern_id};
use crate::embed::LoadRequest;
use crate::engine::VirtualTime;
use crate::scenario::decode;
use crate::ui::icons::icon;
use crate::ui::words::short_name;
use crate::ui::{Desk, Lab, memo};

/// A claim, and its evidence once it has been measured.
#[derive(Clone, PartialEq)]
struct Row {
    said: Value,
    shown: Option<Value>,
}

/// The panel.
#[component]
pub fn Claims() -> impl IntoView {
    let lab = Lab::new();
    let rows = RwSignal::new(Vec::<Row>::new());
    let problem = RwSignal::new(None::<String>);
    let of_all = RwSignal::new(false);
    let current = pattern_id(Desk::of_page());
    let panel = NodeRef::<Section>::new();
    Effect::new(move |_| {
        if let Some(panel) = panel.get() {
            when_seen(&panel, move || measure(lab, rows, problem));
        }
    });
    let chosen = memo(move || {
        let current = current.get();
        let wanted = |row: &Row| of_all.get() || row.said["pattern"].as_str() == current;
        rows.with(|rows| rows.iter().filter(|row| wanted(row)).cloned().collect::<Vec<_>>())
    });
    view! {
        <section class="panel" data-span="12" data-testid="claims" node_ref=panel>
            <header class="panel__head">
                <h2 class="panel__title">"The course says, the simulation shows"</h2>
                <label class="claims__all">
                    <input type="checkbox" on:change=move |event| of_all.set(event_target_checked(&event))/>
                    "of all patterns"
                </label>
            </header>
            {move || problem.get().map(|problem| view! { <p class="claims__problem" role="alert">{problem}</p> })}
            <ul class="claims">
                {move || chosen.get().into_iter().map(|row| claim(row, of_all.get())).collect::<Vec<_>>()}
            </ul>
        </section>
    }
}

/// Asks for the claims, and for the evidence of one after the other.
fn measure(lab: Lab, rows: RwSignal<Vec<Row>>, problem: RwSignal<Option<String>>) {
    lab.ask("claims", &Value::Null, move |answer| {
        let claims = match answer {
            Ok(Value::Array(claims)) => claims,
            Ok(_) => return,
            Err(error) => return problem.set(Some(error)),
        };
        for said in &claims {
            let id = said["id"].clone();
            lab.ask("claim", &json!({"id": id}), move |answer| match answer {
                Ok(shown) => rows.update(|rows| {
                    if let Some(row) = rows.iter_mut().find(|row| row.said["id"] == shown["id"]) {
                        row.shown = Some(shown);
                    }
                }),
                Err(error) => problem.set(Some(error)),
            });
        }
        rows.set(claims.into_iter().map(|said| Row { said, shown: None }).collect());
    });
}

fn claim(row: Row, names_pattern: bool) -> impl IntoView {
    let about = row.said["pattern"].as_str().filter(|_| names_pattern).and_then(pattern);
    let id = text(&row.said, "id");
    let testid = format!("claim-{id}");
    let shown = match row.shown {
        Some(shown) => shown["exhibits"].as_array().cloned().unwrap_or_default().into_iter().map(exhibit).collect(),
        None => vec![view! { <p class="claim__wait">"measuring"</p> }.into_any()],
    };
    view! {
        <li class="claim" data-testid=testid>
            <div class="claim__says">
                <p class="claim__id">{id}{about.map(|pattern| format!(" · {}", short_name(&pattern)))}</p>
                <p>{text(&row.said, "says")}</p>
                <p class="claim__measures">{text(&row.said, "measures")}</p>
            </div>
            <div class="claim__shows">{shown}</div>
        </li>
    }
}

fn exhibit(exhibit: Value) -> AnyView {
    let holds = exhibit["holds"] == true;
    let (name, mark) = match exhibit["kind"].as_str() {
        Some("break") => ("It breaks", "cross"),
        Some("cure") => ("What helps", "check"),
        _ if holds => ("It holds", "check"),
        _ => ("It does not hold", "cross"),
    };
    let runs = exhibit["runs"].as_array().cloned().unwrap_or_default();
    view! {
        <div class="exhibit" data-kind=text(&exhibit, "kind") data-holds=holds.to_string()>
            <p class="exhibit__name">{icon(mark)}<b>{name}</b>": "{text(&exhibit, "title")}</p>
            <p class="exhibit__figure">{text(&exhibit, "figure")}</p>
            <p class="exhibit__sentence">{text(&exhibit, "sentence")}</p>
            <p class="exhibit__runs">{runs.into_iter().map(opener).collect::<Vec<_>>()}</p>
        </div>
    }
    .into_any()
}

/// The button that opens a run at its moment.
fn opener(run: Value) -> impl IntoView {
    let desk = Desk::of_page();
    let title = text(&run, "title");
    let open = move |_| match decode(&text(&run, "run")) {
        Ok(scenario) => {
            if let Err(error) = desk.load(LoadRequest { scenario, scenario_id: None }) {
                desk.notify(error.to_string());
            }
            desk.seek(VirtualTime::ZERO + crate::engine::Span::from_secs_f64(run["at"].as_f64().unwrap_or(0.0)));
            desk.pause();
            browser::bring_into_view(".theatre");
        }
        Err(error) => desk.notify(error.to_string()),
    };
    view! { <button class="button exhibit__open" type="button" on:click=open>{icon("play")}{title}</button> }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// Does something once, when an element is about to come into view.
fn when_seen(element: &Element, then: impl Fn() + 'static) {
    let seen = Closure::<dyn Fn(js_sys::Array, IntersectionObserver)>::new(
        move |entries: js_sys::Array, observer: IntersectionObserver| {
            let is_in =
                |entry: wasm_bindgen::JsValue| entry.unchecked_into::<IntersectionObserverEntry>().is_intersecting();
            if entries.iter().any(is_in) {
                observer.disconnect();
                then();
            }
        },
    );
    if let Ok(observer) = IntersectionObserver::new(seen.into_js_value().unchecked_ref()) {
        observer.observe(element);
    }
}
