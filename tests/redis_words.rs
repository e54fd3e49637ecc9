//! Holds the Redis model against a real `redis-server` where commands are wrong: words are left out, doubled, changed and
//! exchanged, and every command gets words that mean something to others.
//!
//! `CACHESCOPE_DIFF_SEED` sets the seed; with `CACHESCOPE_DIFF_COUNTERS` the counters are compared after each command, to
//! find the one that differs.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "redis/compare.rs"]
mod compare;
#[path = "redis/generate.rs"]
mod generate;
#[path = "redis/pair.rs"]
#[allow(dead_code, reason = "another test needs more of it")]
mod pair;
#[path = "redis/pools.rs"]
mod pools;
#[path = "redis/real.rs"]
mod real;
#[path = "redis/templates.rs"]
mod templates;

use cachescope::redis::{COMMANDS, Config, Millis, Reply};
use generate::{Generator, Words, sorts_by_chance};
use pair::{Pair, line, named, unix_ms};
use pools::{INTEGERS, TYPED_KEYS};

const DAMAGED: usize = 30_000;
/// How often each command is sent with random words.
const TRIALS: usize = 40;
/// Nobody is waited for longer, in milliseconds.
const PATIENCE_MS: u64 = 20;
/// Words that mean something to some command.
const MEANT: [&str; 48] = [
    "nx",
    "XX",
    "gt",
    "LT",
    "ch",
    "INCR",
    "get",
    "EX",
    "px",
    "keepttl",
    "persist",
    "COUNT",
    "match",
    "TYPE",
    "limit",
    "WITHSCORES",
    "withvalues",
    "BYSCORE",
    "bylex",
    "REV",
    "weights",
    "AGGREGATE",
    "sum",
    "streams",
    "GROUP",
    "noack",
    "BLOCK",
    "maxlen",
    "minid",
    "~",
    "=",
    "left",
    "RIGHT",
    "min",
    "MAX",
    "before",
    "db",
    "replace",
    "justid",
    "0.5",
    "1e400",
    "bogus",
    "-",
    "+",
    "g",
    "by",
    "STORE",
    "alpha",
];
/// Commands that are left as they are: they change everything, answer in the order of a hash table, depend on chance, or
/// are sent messages.
const LEFT_ALONE: [&str; 22] = [
    "bgrewriteaof",
    "bgsave",
    "client",
    "command",
    "config",
    "hrandfield",
    "hscan",
    "info",
    "memory",
    "psubscribe",
    "punsubscribe",
    "randomkey",
    "save",
    "scan",
    "spop",
    "srandmember",
    "sscan",
    "subscribe",
    "swapdb",
    "unsubscribe",
    "zrandmember",
    "zscan",
];

fn seed() -> u64 {
    std::env::var("CACHESCOPE_DIFF_SEED").map_or(1, |text| text.parse().unwrap())
}

/// Whether a command would hold the test up, by what it does to a copy of the model.
fn would_wait_long(pair: &Pair, words: &Words) -> bool {
    let (mut model, mut session) = (pair.model.clone(), pair.sessions[0].clone());
    let now = unix_ms();
    let reply = model.execute(&mut session, Millis(now), words);
    let end = match session.take_wait() {
        Some(wait) => wait.deadline,
        None if reply == Reply::Later => model.next_wait_ends(),
        None => return false,
    };
    end.is_none_or(|end| end.0 > now + PATIENCE_MS)
}

/// Runs a command unless it would wait long or chance would decide.
fn step(pair: &mut Pair, words: &Words) {
    let is_left_alone = LEFT_ALONE.iter().any(|name| named(words, name));
    let is_new_id = named(words, "xadd") && words.iter().any(|word| word == b"*");
    // Within a transaction errors of earlier commands would reach SORT.
    let is_sort = words[0].to_ascii_lowercase().starts_with(b"sort");
    let sorts_by_chance = sorts_by_chance(words) || is_sort && pair.sessions[0].in_transaction();
    if is_left_alone || is_new_id || sorts_by_chance || would_wait_long(pair, words) {
        return;
    }
    pair.step(0, words);
    if std::env::var_os("CACHESCOPE_DIFF_COUNTERS").is_some() {
        pair.compare_counters();
    }
}

/// Leaves a word out, doubles, replaces or adds one, or exchanges two. Names of commands stay.
fn damage(generator: &mut Generator, words: &mut Words) {
    let has_subcommand = ["object", "pubsub", "xgroup", "xinfo"].iter().any(|name| named(words, name));
    let first = 1 + usize::from(has_subcommand);
    let Some(count) = words.len().checked_sub(first).filter(|&count| count > 0) else { return };
    let mut place = || first + generator.below(count as u64) as usize;
    let (one, other) = (place(), place());
    match generator.below(5) {
        0 => drop(words.remove(one)),
        1 => words.insert(one, words[one].clone()),
        2 => words[one] = generator.pick(&MEANT).into(),
        3 => words.insert(one, generator.pick(&MEANT).into()),
        _ => words.swap(one, other),
    }
}

#[test]
fn damaged_commands_are_answered_alike() {
    let mut generator = Generator::new(seed());
    let mut pair = Pair::new(&["--hz", "500"], Config::default(), seed());
    for number in 1..=DAMAGED {
        let mut words = generator.command(unix_ms());
        for _ in 0..generator.below(3) {
            damage(&mut generator, &mut words);
        }
        step(&mut pair, &words);
        if number % 1_000 == 0 {
            pair.compare_states();
        }
    }
}

/// A command with as many words as it takes, whatever they mean.
fn random_words(generator: &mut Generator, name: &str, arity: i32) -> Words {
    let mut words: Words = name.split('|').map(|word| word.into()).collect();
    let more = if arity < 0 { generator.below(5) as usize } else { 0 };
    while words.len() < arity.unsigned_abs() as usize + more {
        words.push(match generator.below(4) {
            0 | 1 => generator.pick(&TYPED_KEYS).1[0].into(),
            2 => generator.pick(&MEANT).into(),
            _ => generator.pick(&INTEGERS).into(),
        });
    }
    words
}

/// What puts something of each type where the random words find it.
const FILLERS: [&str; 9] = [
    "hset hash a 1",
    "rpush list a 1",
    "sadd set a 1",
    "sadd ints 1 2",
    "zadd zset 1 a 2 b",
    "zadd lex 0 a 0 b",
    "xadd stream * a 1",
    "xgroup create stream g 0",
    "expire hash 100000",
];

#[test]
fn every_command_answers_random_words_alike() {
    let mut generator = Generator::new(seed());
    let mut pair = Pair::new(&["--hz", "500"], Config::default(), seed());
    for command in COMMANDS.iter().flat_map(|command| match command.subcommands {
        [] => std::slice::from_ref(command),
        subcommands => subcommands,
    }) {
        for _ in 0..TRIALS {
            step(&mut pair, &random_words(&mut generator, command.name, command.arity));
            if pair.sessions[0].in_transaction() {
                pair.step(0, &line("discard"));
            }
            pair.step(0, &line(generator.pick(&FILLERS)));
        }
        pair.compare_states();
    }
}
