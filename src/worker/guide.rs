//! The selection guide: which pattern suits the person's own requests.

use std::fmt::Write;

use serde_json::{Value, json};

use super::guest::{Answer, Asked, Open};
use super::request::WorkerError;
use super::runs::run_of;
use crate::html::{add, escape};
use crate::lessons::{Criterion, Weights, guide};
use crate::patterns;
use crate::scenario::decode;

/// How much something may matter, in words.
const DEGREES: [&str; 4] = ["not at all", "a little", "much", "most of all"];

/// With fewer requests than that, chance decides much.
const FEW: usize = 30;

/// A panel's question: nothing at first, `rank`, or `watch PATTERN`.
pub(super) fn answer(params: &Value) -> Result<Value, WorkerError> {
    let asked = Asked::read("guide", params)?;
    let degrees = Criterion::ALL.map(|criterion| degree(&asked, criterion));
    let mut html = form(degrees);
    if let Some(pattern) = asked.ask.strip_prefix("watch ") {
        let load = Some(json!({"run": asked.run, "pattern": pattern}));
        let open = Some(Open { load, at: asked.at, until: None });
        return Ok(Answer { html: html + &ranking(&asked, degrees)?, open, ..Answer::default() }.into());
    }
    if asked.ask == "rank" {
        html.push_str(&ranking(&asked, degrees)?);
    }
    Ok(Answer { html, ..Answer::default() }.into())
}

const fn name_of(criterion: Criterion) -> &'static str {
    match criterion {
        Criterion::ReadLatency => "read",
        Criterion::WriteLatency => "write",
        Criterion::Staleness => "fresh",
        Criterion::Loss => "loss",
        Criterion::DatabaseLoad => "load",
    }
}

/// How much a criterion matters: what was chosen, or much.
fn degree(asked: &Asked, criterion: Criterion) -> usize {
    let chosen = asked.field(name_of(criterion)).and_then(|degree| degree.parse().ok());
    chosen.unwrap_or(2).min(DEGREES.len() - 1)
}

fn form(degrees: [usize; 5]) -> String {
    let mut html = String::from(r#"<div class="guide__form"><p>How much does each of these matter to you?</p>"#);
    for (criterion, chosen) in Criterion::ALL.into_iter().zip(degrees) {
        let _ = write!(
            html,
            r#"<label class="guide__wish"><span>{}</span><select name="{}">"#,
            escape(criterion.label()),
            name_of(criterion)
        );
        for (degree, words) in DEGREES.iter().enumerate() {
            let selected = if degree == chosen { " selected" } else { "" };
            let _ = write!(html, r#"<option value="{degree}"{selected}>{words}</option>"#);
        }
        html.push_str("</select></label>");
    }
    html.push_str(
        r#"<button class="button" type="button" data-ask="rank">Run every pattern on these requests</button></div>"#,
    );
    html
}

fn ranking(asked: &Asked, degrees: [usize; 5]) -> Result<String, WorkerError> {
    let [read_latency, write_latency, staleness, loss, database_load] = degrees.map(|degree| (degree * degree) as f64);
    let weights = Weights { read_latency, write_latency, staleness, loss, database_load };
    let ranked = guide(&decode(&asked.run)?, weights)?;
    let mut html = String::from(r#"<ol class="guide__ranking">"#);
    for place in &ranked {
        let name = patterns::find(&place.pattern).map_or("", |pattern| pattern.name);
        let _ = write!(
            html,
            r#"<li><button class="text-button guide__name" type="button" data-ask="watch {id}">{name}</button><meter min="0" max="100" value="{score:.0}">{score:.0}</meter><strong>{score:.0}</strong><ul>"#,
            id = escape(&place.pattern),
            name = escape(name),
            score = place.score,
        );
        for reason in &place.reasons {
            let _ = write!(html, "<li>{}</li>", escape(reason));
        }
        html.push_str("</ul></li>");
    }
    html.push_str("</ol>");
    let audit = &run_of(&asked.run)?.audit;
    let requests = audit.reads().len() + audit.writes().len();
    if requests < FEW {
        add(
            &mut html,
            r#"p class="guide__note""#,
            &format!("That is after {requests} requests: a longer run tells more."),
        );
    }
    Ok(html)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{encode, ready};

    fn told(ask: &str, form: &str) -> Value {
        let run = encode(&ready("write-behind-data-loss", None).unwrap());
        answer(&json!({"run": run, "ask": ask, "form": form, "at": 3})).unwrap()
    }

    fn first(told: &Value) -> &str {
        let html = told["html"].as_str().unwrap();
        html.split("data-ask=\"watch ").nth(1).and_then(|rest| rest.split('"').next()).unwrap()
    }

    #[test]
    fn nothing_is_run_before_it_is_asked_for() {
        assert!(!told("", "")["html"].as_str().unwrap().contains("guide__ranking"));
    }

    #[test]
    fn what_matters_decides_who_is_first() {
        let fast = told("rank", "read=0&write=3&fresh=0&loss=0&load=0");
        assert_eq!(first(&fast), "write-behind");
        let safe = told("rank", "read=0&write=0&fresh=0&loss=3&load=0");
        assert_ne!(first(&safe), "write-behind");
        assert!(safe["html"].as_str().unwrap().contains("acknowledged write"));
    }

    #[test]
    fn a_pattern_of_the_ranking_can_be_watched() {
        let watched = told("watch write-through", "");
        assert_eq!(watched["open"]["load"]["pattern"], "write-through");
        assert_eq!(watched["open"]["at"], 3.0);
    }
}
