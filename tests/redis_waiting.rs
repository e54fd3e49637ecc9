//! Holds what clients get without having asked, or later than they asked, against a real `redis-server`: commands that
//! wait, channels, keyspace notifications, and the invalidations of client-side caching.
//!
//! A script is a list of lines, each one run by the client whose letter it begins with. After each line every client must
//! have got the same from both sides. `$A` stands for the number of client `A`, which differs between the sides.
#![allow(clippy::unwrap_used, reason = "a helper that panics fails its test, as it should")]

#[path = "../examples/resp/handshake.rs"]
mod handshake;
#[path = "redis/real.rs"]
mod real;
#[path = "../examples/resp/request.rs"]
mod request;
#[path = "../examples/resp/server.rs"]
mod server;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use cachescope::redis::{ClientId, Config, Millis, Reply, Server, Session, split_line};
use rand_core::{RngCore, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use real::{Client, RealServer, info_field};

const CLIENTS: usize = 5;

fn now() -> Millis {
    Millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis() as u64)
}

fn letter(client: usize) -> char {
    char::from(b'A' + client as u8)
}

/// Both sides with the same clients.
struct Stage {
    _process: RealServer,
    real: Vec<Client>,
    /// A connection that only asks who waits.
    observer: Client,
    real_ids: Vec<u64>,
    model: Server,
    sessions: Vec<Session>,
    log: Vec<String>,
}

impl Stage {
    fn new() -> Stage {
        let process = RealServer::start(&[]);
        let mut real: Vec<Client> = (0..CLIENTS).map(|_| process.connect()).collect();
        let mut model = Server::new(Config::default(), 1);
        let mut sessions = vec![Session::default(); CLIENTS];
        let mut real_ids = Vec::new();
        for (client, session) in real.iter_mut().zip(&mut sessions) {
            let Reply::Integer(id) = client.call(&["CLIENT", "ID"]) else { panic!("no number") };
            real_ids.push(id as u64);
            // The same number in the model, whose first clients close their connections at once.
            loop {
                model.execute(session, now(), &["CLIENT", "ID"]);
                if session.id().0 >= id as u64 {
                    break;
                }
                model.disconnect(std::mem::take(session));
            }
        }
        let observer = process.connect();
        Stage { _process: process, observer, real, real_ids, model, sessions, log: Vec::new() }
    }

    fn ids(&self) -> Vec<u64> {
        self.sessions.iter().map(|session| session.id().0).collect()
    }

    fn is_waiting(&self, client: usize) -> bool {
        self.model.is_waiting(&self.sessions[client])
    }

    /// Runs a line, and compares what every client gets.
    fn run(&mut self, line: &str) {
        self.log.push(line.to_owned());
        let (who, text) = line.split_once(' ').unwrap();
        let who = usize::from(who.as_bytes()[0] - b'A');
        self.real[who].send(&split_line(&with_ids(text, &self.real_ids)).unwrap());
        let words = split_line(&with_ids(text, &self.ids())).unwrap();
        let reply = self.model.execute(&mut self.sessions[who], now(), &words);
        let mut expected: Vec<Vec<Reply>> = vec![Vec::new(); CLIENTS];
        match reply {
            Reply::Later => self.wait_until_blocked(),
            Reply::Several(replies) => expected[who].extend(replies),
            reply => expected[who].push(reply),
        }
        self.collect(&mut expected);
        self.compare(&expected);
    }

    /// Another connection's command could reach the real server before the one that is to wait.
    fn wait_until_blocked(&mut self) {
        let waiting = (0..CLIENTS).filter(|&client| self.is_waiting(client)).count();
        let began = Instant::now();
        while info_field(&self.observer.call(&["INFO", "clients"]), "blocked_clients") != waiting.to_string() {
            assert!(began.elapsed() < Duration::from_secs(3), "{waiting} should wait\n{}", self.log.join("\n"));
        }
    }

