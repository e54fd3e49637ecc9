//! Holds the Redis model against a real `redis-server`: both get the same random commands, and their replies are compared.
//!
//! `CACHESCOPE_DIFF_COMMANDS` sets how many commands are run (100,000 unless set), `CACHESCOPE_DIFF_SEED` the first seed;
//! several seeds share the commands. `CACHESCOPE_DIFF_COUNTERS=1` compares the counters of look-ups after each command, to
//! find the one that differs.
//!
//! Which commands there are is in `redis/templates.rs` and `redis/generate.rs`; how replies are compared that depend on
//! chance, time or a hash table's order is in `redis/compare.rs`. What waits for other clients and what they are sent
//! unasked is in `redis_waiting.rs`.
//!
//! Excluded from the random commands, with the reason: eviction, which samples at random (see `redis_eviction.rs` for its
//! effect); the active expiry cycle, which is switched off on both sides because its moments are up to the machine; commands
//! that the model does not have, for some of them stop or block a server; and the few of [`EXCEPTIONS`].
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "redis/compare.rs"]
mod compare;
#[path = "redis/generate.rs"]
mod generate;
#[path = "redis/pair.rs"]
mod pair;
#[path = "redis/pools.rs"]
mod pools;
#[path = "redis/real.rs"]
mod real;
#[path = "redis/templates.rs"]
mod templates;

use std::time::Duration;

use cachescope::redis::{COMMANDS, Command, Config, Flags, Limits};
use generate::{Generator, Words, sorts_by_chance};
use pair::{CONNECTIONS, Pair, Seen, line, named, unix_ms};

fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number, it is '{text}'")),
        Err(_) => default,
    }
}

/// Modelled commands that are not among the random ones, and why.
const EXCEPTIONS: [(&str, &str); 14] = [
    ("bgrewriteaof", "when the background is done is up to the machine; see redis_survival.rs"),
    ("bgsave", "as bgrewriteaof"),
    ("client", "its subcommands are run"),
    ("command", "it tells of the model's own commands; redis_surface.rs compares the table"),
    ("command|count", "as command"),
    ("command|docs", "as command"),
    ("command|list", "as command"),
    ("config", "its subcommands are run"),
    ("info", "its figures are the machine's; its counters are compared now and then"),
    ("memory", "its subcommands are run"),
    ("pubsub", "its subcommands are run"),
    ("object", "its subcommands are run"),
    ("xgroup", "its subcommands are run"),
    ("xinfo", "its subcommands are run"),
];
/// So many pairs of servers run at a time for each test.
const PAIRS: u64 = 2;
/// The whole keyspace is compared after so many commands.
const STATES_EVERY: u64 = 500;

#[test]
fn random_commands_get_the_replies_of_a_real_server() {
    let commands = setting("CACHESCOPE_DIFF_COMMANDS", 100_000);
    let seen = compare_in_threads(commands, 1, &[], &Config::default());
    if commands >= 100_000 {
        check_that_all_were_seen(&seen);
    }
}

/// With small limits most collections leave their compact form.
#[test]
fn random_commands_on_large_encodings_get_the_replies_of_a_real_server() {
    let limits = Limits {
        hash_entries: 3,
        hash_value: 12,
        set_integers: 3,
        sorted_entries: 3,
        sorted_value: 12,
        stream_bytes: 200,
        stream_entries: 4,
    };
    let settings = [
        ["--hash-max-listpack-entries", "3"],
        ["--hash-max-listpack-value", "12"],
        ["--set-max-intset-entries", "3"],
        ["--zset-max-listpack-entries", "3"],
        ["--zset-max-listpack-value", "12"],
        ["--stream-node-max-bytes", "200"],
        ["--stream-node-max-entries", "4"],
    ];
    let commands = setting("CACHESCOPE_DIFF_COMMANDS", 100_000) / 3;
    compare_in_threads(commands, 101, settings.as_flattened(), &Config { limits, ..Config::default() });
}

