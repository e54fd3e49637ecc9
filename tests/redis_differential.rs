//! Holds the Redis model against a real `redis-server`: both get the same random commands, and their replies are compared.
//!
//! `CACHESCOPE_DIFF_COMMANDS` sets how many commands are run (30,000 unless set), `CACHESCOPE_DIFF_SEED` the seed.
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

use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cachescope::redis::{Config, Millis, REDIS_VERSION, Reply, Server, Session, quoted};
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
        let model = self.model.execute(&mut self.sessions[connection], Millis(ended), words);
        if ended - began >= SLACK_MS as u64 {
            // The machine stood still: nobody knows when the real server ran the command.
            self.start_afresh();
            return;
        }
        self.note(connection, words, &real);
        match (&model, &real) {
            (Reply::Array(Some(model)), Reply::Array(Some(real))) if named(words, "exec") => {
                self.compare_executed(connection, model, real);
            }
            _ => self.compare(rule, &words_text(words), &model, &real),
        }
        self.follow_queue(connection, rule, words, &real);
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
                self.step(0, &vec![b"lrange".to_vec(), key, b"0".to_vec(), b"-1".to_vec()]);
            }
        }
        self.step(0, &line("select 0"));
        let report = self.clients[0].call(&["INFO", "stats"]);
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
    let commands = setting("CACHESCOPE_DIFF_COMMANDS", 30_000);
    let seed = setting("CACHESCOPE_DIFF_SEED", 1);
    let mut generator = Generator::new(seed);
    let mut pair = Pair::new(&[], Config::default(), seed);
    for number in 1..=commands {
        let connection = generator.below(CONNECTIONS as u64) as usize;
        let words = generator.command(unix_ms());
        if named(&words, "randomkey") && (pair.has_unnoticed_keys() || pair.sessions[connection].in_transaction()) {
            continue;
        }
        pair.step(connection, &words);
        if generator.one_in(400) {
            std::thread::sleep(Duration::from_millis(generator.below(40)));
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
