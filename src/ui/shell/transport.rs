//! The transport: play, steps, clock, timeline, speed.

use leptos::prelude::event_target_checked;
use web_sys::Event;

use super::speed::speed_slider;
use super::timeline::timeline;
use crate::decimal::Decimal;
use crate::ui::icons::{classed_icon, icon, icon_reference};
use crate::ui::part::Part;
use crate::ui::words::clock;
use crate::ui::{Desk, memo};
use crate::world::Timings;

/// The transport.
pub fn transport() -> Part {
    let desk = Desk::of_page();
    let playing = memo(move || desk.head().playing);
    let end = desk.watch_run(|run| run.trace.end());
    let ended = memo(move || desk.head().at >= end.get());
    let picture = move || match (playing.get(), ended.get()) {
        (true, _) => "pause",
        (_, true) => "again",
        _ => "play",
    };
    let name = move || match (playing.get(), ended.get()) {
        (true, _) => "Pause",
        (_, true) => "Play again from the start",
        _ => "Play",
    };
    let transport = Part::new(&format!(
        r#"<section class="transport" aria-label="Transport">
<div class="transport__buttons">
<button class="icon-button" type="button" aria-label="Step back" title="Step back">{back}</button>
<button class="play" type="button" data-testid="play">{play}</button>
<button class="icon-button" type="button" aria-label="Step forward" title="Step forward">{step}</button>
<p class="clock"><span class="clock__now" data-testid="clock"></span> <small class="clock__end"></small><small class="clock__note" title="Stretched so that every hop can be seen">classroom time</small></p>
</div>
</section>"#,
        back = classed_icon("back", "icon--solid"),
        play = icon("play"),
        step = classed_icon("step", "icon--solid"),
    ));
    transport.at("[title='Step back']").on("click", move |_: Event| desk.step(false));
    transport.at("[title='Step forward']").on("click", move |_: Event| desk.step(true));
    let play = transport.at(".play").set("data-picture", picture).set("aria-label", name).set("title", name);
    play.on("click", move |_: Event| desk.toggle()).at(".icon").html(move || icon_reference(picture()));
    keep_clock(desk, &transport);
    transport.add(timeline()).add(speed_slider()).add(stop_switch(desk))
}

/// Whether the run stops where a guarantee is broken.
fn stop_switch(desk: Desk) -> Part {
    let stops = desk.stops();
    let switch = Part::new(
        r#"<label class="halt"><input class="switch" type="checkbox" role="switch" data-testid="stop"><span>Stop at the first violation</span></label>"#,
    );
    switch
        .at("input")
        .property("checked", move || stops.get())
        .on("change", move |event: Event| stops.set(event_target_checked(&event)));
    switch
}

fn keep_clock(desk: Desk, transport: &Part) {
    let end = desk.watch_run(|run| format!("s of {}", Decimal(run.trace.end().as_secs_f64())));
    let stretched = desk.watch_run(|run| run.scenario.timings == Timings::classroom());
    transport.at(".clock__now").text(move || clock(desk.head().at));
    transport.at(".clock__end").text(move || end.get());
    transport.at(".clock__note").set("hidden", move || !stretched.get());
}
