//! Printing doubles exactly, with little code: the standard library's printers cost the download five kilobytes.

use std::fmt::{self, Display, Formatter};

use super::Big;

/// A number that prints as the standard library prints it: with a precision, exactly rounded, halves to even; without one,
/// in as few digits as read back as the same number, and from 10^16 on with an exponent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Decimal(pub(crate) f64);

impl Display for Decimal {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        if !self.0.is_finite() {
            let text = if self.0.is_nan() { "NaN" } else { "inf" };
            return write!(formatter, "{}{text}", if self.0 < 0.0 { "-" } else { "" });
        }
        let Some(places) = formatter.precision() else {
            let text = serde_json::Number::from_f64(self.0).map(|number| number.to_string()).unwrap_or_default();
            return formatter.write_str(text.strip_suffix(".0").unwrap_or(&text));
        };
        if self.0.is_sign_negative() {
            formatter.write_str("-")?;
        }
        let digits = match rounded(self.0.abs(), places) {
            Some(scaled) => scaled.to_string(),
            None => rounded_big(self.0.abs(), places),
        };
        if places == 0 {
            return formatter.write_str(&digits);
        }
        // At least one digit before the point.
        let zeros = (places + 1).saturating_sub(digits.len());
        let digits = "0".repeat(zeros) + &digits;
        let (whole, part) = digits.split_at(digits.len() - places);
        write!(formatter, "{whole}.{part}")
    }
}

/// The parts of a number: it is the first times two to the power of the second.
fn parts(value: f64) -> (u64, i32) {
    let bits = value.to_bits();
    let (exponent, fraction) = ((bits >> 52 & 0x7ff) as i32, bits & ((1 << 52) - 1));
    if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) }
}

/// The number times 10^`places`, rounded, if all of that fits; the usual numbers do.
fn rounded(value: f64, places: usize) -> Option<u64> {
    let (mantissa, exponent) = parts(value);
    let power = 10_u64.checked_pow(u32::try_from(places).ok()?)?;
    let product = u128::from(mantissa) * u128::from(power);
    let shift = exponent.unsigned_abs();
    if exponent >= 0 {
        return u64::try_from(product.checked_mul(1_u128.checked_shl(shift)?)?).ok();
    }
    if shift > 120 {
        return Some(0);
    }
    let (quotient, rest, half) = (product >> shift, product & ((1 << shift) - 1), 1_u128 << (shift - 1));
    let up = rest > half || rest == half && quotient & 1 == 1;
    u64::try_from(quotient + u128::from(up)).ok()
}

fn rounded_big(value: f64, places: usize) -> String {
    let (mantissa, exponent) = parts(value);
    let mut number = Big::new(mantissa);
    for _ in 0..places {
        number.multiply_add(10, 0);
    }
    if exponent >= 0 {
        number.shift_left(exponent.unsigned_abs());
    } else {
        number.shift_right_rounding(exponent.unsigned_abs(), false);
    }
    number.decimal()
}

/// The exact decimal digits of a positive number, and the power of ten of the first one.
pub(crate) fn exact_digits(value: f64) -> (String, i32) {
    let (mantissa, exponent) = parts(value);
    let mut number = Big::new(mantissa);
    if exponent >= 0 {
        number.shift_left(exponent.unsigned_abs());
        let digits = number.decimal();
        let power = digits.len() as i32 - 1;
        return (digits, power);
    }
    // m / 2^n is m 5^n / 10^n.
    for _ in 0..-exponent {
        number.multiply_add(5, 0);
    }
    let digits = number.decimal();
    let power = digits.len() as i32 - 1 + exponent;
    (digits, power)
}

/// Rounds decimal digits to so many, halves to even; whether that carried into a new first digit, which makes the number ten
/// times as great.
pub(crate) fn round_digits(digits: &mut String, most: usize) -> bool {
    if digits.len() <= most {
        return false;
    }
    let rest = digits.split_off(most);
    let is_odd = digits.bytes().last().is_some_and(|digit| digit & 1 == 1);
    let half = "5";
    let beyond = rest.trim_end_matches('0');
    if !(beyond > half || beyond == half && is_odd) {
        return false;
    }
    let kept = digits.trim_end_matches('9').len();
    digits.truncate(kept);
    match digits.pop() {
        Some(last) => digits.push(char::from(last as u8 + 1)),
        None => digits.push('1'),
    }
    kept == 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn every_number_prints_as_the_standard_library_prints_it(bits: u64, places in 0_usize..20) {
            let value = f64::from_bits(bits);
            if value.is_finite() || places < 3 {
                prop_assert_eq!(format!("{:.places$}", Decimal(value)), format!("{value:.places$}"));
            }
        }

        #[test]
        fn what_is_not_finite_prints_so_too(value in proptest::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY])) {
            prop_assert_eq!(format!("{:.2} {}", Decimal(value), Decimal(value)), format!("{value:.2} {value}"));
        }

        #[test]
        fn the_usual_numbers_do_too(value in -1e7..1e7_f64, eighths in -4_000_i32..4_000, places in 0_usize..5) {
            prop_assert_eq!(format!("{:.places$}", Decimal(value)), format!("{value:.places$}"));
            let half = f64::from(eighths) / 8.0;
            prop_assert_eq!(format!("{:.places$}", Decimal(half)), format!("{half:.places$}"));
            prop_assert_eq!(Decimal(value).to_string(), value.to_string());
            prop_assert_eq!(Decimal(half).to_string(), half.to_string());
        }

        #[test]
        fn seventeen_digits_are_those_of_the_standard_library(bits: u64) {
            let value = f64::from_bits(bits).abs();
            prop_assume!(value.is_finite() && value > 0.0);
            let (mut digits, power) = exact_digits(value);
            let power = power + i32::from(round_digits(&mut digits, 17));
            let expected = format!("{value:.16e}");
            let (mantissa, exponent) = expected.split_once('e').unwrap();
            prop_assert_eq!(power.to_string(), exponent);
            let expected = mantissa.replace('.', "");
            prop_assert_eq!(digits.trim_end_matches('0'), expected.trim_end_matches('0'));
        }
    }
}
