//! Panels that the worker draws. The page asks when the panel is first seen, when something in it is pressed, and when a
//! time is reached; the answer is what the panel shows from then on and what the page is to do.

use serde_json::{Value, json};

use super::request::WorkerError;
use crate::query::pairs;

/// What a panel asks.
pub(super) struct Asked {
    /// The run that is shown, as links hold it.
    pub(super) run: String,
    /// The playhead, in seconds.
    pub(super) at: f64,
    /// What was pressed, by its `data-ask`; empty when the panel is first seen.
    pub(super) ask: String,
    /// The named fields of the panel.
    form: Vec<(String, String)>,
    /// What the last answer asked to be told again.
    pub(super) state: Value,
    /// What the panel keeps on this device.
    pub(super) kept: Value,
}

impl Asked {
    /// Reads the parameters of a question.
    pub(super) fn read(method: &'static str, params: &Value) -> Result<Self, WorkerError> {
        let text = |name: &str| params[name].as_str();
        let run = text("run").ok_or(WorkerError::Params { method, needs: "a run as links hold it" })?.to_owned();
        Ok(Self {
            run,
            at: params["at"].as_f64().unwrap_or(0.0),
            ask: text("ask").unwrap_or_default().to_owned(),
            form: pairs(text("form").unwrap_or_default()),
            state: params["state"].clone(),
            kept: text("kept").and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default(),
        })
    }

    /// The value of a field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

/// What a panel is answered.
#[derive(Default)]
pub(super) struct Answer {
    /// What it shows.
    pub(super) html: String,
    /// How far something is, from 0 to 1: what it shows stays, but for that.
    pub(super) progress: Option<f64>,
    /// What is to be told again with the next question.
    pub(super) state: Value,
    /// What is to be kept on this device, if anything changed.
    pub(super) kept: Option<Value>,
    /// What the page is to show.
    pub(super) open: Option<Open>,
    /// What is to be asked at once again, after the panel has been shown.
    pub(super) again: Option<&'static str>,
    /// What a link calls what is shown now; empty: nothing that a link could open. None: as before.
    pub(super) link: Option<String>,
}

/// What the page is to show.
#[derive(Default)]
pub(super) struct Open {
    /// The run, as the method `load` takes it; none: it stays.
    pub(super) load: Option<Value>,
    /// The time, in seconds.
    pub(super) at: f64,
    /// Until when time goes on from there; none: it stands still.
    pub(super) until: Option<f64>,
}

impl From<Open> for Value {
    fn from(Open { load, at, until }: Open) -> Self {
        json!({"load": load, "at": at, "until": until})
    }
}

impl From<Answer> for Value {
    fn from(answer: Answer) -> Self {
        let mut told = match answer.progress {
            Some(progress) => json!({
                "progress": progress.to_string(),
                "told": format!("{} %", (progress * 100.0).floor()),
                "state": answer.state,
            }),
            None => json!({"html": answer.html, "state": answer.state}),
        };
        if let Some(kept) = answer.kept {
            told["kept"] = kept.to_string().into();
        }
        if let Some(open) = answer.open {
            told["open"] = open.into();
        }
        if let Some(again) = answer.again {
            told["again"] = again.into();
        }
        if let Some(link) = answer.link {
            told["link"] = link.into();
        }
        told
    }
}
