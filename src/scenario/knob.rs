//! The settings that a person can turn while a run goes on, as data: the page, the links and the checks follow it.

use serde::{Deserialize, Serialize};

use super::{Scenario, ScenarioError};
use crate::engine::Span;
use crate::workload::Mix;
use crate::world::Settings;

/// A setting that can be turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Knob {
    /// Share of reads.
    ReadShare,
    /// Requests per second.
    Rate,
    /// Rows asked for.
    Keys,
    /// Zipf exponent.
    Skew,
    /// Time to live, 0: none.
    Ttl,
    /// Pause between flushes.
    FlushInterval,
    /// Most entries of a flush.
    FlushBatch,
    /// Whether a flush writes only the newest copy of a row.
    Coalesce,
    /// Whether a flush takes entries out of the queue before it writes them.
    PopFirst,
    /// Whether a flush writes each row with a statement of its own.
    Apart,
    /// Whether the database keeps rows that are newer than what a flush brings.
    Versioned,
    /// Most dirty entries before writes are held back, 0: no limit.
    QueueLimit,
    /// Whether write-through writes the cache first.
    CacheFirst,
    /// Whether write-through uses one transaction.
    Transaction,
}

/// What a knob looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KnobSpec {
    /// The knob.
    pub knob: Knob,
    /// Its name in links and messages.
    pub id: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// The unit of its values.
    pub unit: &'static str,
    /// Least value.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
    /// The step of its slider; a step of 1 from 0 to 1 is a switch.
    pub step: f64,
    /// What 0 means, where it means something of its own.
    pub zero: Option<&'static str>,
    /// The patterns that heed it; none: all.
    pub only: &'static [&'static str],
}

const fn spec(knob: Knob, id: &'static str, label: &'static str, unit: &'static str, range: [f64; 3]) -> KnobSpec {
    KnobSpec { knob, id, label, unit, low: range[0], high: range[1], step: range[2], zero: None, only: &[] }
}

const BEHIND: &[&str] = &["write-behind"];
const THROUGH: &[&str] = &["write-through"];

static SPECS: [KnobSpec; 14] = [
    spec(Knob::ReadShare, "read-share", "Reads", "%", [0.0, 100.0, 5.0]),
    spec(Knob::Rate, "rate", "Requests", "per s", [0.0, 100.0, 0.1]),
    spec(Knob::Keys, "keys", "Rows in use", "", [1.0, 500.0, 1.0]),
    spec(Knob::Skew, "skew", "Popularity skew", "", [0.0, 2.0, 0.1]),
    KnobSpec { zero: Some("no limit"), ..spec(Knob::Ttl, "ttl", "Time to live", "s", [0.0, 120.0, 0.5]) },
    KnobSpec { only: BEHIND, ..spec(Knob::FlushInterval, "flush-interval", "Flush every", "s", [0.5, 60.0, 0.5]) },
    KnobSpec { only: BEHIND, ..spec(Knob::FlushBatch, "flush-batch", "Entries a flush", "", [1.0, 200.0, 1.0]) },
    KnobSpec { only: BEHIND, ..spec(Knob::Coalesce, "coalesce", "Only the newest copy", "", [0.0, 1.0, 1.0]) },
    KnobSpec { only: BEHIND, ..spec(Knob::PopFirst, "pop-first", "Unqueue before writing", "", [0.0, 1.0, 1.0]) },
    KnobSpec { only: BEHIND, ..spec(Knob::Apart, "apart", "A statement a row", "", [0.0, 1.0, 1.0]) },
    KnobSpec { only: BEHIND, ..spec(Knob::Versioned, "versioned", "Never over a newer row", "", [0.0, 1.0, 1.0]) },
    KnobSpec {
        only: BEHIND,
        zero: Some("no limit"),
        ..spec(Knob::QueueLimit, "queue-limit", "Hold writes back at", "dirty", [0.0, 200.0, 1.0])
    },
    KnobSpec { only: THROUGH, ..spec(Knob::CacheFirst, "cache-first", "Cache before database", "", [0.0, 1.0, 1.0]) },
    KnobSpec { only: THROUGH, ..spec(Knob::Transaction, "transaction", "In one transaction", "", [0.0, 1.0, 1.0]) },
];

impl Knob {
    /// The knobs that a pattern heeds.
    pub fn of_pattern(pattern: &str) -> impl Iterator<Item = &'static KnobSpec> + use<'_> {
        SPECS.iter().filter(move |spec| spec.only.is_empty() || spec.only.contains(&pattern))
    }

    /// The knob of that name.
    ///
    /// # Errors
    ///
    /// When there is none, with those that there are.
    pub fn from_id(id: &str) -> Result<Self, ScenarioError> {
        let found = SPECS.iter().find(|spec| spec.id == id);
        found.map(|spec| spec.knob).ok_or_else(|| ScenarioError::UnknownSetting {
            found: id.chars().take(60).collect(),
            known: SPECS.map(|spec| spec.id).join(", "),
        })
    }

