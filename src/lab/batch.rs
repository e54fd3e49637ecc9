//! Many headless runs, one after the other, in pieces.

use super::Headless;
use crate::audit::Figures;
use crate::scenario::{Scenario, ScenarioError};

/// Runs that are numbered from 0.
pub(super) struct Batch {
    count: usize,
    next: usize,
    current: Option<Headless>,
}

impl Batch {
    pub(super) fn new(count: usize) -> Self {
        Self { count, next: 0, current: None }
    }

    /// Goes on until so many requests more were sent, or to the end, and says whether that is reached. `make` gives the
    /// scenario of a number, `take` takes the figures of a run that has ended.
    pub(super) fn advance(
        &mut self,
        requests: u64,
        make: impl Fn(usize) -> Scenario,
        mut take: impl FnMut(usize, &Figures),
    ) -> Result<bool, ScenarioError> {
        let mut left = requests;
        while self.next < self.count && left > 0 {
            let run = match &mut self.current {
                Some(run) => run,
                none => none.insert(Headless::new(make(self.next))?),
            };
            let before = run.figures().requests;
            let ended = run.advance(left)?;
            // A run costs something even if nobody asks for anything.
            left = left.saturating_sub(run.figures().requests - before + 20);
            if ended {
                take(self.next, &run.figures());
                self.current = None;
                self.next += 1;
            }
        }
        Ok(self.next == self.count)
    }

    /// From 0 to 1.
    pub(super) fn progress(&self) -> f64 {
        let part = self.current.as_ref().map_or(0.0, Headless::progress);
        (self.next as f64 + part) / self.count.max(1) as f64
    }
}
