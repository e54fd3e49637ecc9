//! How the model's reply and the real server's are compared, and why not always exactly.

use cachescope::redis::Reply;

/// A rule of comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// The same bytes on the wire.
    Exact,
    /// The same elements in any order: `KEYS` lists them in the order of Redis's hash table, which depends on a seed that
    /// it draws at its start.
    Unordered,
    /// A finished `SCAN`: the same cursor 0, and the same elements in any order, as with `KEYS`.
    Scanned,
    /// Integers that differ by so much at most: times depend on the millisecond in which each side ran the command.
    Within(i64),
    /// Strings of digits that differ by so much at most, for the parts of `TIME`.
    FirstWithin(i64),
    /// Within a transaction a real server's queue still holds the strings that its commands have stored, so that their
    /// count of uses is 2 until `EXEC` has ended.
    HeldByQueue,
    /// The same but for times, which depend on the millisecond, and for the nodes of Redis's tree, which the model lacks.
    Timed,
    /// As many elements.
    Length,
    /// As many random elements; which ones may be there is checked apart.
    Sampled,
    /// Both nil, or both some key: `RANDOMKEY` draws on its own randomness.
    AnyKey,
    /// Sizes that are near each other: the real server estimates those of large collections by a few random elements, and
    /// keeps a hash table for a while that has been fuller.
    Near,
    /// The same, but a setting that Redis does not know either may be one that the model says it lacks.
    Setting,
}

/// How far apart in milliseconds the two sides may have run a command.
pub const SLACK_MS: i64 = 10;

/// The rule for a command.
pub fn rule(words: &[Vec<u8>]) -> Rule {
    let name = words.first().map(|word| word.to_ascii_lowercase()).unwrap_or_default();
    let is_second = |own: &str| words.get(1).is_some_and(|word| word.eq_ignore_ascii_case(own.as_bytes()));
    match name.as_slice() {
        // Hash tables have no order; small hashes and sets of integers, which have one, are compared in `redis_surface.rs`.
        b"config" if is_second("get") => Rule::Unordered,
        b"config" if is_second("set") => Rule::Setting,
        b"pubsub" if is_second("channels") => Rule::Unordered,
        b"memory" => Rule::Near,
        b"lastsave" => Rule::Within(2),
        b"keys" | b"smembers" | b"sinter" | b"sunion" | b"sdiff" | b"hgetall" | b"hkeys" | b"hvals" => Rule::Unordered,
        b"sort" | b"sort_ro" => sorting(words),
        b"scan" | b"hscan" | b"sscan" | b"zscan" => Rule::Scanned,
        b"hrandfield" | b"srandmember" | b"zrandmember" => Rule::Sampled,
        b"ttl" | b"expiretime" => Rule::Within(1),
        b"pttl" | b"pexpiretime" => Rule::Within(2 * SLACK_MS),
        // A shared integer's access time is shared too, which the model leaves out; the clock ticks in whole seconds.
        b"object" if is_second("idletime") => Rule::Within(i64::MAX),
        b"xpending" | b"xinfo" => Rule::Timed,
        b"time" => Rule::FirstWithin(1),
        b"randomkey" => Rule::AnyKey,
        _ => Rule::Exact,
    }
}

/// Elements that nothing tells apart come in the order of a hash table: those of a set without an order, and, compared as
/// texts, those with the same text, or none, where a pattern leads, or up to a zero byte. A part of them is any.
fn sorting(words: &[Vec<u8>]) -> Rule {
    let has = |option: &str| words.iter().skip(2).any(|word| word.eq_ignore_ascii_case(option.as_bytes()));
    match (has("alpha") || has("by"), has("limit")) {
        (false, _) => Rule::Exact,
        (true, false) => Rule::Unordered,
        (true, true) => Rule::Length,
    }
}

impl Rule {
    /// The rule for a command that is run by `EXEC`.
    pub fn within_transaction(self, words: &[Vec<u8>]) -> Rule {
        let is_refcount = words.get(1).is_some_and(|word| word.eq_ignore_ascii_case(b"refcount"));
        if is_refcount { Rule::HeldByQueue } else { self }
    }

    /// Whether the replies are the same by this rule.
    pub fn holds(self, model: &Reply, real: &Reply) -> bool {
        if model == real {
            return true;
        }
        match (self, model, real) {
            (Rule::Unordered, Reply::Array(Some(model)), Reply::Array(Some(real))) => sorted(model) == sorted(real),
            (Rule::Scanned, Reply::Array(Some(model)), Reply::Array(Some(real))) => {
                model.len() == 2 && real.len() == 2 && model[0] == real[0] && Rule::Unordered.holds(&model[1], &real[1])
            }
            (Rule::Within(most), Reply::Integer(model), Reply::Integer(real)) => {
                (*model < 0) == (*real < 0) && (model - real).abs() <= most
            }
            (Rule::Setting, Reply::Error(model), Reply::Error(real)) => {
                model.starts_with("CACHESCOPE this setting is not modelled") && real.starts_with("ERR Unknown option")
            }
            (Rule::Near, Reply::Integer(model), Reply::Integer(real)) => (model - real).abs() <= 256.max(real / 4),
            (Rule::FirstWithin(most), Reply::Array(Some(model)), Reply::Array(Some(real))) => {
                model.len() == real.len() && (number(&model[0]) - number(&real[0])).abs() <= most
            }
            (Rule::HeldByQueue, Reply::Integer(1), Reply::Integer(2)) => true,
            (Rule::Timed, model, real) => same_but_times(model, real),
            (Rule::Sampled | Rule::Length, Reply::Array(Some(model)), Reply::Array(Some(real))) => {
                model.len() == real.len()
            }
            (Rule::AnyKey | Rule::Sampled, Reply::Bulk(Some(_)), Reply::Bulk(Some(_))) => true,
            _ => false,
        }
    }
}

/// Compares replies of `XPENDING` and `XINFO`, where times are after a name that says so, or in the entry of a pending
/// message: `[id, consumer, time, count]` or `[id, time, count]`.
fn same_but_times(model: &Reply, real: &Reply) -> bool {
    let (Reply::Array(Some(model)), Reply::Array(Some(real))) = (model, real) else { return model == real };
    let loose = |place: usize| {
        let after = place.checked_sub(1).map(|before| &model[before]);
        let named =
            [&b"idle"[..], b"seen-time", b"radix-tree-nodes"].map(Reply::bulk).iter().any(|name| after == Some(name));
        let pending = (3..=4).contains(&model.len())
            && place == model.len() - 2
            && matches!(&model[place..], [Reply::Integer(_), Reply::Integer(_)])
            && matches!(model[0], Reply::Bulk(_));
        named || pending
    };
    let same = |place: usize, model: &Reply, real: &Reply| match (model, real) {
        (Reply::Integer(model), Reply::Integer(real)) if loose(place) => (model - real).abs() <= 20 * SLACK_MS,
        _ => same_but_times(model, real),
    };
    model.len() == real.len() && model.iter().zip(real).enumerate().all(|(place, (one, other))| same(place, one, other))
}

fn sorted(replies: &[Reply]) -> Vec<Vec<u8>> {
    let mut encoded: Vec<Vec<u8>> = replies.iter().map(Reply::encode).collect();
    encoded.sort();
    encoded
}

fn number(reply: &Reply) -> i64 {
    match reply {
        Reply::Bulk(Some(digits)) => String::from_utf8_lossy(digits).parse().unwrap(),
        other => panic!("no number: {other}"),
    }
}
