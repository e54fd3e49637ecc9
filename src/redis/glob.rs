//! The patterns of `KEYS` and `SCAN`: `*`, `?`, `[abc]`, `[^a-z]`, and a backslash before a character that is meant
//! literally. The corner cases are those of Redis's `stringmatchlen`.

/// Whether a text matches a pattern.
pub(crate) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    // An empty name matches the empty pattern only, not even `*`: the commands treat a lone `*` by themselves.
    if text.is_empty() {
        return pattern.is_empty();
    }
    let (mut at, mut read) = (0, 0);
    // Where the pattern goes on after the last star, and how much of the text that star has taken.
    let mut star: Option<(usize, usize)> = None;
    while let Some(&byte) = text.get(read) {
        if pattern.get(at) == Some(&b'*') {
            at += 1;
            star = Some((at, read));
            continue;
        }
        match step(pattern, at, byte) {
            Some(next) => {
                at = next;
                read += 1;
            }
            None => {
                let Some((after, taken)) = star else { return false };
                // A star at the pattern's end takes all that is left.
                if after == pattern.len() {
                    return true;
                }
                star = Some((after, taken + 1));
                at = after;
                read = taken + 1;
            }
        }
    }
    pattern[at.min(pattern.len())..].iter().all(|&byte| byte == b'*')
}

/// Matches one byte by what the pattern has at a place, which is no star; where the pattern goes on.
fn step(pattern: &[u8], at: usize, byte: u8) -> Option<usize> {
    match *pattern.get(at)? {
        b'?' => Some(at + 1),
        b'[' => class(pattern, at + 1, byte),
        b'\\' if at + 1 < pattern.len() => (pattern[at + 1] == byte).then_some(at + 2),
        literal => (literal == byte).then_some(at + 1),
    }
}

/// Matches one byte by the class that begins at a place; where the pattern goes on. A class that is never closed ends
/// with the pattern.
fn class(pattern: &[u8], mut at: usize, byte: u8) -> Option<usize> {
    let negated = pattern.get(at) == Some(&b'^');
    if negated {
        at += 1;
    }
    let mut found = false;
    loop {
        match &pattern[at.min(pattern.len())..] {
            [] => break,
            [b'\\', literal, ..] => {
                found |= *literal == byte;
                at += 2;
            }
            [b']', ..] => {
                at += 1;
                break;
            }
            [from, b'-', to, ..] => {
                found |= within(*from, *to, byte);
                at += 3;
            }
            [literal, ..] => {
                found |= *literal == byte;
                at += 1;
            }
        }
    }
    (found != negated).then_some(at)
}

/// Whether a byte is in a range, whose ends may be in any order. They compare as signed, as C's `char` on x86 does.
fn within(from: u8, to: u8, byte: u8) -> bool {
    let (from, to, byte) = (from.cast_signed(), to.cast_signed(), byte.cast_signed());
    (from.min(to)..=from.max(to)).contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_documented_patterns_match() {
        for (pattern, text, expected) in [
            ("h?llo", "hello", true),
            ("h*llo", "heeeello", true),
            ("h[ae]llo", "hillo", false),
            ("h[^e]llo", "hello", false),
            ("h[a-b]llo", "hbllo", true),
            ("h[b-a]llo", "hallo", true),
            ("user:*:name", "user:1:name", true),
            ("*a*b", "xaxxab", true),
            ("*a*b", "xaxxac", false),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("\\", "\\", true),
            ("[abc", "c", true),
            ("[", "[", false),
            ("[^", "x", true),
            ("", "", true),
            ("**", "", false),
            ("a**", "a", true),
        ] {
            assert_eq!(matches(pattern.as_bytes(), text.as_bytes()), expected, "{pattern} {text}");
        }
    }

    proptest! {
        #[test]
        fn escaped_text_matches_itself_alone(text in prop::collection::vec(any::<u8>(), 1..20), other in prop::collection::vec(any::<u8>(), 1..20)) {
            let pattern: Vec<u8> = text.iter().flat_map(|&byte| [b'\\', byte]).collect();
            prop_assert!(matches(&pattern, &text));
            prop_assert_eq!(matches(&pattern, &other), text == other);
        }

        #[test]
        fn no_pattern_panics_or_hangs(pattern in "[\\[\\]^*?a\\\\-]{0,12}", text in "[ab^\\]-]{0,12}") {
            matches(pattern.as_bytes(), text.as_bytes());
        }
    }
}
