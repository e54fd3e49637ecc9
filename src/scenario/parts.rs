//! An intervention as it is written: words and numbers by their names. Which of them go together is told by what is done.
//!
//! They are read and written by hand, as all words alike and all numbers alike: a type of its own for each would cost the
//! page's download several times as much.

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::ScenarioError;
use crate::decimal::Decimal;
use crate::engine::Span;
use crate::fields::Fields;
use crate::world::{Actor, ParseActorError};

/// A part that is a word.
#[derive(Clone, Copy)]
pub(super) enum Word {
    Do,
    Fault,
    Target,
    Source,
    From,
    Name,
    Text,
}

/// A part that is a number; times are in seconds.
#[derive(Clone, Copy)]
pub(super) enum Number {
    At,
    Message,
    For,
    Factor,
    By,
    Share,
    Lag,
    Value,
}

const WORDS: [&str; 7] = ["do", "fault", "target", "source", "from", "name", "text"];

const NUMBERS: [&str; 8] = ["at", "message", "for", "factor", "by", "share", "lag", "value"];

/// Longest time that is read, in seconds: what is out of range beyond that is out of range anyway.
const LONGEST: f64 = 1e9;

/// The parts.
#[derive(Default)]
pub(super) struct Parts {
    words: [Option<String>; WORDS.len()],
    numbers: [Option<f64>; NUMBERS.len()],
}

/// Parts that make no intervention.
#[derive(Debug, thiserror::Error)]
pub(super) enum PartsError {
    #[error("an intervention needs {0}")]
    Missing(&'static str),
    #[error("there is no {what} \"{found:.60}\"; known are {known}")]
    Unknown { what: &'static str, found: String, known: String },
    #[error("with \"message\" no \"target\" and no details go, but \"by\" with \"delay\"")]
    BesideMessage,
    #[error("a message has a whole number, not {}", Decimal(*.0))]
    Message(f64),
    #[error("\"{}\" must be a number of seconds, 0 or more, not {}", .0, Decimal(*.1))]
    Time(&'static str, f64),
    #[error(transparent)]
    Actor(#[from] ParseActorError),
    #[error(transparent)]
    Knob(#[from] ScenarioError),
}

impl PartsError {
    /// A word that is not among those that are known.
    pub(super) fn unknown(what: &'static str, found: String, known: &[&str]) -> Self {
        Self::Unknown { what, found, known: known.join(", ") }
    }
}

impl Parts {
    /// Reads them from an object.
    pub(super) fn read(value: &Value) -> Result<Self, String> {
        let mut fields = Fields::of(value);
        let mut parts = Self::default();
        for (name, into) in NUMBERS.into_iter().zip(&mut parts.numbers) {
            let mut number = f64::NAN;
            if fields.get(name).is_some_and(|found| !found.is_null()) {
                fields.number(name, &mut number);
                *into = Some(number);
            }
        }
        for (name, into) in WORDS.into_iter().zip(&mut parts.words) {
            *into = fields.text(name).map(ToOwned::to_owned);
        }
        fields.end().map(|()| parts)
    }

    pub(super) fn take(&mut self, word: Word) -> Option<String> {
        self.words[word as usize].take()
    }

    pub(super) fn actor(&mut self, word: Word) -> Result<Option<Actor>, ParseActorError> {
        self.take(word).map(|name| name.parse()).transpose()
    }

    pub(super) fn number(&self, number: Number) -> Option<f64> {
        self.numbers[number as usize]
    }

    pub(super) fn time(&self, number: Number) -> Result<Option<Span>, PartsError> {
        match self.number(number) {
            Some(found) if !(0.0..=LONGEST).contains(&found) => Err(PartsError::Time(NUMBERS[number as usize], found)),
            found => Ok(found.map(Span::from_secs_f64)),
        }
    }

    pub(super) fn put(&mut self, word: Word, text: &str) {
        self.words[word as usize] = Some(text.to_owned());
    }

    pub(super) fn put_number(&mut self, number: Number, value: Option<f64>) {
        self.numbers[number as usize] = value;
    }

    pub(super) fn put_time(&mut self, number: Number, span: Option<Span>) {
        self.put_number(number, span.map(Span::as_secs_f64));
    }
}

impl Serialize for Parts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        let mut numbers = NUMBERS.iter().zip(&self.numbers);
        // The time stands first.
        if let Some((name, at)) = numbers.next() {
            map.serialize_entry(name, at)?;
        }
        for (name, word) in WORDS.iter().zip(&self.words) {
            if let Some(word) = word {
                map.serialize_entry(name, word)?;
            }
        }
        for (name, number) in numbers {
            if number.is_some() {
                map.serialize_entry(name, number)?;
            }
        }
        map.end()
    }
}
