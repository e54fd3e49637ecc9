//! The messages: a method and its parameters, read into a [`Request`] or refused with a code and a sentence.

use serde_json::{Map, Value, json};

use crate::decimal::Decimal;
use crate::engine::VirtualTime;
use crate::fields::Fields;
use crate::patterns;
use crate::run::{ExportFormat, SPEEDS};
use crate::scenario::{self, Action, Intervention, Scenario, ScenarioError};
use crate::world::{Actor, FaultKind};

/// The methods.
pub(super) const METHODS: [&str; 12] =
    ["describe", "load", "play", "pause", "step", "seek", "speed", "inject", "command", "state", "trace", "experiment"];

/// Why a message was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RequestError {
    /// No such method.
    #[error("there is no method \"{0}\"; known are {known}", known = METHODS.join(", "))]
    Method(String),
    /// A message whose method is no text.
    #[error("a message's method must be a text, such as \"state\"")]
    NoMethod,
    /// A message of another version of the contract.
    #[error("this page understands messages with cachescope: 1")]
    Version,
    /// What the page needs for it can't be had.
    #[error("{0}")]
    Unavailable(String),
    /// Bad parameters.
    #[error("the parameters of {method} are wrong: {problem}")]
    Params {
        /// The method.
        method: &'static str,
        /// What is wrong.
        problem: String,
    },
    /// A run that can't be made.
    #[error("{0}")]
    Scenario(String),
}

impl RequestError {
    /// The error's code in messages.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Method(_) | Self::NoMethod => "unknown-method",
            Self::Version => "unknown-version",
            Self::Unavailable(_) => "unavailable",
            Self::Params { .. } => "bad-params",
            Self::Scenario(_) => "bad-scenario",
        }
    }
}

impl From<ScenarioError> for RequestError {
    fn from(error: ScenarioError) -> Self {
        Self::Scenario(error.to_string())
    }
}

/// What to load.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadRequest {
    /// The run.
    pub scenario: Scenario,
    /// The ready scenario that it is, if it is one.
    pub scenario_id: Option<&'static str>,
}

/// A message that can be carried out.
#[derive(Clone, Debug, PartialEq)]
pub enum Request {
    /// Tells what there is.
    Describe,
    /// Loads a run and goes to its start.
    Load(Box<LoadRequest>),
    /// Lets time go on.
    Play,
    /// Stops time.
    Pause,
    /// Goes to the next or the last event.
    Step {
        /// Whether forward.
        forward: bool,
    },
    /// Goes to a time.
    Seek {
        /// The time.
        at: VirtualTime,
    },
    /// Changes the speed.
    Speed {
        /// The speed.
        value: f64,
    },
    /// Lets a fault happen, or takes hold of a message.
    Inject {
        /// What is done.
        action: Action,
        /// When; nothing: now.
        at: Option<VirtualTime>,
    },
    /// Types a command to the cache, now.
    Command {
        /// The command.
        text: String,
    },
    /// Tells how things stand.
    State,
    /// Gives the trace.
    Trace {
        /// As what.
        format: ExportFormat,
    },
    /// Makes an experiment in the lab, which reads it.
    Experiment {
        /// An object with a `spec`.
        params: Value,
    },
}

impl Request {
    /// Reads a message.
    ///
    /// # Errors
    ///
    /// When there is no such method, or its parameters are wrong.
    pub fn read(method: &str, params: Value) -> Result<Self, RequestError> {
        let Some(method) = METHODS.into_iter().find(|known| *known == method) else {
            return Err(RequestError::Method(method.chars().take(60).collect()));
        };
        match method {
            "load" => read_load(&params).map(|load| Self::Load(Box::new(load))),
            "step" => read_step(&params),
            "seek" => read_seek(&params),
            "speed" => read_speed(&params),
            "inject" => read_inject(params),
            "command" => read_command(&params),
            "trace" => read_trace(&params),
            "experiment" => Ok(Self::Experiment { params }),
            plain => {
                with_fields(method, &params, |_| ())?;
                Ok(match plain {
                    "describe" => Self::Describe,
                    "play" => Self::Play,
                    "pause" => Self::Pause,
                    _ => Self::State,
                })
            }
        }
    }
}

/// Reads the parameters of a method; none are an empty object.
fn with_fields<'a, T>(
    method: &'static str,
    params: &'a Value,
    read: impl FnOnce(&mut Fields<'a>) -> T,
) -> Result<T, RequestError> {
    let mut fields = Fields::of(params);
    let found = read(&mut fields);
    fields.end().map(|()| found).map_err(|problem| wrong(method, problem))
}

fn wrong(method: &'static str, problem: impl Into<String>) -> RequestError {
    RequestError::Params { method, problem: problem.into() }
}

