//! What can be wrong with a scenario or a link.

use crate::decimal::Decimal;
use crate::engine::DistributionError;
use crate::patterns::UnknownPattern;
use crate::workload::MixError;
use crate::world::{IncidentError, TimingsError};

/// A scenario that can't be run.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ScenarioError {
    /// Another version of the format.
    #[error("the scenario has format version {found}; this page reads version {}", super::FORMAT)]
    Version {
        /// The version found.
        found: u32,
    },
    /// No such pattern.
    #[error(transparent)]
    Pattern(#[from] UnknownPattern),
    /// A seed that a page could not tell.
    #[error("the seed must be from 0 to {most}, not {found}")]
    Seed {
        /// The seed found.
        found: u64,
        /// The greatest.
        most: u64,
    },
    /// Too short or too long.
    #[error("the duration must be more than 0 and at most {longest} s, not {found}", found = Decimal(*.found), longest = Decimal(*.longest))]
    Duration {
        /// Seconds.
        found: f64,
        /// The longest, in seconds.
        longest: f64,
    },
    /// A bad workload.
    #[error(transparent)]
    Workload(#[from] MixError),
    /// A bad distribution of times.
    #[error("the timings: {0}")]
    Distribution(#[from] DistributionError),
    /// A bad time or capacity.
    #[error(transparent)]
    Timings(#[from] TimingsError),
    /// More requests than a traced run may have.
    #[error("rate times duration makes {expected} requests; a run that is drawn may have {most}: lower one of them", expected = Decimal(*.expected), most = Decimal(*.most))]
    TooManyRequests {
        /// Requests to be expected.
        expected: f64,
        /// The limit.
        most: f64,
    },
    /// More events than a traced run may have.
    #[error(
        "the run has more than {most} events by {at} s; a run that is drawn can't have more: lower its rate or duration", at = Decimal(*.at)
    )]
    TooManyEvents {
        /// The limit.
        most: usize,
        /// When it was passed, in seconds.
        at: f64,
    },
    /// More scripted requests or interventions than allowed.
    #[error("the scenario lists {found} requests or interventions; at most {most} are allowed")]
    TooManyItems {
        /// Items found.
        found: usize,
        /// The limit.
        most: usize,
    },
    /// A setting out of its range.
    #[error("the setting {name} must be {right}")]
    Setting {
        /// Its name.
        name: &'static str,
        /// What it may be.
        right: &'static str,
    },
    /// A scripted request for something that is no row.
    #[error("\"{found}\" names no row; a key is like user:1, product:7 or order:3")]
    Key {
        /// The key found.
        found: String,
    },
    /// A scripted request of nobody.
    #[error("a scripted request's client must be from 1 to 12, not {found}")]
    Client {
        /// The client found.
        found: u8,
    },
    /// A fault that can't be.
    #[error(transparent)]
    Incident(#[from] IncidentError),
    /// A message is to be held up for too short or too long.
    #[error("a message can be held up for more than 0 and at most 600 s, not {found}", found = Decimal(*.found))]
    Delay {
        /// Seconds.
        found: f64,
    },
    /// A message that is not there to be taken hold of.
    #[error("message {message} is not on its way at {at} s", at = Decimal(*.at))]
    NoMessage {
        /// Its number.
        message: u32,
        /// When, in seconds.
        at: f64,
    },
    /// A message that can't be released.
    #[error("message {message} is not held at {at} s, so it can't be released", at = Decimal(*.at))]
    NotHeld {
        /// Its number.
        message: u32,
        /// When, in seconds.
        at: f64,
    },
    /// A restart from a file that nobody writes.
    #[error("the cache can't come back from its {file}: nothing is written there; turn on {setting} before")]
    NoFile {
        /// The file.
        file: &'static str,
        /// The setting that makes the cache write it.
        setting: &'static str,
    },
    /// A failover of a cache that has no replica.
    #[error("the cache can't fail over: it has no replica; turn on {setting} before")]
    NoReplica {
        /// The setting that gives it one.
        setting: &'static str,
    },
    /// A burst of nobody.
    #[error("a burst of clients multiplies the workload's rate, which is 0 in this run")]
    NoRate,
    /// A setting that can't be changed during a run.
    #[error("there is no setting \"{found}\" to change; known are {known}")]
    UnknownSetting {
        /// The name found.
        found: String,
        /// The names known.
        known: String,
    },
    /// A changed setting out of its range.
    #[error("the setting {name} must be from {low} to {high}, not {found}", low = Decimal(*.low), high = Decimal(*.high), found = Decimal(*.found))]
    KnobRange {
        /// Its name.
        name: &'static str,
        /// Least value.
        low: f64,
        /// Greatest value.
        high: f64,
        /// The value found.
        found: f64,
    },
    /// A typed command that is too long.
    #[error("the typed command is longer than 10000 characters")]
    LongCommand,
    /// An intervention after the run's end.
    #[error("an intervention at {at} s comes after the run's end at {end} s", at = Decimal(*.at), end = Decimal(*.end))]
    TooLate {
        /// Its time in seconds.
        at: f64,
        /// The run's end in seconds.
        end: f64,
    },
    /// The run went round in circles without virtual time passing.
    #[error("the run makes no progress at {at} s", at = Decimal(*.at))]
    Stuck {
        /// When, in seconds.
        at: f64,
    },
    /// Interventions not sorted by time.
    #[error("the interventions must be in the order of their times")]
    Order,
}

/// A link that can't be read.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum LinkError {
    /// Characters that the encoding does not have.
    #[error("the run in the link is damaged: \"{found}\" at place {place} can't be part of it")]
    Character {
        /// The character.
        found: char,
        /// Its place, from 1.
        place: usize,
    },
    /// Cut short.
    #[error("the run in the link is cut short")]
    Short,
    /// Too long.
    #[error("the run in the link is longer than {most} characters")]
    Long {
        /// The limit.
        most: usize,
    },
    /// Not a scenario.
    #[error("the run in the link can't be read: {0}")]
    Format(String),
    /// A scenario that can't be run.
    #[error("the run in the link is not possible: {0}")]
    Scenario(#[from] ScenarioError),
}
