//! A whole scenario as the value of a link's `run` parameter: JSON without what is usual, in URL-safe base64.

use super::{LinkError, Scenario};

/// Longest value that is read, in characters.
const LONGEST: usize = 200_000;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The scenario as a link's value.
#[must_use]
pub fn encode(scenario: &Scenario) -> String {
    // A scenario holds only maps with text keys and finite numbers, all of which JSON has.
    let json = serde_json::to_vec(scenario).unwrap_or_default();
    to_link(&json)
}

/// The scenario in a link's value.
///
/// # Errors
///
/// When the value is damaged, or its scenario can't be run.
pub fn decode(text: &str) -> Result<Scenario, LinkError> {
    let json = from_link(text)?;
    let value = serde_json::from_str(&json).map_err(|error| LinkError::Format(plain(&error.to_string())))?;
    let scenario = Scenario::read(&value).map_err(LinkError::Format)?;
    scenario.check()?;
    Ok(scenario)
}

/// The JSON in a link's value.
pub(crate) fn from_link(text: &str) -> Result<String, LinkError> {
    if text.len() > LONGEST {
        return Err(LinkError::Long { most: LONGEST });
    }
    String::from_utf8(from_base64(text)?).map_err(|error| LinkError::Format(error.to_string()))
}

/// An error text without what only a programmer could use.
fn plain(text: &str) -> String {
    text.chars().take(200).collect()
}

/// JSON as a link's value.
pub(crate) fn to_link(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let padded = [chunk[0], chunk.get(1).copied().unwrap_or(0), chunk.get(2).copied().unwrap_or(0)];
        let bits = u32::from_be_bytes([0, padded[0], padded[1], padded[2]]);
        for place in 0..=chunk.len() {
            let index = (bits >> (18 - 6 * place)) & 63;
            text.push(char::from(ALPHABET[index as usize]));
        }
    }
    text
}

fn from_base64(text: &str) -> Result<Vec<u8>, LinkError> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let mut bits: u32 = 0;
    let mut held = 0;
    for (place, found) in text.trim_end_matches('=').chars().enumerate() {
        let digit = ALPHABET.iter().position(|letter| char::from(*letter) == found);
        let Some(digit) = digit else { return Err(LinkError::Character { found, place: place + 1 }) };
        bits = (bits << 6) | digit as u32;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    if held == 6 || bytes.is_empty() {
        return Err(LinkError::Short);
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn bytes_survive(bytes in proptest::collection::vec(any::<u8>(), 1..200)) {
            prop_assert_eq!(from_base64(&to_link(&bytes)).unwrap(), bytes);
        }

        #[test]
        fn no_text_makes_it_panic(text in ".{0,80}") {
            let _ = decode(&text);
        }
    }

    #[test]
    fn a_damaged_link_says_where() {
        assert_eq!(decode("ab!c"), Err(LinkError::Character { found: '!', place: 3 }));
        assert_eq!(decode(""), Err(LinkError::Short));
        let link = encode(&Scenario::default());
        let error = decode(&link[..link.len() / 2]).unwrap_err();
        assert!(matches!(error, LinkError::Format(_) | LinkError::Short), "{error}");
    }

    #[test]
    fn an_impossible_run_says_why() {
        let scenario = Scenario { pattern: "nonsense".to_owned(), ..Scenario::default() };
        let error = decode(&encode(&scenario)).unwrap_err().to_string();
        assert!(error.contains("nonsense") && error.contains("cache-aside"), "{error}");
    }
}