    /// Adds what the model has for clients that did not run the line.
    fn collect(&mut self, expected: &mut [Vec<Reply>]) {
        let place = |id: ClientId, ids: &[u64]| ids.iter().position(|known| *known == id.0).unwrap();
        let ids = self.ids();
        for unblocked in self.model.take_unblocked() {
            expected[place(unblocked.client, &ids)].push(unblocked.reply);
        }
        for push in self.model.take_pushes() {
            expected[place(push.client, &ids)].push(push.message);
        }
    }

    fn compare(&mut self, expected: &[Vec<Reply>]) {
        for (client, replies) in expected.iter().enumerate() {
            for reply in replies {
                let Some(real) = self.real[client].receive_within(Duration::from_secs(3)) else {
                    panic!(
                        "{}\n{} gets nothing from the real server, and from the model\n{reply}",
                        self.log.join("\n"),
                        letter(client)
                    );
                };
                assert_eq!(
                    *reply,
                    real,
                    "{} gets from the model\n{reply}\nand from the real server\n{real}\n{}",
                    letter(client),
                    self.log.join("\n")
                );
            }
        }
    }

    /// Checks that the real server has nothing more for anybody.
    fn finish(&mut self) {
        for client in 0..CLIENTS {
            if let Some(reply) = self.real[client].receive_within(Duration::from_millis(30)) {
                panic!("{}\n{} gets more from the real server:\n{reply}", self.log.join("\n"), letter(client));
            }
        }
    }
}

fn with_ids(text: &str, ids: &[u64]) -> String {
    let mut text = text.to_owned();
    for (client, id) in ids.iter().enumerate() {
        text = text.replace(&format!("${}", letter(client)), &id.to_string());
    }
    text
}

/// Runs each script with fresh servers.
fn run_all(scripts: &[&str]) {
    for script in scripts {
        let mut stage = Stage::new();
        for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
            stage.run(line);
        }
        stage.finish();
    }
}

#[test]
fn waiting_clients_are_served_alike() {
    run_all(&[
        "A BLPOP list other 0
         B BRPOP list 0
         C RPUSH list 1 2 3
         C LRANGE list 0 -1",
        "A BLPOP a b 0
         C MULTI
         C RPUSH b 1
         C RPUSH a 2
         C EXEC
         C KEYS *",
        "A BLPOP a 0
         C MULTI
         C RPUSH a 1
         C DEL a
         C EXEC
         C RPUSH a 2",
        "A BLMOVE a b LEFT RIGHT 0
         B BLPOP b 0
         C RPUSH a x
         C EXISTS a b",
        "A BLMOVE a b LEFT RIGHT 0
         C SET b text
         C RPUSH a x
         C LRANGE a 0 -1",
        "A BRPOPLPUSH a a 0
         C RPUSH a 1 2 3
         C LRANGE a 0 -1",
        "A BLMPOP 0 2 a b RIGHT COUNT 2
         C RPUSH b 1 2 3
         C LRANGE b 0 -1",
        "A BLPOP k 0
         B BZPOPMIN k 0
         C ZADD k 1 m 2 n
         C DEL k
         C RPUSH k x",
        "A BZPOPMAX z 0
         B BZMPOP 0 2 y z MIN COUNT 5
         C ZADD z 1 a 2 b 3 c
         C EXISTS z",
        "A BLPOP k 0
         C SET k text
         C DEL k
         C SADD s 1
         C RENAME s k
         C DEL k
         C RPUSH other x y
         C COPY other k
         C EXISTS k",
        "A BLPOP k 0
         C SELECT 1
         C RPUSH k x
         C SWAPDB 0 1
         C EXISTS k",
        "A BLPOP k 0
         C SELECT 1
         C RPUSH k x
         C MOVE k 0",
        "A BLPOP k 0
         B CLIENT UNBLOCK $A
         A BLPOP k 0
         B CLIENT UNBLOCK $A ERROR
         B CLIENT UNBLOCK $A
         A PING",
        "A MULTI
         A BLPOP k 0
         A BLMOVE k l LEFT LEFT 0
         A BZPOPMIN k 0
         A XREAD BLOCK 0 STREAMS s $
         A BLMPOP 0 1 k LEFT
         A EXEC",
        "A XREAD BLOCK 0 STREAMS s t $ $
         B XREAD BLOCK 0 COUNT 1 STREAMS s 0
         C XADD s 1-1 a 1
         A XREAD BLOCK 0 STREAMS s $
         B XREAD BLOCK 0 STREAMS s 5-0
         C XADD s 4-1 a 1
         C XADD s 6-1 a 1",
        "C XGROUP CREATE s g $ MKSTREAM
         A XREADGROUP GROUP g alice BLOCK 0 STREAMS s >
         B XREADGROUP GROUP g bob COUNT 1 BLOCK 0 STREAMS s >
         C XADD s 1-1 a 1
         C XADD s 1-2 a 1
         C XPENDING s g
         C XINFO GROUPS s",
        "C XGROUP CREATE s g $ MKSTREAM
         A XREADGROUP GROUP g alice BLOCK 0 STREAMS s >
         C XGROUP DESTROY s g",
        "C XGROUP CREATE s g $ MKSTREAM
         A XREADGROUP GROUP g alice BLOCK 0 STREAMS s >
         C DEL s",
        "C XGROUP CREATE s g $ MKSTREAM
         A XREADGROUP GROUP g alice BLOCK 0 STREAMS s >
         C SET s text",
        "A BLPOP k -1
         A BLPOP k x
         A BLPOP k nan
         A BLPOP k inf
         A XREAD BLOCK -1 STREAMS s $
         A XREAD BLOCK x STREAMS s $
         A BLMPOP x 1 k LEFT
         A BLMPOP 0 0 k LEFT
         A BZMPOP 0 1 k BOGUS
         A BLMOVE a b BOGUS LEFT 0",
    ]);
}

