//! The search for the shortest run that fails, a part at a time.

use serde_json::{Value, json};

use super::request::WorkerError;
use crate::lab::search::{Search, TRIALS};
use crate::scenario::{decode, encode};

/// Most trials of one question, so that the answer comes soon.
const MOST: u64 = 400;

/// `{"run": link, "from": trial, "count": trials, "faults": true}`: makes so many trials with the pattern and the settings of
/// that run. Tells how far it has come, and what it has found.
pub(super) fn part(params: &Value) -> Result<Value, WorkerError> {
    let needs = || WorkerError::Params {
        method: "search",
        needs: "a run as links hold it, the first trial, and how many to make",
    };
    let scenario = decode(params["run"].as_str().ok_or_else(needs)?)?;
    let from = params["from"].as_u64().ok_or_else(needs)?;
    let count = params["count"].as_u64().ok_or_else(needs)?.min(MOST);
    let search = Search::new(&scenario, params["faults"].as_bool().unwrap_or(false))?;
    let until = from.saturating_add(count).min(TRIALS);
    let found = (from..until).find_map(|trial| search.trial(trial));
    let Some(found) = found else {
        return Ok(json!({"tried": until, "of": TRIALS}));
    };
    let tried = found.trial + 1;
    let found = search.shorten(found);
    Ok(json!({
        "tried": tried,
        "of": TRIALS,
        "run": encode(&found.scenario),
        "at": found.at.as_secs_f64(),
        "says": found.says,
        "requests": found.scenario.script.len(),
        "faults": found.scenario.interventions.len(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Run;
    use crate::scenario::ready;

    #[test]
    fn what_is_found_opens_as_a_link() {
        let run = encode(&ready("hybrid-update", None).unwrap());
        let parts =
            (0..TRIALS / MOST).map(|place| part(&json!({"run": run, "from": place * MOST, "count": MOST})).unwrap());
        let told = parts.into_iter().find(|told| told["run"].is_string()).unwrap();
        let found = Run::of(decode(told["run"].as_str().unwrap()).unwrap()).unwrap();
        assert!(found.audit.marks().iter().any(|mark| Some(mark.text.as_str()) == told["says"].as_str()));
        assert!(told["tried"].as_u64() <= told["of"].as_u64());
    }

    #[test]
    fn a_search_says_how_far_it_has_come() {
        let run = encode(&ready("write-through-write", None).unwrap());
        let told = part(&json!({"run": run, "from": 10, "count": 5})).unwrap();
        assert_eq!((told["tried"].as_u64(), told["run"].is_null()), (Some(15), true));
        let last = part(&json!({"run": run, "from": TRIALS - 1, "count": 90})).unwrap();
        assert_eq!(last["tried"].as_u64(), Some(TRIALS));
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(part(&json!({"run": 3})).unwrap_err().to_string().contains("the first trial"));
    }
}
