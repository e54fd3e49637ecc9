//! Random lengths by estimates of logarithm, cosine and exponential that are close and quick. A length is a whole number of
//! nanoseconds, so an estimate whose error can't reach the next half gives the very length that the functions of
//! [`distribution`](super::distribution) give, and no estimate is given where it could.
//!
//! The logarithm goes by a table of its values and a short series around them, as Tang, *Table-Driven Implementation of the
//! Logarithm Function in IEEE Floating-Point Arithmetic*, 1990; the exponential likewise. The tables are made when they are
//! first asked for.

use std::f64::consts::{LN_2, TAU};
use std::sync::LazyLock;

use super::time::Span;

/// No estimate of [`Tables::minus_log`] is further from the true value: the series ends before a term of at most 2^-40 / 5.
const LOG_ERROR: f64 = 1e-12;
/// No estimate of [`cos_of_turn`] is: the series ends before a term of at most (π / 4)^14 / 14!.
const COS_ERROR: f64 = 2e-12;
/// No estimate of [`Tables::exp`] is, in proportion: the series ends before a term of at most (ln 2 / 128)^5 / 120.
const EXP_ERROR: f64 = 1e-12;
/// What the rounding of a few operations may come to, in proportion.
const ROUNDING: f64 = 1e-14;

/// Of numbers that are closer to one, the logarithm is too small for the error of its root to be.
const LEAST_LOG: f64 = 1e-3;
/// No normal number is further off: the error of a root is that of the logarithm by the root, which is more than 0.04 at the
/// least logarithm and less than 9 at the greatest.
const NORMAL_ERROR: f64 = LOG_ERROR / 0.04 + 9.0 * (COS_ERROR + ROUNDING);
/// Longer lengths are left to the exact functions.
const LONGEST: f64 = 1e12;
/// No exponent that is further from zero is estimated.
const FURTHEST: f64 = 100.0;

const LOG_BITS: u32 = 7;
const EXP_BITS: u32 = 6;
/// Adding it shifts a number's fraction out, so that its whole part stands in the last bits.
const SHIFT: f64 = 4_503_599_627_370_496.0;
const FRACTION: u64 = (1 << 52) - 1;
const ONE: u64 = 1023 << 52;

struct Tables {
    /// In the middle of each of equal parts of 1..2: the inverse, and the logarithm.
    logs: [(f64, f64); 1 << LOG_BITS],
    /// 2 to the powers of 0, 1/64, 2/64, ...
    powers: [f64; 1 << EXP_BITS],
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    logs: std::array::from_fn(|part| {
        let middle = middle_of(part as u64);
        (1.0 / middle, libm::log(middle))
    }),
    powers: std::array::from_fn(|part| libm::exp2(part as f64 / f64::from(1_u32 << EXP_BITS))),
});

/// The middle of a part of 1..2.
fn middle_of(part: u64) -> f64 {
    f64::from_bits(ONE | (part << (52 - LOG_BITS)) | (1 << (51 - LOG_BITS)))
}

impl Tables {
    /// The logarithm of a number above 0 and up to 1, without its sign.
    fn minus_log(&self, number: f64) -> f64 {
        let bits = number.to_bits();
        let part = (bits & FRACTION) >> (52 - LOG_BITS);
        let (inverse, log) = self.logs[part as usize];
        let off = (f64::from_bits(ONE | (bits & FRACTION)) - middle_of(part)) * inverse;
        let square = off * off;
        let series = off - square * (0.5 - off * (1.0 / 3.0) + square * 0.25);
        let halvings = 1023 - (bits >> 52) as i64;
        halvings as f64 * LN_2 - (log + series)
    }

    /// The exponential of a number between plus and minus [`FURTHEST`].
    fn exp(&self, number: f64) -> f64 {
        const PARTS: f64 = (1 << EXP_BITS) as f64;
        let shifted = number * (PARTS / LN_2) + 1.5 * SHIFT;
        let off = number - (shifted - 1.5 * SHIFT) * (LN_2 / PARTS);
        let square = off * off;
        let series = 1.0 + off + square * (0.5 + off * (1.0 / 6.0) + square * (1.0 / 24.0));
        // The last bits of the shifted number are those of the whole number of parts, as two's complement has it.
        let parts = shifted.to_bits();
        let power = self.powers[(parts & ((1 << EXP_BITS) - 1)) as usize];
        let doublings = ((parts >> EXP_BITS) << 52).wrapping_add(ONE);
        f64::from_bits(doublings) * power * series
    }
}

/// The cosine of that part of a full turn, from 0 (included) to 1 (excluded).
fn cos_of_turn(turn: f64) -> f64 {
    /// Of the cosine, and of the sine but for its first factor, by powers of the square.
    const SERIES: [[f64; 7]; 2] = [
        [1.0, -1.0 / 2.0, 1.0 / 24.0, -1.0 / 720.0, 1.0 / 40_320.0, -1.0 / 3_628_800.0, 1.0 / 479_001_600.0],
        [1.0, -1.0 / 6.0, 1.0 / 120.0, -1.0 / 5_040.0, 1.0 / 362_880.0, -1.0 / 39_916_800.0, 1.0 / 6_227_020_800.0],
    ];
    let shifted = turn * 4.0 + SHIFT;
    let quarters = shifted.to_bits();
    let off = (turn - (shifted - SHIFT) * 0.25) * TAU;
    let is_odd = (quarters & 1) as usize;
    let square = off * off;
    let [a, b, c, d, e, f, g] = SERIES[is_odd];
    let fourth = square * square;
    let series = (a + square * b) + fourth * ((c + square * d) + fourth * ((e + square * f) + fourth * g));
    let factor = [1.0, off][is_odd];
    // The second and the third quarter's sign.
    let sign = ((quarters + 1) & 2) << 62;
    f64::from_bits((factor * series).to_bits() ^ sign)
}