#[test]
fn a_wait_ends_after_its_time() {
    let process = RealServer::start(&["--hz", "500"]);
    let mut real = process.connect();
    let mut model = Server::new(Config::default(), 1);
    // A real server ends waits when its timer runs.
    for (line, length) in [
        ("BLPOP k 0.2", 200),
        ("BLMOVE a b LEFT LEFT 0.1", 100),
        ("BLMPOP 0.1 1 k LEFT", 100),
        ("BZPOPMIN z 0.1", 100),
        ("BZMPOP 0.1 1 z MIN", 100),
        ("XREAD BLOCK 150 STREAMS s $", 150),
    ] {
        let words = split_line(line).unwrap();
        let began = Instant::now();
        let reply = real.call(&words);
        let elapsed = began.elapsed().as_millis() as u64;
        assert!((length..length + 80).contains(&elapsed), "{line} took the real server {elapsed} ms");
        let mut session = Session::default();
        let start = Millis(1_790_000_000_000);
        assert_eq!(model.execute(&mut session, start, &words), Reply::Later);
        assert_eq!(model.next_wait_ends(), Some(Millis(start.0 + length)));
        model.end_waits(Millis(start.0 + length - 1));
        assert_eq!(model.take_unblocked(), Vec::new(), "{line} ended too early");
        model.cron(Millis(start.0 + length));
        let unblocked = model.take_unblocked();
        assert_eq!((unblocked[0].client, &unblocked[0].reply), (session.id(), &reply), "{line}");
        assert!(!model.is_waiting(&session));
    }
}

