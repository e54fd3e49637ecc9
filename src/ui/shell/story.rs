//! What this scenario shows, and what to watch next.

use leptos::prelude::*;

use crate::ui::memo;

use super::masthead::load_ready;
use super::{browser, pattern_id, report};
use crate::engine::VirtualTime;
use crate::ui::Desk;
use crate::ui::icons::icon;
use crate::ui::words::{Offer, offer, opening};

/// The story's line and the button beside it.
#[component]
pub fn Story() -> impl IntoView {
    let desk = Desk::of_page();
    let pattern = pattern_id(desk);
    let opening = memo(move || opening(pattern.get().unwrap_or_default(), desk.scenario_id()));
    let scenario = memo(move || desk.scenario_id());
    let offered = memo(move || {
        desk.follow_run();
        let at = desk.head().at;
        let scenario = scenario.get();
        desk.with_run(|run| offer(run, scenario, at))
    });
    let words = memo(move || offered.get().words());
    view! {
        <section class="story" aria-label="Story">
            <div>
                <h1 class="story__line">{move || opening.with(|opening| opening.line.clone())}</h1>
                <p class="story__more">{move || opening.with(|opening| opening.more.clone())}</p>
            </div>
            <button class="cta" type="button" data-testid="cta" on:click=move |_| follow(desk, offered.get_untracked())>
                {move || words.get()}
                {icon("right")}
            </button>
        </section>
    }
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
