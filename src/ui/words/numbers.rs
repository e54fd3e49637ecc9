//! Numbers and times as people read them.

use crate::decimal::{Decimal, within};
use crate::engine::{Span, VirtualTime};
use crate::run::SPEEDS;

/// What is shown where there is no value yet.
pub const NOTHING: &str = "–";

/// A time to the hundredth of a second: `14.62`.
#[must_use]
pub fn clock(at: VirtualTime) -> String {
    format!("{:.2}", Decimal(at.as_secs_f64()))
}

/// A time to the tenth of a second: `14.6 s`.
#[must_use]
pub fn moment(at: VirtualTime) -> String {
    format!("{:.1} s", Decimal(at.as_secs_f64()))
}

/// A duration in words of a unit that fits: `450 ms`, `2.35 s`.
#[must_use]
pub fn span(span: Span) -> String {
    let (unit, scale) = unit_of(span);
    format!("{} {unit}", digits(span.as_secs_f64() * scale))
}

/// Several durations in one unit, the one that fits the greatest, and that unit.
#[must_use]
pub fn spans(spans: &[Option<Span>]) -> (String, &'static str) {
    let greatest = spans.iter().flatten().max().copied().unwrap_or(Span::ZERO);
    let (unit, scale) = unit_of(greatest);
    let words: Vec<String> = spans
        .iter()
        .map(|span| span.map_or_else(|| NOTHING.to_owned(), |span| digits(span.as_secs_f64() * scale)))
        .collect();
    let unit = if greatest.is_zero() { "" } else { unit };
    (words.join(" / "), unit)
}

fn unit_of(span: Span) -> (&'static str, f64) {
    match span.as_micros() {
        0..1_000 => ("µs", 1e6),
        1_000..1_000_000 => ("ms", 1e3),
        _ => ("s", 1.0),
    }
}

/// Three digits that matter, no more.
fn digits(value: f64) -> String {
    match value {
        value if value >= 99.95 => format!("{:.0}", Decimal(value)),
        value if value >= 9.995 => format!("{:.1}", Decimal(value)),
        value => format!("{:.2}", Decimal(value)),
    }
}

/// The share of a part in percent; nothing of nothing.
#[must_use]
pub fn percent(part: u64, whole: u64) -> String {
    if whole == 0 {
        return NOTHING.to_owned();
    }
    format!("{:.0}", Decimal(part as f64 * 100.0 / whole as f64))
}

/// A small number as a word that can start a sentence, a great one in digits.
#[must_use]
pub fn count_word(count: usize) -> String {
    const WORDS: [&str; 13] =
        ["None", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve"];
    WORDS.get(count).map_or_else(|| count.to_string(), |word| (*word).to_owned())
}

/// `1 write`, `7 writes`.
#[must_use]
pub fn counted(count: usize, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

/// A speed: `0.25x`, `1x`, `40x`.
#[must_use]
pub fn speed(speed: f64) -> String {
    match speed {
        speed if speed >= 9.95 => format!("{:.0}x", Decimal(speed)),
        speed if speed >= 0.995 => format!("{}x", trimmed(format!("{:.1}", Decimal(speed)))),
        speed => format!("{}x", trimmed(format!("{:.2}", Decimal(speed)))),
    }
}

fn trimmed(text: String) -> String {
    match text.split_once('.') {
        Some((whole, rest)) => {
            let rest = rest.trim_end_matches('0');
            if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
        }
        None => text,
    }
}

/// Where a speed is on its slider, whose steps are equal ratios: from 0 to 1.
#[must_use]
pub fn place_of_speed(speed: f64) -> f64 {
    let (low, high) = (libm::log(SPEEDS.0), libm::log(SPEEDS.1));
    within((libm::log(within(speed, SPEEDS.0, SPEEDS.1)) - low) / (high - low), 0.0, 1.0)
}

/// The speed at a place of the slider. Real time has a small dent of its own, so that it is easily found.
#[must_use]
pub fn speed_at_place(place: f64) -> f64 {
    let (low, high) = (libm::log(SPEEDS.0), libm::log(SPEEDS.1));
    let speed = libm::exp(low + within(place, 0.0, 1.0) * (high - low));
    if (0.88..1.14).contains(&speed) {
        return 1.0;
    }
    let step = match speed {
        speed if speed >= 10.0 => 1.0,
        speed if speed >= 1.0 => 0.1,
        _ => 0.01,
    };
    within((speed / step).round() * step, SPEEDS.0, SPEEDS.1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits_in_the_unit_that_fits() {
        let cases = [
            (Span::from_micros(12), "12.0 µs"),
            (Span::from_micros(1_234), "1.23 ms"),
            (Span::from_millis(450), "450 ms"),
            (Span::from_millis(999), "999 ms"),
            (Span::from_millis(2_345), "2.35 s"),
            (Span::from_secs(12), "12.0 s"),
        ];
        for (given, words) in cases {
            assert_eq!(span(given), words);
        }
    }

    #[test]
    fn several_durations_share_the_unit_of_the_greatest() {
        let millis = |millis| Some(Span::from_millis(millis));
        assert_eq!(spans(&[millis(910), millis(1_420)]), ("0.91 / 1.42".to_owned(), "s"));
        assert_eq!(spans(&[millis(12), millis(450)]), ("12.0 / 450".to_owned(), "ms"));
        assert_eq!(spans(&[None, None]), ("– / –".to_owned(), ""));
    }

    #[test]
    fn speeds_are_short_and_the_slider_finds_them_again() {
        assert_eq!([0.05, 0.25, 1.0, 1.5, 20.0, 100.0].map(speed), ["0.05x", "0.25x", "1x", "1.5x", "20x", "100x"]);
        for value in [0.05, 0.2, 1.0, 3.0, 25.0, 100.0] {
            let again = speed_at_place(place_of_speed(value));
            assert!((again - value).abs() < 0.011, "{value} became {again}");
        }
        assert_eq!((speed_at_place(-1.0), speed_at_place(2.0)), SPEEDS);
    }

    #[test]
    fn counts_and_shares() {
        assert_eq!((count_word(6), count_word(13)), ("Six".to_owned(), "13".to_owned()));
        assert_eq!((counted(1, "write"), counted(0, "write")), ("1 write".to_owned(), "0 writes".to_owned()));
        assert_eq!((percent(2, 3), percent(0, 0)), ("67".to_owned(), NOTHING.to_owned()));
    }
}
