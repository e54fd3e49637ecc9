//! One or two settings varied, over patterns and seeds.

use serde_json::{Map, Value, json};

use super::batch::{Batch, Runs};
use super::closed::expected;
use super::spec::{Spec, SpecError};
use super::{Axis, Estimate, Measure};
use crate::audit::Figures;
use crate::scenario::{Limits, Scenario};

/// What a run tells, by the order of [`Measure::ALL`].
pub type Sample = [Option<f64>; Measure::ALL.len()];

/// One combination of pattern and settings.
#[derive(Clone, Debug)]
pub struct Cell {
    /// The pattern's id.
    pub pattern: String,
    /// The value of the first setting.
    pub x: f64,
    /// The value of the second, if there is one.
    pub y: Option<f64>,
    /// One sample for each seed.
    pub samples: Vec<Sample>,
    /// What theory says of the measure that is drawn.
    pub expected: Option<f64>,
}

impl Cell {
    /// The mean of a measure over the seeds.
    #[must_use]
    pub fn estimate(&self, measure: Measure) -> Option<Estimate> {
        let place = Measure::ALL.iter().position(|other| *other == measure)?;
        let told: Vec<f64> = self.samples.iter().filter_map(|sample| sample.get(place).copied().flatten()).collect();
        Estimate::of(&told)
    }
}

/// A sweep under way.
pub struct Sweep {
    spec: Spec,
    x: Axis,
    y: Option<Axis>,
    base: Scenario,
    cells: Vec<Cell>,
    batch: Batch,
}

impl Runs for Sweep {
    fn batch(&self) -> &Batch {
        &self.batch
    }

    fn batch_mut(&mut self) -> &mut Batch {
        &mut self.batch
    }

    fn scenario(&self, run: usize) -> Scenario {
        let seeds = self.spec.seeds as usize;
        let mut scenario = self.base.clone();
        if let Some(cell) = self.cells.get(run / seeds) {
            scenario.pattern.clone_from(&cell.pattern);
            // The size of the cache follows the other settings.
            if let (Some(axis), Some(y)) = (self.y, cell.y) {
                axis.set(&mut scenario, y);
            }
            self.x.set(&mut scenario, cell.x);
        }
        scenario.seed = (scenario.seed + (run % seeds) as u64) % crate::scenario::GREATEST_SEED;
        scenario
    }

    fn take(&mut self, run: usize, figures: &Figures) {
        take(&mut self.cells, self.spec.seeds as usize, run, figures);
    }
}

impl Sweep {
    /// A sweep of which nothing has been run yet.
    ///
    /// # Errors
    ///
    /// When a combination can't be run.
    pub fn new(spec: Spec) -> Result<Self, SpecError> {
        let base = spec.base()?;
        let x = spec.x.clone().ok_or(SpecError::NothingVaried)?;
        let ys: Vec<Option<f64>> = match &spec.y {
            Some(y) => y.values.iter().copied().map(Some).collect(),
            None => vec![None],
        };
        let mut cells = Vec::new();
        for pattern in spec.patterns() {
            for y in &ys {
                for x in &x.values {
                    let cell = Cell { pattern: pattern.clone(), x: *x, y: *y, samples: Vec::new(), expected: None };
                    cells.push(cell);
                }
            }
        }
        let runs = cells.len() * spec.seeds as usize;
        let y = spec.y.as_ref().map(|y| y.setting);
        let mut sweep = Self { x: x.setting, y, base, cells, batch: Batch::new(runs), spec };
        for place in 0..sweep.cells.len() {
            let scenario = sweep.scenario(place * sweep.spec.seeds as usize);
            scenario.check_within(&Limits::COUNTED)?;
            sweep.cells[place].expected = expected(&scenario, sweep.spec.measure, sweep.x, sweep.cells[place].x);
        }
        Ok(sweep)
    }

    /// The experiment.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// The combinations: for each pattern, for each value of the second setting, all values of the first.
    #[must_use]
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The settings that are varied.
    #[must_use]
    pub fn axes(&self) -> (Axis, Option<Axis>) {
        (self.x, self.y)
    }

    /// All figures as a table for other programs.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = format!("pattern,{}", self.x.id());
        text.extend(self.y.map(|y| format!(",{}", y.id())));
        for measure in Measure::ALL {
            text += &format!(",{0},{0}-low,{0}-high", measure.id());
        }
        text += &format!(",{}-expected\n", self.spec.measure.id());
        let number = |value: Option<f64>| value.map(|value| value.to_string()).unwrap_or_default();
        for cell in &self.cells {
            text += &format!("{},{}", cell.pattern, cell.x);
            text.extend(cell.y.map(|y| format!(",{y}")));
            for measure in Measure::ALL {
                let estimate = cell.estimate(measure);
                let [mean, low, high] =
                    [estimate.map(|all| all.mean), estimate.map(|all| all.low), estimate.map(|all| all.high)];
                text += &format!(",{},{},{}", number(mean), number(low), number(high));
            }
            text += &format!(",{}\n", number(cell.expected));
        }
        text
    }

    /// All figures as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let cells = self.cells.iter().map(|cell| {
            let mut figures = Map::new();
            for measure in Measure::ALL {
                if let Some(Estimate { mean, low, high }) = cell.estimate(measure) {
                    figures.insert(measure.id().to_owned(), json!({"mean": mean, "low": low, "high": high}));
                }
            }
            json!({"pattern": cell.pattern, "x": cell.x, "y": cell.y, "figures": figures, "expected": cell.expected})
        });
        json!({
            "x": self.x.id(),
            "y": self.y.map(Axis::id),
            "measure": self.spec.measure.id(),
            "seeds": self.spec.seeds,
            "cells": cells.collect::<Vec<Value>>(),
        })
    }
}

fn take(cells: &mut [Cell], seeds: usize, run: usize, figures: &Figures) {
    if let Some(cell) = cells.get_mut(run / seeds) {
        cell.samples.push(Measure::ALL.map(|measure| measure.of(figures)));
    }
}
