//! Many headless runs, one after the other, in pieces.

use super::Headless;
use crate::audit::Figures;
use crate::scenario::{Scenario, ScenarioError};

/// How far the runs of an experiment have come; they are numbered from 0.
pub struct Batch {
    count: usize,
    next: usize,
    current: Option<Headless>,
}

/// An experiment that is made of many runs, counted from 0: all in turn by [`Runs::advance`], or each by itself.
pub trait Runs {
    /// How far they have come.
    fn batch(&self) -> &Batch;

    /// The same, to go on.
    fn batch_mut(&mut self) -> &mut Batch;

    /// The scenario of a run.
    fn scenario(&self, run: usize) -> Scenario;

    /// Takes what a run came to; the runs in their order.
    fn take(&mut self, run: usize, figures: &Figures);

    /// How many runs there are.
    fn runs(&self) -> usize {
        self.batch().count
    }

    /// From 0 to 1.
    fn progress(&self) -> f64 {
        let Batch { count, next, current } = self.batch();
        let part = current.as_ref().map_or(0.0, Headless::progress);
        (*next as f64 + part) / (*count).max(1) as f64
    }

    /// Goes on until so many requests more were sent, or to the end; whether it has come to the end.
    ///
    /// # Errors
    ///
    /// When a run can't go on.
    fn advance(&mut self, requests: u64) -> Result<bool, ScenarioError> {
        let mut left = requests;
        while left > 0 && self.batch().next < self.runs() {
            let number = self.batch().next;
            let mut run = match self.batch_mut().current.take() {
                Some(run) => run,
                None => Headless::new(self.scenario(number))?,
            };
            let before = run.figures().requests;
            let ended = run.advance(left)?;
            // A run costs something even if nobody asks for anything.
            left = left.saturating_sub(run.figures().requests - before + 20);
            if ended {
                self.take(number, &run.figures());
                self.batch_mut().next += 1;
            } else {
                self.batch_mut().current = Some(run);
            }
        }
        Ok(self.batch().next == self.runs())
    }
}

impl Batch {
    pub(super) fn new(count: usize) -> Self {
        Self { count, next: 0, current: None }
    }
}
