//! What a claim is, and how it is put to the test.

use std::fmt;

use super::words;
use crate::run::Run;
use crate::scenario::{Scenario, ScenarioError};

/// A sentence of a course, the check that decides whether it holds, and the runs that it is decided from.
pub struct Claim {
    /// Its short name: `CA1`.
    pub id: &'static str,
    /// The id of the pattern that it is about.
    pub pattern: &'static str,
    /// What the course says.
    pub says: &'static str,
    /// What its figure measures.
    pub measures: &'static str,
    /// Decides it from runs; nothing when they don't have what is to be measured.
    pub check: fn(&[Run]) -> Option<Finding>,
    /// The runs that show it.
    pub proof: Exhibit,
    /// Runs in which it is not true: the same check fails.
    pub breaks: &'static [Exhibit],
    /// Runs in which something is done about a break, or about the harm that the claim speaks of.
    pub cures: &'static [Exhibit],
}

/// Runs that are looked at together.
pub struct Exhibit {
    /// What is special in them, in a few words.
    pub title: &'static str,
    /// Builds the scenarios. The first is the one to be watched, the others are what it is compared with.
    pub showings: fn() -> Vec<Showing>,
    /// What the runs show, in a sentence or two with the measured figures.
    pub tell: fn(&[Run]) -> Option<String>,
}

/// A scenario to be opened.
#[derive(Clone, Debug, PartialEq)]
pub struct Showing {
    /// What it shows, in a few words.
    pub title: &'static str,
    /// The scenario.
    pub scenario: Scenario,
    /// The moment that tells the story, in seconds.
    pub moment: f64,
}

/// What a check found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding {
    /// Whether the claim holds.
    pub holds: bool,
    /// What was measured.
    pub figure: Figure,
}

/// What a value counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Seconds.
    Seconds,
    /// How many times something is something else.
    Times,
    /// A share, from 0 to 1.
    Share,
    /// A number of these; the name is in the singular.
    Count(&'static str),
    /// A number of the first for each of the second.
    Each(&'static str, &'static str),
    /// Bytes of memory.
    Bytes,
}

/// A measured value, and the one that it is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Figure {
    /// The value.
    pub value: f64,
    /// Its unit.
    pub unit: Unit,
    /// The other value, in the same unit, and what it is.
    pub against: Option<(f64, &'static str)>,
}

/// What the runs of an exhibit say of a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Whether the claim holds in them.
    pub holds: bool,
    /// What was measured; nothing when there was nothing to measure.
    pub figure: Option<Figure>,
    /// What they show, with the measured figures.
    pub sentence: String,
}

/// All that the simulation shows of a claim.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// Of the proof.
    pub proof: Verdict,
    /// Of each break, in order.
    pub breaks: Vec<Verdict>,
    /// Of each cure, in order.
    pub cures: Vec<Verdict>,
}

impl Claim {
    /// The showing that a click on the claim opens. Nothing is run.
    #[must_use]
    pub fn opens(&self) -> Option<Showing> {
        (self.proof.showings)().into_iter().next()
    }

    /// Runs the scenarios of one of the exhibits and judges them.
    ///
    /// # Errors
    ///
    /// When a scenario can't be run, which the tests rule out for those of the registry.
    pub fn look(&self, exhibit: &Exhibit) -> Result<Verdict, ScenarioError> {
        Ok(self.judge(exhibit, &exhibit.run()?))
    }

    /// Judges runs as those of an exhibit.
    #[must_use]
    pub fn judge(&self, exhibit: &Exhibit, runs: &[Run]) -> Verdict {
        let finding = (self.check)(runs);
        let sentence = (exhibit.tell)(runs).unwrap_or_else(|| "There was nothing to measure.".to_owned());
        Verdict {
            holds: finding.is_some_and(|finding| finding.holds),
            figure: finding.map(|finding| finding.figure),
            sentence,
        }
    }

    /// Runs everything and judges it.
    ///
    /// # Errors
    ///
    /// When a scenario can't be run, which the tests rule out for those of the registry.
    pub fn evaluate(&self) -> Result<Evidence, ScenarioError> {
        let all =
            |exhibits: &[Exhibit]| exhibits.iter().map(|exhibit| self.look(exhibit)).collect::<Result<Vec<_>, _>>();
        Ok(Evidence { proof: self.look(&self.proof)?, breaks: all(self.breaks)?, cures: all(self.cures)? })
    }
}

impl Exhibit {
    /// Runs its scenarios.
    ///
    /// # Errors
    ///
    /// When one can't be run.
    pub fn run(&self) -> Result<Vec<Run>, ScenarioError> {
        (self.showings)().into_iter().map(|showing| Run::of(showing.scenario)).collect()
    }
}

impl Showing {
    pub(super) const fn new(title: &'static str, scenario: Scenario, moment: f64) -> Self {
        Self { title, scenario, moment }
    }

    /// The same workload under another pattern.
    pub(super) fn under(&self, pattern: &str, title: &'static str) -> Self {
        let scenario = Scenario { pattern: pattern.to_owned(), ..self.scenario.clone() };
        Self { title, scenario, moment: self.moment }
    }
}

impl Figure {
    pub(super) const fn new(value: f64, unit: Unit) -> Self {
        Self { value, unit, against: None }
    }

    pub(super) fn count(count: usize, of: &'static str) -> Self {
        Self::new(words::number(count), Unit::Count(of))
    }

    pub(super) const fn against(self, value: f64, what: &'static str) -> Self {
        Self { against: Some((value, what)), ..self }
    }
}

impl Unit {
    /// A value in this unit, in words.
    #[must_use]
    pub fn show(self, value: f64) -> String {
        match self {
            Self::Seconds => words::seconds(value),
            Self::Times => format!("{} times", words::short(value)),
            Self::Share => words::percent(value),
            Self::Count(of) => words::plural(value, of),
            Self::Each(of, each) => format!("{} per {each}", words::plural(value, of)),
            Self::Bytes => words::bytes(value),
        }
    }

    /// A value in this unit, without the name of what is counted.
    fn show_bare(self, value: f64) -> String {
        match self {
            Self::Count(_) | Self::Each(..) => words::short(value),
            other => other.show(value),
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.unit.show(self.value))?;
        match self.against {
            Some((value, what)) => write!(f, " ({what}: {})", self.unit.show_bare(value)),
            None => Ok(()),
        }
    }
}
