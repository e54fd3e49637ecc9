//! Holds the Redis model against a real `redis-server`: both get the same random commands, and their replies are compared.
//!
//! `CACHESCOPE_DIFF_COMMANDS` sets how many commands are run (30,000 unless set), `CACHESCOPE_DIFF_SEED` the seed.
//! `CACHESCOPE_DIFF_COUNTERS=1` compares the counters of look-ups after each command, to find the one that differs.
//!
//! Which commands there are is in `redis/templates.rs` and `redis/generate.rs`; how replies are compared that depend on
//! chance, time or a hash table's order is in `redis/compare.rs`. What waits for other clients and what they are sent
//! unasked is in `redis_waiting.rs`.
//!
//! Excluded from the random commands, with the reason: eviction, which samples at random (see `redis_eviction.rs` for its
//! effect); the active expiry cycle, which is switched off on both sides because its moments are up to the machine; commands
//! that the model does not have, for some of them stop or block a server.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "redis/compare.rs"]
mod compare;
#[path = "redis/generate.rs"]
mod generate;
#[path = "redis/pools.rs"]
mod pools;
#[path = "redis/real.rs"]
mod real;
#[path = "redis/templates.rs"]
mod templates;

use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cachescope::redis::{Config, Limits, Millis, REDIS_VERSION, Reply, Server, Session, quoted};
use compare::{Rule, SLACK_MS, rule};
use generate::{Generator, Words};
use real::{Client, RealServer, info_field};

const CONNECTIONS: usize = 3;
const DATABASES: u8 = 3;

fn unix_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number, it is '{text}'")),
        Err(_) => default,
    }
}

/// The two sides, and what is needed to compare them.
struct Pair {
    _process: RealServer,
    clients: Vec<Client>,
    /// A connection that only asks for counters.
    observer: Client,
    model: Server,
    sessions: Vec<Session>,
    /// The rules and the texts of each connection's queued commands.
    queued: Vec<Vec<(Rule, String)>>,
    recent: VecDeque<String>,
    stalls: u64,
    seed: u64,
    version: String,
}

