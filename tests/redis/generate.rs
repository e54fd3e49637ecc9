//! Random commands over small pools of keys and values, so that they collide; some are wrong on purpose.

use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

use cachescope::redis::{COMMANDS, Command};

use crate::pools::{
    ELEMENTS, FLOATS, INTEGERS, KEYED_EXPIRY, KEYS, LIST_KEYS, LONG_SECONDS, MANY_KEYS, MEMBERS, ONE_KEY, OPTIONS,
    PATTERNS, PUSHES, TYPED_KEYS, VALUES,
};

use crate::templates::{self, fill};

/// A command's words.
pub type Words = Vec<Vec<u8>>;

/// The generator of one test.
pub struct Generator {
    random: Xoshiro256PlusPlus,
    /// The templates that are used.
    groups: &'static [&'static [&'static str]],
    /// How many identifiers of stream entries were given.
    ids: u64,
    /// The numbers of the clients, if there are several that are to take notice of each other.
    clients: Vec<u64>,
}

/// All templates of what is done to keys.
const GROUPS: &[&[&str]] = &[
    templates::HASHES,
    templates::LISTS,
    templates::SETS,
    templates::SORTED_SETS,
    templates::STREAMS,
    templates::ORDERING,
];

/// All templates.
const ALL_GROUPS: &[&[&str]] = &[
    templates::HASHES,
    templates::LISTS,
    templates::SETS,
    templates::SORTED_SETS,
    templates::STREAMS,
    templates::ORDERING,
    templates::SERVING,
];

/// Commands that are not made of any words at random: what they do depends on more than the words, or ends with them.
const NEVER_SCRAMBLED: [&str; 14] = [
    "bgrewriteaof",
    "bgsave",
    "command",
    "config",
    "hscan",
    "info",
    "memory",
    "psubscribe",
    "save",
    "scan",
    "sscan",
    "subscribe",
    "wait",
    "zscan",
];

impl Generator {
    /// Commands that do something to keys.
    pub fn new(seed: u64) -> Generator {
        Generator { random: Xoshiro256PlusPlus::seed_from_u64(seed), groups: GROUPS, ids: 0, clients: Vec::new() }
    }

    /// All commands, by several clients with these numbers.
    #[allow(dead_code, reason = "not every test that includes this file needs it")]
    pub fn of_everything(seed: u64) -> Generator {
        Generator { groups: ALL_GROUPS, ..Generator::new(seed) }
    }

    /// Tells the numbers of the clients.
    #[allow(dead_code, reason = "not every test that includes this file needs it")]
    pub fn tell_clients(&mut self, clients: Vec<u64>) {
        self.clients = clients;
    }

    /// The number of a client.
    pub fn client(&mut self) -> u64 {
        let clients = std::mem::take(&mut self.clients);
        let client = if clients.is_empty() { 0 } else { self.pick(&clients) };
        self.clients = clients;
        client
    }

    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.random.next_u64() % bound
    }

    pub fn one_in(&mut self, odds: u64) -> bool {
        self.below(odds) == 0
    }

    pub fn pick<T: Copy>(&mut self, pool: &[T]) -> T {
        pool[self.below(pool.len() as u64) as usize]
    }

