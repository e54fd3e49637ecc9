//! Light colouring of Rust for the code pane.

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// A keyword.
    Keyword,
    /// A comment.
    Comment,
    /// A text in quotes.
    Text,
    /// All else.
    Plain,
}

const KEYWORDS: [&str; 24] = [
    "as", "async", "await", "break", "const", "continue", "else", "enum", "fn", "for", "if", "impl", "in", "let",
    "loop", "match", "move", "mut", "pub", "return", "struct", "use", "where", "while",
];

/// A line in pieces that add up to it. Texts and comments end with their line, which the patterns' files keep to.
#[must_use]
pub fn paint(line: &str) -> Vec<(Ink, &str)> {
    let mut pieces: Vec<(Ink, &str)> = Vec::new();
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let (ink, length) = first_piece(rest, first);
        let (piece, after) = rest.split_at(length);
        pieces.push((ink, piece));
        rest = after;
    }
    joined(line, &pieces)
}

fn first_piece(rest: &str, first: char) -> (Ink, usize) {
    if rest.starts_with("//") {
        return (Ink::Comment, rest.len());
    }
    if first == '"' {
        return (Ink::Text, text_length(rest));
    }
    if first.is_ascii_alphanumeric() || first == '_' {
        let length = rest.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(rest.len());
        let ink = if KEYWORDS.contains(&&rest[..length]) { Ink::Keyword } else { Ink::Plain };
        return (ink, length);
    }
    (Ink::Plain, first.len_utf8())
}

/// The length of a quoted text with its quotes; to the end if it isn't closed.
fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (place, letter) in rest.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return place + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    rest.len()
}

/// Neighbours of the same ink become one piece, so that the page needs few elements.
fn joined<'a>(line: &'a str, pieces: &[(Ink, &str)]) -> Vec<(Ink, &'a str)> {
    let mut joined: Vec<(Ink, &'a str)> = Vec::new();
    let (mut start, mut end) = (0, 0);
    for (index, (ink, piece)) in pieces.iter().enumerate() {
        end += piece.len();
        if pieces.get(index + 1).is_none_or(|(next, _)| next != ink) {
            joined.push((*ink, &line[start..end]));
            start = end;
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keywords_texts_and_comments_are_told_apart() {
        let pieces = paint("    let key = f(\"a \\\" b\"); // let");
        let expected = [
            (Ink::Plain, "    "),
            (Ink::Keyword, "let"),
            (Ink::Plain, " key = f("),
            (Ink::Text, "\"a \\\" b\""),
            (Ink::Plain, "); "),
            (Ink::Comment, "// let"),
        ];
        assert_eq!(pieces, expected);
    }

    #[test]
    fn a_word_that_holds_a_keyword_is_none() {
        assert_eq!(paint("letter"), [(Ink::Plain, "letter")]);
        assert_eq!(paint("app.r#if"), [(Ink::Plain, "app.r#"), (Ink::Keyword, "if")]);
    }

    proptest! {
        #[test]
        fn the_pieces_add_up_to_the_line(line in ".{0,80}") {
            prop_assert_eq!(paint(&line).iter().map(|(_, piece)| *piece).collect::<String>(), line);
        }
    }
}
