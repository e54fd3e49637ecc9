//! Counts of lengths of time, in buckets whose width grows with the length: the method of Gil Tene's HdrHistogram. Its memory
//! depends on the range alone, never on how many lengths are counted.

use crate::engine::Span;

/// Each power of two is cut into so many buckets, so a quantile is off by at most a 2048th of itself.
const PARTS: u64 = 1 << PART_BITS;
const PART_BITS: u32 = 10;

/// How long things took.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histogram {
    counts: Vec<u64>,
    count: u64,
    sum: u128,
    least: u64,
    most: u64,
}

impl Histogram {
    /// Counts a length.
    pub fn add(&mut self, span: Span) {
        let nanos = span.as_nanos();
        let bucket = bucket_of(nanos);
        if bucket >= self.counts.len() {
            self.counts.resize(bucket + 1, 0);
        }
        self.counts[bucket] += 1;
        self.least = if self.count == 0 { nanos } else { self.least.min(nanos) };
        self.most = self.most.max(nanos);
        self.count += 1;
        self.sum += u128::from(nanos);
    }

    /// How many lengths were counted.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The longest, exactly; nothing when there is none.
    #[must_use]
    pub fn most(&self) -> Option<Span> {
        (self.count > 0).then(|| Span::from_nanos(self.most))
    }

    /// The mean, exactly; nothing when there is none.
    #[must_use]
    pub fn mean(&self) -> Option<Span> {
        let mean = self.sum.checked_div(u128::from(self.count))?;
        Some(Span::from_nanos(u64::try_from(mean).unwrap_or(u64::MAX)))
    }

    /// What this share of the lengths, from 0 to 1, does not exceed, by nearest rank: the middle of the bucket that has that
    /// rank. Nothing when there is none.
    #[must_use]
    pub fn quantile(&self, share: f64) -> Option<Span> {
        // A product that is a whole number but for its last digit is one.
        let rank = ((self.count as f64 * share * (1.0 - 1e-12)).ceil() as u64).max(1);
        let mut so_far = 0;
        let bucket = self.counts.iter().position(|count| {
            so_far += count;
            so_far >= rank
        })?;
        let (low, width) = bounds(bucket);
        Some(Span::from_nanos((low + width / 2).clamp(self.least, self.most)))
    }

    /// Buckets that hold anything, from the shortest: their least length, their width in nanoseconds, and how many they hold.
    pub fn buckets(&self) -> impl Iterator<Item = (Span, u64, u64)> {
        let filled = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        filled.map(|(bucket, count)| {
            let (low, width) = bounds(bucket);
            (Span::from_nanos(low), width, *count)
        })
    }

    /// Adds all that another has counted.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (own, others) in self.counts.iter_mut().zip(&other.counts) {
            *own += others;
        }
        self.least = if self.count == 0 { other.least } else { self.least.min(other.least) };
        self.most = self.most.max(other.most);
        self.count += other.count;
        self.sum += other.sum;
    }
}

/// The first `2 * PARTS` buckets are one nanosecond wide; from there on each `PARTS` are twice as wide as those before.
fn bucket_of(nanos: u64) -> usize {
    let doublings = (u64::BITS - (nanos | PARTS).leading_zeros()) - PART_BITS - 1;
    (u64::from(doublings) * PARTS + (nanos >> doublings)) as usize
}

/// A bucket's least length and its width.
fn bounds(bucket: usize) -> (u64, u64) {
    let bucket = bucket as u64;
    let doublings = (bucket / PARTS).saturating_sub(1);
    ((bucket - doublings * PARTS) << doublings, 1 << doublings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_length_is_in_its_bucket(nanos in prop_oneof![0_u64..5_000, any::<u64>()]) {
            let (low, width) = bounds(bucket_of(nanos));
            prop_assert!(low <= nanos && nanos - low < width);
            prop_assert!(width == 1 || width <= low / PARTS);
        }

        #[test]
        fn a_quantile_is_the_nearest_rank_but_for_a_thousandth(
            mut nanos in proptest::collection::vec(0_u64..10_000_000_000, 1..400),
            percent in 1_usize..=100,
        ) {
            let mut histogram = Histogram::default();
            nanos.iter().for_each(|nanos| histogram.add(Span::from_nanos(*nanos)));
            nanos.sort_unstable();
            let exact = nanos[(nanos.len() * percent).div_ceil(100).max(1) - 1] as f64;
            let told = histogram.quantile(percent as f64 / 100.0).unwrap().as_nanos() as f64;
            prop_assert!((told - exact).abs() <= exact / 1_000.0 + 1.0, "{} for {}", told, exact);
            prop_assert_eq!(histogram.most(), nanos.last().map(|nanos| Span::from_nanos(*nanos)));
        }

        #[test]
        fn two_merged_are_one(one in proptest::collection::vec(any::<u32>(), 0..60), other in proptest::collection::vec(any::<u32>(), 0..60)) {
            let of = |nanos: &[u32]| {
                let mut histogram = Histogram::default();
                nanos.iter().for_each(|nanos| histogram.add(Span::from_nanos(u64::from(*nanos))));
                histogram
            };
            let mut merged = of(&one);
            merged.merge(&of(&other));
            prop_assert_eq!(merged, of(&[one, other].concat()));
        }
    }

    #[test]
    fn nothing_has_no_quantile() {
        assert_eq!(Histogram::default().quantile(0.5), None);
        assert_eq!(Histogram::default().mean(), None);
    }
}
