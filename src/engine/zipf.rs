//! Zipf popularity: which key is asked for, when some are much more popular than others.

use super::distribution::DistributionError;
use super::random::Rng;

/// Ranks 0, 1, 2, ... with probabilities in proportion to 1 / (rank + 1)^exponent.
///
/// A draw takes exactly one random number and inverts the cumulative probabilities, which are computed once. Therefore a
/// smaller number gives a smaller rank or the same, and two popularities with different exponents stay comparable draw
/// by draw. A table of starting points makes a draw take two comparisons on average.
#[derive(Clone, Debug)]
pub struct Zipf {
    /// At each rank the probability of it or a smaller one; the last is 1.
    cumulative: Vec<f64>,
    /// At each of a power of two of equal parts of 0..1, the first rank that a number in it may give.
    starts: Vec<u32>,
}

impl Zipf {
    /// The largest exponent. At it the first item already takes all but a millionth.
    pub const MAX_EXPONENT: f64 = 20.0;

    /// The popularity of `items` items. An exponent of 0 makes them equally popular; real keys are mostly between 0.6
    /// and 1.2. Takes memory and time in proportion to the items.
    ///
    /// # Errors
    ///
    /// [`DistributionError::NoItems`] without items, [`DistributionError::Exponent`] when the exponent is not from 0 to
    /// [`Zipf::MAX_EXPONENT`].
    pub fn new(items: u32, exponent: f64) -> Result<Self, DistributionError> {
        if items == 0 {
            return Err(DistributionError::NoItems);
        }
        if !(0.0..=Self::MAX_EXPONENT).contains(&exponent) {
            return Err(DistributionError::Exponent { exponent });
        }
        let cumulative = cumulative(items, exponent);
        let starts = starts(&cumulative);
        Ok(Self { cumulative, starts })
    }

    /// How many items there are.
    pub fn items(&self) -> u32 {
        self.cumulative.len() as u32
    }

    /// Draws a rank, from 0 (the most popular) to one less than the items.
    pub fn sample(&self, rng: &mut Rng) -> u32 {
        self.rank_at(rng.unit())
    }

    /// The rank whose share of 0..1 holds `unit`.
    fn rank_at(&self, unit: f64) -> u32 {
        // The number of parts is a power of two, so this product is exact and never falls into the next part.
        let part = (unit * self.starts.len() as f64) as usize;
        let start = self.starts.get(part).copied().unwrap_or_default();
        let after = self.cumulative.iter().skip(start as usize).take_while(|up_to| **up_to <= unit).count();
        start + after as u32
    }

    /// How likely that rank is; 0 beyond the items.
    pub fn probability(&self, rank: u32) -> f64 {
        let up_to = |rank: u32| self.cumulative.get(rank as usize).copied();
        let Some(with) = up_to(rank) else { return 0.0 };
        with - rank.checked_sub(1).and_then(up_to).unwrap_or_default()
    }
}

/// Sums with Neumaier's compensation, so that millions of small terms keep their digits.
fn cumulative(items: u32, exponent: f64) -> Vec<f64> {
    let (mut sum, mut lost) = (0.0_f64, 0.0_f64);
    let mut sums: Vec<f64> = (1..=items)
        .map(|place| {
            let weight = libm::pow(f64::from(place), -exponent);
            let next = sum + weight;
            // The sum is never smaller than the next weight, since the weights don't grow.
            lost += (sum - next) + weight;
            sum = next;
            sum + lost
        })
        .collect();
    let total = sum + lost;
    for value in &mut sums {
        *value /= total;
    }
    if let Some(last) = sums.last_mut() {
        *last = 1.0;
    }
    sums
}

fn starts(cumulative: &[f64]) -> Vec<u32> {
    let parts = cumulative.len().next_power_of_two();
    let mut rank = 0_usize;
    (0..parts)
        .map(|part| {
            let low = part as f64 / parts as f64;
            while cumulative.get(rank).is_some_and(|up_to| *up_to <= low) {
                rank += 1;
            }
            rank as u32
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// The starting points are a short cut only: a plain search of the whole table finds the same rank.
        #[test]
        fn a_draw_inverts_the_cumulative_probabilities(
            items in 1_u32..300,
            exponent in 0.0..=Zipf::MAX_EXPONENT,
            bits in any::<u64>(),
        ) {
            let zipf = Zipf::new(items, exponent).unwrap();
            prop_assert!(zipf.cumulative.is_sorted());
            let unit = (bits >> 11) as f64 / (1_u64 << 53) as f64;
            let found = zipf.cumulative.partition_point(|up_to| *up_to <= unit);
            prop_assert_eq!(zipf.rank_at(unit) as usize, found);
            prop_assert!(found < items as usize);
        }
    }

    #[test]
    fn the_ends_of_the_unit_interval_give_the_first_and_the_last_rank() {
        for items in [1, 2, 3, 1_000] {
            let zipf = Zipf::new(items, 0.5).unwrap();
            assert_eq!(zipf.rank_at(0.0), 0);
            assert_eq!(zipf.rank_at(1.0 - f64::EPSILON / 2.0), items - 1);
        }
    }

    #[test]
    fn small_probabilities_of_many_items_keep_their_digits() {
        let zipf = Zipf::new(2_000_000, 1.0).unwrap();
        // The harmonic number, by Euler and Maclaurin.
        let n = 2_000_000_f64;
        let harmonic = n.ln() + 0.577_215_664_901_532_9 + 1.0 / (2.0 * n) - 1.0 / (12.0 * n * n);
        assert!((zipf.probability(0) * harmonic - 1.0).abs() < 1e-14);
        assert!((zipf.probability(1_999_999) * harmonic * n - 1.0).abs() < 1e-7);
    }
}
