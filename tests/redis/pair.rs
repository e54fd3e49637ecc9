//! The model and a real server that get the same commands, and the comparison of what each of their clients then gets.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use cachescope::redis::{
    Allocator, Config, Limits, Millis, REDIS_VERSION, Reply, Server, Session, find_command, quoted,
};

use crate::compare::{Rule, SLACK_MS, rule};
use crate::generate::Words;
use crate::real::{Client, RealServer, info_field};

pub const CONNECTIONS: usize = 3;

/// How often each command was compared: with a reply that is no error, and in all.
pub type Seen = BTreeMap<&'static str, (u64, u64)>;

pub fn unix_ms() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64
}

/// The two sides, and what is needed to compare them.
pub struct Pair {
    process: RealServer,
    clients: Vec<Client>,
    /// A connection that only asks for counters, and the model's for the same.
    observers: (Client, Session),
    pub model: Server,
    pub sessions: Vec<Session>,
    /// The rules and the texts of each connection's queued commands.
    queued: Vec<Vec<(Rule, String)>>,
    /// To how many channels and patterns each connection listens.
    pub listening: Vec<i64>,
    limits: Limits,
    /// Changes of the model alone since the last snapshot.
    uncounted: i64,
    recent: VecDeque<String>,
    pub seen: Seen,
    pub stalls: u64,
    seed: u64,
    version: String,
}

impl Pair {
    pub fn new(settings: &[&str], mut config: Config, seed: u64) -> Pair {
        let process = RealServer::start(settings);
        let mut observer = process.connect();
        assert_eq!(observer.call(&["DEBUG", "SET-ACTIVE-EXPIRE", "0"]), Reply::OK);
        let version = info_field(&observer.call(&["INFO", "server"]), "redis_version");
        let report = observer.call(&["INFO", "memory"]);
        let bundled = info_field(&report, "mem_allocator").starts_with("jemalloc-5.2");
        config.allocator = if bundled { Allocator::Bundled } else { Allocator::System };
        let mut pair = Pair {
            process,
            clients: Vec::new(),
            observers: (observer, Session::default()),
            limits: config.limits,
            uncounted: 0,
            model: Server::new(config, seed),
            sessions: Vec::new(),
            queued: Vec::new(),
            listening: Vec::new(),
            recent: VecDeque::new(),
            seen: Seen::new(),
            stalls: 0,
            seed,
            version,
        };
        pair.model.record_changes(false);
        pair.observers.1 = with_number_of(&mut pair.observers.0, &mut pair.model);
        pair.connect();
        pair
    }

    /// Gives both sides new clients, which have the same numbers.
    fn connect(&mut self) {
        for session in self.sessions.drain(..) {
            self.model.disconnect(session);
        }
        self.clients = (0..CONNECTIONS).map(|_| self.process.connect()).collect();
        for client in &mut self.clients {
            self.sessions.push(with_number_of(client, &mut self.model));
        }
        self.queued = vec![Vec::new(); CONNECTIONS];
        self.listening = vec![0; CONNECTIONS];
    }

    /// The number of a connection.
    pub fn id(&self, connection: usize) -> u64 {
        self.sessions[connection].id().0
    }

