//! The panels that the worker draws.

use super::guest::Guest;
use crate::ui::Desk;
use crate::ui::part::Part;

const CLAIMS: &str = r#"<section class="panel" data-testid="claims">
<header class="panel__head"><h2 class="panel__title">The course says, the simulation shows</h2></header>
</section>"#;

const GUIDE: &str = r#"<section class="panel" data-testid="guide">
<header class="panel__head">
<h2 class="panel__title">Which pattern suits you?</h2>
<p class="panel__aside">every pattern, run on these requests</p>
</header>
</section>"#;

const LAB: &str = r#"<section class="panel" data-testid="lab">
<header class="panel__head">
<h2 class="panel__title">The lab</h2>
<p class="panel__aside">a million requests, your own traffic</p>
</header>
</section>"#;

/// The lab. An experiment that the page's link holds is made at once.
pub fn lab_panel() -> Part {
    let guest = Guest::new("lab");
    let panel = Part::new(LAB).add(guest.body());
    match Desk::of_page().view().with_untracked(|view| view.experiment.clone()) {
        Some(experiment) => guest.ask(&format!("link {experiment}")),
        None => guest.follow_run(&panel),
    }
    panel
}

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
