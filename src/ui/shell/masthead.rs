//! The masthead: the page's name, the patterns, the scenarios, the page's own tools.

use leptos::prelude::*;

use super::keys::SheetButton;
use super::share::ShareButton;
use super::theme::ThemeButton;
use super::{pattern_id, report};
use crate::embed::LoadRequest;
use crate::patterns::{self, ALL};
use crate::scenario::{self, READY, Ready};
use crate::ui::Desk;
use crate::ui::icons::{brand, icon};
use crate::ui::words::short_name;

/// The masthead.
#[component]
pub fn Masthead() -> impl IntoView {
    view! {
        <header class="masthead">
            <a class="brand" href="?">
                {brand()}
                "Cachescope"
            </a>
            <PatternTabs/>
            <PatternPicker/>
            <ScenarioPicker/>
            <div class="masthead__tools">
                <ShareButton/>
                <SheetButton/>
                <ThemeButton/>
            </div>
        </header>
    }
}

fn choose(desk: Desk, id: &str) {
    report(desk, desk.choose_pattern(id));
}

#[component]
fn PatternTabs() -> impl IntoView {
    let desk = Desk::of_page();
    let current = pattern_id(desk);
    let tab = move |pattern: &'static crate::world::Pattern| {
        let id = pattern.id;
        view! {
            <button
                class="pattern"
                type="button"
                title=pattern.summary
                aria-current=move || (current.get() == Some(id)).then_some("true")
                on:click=move |_| choose(desk, id)
            >
                {short_name(pattern)}
            </button>
        }
    };
    view! { <nav class="patterns" aria-label="Pattern">{ALL.iter().map(tab).collect::<Vec<_>>()}</nav> }
}

#[component]
fn PatternPicker() -> impl IntoView {
    let desk = Desk::of_page();
    let current = pattern_id(desk);
    let option = move |pattern: &'static crate::world::Pattern| {
        let id = pattern.id;
        view! { <option value=id prop:selected=move || current.get() == Some(id)>{short_name(pattern)}</option> }
    };
    view! {
        <label class="pick pick--pattern">
            <span class="visually-hidden">"Pattern"</span>
            <select class="pick__select" on:change=move |event| choose(desk, &event_target_value(&event))>
                {ALL.iter().map(option).collect::<Vec<_>>()}
            </select>
            {icon("down")}
        </label>
    }
}

/// Loads a ready scenario as it was made, and plays it.
pub fn load_ready(desk: Desk, id: &str) {
    let Ok(ready) = scenario::find(id) else { return };
    let load = LoadRequest { scenario: ready.scenario(), scenario_id: Some(ready.id) };
    report(desk, desk.load(load));
    desk.play();
}

/// The ready scenarios in groups: those made for the pattern that runs, then the others.
fn grouped(pattern: Option<&str>) -> [(String, Vec<&'static Ready>); 2] {
    let (own, others) = READY.iter().partition(|ready| Some(ready.scenario().pattern.as_str()) == pattern);
    let name = pattern.and_then(|id| patterns::find(id).ok()).map(|pattern| short_name(&pattern)).unwrap_or_default();
    [(format!("Made for {name}"), own), ("Made for other patterns".to_owned(), others)]
}

#[component]
fn ScenarioPicker() -> impl IntoView {
    let desk = Desk::of_page();
    let pattern = pattern_id(desk);
    let option = move |ready: &'static Ready| {
        let id = ready.id;
        view! {
            <option value=id prop:selected=move || desk.scenario_id() == Some(id)>{ready.title}</option>
        }
    };
    let groups = move || {
        let groups = grouped(pattern.get()).into_iter().filter(|(_, list)| !list.is_empty());
        groups
            .map(|(label, list)| {
                view! { <optgroup label=label>{list.into_iter().map(option).collect::<Vec<_>>()}</optgroup> }
            })
            .collect::<Vec<_>>()
    };
    view! {
        <label class="pick pick--scenario">
            <span class="visually-hidden">"Scenario"</span>
            <select
                class="pick__select"
                data-testid="scenario"
                on:change=move |event| load_ready(desk, &event_target_value(&event))
            >
                {move || desk.scenario_id().is_none().then(|| view! {
                    <option value="" selected disabled>"A run of your own"</option>
                })}
                {groups}
            </select>
            {icon("down")}
        </label>
    }
}
