//! Double precision numbers as Redis reads and writes them in scores.

use super::long_double::LongDouble;
use crate::decimal::{exact_digits, read_f64, round_digits};

/// Reads a whole text as C's `strtod` does; `None` for what is no number, is NaN or is out of range.
pub(crate) fn parse_f64(text: &[u8]) -> Option<f64> {
    let digits = text.strip_prefix(b"-").or(text.strip_prefix(b"+")).unwrap_or(text);
    if matches!(digits, [b'0', b'x' | b'X', ..]) {
        return LongDouble::parse(text).map(LongDouble::to_f64).filter(|value| value.is_finite());
    }
    let value = parse_any(text)?;
    let is_infinity = digits.eq_ignore_ascii_case(b"inf") || digits.eq_ignore_ascii_case(b"infinity");
    let mantissa = digits.split(|byte| matches!(byte, b'e' | b'E')).next().unwrap_or_default();
    let vanished = value == 0.0 && mantissa.iter().any(|byte| matches!(byte, b'1'..=b'9'));
    let overflowed = value.is_infinite() && !is_infinity;
    (!vanished && !overflowed).then_some(value)
}

/// A decimal number, or infinity; one that is too large becomes infinite, one that is too small 0.
fn parse_any(text: &[u8]) -> Option<f64> {
    let value = read_f64(std::str::from_utf8(text).ok()?)?;
    (!value.is_nan()).then_some(value)
}

/// Reads the end of a range of scores, with less care than [`parse_f64`], as Redis does: it may have spaces before it,
/// may be too large or too small, ends at a zero byte, and is 0 when it is empty.
pub(crate) fn parse_bound(text: &[u8]) -> Option<f64> {
    let text = text.split(|&byte| byte == 0).next().unwrap_or_default();
    if text.is_empty() {
        return Some(0.0);
    }
    let text = text.trim_ascii_start();
    parse_f64(text).or_else(|| parse_any(text))
}

/// As `%.17g` prints it.
pub(crate) fn print_f64(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    if value == 0.0 {
        return if value.is_sign_negative() { "-0" } else { "0" }.to_owned();
    }
    // Integers that a double holds exactly have at most seventeen digits.
    if value.abs() < 1e16 && value as i64 as f64 == value {
        return (value as i64).to_string();
    }
    if value.is_nan() {
        return "nan".to_owned();
    }
    let sign = if value < 0.0 { "-" } else { "" };
    let (mut digits, exponent) = exact_digits(value.abs());
    let exponent = exponent + i32::from(round_digits(&mut digits, 17));
    let digits = digits.trim_end_matches('0');
    if !(-4..17).contains(&exponent) {
        let (first, rest) = digits.split_at(1);
        let point = if rest.is_empty() { "" } else { "." };
        let direction = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{first}{point}{rest}e{direction}{:02}", exponent.abs());
    }
    if exponent < 0 {
        let zeros = exponent.unsigned_abs() as usize - 1;
        return format!("{sign}0.{}{digits}", "0".repeat(zeros));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        return format!("{sign}{digits}{}", "0".repeat(whole - digits.len()));
    }
    let (before, after) = digits.split_at(whole);
    format!("{sign}{before}.{after}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_print_as_c_prints_them() {
        for (value, expected) in [
            (0.1, "0.10000000000000001"),
            (-2.5, "-2.5"),
            (3.0, "3"),
            (1e20, "1e+20"),
            (1.5e-7, "1.4999999999999999e-07"),
            (0.0001, "0.0001"),
            (123456789.125, "123456789.125"),
            (1e16, "10000000000000000"),
            (-1e17, "-1e+17"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(print_f64(value), expected);
        }
    }

    #[test]
    fn numbers_are_read_as_c_reads_them() {
        for text in ["", "nan", "1e400", "1e-400", "1 ", " 1", "e", ".", "1e", "abc", "0x", "infinit", "--1"] {
            assert_eq!(parse_f64(text.as_bytes()), None, "{text:?}");
        }
        for (text, value) in
            [("0x1p4", 16.0), ("-INF", f64::NEG_INFINITY), (".5", 0.5), ("5.", 5.0), ("0e9", 0.0), ("+3", 3.0)]
        {
            assert_eq!(parse_f64(text.as_bytes()), Some(value), "{text:?}");
        }
    }
}
