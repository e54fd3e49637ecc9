//! Reading a lesson, and saying what is wrong with it.

use thiserror::Error;

use super::figure::{FIGURES, Figure};
use super::format::{FORMAT, Question, Show, Step, Tour};
use super::question::truth;
use crate::patterns;
use crate::run::Run;
use crate::scenario::{self, Knob, Scenario, ScenarioError};

/// Most steps of a lesson.
const MOST_STEPS: usize = 40;

/// Longest text of a lesson, in bytes.
const LONGEST: usize = 200_000;

/// What is wrong with a lesson.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum TourError {
    /// It is no JSON, or has other fields.
    #[error("this is no lesson: {0}")]
    Unreadable(String),
    /// It is too long.
    #[error("a lesson has at most {LONGEST} bytes, this one has {0}")]
    TooLong(usize),
    /// It is of another version of the format.
    #[error("this lesson is of format {0}; known is format {FORMAT}")]
    Format(u32),
    /// Its id can't be part of a link.
    #[error("the id \"{0}\" must be of small letters, digits and hyphens, for example \"stale-reads\"")]
    Id(String),
    /// It has no steps, or too many.
    #[error("a lesson has 1 to {MOST_STEPS} steps, this one has {0}")]
    Steps(usize),
    /// Something is wrong with a step.
    #[error("step {step}: {problem}")]
    Step {
        /// Which, from 1.
        step: usize,
        /// What.
        problem: String,
    },
    /// There is no such lesson on the page.
    #[error("there is no lesson \"{found}\"; known are {known}")]
    Unknown {
        /// What was asked for.
        found: String,
        /// What there is.
        known: String,
    },
}

impl Tour {
    /// Reads a lesson and checks all of it: each run is made, each question answered.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, and what would be right.
    pub fn read(text: &str) -> Result<Self, TourError> {
        let tour = Self::parse(text)?;
        for (place, step) in (0..).zip(&tour.steps) {
            tour.check_step(place, step).map_err(|problem| TourError::Step { step: place + 1, problem })?;
        }
        Ok(tour)
    }

    /// Reads a lesson whose steps are known to be right.
    ///
    /// # Errors
    ///
    /// When it is no lesson.
    pub fn parse(text: &str) -> Result<Self, TourError> {
        if text.len() > LONGEST {
            return Err(TourError::TooLong(text.len()));
        }
        let tour: Self = serde_json::from_str(text).map_err(|error| TourError::Unreadable(error.to_string()))?;
        if tour.format != FORMAT {
            return Err(TourError::Format(tour.format));
        }
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
        if tour.id.is_empty() || !tour.id.chars().all(is_plain) {
            return Err(TourError::Id(tour.id.chars().take(60).collect()));
        }
        if tour.steps.is_empty() || tour.steps.len() > MOST_STEPS {
            return Err(TourError::Steps(tour.steps.len()));
        }
        Ok(tour)
    }

    /// The place of the step that says which run is shown at a step.
    #[must_use]
    pub fn shown_at(&self, step: usize) -> Option<usize> {
        (0..=step).rev().find(|place| self.steps.get(*place).is_some_and(|step| step.show.is_some()))
    }

    /// The run that is shown at a step.
    ///
    /// # Errors
    ///
    /// When there is none, or it can't be read.
    pub fn scenario_at(&self, step: usize) -> Result<Scenario, String> {
        let show = self.shown_at(step).and_then(|place| self.steps.get(place)).and_then(|step| step.show.as_ref());
        show.ok_or_else(|| "no step so far says which run to show; the first needs \"show\"".to_owned())?.scenario()
    }

    fn check_step(&self, place: usize, step: &Step) -> Result<(), String> {
        if step.say.is_empty() {
            return Err("it says nothing; \"say\" needs a paragraph".to_owned());
        }
        let scenario = self.scenario_at(place)?;
        let end = scenario.duration.as_secs_f64();
        let within = |name: &str, at: f64| match (0.0..=end).contains(&at) {
            true => Ok(()),
            false => Err(format!("\"{name}\" is {at}, but the run is from 0 to {end} seconds")),
        };
        within("at", step.at)?;
        if let Some(until) = step.until {
            within("until", until)?;
            if until <= step.at {
                return Err(format!("\"until\" ({until}) must be later than \"at\" ({})", step.at));
            }
        }
        if step.show.is_some() {
            Run::of(scenario.clone()).map_err(|error| error.to_string())?;
        }
        if let Some(question) = &step.question {
            if let Some(at) = question.at {
                within("question.at", at)?;
            }
            check_question(question, &scenario)?;
        }
        let goals = step.challenge.iter().flat_map(|challenge| &challenge.goals);
        for goal in goals {
            figure(&goal.figure)?;
            if goal.most.is_none() && goal.least.is_none() {
                return Err(format!("the goal \"{}\" needs \"most\" or \"least\"", goal.figure));
            }
        }
        match &step.challenge {
            Some(challenge) if challenge.goals.is_empty() => Err("a challenge needs goals".to_owned()),
            Some(_) if step.question.is_some() => Err("a step has a question or a challenge, not both".to_owned()),
            _ => Ok(()),
        }
    }
}

