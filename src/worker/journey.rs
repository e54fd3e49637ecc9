//! The journey of the request that is followed, as HTML.

use serde_json::Value;

use super::guest::{Answer, Asked};
use super::request::WorkerError;
use super::runs::run_of;
use crate::engine::Span;
use crate::html::{add, close, escape};
use crate::run::{Journey, Step, StepTone, Whereabouts};
use crate::world::RequestId;

/// The panel's question: the request's number, or nothing at all.
pub(super) fn panel(params: &Value) -> Result<Value, WorkerError> {
    let asked = Asked::read("journey", params)?;
    let Ok(request) = asked.ask.parse() else { return Ok(Answer::default().into()) };
    let run = run_of(&asked.run)?;
    let html = match Journey::of(&run, RequestId(request)) {
        Some(journey) => journey_html(&journey),
        None => format!("<p class=\"journey__sum\">This run has no request {request}.</p>"),
    };
    Ok(Answer { html, ..Answer::default() }.into())
}

fn journey_html(journey: &Journey) -> String {
    let mut html = String::new();
    add(&mut html, "p class=\"journey__sum\"", &sum(journey));
    html.push_str("<ol class=\"journey__steps\" tabindex=\"0\" aria-label=\"Steps of the request\">");
    journey.steps.iter().for_each(|step| add_step(&mut html, step, journey));
    close(&mut html, "ol");
    html
}

/// `Answered after 12.5 ms: 8 ms on the way, 3 ms at the cache`.
fn sum(journey: &Journey) -> String {
    let places: Vec<String> =
        journey.spent.iter().map(|(place, span)| format!("{} {}", brief(*span), place_in_words(*place))).collect();
    let places = places.join(", ");
    match journey.ended {
        Some(ended) => format!("Answered after {}: {places}.", brief(ended.since(journey.started))),
        None => format!("Not answered within the run: {places}."),
    }
}

/// Three digits that matter, no more.
fn brief(span: Span) -> Span {
    let mut unit = 1;
    while span.as_nanos() / unit >= 1_000 {
        unit *= 10;
    }
    Span::from_nanos((span.as_nanos() + unit / 2) / unit * unit)
}

fn place_in_words(place: Whereabouts) -> String {
    match place {
        Whereabouts::Travelling => "on the way".to_owned(),
        Whereabouts::At(actor) => format!("at the {}", actor.name().to_ascii_lowercase()),
    }
}

fn add_step(html: &mut String, step: &Step, journey: &Journey) {
    let tone = match step.tone {
        StepTone::Plain => "",
        StepTone::Good => " data-tone=\"good\"",
        StepTone::Wrong => " data-tone=\"lost\"",
    };
    html.push_str(&format!(
        "<li><button class=\"journey__step\" type=\"button\" tabindex=\"-1\" data-seek=\"{}\" title=\"{}\"{tone}>",
        step.at.as_secs_f64(),
        escape(&step.text)
    ));
    let after = step.at.since(journey.started);
    let time = if after.is_zero() { step.at.to_string() } else { format!("+{}", brief(after)) };
    add(html, "span class=\"journey__time\"", &time);
    add(html, "span class=\"journey__text\"", &step.text);
    if let Some(travel) = step.travel {
        add(html, "small", &format!("{} on the way", brief(travel)));
    }
    html.push_str("</button></li>");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::scenario::{encode, ready};

    fn told(request: &str) -> String {
        let run = encode(&ready("first-read", None).unwrap());
        let answer = panel(&json!({"run": run, "at": 0, "ask": request})).unwrap();
        answer["html"].as_str().unwrap().to_owned()
    }

    #[test]
    fn a_journey_is_a_list_of_moments_to_go_to() {
        let html = told("1");
        assert!(html.contains("Answered after ") && html.contains(" on the way"), "{html}");
        assert!(html.matches("data-seek=\"").count() > 4, "{html}");
        assert!(!html.contains("style="), "a strict content security policy refuses styles in HTML");
    }

    #[test]
    fn times_have_three_digits() {
        let told = |nanos| brief(Span::from_nanos(nanos)).to_string();
        assert_eq!([told(860_601_000), told(1_637_999_999), told(950)], ["861 ms", "1.64 s", "950 ns"]);
    }

    #[test]
    fn nothing_is_followed_at_first_and_an_unknown_request_is_said_to_be_none() {
        assert_eq!(told(""), "");
        assert!(told("900").contains("no request 900"));
    }
}
