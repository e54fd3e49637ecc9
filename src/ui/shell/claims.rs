//! What the course says, and what the simulation shows: each claim with its evidence, measured when somebody looks.

use leptos::prelude::*;
use serde_json::{Value, json};
use web_sys::{Element, Event};

use super::{browser, pattern_id};
use crate::decimal::read_f64;
use crate::embed::LoadRequest;
use crate::engine::{Span, VirtualTime};
use crate::scenario::decode;
use crate::ui::part::Part;
use crate::ui::words::claims_html;
use crate::ui::{Desk, Lab, State};

/// The claims, and what is known of them. A handle that can be copied.
#[derive(Clone, Copy)]
struct Known {
    claims: StoredValue<Vec<Value>>,
    evidence: StoredValue<Vec<Value>>,
    /// How often something became known.
    news: State<u32>,
    problem: State<String>,
}

const HTML: &str = r#"<section class="panel" data-span="12" data-testid="claims">
<header class="panel__head">
<h2 class="panel__title">The course says, the simulation shows</h2>
<label class="claims__all"><input type="checkbox">of all patterns</label>
</header>
<p class="claims__problem" role="alert"></p>
<ul class="claims"></ul>
</section>"#;

/// The panel.
pub fn claims_panel() -> Part {
    let known = Known {
        claims: StoredValue::default(),
        evidence: StoredValue::default(),
        news: State::new(0),
        problem: State::default(),
    };
    let (desk, lab) = (Desk::of_page(), Lab::of_page());
    let of_all = State::new(false);
    let current = pattern_id(desk);
    let panel = Part::new(HTML);
    when_seen(panel.element(), move || measure(lab, known));
    panel.at("input").on("change", move |event: Event| of_all.set(event_target_checked(&event)));
    panel.at(".claims__problem").text(move || known.problem.get());
    let html = move || {
        known.news.track();
        let pattern = current.get().filter(|_| !of_all.get());
        known.claims.with_value(|claims| known.evidence.with_value(|evidence| claims_html(claims, evidence, pattern)))
    };
    panel.at(".claims").html(html).on("click", move |event| open(desk, &event));
    panel
}

/// Asks for the claims, and for the evidence of one after the other.
fn measure(lab: Lab, known: Known) {
    ask(lab, known, "claims", Value::Null, move |answer| {
        let Value::Array(claims) = answer else { return };
        for claim in &claims {
            ask(lab, known, "claim", json!({"id": claim["id"]}), move |shown| {
                known.evidence.update_value(|evidence| evidence.push(shown));
            });
        }
        known.claims.set_value(claims);
    });
}

fn ask(lab: Lab, known: Known, method: &str, params: Value, then: impl FnOnce(Value) + 'static) {
    lab.ask(method, &params, move |answer| {
        match answer {
            Ok(answer) => then(answer),
            Err(problem) => known.problem.set(problem),
        }
        known.news.update(|news| *news += 1);
    });
}

/// Opens the run of the button that was pressed, at its moment.
fn open(desk: Desk, event: &web_sys::MouseEvent) {
    let read = |name: &str| browser::pressed(event, name);
    let (Some(run), Some(at)) = (read("data-run"), read("data-at")) else { return };
    let opened = decode(&run)
        .map_err(|error| error.to_string())
        .and_then(|scenario| desk.load(LoadRequest { scenario, scenario_id: None }).map_err(|error| error.to_string()));
    if let Err(error) = opened {
        return desk.notify(error);
    }
    desk.pause();
    desk.seek(VirtualTime::ZERO + Span::from_secs_f64(read_f64(&at).unwrap_or(0.0)));
    browser::bring_into_view(".theatre");
}

/// Does something once, when an element is about to come into view.
pub(super) fn when_seen(element: &Element, then: impl Fn() + 'static) {
    browser::watch_seen(element, move |is_seen| {
        if is_seen {
            then();
        }
        !is_seen
    });
}
