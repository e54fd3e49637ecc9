//! The small pools of words that random commands are made of, so that they collide.

pub const KEYS: [&[u8]; 14] = [
    b"a",
    b"b",
    b"c",
    b"d",
    b"e",
    b"user:1",
    b"user:2",
    b"list",
    b"queue",
    b"h*llo",
    b"k[1]",
    b"",
    b"\x00\xff",
    b"long-key-name-of-more-than-32-bytes",
];
pub const VALUES: [&[u8]; 26] = [
    b"",
    b"0",
    b"1",
    b"10",
    b"-1",
    b"007",
    b"-0",
    b"+5",
    b" 1",
    b"9999",
    b"10000",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"9223372036854775808",
    b"3.14",
    b"1e3",
    b"0x10",
    b"inf",
    b"abc",
    b"hello world",
    b"a",
    b"\x00\xff\r\n",
    b"44 bytes: 012345678901234567890123456789 ...",
    b"45 bytes: 012345678901234567890123456789 ....",
    b"a longer text, which no embedded string can hold, because it has many more bytes than that",
    b"-2.50",
];
pub const INTEGERS: [&[u8]; 20] = [
    b"0",
    b"1",
    b"-1",
    b"2",
    b"-2",
    b"3",
    b"4",
    b"7",
    b"-7",
    b"100",
    b"-100",
    b"9223372036854775807",
    b"-9223372036854775808",
    b"9223372036854775806",
    b"x",
    b"1.5",
    b"",
    b"9223372036854775808",
    b"01",
    b"50",
];
pub const FLOATS: [&[u8]; 22] = [
    b"0.1",
    b"-0.1",
    b"3",
    b"1.5e3",
    b"1e-5",
    b"10.5",
    b"-3.25",
    b"nan",
    b"inf",
    b"-inf",
    b"1e400",
    b"1e5000",
    b"0x1p4",
    b".5",
    b"5.",
    b"e",
    b"",
    b"1e-20",
    b"123456789012345678901234567890",
    b"0.12345678901234567890",
    b"-1e18",
    b"infinity",
];
pub const PATTERNS: [&[u8]; 14] = [
    b"*",
    b"?",
    b"user:*",
    b"user:[12]",
    b"[a-c]",
    b"[^a-c]",
    b"[c-a]",
    b"h\\*llo",
    b"*l*",
    b"**",
    b"",
    b"k\\[1\\]",
    b"[",
    b"*[e",
];
/// Seconds that can't fall due within a test, far enough apart to compare.
pub const LONG_SECONDS: std::ops::Range<u64> = 10_000..10_000_000;

/// Commands by their shape, each shape as often as it is listed.
pub const ONE_KEY: [&str; 22] = [
    "get",
    "get",
    "get",
    "getdel",
    "strlen",
    "incr",
    "decr",
    "ttl",
    "pttl",
    "expiretime",
    "pexpiretime",
    "persist",
    "type",
    "lpop",
    "rpop",
    "llen",
    "ttl",
    "pttl",
    "exists",
    "touch",
    "del",
    "unlink",
];
pub const KEYED_EXPIRY: [&str; 4] = ["expire", "pexpire", "expireat", "pexpireat"];
pub const PUSHES: [&str; 6] = ["lpush", "rpush", "lpushx", "rpushx", "rpush", "lpush"];
pub const MANY_KEYS: [&str; 6] = ["mget", "mget", "exists", "touch", "del", "unlink"];
/// The keys that hold lists most of the time.
pub const LIST_KEYS: [&[u8]; 2] = [b"list", b"queue"];
/// What lists hold most of the time, so that elements repeat.
pub const ELEMENTS: [&[u8]; 3] = [b"a", b"1", b"xyz"];
/// The keys that hold values of one type most of the time.
pub const TYPED_KEYS: [(&str, &[&[u8]]); 7] = [
    ("hash", &[b"hash", b"user"]),
    ("list", &LIST_KEYS),
    ("set", &[b"set", b"tags", b"ints"]),
    ("ints", &[b"ints", b"ids"]),
    ("zset", &[b"zset", b"board"]),
    ("stream", &[b"stream", b"events"]),
    ("lex", &[b"lex", b"names"]),
];
/// Fields and members.
pub const MEMBERS: [&[u8]; 14] = [
    b"a",
    b"b",
    b"c",
    b"d",
    b"aa",
    b"ab",
    b"1",
    b"2",
    b"-3",
    b"30000",
    b"",
    b"\x00\xff",
    b"B",
    b"long: 01234567890123456789",
];
pub const SET_INTEGERS: [&[u8]; 12] =
    [b"0", b"1", b"2", b"-1", b"5", b"300", b"32767", b"32768", b"-40000", b"2147483648", b"9223372036854775807", b"7"];
pub const SCORES: [&[u8]; 20] = [
    b"0",
    b"1",
    b"2",
    b"-1",
    b"1.5",
    b"2.25",
    b"0.1",
    b"1e3",
    b"-0",
    b"inf",
    b"-inf",
    b"+inf",
    b"1e300",
    b"3.0",
    b"0x10",
    b"nan",
    b"x",
    b"1e18",
    b"123456789012345678",
    b"5e18",
];
pub const SCORE_BOUNDS: [&[u8]; 16] = [
    b"-inf", b"+inf", b"0", b"1", b"2", b"(1", b"(2", b"1.5", b"(-1", b"-1", b"1000", b"x", b"", b"(", b" 1", b"1e400",
];
pub const NAME_BOUNDS: [&[u8]; 14] =
    [b"-", b"+", b"[a", b"(a", b"[b", b"(b", b"[aa", b"(ab", b"[", b"(", b"x", b"[c", b"-", b"+"];
/// Settings that change how values are stored.
pub const SETTINGS: [&str; 9] = [
    "hash-max-listpack-entries",
    "hash-max-listpack-value",
    "Hash-Max-Ziplist-Entries",
    "set-max-intset-entries",
    "zset-max-listpack-entries",
    "zset-max-listpack-value",
    "stream-node-max-entries",
    "maxmemory-samples",
    "lfu-log-factor",
];
/// Options of any command, for commands that have no such option.
pub const OPTIONS: [&str; 38] = [
    "NX", "XX", "GT", "LT", "CH", "INCR", "EX", "PX", "KEEPTTL", "GET", "PERSIST", "MATCH", "COUNT", "TYPE", "LEFT", "RIGHT",
    "BEFORE", "AFTER", "WITHSCORES", "WITHVALUES", "LIMIT", "REV", "BYSCORE", "BYLEX", "WEIGHTS", "AGGREGATE", "MIN", "MAX",
    "STREAMS", "GROUP", "MAXLEN", "MINID", "FORCE", "JUSTID", "REPLACE", "RANK", "FULL", "bogus",
];
