//! How fast virtual time goes.

use leptos::prelude::*;
use web_sys::Event;

use crate::decimal::Decimal;
use crate::decimal::read_f64;
use crate::ui::part::Part;
use crate::ui::words::{place_of_speed, speed, speed_at_place};
use crate::ui::{Desk, memo};

const HTML: &str = r#"<label class="speed">
<span class="visually-hidden">Speed</span>
<input class="slider" type="range" min="0" max="1" step="0.01" data-testid="speed" title="Speed: seconds of the run for each of yours">
<output></output>
</label>"#;

/// The slider of the speed: equal ways are equal ratios.
pub fn speed_slider() -> Part {
    let desk = Desk::of_page();
    let value = memo(move || desk.head().speed);
    let place = move || place_of_speed(value.get());
    let part = Part::new(HTML);
    part.at("input")
        .property("value", move || Decimal(place()).to_string())
        .set("style", move || format!("--value:{:.3}", Decimal(place())))
        .set("aria-valuetext", move || speed(value.get()))
        .on("input", move |event: Event| {
            if let Some(place) = read_f64(&event_target_value(&event)) {
                desk.set_speed(speed_at_place(place));
            }
        });
    part.at("output").text(move || speed(value.get()));
    part
}