/// The server of `examples/resp_server.rs` sends over the wire what comes later.
#[test]
fn the_resp_server_delivers_what_comes_later() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || server::serve(&listener, Config::default()));
    let (mut waiting, mut listening, mut working) = (Client::to(port), Client::to(port), Client::to(port));
    let text = |words: &[&str]| Reply::Array(Some(words.iter().map(|word| Reply::bulk(*word)).collect()));
    assert_eq!(listening.call(&["SUBSCRIBE", "news"]).to_string(), "1) \"subscribe\"\n2) \"news\"\n3) (integer) 1");
    waiting.send(&["BLPOP", "list", "0"]);
    waiting.send(&["PING"]);
    assert_eq!(waiting.receive_within(Duration::from_millis(50)), None);
    assert_eq!(working.call(&["PUBLISH", "news", "hello"]), Reply::Integer(1));
    assert_eq!(listening.receive(), text(&["message", "news", "hello"]));
    assert_eq!(working.call(&["RPUSH", "list", "a"]), Reply::Integer(1));
    assert_eq!(waiting.receive(), text(&["list", "a"]));
    assert_eq!(waiting.receive(), Reply::Status("PONG".into()));
    let began = Instant::now();
    assert_eq!(waiting.call(&["BLPOP", "list", "0.05"]), Reply::NIL_ARRAY);
    // The server counts whole milliseconds.
    assert!(began.elapsed() >= Duration::from_millis(48));
    waiting.send(&["BLPOP", "list", "0"]);
    drop(waiting);
    std::thread::sleep(Duration::from_millis(50));
    assert_eq!(working.call(&["RPUSH", "list", "b"]), Reply::Integer(1));
    assert_eq!(working.call(&["LLEN", "list"]), Reply::Integer(1), "a client that is gone takes nothing");
}

/// Lines that may wait, for any client but the last one.
const WAITING: [&str; 14] = [
    "BLPOP a b 0",
    "BRPOP b a 0",
    "BLPOP a 0",
    "BLMOVE a b LEFT RIGHT 0",
    "BRPOPLPUSH b a 0",
    "BLMPOP 0 2 a b LEFT COUNT 2",
    "BZPOPMIN y z 0",
    "BZPOPMAX z 0",
    "BZMPOP 0 2 z y MAX COUNT 2",
    "XREAD BLOCK 0 STREAMS s $",
    "XREAD BLOCK 0 STREAMS s t $ 0",
    "XREADGROUP GROUP g alice BLOCK 0 STREAMS s >",
    "XREADGROUP GROUP g bob COUNT 1 BLOCK 0 STREAMS s >",
    "BLPOP s z 0",
];

/// Lines of the last client. `SWAPDB` is left to a script: it makes all keys ready in the order of a hash table.
const WORKING: [&str; 29] = [
    "RPUSH a 1",
    "RPUSH a 1 2 3",
    "LPUSH b 4 5",
    "LPOP a",
    "RPOP b",
    "ZADD z 1 m",
    "ZADD z 1 m 2 n 3 o",
    "ZADD y 5 p",
    "ZPOPMIN z",
    "XADD s # f v",
    "XADD s # f v",
    "XADD t # f v",
    "XGROUP CREATE s g $ MKSTREAM",
    "XGROUP CREATE s g 0 MKSTREAM",
    "XGROUP DESTROY s g",
    "DEL a",
    "DEL z",
    "DEL s",
    "SET a text",
    "SET s text",
    "RENAME b a",
    "RENAME y z",
    "COPY b a REPLACE",
    "LMOVE b a LEFT LEFT",
    "FLUSHDB",
    "MULTI",
    "EXEC",
    "EXEC",
    "MOVE a 1",
];

#[test]
fn random_waits_end_alike() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(7);
    let mut below = |bound: usize| (random.next_u64() % bound as u64) as usize;
    let mut stage = Stage::new();
    let mut ids = 0;
    for _ in 0..6_000 {
        let client = below(CLIENTS);
        let last = CLIENTS - 1;
        let line = if client == last || below(2) == 0 {
            ids += 1;
            format!("{} {}", letter(last), WORKING[below(WORKING.len())].replace('#', &format!("{ids}-1")))
        } else if stage.is_waiting(client) {
            format!("{} CLIENT UNBLOCK ${}", letter(last), letter(client))
        } else {
            format!("{} {}", letter(client), WAITING[below(WAITING.len())])
        };
        stage.run(&line);
        if stage.log.len() > 60 {
            stage.log.remove(0);
        }
    }
    stage.finish();
}

