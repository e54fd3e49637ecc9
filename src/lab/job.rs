//! An experiment under way, whatever its kind.

use serde_json::Value;

use super::spec::{Kind, Spec, SpecError};
use super::{Headless, LossStudy, Runs, Sweep, metrics};
use crate::scenario::ScenarioError;

/// An experiment under way.
pub enum Job {
    /// One run.
    Run(Box<Headless>),
    /// A sweep.
    Sweep(Box<Sweep>),
    /// Crashes.
    Loss(Box<LossStudy>),
}

impl Job {
    /// Begins an experiment.
    ///
    /// # Errors
    ///
    /// When it can't be made.
    pub fn new(spec: Spec) -> Result<Self, SpecError> {
        Ok(match spec.kind {
            Kind::Run => Self::Run(Box::new(Headless::new(spec.base()?)?)),
            Kind::Sweep => Self::Sweep(Box::new(Sweep::new(spec)?)),
            Kind::Loss => Self::Loss(Box::new(LossStudy::new(spec)?)),
        })
    }

    /// Goes on for so many requests; whether it has come to the end.
    ///
    /// # Errors
    ///
    /// When a run can't go on.
    pub fn advance(&mut self, requests: u64) -> Result<bool, ScenarioError> {
        match self {
            Self::Run(run) => run.advance(requests),
            Self::Sweep(sweep) => sweep.advance(requests),
            Self::Loss(study) => study.advance(requests),
        }
    }

    /// From 0 to 1.
    #[must_use]
    pub fn progress(&self) -> f64 {
        match self {
            Self::Run(run) => run.progress(),
            Self::Sweep(sweep) => sweep.progress(),
            Self::Loss(study) => study.progress(),
        }
    }

    /// What was found out, as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        match self {
            Self::Run(run) => metrics(run.scenario(), &run.figures()),
            Self::Sweep(sweep) => sweep.json(),
            Self::Loss(study) => study.json(),
        }
    }
}
