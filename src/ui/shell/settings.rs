//! The settings of workload and pattern, which take effect at the playhead.

use leptos::prelude::*;

use crate::decimal::read_f64;
use crate::ui::{Memo, effect, memo};

use super::{Beat, pattern_id, report};
use crate::scenario::{Knob, KnobSpec};
use crate::ui::Desk;
use crate::ui::words::values_at;

/// The panel.
#[component]
pub fn Settings() -> impl IntoView {
    let desk = Desk::of_page();
    let pattern = pattern_id(desk);
    let values = Beat::of_page().watch(|run, at| values_at(&run.scenario, at));
    let controls = move || {
        let specs = Knob::of_pattern(pattern.get().unwrap_or_default()).enumerate();
        let control = |(place, spec): (usize, &'static KnobSpec)| {
            let value = memo(move || values.with(|values| values.get(place).copied().unwrap_or(spec.low)));
            if spec.is_switch() { switch(spec, value).into_any() } else { slider(spec, value).into_any() }
        };
        specs.map(control).collect::<Vec<_>>()
    };
    view! {
        <section class="panel" data-testid="settings">
            <header class="panel__head">
                <h2 class="panel__title">"Settings"</h2>
                <p class="panel__aside">"a change takes effect at the playhead, the past stays"</p>
            </header>
            <div class="panel__body settings">{controls}</div>
        </section>
    }
}

fn turn(desk: Desk, knob: Knob, value: f64, shown: RwSignal<f64>, before: f64) {
    let result = desk.turn(knob, value);
    if result.is_err() {
        // Told first, so that the control shows the refusal even when the value in force has not changed.
        shown.set(value);
        shown.set(before);
    }
    report(desk, result);
}

fn slider(spec: &'static KnobSpec, value: Memo<f64>) -> impl IntoView {
    let desk = Desk::of_page();
    // What the hand holds: it becomes the setting when the hand lets go.
    let shown = RwSignal::new(value.get_untracked());
    effect(move || shown.set(value.get()));
    let read = |event: &leptos::ev::Event| read_f64(&event_target_value(event));
    let hold = move |event: leptos::ev::Event| {
        if let Some(value) = read(&event) {
            shown.set(value);
        }
    };
    let set = move |event: leptos::ev::Event| {
        let before = value.get_untracked();
        match read(&event) {
            Some(new) if new != before => turn(desk, spec.knob, new, shown, before),
            _ => shown.set(before),
        }
    };
    let place = move || ((shown.get() - spec.low) / (spec.high - spec.low)).clamp(0.0, 1.0);
    let note = move || match spec.zero {
        Some(zero) if shown.get() == 0.0 => zero,
        _ => spec.unit,
    };
    let number_id = format!("knob-{}", spec.id);
    view! {
        <div class="setting">
            <label for=number_id.clone()>{spec.label}</label>
            <span class="setting__value">
                <input
                    id=number_id
                    class="setting__number"
                    type="number"
                    min=spec.low.to_string()
                    max=spec.high.to_string()
                    step="any"
                    prop:value=move || shown.get().to_string()
                    on:change=set
                />
                <span class="setting__unit">{note}</span>
            </span>
            <input
                class="slider"
                type="range"
                aria-label=spec.label
                data-testid=format!("setting-{}", spec.id)
                min=spec.low.to_string()
                max=spec.high.to_string()
                step=spec.step.to_string()
                prop:value=move || shown.get().to_string()
                aria-valuetext=move || spec.knob.show(shown.get())
                style=move || format!("--value:{:.3}", place())
                on:input=hold
                on:change=set
            />
        </div>
    }
}

fn switch(spec: &'static KnobSpec, value: Memo<f64>) -> impl IntoView {
    let desk = Desk::of_page();
    let is_on = move || value.get() > 0.5;
    let set = move |event: leptos::ev::Event| {
        let on = if event_target_checked(&event) { 1.0 } else { 0.0 };
        report(desk, desk.turn(spec.knob, on));
    };
    view! {
        <label class="setting setting--switch">
            <span>{spec.label}</span>
            <input
                class="switch"
                type="checkbox"
                role="switch"
                data-testid=format!("setting-{}", spec.id)
                prop:checked=is_on
                on:change=set
            />
        </label>
    }
}
