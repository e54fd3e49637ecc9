//! What stands between cache and database: the queue of dirty entries and the flusher.

use leptos::prelude::*;

use crate::ui::{Memo, memo};

use super::actor::{HeadButton, Vitals, casing};
use super::board::Board;
use crate::ui::geometry::{Rect, Slips, plain, scatter};
use crate::ui::icons::{classed_icon, icon};
use crate::ui::views::{Look, QueueView, Slip, fall, flusher, queue};
use crate::world::Actor;

/// The queue.
#[component]
pub fn Queue() -> impl IntoView {
    let board = Board::of_stage();
    let place = board.place(|layout| layout.flusher.map(|(queue, _)| queue).unwrap_or_default());
    let view = board.moment(queue);
    let lost = memo(move || view.with(|view| view.is_lost));
    let count = memo(move || view.with(|view| view.count));
    let since =
        board.moment(|moment| moment.frame.since_crash.map(|since| (since.as_secs_f64() * 100.0).round().min(1e5)));
    let fallen = memo(move || {
        since.get().map_or(1.0, |hundredths| fall(hundredths / 100.0, board.speed.get(), board.calm.get()))
    });
    let style = move || {
        let place = place.with(Rect::style);
        if lost.get() { format!("{place};--fall:{}", fallen.get()) } else { place }
    };
    let words = move || match (lost.get(), count.get()) {
        (true, _) => "never arrived",
        (false, 1) => "waits for the database",
        _ => "wait for the database",
    };
    view! {
        <section
            class="queue"
            data-testid="queue"
            data-state=move || if lost.get() { "lost" } else { "" }
            style=style
            aria-label=move || format!("Queue of dirty entries: {} {}", count.get(), words())
        >
            <p class="queue__head"><span class="queue__count">{move || count.get()}</span>{words}</p>
            {move || slips_view(&place.get(), &view.get())}
        </section>
    }
}

fn slips_view(place: &Rect, view: &QueueView) -> impl IntoView + use<> {
    let slips = Slips::of(place, view.slips.len());
    let rails =
        slips.rails().map(|top| view! { <i class="queue__rail" style=format!("top:{top}px")></i> }).collect_view();
    let lost = view.is_lost;
    let drawn = view.slips.iter().enumerate().map(|(index, slip)| {
        let style = format!("{};{}", slips.style(index), fall_ways(index));
        slip_view(slip, lost, slips.is_covered(index), style)
    });
    view! { {rails}<div>{drawn.collect_view()}</div> }
}

fn slip_view(slip: &Slip, lost: bool, covered: bool, style: String) -> impl IntoView + use<> {
    let state = match (lost, slip.in_hand) {
        (true, _) => "lost",
        (false, true) => "in-hand",
        (false, false) => "waiting",
    };
    let (key, value) = (slip.key.clone(), slip.value.clone());
    view! { <span class="slip" data-state=state data-covered=covered.then_some("true") style=style><b>{key}</b>{value}</span> }
}

/// Each slip's own way down.
fn fall_ways(place: usize) -> String {
    let seed = u32::try_from(place).unwrap_or(0) * 2 + 400;
    format!("--spin:{:.1}deg;--drop:{:.0}px", (scatter(seed) - 0.5) * 12.0, scatter(seed + 1) * 6.0)
}

/// The flusher.
#[component]
pub fn Flusher() -> impl IntoView {
    let board = Board::of_stage();
    let vitals = Vitals::of(board, Actor::Flusher);
    let view = board.moment(flusher);
    let waits = memo(move || view.with(|view| view.left.is_some()));
    let left = memo(move || view.with(|view| f64::from(view.left.unwrap_or(0)) / 100.0));
    let words = memo(move || view.with(|view| view.words.clone()));
    let sign =
        move || if waits.get() { ring(left).into_any() } else { classed_icon("flusher", "actor__icon").into_any() };
    view! {
        <section
            class="actor carrier flusher"
            data-testid="actor-flusher"
            data-state=move || vitals.state()
            style=move || vitals.style()
            aria-label=move || format!("Flusher, {}", vitals.look.with(Look::state))
        >
            {casing(vitals, plain)}
            <div class="actor__body">
                <HeadButton vitals name="Flusher">
                    {sign}
                    <span class="actor__name">
                        {move || if vitals.is_down() { "Flusher is down" } else { "Flusher" }}
                        <span class="actor__nature">{move || words.get()}</span>
                    </span>
                    <span class="actor__bolt">{icon("bolt")}</span>
                </HeadButton>
            </div>
        </section>
    }
}

fn ring(left: Memo<f64>) -> impl IntoView {
    view! {
        <svg
            class="ring"
            viewBox="0 0 34 34"
            aria-hidden="true"
            style=move || format!("--left:{}", left.get())
            inner_html=r#"<circle class="ring__track" cx="17" cy="17" r="14"/><circle class="ring__left" cx="17" cy="17" r="14"/>"#
        ></svg>
    }
}
