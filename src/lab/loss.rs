//! How many acknowledged writes a crash of the cache takes: write-behind is crashed at many random times, with each way
//! to keep its queue.

use serde_json::{Value, json};

use super::Estimate;
use super::batch::{Batch, Runs};
use super::spec::{Durability, Spec, SpecError};
use crate::audit::Figures;
use crate::engine::{Rng, Span, VirtualTime};
use crate::scenario::{Intervention, Limits, Scenario};
use crate::world::{Actor, Fault, FaultKind};

/// How long a run goes on after the crash: until every answer that was on its way is there.
const AFTER: Span = Span::from_secs(15);

/// What crashes took with one way to keep the queue.
#[derive(Clone, Debug)]
pub struct Losses {
    /// The way.
    pub durability: Durability,
    /// Writes lost, for each crash, in the order of the crashes.
    pub lost: Vec<u64>,
    /// What is to be expected on average.
    pub expected: Option<f64>,
}

impl Losses {
    /// What this share of the crashes, from 0 to 1, does not exceed.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<u64> {
        let mut sorted = self.lost.clone();
        sorted.sort_unstable();
        let rank = ((sorted.len() as f64 * share * (1.0 - 1e-12)).ceil() as usize).max(1);
        sorted.get(rank - 1).copied()
    }

    /// The mean over the crashes.
    #[must_use]
    pub fn mean(&self) -> Option<Estimate> {
        Estimate::of(&self.lost.iter().map(|lost| *lost as f64).collect::<Vec<_>>())
    }
}

/// The study under way.
pub struct LossStudy {
    spec: Spec,
    base: Scenario,
    crashes: Vec<VirtualTime>,
    losses: Vec<Losses>,
    batch: Batch,
}

impl Runs for LossStudy {
    fn batch(&self) -> &Batch {
        &self.batch
    }

    fn batch_mut(&mut self) -> &mut Batch {
        &mut self.batch
    }

    fn scenario(&self, run: usize) -> Scenario {
        let crashes = self.crashes.len().max(1);
        let at = self.crashes.get(run % crashes).copied().unwrap_or_default();
        let mut scenario = self.base.clone();
        scenario.settings.protect.append_fsync =
            self.losses.get(run / crashes).and_then(|losses| losses.durability.fsync());
        scenario.seed = (scenario.seed + (run % crashes) as u64) % crate::scenario::GREATEST_SEED;
        scenario.duration = at.since(VirtualTime::ZERO) + AFTER;
        let fault = Fault { fault: FaultKind::Crash, target: Actor::Cache };
        scenario.intervene(Intervention::fault(at, fault));
        scenario
    }

    fn take(&mut self, run: usize, figures: &Figures) {
        let crashes = self.crashes.len().max(1);
        if let Some(losses) = self.losses.get_mut(run / crashes) {
            losses.lost.push(figures.lost);
        }
    }
}

impl LossStudy {
    /// A study of which nothing has been run yet. Its runs are of write-behind, whatever the experiment's pattern is.
    ///
    /// # Errors
    ///
    /// When it can't be run.
    pub fn new(spec: Spec) -> Result<Self, SpecError> {
        let mut base = spec.base()?;
        base.pattern = "write-behind".to_owned();
        base.interventions.clear();
        let end = base.end();
        // The queue has its usual length only after a while.
        let begin = (VirtualTime::ZERO + base.settings.flush_interval * 2).min(VirtualTime::ZERO + base.duration / 2);
        let mut rng = Rng::for_stream(base.seed, "crashes");
        let span = end.since(begin).as_nanos();
        let crashes: Vec<VirtualTime> =
            (0..spec.crashes).map(|_| begin + Span::from_nanos(rng.below(span.max(1)))).collect();
        let of = |durability| Losses { durability, lost: Vec::new(), expected: expected(&base, durability) };
        let losses = Durability::ALL.map(of).to_vec();
        let batch = Batch::new(losses.len() * crashes.len());
        let study = Self { spec, base, crashes, losses, batch };
        study.scenario(0).check_within(&Limits::COUNTED)?;
        Ok(study)
    }

    /// The experiment.
    #[must_use]
    pub fn spec(&self) -> &Spec {
        &self.spec
    }

    /// What the crashes took.
    #[must_use]
    pub fn losses(&self) -> &[Losses] {
        &self.losses
    }

    /// One line for each crash, for other programs.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut text = "persistence,crash,lost\n".to_owned();
        for losses in &self.losses {
            for (at, lost) in self.crashes.iter().zip(&losses.lost) {
                text += &format!("{},{},{lost}\n", losses.durability.label(), at.as_secs_f64());
            }
        }
        text
    }

    /// The distributions as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        let told = self.losses.iter().map(|losses| {
            let mean = losses.mean().map(|mean| json!({"mean": mean.mean, "low": mean.low, "high": mean.high}));
            json!({
                "persistence": losses.durability,
                "lost": mean,
                "p50": losses.quantile(0.5),
                "p95": losses.quantile(0.95),
                "most": losses.quantile(1.0),
                "expected": losses.expected,
            })
        });
        json!({"crashes": self.crashes.len(), "losses": told.collect::<Vec<Value>>()})
    }
}

/// The writes of half a flush interval wait on average while the flusher keeps up; of a file that reaches the disk each
/// second, those of half a second are not there yet.
fn expected(base: &Scenario, durability: Durability) -> Option<f64> {
    let writes = base.workload.rate * (1.0 - base.workload.read_share);
    let interval = base.settings.flush_interval.as_secs_f64();
    let keeps_up = f64::from(base.settings.flush_batch) > 2.0 * writes * interval;
    match durability {
        _ if !keeps_up || base.settings.queue_limit.is_some() || !base.script.is_empty() => None,
        Durability::None => Some(writes * interval / 2.0),
        Durability::Everysec => Some(writes * interval.min(1.0) / 2.0),
        Durability::Always => Some(0.0),
    }
}
