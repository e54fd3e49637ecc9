//! The same requests under other patterns, side by side at the playhead.

use leptos::prelude::*;
use leptos::reactive::owner::LocalStorage;
use leptos::task::spawn_local;
use web_sys::Event;

use super::{Beat, pattern_id};
use crate::patterns::ALL;
use crate::run::Run;
use crate::scenario::Scenario;
use crate::ui::part::Part;
use crate::ui::words::{Totals, add_compared, compare_head, compared};
use crate::ui::{Desk, State, effect};
use crate::world::Pattern;

/// A run under one of the patterns.
struct Rival {
    pattern: &'static Pattern,
    run: Run,
    totals: Totals,
}

type Rivals = RwSignal<Vec<Rival>, LocalStorage>;

const HTML: &str = r#"<section class="panel" data-testid="compare">
<header class="panel__head">
<h2 class="panel__title">The same under every pattern</h2>
<p class="panel__aside">same requests, same seed, at the playhead’s time</p>
<button class="button" type="button" data-testid="compare-toggle"></button>
</header>
</section>"#;

/// The panel. The other runs are made only while it is open, and again when the run changes.
pub fn compare_panel() -> Part {
    let desk = Desk::of_page();
    let open = State::new(desk.view().with_untracked(|view| !view.compare.is_empty()));
    let rivals: Rivals = RwSignal::new_local(Vec::new());
    keep_rivals(desk, open, rivals);
    let panel = Part::new(HTML);
    panel
        .at("button")
        .text(move || if open.get() { "Close" } else { "Compare" })
        .set("aria-expanded", move || open.get().to_string())
        .on("click", move |_: Event| open.update(|open| *open = !*open));
    panel.fill(move || open.get().then(|| table(rivals)).into_iter().collect())
}

/// The patterns to be compared: those that the link names, or all.
fn chosen(desk: Desk) -> Vec<&'static Pattern> {
    let named = desk.view().with_untracked(|view| view.compare.clone());
    ALL.iter().filter(|pattern| named.is_empty() || named.contains(&pattern.id)).collect()
}

fn keep_rivals(desk: Desk, open: State<bool>, rivals: Rivals) {
    let asked = StoredValue::new(0_u32);
    effect(move || {
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

fn table(rivals: Rivals) -> Part {
    let current = pattern_id(Desk::of_page());
    let beat = Beat::of_page();
    let table = Part::new(
        r#"<div class="compare" tabindex="0" role="region" aria-label="Comparison"><table class="compare__table"></table></div>"#,
    );
    table.at("table").html(move || {
        let (at, current) = (beat.at(), current.get());
        rivals.with(|rivals| {
            let mut html = compare_head();
            for Rival { pattern, run, totals } in rivals {
                add_compared(&mut html, pattern, &compared(run, totals, at), current == Some(pattern.id));
            }
            html
        })
    });
    table
}
