//! Instants and lengths of virtual time, in whole nanoseconds so that adding them up never rounds.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Sub, SubAssign};

use serde::de::{Error, Unexpected};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

const NANOS_PER_MICRO: u64 = 1_000;
const NANOS_PER_MILLI: u64 = 1_000_000;
const NANOS_PER_SEC: u64 = 1_000_000_000;

/// An instant of a run, counted from the run's start. It serializes as a number of seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VirtualTime(u64);

/// A length of virtual time, never negative. It serializes as a number of seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(u64);

impl VirtualTime {
    /// The start of a run.
    pub const ZERO: Self = Self(0);
    /// The last instant that can be told, some 584 years after the start.
    pub const MAX: Self = Self(u64::MAX);

    /// The instant `nanos` nanoseconds after the start.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// The instant `micros` microseconds after the start; [`VirtualTime::MAX`] when that is too late to be told.
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros.saturating_mul(NANOS_PER_MICRO))
    }

    /// The instant `millis` milliseconds after the start; [`VirtualTime::MAX`] when that is too late to be told.
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(NANOS_PER_MILLI))
    }

    /// The instant `secs` seconds after the start; [`VirtualTime::MAX`] when that is too late to be told.
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(NANOS_PER_SEC))
    }

    /// The instant `secs` seconds after the start, to the nearest nanosecond. What is negative or not a number gives
    /// [`VirtualTime::ZERO`], what is too late to be told gives [`VirtualTime::MAX`].
    pub fn from_secs_f64(secs: f64) -> Self {
        Self(nanos_from_f64(secs * NANOS_PER_SEC as f64))
    }

    /// Nanoseconds since the start.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Whole microseconds since the start, rounded down.
    pub const fn as_micros(self) -> u64 {
        self.0 / NANOS_PER_MICRO
    }

    /// Whole milliseconds since the start, rounded down.
    pub const fn as_millis(self) -> u64 {
        self.0 / NANOS_PER_MILLI
    }

    /// Whole seconds since the start, rounded down.
    pub const fn as_secs(self) -> u64 {
        self.0 / NANOS_PER_SEC
    }

    /// Seconds since the start.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SEC as f64
    }

    /// The time from `earlier` to this instant; zero when `earlier` is in fact later.
    pub const fn since(self, earlier: Self) -> Span {
        Span(self.0.saturating_sub(earlier.0))
    }
}

impl Span {
    /// No time at all.
    pub const ZERO: Self = Self(0);
    /// The longest span, some 584 years.
    pub const MAX: Self = Self(u64::MAX);

    /// `nanos` nanoseconds.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// `micros` microseconds, at most [`Span::MAX`].
    pub const fn from_micros(micros: u64) -> Self {
        Self(micros.saturating_mul(NANOS_PER_MICRO))
    }

    /// `millis` milliseconds, at most [`Span::MAX`].
    pub const fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(NANOS_PER_MILLI))
    }

    /// `secs` seconds, at most [`Span::MAX`].
    pub const fn from_secs(secs: u64) -> Self {
        Self(secs.saturating_mul(NANOS_PER_SEC))
    }

    /// `secs` seconds, to the nearest nanosecond. What is negative or not a number gives [`Span::ZERO`], what is too long
    /// gives [`Span::MAX`].
    pub fn from_secs_f64(secs: f64) -> Self {
        Self(nanos_from_f64(secs * NANOS_PER_SEC as f64))
    }

    /// `nanos` nanoseconds, to the nearest whole one, with the same limits as [`Span::from_secs_f64`].
    pub fn from_nanos_f64(nanos: f64) -> Self {
        Self(nanos_from_f64(nanos))
    }

    /// Nanoseconds.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// Whole microseconds, rounded down.
    pub const fn as_micros(self) -> u64 {
        self.0 / NANOS_PER_MICRO
    }

    /// Whole milliseconds, rounded down.
    pub const fn as_millis(self) -> u64 {
        self.0 / NANOS_PER_MILLI
    }

    /// Whole seconds, rounded down.
    pub const fn as_secs(self) -> u64 {
        self.0 / NANOS_PER_SEC
    }

    /// Milliseconds with their fraction.
    pub fn as_millis_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_MILLI as f64
    }

    /// Seconds with their fraction.
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / NANOS_PER_SEC as f64
    }

    /// Whether this is no time at all.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// This span `factor` times, to the nearest nanosecond. A factor that is negative or not a number gives
    /// [`Span::ZERO`], a product that is too long gives [`Span::MAX`].
    pub fn scale(self, factor: f64) -> Self {
        Self(nanos_from_f64(self.0 as f64 * factor))
    }
}

