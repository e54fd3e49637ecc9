//! What two strings have in common: `LCS`.

use std::ops::Range;

use crate::redis::call::{Call, Outcome};
use crate::redis::command::Command;
use crate::redis::errors::RedisError;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::value::Value;

use super::super::options::is;
use super::new;

const LCS: &str = "key1 key2 [LEN] [IDX] [MINMATCHLEN len] [WITHMATCHLEN]";

pub(in crate::redis::commands) const COMMANDS: [Command; 1] =
    [new("lcs", -3, LCS, "Returns the longest common subsequence of two strings.", lcs).reads().keys(1, 2, 1)];

/// `proto-max-bulk-len`, which Redis takes for the limit of its table, in cells of four bytes.
const MOST_CELLS: usize = 512 * 1024 * 1024 / 4;
/// The model takes no larger table.
const MODELLED_CELLS: usize = 16 * 1024 * 1024;

#[derive(Clone, Copy, Debug, Default)]
struct Options {
    length: bool,
    places: bool,
    with_lengths: bool,
    least: u64,
}

impl Options {
    fn parse(words: &[&[u8]]) -> Result<Options, RedisError> {
        let mut options = Options::default();
        let mut rest = words;
        while let Some((option, more)) = rest.split_first() {
            rest = more;
            match more {
                _ if is(option, "idx") => options.places = true,
                _ if is(option, "len") => options.length = true,
                _ if is(option, "withmatchlen") => options.with_lengths = true,
                [least, after @ ..] if is(option, "minmatchlen") => {
                    let least = parse_i64(least).ok_or(RedisError::NotAnInteger)?;
                    options.least = u64::try_from(least).unwrap_or(0);
                    rest = after;
                }
                _ => return Err(RedisError::Syntax),
            }
        }
        if options.places && options.length {
            return Err(RedisError::LcsLengthAndPlaces);
        }
        Ok(options)
    }
}

/// The lengths of what all beginnings of two strings have in common.
struct Table<'a> {
    one: &'a [u8],
    other: &'a [u8],
    cells: Vec<u32>,
}

impl<'a> Table<'a> {
    fn new(one: &'a [u8], other: &'a [u8]) -> Result<Table<'a>, RedisError> {
        let size = (one.len() + 1).saturating_mul(other.len() + 1);
        if size > MOST_CELLS {
            return Err(RedisError::LcsMemory);
        }
        if size > MODELLED_CELLS {
            return Err(RedisError::LcsTooLarge);
        }
        let mut table = Table { one, other, cells: vec![0; size] };
        for i in 1..=one.len() {
            for j in 1..=other.len() {
                let length = if one[i - 1] == other[j - 1] {
                    table.at(i - 1, j - 1) + 1
                } else {
                    table.at(i - 1, j).max(table.at(i, j - 1))
                };
                let place = table.place(i, j);
                table.cells[place] = length;
            }
        }
        Ok(table)
    }

    fn place(&self, i: usize, j: usize) -> usize {
        i * (self.other.len() + 1) + j
    }

    fn at(&self, i: usize, j: usize) -> u32 {
        self.cells[self.place(i, j)]
    }

    fn length(&self) -> u32 {
        self.at(self.one.len(), self.other.len())
    }

    /// The stretches that are in both strings, where they are in each, the last one first; Redis ends a stretch at the
    /// beginning of either string.
    fn matches(&self) -> Vec<(Range<usize>, Range<usize>)> {
        let mut found: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        let (mut i, mut j, mut goes_on) = (self.one.len(), self.other.len(), false);
        while i > 0 && j > 0 {
            if self.one[i - 1] != self.other[j - 1] {
                goes_on = false;
                if self.at(i - 1, j) > self.at(i, j - 1) {
                    i -= 1
                } else {
                    j -= 1
                }
                continue;
            }
            (i, j) = (i - 1, j - 1);
            match found.last_mut() {
                Some((one, other)) if goes_on => (one.start, other.start) = (i, j),
                _ => found.push((i..i + 1, j..j + 1)),
            }
            goes_on = true;
        }
        found
    }
}

fn lcs(call: &mut Call<'_>) -> Outcome {
    let one = text(call, 1)?;
    let other = text(call, 2)?;
    let (Some(one), Some(other)) = (one, other) else { return Err(RedisError::LcsStrings) };
    let options = Options::parse(call.args_from(3))?;
    let table = Table::new(&one, &other)?;
    if options.length {
        return Ok(Reply::Integer(i64::from(table.length())));
    }
    let matches = table.matches();
    if options.places {
        return Ok(places(&table, &matches, options));
    }
    let common = matches.iter().rev().flat_map(|(range, _)| &one[range.clone()]).copied();
    Ok(Reply::bulk(common.collect::<Vec<u8>>()))
}

/// A copy of a string, empty for a key that is not there, and none for a value of another type.
fn text(call: &mut Call<'_>, argument: usize) -> Result<Option<Vec<u8>>, RedisError> {
    let Some(slot) = call.lookup(call.arg(argument), Purpose::Read) else { return Ok(Some(Vec::new())) };
    Ok(match &call.entry(slot).value {
        Value::Text(text) => Some(text.as_bytes().to_vec()),
        _ => None,
    })
}

fn places(table: &Table<'_>, matches: &[(Range<usize>, Range<usize>)], options: Options) -> Reply {
    let range = |range: &Range<usize>| Reply::Array(Some(vec![Reply::count(range.start), Reply::count(range.end - 1)]));
    let long_enough = matches.iter().filter(|(one, _)| one.len() as u64 >= options.least);
    let rows = long_enough.map(|(one, other)| {
        let length = options.with_lengths.then(|| Reply::count(one.len()));
        Reply::Array(Some([range(one), range(other)].into_iter().chain(length).collect()))
    });
    let rows = Reply::Array(Some(rows.collect()));
    Reply::Array(Some(vec![Reply::bulk("matches"), rows, Reply::bulk("len"), Reply::Integer(table.length().into())]))
}
