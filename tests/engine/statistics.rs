//! The arithmetic that the statistical tests stand on, with tests of its own.

/// The mean of some numbers, and half the width of its two-sided 99.9 % confidence interval.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    pub mean: f64,
    pub half_width: f64,
}

impl Estimate {
    /// By the method of batch means: the numbers, which may depend on their neighbours, are cut into 31 batches that are
    /// long enough for their means to be all but independent.
    pub fn of(numbers: &[f64]) -> Self {
        const BATCHES: usize = 31;
        /// Student's t for 30 degrees of freedom, two-sided 99.9 %.
        const T: f64 = 3.646;
        let means: Vec<f64> = numbers.chunks_exact(numbers.len() / BATCHES).take(BATCHES).map(mean).collect();
        assert_eq!(means.len(), BATCHES);
        Self { mean: mean(&means), half_width: T * (variance(&means) / BATCHES as f64).sqrt() }
    }

    /// Fails unless the interval holds the expected value and is narrow enough, as a share of that value, to mean
    /// something.
    #[track_caller]
    pub fn check(self, expected: f64, widest: f64, what: &str) {
        assert!((self.mean - expected).abs() <= self.half_width, "{what}: expected {expected}, got {self:?}");
        assert!(self.half_width <= widest * expected, "{what}: the interval is too wide: {self:?}");
    }
}

pub fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

/// The sample variance.
pub fn variance(numbers: &[f64]) -> f64 {
    let mean = mean(numbers);
    numbers.iter().map(|number| (number - mean) * (number - mean)).sum::<f64>() / (numbers.len() - 1) as f64
}

/// Fails if Pearson's chi-square rejects, at about one in a thousand, that the counts come from those probabilities.
/// Neighbouring cells that expect less than ten are put together.
#[track_caller]
pub fn check_counts(counts: &[u64], probabilities: &[f64], what: &str) {
    assert_eq!(counts.len(), probabilities.len());
    let total = counts.iter().sum::<u64>() as f64;
    let (mut square, mut cells, mut seen, mut expected) = (0.0, 0, 0.0, 0.0);
    for (count, probability) in counts.iter().zip(probabilities) {
        seen += *count as f64;
        expected += total * probability;
        if expected >= 10.0 {
            square += (seen - expected) * (seen - expected) / expected;
            (cells, seen, expected) = (cells + 1, 0.0, 0.0);
        }
    }
    // What is left over at the end is less than one cell.
    square += (seen - expected) * (seen - expected) / 10.0;
    let limit = chi_square_limit(f64::from(cells - 1));
    assert!(square <= limit, "{what}: chi-square {square} is above {limit} with {cells} cells");
}

/// The 99.9 % point of the chi-square distribution, by Wilson and Hilferty's approximation (1931).
fn chi_square_limit(degrees: f64) -> f64 {
    let spread = 2.0 / (9.0 * degrees);
    degrees * (1.0 - spread + 3.090 * spread.sqrt()).powi(3)
}

#[test]
fn the_chi_square_limit_is_that_of_the_tables() {
    for (degrees, table) in [(5.0, 20.515), (10.0, 29.588), (30.0, 59.703), (100.0, 149.449)] {
        assert!((chi_square_limit(degrees) / table - 1.0).abs() < 0.015, "{degrees}");
    }
}

#[test]
fn a_fair_count_passes() {
    check_counts(&[1_000, 980, 1_020, 1_000], &[0.25; 4], "fair");
}

#[test]
#[should_panic(expected = "chi-square")]
fn an_unfair_count_fails() {
    check_counts(&[1_000, 900, 1_100, 1_000], &[0.25; 4], "unfair");
}

#[test]
#[should_panic(expected = "expected 1.1")]
fn a_wrong_mean_fails() {
    let numbers: Vec<f64> = (0..31_000).map(|index| f64::from(index % 21) / 10.0).collect();
    Estimate::of(&numbers).check(1.1, 0.1, "mean of 1.0");
}
