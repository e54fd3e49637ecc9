//! Following one request: all else fades, and its journey is told below the stage, a step at a time.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, MouseEvent};

use super::guest::Guest;
use super::linked::{FOLLOWED, set_rule};
use super::{Beat, browser};
use crate::decimal::read_f64;
use crate::engine::VirtualTime;
use crate::run::Run;
use crate::ui::icons::icon;
use crate::ui::part::Part;
use crate::ui::{Desk, State, effect};
use crate::world::{Actor, EventKind, RequestId};

/// How far from the left end the current step is kept, in pixels.
const MARGIN: i32 = 48;

/// The request that is followed. A handle that can be copied; the page gives it to its components.
#[derive(Clone, Copy)]
pub struct Trail {
    desk: Desk,
    followed: State<Option<Followed>>,
    guest: Guest,
}

/// A request, and by what it is known again in a run that was changed.
#[derive(Clone, Debug, PartialEq)]
struct Followed {
    request: RequestId,
    client: Actor,
    key: String,
    at: VirtualTime,
}

impl Followed {
    fn of(run: &Run, request: RequestId) -> Option<Self> {
        run.trace.events().iter().find_map(|event| match &event.kind {
            EventKind::RequestStarted { request: this, client, operation } if *this == request => {
                Some(Self { request, client: *client, key: operation.key().cache_key(), at: event.at })
            }
            _ => None,
        })
    }

    /// What fades: whatever is not of the request, its client or its row.
    fn others(&self) -> String {
        let Self { request, client, key, .. } = self;
        let of = format!("[data-request=\"{}\"]", request.0);
        format!(
            ".stage :is(.person:not([data-client=\"{client}\"]),.packet:not({of}),.stage__crowd,:is(.entry,.row,.slip):not([data-key=\"{key}\"])),.log li:not({of}){{opacity:.2}}"
        )
    }
}

impl Trail {
    /// The trail of a page, on which nothing is followed yet.
    pub fn start(desk: Desk) {
        let trail = Self { desk, followed: State::new(None), guest: Guest::new("journey") };
        provide_context(trail);
        effect(move || {
            desk.follow_run();
            let followed = trail.followed.get();
            set_rule(FOLLOWED, &followed.as_ref().map(Followed::others).unwrap_or_default());
            let Some(followed) = followed else { return };
            // Another run may have another request of the same number.
            if desk.with_run(|run| Followed::of(run, followed.request)) == Some(followed.clone()) {
                trail.guest.ask(&followed.request.0.to_string());
            } else {
                trail.followed.set(None);
            }
        });
    }

    /// The trail of the page that a component is part of.
    #[must_use]
    pub fn of_page() -> Self {
        expect_context()
    }

    /// Follows a request; none: nothing any more.
    pub fn follow(self, request: Option<RequestId>) {
        let followed = request.and_then(|request| self.desk.with_run(|run| Followed::of(run, request)));
        self.followed.set(followed);
    }

    /// The request that is followed.
    pub fn followed(self) -> Option<RequestId> {
        self.followed.with(|followed| followed.as_ref().map(|followed| followed.request))
    }

    /// Follows the request that began last at the time that is shown, or stops following.
    pub fn toggle(self) {
        let latest = || {
            let now = self.desk.head_now().at;
            self.desk.with_run(|run| {
                let events = run.trace.events();
                let past = &events[..run.trace.count_until(now).min(events.len())];
                past.iter().rev().find_map(|event| match &event.kind {
                    EventKind::RequestStarted { request, .. } => Some(*request),
                    _ => None,
                })
            })
        };
        let is_following = self.followed.with_untracked(Option::is_some);
        self.follow(if is_following { None } else { latest() });
    }
}

/// The journey, while a request is followed.
pub fn journey() -> Part {
    let trail = Trail::of_page();
    let beat = Beat::of_page();
    let part = Part::new(&format!(
        r#"<section class="journey" data-testid="journey" aria-label="The journey of one request"><button class="icon-button" type="button" aria-label="Stop following" title="Stop following">{}</button></section>"#,
        icon("cross")
    ))
    .set("hidden", move || trail.followed().is_none())
    .on("click", move |event: MouseEvent| {
        let at = browser::pressed(&event, "data-seek").and_then(|at| read_f64(&at));
        if let Some(at) = at {
            trail.desk.pause();
            trail.desk.seek(VirtualTime::from_secs_f64(at));
        }
    });
    part.at("button").on("click", move |_: Event| trail.follow(None));
    let element = part.element().clone();
    effect(move || {
        trail.guest.when_drawn();
        light(&element, beat.at().as_secs_f64());
    });
    part.add(trail.guest.body())
}

/// Marks the last step that has happened, and keeps it in view.
fn light(journey: &Element, now: f64) {
    let Ok(Some(list)) = journey.query_selector("ol") else { return };
    let steps = list.children();
    let mut current: Option<HtmlElement> = None;
    for place in 0..steps.length() {
        let Some(step) = steps.item(place).and_then(|item| item.first_element_child()) else { continue };
        let at = step.get_attribute("data-seek").and_then(|at| read_f64(&at)).unwrap_or_default();
        // It fails only for names that are no names.
        let _ = step.remove_attribute("aria-current");
        let is_past = step.toggle_attribute_with_force("data-past", at <= now + 5e-10);
        if is_past == Ok(true) {
            current = step.dyn_into().ok();
        }
    }
    if let Some(current) = current {
        let _ = current.set_attribute("aria-current", "step");
        list.set_scroll_left(current.offset_left() - MARGIN);
    }
}
