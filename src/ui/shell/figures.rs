//! What was measured, each figure with its course over the run.

use leptos::prelude::*;

use crate::ui::{Memo, memo};

use super::Beat;
use crate::ui::Desk;
use crate::ui::words::{BINS, Figure, Series, Totals, figures};
use crate::world::Timings;

/// The panel.
#[component]
pub fn Figures() -> impl IntoView {
    let desk = Desk::of_page();
    let beat = Beat::of_page();
    let totals = desk.watch_run(|run| Totals::of(&run.trace));
    let series = memo(move || {
        totals.with(|totals| {
            desk.follow_run();
            desk.with_run(|run| Series::of(run, totals))
        })
    });
    let all = beat.watch(move |run, at| totals.with(|totals| figures(run, totals, at)));
    let end = desk.watch_run(|run| run.trace.end().as_secs_f64());
    let past = move || format!("--at:{:.4}", (beat.at().as_secs_f64() / end.get().max(1e-9)).clamp(0.0, 1.0));
    let stretched = desk.watch_run(|run| run.scenario.timings == Timings::classroom());
    let cards = (0..8).map(|place| {
        let one = memo(move || all.with(|all| all[place].clone()));
        let curve = memo(move || series.with(|series| path(&series.0[place])));
        card(one, curve)
    });
    view! {
        <section class="panel figures" aria-label="Figures" data-testid="metrics" style=past>
            <div class="figures__grid">{cards.collect::<Vec<_>>()}</div>
            <div class="figures__foot">
                <p hidden=move || !stretched.get()>
                    "Classroom time: stretched so that every hop can be seen. Compare the figures with each other, not with your own servers."
                </p>
                <Meanings all/>
            </div>
        </section>
    }
}

fn card(figure: Memo<Figure>, curve: Memo<String>) -> impl IntoView {
    view! {
        <div class="figure" data-tone=move || figure.with(|figure| figure.alarming.then_some("lost")) title=move || figure.with(|figure| figure.meaning)>
            <p class="figure__name">{move || figure.with(|figure| figure.name)}</p>
            <p class="figure__value">
                <span>{move || figure.with(|figure| figure.value.clone())}</span>
                <small>{move || figure.with(|figure| figure.unit.clone())}</small>
            </p>
            <svg class="figure__spark" viewBox="0 0 100 20" preserveAspectRatio="none" aria-hidden="true">
                <path class="spark" d=move || curve.get()></path>
            </svg>
        </div>
    }
}

#[component]
fn Meanings(all: Memo<[Figure; 8]>) -> impl IntoView {
    let meanings = all.get_untracked().map(|figure| (figure.name, figure.meaning));
    let meaning = |(name, meaning): (&'static str, &'static str)| {
        view! { <div><dt>{name}</dt><dd>{meaning}</dd></div> }
    };
    view! {
        <details class="meanings">
            <summary>"What do these mean?"</summary>
            <dl>{meanings.into_iter().map(meaning).collect::<Vec<_>>()}</dl>
        </details>
    }
}

/// A curve of steps, each at the end of its part of the run.
fn path(values: &[f64]) -> String {
    let mut path = String::new();
    for (part, value) in values.iter().enumerate() {
        let (x, y) = (part as f64 / BINS as f64 * 100.0, 19.0 - value * 18.0);
        let after = (part + 1) as f64 / BINS as f64 * 100.0;
        let start = if part == 0 { format!("M{x:.1} {y:.1}") } else { format!("V{y:.1}") };
        path.push_str(&format!("{start}H{after:.1}"));
    }
    path
}
