//! What if: the futures of the run, each of which an intervention began, beside one another.

use super::report;
use super::rivals::{Rivals, Wanted};
use crate::ui::part::Part;
use crate::ui::{Desk, memo};

const HTML: &str = r#"<section class="panel" data-testid="futures">
<header class="panel__head">
<h2 class="panel__title">What if?</h2>
<p class="panel__aside">press a name to see that future</p>
</header>
</section>"#;

/// The panel; nothing while there is only one future.
pub fn futures_panel() -> Part {
    let desk = Desk::of_page();
    let several = memo(move || desk.futures().with(|futures| futures.all().len() > 1));
    let rivals = Rivals::keep(move || if several.get() { wanted(desk) } else { Vec::new() });
    let current = move || Some(desk.futures().with(|futures| futures.current().to_string()));
    let pick = move |id: &str| {
        if let Ok(place) = id.parse() {
            report(desk, desk.show_future(place));
        }
    };
    let shown = move || several.get().then(|| Part::new(HTML).add(rivals.table("Future", current, pick)));
    Part::new(r#"<div class="span"></div>"#).fill(move || shown().into_iter().collect())
}

fn wanted(desk: Desk) -> Vec<Wanted> {
    desk.futures().with(|futures| {
        let named = futures.all().iter().enumerate().map(|(place, future)| Wanted {
            id: place.to_string(),
            name: format!("{}{}", "↳ ".repeat(futures.depth(place)), future.name),
            scenario: future.scenario.clone(),
        });
        named.collect()
    })
}
