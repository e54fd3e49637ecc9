//! Requests as they come over a connection: RESP arrays of bulk strings, or inline commands, with Redis's limits and its
//! errors (`networking.c`).

use cachescope::redis::split_bytes;

/// A line may be so long before its end must have come.
const LONGEST_LINE: usize = 64 * 1024;
/// `proto-max-bulk-len`.
const LONGEST_WORD: i64 = 512 * 1024 * 1024;
/// So many words may one request have.
const MOST_WORDS: i64 = i32::MAX as i64;
/// Room is made beforehand for so many words only; what a request claims to bring is not believed.
const EXPECTED_WORDS: usize = 64;

/// The words of a command.
pub type Words = Vec<Vec<u8>>;

/// What the bytes so far begin with.
#[derive(Debug, PartialEq, Eq)]
pub enum Parsed {
    /// A request, and how many bytes it took. One without words is to be skipped.
    Request(Words, usize),
    /// The beginning of a request.
    Incomplete,
    /// No request: the error that Redis answers before it closes the connection.
    Broken(String),
}

/// Reads the first request.
pub fn parse(bytes: &[u8]) -> Parsed {
    match bytes.first() {
        None => Parsed::Incomplete,
        Some(b'*') => array(bytes).unwrap_or_else(|stopped| stopped),
        Some(_) => inline(bytes),
    }
}

fn broken(what: &str) -> Parsed {
    Parsed::Broken(format!("ERR Protocol error: {what}"))
}

fn inline(bytes: &[u8]) -> Parsed {
    let Some(end) = bytes.iter().position(|&byte| byte == b'\n') else {
        return if bytes.len() > LONGEST_LINE { broken("too big inline request") } else { Parsed::Incomplete };
    };
    let line = bytes[..end].strip_suffix(b"\r").unwrap_or(&bytes[..end]);
    match split_bytes(line) {
        Ok(words) => Parsed::Request(words, end + 1),
        Err(_) => broken("unbalanced quotes in request"),
    }
}

fn array(bytes: &[u8]) -> Result<Parsed, Parsed> {
    let (count, mut at) = header(bytes, 0, "too big mbulk count string")?;
    let count = count.filter(|&count| count <= MOST_WORDS).ok_or_else(|| broken("invalid multibulk length"))?;
    let mut words = Words::with_capacity(usize::try_from(count).unwrap_or(0).min(EXPECTED_WORDS));
    for _ in 0..count.max(0) {
        match bytes.get(at) {
            None => return Err(Parsed::Incomplete),
            Some(b'$') => {}
            Some(&other) => return Err(broken(&format!("expected '$', got '{}'", char::from(other)))),
        }
        let (length, start) = header(bytes, at, "too big bulk count string")?;
        let length = length.filter(|length| (0..=LONGEST_WORD).contains(length));
        let length = length.ok_or_else(|| broken("invalid bulk length"))? as usize;
        let end = start + length;
        if bytes.len() < end + 2 {
            return Err(Parsed::Incomplete);
        }
        words.push(bytes[start..end].to_vec());
        at = end + 2;
    }
    Ok(Parsed::Request(words, at))
}

/// Reads the number of a line that begins at a place, after its first byte, and where the next line begins.
fn header(bytes: &[u8], from: usize, too_long: &str) -> Result<(Option<i64>, usize), Parsed> {
    let rest = &bytes[from..];
    let Some(end) = rest.iter().position(|&byte| byte == b'\r') else {
        return Err(if rest.len() > LONGEST_LINE { broken(too_long) } else { Parsed::Incomplete });
    };
    if rest.len() < end + 2 {
        return Err(Parsed::Incomplete);
    }
    Ok((number(&rest[1..end]), from + end + 2))
}

/// Redis takes neither signs but a minus nor leading zeros.
fn number(digits: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(digits).ok()?;
    text.parse::<i64>().ok().filter(|number| number.to_string() == text)
}
