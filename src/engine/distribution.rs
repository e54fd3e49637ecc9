//! Random lengths of time, for service times, link delays and arrivals.

use crate::decimal::Decimal;
use serde::Serialize;
use thiserror::Error;

use super::estimate;
use super::random::Rng;
use super::time::Span;
pub use super::zipf::Zipf;
use crate::fields::Fields;

/// The widest lognormal that is allowed: its mean is some 270,000 times its median.
pub const MAX_SIGMA: f64 = 5.0;

/// How long something takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Distribution {
    /// Always the same.
    Fixed {
        /// That length.
        value: Span,
    },
    /// Any length from `low` to `high`, both included, each equally likely.
    Uniform {
        /// The shortest.
        low: Span,
        /// The longest, not shorter than `low`.
        high: Span,
    },
    /// Without memory, as the gaps between independent arrivals are.
    Exponential {
        /// The mean.
        mean: Span,
    },
    /// Mostly near the median with a long tail, as real service times are.
    Lognormal {
        /// Half of the lengths are shorter.
        median: Span,
        /// The standard deviation of the logarithm, from 0 to [`MAX_SIGMA`].
        sigma: f64,
    },
}

impl Distribution {
    /// Reads another one: which parts go together is told by its kind.
    pub(crate) fn read(&mut self, fields: &mut Fields<'_>) {
        let kind = fields.choice("kind", &["fixed", "uniform", "exponential", "lognormal"]);
        let [value, low, high, mean, median] = ["value", "low", "high", "mean", "median"].map(|name| fields.time(name));
        let mut sigma = f64::NAN;
        fields.number("sigma", &mut sigma);
        let sigma = Some(sigma).filter(|sigma| !sigma.is_nan());
        let (found, needed) = match kind {
            None => (None, "a kind"),
            Some(0) => (value.map(|value| Self::Fixed { value }), "value"),
            Some(1) => (low.zip(high).map(|(low, high)| Self::Uniform { low, high }), "low and high"),
            Some(2) => (mean.map(|mean| Self::Exponential { mean }), "mean"),
            Some(_) => (median.zip(sigma).map(|(median, sigma)| Self::Lognormal { median, sigma }), "median and sigma"),
        };
        match found {
            Some(found) => *self = found,
            None => fields.fail(format!("a distribution of this kind needs {needed}")),
        }
    }
}

/// Why a distribution can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum DistributionError {
    /// The ends of a uniform distribution are the wrong way round.
    #[error("a uniform time can't run from {low} to {high}: its low end is above its high end")]
    Reversed {
        /// The low end.
        low: Span,
        /// The high end.
        high: Span,
    },
    /// A lognormal distribution's sigma is out of its range.
    #[error("a lognormal time's sigma must be from 0 to {}, not {sigma}", Decimal(MAX_SIGMA), sigma = Decimal(*.sigma))]
    Sigma {
        /// The sigma given.
        sigma: f64,
    },
    /// A Zipf distribution over nothing.
    #[error("a Zipf popularity needs at least one item")]
    NoItems,
    /// A Zipf distribution's exponent is out of its range.
    #[error("a Zipf popularity's exponent must be from 0 to {max}, not {exponent}", max = Decimal(Zipf::MAX_EXPONENT), exponent = Decimal(*.exponent))]
    Exponent {
        /// The exponent given.
        exponent: f64,
    },
}

impl Distribution {
    /// Draws one length, to the nearest nanosecond. A distribution that fails [`Distribution::check`] still gives some
    /// length: a reversed uniform gives `low`, an impossible sigma zero or [`Span::MAX`].
    ///
    /// A fixed length draws no random number, a uniform one mostly one, an exponential one exactly one and a lognormal one
    /// exactly two.
    pub fn sample(&self, rng: &mut Rng) -> Span {
        match *self {
            Self::Fixed { value } => value,
            Self::Uniform { low, high } => uniform(low, high, rng),
            Self::Exponential { mean } => {
                // Never zero, so the logarithm is finite.
                let rest = 1.0 - rng.unit();
                estimate::exponential(mean, rest).unwrap_or_else(|| exponential(mean, rest))
            }
            Self::Lognormal { median, sigma } => {
                let (rest, turn) = (1.0 - rng.unit(), rng.unit());
                estimate::lognormal(median, sigma, rest, turn).unwrap_or_else(|| lognormal(median, sigma, rest, turn))
            }
        }
    }

    /// The mean, to the nearest nanosecond.
    pub fn mean(&self) -> Span {
        match *self {
            Self::Fixed { value } => value,
            Self::Uniform { low, high } => low + (high - low) / 2,
            Self::Exponential { mean } => mean,
            Self::Lognormal { median, sigma } => median.scale(libm::exp(sigma * sigma / 2.0)),
        }
    }

    /// Whether the parameters make sense.
    ///
    /// # Errors
    ///
    /// [`DistributionError::Reversed`] or [`DistributionError::Sigma`].
    pub fn check(&self) -> Result<(), DistributionError> {
        match *self {
            Self::Uniform { low, high } if low > high => Err(DistributionError::Reversed { low, high }),
            Self::Lognormal { sigma, .. } if !(0.0..=MAX_SIGMA).contains(&sigma) => {
                Err(DistributionError::Sigma { sigma })
            }
            _ => Ok(()),
        }
    }
}

fn uniform(low: Span, high: Span, rng: &mut Rng) -> Span {
    match (high - low).as_nanos().checked_add(1) {
        Some(choices) => low + Span::from_nanos(rng.below(choices)),
        None => Span::from_nanos(rng.next_u64()),
    }
}

/// The length that so much of all are longer than.
pub(super) fn exponential(mean: Span, rest: f64) -> Span {
    Span::from_nanos_f64(-(mean.as_nanos() as f64) * libm::log(rest))
}

/// From a standard normal number by Box and Muller's method. The second number that the method offers is left, so that a
/// draw keeps no state.
pub(super) fn lognormal(median: Span, sigma: f64, rest: f64, turn: f64) -> Span {
    let radius = (-2.0 * libm::log(rest)).sqrt();
    let normal = radius * libm::cos(std::f64::consts::TAU * turn);
    median.scale(libm::exp(sigma * normal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn read(value: &Value) -> Result<Distribution, String> {
        let mut distribution = Distribution::Fixed { value: Span::ZERO };
        let mut fields = Fields::of(value);
        distribution.read(&mut fields);
        fields.end().map(|()| distribution)
    }

    #[test]
    fn each_kind_is_read_as_it_is_written() {
        let second = Span::from_secs(1);
        for distribution in [
            Distribution::Fixed { value: second },
            Distribution::Uniform { low: second, high: second * 2 },
            Distribution::Exponential { mean: second },
            Distribution::Lognormal { median: Span::from_micros(1_500), sigma: 0.5 },
        ] {
            assert_eq!(read(&serde_json::to_value(distribution).unwrap()), Ok(distribution));
        }
    }

    #[test]
    fn a_wrong_kind_or_a_missing_part_is_named() {
        let problem = |value: Value| read(&value).unwrap_err();
        assert!(problem(json!({"kind": "gamma"})).contains("lognormal"));
        assert!(problem(json!({"kind": "uniform", "low": 1})).contains("low and high"));
        assert!(problem(json!({"kind": "fixed", "value": -1})).contains("0 or more"));
        assert!(problem(json!({"kind": "fixed", "value": 1, "wide": 2})).contains("wide"));
    }
}
