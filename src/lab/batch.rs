//! Many headless runs, one after the other, in pieces.

use super::Headless;
use crate::audit::Figures;
use crate::scenario::{Scenario, ScenarioError};

/// How far the runs of an experiment have come; they are numbered from 0.
pub(super) struct Batch {
    count: usize,
    next: usize,
    current: Option<Headless>,
}

/// An experiment that is made of many runs.
pub(super) trait Runs {
    /// How far they have come.
    fn batch(&mut self) -> &mut Batch;

    /// The scenario of a run.
    fn scenario(&self, run: usize) -> Scenario;

    /// Takes the figures of a run that has ended.
    fn take(&mut self, run: usize, figures: &Figures);
}

impl Batch {
    pub(super) fn new(count: usize) -> Self {
        Self { count, next: 0, current: None }
    }

    /// From 0 to 1.
    pub(super) fn progress(&self) -> f64 {
        let part = self.current.as_ref().map_or(0.0, Headless::progress);
        (self.next as f64 + part) / self.count.max(1) as f64
    }
}

/// Goes on until so many requests more were sent, or to the end, and says whether that is reached.
pub(super) fn advance(runs: &mut impl Runs, requests: u64) -> Result<bool, ScenarioError> {
    let mut left = requests;
    while left > 0 && runs.batch().next < runs.batch().count {
        let number = runs.batch().next;
        let mut run = match runs.batch().current.take() {
            Some(run) => run,
            None => Headless::new(runs.scenario(number))?,
        };
        let before = run.figures().requests;
        let ended = run.advance(left)?;
        // A run costs something even if nobody asks for anything.
        left = left.saturating_sub(run.figures().requests - before + 20);
        if ended {
            runs.take(number, &run.figures());
            runs.batch().next += 1;
        } else {
            runs.batch().current = Some(run);
        }
    }
    Ok(runs.batch().next == runs.batch().count)
}
