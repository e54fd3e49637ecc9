//! The words of a typed command, with `redis-cli`'s rules for quotes.

use std::fmt::Write;

use thiserror::Error;

/// Why a typed line can't be split into words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LineError {
    /// A quote is opened and never closed.
    #[error("Invalid argument(s): a quote that opens at character {0} is never closed")]
    Unbalanced(usize),
    /// A closing quote has text right after it.
    #[error("Invalid argument(s): the closing quote at character {0} must be followed by a space")]
    NoSpaceAfterQuote(usize),
}

/// Splits a typed line into words. Words are separated by white space; within double quotes the escapes `\n`, `\r`,
/// `\t`, `\b`, `\a`, `\xhh` and a backslash before any other character hold; within single quotes only `\'` does.
///
/// # Errors
/// A quote that is not closed, or one that is closed within a word.
pub fn split_line(text: &str) -> Result<Vec<Vec<u8>>, LineError> {
    split_bytes(text.as_bytes())
}

/// As [`split_line`], of a line of any bytes, such as a server gets.
///
/// # Errors
/// As [`split_line`].
pub fn split_bytes(line: &[u8]) -> Result<Vec<Vec<u8>>, LineError> {
    let mut cursor = Cursor { bytes: line, at: 0 };
    let mut words = Vec::new();
    loop {
        while cursor.peek().is_some_and(is_space) {
            cursor.at += 1;
        }
        if matches!(cursor.peek(), None | Some(0)) {
            return Ok(words);
        }
        words.push(cursor.word()?);
    }
}

/// What C's `isspace` calls white space.
fn is_space(byte: u8) -> bool {
    byte.is_ascii_whitespace() || byte == 0x0b
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn take(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    fn word(&mut self) -> Result<Vec<u8>, LineError> {
        let mut word = Vec::new();
        while let Some(byte) = self.peek() {
            match byte {
                b'"' | b'\'' => {
                    self.quotation(byte, &mut word)?;
                    return Ok(word);
                }
                0 => return Ok(word),
                _ if is_space(byte) => return Ok(word),
                _ => word.push(byte),
            }
            self.at += 1;
        }
        Ok(word)
    }

    /// Reads from an opening quote to its closing one, which must end the word.
    fn quotation(&mut self, quote: u8, word: &mut Vec<u8>) -> Result<(), LineError> {
        let opened = self.at;
        self.at += 1;
        loop {
            let byte = self.take().filter(|&byte| byte != 0).ok_or(LineError::Unbalanced(opened + 1))?;
            match (byte, quote) {
                (b'\\', b'"') => word.push(self.escape(opened)?),
                (b'\\', _) if self.peek() == Some(b'\'') => {
                    self.at += 1;
                    word.push(b'\'');
                }
                _ if byte == quote => break,
                _ => word.push(byte),
            }
        }
        match self.peek() {
            Some(next) if next != 0 && !is_space(next) => Err(LineError::NoSpaceAfterQuote(self.at)),
            _ => Ok(()),
        }
    }

    /// Reads what follows a backslash within double quotes.
    fn escape(&mut self, opened: usize) -> Result<u8, LineError> {
        if let Some(&[b'x', high, low]) = self.bytes.get(self.at..self.at + 3)
            && let (Some(high), Some(low)) = (hex_digit(high), hex_digit(low))
        {
            self.at += 3;
            return Ok(high * 16 + low);
        }
        let byte = self.take().filter(|&byte| byte != 0).ok_or(LineError::Unbalanced(opened + 1))?;
        Ok(match byte {
            b'n' => b'\n',
            b'r' => b'\r',
            b't' => b'\t',
            b'b' => 0x08,
            b'a' => 0x07,
            other => other,
        })
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|digit| digit as u8)
}

/// A string in double quotes, with all bytes that are not printable ASCII escaped, as `redis-cli` prints it.
/// [`split_line`] reads it back.
#[must_use]
pub fn quoted(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 2);
    out.push('"');
    for &byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'"' => out.push_str("\\\""),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            0x07 => out.push_str("\\a"),
            0x08 => out.push_str("\\b"),
            0x20..=0x7e => out.push(char::from(byte)),
            _ => {
                // Writing to a String can't fail.
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn words(text: &str) -> Vec<String> {
        split_line(text).unwrap().into_iter().map(|word| String::from_utf8_lossy(&word).into_owned()).collect()
    }

    #[test]
    fn quotes_group_and_escapes_hold_in_double_quotes_only() {
        assert_eq!(words("  set  k  'a b'\t"), ["set", "k", "a b"]);
        assert_eq!(words(r#"set k "a\x41\n\"b" "#), ["set", "k", "aA\n\"b"]);
        assert_eq!(words(r"set k 'it\'s \n'"), ["set", "k", r"it's \n"]);
        assert_eq!(words(r#"x"a b""#), ["xa b"]);
        assert_eq!(words(r#""" ''"#), ["", ""]);
        assert!(words("   ").is_empty());
    }

    #[test]
    fn a_bad_quote_is_named() {
        assert_eq!(split_line("set k \"abc"), Err(LineError::Unbalanced(7)));
        assert_eq!(split_line("set 'k'x"), Err(LineError::NoSpaceAfterQuote(7)));
        assert_eq!(split_line("\"a\\"), Err(LineError::Unbalanced(1)));
    }

    proptest! {
        #[test]
        fn what_is_quoted_is_read_back(bytes: Vec<u8>) {
            prop_assert_eq!(split_line(&quoted(&bytes)), Ok(vec![bytes]));
        }

        #[test]
        fn no_line_panics(text: String) {
            let _ = split_line(&text);
        }
    }
}
