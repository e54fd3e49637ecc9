//! A part of a run as a sequence diagram.

use serde_json::{Value, json};

use super::request::WorkerError;
use super::runs::run_of;
use crate::database::RowKey;
use crate::diagram::{HEAD, ROW, diagram, keys, svg};
use crate::engine::VirtualTime;
use crate::html::options;

/// `{"run": link, "at": seconds, "key": "product:1" or nothing}`: the drawing of the requests for the key around that time,
/// the times of its rows, the part of the run that it shows, and the list of keys to choose from.
pub(super) fn drawing(params: &Value) -> Result<Value, WorkerError> {
    let needs = || WorkerError::Params { method: "sequence", needs: "a run as links hold it, and a time in seconds" };
    let run = run_of(params["run"].as_str().ok_or_else(needs)?)?;
    let at = VirtualTime::from_secs_f64(params["at"].as_f64().ok_or_else(needs)?.max(0.0));
    let keys = keys(&run);
    let asked = params["key"].as_str().and_then(RowKey::from_cache_key).filter(|key| keys.contains(key));
    let Some(key) = asked.or_else(|| keys.first().copied()) else {
        return Ok(json!({"svg": "", "options": "", "times": [], "from": 0.0, "until": f64::MAX}));
    };
    let diagram = diagram(&run, key, at);
    let (from, until) = diagram.span;
    // The last part stays good at the very end, too.
    let until = if until >= run.trace.end() { f64::MAX } else { until.as_secs_f64() };
    Ok(json!({
        "svg": svg(&diagram),
        "head": HEAD,
        "row": ROW,
        "times": diagram.rows.iter().map(|row| row.at.as_secs_f64()).collect::<Vec<_>>(),
        "key": key.cache_key(),
        "options": options(&keys.iter().map(|key| key.cache_key()).collect::<Vec<_>>(), &key.cache_key()),
        "from": from.as_secs_f64(),
        "until": until,
        "cut": diagram.is_cut,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{encode, ready};

    #[test]
    fn a_drawing_begins_with_the_key_that_goes_wrong() {
        let run = encode(&ready("stale-fill", None).unwrap());
        let told = drawing(&json!({"run": run, "at": 0})).unwrap();
        assert_eq!(told["key"], "product:1");
        assert!(told["svg"].as_str().unwrap().starts_with("<svg"));
        assert!(told["times"].as_array().unwrap().len() > 20);
        let again = drawing(&json!({"run": run, "at": 5, "key": "user:9"})).unwrap();
        assert_eq!(again["key"], "product:1", "a key that nobody asks for can't be drawn");
    }

    #[test]
    fn a_run_without_requests_has_no_drawing() {
        let mut scenario = ready("stale-fill", None).unwrap();
        scenario.script.clear();
        let told = drawing(&json!({"run": encode(&scenario), "at": 3})).unwrap();
        assert_eq!(told["svg"], "");
    }

    #[test]
    fn what_is_missing_is_named() {
        assert!(drawing(&json!({})).unwrap_err().to_string().contains("a time in seconds"));
    }
}
