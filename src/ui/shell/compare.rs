//! The same requests under other patterns, side by side at the playhead.

use leptos::prelude::*;

use crate::ui::memo;
use leptos::reactive::owner::LocalStorage;
use leptos::task::spawn_local;

use super::{Beat, pattern, pattern_id};
use crate::patterns::ALL;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::ui::Desk;
use crate::ui::words::{Compared, Totals, compared, short_name};
use crate::world::Pattern;

/// A run under one of the patterns.
struct Rival {
    pattern: &'static Pattern,
    run: Run,
    totals: Totals,
}

type Rivals = RwSignal<Vec<Rival>, LocalStorage>;

/// The panel. The other runs are made only while it is open, and again when the run changes.
#[component]
pub fn Compare() -> impl IntoView {
    let desk = Desk::of_page();
    let open = RwSignal::new(desk.view().with_untracked(|view| !view.compare.is_empty()));
    let rivals: Rivals = RwSignal::new_local(Vec::new());
    keep_rivals(desk, open, rivals);
    view! {
        <section class="panel" data-testid="compare">
            <header class="panel__head">
                <h2 class="panel__title">"The same under every pattern"</h2>
                <p class="panel__aside">"same requests, same seed, at the playhead’s time"</p>
                <button
                    class="button"
                    type="button"
                    data-testid="compare-toggle"
                    aria-expanded=move || open.get().to_string()
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {move || if open.get() { "Close" } else { "Compare" }}
                </button>
            </header>
            {move || open.get().then(|| view! { <Table rivals/> })}
        </section>
    }
}

/// The patterns to be compared: those that the link names, or all.
fn chosen(desk: Desk) -> Vec<&'static Pattern> {
    let named = desk.view().with_untracked(|view| view.compare.clone());
    ALL.iter().filter(|pattern| named.is_empty() || named.contains(&pattern.id)).collect()
}

fn keep_rivals(desk: Desk, open: RwSignal<bool>, rivals: Rivals) {
    let asked = StoredValue::new(0_u32);
    Effect::new(move |_| {
        desk.follow_run();
        rivals.set(Vec::new());
        if !open.get() {
            return;
        }
        asked.update_value(|asked| *asked += 1);
        let (this, scenario) = (asked.get_value(), desk.scenario());
        spawn_local(async move {
            for pattern in chosen(desk) {
                // One run at a time, so that the page stays alive between them.
                gloo_timers::future::TimeoutFuture::new(0).await;
                if asked.try_get_value() != Some(this) {
                    return;
                }
                if let Some(rival) = rival(pattern, &scenario) {
                    rivals.update(|rivals| rivals.push(rival));
                }
            }
        });
    });
}

fn rival(pattern: &'static Pattern, scenario: &Scenario) -> Option<Rival> {
    let scenario = Scenario { pattern: pattern.id.to_owned(), ..scenario.clone() };
    let run = Run::of(scenario).ok()?;
    let totals = Totals::of(&run.trace);
    Some(Rival { pattern, run, totals })
}

const HEADS: [&str; 10] = [
    "Pattern",
    "Told saved",
    "Durable",
    "Pending",
    "Lost",
    "Stale reads",
    "Read, half",
    "Write, half",
    "Statements",
    "Errors",
];

#[component]
fn Table(rivals: Rivals) -> impl IntoView {
    let current = pattern_id(Desk::of_page());
    let beat = Beat::of_page();
    let rows = memo(move || {
        let at = beat.at();
        rivals.with(|rivals| {
            let row = |rival: &Rival| (rival.pattern.id, compared(&rival.run, &rival.totals, at));
            rivals.iter().map(row).collect::<Vec<_>>()
        })
    });
    let patterns = memo(move || rows.with(|rows| rows.iter().map(|(id, _)| *id).collect::<Vec<_>>()));
    let row = move |id: &'static str| {
        let found = memo(move || {
            rows.with(|rows| rows.iter().find(|(other, _)| *other == id).map(|(_, figures)| figures.clone()))
        });
        view! {
            <tr data-current=move || (current.get() == Some(id)).then_some("true") data-testid=format!("compare-{id}")>
                <th scope="row">{pattern(id).map(|pattern| short_name(&pattern))}</th>
                {move || found.with(|found| found.as_ref().map(cells))}
            </tr>
        }
    };
    view! {
        <div class="compare" tabindex="0" role="region" aria-label="Comparison">
            <table class="compare__table">
                <thead>
                    <tr>{HEADS.map(|head| view! { <th scope="col">{head}</th> }).into_iter().collect::<Vec<_>>()}</tr>
                </thead>
                <tbody>
                    {move || patterns.get().into_iter().map(row).collect::<Vec<_>>()}
                </tbody>
            </table>
        </div>
    }
}

fn cells(figures: &Compared) -> impl IntoView + use<> {
    let ledger = figures.ledger;
    let cells = [
        ("acknowledged", ledger.acknowledged.to_string()),
        ("durable", ledger.durable.to_string()),
        ("pending", ledger.pending.to_string()),
        ("lost", ledger.lost.to_string()),
        ("stale", figures.stale.to_string()),
        ("read", figures.read.clone()),
        ("write", figures.write.clone()),
        ("statements", figures.statements.to_string()),
        ("failed", figures.failed.to_string()),
    ];
    let cell = |(kind, value): (&'static str, String)| {
        let is_zero = (value == "0").then_some("true");
        view! { <td data-kind=kind data-zero=is_zero>{value}</td> }
    };
    cells.map(cell).into_iter().collect::<Vec<_>>()
}
