//! Sorted sets combined: `ZUNION`, `ZINTER`, `ZDIFF`, their storing forms, and `ZINTERCARD`.

use crate::order::sort_by_numbers;
use crate::redis::call::{Call, Outcome};
use crate::redis::config::Config;
use crate::redis::errors::RedisError;
use crate::redis::float::parse_f64;
use crate::redis::notify::SORTED;
use crate::redis::number::parse_i64;
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;
use crate::redis::sorted::Sorted;
use crate::redis::value::Value;

use super::super::options::{is, positive};
use super::entries_reply;

/// How sets are combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operation {
    Difference,
    Intersection,
    Union,
}

/// What becomes of the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    Answer,
    Store,
    Count,
}

/// How the scores of a member in several sets make one.
#[derive(Clone, Copy, Debug)]
enum Aggregate {
    Sum,
    Least,
    Greatest,
}

impl Aggregate {
    /// Infinities that cancel each other make 0.
    fn apply(self, one: f64, other: f64) -> f64 {
        match self {
            Aggregate::Sum => not_nan(one + other),
            Aggregate::Least => {
                if other < one {
                    other
                } else {
                    one
                }
            }
            Aggregate::Greatest => {
                if other > one {
                    other
                } else {
                    one
                }
            }
        }
    }
}

fn not_nan(score: f64) -> f64 {
    if score.is_nan() { 0.0 } else { score }
}

pub(super) fn zdiff(call: &mut Call<'_>) -> Outcome {
    run(call, Operation::Difference, Use::Answer)
}

pub(super) fn zinter(call: &mut Call<'_>) -> Outcome {
    run(call, Operation::Intersection, Use::Answer)
}

pub(super) fn zunion(call: &mut Call<'_>) -> Outcome {
    run(call, Operation::Union, Use::Answer)
}

pub(super) fn zdiffstore(call: &mut Call<'_>) -> Outcome {
    run(call, Operation::Difference, Use::Store)
}

pub(super) fn zinterstore(call: &mut Call<'_>) -> Outcome {
    run(call, Operation::Intersection, Use::Store)
}

pub(super) fn zunionstore(call: &mut Call<'_>) -> Outcome {
    run(call, Operation::Union, Use::Store)
}

pub(super) fn zintercard(call: &mut Call<'_>) -> Outcome {
    run(call, Operation::Intersection, Use::Count)
}

/// The options after the keys.
struct Options {
    weights: Vec<f64>,
    aggregate: Aggregate,
    with_scores: bool,
    limit: usize,
}

impl Options {
    fn parse(words: &[&[u8]], keys: usize, operation: Operation, purpose: Use) -> Result<Options, RedisError> {
        let mut options =
            Options { weights: vec![1.0; keys], aggregate: Aggregate::Sum, with_scores: false, limit: usize::MAX };
        let combines = operation != Operation::Difference && purpose != Use::Count;
        let mut rest = words;
        while let Some((option, more)) = rest.split_first() {
            rest = more;
            match more {
                _ if combines && is(option, "weights") && more.len() >= keys => {
                    for (weight, word) in options.weights.iter_mut().zip(more) {
                        *weight = parse_f64(word).ok_or(RedisError::WeightNotAFloat)?;
                    }
                    rest = &more[keys..];
                }
                [word, more @ ..] if combines && is(option, "aggregate") => {
                    options.aggregate = match word {
                        word if is(word, "sum") => Aggregate::Sum,
                        word if is(word, "min") => Aggregate::Least,
                        word if is(word, "max") => Aggregate::Greatest,
                        _ => return Err(RedisError::Syntax),
                    };
                    rest = more;
                }
                _ if purpose == Use::Answer && is(option, "withscores") => options.with_scores = true,
                [word, more @ ..] if purpose == Use::Count && is(option, "limit") => {
                    let limit = positive(word, RedisError::NegativeOption("LIMIT"))?;
                    options.limit = usize::try_from(limit).ok().filter(|&limit| limit > 0).unwrap_or(usize::MAX);
                    rest = more;
                }
                _ => return Err(RedisError::Syntax),
            }
        }
        Ok(options)
    }
}

