//! What this scenario shows, and what to watch next.

use web_sys::Event;

use super::masthead::load_ready;
use super::{browser, pattern_id, report};
use crate::engine::VirtualTime;
use crate::ui::icons::icon;
use crate::ui::part::Part;
use crate::ui::words::{Offer, offer, opening};
use crate::ui::{Desk, memo};

/// The story's line and the button beside it.
pub fn story() -> Part {
    let desk = Desk::of_page();
    let pattern = pattern_id(desk);
    let opening = memo(move || opening(pattern.get().unwrap_or_default(), desk.scenario_id()));
    let offered = memo(move || {
        desk.follow_run();
        let (at, scenario) = (desk.head().at, desk.scenario_id());
        desk.with_run(|run| offer(run, scenario, at))
    });
    let story = Part::new(&format!(
        r#"<section class="story" aria-label="Story">
<div><h2 class="story__line"></h2><p class="story__more"></p></div>
<button class="cta" type="button" data-testid="cta"><span></span>{}</button>
</section>"#,
        icon("right")
    ));
    story.at(".story__line").text(move || opening.with(|opening| opening.line.clone()));
    story.at(".story__more").text(move || opening.with(|opening| opening.more.clone()));
    story.at(".cta").on("click", move |_: Event| follow(desk, offered.get_untracked()));
    story.at(".cta span").text(move || offered.get().words());
    story
}

fn follow(desk: Desk, offer: Offer) {
    match offer {
        Offer::Loss => load_ready(desk, "write-behind-data-loss"),
        Offer::Crash(at) | Offer::NextReader(at) => go_on_from(desk, at),
        Offer::WriteThrough => same_scene(desk, "write-through"),
        Offer::WriteBehind => same_scene(desk, "write-behind"),
    }
    if browser::is_narrow() {
        browser::bring_into_view(".theatre");
    }
}

fn go_on_from(desk: Desk, at: VirtualTime) {
    desk.seek(at);
    desk.play();
}

fn same_scene(desk: Desk, pattern: &str) {
    report(desk, desk.choose_pattern(pattern));
    desk.play();
}
