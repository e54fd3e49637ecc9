//! Links to this moment: copied on request, and kept in the address bar.

use gloo_timers::callback::Timeout;
use leptos::prelude::*;

use crate::ui::memo;
use leptos::task::spawn_local;

use super::{Beat, browser};
use crate::engine::VirtualTime;
use crate::ui::Desk;
use crate::ui::icons::changing_icon;
use crate::ui::words::query;

/// How long the address bar waits for more changes, in milliseconds.
const SETTLING: u32 = 400;

/// How long a confirmation stays, in milliseconds.
const CONFIRMED: u32 = 2_500;

fn query_at(desk: Desk, scenario_id: Option<&str>, at: VirtualTime) -> String {
    let theme = desk.view().with_untracked(|view| view.theme);
    desk.with_run(|run| query(&run.scenario, scenario_id, at, theme))
}

/// The query with which another page goes on just where this one is.
pub fn handover(desk: Desk) -> String {
    let (head, scenario_id) = (desk.head_signal().get_untracked(), desk.scenario_id_now());
    let view = desk.view().get_untracked();
    let mut query = query_at(desk, scenario_id, head.at);
    if head.playing {
        query = query.replace("&autoplay=0", "&autoplay=1");
    }
    let embed = u8::from(view.embed);
    query.push_str(&format!("&speed={}&embed={embed}", head.speed));
    for (name, list) in [("panels", &view.panels), ("compare", &view.compare)] {
        if !list.is_empty() {
            query.push_str(&format!("&{name}={}", list.join(",")));
        }
    }
    query
}

/// The address of this moment, whole run included: it does not depend on what ready scenarios there are.
fn whole_address(desk: Desk) -> String {
    let at = desk.head_signal().get_untracked().at;
    format!("{}?{}", browser::address().unwrap_or_default(), query_at(desk, None, at))
}

/// The button that copies the link.
#[component]
pub fn ShareButton() -> impl IntoView {
    let desk = Desk::of_page();
    let is_copied = RwSignal::new(false);
    let copy = move |_| {
        spawn_local(async move {
            let address = whole_address(desk);
            if !browser::copy(&address).await {
                desk.notify(format!("The browser does not let this page copy. The link is {address}"));
                return;
            }
            is_copied.set(true);
            gloo_timers::future::TimeoutFuture::new(CONFIRMED).await;
            let _ = is_copied.try_set(false);
        });
    };
    view! {
        <button class="icon-button" type="button" aria-label="Copy a link to this moment" title="Copy a link to this moment" data-testid="share" on:click=copy>
            {changing_icon(move || if is_copied.get() { "check" } else { "link" })}
        </button>
        <span class="visually-hidden" aria-live="polite">
            {move || if is_copied.get() { "Link copied" } else { "" }}
        </span>
    }
}

/// Keeps the address bar at the moment that is shown whenever the page stands still.
pub fn keep_address(desk: Desk) {
    let beat = Beat::of_page();
    let waiting = StoredValue::new_local(None::<Timeout>);
    Effect::new(move |before: Option<()>| {
        desk.follow_run();
        let (at, playing, scenario_id) = (beat.at(), desk.head().playing, desk.scenario_id());
        // The link that the page was opened with stays until the person does something.
        if before.is_none() || playing || at != desk.head_signal().get_untracked().at {
            return;
        }
        let settle = move || browser::replace_query(&query_at(desk, scenario_id, at));
        waiting.set_value(Some(Timeout::new(SETTLING, settle)));
    });
}

/// The way from an embedded page to the whole one, at the same moment.
#[component]
pub fn FullView() -> impl IntoView {
    let desk = Desk::of_page();
    let beat = Beat::of_page();
    let scenario_id = memo(move || desk.scenario_id());
    let address = move || {
        desk.follow_run();
        format!("?{}", query_at(desk, scenario_id.get(), beat.at()))
    };
    view! {
        <p class="full-view">
            <a href=address target="_blank" rel="noopener">"Open in Cachescope"</a>
        </p>
    }
}