    fn key(&mut self) -> &'static [u8] {
        let key = self.pick(&KEYS);
        // Lists live longer when other commands seldom meet their keys.
        if LIST_KEYS.contains(&key) && !self.one_in(4) { KEYS[0] } else { key }
    }

    /// A key that holds a value of this type most of the time, or any key.
    pub fn key_of(&mut self, kind: &str) -> &'static [u8] {
        if self.one_in(20) {
            return if self.one_in(2) { self.key() } else { self.pick(&TYPED_KEYS).1[0] };
        }
        let keys = TYPED_KEYS.iter().find_map(|(name, keys)| (*name == kind).then_some(*keys));
        self.pick(keys.unwrap_or_else(|| panic!("no keys are called {kind}")))
    }

    /// A key of any type.
    pub fn any_key(&mut self) -> &'static [u8] {
        let (_, keys) = self.pick(&TYPED_KEYS);
        if self.one_in(4) { self.key() } else { self.pick(keys) }
    }

    /// An identifier that no entry has yet, seldom with its number left open.
    pub fn next_id(&mut self) -> Vec<u8> {
        self.ids += 1;
        let (time, number) = (self.ids / 3, self.ids % 3);
        if self.one_in(12) { format!("{}-*", time + 1).into_bytes() } else { format!("{time}-{number}").into_bytes() }
    }

    /// An identifier that some stream may have among its last ones, or one that is wrong.
    pub fn old_id(&mut self) -> Vec<u8> {
        if self.one_in(12) {
            return self
                .pick(&["0", "0-0", "x", "-", "5-", "18446744073709551615-18446744073709551615", "007-+1", "1-1-1"])
                .into();
        }
        let id = self.ids.saturating_sub(self.below(60));
        let (time, number) = (id / 3, id % 3);
        if self.one_in(4) { time.to_string().into_bytes() } else { format!("{time}-{number}").into_bytes() }
    }

    /// An end of a range of identifiers.
    pub fn id_bound(&mut self) -> Vec<u8> {
        match self.below(6) {
            0 => b"-".to_vec(),
            1 => b"+".to_vec(),
            2 => [b"(".to_vec(), self.old_id()].concat(),
            _ => self.old_id(),
        }
    }

    fn list_key(&mut self) -> &'static [u8] {
        if self.one_in(4) { self.key() } else { self.pick(&LIST_KEYS) }
    }

    pub fn element(&mut self) -> &'static [u8] {
        if self.one_in(4) { self.value() } else { self.pick(&ELEMENTS) }
    }

    pub fn value(&mut self) -> &'static [u8] {
        self.pick(&VALUES)
    }

    pub fn integer(&mut self) -> &'static [u8] {
        self.pick(&INTEGERS)
    }

    /// An integer that often is an index of a short list.
    pub fn small_integer(&mut self) -> &'static [u8] {
        if self.one_in(4) { self.integer() } else { INTEGERS[self.below(7) as usize] }
    }

    /// A random number with a fraction and an exponent.
    pub fn float(&mut self) -> Vec<u8> {
        let sign = self.pick(&["", "-", "+"]);
        let digits = 1 + self.below(24) as usize;
        let number: String = (0..digits).map(|_| char::from(b'0' + self.below(10) as u8)).collect();
        let point = self.below(digits as u64 + 1) as usize;
        let (whole, fraction) = number.split_at(point);
        let exponent = if self.one_in(2) { String::new() } else { format!("e{}", self.below(44) as i64 - 22) };
        format!("{sign}{whole}.{fraction}{exponent}").into_bytes()
    }

    /// A random pattern of few characters.
    fn pattern(&mut self) -> Vec<u8> {
        (0..=self.below(7)).map(|_| b"[]^*?\\-ab1u:*?"[self.below(14) as usize]).collect()
    }

    /// The next command. `now` is in Unix milliseconds.
    pub fn command(&mut self, now: u64) -> Words {
        let mut words = self.well_formed(now);
        if self.one_in(30) {
            words.pop();
        }
        if words.is_empty() || self.one_in(60) {
            words.push(self.value().to_vec());
            // A value in the place of a time to wait could be for ever.
            if words[0].starts_with(b"b") {
                words.push(b"0.001".to_vec());
            }
        }
        if self.one_in(8) {
            words[0].make_ascii_uppercase();
        }
        words
    }

    fn well_formed(&mut self, now: u64) -> Words {
        if !self.clients.is_empty() && self.one_in(6) {
            return self.scrambled();
        }
        if self.one_in(2) {
            return self.filled();
        }
        match self.below(100) {
            0..18 => self.one_key(),
            18..32 => self.set(now),
            32..38 => self.setters(now),
            38..46 => self.expiry(now),
            46..56 => self.parts_and_counters(),
            56..64 => self.pushes(),
            64..74 => self.list_parts(),
            74..79 => self.many(),
            79..84 => self.moves(),
            84..89 => self.listing(),
            89..93 => self.getex(now),
            93..97 => self.transaction(),
            _ => self.rest(),
        }
    }

    /// A command of one of the templates.
    fn filled(&mut self) -> Words {
        let group = self.groups[self.below(self.groups.len() as u64) as usize];
        let template = self.pick(group);
        fill(self, template)
    }

    /// Any command with words that seldom suit it: keys of every type, numbers and options of others.
    fn scrambled(&mut self) -> Words {
        let command = &COMMANDS[self.below(COMMANDS.len() as u64) as usize];
        if NEVER_SCRAMBLED.contains(&command.name) {
            return self.filled();
        }
        let command = match command.subcommands.len() as u64 {
            0 => command,
            count => &command.subcommands[self.below(count) as usize],
        };
        let mut words: Words = command.name.split('|').map(|part| part.as_bytes().to_vec()).collect();
        let least = command.arity.unsigned_abs() as usize;
        let count = if command.arity < 0 { least + self.below(5) as usize } else { least };
        while words.len() < count {
            words.push(self.scrambled_word(command, count, words.len()));
        }
        // Waits must end: their time is the first word or the last one.
        match command.name {
            "blmpop" | "bzmpop" => words[1] = b"0.001".to_vec(),
            name if name.starts_with('b') => words[count - 1] = b"0.001".to_vec(),
            _ => {}
        }
        words
    }

    fn scrambled_word(&mut self, command: &Command, count: usize, place: usize) -> Vec<u8> {
        let is_key = command.key_arguments(count).any(|argument| argument == place);
        match self.below(8) {
            _ if is_key => self.any_key().to_vec(),
            0..2 => self.any_key().to_vec(),
            2..4 => self.small_integer().to_vec(),
            4..6 => self.pick(&OPTIONS).as_bytes().to_vec(),
            6 => self.pick(&MEMBERS).to_vec(),
            _ => self.old_id(),
        }
    }

    fn one_key(&mut self) -> Words {
        let name = self.pick(&ONE_KEY);
        words(&[name.as_bytes(), self.key()])
    }

    fn set(&mut self, now: u64) -> Words {
        let mut command = words(&[b"set", self.key(), self.value()]);
        while self.one_in(2) && command.len() < 9 {
            match self.below(10) {
                0 => command.push(b"NX".to_vec()),
                1 => command.push(b"xx".to_vec()),
                2 => command.push(b"GET".to_vec()),
                3 => command.push(b"keepttl".to_vec()),
                4 if self.one_in(4) => command.push(b"bogus".to_vec()),
                _ => self.push_expiry_option(&mut command, now),
            }
        }
        command
    }

    fn getex(&mut self, now: u64) -> Words {
        let mut command = words(&[b"getex", self.key()]);
        match self.below(6) {
            0 => {}
            1 => command.push(b"PERSIST".to_vec()),
            2 if self.one_in(3) => command.extend(words(&[b"persist", b"nx"])),
            _ => self.push_expiry_option(&mut command, now),
        }
        command
    }

    fn push_expiry_option(&mut self, command: &mut Words, now: u64) {
        let option: &str = self.pick(&["EX", "px", "EXAT", "pxat"]);
        command.push(option.as_bytes().to_vec());
        let absolute = option.len() == 4;
        let seconds = option.eq_ignore_ascii_case("ex") || option == "EXAT";
        command.push(self.expiry_number(now, absolute, seconds));
    }

    /// A number for an expiry: mostly far away, sometimes soon, past or wrong. Whole seconds are never soon, so that what
    /// falls due soon is known to the millisecond.
    fn expiry_number(&mut self, now: u64, absolute: bool, seconds: bool) -> Vec<u8> {
        let (scale, base) = match (seconds, absolute) {
            (true, true) => (1, now / 1000),
            (true, false) => (1, 0),
            (false, true) => (1000, now),
            (false, false) => (1000, 0),
        };
        match self.below(10) {
            0 => self.integer_not_soon(seconds).to_vec(),
            1 if absolute => (base - 5000).to_string().into_bytes(),
            1..4 if !seconds => (base + 12 + self.below(50)).to_string().into_bytes(),
            _ => {
                let span = LONG_SECONDS.start + self.below(LONG_SECONDS.end - LONG_SECONDS.start);
                (base + span * scale).to_string().into_bytes()
            }
        }
    }

    /// Small positive numbers would fall due too soon to tell on which side of a command.
    fn integer_not_soon(&mut self, seconds: bool) -> &'static [u8] {
        const NOT_SOON: [&[u8]; 8] =
            [b"0", b"-1", b"-100", b"9223372036854775807", b"-9223372036854775808", b"x", b"9223372036854775", b"1.5"];
        let number = self.pick(&NOT_SOON);
        if seconds && self.one_in(5) { b"100" } else { number }
    }

    fn setters(&mut self, now: u64) -> Words {
        let key = self.key();
        match self.below(4) {
            0 => words(&[b"setnx", key, self.value()]),
            1 => words(&[b"getset", key, self.value()]),
            2 => vec![b"setex".to_vec(), key.to_vec(), self.expiry_number(now, false, true), self.value().to_vec()],
            _ => vec![b"psetex".to_vec(), key.to_vec(), self.expiry_number(now, false, false), self.value().to_vec()],
        }
    }

    fn expiry(&mut self, now: u64) -> Words {
        let name = self.pick(&KEYED_EXPIRY);
        let number = self.expiry_number(now, name.ends_with("at"), !name.starts_with('p'));
        let mut command = vec![name.as_bytes().to_vec(), self.key().to_vec(), number];
        while self.one_in(3) {
            command.push(self.pick(&["NX", "xx", "GT", "lt", "bogus"]).as_bytes().to_vec());
        }
        command
    }

    fn parts_and_counters(&mut self) -> Words {
        let key = self.key();
        match self.below(8) {
            0 => words(&[b"append", key, self.value()]),
            1 => words(&[b"incrby", key, self.integer()]),
            2 => words(&[b"decrby", key, self.integer()]),
            3 => words(&[b"incrbyfloat", key, self.pick(&FLOATS)]),
            4 => vec![b"incrbyfloat".to_vec(), key.to_vec(), self.float()],
            5 => words(&[b"getrange", key, self.integer(), self.integer()]),
            6 => words(&[b"substr", key, self.integer(), self.integer()]),
            _ => {
                let offset =
                    self.pick(&[&b"0"[..], b"3", b"10", b"60", b"-1", b"536870912", b"9223372036854775807", b"x"]);
                words(&[b"setrange", key, offset, self.value()])
            }
        }
    }

    fn pushes(&mut self) -> Words {
        let mut command = words(&[self.pick(&PUSHES).as_bytes(), self.list_key()]);
        for _ in 0..=self.below(4) {
            command.push(self.element().to_vec());
        }
        command
    }

    fn list_parts(&mut self) -> Words {
        let key = self.list_key();
        match self.below(7) {
            0 => words(&[b"lrange", key, self.integer(), self.integer()]),
            1 => words(&[b"ltrim", key, self.small_integer(), self.small_integer()]),
            2 => words(&[b"lindex", key, self.integer()]),
            3 => words(&[b"lrem", key, self.small_integer(), self.element()]),
            4 => words(&[b"lset", key, self.small_integer(), self.element()]),
            5 => words(&[b"lpop", key, self.integer()]),
            _ => words(&[b"rpop", key, self.integer()]),
        }
    }

    fn many(&mut self) -> Words {
        if self.one_in(2) {
            let mut command = words(&[self.pick(&MANY_KEYS).as_bytes()]);
            for _ in 0..=self.below(4) {
                command.push(self.key().to_vec());
            }
            return command;
        }
        let mut command = words(&[self.pick(&["mset", "msetnx"]).as_bytes()]);
        for _ in 0..=self.below(3) {
            command.extend(words(&[self.key(), self.value()]));
        }
        command
    }

    fn moves(&mut self) -> Words {
        let (source, destination) = (self.key(), self.key());
        if self.one_in(2) {
            return words(&[self.pick(&["rename", "renamenx"]).as_bytes(), source, destination]);
        }
        let mut command = words(&[b"copy", source, destination]);
        while self.one_in(2) {
            match self.below(3) {
                0 => command.push(b"REPLACE".to_vec()),
                1 => command.extend(words(&[b"DB", self.pick(&["0", "1", "2", "99", "-1", "x"]).as_bytes()])),
                _ => command.extend(words(&[self.pick(&["db", "bogus", "replace"]).as_bytes()])),
            }
        }
        command
    }

    fn listing(&mut self) -> Words {
        match self.below(5) {
            0 => words(&[b"keys", self.pick(&PATTERNS)]),
            1 => vec![b"keys".to_vec(), self.pattern()],
            2 => words(&[b"dbsize"]),
            3 => words(&[b"randomkey"]),
            _ => self.scan(),
        }
    }

    /// A scan that returns everything at once, or that is wrong: how many keys a partial one returns is up to the hash
    /// table.
    fn scan(&mut self) -> Words {
        let mut command = words(&[b"scan", b"0", b"COUNT", b"10000"]);
        match self.below(6) {
            0 => command[3] = self.pick(&["0", "-1", "x", ""]).as_bytes().to_vec(),
            1 => command[1] = self.pick(&["x", "-", "1x", "99999999999999999999", ""]).as_bytes().to_vec(),
            2 => command.extend(words(&[b"MATCH", self.pick(&PATTERNS)])),
            3 => command.extend(words(&[b"TYPE", self.pick(&["string", "LIST", "hash", "none"]).as_bytes()])),
            4 => command.push(self.pick(&["MATCH", "TYPE", "bogus"]).as_bytes().to_vec()),
            _ => {}
        }
        command
    }

    fn transaction(&mut self) -> Words {
        match self.below(8) {
            0 | 1 => words(&[b"multi"]),
            2..5 => words(&[b"exec"]),
            5 => words(&[b"discard"]),
            6 => words(&[b"watch", self.key(), self.key()]),
            _ => words(&[b"unwatch"]),
        }
    }

    fn rest(&mut self) -> Words {
        match self.below(24) {
            0..4 => words(&[b"object", b"encoding", self.key()]),
            4..8 => words(&[b"object", b"refcount", self.key()]),
            8 => words(&[b"object", b"idletime", self.key()]),
            9 => words(&[b"object", b"freq", self.key()]),
            10 => words(&[b"object", b"bogus", self.key()]),
            11 => words(&[b"ping"]),
            12 => words(&[b"ping", self.value()]),
            13 => words(&[b"echo", self.value()]),
            14..19 => {
                words(&[b"select", self.pick(&["0", "0", "0", "1", "2", "16", "-1", "x", "99999999999"]).as_bytes()])
            }
            19 => words(&[b"flushdb"]),
            20 if self.one_in(4) => words(&[b"flushall", self.pick(&["async", "SYNC", "bogus"]).as_bytes()]),
            21 => words(&[b"time"]),
            22 => words(&[b"bogus", self.value(), self.key()]),
            _ => words(&[b"dbsize"]),
        }
    }
}