#[test]
fn messages_reach_the_same_clients() {
    run_all(&[
        "A SUBSCRIBE news sport news
         B PSUBSCRIBE n* ?port
         C PUBLISH news hello
         C PUBLISH sport x
         C PUBLISH nothing y
         C PUBSUB CHANNELS s*
         C PUBSUB CHANNELS a b
         C PUBSUB NUMSUB news other
         C PUBSUB NUMSUB
         C PUBSUB NUMPAT
         C PUBSUB BOGUS
         A GET k
         A PING
         A PING x
         A PING x y
         A MULTI
         A UNSUBSCRIBE news other
         A PUNSUBSCRIBE
         A UNSUBSCRIBE sport
         A GET k
         A UNSUBSCRIBE
         B PUNSUBSCRIBE n*
         C PUBLISH news again
         B SUBSCRIBE news
         C PUBLISH news twice
         B PUNSUBSCRIBE
         B SELECT 1
         C SUBSCRIBE
         C PUBLISH a",
        "A SUBSCRIBE c
         B MULTI
         B PUBLISH c 1
         B SUBSCRIBE d
         B PUBLISH c 2
         B EXEC
         B GET k",
    ]);
}

#[test]
fn events_of_keys_are_published_alike() {
    let commands = "SET k 1|SET k 1 EX 100|SETEX k 100 v|PSETEX k 100000 v|SETNX n v|SETNX n v|GETSET k w|MSET a 1 b 2|\
        MSETNX c 1 d 2|APPEND k x|SETRANGE k 1 y|SETRANGE k 1 ''|INCR num|DECRBY num 3|INCRBYFLOAT num 1.5|GETDEL k|GET k|\
        GETEX a EX 100|GETEX a PERSIST|GETEX a EXAT 1|EXPIRE b 100|PERSIST b|PERSIST b|EXPIREAT b 1|DEL c d none|UNLINK n|\
        RENAME num other|RENAMENX other num|COPY num copied|COPY num copied REPLACE|MOVE num 1|TOUCH copied|\
        RPUSH l 1 2 3|LPUSH l 0|LPUSHX none 1|RPUSHX l 4|LPOP l|RPOP l 2|LSET l 0 x|LINSERT l BEFORE x y|LINSERT l AFTER none y|\
        LREM l 0 none|LREM l 0 x|LTRIM l 0 10|LMOVE l m LEFT RIGHT|RPOPLPUSH m m|LMPOP 1 m LEFT|RPUSH l 1|LTRIM l 5 6|\
        HSET h a 1 b 2|HSETNX h a 2|HSETNX h c 3|HINCRBY h a 1|HINCRBYFLOAT h a 1.5|HDEL h none|HDEL h a b|HDEL h c|HMSET h a 1|\
        SADD s 1 2 3|SADD s 1|SREM s 1|SREM s 1|SMOVE s t 2|SPOP s|SUNIONSTORE u t|SINTERSTORE u t none|SDIFFSTORE u t|\
        ZADD z 1 a 2 b|ZADD z 1 a|ZADD z INCR 1 a|ZINCRBY z 2 a|ZREM z none|ZREM z b|ZADD z 1 a 2 b 3 c 4 d 5 e|\
        ZREMRANGEBYRANK z 0 0|ZREMRANGEBYSCORE z 2 2|ZREMRANGEBYLEX z [none [none|ZPOPMIN z|ZPOPMAX z|ZMPOP 1 z MIN|\
        ZADD z 1 a|ZUNIONSTORE y 1 z|ZRANGESTORE x z 0 -1|ZRANGESTORE x z 5 6|ZINTERSTORE y 2 z none|ZDIFFSTORE y 1 z|\
        XADD st 1-1 a 1|XADD st MAXLEN 1 1-2 a 1|XTRIM st MAXLEN 0|XADD st 1-3 a 1|XDEL st 1-3|XDEL st 1-3|\
        XGROUP CREATE st g 0|XGROUP CREATECONSUMER st g c|XGROUP SETID st g 0|XGROUP DELCONSUMER st g c|XADD st 2-1 a 1|\
        XREADGROUP GROUP g bob STREAMS st >|XCLAIM st g carol 0 2-1|XAUTOCLAIM st g dan 0 0|XACK st g 2-1|XGROUP DESTROY st g|\
        MULTI|SET k 1|DEL k|EXEC|FLUSHDB|RPUSH l 1|BLPOP l 0|SWAPDB 0 1|SELECT 1|SET k v|FLUSHALL|GET none|EXISTS none";
    for events in ["KEA", "Kgx$", "Ehsz", "KEAmn", "KElt", ""] {
        let mut stage = Stage::new();
        stage.run(&format!("B CONFIG SET notify-keyspace-events '{events}'"));
        stage.run("A PSUBSCRIBE *");
        for command in commands.split('|') {
            stage.run(&format!("B {command}"));
        }
        stage.finish();
    }
}

