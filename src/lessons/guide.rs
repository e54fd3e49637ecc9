//! The selection guide: all patterns on one workload, scored by what matters to the person who asks.

use super::requests::{Request, requests};
use super::words;
use crate::patterns;
use crate::run::Run;
use crate::scenario::{Scenario, ScenarioError};

/// What a pattern is judged by. Of each, less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Criterion {
    /// Mean time of a read.
    ReadLatency,
    /// Mean time until a write is acknowledged.
    WriteLatency,
    /// Share of reads that got an old value.
    Staleness,
    /// Acknowledged writes lost, and the most that would have been if the cache had crashed at the worst time.
    Loss,
    /// Statements of the database for each request.
    DatabaseLoad,
}

impl Criterion {
    /// All, in the order of the weights.
    pub const ALL: [Self; 5] = [Self::ReadLatency, Self::WriteLatency, Self::Staleness, Self::Loss, Self::DatabaseLoad];

    /// Its name for people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::ReadLatency => "fast reads",
            Self::WriteLatency => "fast writes",
            Self::Staleness => "fresh reads",
            Self::Loss => "no lost writes",
            Self::DatabaseLoad => "little load on the database",
        }
    }

    /// What was measured, in words.
    fn tell(self, value: f64) -> String {
        match self {
            Self::ReadLatency => format!("a read takes {}", words::seconds(value)),
            Self::WriteLatency => format!("a write takes {}", words::seconds(value)),
            Self::Staleness => format!("{} of the reads are stale", words::percent(value)),
            Self::Loss => format!("a crash of the cache costs up to {}", words::plural(value, "acknowledged write")),
            Self::DatabaseLoad => format!("{} for each request", words::plural(value, "database statement")),
        }
    }

    fn measure(self, run: &Run) -> f64 {
        match self {
            Self::ReadLatency => mean_wait(run, Request::is_read),
            Self::WriteLatency => mean_wait(run, |request| !request.is_read()),
            Self::Staleness => stale_share(run),
            Self::Loss => at_risk(run),
            Self::DatabaseLoad => statements_each(run),
        }
    }
}

/// How much each criterion matters: any numbers from 0, of which only the proportions count; all 0 is all alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// Of fast reads.
    pub read_latency: f64,
    /// Of fast writes.
    pub write_latency: f64,
    /// Of fresh reads.
    pub staleness: f64,
    /// Of not losing what was acknowledged.
    pub loss: f64,
    /// Of sparing the database.
    pub database_load: f64,
}

impl Weights {
    /// Nothing matters yet.
    pub const NONE: Self =
        Self { read_latency: 0.0, write_latency: 0.0, staleness: 0.0, loss: 0.0, database_load: 0.0 };

    /// The weight of a criterion: what is no number, or below 0, is 0.
    fn of(self, criterion: Criterion) -> f64 {
        let weight = match criterion {
            Criterion::ReadLatency => self.read_latency,
            Criterion::WriteLatency => self.write_latency,
            Criterion::Staleness => self.staleness,
            Criterion::Loss => self.loss,
            Criterion::DatabaseLoad => self.database_load,
        };
        if weight.is_finite() { weight.max(0.0) } else { 0.0 }
    }

    /// The share of each criterion, in the order of [`Criterion::ALL`]; they add up to 1.
    fn shares(self) -> [f64; 5] {
        let weights = Criterion::ALL.map(|criterion| self.of(criterion));
        let greatest = weights.iter().copied().fold(0.0, f64::max);
        if greatest == 0.0 {
            return [1.0 / words::number(weights.len()); 5];
        }
        let scaled = weights.map(|weight| weight / greatest);
        let sum: f64 = scaled.iter().sum();
        scaled.map(|weight| weight / sum)
    }
}

/// A pattern's place in the guide.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranked {
    /// The pattern's id.
    pub pattern: String,
    /// From 0 (the worst in all that matters) to 100 (nothing to be improved).
    pub score: f64,
    /// What was measured, in the order of [`Criterion::ALL`].
    pub measured: [f64; 5],
    /// Why it stands here: a sentence for each criterion that matters.
    pub reasons: Vec<String>,
}

