//! The settings of workload and pattern, which take effect at the playhead.

use leptos::prelude::*;
use web_sys::Event;

use super::{Beat, pattern_id, report};
use crate::decimal::read_f64;
use crate::decimal::{Decimal, within};
use crate::scenario::{Knob, KnobSpec};
use crate::ui::part::{Part, follow};
use crate::ui::words::values_at;
use crate::ui::{Desk, Memo, State, memo};
use crate::world::Protections;

const HTML: &str = r#"<section class="panel" data-testid="settings">
<header class="panel__head">
<h2 class="panel__title">Settings</h2>
<p class="panel__aside">a change takes effect at the playhead, the past stays</p>
</header>
<div class="panel__body">
<div class="settings"></div>
<details class="meanings"><summary>Protections, and what they cost</summary><div class="settings"></div></details>
</div>
</section>"#;

/// The panel.
pub fn settings_panel() -> Part {
    let desk = Desk::of_page();
    let pattern = pattern_id(desk);
    let values = Beat::of_page().watch(|run, at| values_at(&run.scenario, at));
    let panel = Part::new(HTML);
    let controls = move |protects: bool| {
        let specs = Knob::of_pattern(pattern.get().unwrap_or_default()).enumerate();
        let control = |(place, spec): (usize, &'static KnobSpec)| {
            let value = memo(move || values.with(|values| values.get(place).copied().unwrap_or(spec.low)));
            if spec.is_switch() { switch(spec, value) } else { slider(spec, value) }
        };
        specs.filter(|(_, spec)| spec.knob.protects() == protects).map(control).collect()
    };
    panel.at(".panel__body > .settings").fill(move || controls(false));
    panel.at("details > .settings").fill(move || controls(true));
    // A run that begins with a protection shows it; what the person opens stays open.
    let begins_guarded = desk.watch_run(|run| run.scenario.settings.protect != Protections::default());
    panel.at("details").set("open", move || begins_guarded.get());
    panel
}

fn turn(desk: Desk, knob: Knob, value: f64, shown: State<f64>, before: f64) {
    let result = desk.turn(knob, value);
    if result.is_err() {
        // Told first, so that the control shows the refusal even when the value in force has not changed.
        shown.set(value);
        shown.set(before);
    }
    report(desk, result);
}

fn slider(spec: &'static KnobSpec, value: Memo<f64>) -> Part {
    let desk = Desk::of_page();
    // What the hand holds: it becomes the setting when the hand lets go.
    let shown = State::new(value.get_untracked());
    follow(move || shown.set(value.get()));
    let read = |event: &Event| read_f64(&event_target_value(event));
    let hold = move |event: Event| {
        if let Some(value) = read(&event) {
            shown.set(value);
        }
    };
    let set = move |event: Event| {
        let before = value.get_untracked();
        match read(&event) {
            Some(new) if new != before => turn(desk, spec.knob, new, shown, before),
            _ => shown.set(before),
        }
    };
    let place = move || within((shown.get() - spec.low) / (spec.high - spec.low), 0.0, 1.0);
    let note = move || match spec.zero {
        Some(zero) if shown.get() == 0.0 => zero,
        _ => spec.unit,
    };
    let KnobSpec { id, label, .. } = spec;
    let [low, high, step] = [spec.low, spec.high, spec.step].map(Decimal);
    let setting = Part::new(&format!(
        r#"<div class="setting">
<label for="knob-{id}">{label}</label>
<span class="setting__value"><input id="knob-{id}" class="setting__number" type="number" min="{low}" max="{high}" step="any"><span class="setting__unit"></span></span>
<input class="slider" type="range" aria-label="{label}" data-testid="setting-{id}" min="{low}" max="{high}" step="{step}">
{}
</div>"#,
        about(spec)
    ));
    setting.at(".setting__number").property("value", move || Decimal(shown.get()).to_string()).on("change", set);
    setting.at(".setting__unit").text(note);
    setting
        .at(".slider")
        .property("value", move || Decimal(shown.get()).to_string())
        .set("aria-valuetext", move || spec.knob.show(shown.get()))
        .set("style", move || format!("--value:{:.3}", Decimal(place())))
        .on("input", hold)
        .on("change", set);
    setting
}

fn switch(spec: &'static KnobSpec, value: Memo<f64>) -> Part {
    let desk = Desk::of_page();
    let KnobSpec { id, label, .. } = spec;
    let setting = Part::new(&format!(
        r#"<label class="setting setting--switch"><span>{label}</span><input class="switch" type="checkbox" role="switch" aria-label="{label}" data-testid="setting-{id}">{}</label>"#,
        about(spec)
    ));
    setting.at("input").property("checked", move || value.get() > 0.5).on("change", move |event: Event| {
        let on = if event_target_checked(&event) { 1.0 } else { 0.0 };
        report(desk, desk.turn(spec.knob, on));
    });
    setting
}

/// What a setting does and costs, where its name does not say it.
fn about(spec: &KnobSpec) -> String {
    match spec.about {
        "" => String::new(),
        about => format!(r#"<small class="setting__about">{about}</small>"#),
    }
}
