//! The format of lessons.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The version of the format.
pub const FORMAT: u32 = 1;

/// A lesson.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Tour {
    /// The version of the format, 1.
    pub format: u32,
    /// Its name in links: small letters, digits and hyphens.
    pub id: String,
    /// The language that it is written in, as HTML names it.
    #[serde(default = "english")]
    pub language: String,
    /// Its title.
    pub title: String,
    /// What it is about, in a sentence.
    pub about: String,
    /// Its steps, in order.
    pub steps: Vec<Step>,
    /// Words of the page around the lesson, by their English ones, where the language has none yet.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
}

fn english() -> String {
    "en".to_owned()
}

/// A step of a lesson.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Step {
    /// What is said, a paragraph each; `code` between backticks, emphasis between asterisks.
    pub say: Vec<String>,
    /// The run that is shown from here on; the one of the step before if there is none.
    #[serde(default)]
    pub show: Option<Show>,
    /// The time at which the step begins, in seconds.
    #[serde(default)]
    pub at: f64,
    /// Until when time goes on in this step, in seconds; it stands still if there is none.
    #[serde(default)]
    pub until: Option<f64>,
    /// What is to be predicted before time goes on.
    #[serde(default)]
    pub question: Option<Question>,
    /// What is to be reached by turning the settings.
    #[serde(default)]
    pub challenge: Option<Challenge>,
}

/// A run.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Show {
    /// A ready scenario.
    #[serde(default)]
    pub scenario: Option<String>,
    /// A whole run, as links hold it.
    #[serde(default)]
    pub run: Option<String>,
    /// Another pattern for it.
    #[serde(default)]
    pub pattern: Option<String>,
    /// Another seed for it.
    #[serde(default)]
    pub seed: Option<u64>,
    /// Settings for it, by their names.
    #[serde(default)]
    pub set: BTreeMap<String, f64>,
}

/// Which of several patterns is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wins {
    /// The one with the least.
    Least,
    /// The one with the most.
    Most,
}

/// A question whose answer is measured.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Question {
    /// The question.
    pub ask: String,
    /// The figure that answers it, as `state` names it: `ledger.lost`.
    pub figure: String,
    /// When it is measured, in seconds; at the end of the run if there is no time.
    #[serde(default)]
    pub at: Option<f64>,
    /// Numbers to choose from; none: the person types a number.
    #[serde(default)]
    pub choices: Vec<f64>,
    /// How far from the truth an answer is still right.
    #[serde(default)]
    pub within: f64,
    /// Patterns to choose from, all run with the same requests.
    #[serde(default)]
    pub among: Vec<String>,
    /// Which of the patterns is meant.
    #[serde(default)]
    pub wins: Option<Wins>,
    /// What is said after the answer; `{figure}` stands for what was measured.
    pub because: String,
}

/// Goals that a run is to reach.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Challenge {
    /// All of them are to be reached by one run, at its end.
    pub goals: Vec<Goal>,
}

/// A goal.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Goal {
    /// The figure, as `state` names it.
    pub figure: String,
    /// The most that it may be.
    #[serde(default)]
    pub most: Option<f64>,
    /// The least that it must be.
    #[serde(default)]
    pub least: Option<f64>,
}
