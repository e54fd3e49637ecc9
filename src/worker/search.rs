//! The search for the shortest run that fails, a part at a time.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::guest::{Answer, Asked, Open};
use super::request::WorkerError;
use crate::html::{add, escape};
use crate::lab::search::{Found, Search, TRIALS};
use crate::scenario::{decode, encode};

/// How many runs are tried between two signs of life.
const PART: u64 = 250;

const INVITATION: &str =
    "Tries thousands of small runs of this pattern with these settings, and opens the shortest that breaks a promise.";

/// How far a search has come.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Hunt {
    /// The run whose system is searched.
    run: String,
    faults: bool,
    tried: u64,
}

/// The panel's question: nothing at first, `start`, `on`, or `stop`.
pub(super) fn panel(params: &Value) -> Result<Value, WorkerError> {
    let asked = Asked::read("search", params)?;
    let hunt: Hunt = serde_json::from_value(asked.state.clone()).unwrap_or_default();
    let faults = asked.ask.is_empty() || asked.field("faults").is_some();
    match asked.ask.as_str() {
        "start" => go_on(Hunt { run: asked.run, faults, tried: 0 }),
        "on" => go_on(hunt),
        _ => Ok(shown(&Hunt { faults, ..hunt }, INVITATION, false)),
    }
}

fn go_on(hunt: Hunt) -> Result<Value, WorkerError> {
    let search = Search::new(&decode(&hunt.run)?, hunt.faults)?;
    let until = (hunt.tried + PART).min(TRIALS);
    if let Some(found) = (hunt.tried..until).find_map(|trial| search.trial(trial)) {
        let tried = found.trial + 1;
        return Ok(found_it(&Hunt { tried, ..hunt }, &search.shorten(found)));
    }
    let hunt = Hunt { tried: until, ..hunt };
    if until == TRIALS {
        return Ok(shown(&hunt, &format!("{TRIALS} runs tried: none breaks a promise."), false));
    }
    Ok(shown(&hunt, &format!("{until} of {TRIALS} runs tried, none fails yet."), true))
}

fn found_it(hunt: &Hunt, found: &Found) -> Value {
    let count = |number: usize, word: &str| if number == 1 { format!("1 {word}") } else { format!("{number} {word}s") };
    let news = format!(
        "{} Found in run {}, shortened to {} and {}; it is on the stage now.",
        found.says,
        hunt.tried,
        count(found.scenario.script.len(), "request"),
        count(found.scenario.interventions.len(), "intervention"),
    );
    let mut told = shown(hunt, &news, false);
    let end = found.scenario.duration.as_secs_f64();
    let open = Open { load: Some(json!({"run": encode(&found.scenario)})), at: 0.0, until: Some(end) };
    told["open"] = open.into();
    told
}

/// The button, what it may do, and the news.
fn shown(hunt: &Hunt, news: &str, is_running: bool) -> Value {
    let (ask, name) =
        if is_running { ("stop", "Stop searching") } else { ("start", "Find the shortest run that fails") };
    let checked = if hunt.faults { " checked" } else { "" };
    let mut html = format!(
        r#"<div class="hunt"><button class="button" type="button" data-ask="{ask}">{}</button><label class="hunt__faults"><input type="checkbox" name="faults"{checked}>something may die</label>"#,
        escape(name)
    );
    add(&mut html, r#"p class="hunt__news" role="status""#, news);
    html.push_str("</div>");
    let state = serde_json::to_value(hunt).unwrap_or_default();
    Answer { html, state, again: is_running.then_some("on"), ..Answer::default() }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Run;
    use crate::scenario::ready;

    /// Searches to the end, and gives the last answer.
    fn searched(id: &str, form: &str) -> Value {
        let run = encode(&ready(id, None).unwrap());
        let mut told = panel(&json!({"run": run, "ask": "start", "form": form})).unwrap();
        while told["again"] == "on" {
            told = panel(&json!({"run": run, "ask": "on", "form": form, "state": told["state"]})).unwrap();
        }
        told
    }

    #[test]
    fn what_is_found_is_opened_and_told() {
        let told = searched("hybrid-update", "");
        let found = Run::of(decode(told["open"]["load"]["run"].as_str().unwrap()).unwrap()).unwrap();
        let html = told["html"].as_str().unwrap();
        let audit = &found.audit;
        assert!(audit.marks().iter().any(|mark| html.contains(&escape(&audit.sentence(mark)))), "{html}");
        assert!(html.contains("shortened to 3 requests and 0 interventions"));
    }

    #[test]
    fn a_system_that_keeps_its_promises_is_told_so() {
        let told = searched("stale-fill-leases", "");
        assert!(told["html"].as_str().unwrap().contains("none breaks a promise") && told["open"].is_null());
    }

    #[test]
    fn a_search_can_be_stopped_and_keeps_what_was_chosen() {
        let run = encode(&ready("write-through-write", None).unwrap());
        let told = panel(&json!({"run": run, "ask": "start", "form": ""})).unwrap();
        let told = panel(&json!({"run": run, "ask": "stop", "form": "", "state": told["state"]})).unwrap();
        let html = told["html"].as_str().unwrap();
        assert!(told["again"].is_null() && html.contains("Find the shortest") && !html.contains("checked"));
    }
}