/// Shares the commands among pairs of servers with seeds of their own; what was seen by all of them.
fn compare_in_threads(commands: u64, seed: u64, settings: &[&str], config: &Config) -> Seen {
    let first = setting("CACHESCOPE_DIFF_SEED", seed);
    let parts: Vec<Seen> = std::thread::scope(|scope| {
        let pairs: Vec<_> = (first..first + PAIRS)
            .map(|seed| scope.spawn(move || compare_random(settings, config.clone(), commands / PAIRS, seed)))
            .collect();
        pairs.into_iter().map(|pair| pair.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    let mut all = Seen::new();
    for (name, (fine, total)) in parts.into_iter().flatten() {
        let sums = all.entry(name).or_default();
        *sums = (sums.0 + fine, sums.1 + total);
    }
    all
}

/// Checks that each command of the table was run, more than once with a reply that is no error, or is an exception.
fn check_that_all_were_seen(seen: &Seen) {
    let mut problems = String::new();
    for command in COMMANDS.iter().flat_map(|command| std::iter::once(command).chain(command.subcommands)) {
        let (fine, all) = seen.get(command.name).copied().unwrap_or_default();
        let is_exception = EXCEPTIONS.iter().any(|(name, _)| *name == command.name);
        match (is_exception, fine > 1) {
            (false, false) => problems += &format!("{} ran {all} times, {fine} times without an error\n", command.name),
            (true, true) => problems += &format!("{} is no exception: it ran {fine} times\n", command.name),
            _ => {}
        }
    }
    assert!(problems.is_empty(), "{problems}");
    let (fine, all) = seen.values().fold((0, 0), |sums, counts| (sums.0 + counts.0, sums.1 + counts.1));
    println!("{all} commands were compared, {fine} of them without an error");
}

fn compare_random(settings: &[&str], config: Config, commands: u64, seed: u64) -> Seen {
    let exact = setting("CACHESCOPE_DIFF_COUNTERS", 0) > 0;
    let mut generator = Generator::of_everything(seed);
    let mut pair = Pair::new(&[&["--hz", "500"], settings].concat(), config, seed);
    let mut number = 0;
    while number < commands {
        let connection = generator.below(CONNECTIONS as u64) as usize;
        generator.tell_clients((0..CONNECTIONS).map(|connection| pair.id(connection)).collect());
        let words = if pair.listening[connection] > 0 && generator.one_in(8) {
            line(generator.pick(&["unsubscribe", "punsubscribe"]))
        } else {
            generator.command(unix_ms())
        };
        if cannot_be_compared(&pair, connection, &words) {
            continue;
        }
        number += 1;
        pair.step(connection, &words);
        if generator.one_in(400) {
            std::thread::sleep(Duration::from_millis(generator.below(40)));
        }
        if exact {
            pair.compare_counters();
        }
        if number % STATES_EVERY == 0 {
            pair.compare_states();
        }
    }
    assert!(
        pair.stalls * 100 < commands,
        "the machine stood still {} times: the comparison is worth little",
        pair.stalls
    );
    pair.seen
}

/// Whether chance or the order of messages would decide what comes of a command.
fn cannot_be_compared(pair: &Pair, connection: usize, words: &Words) -> bool {
    let queues = pair.sessions[connection].in_transaction();
    let is_chance = named(words, "spop") || named(words, "xadd") && words.iter().any(|word| word == b"*");
    // Within a transaction its several replies would be taken for those of the commands after it.
    let subscribes = words[0].to_ascii_lowercase().ends_with(b"subscribe");
    // A limit would be reached at other moments, for the real server's process takes memory too.
    let limits = words.iter().any(|word| word == b"maxmemory") && !words.iter().any(|word| word == b"0");
    let sorts = words[0].to_ascii_lowercase().starts_with(b"sort");
    sorts && (queues || sorts_by_chance(words))
        || queues && (is_chance || subscribes || named(words, "randomkey"))
        || limits && named(words, "config")
        || named(words, "randomkey") && pair.has_unnoticed_keys()
}

/// Every wrong number of words of every command and subcommand, and options that it does not have, on keys of every type
/// and on none.
#[test]
fn wrong_arities_are_refused_alike() {
    let mut pair = Pair::new(&[], Config::default(), 1);
    let mut refused = 0;
    for command in COMMANDS.iter().flat_map(|command| std::iter::once(command).chain(command.subcommands)) {
        let name: Vec<&[u8]> = command.name.split('|').map(str::as_bytes).collect();
        for count in (name.len()..=8).filter(|&count| !command.accepts(count)) {
            for in_transaction in [false, true] {
                let mut words: Words = name.iter().map(|word| word.to_vec()).collect();
                words.resize(count, b"1".to_vec());
                if in_transaction {
                    pair.step(0, &line("multi"));
                }
                pair.step(0, &words);
                refused += 1;
                if in_transaction {
                    pair.step(0, &line("exec"));
                }
            }
        }
    }
    let commands = COMMANDS.iter().map(|command| 1 + command.subcommands.len()).sum::<usize>();
    assert!(refused >= 2 * commands, "{refused} calls of {commands} commands");
}

/// Each command with each type in the place of its keys, at its shortest and with an option more that it may not have.
#[test]
fn types_and_options_that_do_not_suit_are_refused_alike() {
    const MADE: [&str; 6] = [
        "set string 12",
        "rpush list a b",
        "hset hash f v",
        "sadd set 1 2",
        "zadd zset 1 a 2 b",
        "xadd stream 1-1 f v",
    ];
    const KEYS: [&str; 7] = ["string", "list", "hash", "set", "zset", "stream", "none"];
    let mut pair = Pair::new(&[], Config::default(), 1);
    for command in COMMANDS.iter().flat_map(|command| std::iter::once(command).chain(command.subcommands)) {
        let is_alone = !command.subcommands.is_empty() || EXCEPTIONS.iter().any(|(name, _)| *name == command.name);
        if is_alone || UNSUITED.contains(&command.name) {
            continue;
        }
        for key in KEYS {
            for extra in [&[][..], &["bogus"], &["1"], &["bogus", "1"], &["bogus", "bogus", "1"]] {
                if !command.accepts(command.arity.unsigned_abs() as usize + extra.len()) {
                    continue;
                }
                for made in MADE {
                    pair.step(0, &line(made));
                }
                for filler in ["1", "x"] {
                    pair.step(0, &with_key(command, key, filler, extra));
                    pair.step(0, &line("unsubscribe"));
                    pair.step(0, &line("punsubscribe"));
                }
                pair.step(0, &line("flushall"));
            }
        }
    }
}

/// Commands that can't be called with words that do not suit them, and why: `wait` would wait; scans answer in the order
/// of a hash table and random commands by chance, both of which the random test follows.
const UNSUITED: [&str; 6] = ["hrandfield", "randomkey", "spop", "srandmember", "wait", "zrandmember"];

/// A call with a key wherever the command has keys, and a filler for everything else.
fn with_key(command: &Command, key: &str, filler: &str, extra: &[&str]) -> Words {
    let mut words: Words = command.name.split('|').map(|word| word.as_bytes().to_vec()).collect();
    let least = command.arity.unsigned_abs() as usize;
    while words.len() < least {
        let is_key = command.key_arguments(least).any(|argument| argument == words.len());
        words.push(if is_key { key } else { filler }.as_bytes().to_vec());
    }
    // Commands that are told how many keys they have take the key in the place after that.
    let is_counted = command.keys.first == 0 && filler == "1" && least > 2;
    if is_counted && command.flags != Flags::default() {
        words[least - 1] = key.as_bytes().to_vec();
    }
    words.extend(extra.iter().map(|word| word.as_bytes().to_vec()));
    match command.name {
        "blmpop" | "bzmpop" => words[1] = b"0.001".to_vec(),
        "blpop" | "brpop" | "bzpopmin" | "bzpopmax" | "blmove" | "brpoplpush" => {
            *words.last_mut().unwrap() = b"0.001".to_vec();
        }
        _ => {}
    }
    words
}
