//! What is done to a run at a given time: a fault, a changed setting, a typed command.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Knob, ScenarioError};
use crate::engine::VirtualTime;
use crate::world::{Actor, Fault, FaultKind};

/// Longest command that can be typed, in characters.
const LONGEST_COMMAND: usize = 10_000;

/// What is done.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "do", rename_all = "kebab-case")]
pub enum Action {
    /// A fault happens, or a repair.
    Inject(Fault),
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
#[serde(try_from = "Parts")]
pub struct Intervention {
    /// When, in seconds of virtual time.
    pub at: VirtualTime,
    /// What.
    #[serde(flatten)]
    pub action: Action,
}

/// An intervention as it is written: which parts go together is told by what is done.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    at: VirtualTime,
    #[serde(rename = "do")]
    verb: Verb,
    fault: Option<FaultKind>,
    target: Option<Actor>,
    name: Option<Knob>,
    value: Option<f64>,
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Verb {
    Inject,
    Set,
    Command,
}

/// An intervention that lacks a part.
#[derive(Debug, thiserror::Error)]
#[error("an intervention that does \"{0}\" needs {1}")]
struct MissingPart(&'static str, &'static str);

impl TryFrom<Parts> for Intervention {
    type Error = MissingPart;

    fn try_from(parts: Parts) -> Result<Self, MissingPart> {
        let Parts { at, verb, fault, target, name, value, text } = parts;
        let action = match verb {
            Verb::Inject => match (fault, target) {
                (Some(fault), Some(target)) => Action::Inject(Fault { fault, target }),
                _ => return Err(MissingPart("inject", "fault and target")),
            },
            Verb::Set => match (name, value) {
                (Some(name), Some(value)) => Action::Set { name, value },
                _ => return Err(MissingPart("set", "name and value")),
            },
            Verb::Command => Action::Command { text: text.ok_or(MissingPart("command", "text"))? },
        };
        Ok(Self { at, action })
    }
}

impl Intervention {
    /// A fault at that time.
    #[must_use]
    pub const fn fault(at: VirtualTime, fault: Fault) -> Self {
        Self { at, action: Action::Inject(fault) }
    }

    /// Checks that it can be done.
    ///
    /// # Errors
    ///
    /// When it can't, with what could.
    pub fn check(&self) -> Result<(), ScenarioError> {
        match &self.action {
            Action::Inject(fault) => check_fault(*fault),
            Action::Set { name, value } => name.check(*value),
            Action::Command { text } if text.chars().count() > LONGEST_COMMAND => Err(ScenarioError::LongCommand),
            Action::Command { .. } => Ok(()),
        }
    }
}

fn check_fault(fault: Fault) -> Result<(), ScenarioError> {
    if fault.fault.can_hit(fault.target) {
        return Ok(());
    }
    let actors = [Actor::App, Actor::Cache, Actor::Database, Actor::Flusher, Actor::Loader];
    let can: Vec<_> = actors.iter().filter(|actor| fault.fault.can_hit(**actor)).map(ToString::to_string).collect();
    Err(ScenarioError::Target { fault: fault.fault.id(), target: fault.target.to_string(), can: can.join(", ") })
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inject(fault) => fault.fmt(f),
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