#[test]
fn cached_keys_are_invalidated_alike() {
    run_all(&[
        "A SUBSCRIBE __redis__:invalidate
         B CLIENT TRACKING ON REDIRECT $A
         B GET k
         B MGET a b k
         C SET k 1
         C SET k 2
         C DEL a b
         C MSET a 1 b 2
         B GET k
         B SET k 3
         B GET k
         C FLUSHALL
         B HGETALL h
         C HSET h f v
         B ZUNION 2 z y
         C ZADD y 1 m
         C ZADD z 1 m
         B XREAD STREAMS s 0
         C XADD s 1-1 a 1
         B SINTERCARD 1 set
         C SADD set 1
         B CLIENT GETREDIR
         B CLIENT TRACKINGINFO
         B CLIENT TRACKING OFF
         B GET k
         C SET k 4
         B CLIENT TRACKINGINFO",
        "A SUBSCRIBE __redis__:invalidate
         B CLIENT TRACKING ON REDIRECT $A NOLOOP
         B GET k
         B SET k 1
         B GET k
         C INCR k
         B GET k
         C EXPIRE k 100
         B MULTI
         B GET k
         B GET other
         B EXEC
         C MULTI
         C SET k 1
         C SET other 2
         C EXEC
         B CLIENT TRACKINGINFO",
        "A SUBSCRIBE __redis__:invalidate
         B CLIENT TRACKING ON REDIRECT $A OPTIN
         B GET k
         C SET k 1
         B CLIENT CACHING YES
         B CLIENT TRACKINGINFO
         B GET k
         B GET other
         C SET other 2
         C SET k 2
         B CLIENT CACHING NO
         B CLIENT CACHING YES
         B MULTI
         B GET a
         B GET b
         B EXEC
         C MSET a 1 b 2
         B CLIENT TRACKING ON OPTOUT
         B CLIENT TRACKING ON BCAST",
        "A SUBSCRIBE __redis__:invalidate
         B CLIENT TRACKING ON REDIRECT $A OPTOUT
         B GET k
         C SET k 1
         B CLIENT CACHING NO
         B GET k
         C SET k 2
         B CLIENT CACHING YES",
        "A SUBSCRIBE __redis__:invalidate
         B CLIENT TRACKING ON REDIRECT $A BCAST PREFIX user: PREFIX item:
         C SET user:1 x
         C MSET item:1 x other y
         C DEL user:1
         C MULTI
         C SET user:2 x
         C SET user:2 y
         C SET item:3 x
         C EXEC
         B CLIENT TRACKINGINFO
         B CLIENT TRACKING ON BCAST PREFIX user
         B CLIENT TRACKING ON REDIRECT $A BCAST PREFIX more:
         C SET more:1 x
         C FLUSHALL",
        "A SUBSCRIBE __redis__:invalidate
         B CLIENT TRACKING ON REDIRECT $A BCAST
         C SET any x
         B SET own x
         C RPUSH list a
         C LPOP list",
    ]);
}