/// Reads what the method `load` takes.
///
/// # Errors
///
/// When something in it is not known, with what there is.
pub fn read_load(params: &Value) -> Result<LoadRequest, RequestError> {
    let (pattern, scenario, seed, run) = with_fields("load", params, |fields| {
        (fields.text("pattern"), fields.text("scenario"), fields.whole("seed", u64::MAX), fields.get("run"))
    })?;
    let mut load = match (run.filter(|run| !run.is_null()), scenario) {
        (Some(run), _) => LoadRequest { scenario: read_run(run)?, scenario_id: None },
        (None, Some(id)) => ready(id)?,
        (None, None) => ready("everyday")?,
    };
    if let Some(pattern) = pattern {
        patterns::find(pattern).map_err(|error| wrong("load", error.to_string()))?;
        pattern.clone_into(&mut load.scenario.pattern);
    }
    if let Some(seed) = seed {
        load.scenario.seed = seed;
    }
    load.scenario.check()?;
    Ok(load)
}

fn ready(id: &str) -> Result<LoadRequest, RequestError> {
    let ready = scenario::find(id).map_err(|error| wrong("load", error.to_string()))?;
    Ok(LoadRequest { scenario: ready.scenario(), scenario_id: Some(ready.id) })
}

/// A run as a link's text or as the scenario itself.
fn read_run(run: &Value) -> Result<Scenario, RequestError> {
    match run {
        Value::String(text) => scenario::decode(text).map_err(|error| wrong("load", error.to_string())),
        other => Scenario::read(other).map_err(|problem| wrong("load", format!("run: {problem}"))),
    }
}

fn read_step(params: &Value) -> Result<Request, RequestError> {
    let by = with_fields("step", params, |fields| fields.get("by"))?;
    match by.map(Value::as_i64) {
        None | Some(Some(1)) => Ok(Request::Step { forward: true }),
        Some(Some(-1)) => Ok(Request::Step { forward: false }),
        _ => Err(wrong("step", format!("by must be 1 or -1, not {}", by.unwrap_or(&Value::Null)))),
    }
}

fn read_seek(params: &Value) -> Result<Request, RequestError> {
    let at = with_fields("seek", params, |fields| {
        let at = fields.time("at");
        fields.need("at", at)
    })?;
    Ok(Request::Seek { at: VirtualTime::ZERO + at.unwrap_or_default() })
}

fn read_command(params: &Value) -> Result<Request, RequestError> {
    let text = with_fields("command", params, |fields| {
        let text = fields.text("text");
        fields.need("text", text)
    })?;
    Ok(Request::Command { text: text.unwrap_or_default().to_owned() })
}

fn read_speed(params: &Value) -> Result<Request, RequestError> {
    let value = with_fields("speed", params, |fields| {
        let mut value = f64::NAN;
        fields.number("value", &mut value);
        value
    })?;
    if (SPEEDS.0..=SPEEDS.1).contains(&value) {
        return Ok(Request::Speed { value });
    }
    Err(wrong(
        "speed",
        format!("value must be from {} to {}, not {}", Decimal(SPEEDS.0), Decimal(SPEEDS.1), Decimal(value)),
    ))
}

/// A fault is written as in a scenario, but its time may be left to the playhead, and its name may have its target in
/// front: `cache-crash`.
fn read_inject(params: Value) -> Result<Request, RequestError> {
    let Value::Object(mut parts) = params else { return Err(wrong("inject", "they must be an object with a fault")) };
    let is_timed = parts.get("at").is_some_and(|at| !at.is_null());
    if !is_timed {
        parts.insert("at".to_owned(), json!(0));
    }
    name_target(&mut parts)?;
    parts.insert("do".to_owned(), json!("inject"));
    let Intervention { at, action } =
        Intervention::read(&Value::Object(parts)).map_err(|problem| wrong("inject", problem))?;
    Ok(Request::Inject { action, at: is_timed.then_some(at) })
}

/// Takes the target out of the fault's name, if it has one.
fn name_target(parts: &mut Map<String, Value>) -> Result<(), RequestError> {
    let fault = parts.get("fault").and_then(Value::as_str).unwrap_or_default().to_owned();
    let split = fault.split_once('-').filter(|_| FaultKind::from_id(&fault).is_none());
    let Some((named, kind)) = split.filter(|(named, _)| named.parse::<Actor>().is_ok()) else { return Ok(()) };
    if let Some(target) = parts.get("target").and_then(Value::as_str).filter(|target| *target != named) {
        let problem = format!("the fault \"{fault}\" is one of {named}, but the target is {target}");
        return Err(wrong("inject", problem));
    }
    let (named, kind) = (json!(named), json!(kind));
    parts.insert("target".to_owned(), named);
    parts.insert("fault".to_owned(), kind);
    Ok(())
}

