//! The 80-bit floating point numbers that `INCRBYFLOAT` computes with on x86: 64 bits of mantissa. The model does it in
//! integers, so that the sums are the same on every platform, WebAssembly included.

use crate::decimal::{Big, FARTHEST, Scaled, split_number};

/// The greatest and the least exponent of the leading bit.
const GREATEST_EXPONENT: i64 = 16_383;
const LEAST_EXPONENT: i64 = -16_446;
/// Longer numbers are not read.
const LONGEST: usize = 5 * 1024 - 1;
/// `%.17Lf` prints so many digits after the point.
const DECIMALS: u32 = 17;

/// A number that is not NaN: `mantissa * 2^exponent`, or infinite. A mantissa other than 0 has its highest bit set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LongDouble {
    negative: bool,
    infinite: bool,
    mantissa: u64,
    exponent: i64,
}

impl LongDouble {
    pub(crate) const ZERO: LongDouble = LongDouble { negative: false, infinite: false, mantissa: 0, exponent: 0 };

    /// Reads a whole text as C's `strtold` does; `None` for what is no number, is NaN or is out of range.
    pub(crate) fn parse(text: &[u8]) -> Option<LongDouble> {
        if text.len() > LONGEST {
            return None;
        }
        let (negative, digits) = match text {
            [b'-', rest @ ..] => (true, rest),
            [b'+', rest @ ..] => (false, rest),
            _ => (false, text),
        };
        let number = if digits.eq_ignore_ascii_case(b"inf") || digits.eq_ignore_ascii_case(b"infinity") {
            LongDouble { infinite: true, ..LongDouble::ZERO }
        } else if let [b'0', b'x' | b'X', rest @ ..] = digits {
            let (digits, scale) = split_number(rest, 16, b'p')?;
            LongDouble::nearest(digits, scale, false)?
        } else {
            let (digits, scale) = split_number(digits, 10, b'e')?;
            LongDouble::of_decimal(digits, scale)?
        };
        Some(LongDouble { negative, ..number })
    }

    /// Whether it is infinite.
    pub(crate) fn is_infinite(self) -> bool {
        self.infinite
    }

    /// `digits * 10^scale`.
    fn of_decimal(digits: Big, scale: i64) -> Option<LongDouble> {
        if digits.is_zero() {
            return Some(LongDouble::ZERO);
        }
        if scale.abs() > FARTHEST {
            return None;
        }
        let Scaled { digits, exponent, more } = Scaled::of(digits, scale);
        LongDouble::nearest(digits, exponent, more)
    }

    /// The number nearest to `digits * 2^exponent`, or to a little more than that; `None` if it is out of range.
    fn nearest(mut digits: Big, exponent: i64, more: bool) -> Option<LongDouble> {
        if digits.is_zero() {
            return Some(LongDouble::ZERO);
        }
        let surplus = i64::from(digits.bits()) - 64;
        let mut exponent = exponent + surplus;
        if surplus >= 0 {
            digits.shift_right_rounding(surplus as u32, more);
        } else {
            digits.shift_left(surplus.unsigned_abs() as u32);
        }
        if digits.bits() > 64 {
            digits.shift_right_rounding(1, false);
            exponent += 1;
        }
        let leading = exponent + 63;
        let in_range = (LEAST_EXPONENT..=GREATEST_EXPONENT).contains(&leading);
        in_range.then(|| LongDouble { mantissa: digits.low_u64(), exponent, ..LongDouble::ZERO })
    }

    /// The sum; `None` when it is infinite or NaN.
    pub(crate) fn add(self, other: LongDouble) -> Option<LongDouble> {
        if self.infinite || other.infinite {
            return None;
        }
        if self.mantissa == 0 || other.mantissa == 0 {
            return Some(if self.mantissa == 0 { other } else { self });
        }
        let (great, small) = if (self.exponent, self.mantissa) >= (other.exponent, other.mantissa) {
            (self, other)
        } else {
            (other, self)
        };
        let distance = (great.exponent - small.exponent) as u64;
        let shift = distance.min(62);
        let wide_great = u128::from(great.mantissa) << shift;
        let wide_small = shifted_right(small.mantissa, distance - shift);
        let sum = if great.negative == small.negative { wide_great + wide_small } else { wide_great - wide_small };
        let number = LongDouble::nearest(Big::of_u128(sum), great.exponent - shift as i64, false)?;
        Some(LongDouble { negative: great.negative && number.mantissa != 0, ..number })
    }

