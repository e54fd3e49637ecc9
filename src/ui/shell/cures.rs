//! Before and after: the run that goes wrong beside the same run with each protection.

use super::report;
use super::rivals::{Rivals, Wanted};
use crate::embed::LoadRequest;
use crate::scenario::{Ready, find};
use crate::ui::part::Part;
use crate::ui::{Desk, memo};

const HTML: &str = r#"<section class="panel" data-testid="cures">
<header class="panel__head">
<h2 class="panel__title">Before and after</h2>
<p class="panel__aside">same requests, same seed: press a name to see that run</p>
</header>
</section>"#;

/// The panel; nothing where the scenario that is shown has no other side.
pub fn cures_panel() -> Part {
    let desk = Desk::of_page();
    let family =
        memo(move || desk.scenario_id().and_then(|id| find(id).ok()).map(|ready| ready.without.unwrap_or(ready.id)));
    let current = move || desk.scenario_id().map(ToOwned::to_owned);
    let members = move || family.get().and_then(|id| find(id).ok()).map(Ready::family).unwrap_or_default();
    let rivals = Rivals::keep(move || members().into_iter().map(wanted).collect());
    let shown = move || {
        let panel = || Part::new(HTML).add(rivals.table("Run", current, move |id| watch(desk, id)));
        (!members().is_empty()).then(panel).into_iter().collect()
    };
    Part::new(r#"<div class="span"></div>"#).fill(shown)
}

fn wanted(ready: &'static Ready) -> Wanted {
    Wanted { id: ready.id.to_owned(), name: ready.title.to_owned(), scenario: ready.scenario() }
}

/// Shows another run of the family at the same time.
fn watch(desk: Desk, id: &str) {
    let Ok(ready) = find(id) else { return };
    let at = desk.head_now().at;
    report(desk, desk.load(LoadRequest { scenario: ready.scenario(), scenario_id: Some(ready.id) }));
    desk.seek(at);
}