impl Show {
    /// The run.
    ///
    /// # Errors
    ///
    /// When something in it is not known.
    pub fn scenario(&self) -> Result<Scenario, String> {
        let mut scenario = match (&self.scenario, &self.run) {
            (Some(id), None) => scenario::ready(id, None).map_err(|error| error.to_string())?,
            (None, Some(run)) => scenario::decode(run).map_err(|error| error.to_string())?,
            _ => return Err("\"show\" needs either \"scenario\" or \"run\"".to_owned()),
        };
        if let Some(pattern) = &self.pattern {
            patterns::find(pattern).map_err(|error| error.to_string())?;
            pattern.clone_into(&mut scenario.pattern);
        }
        scenario.seed = self.seed.unwrap_or(scenario.seed);
        for (name, value) in &self.set {
            let knob = Knob::from_id(name).map_err(|error: ScenarioError| error.to_string())?;
            knob.check(*value).map_err(|error| error.to_string())?;
            knob.set_in_scenario(&mut scenario, *value);
        }
        scenario.check().map_err(|error| error.to_string())?;
        Ok(scenario)
    }
}

/// The figure of that path, or those that there are.
pub(super) fn figure(path: &str) -> Result<&'static Figure, String> {
    let known = || FIGURES.iter().map(|figure| figure.path).collect::<Vec<_>>().join(", ");
    Figure::find(path).ok_or_else(|| format!("there is no figure \"{path}\"; known are {}", known()))
}

fn check_question(question: &Question, scenario: &Scenario) -> Result<(), String> {
    figure(&question.figure)?;
    if question.within < 0.0 {
        return Err(format!("\"within\" must not be negative, and is {}", question.within));
    }
    if !question.among.is_empty() && (question.wins.is_none() || !question.choices.is_empty()) {
        return Err("a question among patterns needs \"wins\": \"least\" or \"most\", and no \"choices\"".to_owned());
    }
    let truth = truth(question, scenario)?;
    if !question.choices.is_empty() && !question.choices.iter().any(|choice| truth.accepts(&choice.to_string())) {
        return Err(format!("none of the choices is right: measured is {}", truth.told));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn lesson() -> Value {
        json!({
            "format": 1, "id": "loss", "title": "Loss", "about": "About loss.",
            "steps": [
                {"say": ["Look."], "show": {"scenario": "write-behind-data-loss"}, "at": 10, "until": 14},
                {"say": ["How many?"], "at": 14, "question":
                    {"ask": "How many are lost?", "figure": "ledger.lost", "choices": [0, 6], "because": "{figure}"}},
            ],
        })
    }

    fn refusal(change: impl FnOnce(&mut Value)) -> String {
        let mut lesson = lesson();
        change(&mut lesson);
        Tour::read(&lesson.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn a_lesson_is_read() {
        let tour = Tour::read(&lesson().to_string()).unwrap();
        assert_eq!((tour.steps.len(), tour.language.as_str()), (2, "en"));
        assert_eq!(tour.shown_at(1), Some(0));
    }

    #[test]
    fn whatever_is_wrong_is_named_with_what_would_be_right() {
        assert!(refusal(|lesson| lesson["format"] = json!(2)).contains("known is format 1"));
        assert!(refusal(|lesson| lesson["id"] = json!("A b")).contains("small letters"));
        assert!(refusal(|lesson| lesson["steps"] = json!([])).contains("1 to 40 steps"));
        assert!(refusal(|lesson| lesson["stepz"] = json!([])).contains("stepz"));
        let first = |field: &str, value: Value| refusal(|lesson| lesson["steps"][0][field] = value);
        assert!(
            first("show", json!({"scenario": "nope"})).starts_with("step 1: there is no scenario \"nope\"; known are")
        );
        assert!(first("show", json!({"scenario": "everyday", "set": {"tll": 3}})).contains("tll"));
        assert!(first("show", json!({"scenario": "everyday", "set": {"ttl": -3}})).contains("-3"));
        assert!(first("show", json!({"scenario": "everyday", "pattern": "magic"})).contains("magic"));
        assert!(first("show", json!({})).contains("either"));
        assert!(first("at", json!(99)).contains("from 0 to"));
        assert!(first("until", json!(3)).contains("later than"));
        assert!(first("say", json!([])).contains("says nothing"));
        assert!(first("challenge", json!({"goals": [{"figure": "reads.stale"}]})).contains("\"most\" or \"least\""));
        let question = |field: &str, value: Value| refusal(|lesson| lesson["steps"][1]["question"][field] = value);
        assert!(question("figure", json!("ledger.gone")).contains("known are ledger.acknowledged"));
        assert!(question("choices", json!([1, 2])).contains("none of the choices is right: measured is 6"));
        assert!(question("among", json!(["write-behind"])).contains("\"wins\""));
        assert!(refusal(|lesson| lesson["steps"][0]["show"] = Value::Null).contains("the first needs \"show\""));
    }

    #[test]
    fn text_that_is_no_lesson_is_refused() {
        assert!(Tour::read("{").unwrap_err().to_string().starts_with("this is no lesson"));
        assert!(matches!(Tour::read(&" ".repeat(LONGEST + 1)), Err(TourError::TooLong(_))));
    }
}