fn run(call: &mut Call<'_>, operation: Operation, purpose: Use) -> Outcome {
    let argument = if purpose == Use::Store { 2 } else { 1 };
    let count = parse_i64(call.arg(argument)).ok_or(RedisError::NotAnInteger)?;
    if count < 1 {
        return Err(RedisError::NoInputKey(call.command.name));
    }
    let words = call.args_from(argument + 1);
    let split = usize::try_from(count).ok().and_then(|count| words.split_at_checked(count));
    let (keys, rest) = split.ok_or(RedisError::Syntax)?;
    let sources = keys.iter().map(|key| source(call, key)).collect::<Result<Vec<_>, _>>()?;
    let options = Options::parse(rest, keys.len(), operation, purpose)?;
    let mut sources: Vec<(Sorted, f64)> = sources.into_iter().zip(options.weights).collect();
    if operation != Operation::Difference {
        sort_by_numbers(&mut sources, |(set, _)| [set.len() as u64, 0]);
    }
    let result = combine(call, &sources, operation, options.aggregate);
    match purpose {
        Use::Answer => Ok(entries_reply(result.entries().iter(), options.with_scores)),
        Use::Count => Ok(Reply::count(result.len().min(options.limit))),
        Use::Store => {
            let length = result.len();
            let stored = result.packed_if_small(&call.server.config);
            call.store(call.arg(1), stored, SORTED, call.command.name);
            Ok(Reply::count(length))
        }
    }
}

/// A source as a sorted set: a key that is not there is empty, and the members of a set have a score of 1.
fn source(call: &mut Call<'_>, key: &[u8]) -> Result<Sorted, RedisError> {
    let Some(slot) = call.lookup(key, Purpose::Read) else { return Ok(Sorted::default()) };
    match &call.entry(slot).value {
        Value::Sorted(set) => Ok((**set).clone()),
        Value::Set(members) => {
            let mut set = Sorted::default();
            for member in members.list() {
                set.set(member, 1.0, &call.server.config);
            }
            Ok(set)
        }
        _ => Err(RedisError::WrongType),
    }
}

fn combine(call: &Call<'_>, sources: &[(Sorted, f64)], operation: Operation, aggregate: Aggregate) -> Sorted {
    let mut result = Sorted::unpacked();
    let Some(((first, weight), others)) = sources.split_first() else { return result };
    let config = &call.server.config;
    for (score, member) in first.entries() {
        let mut score = if operation == Operation::Difference { *score } else { not_nan(weight * score) };
        let mut found = 0;
        for (set, weight) in others {
            if let Some(other) = set.score(member) {
                found += 1;
                let other = weight * other;
                // Redis takes a product that is no number for 0 here in a union, and not in an intersection.
                score = aggregate.apply(score, if operation == Operation::Union { not_nan(other) } else { other });
            }
        }
        match operation {
            Operation::Difference if found > 0 => {}
            Operation::Difference => result.set(member, first.score(member).unwrap_or(score), config),
            Operation::Intersection if found < others.len() => {}
            _ => result.set(member, score, config),
        }
    }
    if operation == Operation::Union {
        add_others(&mut result, others, aggregate, config);
    }
    result
}

/// Adds the members that the first source of a union lacks.
fn add_others(result: &mut Sorted, others: &[(Sorted, f64)], aggregate: Aggregate, config: &Config) {
    for (place, (set, weight)) in others.iter().enumerate() {
        for (score, member) in set.entries() {
            if result.score(member).is_some() {
                continue;
            }
            let own = not_nan(weight * score);
            let later = others[place + 1..].iter();
            let more = later.filter_map(|(set, weight)| set.score(member).map(|score| not_nan(weight * score)));
            let score = more.fold(own, |one, other| aggregate.apply(one, other));
            result.set(member, score, config);
        }
    }
}