impl Serialize for VirtualTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_secs_f64())
    }
}

impl<'de> Deserialize<'de> for VirtualTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        seconds(deserializer).map(Self::from_secs_f64)
    }
}

impl Serialize for Span {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(self.as_secs_f64())
    }
}

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        seconds(deserializer).map(Self::from_secs_f64)
    }
}

/// A number of seconds that can be a time: what is negative or not finite is refused, not bent.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
    let seconds = f64::deserialize(deserializer)?;
    if seconds >= 0.0 && seconds.is_finite() {
        return Ok(seconds);
    }
    Err(D::Error::invalid_value(Unexpected::Float(seconds), &"a number of seconds, 0 or more"))
}

/// Rounds half away from zero. A cast from `f64` saturates, and takes what is not a number as zero.
fn nanos_from_f64(nanos: f64) -> u64 {
    // Half and more is rounded up, as `f64::round` does, which is a call on processors of before 2008. Both the conversion and
    // the difference are exact: there are no fractions where numbers are greater than 2^53.
    let whole = nanos as u64;
    if nanos - whole as f64 >= 0.5 { whole.saturating_add(1) } else { whole }
}

impl Add<Span> for VirtualTime {
    type Output = Self;

    /// The later instant, at most [`VirtualTime::MAX`].
    fn add(self, span: Span) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl AddAssign<Span> for VirtualTime {
    fn add_assign(&mut self, span: Span) {
        *self = *self + span;
    }
}

impl Sub for VirtualTime {
    type Output = Span;

    /// The time from `earlier`; zero when it is in fact later.
    fn sub(self, earlier: Self) -> Span {
        self.since(earlier)
    }
}

impl Sub<Span> for VirtualTime {
    type Output = Self;

    /// The earlier instant, at least [`VirtualTime::ZERO`].
    fn sub(self, span: Span) -> Self {
        Self(self.0.saturating_sub(span.0))
    }
}

impl Add for Span {
    type Output = Self;