    /// What it looks like.
    #[must_use]
    pub fn spec(self) -> &'static KnobSpec {
        &SPECS[self as usize]
    }

    /// Checks a value for it.
    ///
    /// # Errors
    ///
    /// When it is out of range.
    pub fn check(self, value: f64) -> Result<(), ScenarioError> {
        let KnobSpec { id: name, low, high, .. } = *self.spec();
        if (low..=high).contains(&value) {
            return Ok(());
        }
        Err(ScenarioError::KnobRange { name, low, high, found: value })
    }

    /// A value in words.
    #[must_use]
    pub fn show(self, value: f64) -> String {
        let spec = self.spec();
        match (spec.zero, spec.is_switch()) {
            (Some(zero), _) if value == 0.0 => zero.to_owned(),
            (_, true) => if value > 0.0 { "on" } else { "off" }.to_owned(),
            _ if spec.unit.is_empty() => format!("{value}"),
            _ => format!("{value} {}", spec.unit),
        }
    }

    /// The value at the start of a scenario.
    #[must_use]
    pub fn of_scenario(self, scenario: &Scenario) -> f64 {
        self.read(&scenario.workload, &scenario.settings)
    }

    /// Gives a scenario's start another value.
    pub fn set_in_scenario(self, scenario: &mut Scenario, value: f64) {
        self.turn(&mut scenario.workload, &mut scenario.settings, value);
    }

    /// The value in force.
    #[must_use]
    pub fn read(self, mix: &Mix, settings: &Settings) -> f64 {
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        match self {
            Self::ReadShare => (mix.read_share * 1000.0).round() / 10.0,
            Self::Rate => mix.rate,
            Self::Keys => f64::from(mix.keys),
            Self::Skew => mix.skew,
            Self::Ttl => settings.ttl.map_or(0.0, Span::as_secs_f64),
            Self::FlushInterval => settings.flush_interval.as_secs_f64(),
            Self::FlushBatch => f64::from(settings.flush_batch),
            Self::Coalesce => flag(settings.coalesce),
            Self::PopFirst => flag(settings.pop_first),
            Self::Apart => flag(settings.apart),
            Self::Versioned => flag(settings.versioned),
            Self::QueueLimit => settings.queue_limit.map_or(0.0, f64::from),
            Self::CacheFirst => flag(settings.order == crate::world::WriteOrder::CacheFirst),
            Self::Transaction => flag(settings.transaction),
        }
    }

    /// Gives it another value. Numbers are cut to what the setting can hold.
    pub fn turn(self, mix: &mut Mix, settings: &mut Settings, value: f64) {
        use crate::world::WriteOrder::{CacheFirst, DatabaseFirst};
        let count = |value: f64| value.round().max(0.0) as u32;
        match self {
            Self::ReadShare => mix.read_share = value / 100.0,
            Self::Rate => mix.rate = value,
            Self::Keys => mix.keys = count(value).max(1),
            Self::Skew => mix.skew = value,
            Self::Ttl => settings.ttl = (value > 0.0).then(|| Span::from_secs_f64(value)),
            Self::FlushInterval => settings.flush_interval = Span::from_secs_f64(value),
            Self::FlushBatch => settings.flush_batch = count(value).max(1),
            Self::Coalesce => settings.coalesce = value > 0.5,
            Self::PopFirst => settings.pop_first = value > 0.5,
            Self::Apart => settings.apart = value > 0.5,
            Self::Versioned => settings.versioned = value > 0.5,
            Self::QueueLimit => settings.queue_limit = (value >= 1.0).then(|| count(value)),
            Self::CacheFirst => settings.order = if value > 0.5 { CacheFirst } else { DatabaseFirst },
            Self::Transaction => settings.transaction = value > 0.5,
        }
    }
}

impl KnobSpec {
    /// Whether it is on or off and nothing between.
    #[must_use]
    pub fn is_switch(&self) -> bool {
        self.high == 1.0 && self.step == 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_knob_finds_its_own_spec() {
        for spec in &SPECS {
            assert_eq!(spec.knob.spec(), spec);
            assert_eq!(Knob::from_id(spec.id), Ok(spec.knob));
            assert_eq!(serde_json::to_string(&spec.knob).unwrap(), format!("\"{}\"", spec.id));
        }
    }

    #[test]
    fn what_is_set_is_read() {
        for spec in &SPECS {
            for value in [spec.low, spec.high] {
                let mut scenario = Scenario::default();
                spec.knob.set_in_scenario(&mut scenario, value);
                assert_eq!(spec.knob.of_scenario(&scenario), value, "{}", spec.id);
            }
        }
    }

    #[test]
    fn a_wrong_value_or_name_is_refused_with_what_is_right() {
        let error = Knob::Rate.check(1e9).unwrap_err().to_string();
        assert_eq!(error, "the setting rate must be from 0 to 100, not 1000000000");
        assert!(Knob::Rate.check(f64::NAN).is_err());
        assert!(Knob::from_id("speed").unwrap_err().to_string().contains("flush-interval"));
    }
}
