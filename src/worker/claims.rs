//! What the course says, and what the simulation shows of it.

use serde_json::{Value, json};

use super::claims_html::claims_html;
use super::guest::{Answer, Asked};
use super::request::WorkerError;
use crate::lessons::{CLAIMS, Claim, Exhibit, Showing, Verdict, find};
use crate::scenario::{decode, encode};

/// All claims, without their evidence.
pub(super) fn list(_: &Value) -> Result<Value, WorkerError> {
    Ok(CLAIMS.iter().map(|claim| said(claim)).collect())
}

/// One claim with all its evidence, measured now.
pub(super) fn evidence(params: &Value) -> Result<Value, WorkerError> {
    let needs = WorkerError::Params { method: "claim", needs: "the id of a claim, for example \"WB4\"" };
    let claim = find(params["id"].as_str().ok_or(needs)?)?;
    let all = |kind: &'static str, exhibits: &[Exhibit]| -> Result<Vec<Value>, WorkerError> {
        exhibits.iter().map(|exhibit| shown(kind, exhibit, &claim.look(exhibit)?)).collect()
    };
    let mut exhibits = all("proof", std::slice::from_ref(&claim.proof))?;
    exhibits.extend(all("break", claim.breaks)?);
    exhibits.extend(all("cure", claim.cures)?);
    let mut told = said(claim);
    told["exhibits"] = Value::Array(exhibits);
    Ok(told)
}

/// The panel: it measures one claim after the other, and shows those of the pattern that runs, or all.
pub(super) fn panel(params: &Value) -> Result<Value, WorkerError> {
    let asked = Asked::read("claims-panel", params)?;
    let mut known = asked.state.as_array().cloned().unwrap_or_default();
    if asked.ask == "measure"
        && let Some(next) = CLAIMS.get(known.len())
    {
        known.push(evidence(&json!({"id": next.id}))?);
    }
    let of_all = asked.field("all").is_some();
    let pattern = decode(&asked.run)?.pattern;
    let claims: Vec<Value> = CLAIMS.iter().map(|claim| said(claim)).collect();
    let checked = if of_all { " checked" } else { "" };
    let html = format!(
        r#"<label class="claims__all"><input type="checkbox" name="all" data-ask="show"{checked}>of all patterns</label><ul class="claims">{}</ul>"#,
        claims_html(&claims, &known, Some(pattern.as_str()).filter(|_| !of_all))
    );
    let again = (known.len() < CLAIMS.len()).then_some("measure");
    Ok(Answer { html, state: Value::Array(known), again, ..Answer::default() }.into())
}

fn said(claim: &Claim) -> Value {
    json!({"id": claim.id, "pattern": claim.pattern, "says": claim.says, "measures": claim.measures})
}

fn shown(kind: &str, exhibit: &Exhibit, verdict: &Verdict) -> Result<Value, WorkerError> {
    let runs: Vec<Value> = (exhibit.showings)().iter().map(opened).collect();
    Ok(json!({
        "kind": kind,
        "title": exhibit.title,
        "holds": verdict.holds,
        "figure": verdict.figure.map(|figure| figure.to_string()),
        "sentence": verdict.sentence,
        "runs": runs,
    }))
}

fn opened(showing: &Showing) -> Value {
    json!({"title": showing.title, "run": encode(&showing.scenario), "at": showing.moment})
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::ready;

    #[test]
    fn every_claim_is_listed_in_order() {
        let list = list(&Value::Null).unwrap();
        let ids: Vec<&str> = list.as_array().unwrap().iter().map(|claim| claim["id"].as_str().unwrap()).collect();
        assert_eq!(ids, CLAIMS.iter().map(|claim| claim.id).collect::<Vec<_>>());
    }

    #[test]
    fn the_panel_measures_one_claim_after_the_other() {
        let run = encode(&ready("write-behind-data-loss", None).unwrap());
        let ask = |ask: &str, form: &str, state: &Value| {
            panel(&json!({"run": run, "ask": ask, "form": form, "state": state})).unwrap()
        };
        let first = ask("", "", &Value::Null);
        assert_eq!(first["again"], "measure");
        let mut told = first;
        let mut questions = 0;
        while told["again"] == "measure" {
            told = ask("measure", "", &told["state"]);
            questions += 1;
        }
        assert_eq!(questions, CLAIMS.len());
        let shown = |told: &Value, id: &str| told["html"].as_str().unwrap().contains(&format!("claim-{id}\""));
        assert!(shown(&told, "WB4") && !shown(&told, "RT1"));
        let all = ask("show", "all=on", &told["state"]);
        assert!(shown(&all, "WB4") && shown(&all, "RT1") && all["again"].is_null());
        assert!(!all["html"].as_str().unwrap().contains("claim__wait"));
    }

    #[test]
    fn evidence_opens_runs_that_a_link_can_hold() {
        let told = evidence(&json!({"id": "WB4"})).unwrap();
        let exhibits = told["exhibits"].as_array().unwrap();
        assert_eq!(exhibits[0]["kind"], "proof");
        assert_eq!(exhibits[0]["holds"], true);
        for exhibit in exhibits {
            let runs = exhibit["runs"].as_array().unwrap();
            assert!(!runs.is_empty());
            for run in runs {
                let scenario = decode(run["run"].as_str().unwrap()).unwrap();
                assert!(run["at"].as_f64().unwrap() <= scenario.duration.as_secs_f64());
            }
        }
    }
}
