//! The masthead: the page's name, the patterns, the scenarios, the page's own tools.

use leptos::prelude::*;
use web_sys::Event;

use super::keys::sheet_button;
use super::language::language_picker;
use super::lessons::lessons_button;
use super::share::{embed_link, share_button};
use super::theme::theme_button;
use super::{pattern_id, report};
use crate::embed::LoadRequest;
use crate::html;
use crate::patterns::{self, ALL};
use crate::scenario::{self, READY, Ready, Topic};
use crate::ui::Desk;
use crate::ui::icons::{brand, icon};
use crate::ui::part::Part;
use crate::ui::words::short_name;

/// The masthead.
pub fn masthead() -> Part {
    let tools = Part::new(r#"<div class="masthead__tools"></div>"#)
        .add(lessons_button())
        .add_all(share_button())
        .add(embed_link());
    Part::new(&format!(
        r#"<header class="masthead"><h1><a class="brand" href="?">{}<span>Cachescope</span></a></h1></header>"#,
        brand()
    ))
    .add(pattern_tabs())
    .add(pattern_picker())
    .add(scenario_picker())
    .add(tools.add(language_picker()).add(sheet_button()).add(theme_button()))
}

fn choose(desk: Desk, id: &str) {
    report(desk, desk.choose_pattern(id));
}

fn pattern_tabs() -> Part {
    let desk = Desk::of_page();
    let current = pattern_id(desk);
    let tab = |pattern: &'static crate::world::Pattern| {
        Part::new(r#"<button class="pattern" type="button"></button>"#)
            .text(move || short_name(pattern))
            .set("title", move || pattern.summary)
            .set("aria-current", move || (current.get() == Some(pattern.id)).then_some("true"))
            .on("click", move |_: Event| choose(desk, pattern.id))
    };
    Part::new(r#"<nav class="patterns" aria-label="Pattern"></nav>"#).add_all(ALL.iter().map(tab))
}

fn pattern_picker() -> Part {
    let desk = Desk::of_page();
    let current = pattern_id(desk);
    let option = |pattern: &'static crate::world::Pattern| {
        let is_current = move || current.get() == Some(pattern.id);
        option(pattern.id, &short_name(pattern)).property("selected", is_current)
    };
    let picker = picker("pick--pattern", "Pattern", "pattern-picker");
    picker
        .at("select")
        .add_all(ALL.iter().map(option))
        .on("change", move |event: Event| choose(desk, &event_target_value(&event)));
    picker
}

/// A list to pick from, still empty.
pub(super) fn picker(class: &str, name: &str, id: &str) -> Part {
    let icon = icon("down");
    Part::new(&format!(
        r#"<label class="pick {class}"><span class="visually-hidden">{name}</span><select class="pick__select" data-testid="{id}"></select>{icon}</label>"#
    ))
}

pub(super) fn option(id: &str, name: &str) -> Part {
    Part::new(&format!(r#"<option value="{id}">{}</option>"#, html::escape(name)))
}

/// Loads a ready scenario as it was made, and plays it.
pub fn load_ready(desk: Desk, id: &str) {
    let Ok(ready) = scenario::find(id) else { return };
    let load = LoadRequest { scenario: ready.scenario(), scenario_id: Some(ready.id) };
    report(desk, desk.load(load));
    desk.play();
}

/// The ready scenarios in groups: those made for the pattern that runs, then the others by topic.
fn grouped(pattern: Option<&str>) -> Vec<(String, Vec<&'static Ready>)> {
    let (own, others): (Vec<_>, Vec<&'static Ready>) =
        READY.iter().partition(|ready| Some(ready.scenario().pattern.as_str()) == pattern);
    let name = pattern.and_then(|id| patterns::find(id).ok()).map(|pattern| short_name(&pattern)).unwrap_or_default();
    let by_topic = Topic::ALL.map(|topic| {
        let of_topic = others.iter().copied().filter(|ready| ready.topic == topic).collect();
        (topic.name().to_owned(), of_topic)
    });
    std::iter::once((format!("Made for {name}"), own)).chain(by_topic).collect()
}

fn scenario_picker() -> Part {
    let desk = Desk::of_page();
    let pattern = pattern_id(desk);
    let picker = picker("pick--scenario", "Scenario", "scenario");
    let own = || Part::new(r#"<option value="" selected disabled>A run of your own</option>"#);
    let ready = move |ready: &'static Ready| {
        let mark = if ready.without.is_some() { "↳ " } else { "" };
        option(ready.id, &format!("{mark}{}", ready.title))
            .property("selected", move || desk.scenario_id() == Some(ready.id))
    };
    let group = move |(label, list): (String, Vec<&'static Ready>)| {
        Part::new(&format!(r#"<optgroup label="{label}"></optgroup>"#)).add_all(list.into_iter().map(ready))
    };
    let options = move || {
        let groups = grouped(pattern.get()).into_iter().filter(|(_, list)| !list.is_empty());
        desk.scenario_id().is_none().then(own).into_iter().chain(groups.map(group)).collect()
    };
    picker.at("select").fill(options).on("change", move |event: Event| load_ready(desk, &event_target_value(&event)));
    picker
}