impl Pair {
    fn new(settings: &[&str], config: Config, seed: u64) -> Pair {
        let process = RealServer::start(settings);
        let mut clients: Vec<Client> = (0..CONNECTIONS).map(|_| process.connect()).collect();
        assert_eq!(clients[0].call(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]), Reply::OK);
        let version = info_field(&clients[0].call(&["INFO", "server"]), "redis_version");
        Pair {
            version,
            observer: process.connect(),
            _process: process,
            clients,
            model: Server::new(config, seed),
            sessions: vec![Session::default(); CONNECTIONS],
            queued: vec![Vec::new(); CONNECTIONS],
            recent: VecDeque::new(),
            stalls: 0,
            seed,
        }
    }

    /// The expiries of all keys, that may matter to what a command sees.
    fn expiries(&self) -> impl Iterator<Item = u64> {
        let databases = (0..DATABASES).flat_map(|db| self.model.keys_in_order_of(db));
        databases.filter_map(|(_, entry)| entry.expires_at).map(|at| at.0)
    }

    /// Waits while a key is about to expire, so that both sides agree on whether it has.
    fn wait_for_clear_time(&self) {
        let slack = SLACK_MS as u64;
        loop {
            let now = unix_ms();
            let close = self.expiries().filter(|&at| at + slack >= now && at <= now + slack).max();
            let Some(at) = close else { return };
            std::thread::sleep(Duration::from_millis(at + slack + 1 - now));
        }
    }

    /// Runs a command on both sides and compares the replies.
    fn step(&mut self, connection: usize, words: &Words) {
        self.wait_for_clear_time();
        let rule = rule(words);
        let began = unix_ms();
        let real = self.clients[connection].call(words);
        let ended = unix_ms();
        let model = self.model.execute(&mut self.sessions[connection], Millis(ended), &with_same_id(words, &real));
        let model = if model == Reply::Later { self.wait_in_vain() } else { model };
        if ended - began >= SLACK_MS as u64 {
            // The machine stood still: nobody knows when the real server ran the command.
            self.start_afresh();
            return;
        }
        self.note(connection, words, &real);
        if named(words, "spop") && !real.is_error() {
            self.follow_pop(connection, &words[1], &model, &real);
            return;
        }
        if rule == Rule::Sampled && !self.sessions[connection].in_transaction() {
            self.check_sample(connection, words, &real);
        }
        match (&model, &real) {
            (Reply::Array(Some(model)), Reply::Array(Some(real))) if named(words, "exec") => {
                self.compare_executed(connection, model, real);
            }
            _ => self.compare(rule, &words_text(words), &model, &real),
        }
        self.follow_queue(connection, rule, words, &real);
    }

    /// The command waits in the model; the real server has waited for nothing already, since no one else ran a command.
    fn wait_in_vain(&mut self) -> Reply {
        let end = self.model.next_wait_ends().unwrap();
        self.model.end_waits(end);
        let mut unblocked = self.model.take_unblocked();
        assert_eq!(unblocked.len(), 1, "nobody else waits");
        unblocked.remove(0).reply
    }

    /// What `SPOP` takes is random: the model gives back what it took, and removes what the real server took.
    fn follow_pop(&mut self, connection: usize, key: &[u8], model: &Reply, real: &Reply) {
        let (mut ours, mut theirs) = (elements(model), elements(real));
        ours.sort();
        theirs.sort();
        if ours == theirs && model.is_error() == real.is_error() {
            return;
        }
        if ours.len() != theirs.len() || (ours.is_empty() && model != real) {
            self.fail(&format!("SPOP: the model answered\n{model}\nand the real server\n{real}"));
        }
        let now = Millis(unix_ms());
        for (name, members) in [("sadd", &ours), ("srem", &theirs)] {
            for member in members {
                let words = [name.as_bytes(), key, member];
                let reply = self.model.execute(&mut self.sessions[connection], now, &words);
                // A set that was emptied by both was popped whole.
                if name == "srem" && reply != Reply::Integer(1) {
                    self.fail(&format!("SPOP: the real server took {} which the model has not", quoted(member)));
                }
            }
        }
    }

    /// Checks that a random sample of the real server is one of the model's collection.
    fn check_sample(&self, connection: usize, words: &Words, real: &Reply) {
        let key = words.get(1).cloned().unwrap_or_default();
        let mut all: Words = match words[0].to_ascii_lowercase().as_slice() {
            b"hrandfield" => vec![b"hgetall".to_vec()],
            b"srandmember" => vec![b"smembers".to_vec()],
            _ => line("zrange 0 -1 withscores"),
        };
        all.insert(1, key);
        let mut session = self.sessions[connection].clone();
        let known = elements(&self.model.clone().execute(&mut session, Millis(unix_ms()), &all));
        if let Some(stranger) = elements(real).into_iter().find(|element| !known.contains(element)) {
            self.fail(&format!("{}: {} is not in it", words_text(words), quoted(&stranger)));
        }
    }

    fn compare(&self, rule: Rule, command: &str, model: &Reply, real: &Reply) {
        if !rule.holds(model, real) {
            self.fail(&format!("{command}\nthe model answered\n{model}\nand the real server\n{real}"));
        }
    }

    /// Compares what the commands of a transaction answered.
    fn compare_executed(&self, connection: usize, model: &[Reply], real: &[Reply]) {
        let queued = &self.queued[connection];
        if model.len() != real.len() || model.len() != queued.len() {
            self.fail(&format!("EXEC: {} replies of the model, {} real ones", model.len(), real.len()));
        }
        for ((rule, command), (model, real)) in queued.iter().zip(model.iter().zip(real)) {
            self.compare(*rule, &format!("within EXEC: {command}"), model, real);
        }
    }

    fn follow_queue(&mut self, connection: usize, rule: Rule, words: &Words, real: &Reply) {
        if !self.sessions[connection].in_transaction() {
            self.queued[connection].clear();
        } else if *real == Reply::Status("QUEUED".into()) {
            self.queued[connection].push((rule.within_transaction(words), words_text(words)));
        }
    }

    fn note(&mut self, connection: usize, words: &Words, reply: &Reply) {
        if self.recent.len() == 40 {
            self.recent.pop_front();
        }
        self.recent.push_back(format!("{connection}> {}\n{reply}", words_text(words)));
    }

    fn fail(&self, what: &str) -> ! {
        let recent: Vec<&str> = self.recent.iter().map(String::as_str).collect();
        panic!(
            "{what}\nthe model follows Redis {REDIS_VERSION}, the real server is {}\nCACHESCOPE_DIFF_SEED={}\nthe last commands, with the real server's replies:\n{}",
            self.version,
            self.seed,
            recent.join("\n")
        );
    }

    /// Brings both sides to the same empty state.
    fn start_afresh(&mut self) {
        self.stalls += 1;
        for (client, session) in self.clients.iter_mut().zip(&mut self.sessions) {
            client.call(&["DISCARD"]);
            client.call(&["UNWATCH"]);
            client.call(&["SELECT", "0"]);
            let now = Millis(unix_ms());
            for words in [&["DISCARD"][..], &["UNWATCH"], &["SELECT", "0"]] {
                self.model.execute(session, now, words);
            }
        }
        self.queued.iter_mut().for_each(Vec::clear);
        self.clients[0].call(&["FLUSHALL"]);
        self.model.execute(&mut self.sessions[0], Millis(unix_ms()), &["FLUSHALL"]);
        self.clients[0].call(&["CONFIG", "RESETSTAT"]);
        self.model.reset_stats();
    }

    /// Compares the whole keyspace and the counters of look-ups.
    fn compare_states(&mut self) {
        for connection in 0..CONNECTIONS {
            self.step(connection, &line("discard"));
        }
        for db in 0..DATABASES {
            self.step(0, &line(&format!("select {db}")));
            self.step(0, &line("dbsize"));
            let keys: Vec<Vec<u8>> = self.model.keys_in_order_of(db).map(|(key, _)| key.to_vec()).collect();
            for key in keys {
                for question in ["type", "pexpiretime"] {
                    self.step(0, &vec![question.into(), key.clone()]);
                }
                self.step(0, &vec![b"object".to_vec(), b"encoding".to_vec(), key.clone()]);
                self.step(0, &vec![b"get".to_vec(), key.clone()]);
                for question in ["hgetall", "smembers"] {
                    self.step(0, &vec![question.into(), key.clone()]);
                }
                self.step(0, &vec![b"xinfo".to_vec(), b"stream".to_vec(), key.clone(), b"full".to_vec()]);
                self.step(0, &vec![b"xinfo".to_vec(), b"groups".to_vec(), key.clone()]);
                self.step(
                    0,
                    &vec![b"zrange".to_vec(), key.clone(), b"0".to_vec(), b"-1".to_vec(), b"withscores".to_vec()],
                );
                self.step(0, &vec![b"lrange".to_vec(), key, b"0".to_vec(), b"-1".to_vec()]);
            }
        }
        self.step(0, &line("select 0"));
        self.compare_counters();
    }

    fn compare_counters(&mut self) {
        let report = self.observer.call(&["INFO", "stats"]);
        let ours = self.model.execute(&mut Session::default(), Millis(unix_ms()), &["INFO", "stats"]);
        for field in ["keyspace_hits", "keyspace_misses", "expired_keys"] {
            let (model, real) = (info_field(&ours, field), info_field(&report, field));
            if model != real {
                self.fail(&format!("{field}: the model counted {model}, the real server {real}"));
            }
        }
    }

    /// Whether a key's time is over and nobody has noticed: what `RANDOMKEY` then removes is up to its randomness.
    fn has_unnoticed_keys(&self) -> bool {
        let now = unix_ms();
        self.expiries().any(|at| at < now)
    }
}

