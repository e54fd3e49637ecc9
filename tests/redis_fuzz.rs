//! Random bytes and random commands through whatever reads them: the typed line, the requests of `examples/resp_server.rs`
//! and the dispatcher. Nothing may panic, and what is promised of the results must hold.
//!
//! It runs for two seconds, or for `CACHESCOPE_FUZZ_SECONDS`; `CACHESCOPE_FUZZ_SEED` sets the seed, which a failure names.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "../examples/resp/request.rs"]
mod request;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use cachescope::redis::{
    AppendFsync, COMMANDS, Config, Crash, EvictionPolicy, Millis, Persistence, Reply, Server, Session, quoted,
    split_bytes, split_line,
};
use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use request::{Parsed, parse};

/// What commands are made of, besides raw bytes.
const WORDS: &[&str] = &[
    "a",
    "b",
    "c",
    "list",
    "0",
    "1",
    "-1",
    "2",
    "7",
    "100",
    "-100",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
    "1.5",
    "-0",
    "1e400",
    "nan",
    "inf",
    "",
    "*",
    "[a-c]*",
    "?",
    "\\",
    "EX",
    "PX",
    "EXAT",
    "PXAT",
    "NX",
    "XX",
    "GT",
    "LT",
    "GET",
    "KEEPTTL",
    "PERSIST",
    "MATCH",
    "COUNT",
    "TYPE",
    "DB",
    "REPLACE",
    "string",
    "ENCODING",
    "FREQ",
    "IDLETIME",
    "SCHEDULE",
    "ASYNC",
    "memory",
    "(",
    ")",
    "+",
    "-",
    "$",
    "~",
    ">",
    "STREAMS",
    "WITHSCORES",
    "LIMIT",
    "LEFT",
    "RIGHT",
    "BEFORE",
    "AFTER",
    "1-1",
    "0-0",
];
const FEW_CASES: u64 = 1_000;

fn setting(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{name} must be a whole number, it is '{text}'")),
        Err(_) => default,
    }
}

/// Runs `case` with new seeds until the time is over, and names the seed that fails.
fn fuzz(case: fn(&mut Random)) {
    let first = setting("CACHESCOPE_FUZZ_SEED", 1);
    let limit = Duration::from_secs(setting("CACHESCOPE_FUZZ_SECONDS", 2));
    let (begun, mut seed) = (Instant::now(), first);
    while begun.elapsed() < limit {
        let mut random = Random(Xoshiro256PlusPlus::seed_from_u64(seed));
        if catch_unwind(AssertUnwindSafe(|| case(&mut random))).is_err() {
            panic!("it fails with CACHESCOPE_FUZZ_SEED={seed}");
        }
        seed += 1;
    }
    let cases = seed - first;
    println!("{cases} cases");
    assert!(cases >= FEW_CASES.min(limit.as_secs() * 100), "only {cases} cases within {limit:?}");
}

struct Random(Xoshiro256PlusPlus);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        (self.0.next_u64() % bound as u64) as usize
    }

    fn one_in(&mut self, odds: usize) -> bool {
        self.below(odds) == 0
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        (0..self.below(most + 1)).map(|_| self.byte()).collect()
    }

    /// Any byte, more often one that means something to a parser.
    fn byte(&mut self) -> u8 {
        const MEANT: &[u8] = b"*$\r\n\"'\\x 0123456789-+:\0\t";
        if self.one_in(3) { self.0.next_u64() as u8 } else { MEANT[self.below(MEANT.len())] }
    }

    fn word(&mut self) -> Vec<u8> {
        match self.below(10) {
            0 => self.bytes(12),
            1 => self.0.next_u64().to_string().into_bytes(),
            _ => WORDS[self.below(WORDS.len())].as_bytes().to_vec(),
        }
    }

    /// A command whose name exists, nearly always with a number of words that suits it.
    fn command(&mut self) -> Vec<Vec<u8>> {
        let command = &COMMANDS[self.below(COMMANDS.len())];
        let mut words = vec![command.name.as_bytes().to_vec()];
        if let Some(index) = command.subcommands.len().checked_sub(1).map(|last| self.below(last + 1)) {
            let (_, own) = command.subcommands[index].name.split_once('|').unwrap();
            words.push(own.as_bytes().to_vec());
        }
        let wanted = command.arity.unsigned_abs() as usize + if command.arity < 0 { self.below(6) } else { 0 };
        let wanted = if self.one_in(20) { self.below(12) } else { wanted };
        while words.len() < wanted {
            words.push(self.word());
        }
        words
    }
}

