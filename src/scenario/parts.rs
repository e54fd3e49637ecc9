//! An intervention as it is written: words and numbers by their names. Which of them go together is told by what is done.
//!
//! They are read and written by hand, as all words alike and all numbers alike: a type of its own for each would cost the
//! page's download several times as much.

use std::fmt;

use serde::de::{Error, MapAccess, Visitor};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::ScenarioError;
use crate::engine::Span;
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
    #[error("a message has a whole number, not {0}")]
    Message(f64),
    #[error("\"{0}\" must be a number of seconds, 0 or more, not {1}")]
    Time(&'static str, f64),
    #[error(transparent)]
    Actor(#[from] ParseActorError),
    #[error(transparent)]
    Knob(#[from] ScenarioError),
}

impl PartsError {
    pub(super) fn unknown(what: &'static str, found: String, known: &[&str]) -> Self {
        Self::Unknown { what, found, known: known.join(", ") }
    }
}

impl Parts {
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

impl<'de> Deserialize<'de> for Parts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Parts;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an intervention")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parts, A::Error> {
        let mut parts = Parts::default();
        while let Some(name) = map.next_key::<String>()? {
            let place = |names: &[&str]| names.iter().position(|known| *known == name);
            let was_there = if let Some(place) = place(&WORDS) {
                std::mem::replace(&mut parts.words[place], map.next_value()?).is_some()
            } else if let Some(place) = place(&NUMBERS) {
                std::mem::replace(&mut parts.numbers[place], map.next_value()?).is_some()
            } else {
                let known = format!("{}, {}", NUMBERS.join(", "), WORDS.join(", "));
                return Err(A::Error::custom(format_args!("an intervention has no \"{name:.60}\"; known are {known}")));
            };
            if was_there {
                return Err(A::Error::custom(format_args!("\"{name}\" is there twice")));
            }
        }
        Ok(parts)
    }
}