/// A new stream entry's identifier depends on the time, so the model is given the real server's.
fn with_same_id(words: &Words, real: &Reply) -> Words {
    let mut words = words.clone();
    if let (true, Reply::Bulk(Some(id))) = (named(&words, "xadd"), real)
        && let Some(word) = words.iter_mut().find(|word| *word == b"*")
    {
        word.clone_from(id);
    }
    words
}

/// The strings of a reply.
fn elements(reply: &Reply) -> Vec<Vec<u8>> {
    match reply {
        Reply::Bulk(Some(bytes)) => vec![bytes.clone()],
        Reply::Array(Some(replies)) => replies.iter().flat_map(elements).collect(),
        _ => Vec::new(),
    }
}

fn words_text(words: &Words) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

fn named(words: &Words, name: &str) -> bool {
    words.first().is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
}

fn line(text: &str) -> Words {
    text.split(' ').map(|word| word.as_bytes().to_vec()).collect()
}

#[test]
fn random_commands_get_the_replies_of_a_real_server() {
    compare_random(&[], Config::default(), setting("CACHESCOPE_DIFF_COMMANDS", 30_000));
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
    let config = Config { limits, ..Config::default() };
    compare_random(settings.as_flattened(), config, setting("CACHESCOPE_DIFF_COMMANDS", 30_000) / 3);
}

fn compare_random(settings: &[&str], config: Config, commands: u64) {
    let seed = setting("CACHESCOPE_DIFF_SEED", 1);
    let exact = setting("CACHESCOPE_DIFF_COUNTERS", 0) > 0;
    let mut generator = Generator::new(seed);
    let mut pair = Pair::new(&[&["--hz", "500"], settings].concat(), config, seed);
    for number in 1..=commands {
        let connection = generator.below(CONNECTIONS as u64) as usize;
        let words = generator.command(unix_ms());
        let is_open = pair.sessions[connection].in_transaction();
        if is_open && (named(&words, "spop") || named(&words, "xadd") && words.iter().any(|word| word == b"*")) {
            continue;
        }
        if named(&words, "randomkey") && (pair.has_unnoticed_keys() || pair.sessions[connection].in_transaction()) {
            continue;
        }
        pair.step(connection, &words);
        if generator.one_in(400) {
            std::thread::sleep(Duration::from_millis(generator.below(40)));
        }
        if exact {
            pair.compare_counters();
        }
        if number % 500 == 0 {
            pair.compare_states();
        }
    }
    assert!(
        pair.stalls * 100 < commands,
        "the machine stood still {} times: the comparison is worth little",
        pair.stalls
    );
}
