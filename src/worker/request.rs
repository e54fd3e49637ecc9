//! Reading a request, and answering it.

use serde_json::{Value, json};
use thiserror::Error;

use super::source::{NoFile, Source};
use super::{claims, experiment, export, guide, journey, lab, lesson, search, sequence};
use crate::lab::SpecError;
use crate::lab::traffic::TrafficError;
use crate::lessons::UnknownClaim;
use crate::lessons::tour::TourError;
use crate::redis::summaries;
use crate::run::ExportError;
use crate::scenario::{LinkError, ScenarioError};

/// All methods.
const METHODS: &[(&str, Method)] = &[
    ("claims", Method::Plain(claims::list)),
    ("claims-panel", Method::Plain(claims::panel)),
    ("claim", Method::Plain(claims::evidence)),
    ("export", Method::Plain(export::text)),
    ("commands", Method::Plain(commands)),
    ("sequence", Method::Plain(sequence::drawing)),
    ("search", Method::Plain(search::panel)),
    ("journey", Method::Plain(journey::panel)),
    ("lesson", Method::Plain(lesson::answer)),
    ("guide", Method::Plain(guide::answer)),
    ("experiment", Method::Plain(experiment::answer)),
    ("lab", Method::Reading(lab::answer)),
];

enum Method {
    Plain(fn(&Value) -> Result<Value, WorkerError>),
    /// One that may read the file that was dropped.
    Reading(fn(&Value, &dyn Source) -> Result<Value, WorkerError>),
}

/// Why a request has no result.
#[derive(Clone, Debug, PartialEq, Error)]
pub(super) enum WorkerError {
    /// It is no request.
    #[error("a request must be an object with a method; this is not one: {0}")]
    Unreadable(String),
    /// There is no such method.
    #[error("there is no method '{found}'; there are: {known}", known = names())]
    Method {
        /// What was asked for.
        found: String,
    },
    /// A parameter is missing or wrong.
    #[error("'{method}' needs {needs}")]
    Params {
        /// The method.
        method: &'static str,
        /// What it needs.
        needs: &'static str,
    },
    /// There is no such claim.
    #[error(transparent)]
    Claim(#[from] UnknownClaim),
    /// A run can't be read.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// There is no such format.
    #[error(transparent)]
    Format(#[from] ExportError),
    /// A lesson can't be read.
    #[error(transparent)]
    Lesson(#[from] TourError),
    /// An experiment can't be made.
    #[error(transparent)]
    Experiment(#[from] SpecError),
    /// Recorded traffic can't be read.
    #[error(transparent)]
    Traffic(#[from] TrafficError),
    /// The file can't be read.
    #[error("the file can't be read: {0}")]
    File(String),
    /// A scenario can't be run.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
}

/// What each command of the cache does, by its name.
fn commands(_: &Value) -> Result<Value, WorkerError> {
    Ok(summaries().map(|(name, summary)| (name.to_owned(), Value::from(summary))).collect())
}

fn names() -> String {
    METHODS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// The answer to a request; both are JSON.
#[must_use]
pub fn answer(text: &str) -> String {
    answer_with(text, &NoFile)
}

/// The same where somebody has dropped a file.
#[must_use]
pub fn answer_with(text: &str, file: &dyn Source) -> String {
    let request: Value = serde_json::from_str(text).unwrap_or_default();
    let id = request["id"].clone();
    let answer = match carry_out(text, &request, file) {
        Ok(result) => json!({"id": id, "result": result}),
        Err(error) => json!({"id": id, "error": error.to_string()}),
    };
    answer.to_string()
}

fn carry_out(text: &str, request: &Value, file: &dyn Source) -> Result<Value, WorkerError> {
    let unreadable = || WorkerError::Unreadable(text.chars().take(80).collect());
    let method = request["method"].as_str().ok_or_else(unreadable)?;
    let known = METHODS.iter().find(|(name, _)| *name == method);
    let (_, work) = known.ok_or_else(|| WorkerError::Method { found: method.to_owned() })?;
    match work {
        Method::Plain(work) => work(&request["params"]),
        Method::Reading(work) => work(&request["params"], file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(text: &str) -> Value {
        serde_json::from_str(&answer(text)).unwrap()
    }

    #[test]
    fn an_answer_has_the_id_of_its_request() {
        assert_eq!(ask(r#"{"id": 7, "method": "claims"}"#)["id"], 7);
        assert_eq!(ask(r#"{"id": "x", "method": "none"}"#)["id"], "x");
    }

    #[test]
    fn what_is_no_request_is_told_so() {
        for text in ["", "[]", "{", "{\"id\": 1}", "{\"method\": 3}"] {
            let error = ask(text)["error"].as_str().unwrap().to_owned();
            assert!(error.starts_with("a request must be an object with a method"), "{text}: {error}");
        }
        assert_eq!(
            ask(r#"{"method": "sing"}"#)["error"],
            "there is no method 'sing'; there are: claims, claims-panel, claim, export, commands, sequence, search, journey, lesson, guide, \
             experiment, lab"
        );
        assert_eq!(ask(r#"{"method": "claim"}"#)["error"], "'claim' needs the id of a claim, for example \"WB4\"");
    }
}
