//! A trace as a file for other programs.

use std::fmt::Write;

use serde::Serialize;

use super::Run;
use crate::scenario::Scenario;
use crate::trace::narrate;
use crate::world::{Actor, Event, EventKind, MessageId, Parcel};

/// Most messages in a sequence diagram; more can't be read.
const MOST_ARROWS: usize = 400;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportFormat {
    /// Every event with all its fields.
    Json,
    /// The log: time, actor and text of what people follow.
    Csv,
    /// A sequence diagram of the messages.
    Mermaid,
}

/// A trace that can't be exported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// No such format.
    #[error("there is no trace format \"{0}\"; known are json, csv and mermaid")]
    Format(String),
}

impl ExportFormat {
    /// Its name.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
            Self::Mermaid => "mermaid",
        }
    }

    /// The format of that name.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub fn from_id(id: &str) -> Result<Self, ExportError> {
        match id {
            "json" => Ok(Self::Json),
            "csv" => Ok(Self::Csv),
            "mermaid" => Ok(Self::Mermaid),
            other => Err(ExportError::Format(other.chars().take(40).collect())),
        }
    }
}

/// The run's trace as text.
#[must_use]
pub fn export(run: &Run, format: ExportFormat) -> String {
    match format {
        ExportFormat::Json => json(run),
        ExportFormat::Csv => csv(run),
        ExportFormat::Mermaid => mermaid(run),
    }
}

/// A trace as a JSON document.
#[derive(Serialize)]
struct Document<'a> {
    /// The version of this format.
    format: u32,
    scenario: &'a Scenario,
    digest: String,
    events: &'a [Event],
}

fn json(run: &Run) -> String {
    let document = Document {
        format: 1,
        scenario: &run.scenario,
        digest: run.trace.digest().to_string(),
        events: run.trace.events(),
    };
    // Events hold only text keys and finite numbers, all of which JSON has.
    serde_json::to_string(&document).unwrap_or_default()
}

fn csv(run: &Run) -> String {
    let mut text = String::from("seconds,actor,event\n");
    for line in run.trace.events().iter().filter_map(narrate) {
        let quoted = line.text.replace('"', "\"\"");
        // Writing to a string can't fail.
        let _ = writeln!(text, "{},{},\"{quoted}\"", line.at.as_secs_f64(), line.actor);
    }
    text
}

fn mermaid(run: &Run) -> String {
    let mut text = String::from("sequenceDiagram\n");
    let lost_message = |event: &Event| match event.kind {
        EventKind::MessageLost { message, .. } => Some(message),
        _ => None,
    };
    let lost: Vec<MessageId> = run.trace.events().iter().filter_map(lost_message).collect();
    let mut arrows = 0;
    for event in run.trace.events() {
        match &event.kind {
            EventKind::Sent { message, from, to, parcel, .. } => {
                arrows += 1;
                if arrows > MOST_ARROWS {
                    let _ = writeln!(text, "    Note over App: the diagram ends after {MOST_ARROWS} messages");
                    return text;
                }
                let line = match (parcel.kind.is_reply(), lost.contains(message)) {
                    (true, false) => "-->>",
                    (false, false) => "->>",
                    (true, true) => "--x",
                    (false, true) => "-x",
                };
                let _ = writeln!(text, "    {}{line}{}: {}", node(*from), node(*to), label(parcel));
            }
            EventKind::ConditionChanged { actor, .. } => {
                let state = narrate(event).map(|line| line.text).unwrap_or_default();
                let _ = writeln!(text, "    Note over {}: {state} at {:.2} s", node(*actor), event.at.as_secs_f64());
            }
            _ => {}
        }
    }
    text
}

fn node(actor: Actor) -> String {
    actor.name().replace(' ', "_")
}

/// A label without the characters that end a message in Mermaid's grammar.
fn label(parcel: &Parcel) -> String {
    let clean = parcel.text.chars().take(60).map(|letter| match letter {
        ';' => ',',
        '#' => ' ',
        '\n' | '\r' => ' ',
        other => other,
    });
    clean.collect()
}