fn encoded(words: &[Vec<u8>]) -> Vec<u8> {
    let mut out = format!("*{}\r\n", words.len()).into_bytes();
    for word in words {
        out.extend_from_slice(format!("${}\r\n", word.len()).as_bytes());
        out.extend_from_slice(word);
        out.extend_from_slice(b"\r\n");
    }
    out
}

#[test]
fn typed_lines() {
    fuzz(|random| {
        let bytes = random.bytes(60);
        let _ = split_bytes(&bytes);
        let _ = split_line(&String::from_utf8_lossy(&bytes));
        let words: Vec<Vec<u8>> = (0..random.below(5)).map(|_| random.bytes(9)).collect();
        let line = words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ");
        assert_eq!(split_line(&line), Ok(words));
    });
}

#[test]
fn requests() {
    fuzz(|random| {
        let mut bytes = random.bytes(80);
        match parse(&bytes) {
            Parsed::Request(_, length) => assert!((1..=bytes.len()).contains(&length)),
            Parsed::Broken(error) => assert!(error.starts_with("ERR Protocol error: ")),
            Parsed::Incomplete => {}
        }
        // Whole requests are read back, each prefix is incomplete, and what follows is left alone.
        let words = random.command();
        let whole = encoded(&words);
        let cut = random.below(whole.len());
        assert_eq!(parse(&whole[..cut]), Parsed::Incomplete, "{cut} bytes of {}", quoted(&whole));
        let mut followed = whole.clone();
        followed.append(&mut bytes);
        assert_eq!(parse(&followed), Parsed::Request(words, whole.len()));
        // Damaged ones do no harm.
        let place = random.below(followed.len());
        followed[place] = random.byte();
        let mut at = 0;
        while let Parsed::Request(_, length) = parse(&followed[at..]) {
            assert!(length > 0);
            at += length;
        }
    });
}

/// Whether a reply is one that RESP2 can carry: statuses and errors stay on their line.
fn is_sound(reply: &Reply) -> bool {
    match reply {
        Reply::Status(text) => !text.contains(['\r', '\n']),
        Reply::Error(text) => {
            !text.contains(['\r', '\n']) && text.starts_with(|first: char| first.is_ascii_uppercase())
        }
        Reply::Array(Some(replies)) => replies.iter().all(is_sound),
        _ => true,
    }
}

fn a_server(random: &mut Random) -> Server {
    let persistence = Persistence {
        append_only: random.one_in(2),
        append_fsync: AppendFsync::ALL[random.below(3)],
        ..Persistence::default()
    };
    let policy = EvictionPolicy::ALL[random.below(EvictionPolicy::ALL.len())];
    let maxmemory = if random.one_in(2) { 0 } else { 2_000 };
    Server::new(Config { maxmemory, policy, persistence, ..Config::default() }, random.0.next_u64())
}

#[test]
fn commands() {
    fuzz(|random| {
        let mut server = a_server(random);
        let mut sessions = [Session::default(), Session::default()];
        let mut now = Millis(1_700_000_000_000);
        for _ in 0..random.below(60) {
            now.0 += random.below(700) as u64;
            let words = if random.one_in(12) {
                (0..random.below(5)).map(|_| random.bytes(20)).collect()
            } else {
                random.command()
            };
            let reply = server.execute(&mut sessions[random.below(2)], now, &words);
            assert!(is_sound(&reply), "{words:?} answered {reply:?}");
            let _ = (reply.encode(), reply.to_string());
            if random.one_in(8) {
                server.cron(now);
            }
            if random.one_in(40) {
                server.crash(now, if random.one_in(2) { Crash::Process } else { Crash::Machine });
                server.restart(now);
                sessions = [Session::default(), Session::default()];
            }
        }
    });
}