    /// The sum, at most [`Span::MAX`].
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Span {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Span {
    type Output = Self;

    /// The difference, at least [`Span::ZERO`].
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl SubAssign for Span {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Mul<u64> for Span {
    type Output = Self;

    /// The product, at most [`Span::MAX`].
    fn mul(self, times: u64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}

impl Div<u64> for Span {
    type Output = Self;

    /// The quotient, rounded down. Panics when `parts` is zero, as integers do.
    fn div(self, parts: u64) -> Self {
        Self(self.0 / parts)
    }
}

impl Sum for Span {
    fn sum<I: Iterator<Item = Self>>(spans: I) -> Self {
        spans.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for VirtualTime {
    /// In seconds, as in `1.25 s`, with at most six decimals.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let micros = self.0.saturating_add(NANOS_PER_MICRO / 2) / NANOS_PER_MICRO;
        formatter.pad(&format!("{} s", decimal(micros, 6)))
    }
}

impl fmt::Display for Span {
    /// In the largest unit that it fills, as in `1.25 ms`, with at most three decimals.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 3] = [(NANOS_PER_SEC, "s"), (NANOS_PER_MILLI, "ms"), (NANOS_PER_MICRO, "µs")];
        for (nanos, unit) in UNITS {
            let thousandth = nanos / 1_000;
            // What the next smaller unit would round up to a full one of this is told in this.
            if self.0.saturating_add(thousandth / 2_000) >= nanos {
                let thousandths = self.0.saturating_add(thousandth / 2) / thousandth;
                return formatter.pad(&format!("{} {unit}", decimal(thousandths, 3)));
            }
        }
        formatter.pad(&format!("{} ns", self.0))
    }
}

/// Writes `value` tenth powers of `digits` as a decimal number without trailing zeros.
fn decimal(value: u64, digits: usize) -> String {
    let scale = (0..digits).fold(1_u64, |scale, _| scale * 10);
    let fraction = format!("{:0digits$}", value % scale);
    let fraction = fraction.trim_end_matches('0');
    let whole = value / scale;
    if fraction.is_empty() { whole.to_string() } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_shown_in_the_largest_unit_that_they_fill() {
        let cases = [
            (0, "0 ns"),
            (999, "999 ns"),
            (1_000, "1 µs"),
            (1_250_000, "1.25 ms"),
            (999_999, "999.999 µs"),
            (999_600_000, "999.6 ms"),
            (999_999_499, "999.999 ms"),
            (999_999_500, "1 s"),
            (60_000_000_000, "60 s"),
            (1_000_400, "1 ms"),
            (1_000_500, "1.001 ms"),
            (12_034_000_000, "12.034 s"),
        ];
        for (nanos, shown) in cases {
            assert_eq!(Span::from_nanos(nanos).to_string(), shown);
        }
        assert_eq!(format!("[{:>9}]", Span::from_millis(2)), "[     2 ms]");
        assert!(Span::MAX.to_string().ends_with(" s"));
    }

    #[test]
    fn instants_are_shown_in_seconds() {
        assert_eq!(VirtualTime::ZERO.to_string(), "0 s");
        assert_eq!(VirtualTime::from_micros(1_250_001).to_string(), "1.250001 s");
        assert_eq!(VirtualTime::from_millis(90_500).to_string(), "90.5 s");
    }

    #[test]
    fn arithmetic_stops_at_the_limits() {
        let second = Span::from_secs(1);
        assert_eq!(VirtualTime::MAX + second, VirtualTime::MAX);
        assert_eq!(VirtualTime::ZERO - second, VirtualTime::ZERO);
        assert_eq!(VirtualTime::ZERO - VirtualTime::MAX, Span::ZERO);
        assert_eq!(VirtualTime::from_secs(3).since(VirtualTime::from_secs(1)), second * 2);
        assert_eq!(Span::MAX + second, Span::MAX);
        assert_eq!(second - Span::MAX, Span::ZERO);
        assert_eq!(Span::MAX * 2, Span::MAX);
        assert_eq!(Span::from_secs(u64::MAX), Span::MAX);
        assert_eq!(VirtualTime::from_millis(u64::MAX), VirtualTime::MAX);
        assert_eq!([second, second / 4].into_iter().sum::<Span>(), Span::from_millis(1_250));
    }

    #[test]
    fn fractions_are_rounded_to_the_nearest_nanosecond() {
        assert_eq!(Span::from_secs_f64(0.001_25), Span::from_micros(1_250));
        assert_eq!(Span::from_nanos_f64(2.5), Span::from_nanos(3));
        assert_eq!(Span::from_nanos(10).scale(0.34), Span::from_nanos(3));
        assert_eq!(VirtualTime::from_secs_f64(1.5), VirtualTime::from_millis(1_500));
        for nothing in [-1.0, f64::NAN, f64::NEG_INFINITY] {
            assert_eq!(Span::from_secs_f64(nothing), Span::ZERO);
            assert_eq!(VirtualTime::from_secs_f64(nothing), VirtualTime::ZERO);
            assert_eq!(Span::from_secs(1).scale(nothing), Span::ZERO);
        }
        assert_eq!(Span::from_secs_f64(1e30), Span::MAX);
        assert_eq!(Span::from_secs(1).scale(f64::INFINITY), Span::MAX);
    }

    #[test]
    fn both_are_numbers_of_seconds_when_serialized() {
        assert_eq!(serde_json::to_string(&VirtualTime::from_micros(1_500_002)).unwrap(), "1.500002");
        assert_eq!(serde_json::from_str::<Span>("1.25").unwrap(), Span::from_millis(1_250));
        assert_eq!(serde_json::from_str::<Span>("3").unwrap(), Span::from_secs(3));
        assert!(serde_json::from_str::<Span>("-1").is_err());
        assert!(serde_json::from_str::<Span>("\"1\"").is_err());
    }

    #[test]
    fn no_nanosecond_is_lost_on_the_way_through_seconds() {
        for nanos in [1, 999_999_999, 1_000_000_001, 27_123_456_789, 86_400_000_000_001] {
            let text = serde_json::to_string(&Span::from_nanos(nanos)).unwrap();
            assert_eq!(serde_json::from_str::<Span>(&text).unwrap(), Span::from_nanos(nanos), "{text}");
        }
    }
}