    /// The nearest number of double precision.
    pub(crate) fn to_f64(self) -> f64 {
        let sign = if self.negative { -1.0 } else { 1.0 };
        let magnitude = if self.infinite { f64::INFINITY } else { self.mantissa as f64 };
        sign * libm::ldexp(magnitude, self.exponent.clamp(-2000, 2000) as i32)
    }

    /// As `%.17Lf` prints it, without the zeros at its end.
    pub(crate) fn print(self) -> String {
        let mut digits = Big::new(self.mantissa);
        digits.multiply_add(1_000_000_000, 0);
        digits.multiply_add(100_000_000, 0);
        match u32::try_from(self.exponent) {
            Ok(exponent) => digits.shift_left(exponent),
            Err(_) => digits.shift_right_rounding(self.exponent.unsigned_abs() as u32, false),
        }
        if digits.is_zero() {
            return "0".to_owned();
        }
        let decimals = DECIMALS as usize;
        let padded = format!("{:0>width$}", digits.decimal(), width = decimals + 1);
        let (whole, fraction) = padded.split_at(padded.len() - decimals);
        let fraction = fraction.trim_end_matches('0');
        let sign = if self.negative { "-" } else { "" };
        let point = if fraction.is_empty() { "" } else { "." };
        format!("{sign}{whole}{point}{fraction}")
    }
}

/// Shifts right; bits that fall out leave a trace in the lowest one.
fn shifted_right(mantissa: u64, bits: u64) -> u128 {
    if bits == 0 {
        return u128::from(mantissa);
    }
    let kept = if bits < 64 { mantissa >> bits } else { 0 };
    let lost = bits >= 64 || mantissa & ((1 << bits) - 1) != 0;
    u128::from(kept | u64::from(lost))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sum(one: &str, other: &str) -> Option<String> {
        LongDouble::parse(one.as_bytes())?.add(LongDouble::parse(other.as_bytes())?).map(LongDouble::print)
    }

    #[test]
    fn sums_are_those_of_80_bits() {
        assert_eq!(sum("3.0", "0.1").as_deref(), Some("3.1"));
        assert_eq!(sum("10.5", "-10.5").as_deref(), Some("0"));
        assert_eq!(sum("5.0e3", "2.0e2").as_deref(), Some("5200"));
        assert_eq!(sum("0x10", "0x.8p1").as_deref(), Some("17"));
        assert_eq!(sum("-0.000000000000000001", "0").as_deref(), Some("0"));
        assert_eq!(sum("inf", "1"), None);
        assert_eq!(sum("18446744073709551615", "1").as_deref(), Some("18446744073709551616"));
        assert_eq!(sum("18446744073709551616", "1").as_deref(), Some("18446744073709551616"));
        assert_eq!(sum("18446744073709551616", "3").as_deref(), Some("18446744073709551620"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", " 1", "1 ", "1e", "1e+", ".", "-", "nan", "0x", "1e5000", "1e-5000", "abc", "--1", "1.2.3", "1\0"]
        {
            assert_eq!(LongDouble::parse(text.as_bytes()), None, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn integers_add_exactly(one in -(1i64 << 62)..1i64 << 62, other in -(1i64 << 62)..1i64 << 62) {
            prop_assert_eq!(sum(&one.to_string(), &other.to_string()), Some((one + other).to_string()));
        }

        #[test]
        fn addition_commutes(one in -1e30f64..1e30, other in -1e10f64..1e10) {
            let (one, other) = (one.to_string(), other.to_string());
            prop_assert_eq!(sum(&one, &other), sum(&other, &one));
        }
    }
}
