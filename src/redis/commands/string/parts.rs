//! Parts of strings: `APPEND`, `STRLEN`, `GETRANGE`, `SETRANGE`.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::notify::STRING;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::text::Text;
use crate::redis::value::Value;

/// `proto-max-bulk-len`.
const LONGEST_STRING: usize = 512 * 1024 * 1024;

/// Where a string of this length would end; an error beyond Redis's limit.
fn checked_end(offset: usize, length: usize) -> Result<usize, RedisError> {
    offset.checked_add(length).filter(|&end| end <= LONGEST_STRING).ok_or(RedisError::StringTooLong)
}

pub(super) fn append(call: &mut Call<'_>) -> Outcome {
    let (key, more) = (call.arg(1), call.arg(2));
    let Some(slot) = call.find_text(key, Purpose::Write)? else {
        call.store_text(key, None, more);
        call.notify(STRING, "append", key);
        return Ok(Reply::count(more.len()));
    };
    let length = checked_end(call.text(slot)?.as_bytes().len(), more.len())?;
    call.update_text(slot, |text, allocator| text.append(more, allocator));
    call.notify(STRING, "append", key);
    Ok(Reply::count(length))
}

pub(super) fn strlen(call: &mut Call<'_>) -> Outcome {
    let slot = call.find_text(call.arg(1), Purpose::Read)?;
    let length = slot.map(|slot| call.text(slot).map(|text| text.as_bytes().len())).transpose()?;
    Ok(Reply::count(length.unwrap_or(0)))
}

pub(super) fn getrange(call: &mut Call<'_>) -> Outcome {
    let (start, end) = (call.integer(2)?, call.integer(3)?);
    let Some(slot) = call.find_text(call.arg(1), Purpose::Read)? else { return Ok(Reply::bulk("")) };
    Ok(Reply::bulk(part(call.text(slot)?.as_bytes(), start, end)))
}

/// The bytes from one index to another one, both included, negative from the end.
fn part(bytes: &[u8], start: i64, end: i64) -> &[u8] {
    if start < 0 && end < 0 && start > end {
        return &[];
    }
    let length = bytes.len() as i64;
    let from_start = |index: i64| if index < 0 { index.saturating_add(length).max(0) } else { index };
    let (start, end) = (from_start(start), from_start(end).min(length - 1));
    match (usize::try_from(start), usize::try_from(end)) {
        (Ok(start), Ok(end)) => bytes.get(start..=end).unwrap_or_default(),
        _ => &[],
    }
}

pub(super) fn setrange(call: &mut Call<'_>) -> Outcome {
    let (key, patch) = (call.arg(1), call.arg(3));
    let offset = call.integer(2)?;
    let offset = u64::try_from(offset).map_err(|_| RedisError::OffsetOutOfRange)?;
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    let slot = call.find_text(key, Purpose::Write)?;
    let present = slot.map(|slot| call.text(slot).map(|text| text.as_bytes().len())).transpose()?;
    if patch.is_empty() {
        return Ok(Reply::count(present.unwrap_or(0)));
    }
    let end = checked_end(offset, patch.len())?;
    match slot {
        Some(slot) => call.update_text(slot, |text, allocator| text.patch(offset, patch, allocator)),
        None => {
            let mut text = Text::zeros(end);
            text.patch(offset, patch, call.server.config.allocator);
            call.add(key, Value::Text(text));
        }
    }
    call.notify(STRING, "setrange", key);
    Ok(Reply::count(end.max(present.unwrap_or(0))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_clamped() {
        let part = |start, end| String::from_utf8_lossy(part(b"This is a string", start, end)).into_owned();
        assert_eq!(part(0, 3), "This");
        assert_eq!(part(-3, -1), "ing");
        assert_eq!(part(0, -1), "This is a string");
        assert_eq!(part(10, 100), "string");
        assert_eq!(part(-1, -5), "");
        assert_eq!(part(-100, -50), "T");
        assert_eq!(part(5, 2), "");
        assert_eq!(part(i64::MIN, i64::MAX), "This is a string");
        assert_eq!(super::part(b"", 0, -1), b"");
    }
}