/// Runs a workload under each pattern, and ranks the patterns by what matters.
///
/// # Errors
///
/// When the scenario can't be run.
pub fn guide(scenario: &Scenario, weights: Weights) -> Result<Vec<Ranked>, ScenarioError> {
    let scenarios = patterns::ALL.iter().map(|pattern| under(scenario, pattern.id));
    let runs: Vec<Run> = scenarios.map(Run::of).collect::<Result<_, _>>()?;
    Ok(rank(&runs, weights))
}

pub(super) fn under(scenario: &Scenario, pattern: &str) -> Scenario {
    Scenario { pattern: pattern.to_owned(), ..scenario.clone() }
}

/// Ranks runs of one workload under several patterns, best first. For each criterion, a run is measured against the worst
/// of them; its score is 100 less the weighted mean of those shares.
#[must_use]
pub fn rank(runs: &[Run], weights: Weights) -> Vec<Ranked> {
    let measured: Vec<[f64; 5]> =
        runs.iter().map(|run| Criterion::ALL.map(|criterion| criterion.measure(run))).collect();
    let shares = weights.shares();
    let mut ranked: Vec<Ranked> = runs
        .iter()
        .zip(&measured)
        .map(|(run, own)| Ranked {
            pattern: run.scenario.pattern.clone(),
            score: score(own, &measured, &shares),
            measured: *own,
            reasons: reasons(own, &measured, &shares),
        })
        .collect();
    ranked.sort_by(|one, other| other.score.total_cmp(&one.score));
    ranked
}

fn column(measured: &[[f64; 5]], place: usize) -> impl Iterator<Item = f64> + Clone + '_ {
    measured.iter().filter_map(move |values| values.get(place).copied())
}

fn score(own: &[f64; 5], all: &[[f64; 5]], shares: &[f64; 5]) -> f64 {
    let costs = own.iter().zip(shares).enumerate().map(|(place, (value, share))| {
        let worst = column(all, place).fold(0.0, f64::max);
        if worst > 0.0 { share * value / worst } else { 0.0 }
    });
    100.0 * (1.0 - costs.sum::<f64>())
}

fn reasons(own: &[f64; 5], all: &[[f64; 5]], shares: &[f64; 5]) -> Vec<String> {
    let criteria = Criterion::ALL.into_iter().enumerate().zip(own).zip(shares);
    let matter = criteria.filter(|(_, share)| **share > 0.0);
    matter.map(|(((place, criterion), value), _)| reason(criterion, *value, column(all, place))).collect()
}

fn reason(criterion: Criterion, value: f64, all: impl Iterator<Item = f64> + Clone) -> String {
    let better = all.clone().filter(|other| *other < value).count();
    let worse = all.clone().filter(|other| *other > value).count();
    let place = match (better, worse) {
        (0, 0) => "as all".to_owned(),
        (0, _) => "best".to_owned(),
        (_, 0) => "worst".to_owned(),
        (better, _) => format!("{} of {}", better + 1, all.count()),
    };
    format!("{}: {} ({place})", criterion.label(), criterion.tell(value))
}

/// A request that failed has cost its client as long as one waits at most.
fn mean_wait(run: &Run, wanted: impl Fn(&Request) -> bool) -> f64 {
    let patience = run.scenario.timings.client_timeout;
    let ended = requests(run).into_values().filter(|request| request.ended.is_some() && wanted(request));
    words::mean(ended.map(|request| request.took().unwrap_or(patience).as_secs_f64())).unwrap_or(0.0)
}

fn stale_share(run: &Run) -> f64 {
    let reads = run.audit.reads_until(run.trace.end());
    words::number(reads.stale) / words::number(reads.total.max(1))
}

fn at_risk(run: &Run) -> f64 {
    let told = run.audit.writes().iter().filter_map(|write| write.told);
    let most = told.map(|at| run.audit.ledger(at).pending).max().unwrap_or(0);
    words::number(most.max(run.audit.ledger(run.trace.end()).lost))
}

fn statements_each(run: &Run) -> f64 {
    let database = run.trace.scene(run.trace.end()).database;
    let asked = requests(run).len().max(1);
    (database.reads + database.writes) as f64 / words::number(asked)
}
