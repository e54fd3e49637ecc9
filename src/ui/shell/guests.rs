//! The panels that the worker draws.

use super::guest::Guest;
use crate::ui::part::Part;

const CLAIMS: &str = r#"<section class="panel" data-testid="claims">
<header class="panel__head"><h2 class="panel__title">The course says, the simulation shows</h2></header>
</section>"#;

const GUIDE: &str = r#"<section class="panel" data-testid="guide">
<header class="panel__head">
<h2 class="panel__title">Which pattern suits you?</h2>
<p class="panel__aside">every pattern, run on the requests and faults that are on the stage</p>
</header>
</section>"#;

/// What the course says, and what the simulation shows: each claim with its evidence, measured when somebody looks.
pub fn claims_panel() -> Part {
    panel(CLAIMS, "claims-panel")
}

/// The selection guide.
pub fn guide_panel() -> Part {
    panel(GUIDE, "guide")
}

fn panel(html: &str, method: &'static str) -> Part {
    let guest = Guest::new(method);
    let panel = Part::new(html).add(guest.body());
    guest.follow_run(&panel);
    panel
}