    /// The expiries of all keys, that may matter to what a command sees.
    fn expiries(&self) -> impl Iterator<Item = u64> {
        let databases = (0..self.model.config().databases).flat_map(|db| self.model.keys_in_order_of(db));
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

    /// Runs a command on both sides and compares what all clients get.
    pub fn step(&mut self, connection: usize, words: &Words) {
        self.wait_for_clear_time();
        let rule = rule(words);
        if words[0].to_ascii_lowercase().starts_with(b"sort") {
            self.clear_errno();
        }
        let began = unix_ms();
        let real = self.clients[connection].call(words);
        let ended = unix_ms();
        let model = self.model.execute(&mut self.sessions[connection], Millis(ended), &with_same_id(words, &real));
        let model = if model == Reply::Later { self.wait_in_vain() } else { model };
        self.sessions[connection].take_wait();
        if ended - began >= SLACK_MS as u64 {
            // The machine stood still: nobody knows when the real server ran the command.
            self.start_afresh();
            return;
        }
        self.note(connection, words, &real);
        if named(words, "spop") && !real.is_error() {
            self.compare_pushes();
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
            (Reply::Several(model), _) => self.compare_several(connection, words, model, real.clone()),
            _ => self.compare(rule, &words_text(words), &model, &real),
        }
        if let (true, Reply::Array(Some(parts))) = (words[0].to_ascii_lowercase().ends_with(b"subscribe"), &real) {
            self.listening[connection] = last_count(&model).or_else(|| last_count_of(parts)).unwrap_or(0);
        }
        self.compare_pushes();
        self.follow_queue(connection, rule, words, &real);
    }

    /// `SORT` takes a number for broken when an earlier command, whichever it was, has met one that is out of range and has
    /// left that in C's `errno`. Reading an identifier sets it to 0, and a wrong one has no other effect.
    fn clear_errno(&mut self) {
        assert!(self.observers.0.call(&["XRANGE", "none", "00x", "+"]).is_error());
    }

    /// The command waits in the model; the real server has waited for nothing already, since no one else ran a command.
    fn wait_in_vain(&mut self) -> Reply {
        let end = self.model.next_wait_ends().unwrap();
        self.model.end_waits(end);
        let mut unblocked = self.model.take_unblocked();
        assert_eq!(unblocked.len(), 1, "nobody else waits");
        unblocked.remove(0).reply
    }

    /// Several replies to one command, of which the first is here. Channels are left in no order.
    fn compare_several(&mut self, connection: usize, words: &Words, model: &[Reply], first: Reply) {
        let mut real = vec![first];
        while real.len() < model.len() {
            real.push(self.clients[connection].receive());
        }
        let same = if words.len() > 1 { model == real } else { channels(model) == channels(&real) };
        if !same {
            let [model, real] = [Reply::Array(Some(model.to_vec())), Reply::Array(Some(real))];
            self.fail(&format!("{}\nthe model answered\n{model}\nand the real server\n{real}", words_text(words)));
        }
    }

    /// Compares what clients are sent without having asked. A client that gets several messages by one command may get them
    /// in another order, for Redis keeps patterns in a hash table; `redis_waiting.rs` compares orders.
    fn compare_pushes(&mut self) {
        let mut expected: Vec<Vec<Vec<u8>>> = vec![Vec::new(); CONNECTIONS];
        for push in self.model.take_pushes() {
            if let Some(client) = self.sessions.iter().position(|session| session.id() == push.client) {
                expected[client].push(push.message.encode());
            }
        }
        for (client, mut messages) in expected.into_iter().enumerate() {
            let mut real: Vec<Vec<u8>> = Vec::new();
            for _ in 0..messages.len() {
                let Some(message) = self.clients[client].receive_within(Duration::from_secs(3)) else { break };
                real.push(message.encode());
            }
            messages.sort();
            real.sort();
            if messages != real {
                let texts =
                    |list: &[Vec<u8>]| list.iter().map(|message| quoted(message)).collect::<Vec<_>>().join("\n");
                let (ours, theirs) = (texts(&messages), texts(&real));
                self.fail(&format!(
                    "connection {client} is sent by the model\n{ours}\nand by the real server\n{theirs}"
                ));
            }
        }
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
        let counted = self.model_changes();
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
        // Only the model ran these, so only it has told of them and counted them.
        self.model.take_pushes();
        self.uncounted += self.model_changes() - counted;
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
        if named(words, "save") && *reply == Reply::OK {
            self.uncounted = 0;
        }
        if let Some(name) = name_of(words) {
            let (fine, all) = self.seen.entry(name).or_default();
            *fine += u64::from(!reply.is_error());
            *all += 1;
        }
        if self.recent.len() == 60 {
            self.recent.pop_front();
        }
        self.recent.push_back(format!("{connection}> {}\n{reply}", words_text(words)));
    }

    pub fn fail(&self, what: &str) -> ! {
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
        self.model.take_pushes();
        self.connect();
        self.reset_settings();
        self.uncounted = 0;
        for words in [&["FLUSHALL"][..], &["SAVE"], &["CONFIG", "RESETSTAT"]] {
            self.clients[0].call(words);
            self.model.execute(&mut self.sessions[0], Millis(unix_ms()), words);
        }
    }

    /// Undoes what random commands have set.
    fn reset_settings(&mut self) {
        let limits = self.limits;
        let numbers = [
            ("hash-max-listpack-entries", limits.hash_entries),
            ("hash-max-listpack-value", limits.hash_value),
            ("set-max-intset-entries", limits.set_integers),
            ("zset-max-listpack-entries", limits.sorted_entries),
            ("zset-max-listpack-value", limits.sorted_value),
            ("stream-node-max-bytes", limits.stream_bytes),
            ("stream-node-max-entries", limits.stream_entries),
        ];
        let mut words: Vec<String> = ["CONFIG", "SET", "notify-keyspace-events", ""].map(str::to_owned).into();
        words.extend(numbers.into_iter().flat_map(|(name, number)| [name.to_owned(), number.to_string()]));
        let real = self.clients[0].call(&words);
        let model = self.model.execute(&mut self.sessions[0], Millis(unix_ms()), &words);
        assert_eq!((model, real), (Reply::OK, Reply::OK));
    }

    /// Compares the whole keyspace and the counters of look-ups.
    pub fn compare_states(&mut self) {
        for connection in 0..CONNECTIONS {
            for words in ["unsubscribe", "punsubscribe", "discard", "client tracking off"] {
                self.step(connection, &line(words));
            }
        }
        for db in 0..self.model.config().databases {
            self.step(0, &line(&format!("select {db}")));
            self.step(0, &line("dbsize"));
            let keys: Vec<Vec<u8>> = self.model.keys_in_order_of(db).map(|(key, _)| key.to_vec()).collect();
            for key in keys {
                for question in QUESTIONS {
                    let words = question.split(' ').map(|word| match word {
                        "$key" => key.clone(),
                        word => word.into(),
                    });
                    self.step(0, &words.collect());
                }
            }
        }
        self.step(0, &line("select 0"));
        self.compare_counters();
    }

    /// Compares the counters of look-ups, and of changes since the last snapshot.
    pub fn compare_counters(&mut self) {
        let words = ["INFO", "stats", "persistence"];
        let report = self.observers.0.call(&words);
        let ours = self.model.execute(&mut self.observers.1, Millis(unix_ms()), &words);
        for (field, surplus) in [
            ("keyspace_hits", 0),
            ("keyspace_misses", 0),
            ("expired_keys", 0),
            ("rdb_changes_since_last_save", self.uncounted),
        ] {
            let number = |report| info_field(report, field).parse::<i64>().unwrap();
            let (model, real) = (number(&ours) - surplus, number(&report));
            if model != real {
                self.fail(&format!("{field}: the model counted {model}, the real server {real}"));
            }
        }
    }

    fn model_changes(&mut self) -> i64 {
        let report = self.model.execute(&mut self.observers.1, Millis(unix_ms()), &["INFO", "persistence"]);
        info_field(&report, "rdb_changes_since_last_save").parse().unwrap()
    }

    /// Whether a key's time is over, or will be when the next command is run, and nobody has noticed: what `RANDOMKEY` then
    /// removes is up to its randomness.
    pub fn has_unnoticed_keys(&self) -> bool {
        let soon = unix_ms() + 3 * SLACK_MS as u64;
        self.expiries().any(|at| at < soon)
    }
}

/// A connection of the model with the same number as one of the real server. Those before it are closed at once.
fn with_number_of(client: &mut Client, model: &mut Server) -> Session {
    let Reply::Integer(wanted) = client.call(&["CLIENT", "ID"]) else { panic!("no number") };
    loop {
        let mut session = Session::default();
        model.execute(&mut session, Millis(unix_ms()), &["CLIENT", "ID"]);
        if session.id().0 >= wanted as u64 {
            return session;
        }
        model.disconnect(session);
    }
}

/// What is asked of each key; most questions suit one type only, and the others answer the same error.
const QUESTIONS: [&str; 10] = [
    "type $key",
    "pexpiretime $key",
    "object encoding $key",
    "get $key",
    "hgetall $key",
    "smembers $key",
    "xinfo stream $key full",
    "xinfo groups $key",
    "zrange $key 0 -1 withscores",
    "lrange $key 0 -1",
];

/// The command or subcommand that is called, if there is one.
pub fn name_of(words: &Words) -> Option<&'static str> {
    let command = find_command(words.first()?)?;
    let subcommand = words.get(1).and_then(|word| {
        let own = String::from_utf8_lossy(word).to_ascii_lowercase();
        command.subcommands.iter().find(|one| one.name.split_once('|').is_some_and(|(_, name)| name == own))
    });
    Some(subcommand.unwrap_or(command).name)
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

/// The channels of confirmations.
fn channels(replies: &[Reply]) -> Vec<Vec<u8>> {
    let mut names: Vec<Vec<u8>> = replies.iter().flat_map(elements).collect();
    names.sort();
    names
}

/// The count at the end of the last confirmation.
fn last_count(reply: &Reply) -> Option<i64> {
    match reply {
        Reply::Several(replies) => replies.last().and_then(last_count),
        Reply::Array(Some(parts)) => last_count_of(parts),
        _ => None,
    }
}

fn last_count_of(parts: &[Reply]) -> Option<i64> {
    match parts.last() {
        Some(Reply::Integer(count)) => Some(*count),
        _ => None,
    }
}

pub fn words_text(words: &Words) -> String {
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

pub fn named(words: &Words, name: &str) -> bool {
    words.first().is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()))
}

pub fn line(text: &str) -> Words {
    text.split(' ').map(|word| word.as_bytes().to_vec()).collect()
}
