//! The same requests under other patterns, side by side at the playhead.

use web_sys::Event;

use super::rivals::{Rivals, Wanted};
use super::{pattern_id, report};
use crate::patterns::ALL;
use crate::scenario::Scenario;
use crate::ui::part::Part;
use crate::ui::words::short_name;
use crate::ui::{Desk, State};
use crate::world::Pattern;

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
    let pattern_id = pattern_id(desk);
    let open = State::new(desk.view().with_untracked(|view| !view.compare.is_empty()));
    let rivals = Rivals::keep(move || if open.get() { wanted(desk) } else { Vec::new() });
    let current = move || pattern_id.get().map(ToOwned::to_owned);
    let pick = move |id: &str| report(desk, desk.choose_pattern(id));
    let panel = Part::new(HTML);
    panel
        .at("button")
        .text(move || if open.get() { "Close" } else { "Compare" })
        .set("aria-expanded", move || open.get().to_string())
        .on("click", move |_: Event| open.update(|open| *open = !*open));
    panel.fill(move || open.get().then(|| rivals.table("Pattern", current, pick)).into_iter().collect())
}

/// The patterns to be compared: those that the link names, or all.
fn chosen(desk: Desk) -> impl Iterator<Item = &'static Pattern> {
    let named = desk.view().with_untracked(|view| view.compare.clone());
    ALL.iter().filter(move |pattern| named.is_empty() || named.contains(&pattern.id))
}

fn wanted(desk: Desk) -> Vec<Wanted> {
    desk.follow_run();
    let scenario = desk.scenario();
    let wanted = chosen(desk).map(|pattern| Wanted {
        id: pattern.id.to_owned(),
        name: short_name(pattern),
        scenario: Scenario { pattern: pattern.id.to_owned(), ..scenario.clone() },
    });
    wanted.collect()
}
