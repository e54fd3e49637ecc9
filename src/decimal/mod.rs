//! Decimal numbers, read exactly with big integers. The standard library reads them faster, with tables that cost the
//! download ten kilobytes; the few numbers that people type and links hold don't need that.

mod big;
mod print;

pub(crate) use big::Big;
pub(crate) use print::{Decimal, exact_digits, round_digits};

/// The value, kept within the bounds. `f64::clamp` panics with its bounds where they cross, and to print them costs the
/// download what [`Decimal`] saves.
pub(crate) fn within(value: f64, low: f64, high: f64) -> f64 {
    value.max(low).min(high)
}

/// Times a greater power of ten, or a smaller one, every number is out of range, whatever its digits.
pub(crate) const FARTHEST: i64 = 20_000;

/// Longer texts are not read.
const LONGEST: usize = 5 * 1024 - 1;

/// The least power of two that a double has room for, and the greatest.
const LEAST_EXPONENT: i64 = -1074;
const GREATEST_EXPONENT: i64 = 1023;
/// How many binary digits of a double come after the first.
const DIGITS_AFTER_FIRST: i64 = 52;

/// Reads a whole text as a double, the nearest one, in the form that `f64`'s `FromStr` describes: too large is infinite, too
/// small is 0. `None` for what is no number, and for one of more than 5,000 characters.
#[must_use]
pub(crate) fn read_f64(text: &str) -> Option<f64> {
    if text.len() > LONGEST {
        return None;
    }
    let (negative, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let is = |word: &[u8]| digits.eq_ignore_ascii_case(word);
    let magnitude = if is(b"inf") || is(b"infinity") {
        f64::INFINITY
    } else if is(b"nan") {
        f64::NAN
    } else {
        let (digits, scale) = split_number(digits, 10, b'e')?;
        nearest_f64(digits, scale)
    };
    Some(if negative { -magnitude } else { magnitude })
}

fn nearest_f64(digits: Big, scale: i64) -> f64 {
    if digits.is_zero() || scale < -FARTHEST {
        return 0.0;
    }
    if scale > FARTHEST {
        return f64::INFINITY;
    }
    let Scaled { mut digits, exponent, more } = Scaled::of(digits, scale);
    let first = exponent + i64::from(digits.bits()) - 1;
    if first > GREATEST_EXPONENT {
        return f64::INFINITY;
    }
    let last = (first - DIGITS_AFTER_FIRST).max(LEAST_EXPONENT);
    let surplus = last - exponent;
    if surplus > 0 {
        digits.shift_right_rounding(surplus as u32, more);
    } else {
        digits.shift_left(surplus.unsigned_abs() as u32);
    }
    libm::ldexp(digits.low_u64() as f64, last as i32)
}

/// A number in binary: `digits * 2^exponent`, or a little more than that.
pub(crate) struct Scaled {
    pub(crate) digits: Big,
    pub(crate) exponent: i64,
    pub(crate) more: bool,
}

impl Scaled {
    /// `digits * 10^scale`, exactly or to more than 64 binary digits; `scale` is at most [`FARTHEST`] away from 0.
    pub(crate) fn of(mut digits: Big, scale: i64) -> Scaled {
        let fives = scale.unsigned_abs() as u32;
        if scale >= 0 {
            for_each_power_of_five(fives, |factor| digits.multiply_add(factor, 0));
            return Scaled { digits, exponent: scale, more: false };
        }
        // Enough bits that the quotient has more than 64 of them; what is cut off is remembered.
        let room = fives * 5 / 2 + 80;
        digits.shift_left(room);
        let mut more = false;
        for_each_power_of_five(fives, |divisor| more |= digits.divide(divisor) != 0);
        Scaled { digits, exponent: scale - i64::from(room), more }
    }
}

/// Calls with powers of five that fit 32 bits, whose product is 5^`power`.
fn for_each_power_of_five(mut power: u32, mut act: impl FnMut(u32)) {
    const MOST: u32 = 13;
    while power > 0 {
        let step = power.min(MOST);
        act(5u32.pow(step));
        power -= step;
    }
}

/// Reads `digits[.digits][e[sign]digits]` in a base of 10 or 16, all of it: the digits as one number, and the power by
/// which it is scaled (of ten, or of two in base 16).
pub(crate) fn split_number(text: &[u8], base: u32, mark: u8) -> Option<(Big, i64)> {
    let power_of_digit = if base == 16 { 4 } else { 1 };
    let mut digits = Big::default();
    let (mut scale, mut any, mut after_point) = (0, false, false);
    let mut rest = text;
    while let Some((&byte, tail)) = rest.split_first() {
        if let Some(digit) = char::from(byte).to_digit(base) {
            digits.multiply_add(base, digit);
            any = true;
            scale -= if after_point { power_of_digit } else { 0 };
        } else if byte == b'.' && !after_point {
            after_point = true;
        } else {
            break;
        }
        rest = tail;
    }
    if !any {
        return None;
    }
    let exponent = match rest {
        [] => 0,
        [first, exponent @ ..] if first.eq_ignore_ascii_case(&mark) => parse_exponent(exponent)?,
        _ => return None,
    };
    Some((digits, scale + exponent))
}

/// An exponent; one of many digits is cut to a number that is far out of range.
fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let magnitude = digits.iter().fold(0i64, |sum, digit| (sum * 10 + i64::from(digit - b'0')).min(10_000_000));
    Some(sign * magnitude)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn assert_read(text: &str) {
        let expected = text.parse::<f64>().ok();
        assert_eq!(read_f64(text).map(f64::to_bits), expected.map(f64::to_bits), "{text:?}");
    }

    #[test]
    fn numbers_are_read_as_the_standard_library_reads_them() {
        for text in [
            "0",
            "-0",
            "+3",
            ".5",
            "5.",
            "1e3",
            "1E-3",
            "1e+3",
            "0.1",
            "9007199254740993",
            "1e23",
            "8.5e-324",
            "2.5e-324",
            "2.4e-324",
            "4.9e-324",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "1.7976931348623157e308",
            "1.7976931348623159e308",
            "1e309",
            "-1e400",
            "1e-400",
            "0e99999999999",
            "1e99999999999",
            "1e-99999999999",
            "inf",
            "-INF",
            "+Infinity",
            "nan",
            "NaN",
        ] {
            assert_read(text);
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", "+", "-", ".", "e5", "1e", "1e+", "1 ", " 1", "0x1", "--1", "1.2.3", "1_000", "infinit", "٣"]
        {
            assert_eq!(read_f64(text), None, "{text:?}");
            assert!(text.parse::<f64>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn every_double_is_read_back(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(!value.is_nan());
            assert_read(&value.to_string());
            assert_read(&format!("{value:e}"));
        }

        #[test]
        fn numbers_between_two_doubles_go_to_the_nearest(digits in "[0-9]{1,40}", point in 0usize..40, scale in -360i32..320) {
            let (before, after) = digits.split_at(point.min(digits.len()));
            assert_read(&format!("{before}0.{after}e{scale}"));
        }
    }
}
