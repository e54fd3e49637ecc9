//! Random lengths of time, for service times, link delays and arrivals.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::random::Rng;
use super::time::Span;
pub use super::zipf::Zipf;

/// The widest lognormal that is allowed: its mean is some 270,000 times its median.
pub const MAX_SIGMA: f64 = 5.0;

/// How long something takes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", try_from = "Parts")]
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

/// A distribution as it is written: which parts go together is told by its kind.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Parts {
    kind: Kind,
    value: Option<Span>,
    low: Option<Span>,
    high: Option<Span>,
    mean: Option<Span>,
    median: Option<Span>,
    sigma: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Fixed,
    Uniform,
    Exponential,
    Lognormal,
}

/// A distribution that lacks a part.
#[derive(Debug, Error)]
#[error("a distribution of this kind needs {0}")]
struct MissingPart(&'static str);

impl TryFrom<Parts> for Distribution {
    type Error = MissingPart;

    fn try_from(parts: Parts) -> Result<Self, MissingPart> {
        let Parts { kind, value, low, high, mean, median, sigma } = parts;
        match (kind, value, low.zip(high), mean, median.zip(sigma)) {
            (Kind::Fixed, Some(value), ..) => Ok(Self::Fixed { value }),
            (Kind::Uniform, _, Some((low, high)), ..) => Ok(Self::Uniform { low, high }),
            (Kind::Exponential, _, _, Some(mean), _) => Ok(Self::Exponential { mean }),
            (Kind::Lognormal, _, _, _, Some((median, sigma))) => Ok(Self::Lognormal { median, sigma }),
            (Kind::Fixed, ..) => Err(MissingPart("value")),
            (Kind::Uniform, ..) => Err(MissingPart("low and high")),
            (Kind::Exponential, ..) => Err(MissingPart("mean")),
            (Kind::Lognormal, ..) => Err(MissingPart("median and sigma")),
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
    #[error("a lognormal time's sigma must be from 0 to {MAX_SIGMA}, not {sigma}")]
    Sigma {
        /// The sigma given.
        sigma: f64,
    },
    /// A Zipf distribution over nothing.
    #[error("a Zipf popularity needs at least one item")]
    NoItems,
    /// A Zipf distribution's exponent is out of its range.
    #[error("a Zipf popularity's exponent must be from 0 to {max}, not {exponent}", max = Zipf::MAX_EXPONENT)]
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
                // 1 - u is never zero, so the logarithm is finite.
                Span::from_nanos_f64(-(mean.as_nanos() as f64) * libm::log(1.0 - rng.unit()))
            }
            Self::Lognormal { median, sigma } => median.scale(libm::exp(sigma * normal(rng))),
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

/// A standard normal number, by Box and Muller's method. The second number that the method offers is left, so that a
/// draw keeps no state.
fn normal(rng: &mut Rng) -> f64 {
    let radius = (-2.0 * libm::log(1.0 - rng.unit())).sqrt();
    radius * libm::cos(std::f64::consts::TAU * rng.unit())
}
