//! Settings of the running server: `CONFIG GET`, `CONFIG SET`, `CONFIG RESETSTAT`; and `MEMORY USAGE`.

use crate::redis::call::{Call, Outcome};
use crate::redis::command::{Command, Group, Run};
use crate::redis::config::{Config, EvictionPolicy};
use crate::redis::errors::{RedisError, as_c_text};
use crate::redis::glob;
use crate::redis::notify::NotifyEvents;
use crate::redis::number::parse_i64;
use crate::redis::persistence::{Persistence, SavePoint};
use crate::redis::reply::Reply;
use crate::redis::usage;

use super::options::is;

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::Server, name, arity, arguments, summary, run)
}

const CONFIG: [Command; 3] = [
    new("config|get", -3, "parameter [parameter ...]", "Returns the modelled settings that match.", get),
    new("config|resetstat", 2, "", "Sets the statistics to 0.", reset_stats),
    new("config|set", -4, "parameter value [parameter value ...]", "Changes modelled settings.", set),
];

const MEMORY: [Command; 1] =
    [new("memory|usage", -3, "key [SAMPLES count]", "Returns the bytes that a key takes.", memory_usage)
        .reads()
        .keys(2, 2, 1)];

pub(super) const COMMANDS: [Command; 2] = [
    new("config", -2, "GET|RESETSTAT|SET", "Reads and changes settings.", container).with(&CONFIG),
    new("memory", -2, "USAGE", "Tells what keys take.", container).with(&MEMORY),
];

/// A container alone; its arity refuses that already.
fn container(call: &mut Call<'_>) -> Outcome {
    Err(RedisError::Arity(call.command.name))
}

/// How a setting is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// A size in bytes, which may have a unit.
    Bytes,
    /// An integer from the first to the second number.
    Integer(i64, i64),
}

/// Where a number is kept.
type Place = fn(&mut Config) -> Number<'_>;

