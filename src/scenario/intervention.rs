//! What is done to a run at a given time: a fault, a changed setting, a typed command.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Knob, ScenarioError};
use crate::engine::{Span, VirtualTime};
use crate::world::{Actor, Deed, Details, Fault, FaultKind, Incident, MessageId, Source};

/// Longest command that can be typed, in characters.
const LONGEST_COMMAND: usize = 10_000;

/// Longest time for which one message is held up: no run is longer.
const LONGEST_DELAY: Span = Span::from_secs(600);

/// What is done.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// A fault happens, or a repair.
    Inject(Incident),
    /// Something is done to one message on its way.
    Meddle {
        /// The message.
        message: MessageId,
        /// What is done to it.
        deed: Deed,
    },
    /// A setting changes.
    Set {
        /// The setting.
        name: Knob,
        /// Its new value, in the knob's unit.
        value: f64,
    },
    /// A person types a command to the cache.
    Command {
        /// The command.
        text: String,
    },
}

/// Something done at a time.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "Parts", into = "Parts")]
pub struct Intervention {
    /// When, in seconds of virtual time.
    pub at: VirtualTime,
    /// What.
    pub action: Action,
}

/// An intervention as it is written: which parts go together is told by what is done.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    at: VirtualTime,
    #[serde(rename = "do")]
    verb: Verb,
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<Actor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<MessageId>,
    #[serde(rename = "for", skip_serializing_if = "Option::is_none")]
    lasts: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    factor: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    by: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<Source>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lag: Option<Span>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Actor>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<Knob>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Parts {
    fn new(at: VirtualTime, verb: Verb) -> Self {
        Self {
            at,
            verb,
            fault: None,
            target: None,
            message: None,
            lasts: None,
            factor: None,
            by: None,
            share: None,
            source: None,
            lag: None,
            from: None,
            name: None,
            value: None,
            text: None,
        }
    }
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Verb {
    Inject,
    Set,
    Command,
}

/// Parts that make no intervention.
#[derive(Debug, thiserror::Error)]
enum PartsError {
    #[error("an intervention that does \"{0}\" needs {1}")]
    Missing(&'static str, &'static str),
    #[error("there is no fault \"{found}\"; known are {known}")]
    Fault { found: String, known: String },
    #[error("to one message one can do {known}; \"{0}\" is not among them", known = Deed::IDS.join(", "))]
    Deed(String),
    #[error("a fault hits a target or one message; \"target\", \"from\", \"share\" and such don't go with \"message\"")]
    TargetAndMessage,
    #[error("only \"delay\" takes \"by\"")]
    By,
}

impl TryFrom<Parts> for Intervention {
    type Error = PartsError;

    fn try_from(parts: Parts) -> Result<Self, PartsError> {
        let at = parts.at;
        let action = match parts.verb {
            Verb::Inject => injected(parts)?,
            Verb::Set => match (parts.name, parts.value) {
                (Some(name), Some(value)) => Action::Set { name, value },
                _ => return Err(PartsError::Missing("set", "name and value")),
            },
            Verb::Command => Action::Command { text: parts.text.ok_or(PartsError::Missing("command", "text"))? },
        };
        Ok(Self { at, action })
    }
}

fn injected(parts: Parts) -> Result<Action, PartsError> {
    let Parts { fault, target, message, lasts, factor, by, share, source, lag, from, .. } = parts;
    let needed = PartsError::Missing("inject", "fault and target, or fault and message");
    let Some(fault) = fault else { return Err(needed) };
    let details = Details { lasts, factor, by, share, source, lag, from };
    if let Some(message) = message {
        let deed = Deed::from_id(&fault, by).ok_or_else(|| PartsError::Deed(fault.chars().take(60).collect()))?;
        return match (target, Details { by: None, ..details } == Details::default(), by, deed) {
            (Some(_), ..) | (_, false, ..) => Err(PartsError::TargetAndMessage),
            (_, _, None, _) | (.., Deed::Delay(_)) => Ok(Action::Meddle { message, deed }),
            _ => Err(PartsError::By),
        };
    }
    let kind = FaultKind::from_id(&fault).ok_or_else(|| PartsError::Fault {
        found: fault.chars().take(60).collect(),
        known: FaultKind::ALL.map(FaultKind::id).join(", "),
    })?;
    let target = target.ok_or(needed)?;
    Ok(Action::Inject(Incident { fault: Fault { fault: kind, target }, details }))
}

impl From<Intervention> for Parts {
    fn from(Intervention { at, action }: Intervention) -> Self {
        match action {
            Action::Inject(Incident { fault, details }) => {
                let Details { lasts, factor, by, share, source, lag, from } = details;
                let (kind, target) = (Some(fault.fault.id().to_owned()), Some(fault.target));
                let parts = Self { fault: kind, target, lasts, factor, by, ..Self::new(at, Verb::Inject) };
                Self { share, source, lag, from, ..parts }
            }
            Action::Meddle { message, deed } => {
                let by = if let Deed::Delay(by) = deed { Some(by) } else { None };
                let fault = Some(deed.id().to_owned());
                Self { fault, message: Some(message), by, ..Self::new(at, Verb::Inject) }
            }
            Action::Set { name, value } => Self { name: Some(name), value: Some(value), ..Self::new(at, Verb::Set) },
            Action::Command { text } => Self { text: Some(text), ..Self::new(at, Verb::Command) },
        }
    }
}

impl Intervention {
    /// A fault at that time.
    #[must_use]
    pub fn fault(at: VirtualTime, incident: impl Into<Incident>) -> Self {
        Self { at, action: Action::Inject(incident.into()) }
    }

    /// Checks that it can be done.
    ///
    /// # Errors
    ///
    /// When it can't, with what could.
    pub fn check(&self) -> Result<(), ScenarioError> {
        match &self.action {
            Action::Inject(incident) => Ok(incident.check()?),
            Action::Meddle { deed: Deed::Delay(by), .. } if by.is_zero() || *by > LONGEST_DELAY => {
                Err(ScenarioError::Delay { found: by.as_secs_f64() })
            }
            Action::Set { name, value } => name.check(*value),
            Action::Command { text } if text.chars().count() > LONGEST_COMMAND => Err(ScenarioError::LongCommand),
            Action::Meddle { .. } | Action::Command { .. } => Ok(()),
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inject(incident) => incident.fmt(f),
            Self::Meddle { message, deed } => write!(f, "message {} {deed}", message.0),
            Self::Set { name, value } => write!(f, "{} becomes {}", name.spec().label, name.show(*value)),
            Self::Command { text } => write!(f, "{text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_action_is_read_as_it_is_written() {
        let texts = [
            r#"{"at":12.5,"do":"inject","fault":"crash","target":"cache"}"#,
            r#"{"at":5.0,"do":"inject","fault":"crash","target":"cache","for":3.0,"source":"rdb"}"#,
            r#"{"at":5.0,"do":"inject","fault":"delay","target":"cache","for":3.0,"by":0.5,"share":0.5,"from":"app"}"#,
            r#"{"at":5.0,"do":"inject","fault":"hold","message":7}"#,
            r#"{"at":5.0,"do":"inject","fault":"delay","message":7,"by":1.5}"#,
            r#"{"at":0.0,"do":"set","name":"ttl","value":5.0}"#,
            r#"{"at":3.0,"do":"command","text":"GET user:1"}"#,
        ];
        for text in texts {
            let read: Intervention = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), text);
        }
    }

    #[test]
    fn a_missing_or_unknown_part_is_named() {
        let cases = [
            (r#"{"at":1,"do":"inject","fault":"crash"}"#, "fault and target"),
            (r#"{"at":1,"do":"inject","fault":"explode","target":"cache"}"#, "memory-pressure"),
            (r#"{"at":1,"do":"inject","fault":"crash","message":3}"#, "duplicate"),
            (r#"{"at":1,"do":"inject","fault":"drop","message":3,"target":"cache"}"#, "target"),
            (r#"{"at":1,"do":"inject","fault":"drop","message":3,"by":2}"#, "delay"),
            (r#"{"at":1,"do":"inject","fault":"drop","message":-3}"#, "-3"),
            (r#"{"at":1,"do":"inject","fault":"slow","target":"cache","for":-3}"#, "-3"),
            (r#"{"at":1,"do":"inject","fault":"restart","target":"cache","source":"tape"}"#, "tape"),
            (r#"{"at":1,"do":"set","name":"ttl"}"#, "name and value"),
            (r#"{"at":1,"do":"command"}"#, "text"),
            (r#"{"at":1,"do":"explode"}"#, "explode"),
            (r#"{"at":1,"do":"command","text":"PING","loud":true}"#, "loud"),
        ];
        for (text, word) in cases {
            let error = serde_json::from_str::<Intervention>(text).unwrap_err().to_string();
            assert!(error.contains(word), "{error}");
        }
    }
}