fn read_trace(params: &Value) -> Result<Request, RequestError> {
    let format = with_fields("trace", params, |fields| fields.text("format"))?;
    let format = ExportFormat::from_id(format.unwrap_or("json")).map_err(|error| wrong("trace", error.to_string()))?;
    Ok(Request::Trace { format })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::world::{Deed, Fault, MessageId};

    #[test]
    fn good_messages_are_read() {
        let cases = [
            ("play", json!(null), Request::Play),
            ("state", json!({}), Request::State),
            ("step", json!({"by": -1}), Request::Step { forward: false }),
            ("seek", json!({"at": 2.5}), Request::Seek { at: VirtualTime::from_millis(2500) }),
            ("speed", json!({"value": 2}), Request::Speed { value: 2.0 }),
            ("trace", json!({"format": "csv"}), Request::Trace { format: ExportFormat::Csv }),
            (
                "inject",
                json!({"fault": "crash", "target": "cache", "at": 3}),
                Request::Inject {
                    action: Action::Inject(Fault { fault: FaultKind::Crash, target: Actor::Cache }.into()),
                    at: Some(VirtualTime::from_secs(3)),
                },
            ),
        ];
        for (method, params, expected) in cases {
            assert_eq!(Request::read(method, params), Ok(expected), "{method}");
        }
        let action = Action::Inject(Fault { fault: FaultKind::CrashBetweenSteps, target: Actor::App }.into());
        for params in
            [json!({"fault": "app-crash-between-steps"}), json!({"fault": "crash-between-steps", "target": "app"})]
        {
            assert_eq!(Request::read("inject", params), Ok(Request::Inject { action: action.clone(), at: None }));
        }
        let drop = Action::Meddle { message: MessageId(17), deed: Deed::Drop };
        let params = json!({"fault": "drop", "message": 17});
        assert_eq!(Request::read("inject", params), Ok(Request::Inject { action: drop, at: None }));
    }

    #[test]
    fn bad_messages_are_refused_with_what_is_wrong() {
        let cases = [
            ("fly", json!({}), "unknown-method", "\"fly\""),
            ("seek", json!({"at": -1}), "bad-params", "0 or more"),
            ("seek", json!({"at": "soon"}), "bad-params", "soon"),
            ("seek", json!({}), "bad-params", "at"),
            ("step", json!({"by": 3}), "bad-params", "not 3"),
            ("speed", json!({"value": 1000}), "bad-params", "from 0.05 to 100"),
            ("inject", json!({"fault": "flood", "target": "cache"}), "bad-params", "unreachable"),
            ("inject", json!({"fault": "crash", "target": "moon"}), "bad-params", "moon"),
            ("inject", json!({"fault": "crash"}), "bad-params", "target"),
            ("inject", json!(null), "bad-params", "fault"),
            ("inject", json!({"fault": "hold"}), "bad-params", "memory-pressure"),
            ("inject", json!({"fault": "hold", "message": "m1"}), "bad-params", "m1"),
            ("inject", json!({"fault": "slow", "target": "cache", "factor": "ten"}), "bad-params", "ten"),
            ("inject", json!({"fault": "slow", "target": "cache", "for": -1}), "bad-params", "0 or more"),
            ("inject", json!({"fault": "drop", "target": "cache", "loud": 1}), "bad-params", "loud"),
            ("inject", json!({"fault": "drop", "target": "cache", "at": -1}), "bad-params", "0 or more"),
            ("inject", json!({"fault": "cache-crash", "target": "app"}), "bad-params", "target is app"),
            ("load", json!({"scenario": "nothing"}), "bad-params", "write-behind-data-loss"),
            ("load", json!({"pattern": "nothing"}), "bad-params", "cache-aside"),
            ("load", json!({"run": "%%%"}), "bad-params", "damaged"),
            ("load", json!({"run": {"duration": 0}}), "bad-scenario", "duration"),
            ("trace", json!({"format": "pdf"}), "bad-params", "mermaid"),
            ("play", json!({"fast": true}), "bad-params", "fast"),
            ("play", json!([1]), "bad-params", ""),
        ];
        for (method, params, code, word) in cases {
            let error = Request::read(method, params.clone()).expect_err(&params.to_string());
            assert_eq!(error.code(), code, "{method} {params}: {error}");
            assert!(error.to_string().contains(word), "{method} {params}: {error}");
        }
    }

    #[test]
    fn a_ready_scenario_is_loaded_with_another_pattern_and_seed() {
        let params = json!({"scenario": "write-behind-data-loss", "pattern": "write-through", "seed": 5});
        let Ok(Request::Load(load)) = Request::read("load", params) else { panic!("not read") };
        assert_eq!((load.scenario.pattern.as_str(), load.scenario.seed), ("write-through", 5));
        assert_eq!(load.scenario_id, Some("write-behind-data-loss"));
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            ".{0,20}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 24, 4, |inner| {
            let name = "(at|by|for|factor|share|message|from|value|fault|target|text|format|run|pattern|scenario|seed|duration|.{0,6})";
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::hash_map(name, inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn no_message_panics(method in "(load|step|seek|speed|inject|command|trace|play|.{0,8})", params in any_json()) {
            let _ = Request::read(&method, params);
        }
    }
}
