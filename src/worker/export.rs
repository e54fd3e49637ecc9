//! A run's trace as a file.

use serde_json::Value;

use super::request::WorkerError;
use super::runs::run_of;
use crate::run::{ExportFormat, export};

/// The trace of the run that a link's value holds.
pub(super) fn text(params: &Value) -> Result<Value, WorkerError> {
    let needs = || WorkerError::Params { method: "export", needs: "a run as links hold it, and a format" };
    let run = params["run"].as_str().ok_or_else(needs)?;
    let format = ExportFormat::from_id(params["format"].as_str().ok_or_else(needs)?)?;
    Ok(export(&*run_of(run)?, format).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::Run;
    use crate::scenario::{encode, ready};
    use serde_json::json;

    #[test]
    fn the_trace_of_a_link_s_run_is_that_of_the_run() {
        let scenario = ready("first-read", None).unwrap();
        let told = text(&json!({"run": encode(&scenario), "format": "csv"})).unwrap();
        assert_eq!(told, export(&Run::of(scenario).unwrap(), ExportFormat::Csv));
    }

    #[test]
    fn what_can_t_be_exported_says_why() {
        let refusal = |params: Value| text(&params).unwrap_err().to_string();
        assert_eq!(refusal(json!({})), "'export' needs a run as links hold it, and a format");
        assert!(refusal(json!({"run": "x", "format": "opera"})).contains("known are json, csv and mermaid"));
        assert!(!refusal(json!({"run": "?", "format": "csv"})).is_empty());
    }
}
