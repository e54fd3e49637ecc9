//! What an experiment is, as it is written in a file, a message or a link.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Axis, Measure};
use crate::engine::Span;
use crate::patterns;
use crate::redis::AppendFsync;
use crate::scenario::{Limits, LinkError, Scenario, ScenarioError, from_link, to_link};

/// Most values on an axis.
const MOST_VALUES: usize = 40;
/// Most runs of one experiment.
const MOST_RUNS: usize = 4_000;
/// Most seeds and crashes.
const MOST_SEEDS: u32 = 200;

/// What is to be found out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One run of many requests.
    #[default]
    Run,
    /// One or two settings are varied.
    Sweep,
    /// How many acknowledged writes a crash of the cache takes, for each persistence.
    Loss,
}

/// A setting and the values that it is given.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Range {
    /// The setting.
    pub setting: Axis,
    /// Its values, in order.
    pub values: Vec<f64>,
}

/// How a cache keeps its queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Durability {
    /// In memory alone.
    None,
    /// In a file that reaches the disk each second.
    Everysec,
    /// In a file that reaches the disk before each reply.
    Always,
}

impl Durability {
    /// All.
    pub const ALL: [Self; 3] = [Self::None, Self::Everysec, Self::Always];

    /// For people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::None => "memory alone",
            Self::Everysec => "appendfsync everysec",
            Self::Always => "appendfsync always",
        }
    }

    pub(super) const fn fsync(self) -> Option<AppendFsync> {
        match self {
            Self::None => None,
            Self::Everysec => Some(AppendFsync::EverySecond),
            Self::Always => Some(AppendFsync::Always),
        }
    }
}

/// An experiment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Spec {
    /// What is to be found out.
    pub kind: Kind,
    /// The run that everything starts from.
    pub run: Scenario,
    /// Requests of each run: the duration follows from the rate. None: as long as the run says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<u64>,
    /// Patterns to compare; none: that of the run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<String>,
    /// What is varied from left to right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub x: Option<Range>,
    /// What is varied from bottom to top.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub y: Option<Range>,
    /// Runs of each combination, each with a seed of its own.
    pub seeds: u32,
    /// The figure that is drawn.
    pub measure: Measure,
    /// Crashes for each persistence.
    pub crashes: u32,
}

impl Default for Spec {
    fn default() -> Self {
        Self {
            kind: Kind::default(),
            run: Scenario::default(),
            requests: None,
            patterns: Vec::new(),
            x: None,
            y: None,
            seeds: 3,
            measure: Measure::default(),
            crashes: 40,
        }
    }
}

/// An experiment that can't be made.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum SpecError {
    /// A scenario can't be run.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The link is damaged.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// It can't be read.
    #[error("the experiment can't be read: {0}")]
    Unreadable(String),
    /// A sweep of nothing.
    #[error("a sweep needs x: a setting and its values, for example {{\"setting\": \"ttl\", \"values\": [1, 5, 20]}}")]
    NothingVaried,
    /// Too many or too few values.
    #[error("{what} must be from 1 to {most}, not {found}")]
    Amount {
        /// Of what.
        what: &'static str,
        /// The most.
        most: usize,
        /// How many there are.
        found: usize,
    },
    /// Requests without a rate.
    #[error("a number of requests needs a workload with a rate above 0")]
    NoRate,
}

impl Spec {
    /// Reads JSON.
    ///
    /// # Errors
    ///
    /// When it is no experiment, or one that can't be made.
    pub fn from_json(json: &str) -> Result<Self, SpecError> {
        let spec: Self = serde_json::from_str(json)
            .map_err(|error| SpecError::Unreadable(error.to_string().chars().take(200).collect()))?;
        spec.check()?;
        Ok(spec)
    }

    /// Reads what a link holds.
    ///
    /// # Errors
    ///
    /// When it is damaged, or an experiment that can't be made.
    pub fn from_link(text: &str) -> Result<Self, SpecError> {
        Self::from_json(&from_link(text)?)
    }

    /// As a link holds it.
    #[must_use]
    pub fn to_link(&self) -> String {
        // An experiment holds only maps with text keys and finite numbers, all of which JSON has.
        to_link(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// The patterns that are compared.
    #[must_use]
    pub fn patterns(&self) -> Vec<String> {
        if self.patterns.is_empty() { vec![self.run.pattern.clone()] } else { self.patterns.clone() }
    }

    /// The run that everything starts from, as long as it has to be.
    ///
    /// # Errors
    ///
    /// When requests are asked for and nobody sends any.
    pub fn base(&self) -> Result<Scenario, SpecError> {
        let mut base = self.run.clone();
        if let Some(requests) = self.requests {
            if base.workload.rate <= 0.0 {
                return Err(SpecError::NoRate);
            }
            base.duration = Span::from_secs_f64(requests as f64 / base.workload.rate);
        }
        let end = base.end();
        base.interventions.retain(|intervention| intervention.at <= end);
        Ok(base)
    }

    fn check(&self) -> Result<(), SpecError> {
        self.base()?.check_within(&Limits::COUNTED)?;
        for pattern in &self.patterns {
            patterns::find(pattern).map_err(ScenarioError::from)?;
        }
        let amount = |what, most, found| match found {
            0 => Err(SpecError::Amount { what, most, found }),
            _ if found > most => Err(SpecError::Amount { what, most, found }),
            _ => Ok(()),
        };
        amount("the seeds", MOST_SEEDS as usize, self.seeds as usize)?;
        amount("the crashes", MOST_SEEDS as usize, self.crashes as usize)?;
        if self.kind != Kind::Sweep {
            return Ok(());
        }
        let x = self.x.as_ref().ok_or(SpecError::NothingVaried)?;
        amount("the values of x", MOST_VALUES, x.values.len())?;
        let rows = self.y.as_ref().map_or(1, |y| y.values.len());
        amount("the values of y", MOST_VALUES, rows)?;
        amount("the runs", MOST_RUNS, self.patterns().len() * x.values.len() * rows * self.seeds as usize)
    }
}