/// The nearest whole number, if that is sure.
fn nearest(number: f64, error: f64) -> Option<Span> {
    let shifted = number + SHIFT;
    let off = (number - (shifted - SHIFT)).abs();
    (number < LONGEST && off + error < 0.5).then(|| Span::from_nanos(shifted.to_bits() & FRACTION))
}

fn of(span: Span) -> f64 {
    // A span without a sign bit, as all are that an estimate is given for, is converted much more quickly as a signed number.
    // Others become negative.
    span.as_nanos() as i64 as f64
}

/// As [`distribution::exponential`](super::distribution::exponential) has it, if that is sure.
pub(super) fn exponential(mean: Span, rest: f64) -> Option<Span> {
    let mean = of(mean);
    let length = mean * TABLES.minus_log(rest);
    if length < 0.0 {
        return None;
    }
    nearest(length, mean * LOG_ERROR + length * ROUNDING)
}

/// As [`distribution::lognormal`](super::distribution::lognormal) has it, if that is sure.
pub(super) fn lognormal(median: Span, sigma: f64, rest: f64, turn: f64) -> Option<Span> {
    let (tables, median) = (&*TABLES, of(median));
    let log = tables.minus_log(rest);
    if log < LEAST_LOG || median < 0.0 {
        return None;
    }
    let radius = (2.0 * log).sqrt();
    let exponent = sigma * radius * cos_of_turn(turn);
    if exponent.is_nan() || exponent.abs() >= FURTHEST {
        return None;
    }
    let length = median * tables.exp(exponent);
    nearest(length, length * (sigma.abs() * NORMAL_ERROR + 2.0 * EXP_ERROR))
}

#[cfg(test)]
mod tests {
    use super::super::Rng;
    use super::super::distribution;
    use super::*;

    const DRAWS: usize = 400_000;

    /// Numbers of all sizes, and those where a part of the table begins or ends.
    fn numbers(rng: &mut Rng) -> Vec<f64> {
        let edges = (0..1_u64 << LOG_BITS).flat_map(|part| {
            let edge = f64::from_bits(ONE - (1 << 52) + (part << (52 - LOG_BITS)));
            [edge, edge.next_up(), edge.next_down()]
        });
        let smallest = (1..200).map(|steps| f64::from(steps) * (-53.0_f64).exp2());
        let greatest = (0..200).map(|steps| 1.0 - f64::from(steps) * (-53.0_f64).exp2());
        edges.chain(smallest).chain(greatest).chain((0..DRAWS).map(|_| 1.0 - rng.unit())).collect()
    }

    #[test]
    fn no_estimate_is_further_off_than_half_of_what_is_allowed() {
        let mut rng = Rng::new(1);
        for number in numbers(&mut rng) {
            let off = (TABLES.minus_log(number) + libm::log(number)).abs();
            assert!(off < LOG_ERROR / 2.0, "the logarithm of {number} is off by {off}");
            let turn = 1.0 - number;
            let off = (cos_of_turn(turn) - libm::cos(TAU * turn)).abs();
            assert!(off < COS_ERROR / 2.0, "the cosine of {turn} turns is off by {off}");
            for exponent in [number, -number, 40.0 * (number - 0.5), FURTHEST * number, -FURTHEST * number] {
                let off = (TABLES.exp(exponent) / libm::exp(exponent) - 1.0).abs();
                assert!(off < EXP_ERROR / 2.0, "the exponential of {exponent} is off by {off}");
            }
        }
    }

    #[test]
    fn estimates_are_the_very_lengths_and_seldom_missing() {
        let mut rng = Rng::new(2);
        for nanos in [1, 30, 1_500, 150_000, 12_000_000, 1_000_000_000] {
            let (span, mut missing) = (Span::from_nanos(nanos), 0);
            for rest in numbers(&mut rng) {
                let (turn, sigma) = (rng.unit(), 2.0 * rng.unit());
                let told = exponential(span, rest);
                assert!(told.is_none_or(|told| told == distribution::exponential(span, rest)), "{span}, {rest}");
                let drawn = lognormal(span, sigma, rest, turn);
                let exact = distribution::lognormal(span, sigma, rest, turn);
                assert!(drawn.is_none_or(|drawn| drawn == exact), "{span}, {sigma}, {rest}, {turn}");
                missing += usize::from(told.is_none()) + usize::from(drawn.is_none());
            }
            assert!(missing < DRAWS / 5, "{missing} are missing at {span}");
        }
    }

    #[test]
    fn what_is_out_of_range_is_not_estimated() {
        let second = Span::from_secs(1);
        for span in [Span::MAX, Span::from_nanos(1 << 63)] {
            assert_eq!((exponential(span, 0.5), lognormal(span, 0.5, 0.5, 0.1)), (None, None));
        }
        assert_eq!(exponential(Span::from_secs(100_000), 0.5), None);
        for sigma in [1e9, f64::NAN, f64::INFINITY, -1e300] {
            assert_eq!(lognormal(second, sigma, 0.5, 0.0), None);
        }
        assert_eq!(exponential(Span::ZERO, 0.5), Some(Span::ZERO));
    }
}
