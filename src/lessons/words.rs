//! Numbers in words.

use crate::engine::{Span, VirtualTime};

/// A count as a number to calculate with.
pub(super) fn number(count: usize) -> f64 {
    count as f64
}

/// The mean; nothing of nothing.
pub(super) fn mean(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let (sum, count) = values.into_iter().fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    (count > 0.0).then_some(sum / count)
}

/// At most two digits after the point, none where they say nothing.
pub(super) fn short(value: f64) -> String {
    let digits = if value.abs() < 10.0 { 2 } else { 1 };
    let text = format!("{value:.digits$}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// `1.66 s`, `12 ms`.
pub(super) fn seconds(value: f64) -> String {
    if value > 0.0 && value < 0.1 { format!("{} ms", short(value * 1000.0)) } else { format!("{} s", short(value)) }
}

/// `1.66 s`.
pub(super) fn span(span: Span) -> String {
    seconds(span.as_secs_f64())
}

/// A time of the run: `14.2 s`.
pub(super) fn time(at: VirtualTime) -> String {
    format!("{:.1} s", at.as_secs_f64())
}

/// `25 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", short(share * 100.0))
}

/// `512 bytes`, `1.5 KiB`.
pub(super) fn bytes(value: f64) -> String {
    if value < 1024.0 { format!("{} bytes", short(value)) } else { format!("{} KiB", short(value / 1024.0)) }
}

/// `1 stale read`, `2 stale reads`.
pub(super) fn plural(value: f64, singular: &str) -> String {
    let (amount, plural) = (short(value), plural_of(singular));
    if amount == "1" { format!("1 {singular}") } else { format!("{amount} {plural}") }
}

/// `1 stale read`, `2 stale reads`.
pub(super) fn count(count: usize, singular: &str) -> String {
    plural(number(count), singular)
}

fn plural_of(singular: &str) -> String {
    match singular.strip_suffix('y') {
        Some(stem) if !stem.ends_with(['a', 'e', 'o', 'u']) => format!("{stem}ies"),
        _ if singular.ends_with(['s', 'x']) || singular.ends_with("ch") => format!("{singular}es"),
        _ => format!("{singular}s"),
    }
}

/// `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_no_more_than_they_know() {
        assert_eq!(short(1.0), "1");
        assert_eq!(short(0.0), "0");
        assert_eq!(short(1.239), "1.24");
        assert_eq!(short(100.0), "100");
        assert_eq!(short(123.46), "123.5");
        assert_eq!(seconds(0.0123), "12.3 ms");
        assert_eq!(seconds(0.0), "0 s");
        assert_eq!(percent(0.333), "33.3 %");
        assert_eq!(bytes(1536.0), "1.5 KiB");
    }

    #[test]
    fn nouns_have_their_plurals() {
        assert_eq!(count(1, "stale read"), "1 stale read");
        assert_eq!(count(0, "key"), "0 keys");
        assert_eq!(count(3, "copy"), "3 copies");
        assert_eq!(count(3, "miss"), "3 misses");
        assert_eq!(count(2, "mismatch"), "2 mismatches");
        assert_eq!(plural(0.5, "statement"), "0.5 statements");
        assert_eq!(list(&["a".into(), "b".into(), "c".into()]), "a, b and c");
        assert_eq!(mean([1.0, 3.0]), Some(2.0));
        assert_eq!(mean([]), None);
    }
}
