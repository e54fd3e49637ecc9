//! What is done to a run at a given time: a fault, a changed setting, a typed command.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::parts::{Number, Parts, PartsError, Word};
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
#[derive(Clone, Debug, PartialEq)]
pub struct Intervention {
    /// When, in seconds of virtual time.
    pub at: VirtualTime,
    /// What.
    pub action: Action,
}

impl Serialize for Intervention {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_parts().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Intervention {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Intervention {
    /// Reads an intervention as it is written; it may still be one that can't be made.
    ///
    /// # Errors
    ///
    /// The first thing that can't be read, and what would be right.
    pub fn read(value: &Value) -> Result<Self, String> {
        Self::from_parts(Parts::read(value)?).map_err(|error| error.to_string())
    }

    fn from_parts(mut parts: Parts) -> Result<Self, PartsError> {
        let at = VirtualTime::ZERO + parts.time(Number::At)?.ok_or(PartsError::Missing("at"))?;
        let verb = parts.take(Word::Do).ok_or(PartsError::Missing("do"))?;
        let action = match verb.as_str() {
            "inject" => injected(&mut parts)?,
            "set" => match (parts.take(Word::Name), parts.number(Number::Value)) {
                (Some(name), Some(value)) => Action::Set { name: Knob::from_id(&name)?, value },
                _ => return Err(PartsError::Missing("name and value")),
            },
            "command" => Action::Command { text: parts.take(Word::Text).ok_or(PartsError::Missing("text"))? },
            _ => return Err(PartsError::unknown("intervention", verb, &["inject", "set", "command"])),
        };
        Ok(Self { at, action })
    }

    fn to_parts(&self) -> Parts {
        let mut parts = Parts::default();
        let since_start = self.at.since(VirtualTime::ZERO);
        parts.put_time(Number::At, Some(since_start));
        match &self.action {
            Action::Inject(Incident { fault, details }) => {
                parts.put(Word::Do, "inject");
                parts.put(Word::Fault, fault.fault.id());
                parts.put(Word::Target, &fault.target.to_string());
                parts.put_time(Number::For, details.lasts);
                parts.put_time(Number::By, details.by);
                parts.put_time(Number::Lag, details.lag);
                parts.put_number(Number::Factor, details.factor);
                parts.put_number(Number::Share, details.share);
                if let Some(source) = details.source {
                    parts.put(Word::Source, source.id());
                }
                if let Some(from) = details.from {
                    parts.put(Word::From, &from.to_string());
                }
            }
            Action::Meddle { message, deed } => {
                parts.put(Word::Do, "inject");
                parts.put(Word::Fault, deed.id());
                parts.put_number(Number::Message, Some(f64::from(message.0)));
                if let Deed::Delay(by) = deed {
                    parts.put_time(Number::By, Some(*by));
                }
            }
            Action::Set { name, value } => {
                parts.put(Word::Do, "set");
                parts.put(Word::Name, name.spec().id);
                parts.put_number(Number::Value, Some(*value));
            }
            Action::Command { text } => {
                parts.put(Word::Do, "command");
                parts.put(Word::Text, text);
            }
        }
        parts
    }
}

fn injected(parts: &mut Parts) -> Result<Action, PartsError> {
    let needed = PartsError::Missing("fault and target, or fault and message");
    let Some(fault) = parts.take(Word::Fault) else { return Err(needed) };
    let source = match parts.take(Word::Source) {
        None => None,
        Some(id) => match Source::from_id(&id) {
            None => return Err(PartsError::unknown("source", id, &["nothing", "rdb", "aof"])),
            known => known,
        },
    };
    let details = Details {
        lasts: parts.time(Number::For)?,
        factor: parts.number(Number::Factor),
        by: parts.time(Number::By)?,
        share: parts.number(Number::Share),
        source,
        lag: parts.time(Number::Lag)?,
        from: parts.actor(Word::From)?,
    };
    let target = parts.actor(Word::Target)?;
    if let Some(message) = parts.number(Number::Message) {
        return taken_hold_of(message, fault, target, details);
    }
    let Some(kind) = FaultKind::from_id(&fault) else {
        return Err(PartsError::unknown("fault", fault, &FaultKind::ALL.map(FaultKind::id)));
    };
    let target = target.ok_or(needed)?;
    Ok(Action::Inject(Incident { fault: Fault { fault: kind, target }, details }))
}

fn taken_hold_of(message: f64, deed: String, target: Option<Actor>, details: Details) -> Result<Action, PartsError> {
    let by = details.by;
    let Some(deed) = Deed::from_id(&deed, by) else {
        return Err(PartsError::unknown("deed for one message", deed, &Deed::IDS));
    };
    let takes_by = matches!(deed, Deed::Delay(_));
    if target.is_some() || (Details { by: None, ..details }) != Details::default() || (by.is_some() && !takes_by) {
        return Err(PartsError::BesideMessage);
    }
    let number = message as u32;
    if f64::from(number) != message {
        return Err(PartsError::Message(message));
    }
    Ok(Action::Meddle { message: MessageId(number), deed })
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
            r#"{"at":5.0,"do":"inject","fault":"crash","target":"cache","source":"rdb","for":3.0}"#,
            r#"{"at":5.0,"do":"inject","fault":"delay","target":"cache","from":"app","for":3.0,"by":0.5,"share":0.5}"#,
            r#"{"at":5.0,"do":"inject","fault":"hold","message":7.0}"#,
            r#"{"at":5.0,"do":"inject","fault":"delay","message":7.0,"by":1.5}"#,
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
            (r#"{"at":1,"do":"inject","fault":"drop","message":2.5}"#, "2.5"),
            (r#"{"at":-1,"do":"command","text":"PING"}"#, "0 or more"),
            (r#"{"do":"command","text":"PING"}"#, "at"),
            (r#"{"at":1,"do":"set","name":"speed","value":1}"#, "flush-interval"),
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