/// A number of the settings, by its width.
enum Number<'c> {
    Narrow(&'c mut u32),
    Wide(&'c mut u64),
}

const COUNT: Form = Form::Integer(0, i64::MAX);
const SMALL: Form = Form::Integer(0, i32::MAX as i64);

/// The settings that are numbers, with the former names of some.
const NUMBERS: [(&str, Form, Place); 16] = [
    ("auto-aof-rewrite-min-size", Form::Bytes, |config| Number::Wide(&mut config.persistence.rewrite_min_bytes)),
    ("auto-aof-rewrite-percentage", SMALL, |config| Number::Wide(&mut config.persistence.rewrite_percentage)),
    ("hash-max-listpack-entries", COUNT, |config| Number::Wide(&mut config.limits.hash_entries)),
    ("hash-max-listpack-value", Form::Bytes, |config| Number::Wide(&mut config.limits.hash_value)),
    ("hash-max-ziplist-entries", COUNT, |config| Number::Wide(&mut config.limits.hash_entries)),
    ("hash-max-ziplist-value", Form::Bytes, |config| Number::Wide(&mut config.limits.hash_value)),
    ("lfu-decay-time", SMALL, |config| Number::Narrow(&mut config.lfu_decay_minutes)),
    ("lfu-log-factor", SMALL, |config| Number::Narrow(&mut config.lfu_log_factor)),
    ("maxmemory", Form::Bytes, |config| Number::Wide(&mut config.maxmemory)),
    ("maxmemory-samples", Form::Integer(1, i32::MAX as i64), |config| Number::Narrow(&mut config.samples)),
    ("set-max-intset-entries", COUNT, |config| Number::Wide(&mut config.limits.set_integers)),
    ("stream-node-max-bytes", Form::Bytes, |config| Number::Wide(&mut config.limits.stream_bytes)),
    ("stream-node-max-entries", COUNT, |config| Number::Wide(&mut config.limits.stream_entries)),
    ("zset-max-listpack-entries", COUNT, |config| Number::Wide(&mut config.limits.sorted_entries)),
    ("zset-max-listpack-value", Form::Bytes, |config| Number::Wide(&mut config.limits.sorted_value)),
    ("zset-max-ziplist-entries", COUNT, |config| Number::Wide(&mut config.limits.sorted_entries)),
];

/// The settings that are words. The number of databases can be read only.
const WORDS: [&str; 6] =
    ["appendfsync", "appendonly", "databases", "maxmemory-policy", "notify-keyspace-events", "save"];

/// The value of a setting.
fn value_of(name: &str, config: &mut Config) -> String {
    match name {
        "appendfsync" => config.persistence.append_fsync.name().to_owned(),
        "appendonly" => if config.persistence.append_only { "yes" } else { "no" }.to_owned(),
        "save" => config.persistence.save.iter().map(SavePoint::to_string).collect::<Vec<_>>().join(" "),
        "databases" => config.databases.to_string(),
        "maxmemory-policy" => config.policy.name().to_owned(),
        "notify-keyspace-events" => config.notify.letters(),
        _ => match NUMBERS.iter().find(|(known, ..)| *known == name).map(|(.., place)| place(config)) {
            Some(Number::Narrow(number)) => number.to_string(),
            Some(Number::Wide(number)) => number.to_string(),
            None => String::new(),
        },
    }
}

/// A name without a pattern is returned as it was typed, as in Redis.
fn get(call: &mut Call<'_>) -> Outcome {
    let mut config = call.server.config.clone();
    let mut out = Vec::new();
    let mut returned: Vec<&str> = Vec::new();
    for pattern in call.args_from(2) {
        let names = NUMBERS.iter().map(|(name, ..)| *name).chain(WORDS);
        let small = pattern.to_ascii_lowercase();
        let matches = |name: &&str| glob::matches(&small, name.as_bytes());
        for name in names.filter(matches).collect::<Vec<_>>() {
            if returned.contains(&name) {
                continue;
            }
            returned.push(name);
            let shown = if is(pattern, name) { pattern.to_vec() } else { name.as_bytes().to_vec() };
            out.extend([Reply::Bulk(Some(shown)), Reply::bulk(value_of(name, &mut config))]);
        }
    }
    Ok(Reply::Array(Some(out)))
}

fn reset_stats(call: &mut Call<'_>) -> Outcome {
    call.server.reset_stats();
    Ok(Reply::OK)
}

/// A name as errors quote it.
fn typed(name: &[u8]) -> String {
    as_c_text(name, usize::MAX)
}

/// All settings are changed or none is.
fn set(call: &mut Call<'_>) -> Outcome {
    let words = call.args_from(2);
    if words.len() % 2 == 1 {
        return Err(RedisError::Syntax);
    }
    let pairs = words.as_chunks::<2>().0;
    let mut config = call.server.config.clone();
    for (place, [name, _]) in pairs.iter().enumerate() {
        let known = NUMBERS.iter().map(|(name, ..)| *name).chain(WORDS).find(|known| is(name, known));
        let Some(known) = known else {
            return Err(RedisError::SettingNotModelled(typed(name)));
        };
        if known == "databases" {
            return Err(RedisError::ConfigSet { name: typed(name), reason: "can't set immutable config".into() });
        }
        if pairs[..place].iter().any(|[earlier, _]| is(earlier, known)) {
            return Err(RedisError::ConfigSet { name: typed(name), reason: "duplicate parameter".into() });
        }
    }
    for [name, value] in pairs {
        if let Some(known) = NUMBERS.iter().map(|(name, ..)| *name).chain(WORDS).find(|known| is(name, known)) {
            let text = String::from_utf8_lossy(value);
            change(known, &text, &mut config)
                .map_err(|reason| RedisError::ConfigSet { name: known.to_owned(), reason })?;
        }
    }
    call.server.reconfigure(config);
    Ok(Reply::OK)
}

/// Changes one setting; the error is what is wrong with the value.
fn change(name: &str, value: &str, config: &mut Config) -> Result<(), String> {
    if let Some(outcome) = change_persistence(name, value, &mut config.persistence) {
        return outcome;
    }
    if name == "maxmemory-policy" {
        config.policy = value.to_ascii_lowercase().parse::<EvictionPolicy>().map_err(|_| {
            "argument(s) must be one of the following: volatile-lru, volatile-lfu, volatile-random, volatile-ttl, \
             allkeys-lru, allkeys-lfu, allkeys-random, noeviction"
        })?;
        return Ok(());
    }
    if name == "notify-keyspace-events" {
        config.notify = NotifyEvents::parse(value).ok_or("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.")?;
        return Ok(());
    }
    let Some((_, form, place)) = NUMBERS.iter().find(|(known, ..)| *known == name) else { return Ok(()) };
    let number = match *form {
        Form::Bytes => parse_bytes(value).ok_or("argument must be a memory value")?,
        Form::Integer(least, greatest) => {
            let number = parse_i64(value.as_bytes()).ok_or("argument couldn't be parsed into an integer")?;
            if !(least..=greatest).contains(&number) {
                return Err(format!("argument must be between {least} and {greatest} inclusive"));
            }
            number.unsigned_abs()
        }
    };
    match place(config) {
        Number::Narrow(place) => *place = u32::try_from(number).unwrap_or(u32::MAX),
        Number::Wide(place) => *place = number,
    }
    Ok(())
}

/// Changes a setting of persistence, if it is one.
fn change_persistence(name: &str, value: &str, settings: &mut Persistence) -> Option<Result<(), String>> {
    let outcome = match name {
        "appendfsync" => value
            .to_ascii_lowercase()
            .parse()
            .map(|policy| settings.append_fsync = policy)
            .map_err(|_| "argument(s) must be one of the following: everysec, always, no"),
        "appendonly" if value.eq_ignore_ascii_case("yes") || value.eq_ignore_ascii_case("no") => {
            settings.append_only = value.eq_ignore_ascii_case("yes");
            Ok(())
        }
        "appendonly" => Err("argument must be 'yes' or 'no'"),
        "save" => save_points(value).map(|points| settings.save = points).ok_or("Invalid save parameters"),
        _ => return None,
    };
    Some(outcome.map_err(str::to_owned))
}

/// Save points, with one space between two numbers; the seconds are at least 1.
fn save_points(text: &str) -> Option<Vec<SavePoint>> {
    if text.is_empty() {
        return Some(Vec::new());
    }
    let numbers = text.split(' ').map(|word| word.parse::<u64>().ok()).collect::<Option<Vec<u64>>>()?;
    let (pairs, rest) = numbers.as_chunks::<2>();
    let point = |&[seconds, changes]: &[u64; 2]| (seconds > 0).then_some(SavePoint { seconds, changes });
    if rest.is_empty() { pairs.iter().map(point).collect() } else { None }
}

/// A size: a number, and a unit of `k`, `m`, `g` for powers of a thousand or `kb`, `mb`, `gb` for those of 1024.
fn parse_bytes(text: &str) -> Option<u64> {
    const UNITS: [(&str, u64); 8] = [
        ("", 1),
        ("b", 1),
        ("k", 1000),
        ("kb", 1 << 10),
        ("m", 1_000_000),
        ("mb", 1 << 20),
        ("g", 1_000_000_000),
        ("gb", 1 << 30),
    ];
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let factor = UNITS.iter().find(|(name, _)| name.eq_ignore_ascii_case(unit))?.1;
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// A key whose time is over counts as long as it is there, and nothing is used or counted.
fn memory_usage(call: &mut Call<'_>) -> Outcome {
    let mut words = call.args_from(3).iter();
    while let Some(option) = words.next() {
        let samples = words.next().filter(|_| is(option, "samples")).ok_or(RedisError::Syntax)?;
        let samples = parse_i64(samples).ok_or(RedisError::NotAnInteger)?;
        u64::try_from(samples).map_err(|_| RedisError::Syntax)?;
    }
    let name = call.arg(2);
    let Some(slot) = call.database().find(name) else { return Ok(Reply::NIL) };
    let bytes = usage::usage(name, &call.entry(slot).value, call.server.config.allocator);
    Ok(Reply::Integer(bytes.cast_signed()))
}
