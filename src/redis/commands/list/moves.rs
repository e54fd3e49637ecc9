//! Elements between lists and their places: `LMOVE`, `RPOPLPUSH`, `LMPOP`, `LPOS`.

use crate::redis::call::{Call, Outcome};
use crate::redis::errors::RedisError;
use crate::redis::list::{End, List};
use crate::redis::notify::LIST;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::value::Value;

use super::super::options::{counted_keys, is, positive, small_count};
use super::take;

pub(super) fn lmove(call: &mut Call<'_>) -> Outcome {
    let (from, to) = (end_of(call.arg(3))?, end_of(call.arg(4))?);
    move_element(call, from, to)
}

pub(super) fn rpoplpush(call: &mut Call<'_>) -> Outcome {
    move_element(call, End::Right, End::Left)
}

/// `LEFT` or `RIGHT`.
pub(super) fn end_of(word: &[u8]) -> Result<End, RedisError> {
    match word {
        word if is(word, "left") => Ok(End::Left),
        word if is(word, "right") => Ok(End::Right),
        _ => Err(RedisError::Syntax),
    }
}

/// Moves an element from the first key's list to the second one's; nil when there is none.
pub(super) fn move_element(call: &mut Call<'_>, from: End, to: End) -> Outcome {
    let (source, destination) = (call.arg(1), call.arg(2));
    if call.find_list(source, Purpose::Write)?.is_none() {
        return Ok(Reply::NIL);
    }
    call.find_list(destination, Purpose::Write)?;
    // The second look-up may have moved the first place.
    let Some(slot) = call.database().find(source) else { return Ok(Reply::NIL) };
    let place = if from == End::Left { 0 } else { -1 };
    let element = call.list(slot)?.get(place).map_or_else(Vec::new, <[u8]>::to_vec);
    if source == destination {
        call.update_list(slot, |list| {
            list.pop(from);
            list.push(to, &element);
        });
        call.notify(LIST, to.push_event(), destination);
        call.notify(LIST, from.pop_event(), source);
        return Ok(Reply::bulk(element));
    }
    match call.database().find(destination) {
        Some(slot) => call.update_list(slot, |list| list.push(to, &element)),
        None => {
            let mut list = List::default();
            list.push(to, &element);
            call.add(destination, Value::List(list));
        }
    }
    call.notify(LIST, to.push_event(), destination);
    if let Some(slot) = call.database().find(source) {
        take(call, slot, from, 1);
    }
    Ok(Reply::bulk(element))
}

/// What `LMPOP` and `BLMPOP` are told, from the argument that is the number of keys.
pub(super) struct ManyPop<'a> {
    pub(super) keys: &'a [&'a [u8]],
    pub(super) end: End,
    pub(super) count: i64,
}

impl<'a> ManyPop<'a> {
    pub(super) fn parse(call: &Call<'a>, argument: usize) -> Result<ManyPop<'a>, RedisError> {
        let (keys, rest) = counted_keys(call, argument, RedisError::Syntax)?;
        let (end, options) = rest.split_first().ok_or(RedisError::Syntax)?;
        Ok(ManyPop { keys, end: end_of(end)?, count: small_count(options)? })
    }

    /// Pops from the first list that is there; the nil array when none is.
    pub(super) fn run(&self, call: &mut Call<'_>) -> Outcome {
        for key in self.keys {
            if let Some(slot) = call.find_list(key, Purpose::Write)? {
                let popped = take(call, slot, self.end, self.count);
                return Ok(Reply::Array(Some(vec![Reply::bulk(*key), Reply::Array(Some(popped))])));
            }
        }
        Ok(Reply::NIL_ARRAY)
    }
}

pub(super) fn lmpop(call: &mut Call<'_>) -> Outcome {
    ManyPop::parse(call, 1)?.run(call)
}

/// The options of `LPOS`.
struct Search {
    rank: i64,
    count: Option<i64>,
    most: i64,
}

impl Search {
    fn parse(words: &[&[u8]]) -> Result<Search, RedisError> {
        let mut search = Search { rank: 1, count: None, most: 0 };
        let mut words = words.iter();
        while let Some(option) = words.next() {
            let number = words.next().ok_or(RedisError::Syntax)?;
            if is(option, "rank") {
                search.rank = parse_i64(number).ok_or(RedisError::NotAnInteger)?;
                if search.rank == 0 {
                    return Err(RedisError::ZeroRank);
                }
            } else if is(option, "count") {
                search.count = Some(positive(number, RedisError::NegativeOption("COUNT"))?);
            } else if is(option, "maxlen") {
                search.most = positive(number, RedisError::NegativeOption("MAXLEN"))?;
            } else {
                return Err(RedisError::Syntax);
            }
        }
        Ok(search)
    }

    /// The places of the elements that are looked for.
    fn run(&self, list: &List, element: &[u8]) -> Vec<usize> {
        let length = list.len();
        let unlimited = |number: i64| usize::try_from(number).ok().filter(|&most| most > 0).unwrap_or(usize::MAX);
        let place = |step: usize| if self.rank < 0 { length - 1 - step } else { step };
        let equal = |&place: &usize| list.get(place as i64) == Some(element);
        let steps = (0..length).take(unlimited(self.most)).map(place).filter(equal);
        // The least integer has no counterpart: in Redis it counts as -1, and `COUNT` has no effect.
        let (rank, count) = match self.rank {
            i64::MIN => (1, self.count.map(|_| 0)),
            rank => (rank.unsigned_abs(), self.count),
        };
        let skipped = usize::try_from(rank - 1).unwrap_or(usize::MAX);
        steps.skip(skipped).take(unlimited(count.unwrap_or(1))).collect()
    }
}

pub(super) fn lpos(call: &mut Call<'_>) -> Outcome {
    let search = Search::parse(call.args_from(3))?;
    let element = call.arg(2);
    let found = match call.find_list(call.arg(1), Purpose::Read)? {
        Some(slot) => search.run(call.list(slot)?, element),
        None => Vec::new(),
    };
    if search.count.is_some() {
        return Ok(Reply::Array(Some(found.into_iter().map(Reply::count).collect())));
    }
    Ok(found.first().map_or(Reply::NIL, |&place| Reply::count(place)))
}