#[test]
fn settings_and_connections_answer_alike() {
    let lines = "CONFIG GET maxmemory|CONFIG GET MaxMemory|CONFIG GET maxmemory-samples maxmemory-samples|CONFIG SET maxmemory x|\
        CONFIG SET maxmemory 100mb|CONFIG GET maxmemory|CONFIG SET maxmemory 1kb maxmemory 2|CONFIG SET maxmemory -1|\
        CONFIG SET maxmemory 0|CONFIG SET maxmemory-policy bogus|CONFIG SET maxmemory-policy ALLKEYS-LRU|\
        CONFIG GET maxmemory-policy|CONFIG SET maxmemory-samples 0|CONFIG SET maxmemory-samples x|CONFIG SET maxmemory-samples 7|\
        CONFIG SET lfu-log-factor -1|CONFIG SET lfu-decay-time 1.5|CONFIG SET notify-keyspace-events q|\
        CONFIG SET notify-keyspace-events Ex|CONFIG GET notify-keyspace-events|CONFIG SET databases 3|CONFIG GET databases|\
        CONFIG SET foo|CONFIG SET maxmemory 5 maxmemory-samples 0|CONFIG GET maxmemory|CONFIG SET hash-max-listpack-entries -1|\
        CONFIG SET hash-max-ziplist-value 3|CONFIG GET hash-max-listpack-value|CONFIG SET zset-max-listpack-value x|CONFIG BOGUS|\
        CONFIG|CONFIG RESETSTAT|CONFIG RESETSTAT x|CONFIG SET stream-node-max-bytes 1k|\
        CONFIG SET save x|CONFIG SET save '900 1 300'|CONFIG SET save '900 1'|CONFIG GET save|CONFIG SET save '0 1'|\
        CONFIG SET save '1 -1'|CONFIG SET save '900 1 300 10' appendonly no|CONFIG GET save|CONFIG SET save ' 9  1'|\
        CONFIG SET save ''|CONFIG GET save|CONFIG SET appendfsync bogus|CONFIG SET appendfsync ALWAYS|CONFIG GET appendfsync|\
        CONFIG SET appendonly maybe|CONFIG SET appendonly YES|CONFIG GET appendonly|CONFIG SET appendonly no|\
        CONFIG SET auto-aof-rewrite-percentage -1|CONFIG SET auto-aof-rewrite-percentage x|\
        CONFIG SET auto-aof-rewrite-percentage 50|CONFIG GET auto-aof-rewrite-percentage|CONFIG SET maxmemory 1 2|\
        CONFIG SET auto-aof-rewrite-min-size x|CONFIG SET auto-aof-rewrite-min-size 1mb|CONFIG GET auto-aof-rewrite-min-size|\
        CONFIG GET stream-node-max-bytes|\
        MEMORY USAGE none|MEMORY BOGUS|MEMORY USAGE k SAMPLES -1|MEMORY USAGE k SAMPLES x|MEMORY USAGE k BOGUS 1|MEMORY USAGE k SAMPLES|\
        CLIENT GETNAME|CLIENT SETNAME me|CLIENT GETNAME|CLIENT SETNAME 'a b'|CLIENT SETNAME ''|CLIENT GETNAME|CLIENT BOGUS|\
        CLIENT NO-EVICT on|CLIENT NO-EVICT x|CLIENT UNBLOCK 5|CLIENT UNBLOCK x|CLIENT UNBLOCK 5 BOGUS|CLIENT UNBLOCK 5 ERROR x|\
        CLIENT CACHING yes|CLIENT CACHING x|CLIENT GETREDIR|CLIENT TRACKINGINFO|CLIENT TRACKING bogus|CLIENT TRACKING ON OPTIN OPTOUT|\
        CLIENT TRACKING ON BCAST OPTIN|CLIENT TRACKING ON REDIRECT 99999|CLIENT TRACKING ON REDIRECT x|CLIENT TRACKING ON PREFIX a|\
        CLIENT TRACKING ON REDIRECT $A REDIRECT $A|CLIENT TRACKING ON BCAST PREFIX a PREFIX ab|CLIENT TRACKING ON BCAST PREFIX|\
        CLIENT TRACKING ON BCAST PREFIX a|CLIENT TRACKING ON BCAST PREFIX ab|CLIENT TRACKING ON|CLIENT TRACKING OFF|\
        SWAPDB x 1|SWAPDB 0 x|SWAPDB 0 99|SWAPDB 0 0|MOVE k 99|MOVE k x|MOVE k 0|MOVE k 1";
    let mut stage = Stage::new();
    for line in lines.split('|') {
        stage.run(&format!("B {line}"));
    }
    stage.finish();
}
