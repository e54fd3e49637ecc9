//! The transport: play, steps, clock, timeline, speed.

use leptos::prelude::*;

use crate::ui::memo;

use super::speed::Speed;
use super::timeline::Timeline;
use crate::ui::Desk;
use crate::ui::icons::{changing_icon, solid_icon};
use crate::ui::words::clock;
use crate::world::Timings;

/// The transport.
#[component]
pub fn Transport() -> impl IntoView {
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
    view! {
        <section class="transport" aria-label="Transport">
            <div class="transport__buttons">
                <button class="icon-button" type="button" aria-label="Step back" title="Step back" on:click=move |_| desk.step(false)>
                    {solid_icon("back")}
                </button>
                <button class="play" type="button" data-testid="play" data-picture=picture aria-label=name title=name on:click=move |_| desk.toggle()>
                    {changing_icon(picture)}
                </button>
                <button class="icon-button" type="button" aria-label="Step forward" title="Step forward" on:click=move |_| desk.step(true)>
                    {solid_icon("step")}
                </button>
                <Clock/>
            </div>
            <Timeline/>
            <Speed/>
        </section>
    }
}

#[component]
fn Clock() -> impl IntoView {
    let desk = Desk::of_page();
    let at = memo(move || clock(desk.head().at));
    let end = desk.watch_run(|run| format!("s of {}", run.trace.end().as_secs_f64()));
    let stretched = desk.watch_run(|run| run.scenario.timings == Timings::classroom());
    view! {
        <p class="clock">
            <span class="clock__now" data-testid="clock">{move || at.get()}</span>
            " "
            <small>{move || end.get()}</small>
            <small class="clock__note" title="Stretched so that every hop can be seen" hidden=move || !stretched.get()>
                "classroom time"
            </small>
        </p>
    }
}
