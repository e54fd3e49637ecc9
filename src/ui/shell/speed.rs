//! How fast virtual time goes.

use leptos::prelude::*;

use crate::ui::memo;

use crate::ui::Desk;
use crate::ui::words::{place_of_speed, speed, speed_at_place};

/// The slider of the speed: equal ways are equal ratios.
#[component]
pub fn Speed() -> impl IntoView {
    let desk = Desk::of_page();
    let value = memo(move || desk.head().speed);
    let place = move || place_of_speed(value.get());
    let turn = move |event| {
        if let Ok(place) = event_target_value(&event).parse() {
            desk.set_speed(speed_at_place(place));
        }
    };
    view! {
        <label class="speed">
            <span class="visually-hidden">"Speed"</span>
            <input
                class="slider"
                type="range"
                min="0"
                max="1"
                step="0.01"
                data-testid="speed"
                title="Speed: seconds of the run for each of yours"
                prop:value=move || place().to_string()
                style=move || format!("--value:{:.3}", place())
                aria-valuetext=move || speed(value.get())
                on:input=turn
            />
            <output>{move || speed(value.get())}</output>
        </label>
    }
}