/// Whether chance decides which elements are sorted, and so which keys are looked up for them or what is stored.
#[allow(dead_code, reason = "not every test that includes this file needs it")]
pub fn sorts_by_chance(words: &Words) -> bool {
    let has = |option: &str| words.iter().skip(2).any(|word| word.eq_ignore_ascii_case(option.as_bytes()));
    let name = words[0].to_ascii_lowercase();
    let unordered = has("alpha") || has("by");
    name.starts_with(b"sort")
        && unordered
        && (has("limit") && (has("get") || has("store")) || has("store") && has("by"))
}

/// Whether a command does the same whenever and wherever it is run: it does not wait and leaves nothing to chance.
#[allow(dead_code, reason = "not every test that includes this file needs it")]
pub fn is_repeatable(words: &Words) -> bool {
    let name = words[0].to_ascii_lowercase();
    let waits = name.starts_with(b"b") || words.iter().any(|word| word.eq_ignore_ascii_case(b"block"));
    // A real SORT may fail by what an earlier command has left in C's `errno`.
    let is_chance =
        matches!(name.as_slice(), b"spop" | b"sort") || name == b"xadd" && words.iter().any(|word| word == b"*");
    !waits && !is_chance
}

fn words(parts: &[&[u8]]) -> Words {
    parts.iter().map(|part| part.to_vec()).collect()
}
