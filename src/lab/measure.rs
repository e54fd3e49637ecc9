//! The figures that experiments tell, and their means over several runs.

use serde::{Deserialize, Serialize};

use crate::audit::{Figures, Histogram};

/// A figure of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// The share of the cache's look-ups that found their key.
    #[default]
    HitRatio,
    /// The share of the reads that were stale.
    StaleReads,
    /// The greatest age of a stale read.
    StaleAge,
    /// The mean time of a read.
    ReadMean,
    /// What 99 in 100 reads stay below.
    ReadP99,
    /// The mean time of a write.
    WriteMean,
    /// What 99 in 100 writes stay below.
    WriteP99,
    /// The share of the requests that ended in an error.
    Errors,
    /// Statements at the database for each request.
    Statements,
    /// How long acknowledged writes were not in the database.
    UntilDurable,
    /// Acknowledged writes that are gone.
    Lost,
}

impl Measure {
    /// All, in the order in which they are told.
    pub const ALL: [Self; 11] = [
        Self::HitRatio,
        Self::StaleReads,
        Self::StaleAge,
        Self::ReadMean,
        Self::ReadP99,
        Self::WriteMean,
        Self::WriteP99,
        Self::Errors,
        Self::Statements,
        Self::UntilDurable,
        Self::Lost,
    ];

    /// Its name in an experiment.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::HitRatio => "hit-ratio",
            Self::StaleReads => "stale-reads",
            Self::StaleAge => "stale-age",
            Self::ReadMean => "read-mean",
            Self::ReadP99 => "read-p99",
            Self::WriteMean => "write-mean",
            Self::WriteP99 => "write-p99",
            Self::Errors => "errors",
            Self::Statements => "statements",
            Self::UntilDurable => "until-durable",
            Self::Lost => "lost",
        }
    }

    /// Its name for people, and its unit.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::HitRatio => "Hit ratio, %",
            Self::StaleReads => "Stale reads, %",
            Self::StaleAge => "Oldest stale read, s",
            Self::ReadMean => "Mean read, ms",
            Self::ReadP99 => "99 % of reads below, ms",
            Self::WriteMean => "Mean write, ms",
            Self::WriteP99 => "99 % of writes below, ms",
            Self::Errors => "Errors, %",
            Self::Statements => "Database statements for each request",
            Self::UntilDurable => "Mean time until durable, s",
            Self::Lost => "Acknowledged writes lost",
        }
    }

    /// The figure of a run, in the unit of the label; nothing where the run has none.
    #[must_use]
    pub fn of(self, figures: &Figures) -> Option<f64> {
        let percent = |part: u64, of: u64| (of > 0).then(|| 100.0 * part as f64 / of as f64);
        let millis = |histogram: &Histogram, share| Some(histogram.quantile(share)?.as_secs_f64() * 1e3);
        let mean = |histogram: &Histogram| Some(histogram.mean()?.as_secs_f64());
        let answered = figures.requests.max(1) as f64;
        match self {
            Self::HitRatio => figures.hit_ratio().map(|ratio| 100.0 * ratio),
            Self::StaleReads => percent(figures.stale, figures.reads),
            Self::StaleAge => Some(figures.stale_age.most().map_or(0.0, |age| age.as_secs_f64())),
            Self::ReadMean => mean(&figures.read_latency).map(|seconds| seconds * 1e3),
            Self::ReadP99 => millis(&figures.read_latency, 0.99),
            Self::WriteMean => mean(&figures.write_latency).map(|seconds| seconds * 1e3),
            Self::WriteP99 => millis(&figures.write_latency, 0.99),
            Self::Errors => percent(figures.failed, figures.requests),
            Self::Statements => Some((figures.database.reads + figures.database.writes) as f64 / answered),
            Self::UntilDurable => mean(&figures.until_durable),
            Self::Lost => Some(figures.lost as f64),
        }
    }
}

/// A mean of several runs, and the interval that holds the true mean in 95 of 100 cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean.
    pub mean: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Student's t at 97.5 % for 1 to 30 degrees of freedom.
const STUDENT: [f64; 30] = [
    12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
    2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
];

impl Estimate {
    /// The estimate from independent samples, by Student's t distribution; one sample leaves the interval empty.
    #[must_use]
    pub fn of(samples: &[f64]) -> Option<Self> {
        let count = samples.len();
        if count == 0 {
            return None;
        }
        let mean = samples.iter().sum::<f64>() / count as f64;
        let squares: f64 = samples.iter().map(|sample| (sample - mean) * (sample - mean)).sum();
        let half = match count {
            1 => 0.0,
            _ => {
                let student = STUDENT.get(count - 2).copied().unwrap_or(1.96);
                student * (squares / (count - 1) as f64 / count as f64).sqrt()
            }
        };
        Some(Self { mean, low: mean - half, high: mean + half })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Rng;

    #[test]
    fn the_interval_holds_the_true_mean_in_95_of_100_cases() {
        let mut rng = Rng::new(5);
        let holds = |rng: &mut Rng| {
            let samples: Vec<f64> = (0..6).map(|_| (0..12).map(|_| rng.unit()).sum()).collect();
            let estimate = Estimate::of(&samples).unwrap();
            (estimate.low..=estimate.high).contains(&6.0)
        };
        let held = (0..4_000).filter(|_| holds(&mut rng)).count();
        assert!((3_740..3_860).contains(&held), "{held} of 4000");
    }

    #[test]
    fn each_measure_is_read_by_its_id() {
        for measure in Measure::ALL {
            assert_eq!(serde_json::to_value(measure).unwrap(), measure.id());
        }
    }
}
