//! The keyboard: shortcuts, and the sheet that lists them.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlDialogElement, KeyboardEvent};

use super::{Trail, browser, report, theme};
use crate::engine::VirtualTime;
use crate::ui::icons::icon;
use crate::ui::part::Part;
use crate::ui::{Desk, State};
use crate::world::{Actor, Condition, Fault, FaultKind};

const STORED: &str = "cachescope-keys";

const SHEET: &str = "shortcuts";

const KEYS: [(&str, &str); 8] = [
    ("Space", "play or pause"),
    ("← →", "step back, step forward"),
    (", .", "step back, step forward"),
    ("r", "to the start"),
    ("b", "crash the cache, or bring it back"),
    ("f", "follow the newest request, or stop following"),
    ("t", "change the theme"),
    ("?", "this sheet"),
];

/// Whether single keys are shortcuts. Those who speak to their computer, or press keys by accident, may switch them off.
#[derive(Clone, Copy)]
struct Shortcuts(State<bool>);

/// Listens to the keyboard from now on.
pub fn listen(desk: Desk) {
    let on = State::new(browser::stored(STORED).as_deref() != Some("off"));
    provide_context(Shortcuts(on));
    let trail = Trail::of_page();
    let handle =
        window_event_listener(leptos::ev::keydown, move |event| press(desk, trail, on.get_untracked(), &event));
    on_cleanup(move || handle.remove());
}

fn press(desk: Desk, trail: Trail, letters: bool, event: &KeyboardEvent) {
    let is_command = event.ctrl_key() || event.meta_key() || event.alt_key();
    let focus = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    if is_command || event.default_prevented() || focus.as_ref().is_some_and(takes_keys) {
        return;
    }
    let on_control = focus.is_some_and(|focus| is_inside(&focus, "button, a, summary, [tabindex], select"));
    let key = event.key();
    let known = if on_control { None } else { key_of(&key) };
    if let Some(shortcut) = known.or_else(|| letter_of(&key).filter(|_| letters)) {
        event.prevent_default();
        follow(desk, trail, shortcut);
    }
}

/// What a key does.
#[derive(Clone, Copy)]
enum Shortcut {
    Toggle,
    Back,
    Forward,
    Start,
    Strike,
    Follow,
    Theme,
    Sheet,
}

/// Keys that a focused control has uses of its own for.
fn key_of(key: &str) -> Option<Shortcut> {
    match key {
        " " => Some(Shortcut::Toggle),
        "ArrowLeft" => Some(Shortcut::Back),
        "ArrowRight" => Some(Shortcut::Forward),
        _ => None,
    }
}

/// Keys that type something.
fn letter_of(key: &str) -> Option<Shortcut> {
    match key {
        "," => Some(Shortcut::Back),
        "." => Some(Shortcut::Forward),
        "r" => Some(Shortcut::Start),
        "b" => Some(Shortcut::Strike),
        "f" => Some(Shortcut::Follow),
        "t" => Some(Shortcut::Theme),
        "?" => Some(Shortcut::Sheet),
        _ => None,
    }
}

fn follow(desk: Desk, trail: Trail, shortcut: Shortcut) {
    match shortcut {
        Shortcut::Toggle => desk.toggle(),
        Shortcut::Back => desk.step(false),
        Shortcut::Forward => desk.step(true),
        Shortcut::Start => desk.seek(VirtualTime::ZERO),
        Shortcut::Strike => strike(desk),
        Shortcut::Follow => trail.toggle(),
        Shortcut::Theme => theme::turn(desk),
        Shortcut::Sheet => open_sheet(),
    }
}

/// Typing is not a shortcut, nor is what happens in the sheet itself.
fn takes_keys(focus: &Element) -> bool {
    is_inside(focus, "input, textarea, select, dialog, [contenteditable]")
}

fn is_inside(element: &Element, selector: &str) -> bool {
    element.closest(selector).is_ok_and(|found| found.is_some())
}

fn strike(desk: Desk) {
    let is_well = untrack(|| desk.frame().actor(Actor::Cache).condition == Condition::HEALTHY);
    let fault = if is_well { FaultKind::Crash } else { FaultKind::Repair };
    report(desk, desk.inject(Fault { fault, target: Actor::Cache }));
}

fn the_sheet() -> Option<HtmlDialogElement> {
    web_sys::window()?.document()?.get_element_by_id(SHEET)?.dyn_into().ok()
}

fn open_sheet() {
    if let Some(sheet) = the_sheet() {
        // An open sheet stays open.
        let _ = sheet.show_modal();
    }
}

/// The button that opens the sheet.
pub fn sheet_button() -> Part {
    let button = Part::new(&format!(
        r#"<button class="icon-button keys-button" type="button" aria-label="Keyboard shortcuts" title="Keyboard shortcuts" aria-haspopup="dialog">{}</button>"#,
        icon("keys")
    ));
    button.on("click", move |_: Event| open_sheet())
}

/// The sheet.
pub fn sheet() -> Part {
    let Shortcuts(on) = expect_context();
    let lines: String = KEYS.map(|(keys, meaning)| format!("<div><dt>{keys}</dt><dd>{meaning}</dd></div>")).concat();
    let sheet = Part::new(&format!(
        r#"<dialog class="sheet" id="{SHEET}" aria-labelledby="sheet-title">
<header class="sheet__head">
<h2 class="panel__title" id="sheet-title">Keyboard</h2>
<button class="icon-button" type="button" aria-label="Close">{cross}</button>
</header>
<dl class="sheet__keys">{lines}</dl>
<p class="sheet__note">On the timeline: arrows go a tenth of a second, page keys a second, Home and End to the ends.</p>
<label class="setting setting--switch">
<span>Single letters and signs are shortcuts</span>
<input class="switch" type="checkbox" role="switch">
</label>
</dialog>"#,
        cross = icon("cross")
    ));
    sheet.at("button").on("click", move |_: Event| {
        if let Some(sheet) = the_sheet() {
            sheet.close();
        }
    });
    sheet.at("input").property("checked", move || on.get()).on("change", move |event: Event| {
        on.set(event_target_checked(&event));
        browser::store(STORED, if on.get_untracked() { "on" } else { "off" });
    });
    sheet
}
