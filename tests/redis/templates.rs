//! Commands as templates, a line each, and what makes random commands of them.
//!
//! A word that begins with `$` stands for a random word of a pool, words with `|` between them for one of them. What is
//! between `[` and `]` is there or not, what is between `{` and `}` once or several times. `$#kind` is a number and so many
//! keys.

use crate::generate::{Generator, Words};
use crate::pools;

pub const HASHES: &[&str] = &[
    "hset $hash { $f $v }",
    "hset $hash { $f $v }",
    "hset $hash { $f $v }",
    "hmset $hash { $f $v }",
    "hsetnx $hash $f $v",
    "hget $hash $f",
    "hmget $hash { $f }",
    "hgetall $hash",
    "hkeys $hash",
    "hvals $hash",
    "hlen $hash",
    "hstrlen $hash $f",
    "hexists $hash $f",
    "hdel $hash { $f }",
    "hincrby $hash $f $i",
    "hincrbyfloat $hash $f $d",
    "hrandfield $hash",
    "hrandfield $hash $i [ withvalues ]",
    "hscan $hash 0 count 10000 [ match $p ]",
    "hscan $hash 0 count 0|x|-1|bogus",
    "hset $hash $f $long",
];

pub const LISTS: &[&str] = &[
    "linsert $list before|after|bogus $e $e",
    "lpos $list $e",
    "lpos $list $e [ rank $n ] [ count $n ] [ maxlen $n ]",
    "lpos $list $e bogus $n",
    "lmove $list $list left|right|bogus left|right",
    "rpoplpush $list $list",
    "lmpop $#list left|right [ count $n ]",
    "lmpop $i $list left|right",
    "blpop $list $list 0.001",
    "blmove $list $list left right 0.001",
    "brpop $list $list 0.001",
    "brpoplpush $list $list 0.001",
    "blmpop 0.001 $#list left|right|bogus [ count $n ]",
    "rpush $list { $e }",
    "lpush $list { $e }",
    "lpop $list $n",
    "move $list 0|1|2|9|x",
    "object encoding $list",
];

pub const SETS: &[&str] = &[
    "sadd $set { $m }",
    "sadd $set { $m }",
    "sadd $ints { $i64 }",
    "sadd $ints { $i64 }",
    "srem $set { $m }",
    "srem $ints { $i64 }",
    "scard $set",
    "sismember $set $m",
    "smismember $set { $m }",
    "smembers $set",
    "smembers $ints",
    "spop $set",
    "spop $ints $n",
    "srandmember $set",
    "srandmember $set $i",
    "smove $set $set $m",
    "smove $ints $set $i64",
    "sinter { $set }",
    "sunion { $set }",
    "sdiff { $set }",
    "sinterstore $set { $set }",
    "sunionstore $set { $set }",
    "sunionstore $ints { $ints }",
    "sdiffstore $set { $set }",
    "sintercard $#set [ limit $n ]",
    "sintercard $i $set",
    "sscan $set 0 count 10000 [ match $p ]",
    "object encoding $set",
    "object encoding $ints",
];

pub const SORTED_SETS: &[&str] = &[
    "zadd $zset { $s $m }",
    "zadd $zset { $s $m }",
    "zadd $zset [ nx|xx ] [ gt|lt ] [ ch ] { $s $m }",
    "zadd $zset [ nx|xx ] [ gt|lt ] incr $s $m",
    "zadd $lex { 0 $m }",
    "zadd $lex { 0 $m }",
    "zincrby $zset $s $m",
    "zrem $zset { $m }",
    "zcard $zset",
    "zscore $zset $m",
    "zmscore $zset { $m }",
    "zrank $zset $m",
    "zrevrank $zset $m",
    "zrange $zset $n $n [ rev ] [ withscores ]",
    "zrange $zset 0 -1 withscores",
    "zrange $zset $b $b byscore [ limit $n $n ] [ withscores ]",
    "zrange $zset $b $b byscore rev [ limit $n $n ] [ withscores ]",
    "zrange $lex $l $l bylex [ rev ] [ limit $n $n ] [ withscores ]",
    "zrange $zset $n $n [ limit $n $n ] [ bogus ]",
    "zrangestore $zset $zset $n $n [ rev ]",
    "zrangestore $zset $zset $b $b byscore [ limit $n $n ]",
    "zrangestore $lex $lex $l $l bylex",
    "zrangebyscore $zset $b $b [ withscores ] [ limit $n $n ]",
    "zrevrangebyscore $zset $b $b [ withscores ] [ limit $n $n ]",
    "zrangebylex $lex $l $l [ limit $n $n ]",
    "zrevrangebylex $lex $l $l [ limit $n $n ]",
    "zrevrange $zset $n $n [ withscores ]",
    "zcount $zset $b $b",
    "zlexcount $lex $l $l",
    "zremrangebyrank $zset $n $n",
    "zremrangebyscore $zset $b $b",
    "zremrangebylex $lex $l $l",
    "zpopmin $zset [ $n ]",
    "zpopmax $zset [ $n ]",
    "zmpop $#zset min|max|bogus [ count $n ]",
    "bzpopmin|bzpopmax $zset $zset 0.001",
    "bzmpop 0.001 $#zset min|max|bogus [ count $n ]",
    "zunion $#zset [ weights $s $s ] [ aggregate sum|min|max|bogus ] [ withscores ]",
    "zinter $#zset [ weights $s $s ] [ aggregate sum|min|max ] [ withscores ]",
    "zinter 2 $zset $set [ weights $s $s ] [ aggregate sum|min|max ] withscores",
    "zdiff $#zset [ withscores ]",
    "zintercard $#zset [ limit $n ]",
    "zunionstore $zset $#zset [ weights $s $s ] [ aggregate sum|min|max ]",
    "zunionstore $zset 2 $set $zset",
    "zinterstore $zset $#zset [ weights $s $s ]",
    "zdiffstore $zset $#zset [ withscores ]",
    "zunion $i $zset",
    "zrandmember $zset",
    "zrandmember $zset $i [ withscores ]",
    "zscan $zset 0 count 10000 [ match $p ]",
    "object encoding $zset",
];

pub const STREAMS: &[&str] = &[
    "xadd $stream $next { $f $v }",
    "xadd $stream $next { a $v }",
    "xadd $stream $next a 1 b 2",
    "xadd $stream $next { $f $v }",
    "xadd $stream * { $f $v }",
    "xadd $stream [ nomkstream ] [ maxlen|minid [ =|~ ] $k [ limit $n ] ] $next a $v",
    "xadd $stream $id a $v",
    "xlen $stream",
    "xrange $stream $x $x [ count $n ]",
    "xrevrange $stream $x $x [ count $n ]",
    "xrange $stream - +",
    "xdel $stream { $id }",
    "xtrim $stream maxlen [ =|~ ] $k [ limit $n ]",
    "xtrim $stream minid [ =|~ ] $id",
    "xread [ count $n ] streams $stream $stream $id $id",
    "xread [ count $n ] [ block 1 ] streams $stream $id",
    "xread streams $stream $|>|x",
    "xgroup create $stream $g $id|$|0 [ mkstream ] [ entriesread $n ]",
    "xgroup create $stream $g 0",
    "xgroup create $stream $g $",
    "xgroup setid $stream $g $id [ entriesread $n ]",
    "xgroup destroy $stream $g",
    "xgroup createconsumer $stream $g $c",
    "xgroup delconsumer $stream $g $c",
    "xreadgroup group $g $c [ count $n ] [ noack ] streams $stream >",
    "xreadgroup group $g $c count 2 streams $stream >",
    "xreadgroup group $g $c count 3 streams $stream $stream > >",
    "xreadgroup group $g $c [ count $n ] streams $stream $id|$|0",
    "xreadgroup group $g $c [ block 1 ] streams $stream >",
    "xack $stream $g { $id }",
    "xack $stream $g { $id }",
    "xpending $stream $g",
    "xpending $stream $g [ idle 0|10000000 ] $x $x $n [ $c ]",
    "xclaim $stream $g $c 0|0|100000000|x { $id } [ justid ] [ force ] [ retrycount $n ] [ lastid $id ]",
    "xclaim $stream $g $c 0 { $id } [ idle 0 ] [ bogus ]",
    "xautoclaim $stream $g $c 0|0|100000000|x $x [ count $n ] [ justid ]",
    "xinfo stream $stream",
    "xinfo stream $stream full [ count $n ]",
    "xinfo groups $stream",
    "xinfo consumers $stream $g",
    "xinfo stream|groups $stream bogus",
    "xread bogus|noack|group $g $c streams $stream >",
    "object encoding $stream",
];

/// What is not done to keys: channels, the connection, the server.
pub const SERVING: &[&str] = &[
    "publish $ch $v",
    "publish $ch $v",
    "publish $ch $v",
    "subscribe { $ch }",
    "psubscribe { $cp }",
    "unsubscribe { $ch }",
    "punsubscribe { $cp }",
    "unsubscribe",
    "punsubscribe",
    "pubsub channels [ $cp ] [ bogus ]",
    "pubsub numsub { $ch }",
    "pubsub numsub",
    "pubsub numpat",
    "pubsub bogus",
    "client id",
    "client getname",
    "client setname |alice|bob|$v",
    "client getredir",
    "client no-evict on|off|bogus",
    "client trackinginfo",
    "client tracking on|off|bogus",
    "client tracking on [ redirect $client ] [ optin|optout ] [ noloop ]",
    "client tracking on redirect $client bcast [ prefix $ch ]",
    "client tracking on [ bcast ] [ optin|optout ] [ prefix $ch ] [ bogus ]",
    "client tracking off",
    "client tracking off",
    "client caching yes|no|bogus",
    "client unblock $client|99999999|x [ timeout|error|bogus ]",
    "config get $setting [ $setting ]",
    "config set $setting 3|12|64|128|512|4096|x|-1|1k",
    "config set $setting 100 $setting 200",
    "config set notify-keyspace-events |KEA|Kg$|Exn|KEm|bogus",
    "config set maxmemory 0|x|-1",
    "config set maxmemory-policy noeviction|ALLKEYS-RANDOM|volatile-ttl|bogus",
    "config resetstat",
    "memory usage $any [ samples 0 ]",
    "memory usage $any samples -1|x",
    "swapdb 0|1|2|x 0|1|2|99|x",
    "role",
    "wait 0|-1 0|1|x",
    "wait 1|x 1",
    "lastsave",
    "save",
    "object encoding|refcount|bogus $any",
    "type|ttl|persist|dbsize $any",
];

/// Sorting, and what strings have in common.
pub const ORDERING: &[&str] = &[
    "sort $list [ asc|desc ] [ limit $n $n ]",
    "sort $ints [ asc|desc ] [ limit $n $n ] [ get # ] [ get w_* ]",
    "sort $ints by w_* [ desc ] [ limit $n $n ] get # get h_*->f",
    "sort $ints by h_*->f [ desc ] [ get # ]",
    "sort $ints by w_* alpha [ desc ]",
    "sort $zset alpha|bogus [ desc ]",
    "sort $zset by nosort [ asc|desc ] [ limit $n $n ] [ get # ]",
    "sort $list by nosort [ desc ] [ limit $n $n ]",
    "sort $set alpha [ store $list ]",
    "sort $ints store $list|$set",
    "sort $ints by nosort store $list",
    "sort $ints by w_* get # get nothing get w_* store $list",
    "sort $ints limit 5 5 store $list",
    "sort $hash|$stream|none [ store $list ]",
    "sort $ints limit $n x",
    "sort $list get|by|limit|store|bogus",
    "sort_ro $ints [ desc ] [ limit $n $n ] [ by w_* ] [ get # ]",
    "sort_ro $list alpha [ store $list ]",
    "sadd $ints 0 1 2",
    "rpush $list 3 1 2",
    "set w_0|w_1|w_2|w_5 0|1|2|-1.5|x|1e3",
    "hset h_0|h_1|h_2 f 0|1|2|-1.5|x",
    "object encoding $zset",
    "lcs $text $text",
    "lcs $text $text len|idx|bogus [ idx ] [ minmatchlen 0|1|2|x ] [ withmatchlen ]",
    "lcs $text $text idx [ minmatchlen 2|-1|4 ] withmatchlen",
    "lcs $any $text",
    "set $text ohmytext|mynewtext|abcabcbb|hello|olleh|aaaa|abab|$v",
];

/// Fills a template.
pub fn fill(generator: &mut Generator, template: &str) -> Words {
    let tokens: Vec<&str> = template.split(' ').collect();
    let mut words = Vec::new();
    expand(generator, &tokens, &mut words);
    words
}

fn expand(generator: &mut Generator, tokens: &[&str], words: &mut Words) {
    let mut at = 0;
    while at < tokens.len() {
        let token = tokens[at];
        let (close, times) = match token {
            "[" => ("]", generator.below(2)),
            "{" => ("}", 1 + generator.below(3)),
            _ => {
                one(generator, token, words);
                at += 1;
                continue;
            }
        };
        let end = at + closing(&tokens[at..], token, close);
        for _ in 0..times {
            expand(generator, &tokens[at + 1..end], words);
        }
        at = end + 1;
    }
}

/// Where the group ends that the first token opens.
fn closing(tokens: &[&str], open: &str, close: &str) -> usize {
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate() {
        depth += i32::from(*token == open) - i32::from(*token == close);
        if depth == 0 {
            return place;
        }
    }
    panic!("{open} is not closed in {tokens:?}")
}

fn one(generator: &mut Generator, token: &str, words: &mut Words) {
    if let Some(kind) = token.strip_prefix("$#") {
        let count = 1 + generator.below(3);
        let told = if generator.one_in(12) { generator.below(5) } else { count };
        words.push(told.to_string().into_bytes());
        for _ in 0..count {
            let key = generator.key_of(kind);
            words.push(key.to_vec());
        }
        return;
    }
    let choices: Vec<&str> = token.split('|').collect();
    let chosen = generator.pick(&choices);
    let word = match chosen.strip_prefix('$') {
        None | Some("") => chosen.as_bytes().to_vec(),
        Some(name) => named(generator, name),
    };
    words.push(word);
}

/// A random word of a pool, seldom of another one.
fn named(generator: &mut Generator, name: &str) -> Vec<u8> {
    if generator.one_in(60) {
        return generator.value().to_vec();
    }
    match name {
        "f" | "m" => generator.pick(&pools::MEMBERS).to_vec(),
        "v" => generator.value().to_vec(),
        "e" => generator.element().to_vec(),
        "i" => generator.integer().to_vec(),
        "n" => generator.small_integer().to_vec(),
        "i64" => generator.pick(&pools::SET_INTEGERS).to_vec(),
        "d" if generator.one_in(2) => generator.float(),
        "d" => generator.pick(&pools::FLOATS).to_vec(),
        "s" => generator.pick(&pools::SCORES).to_vec(),
        "b" => generator.pick(&pools::SCORE_BOUNDS).to_vec(),
        "l" => generator.pick(&pools::NAME_BOUNDS).to_vec(),
        "next" => generator.next_id(),
        "id" => generator.old_id(),
        "x" => generator.id_bound(),
        "k" if generator.one_in(2) => generator.old_id(),
        "k" => generator.pick(&["0", "1", "3", "10", "-1", "x"]).as_bytes().to_vec(),
        "g" => generator.pick(&["g", "g", "h", "none"]).as_bytes().to_vec(),
        "c" => generator.pick(&["alice", "bob", "carol"]).as_bytes().to_vec(),
        "p" => generator.pick(&pools::PATTERNS).to_vec(),
        "ch" => generator.pick(&["news", "sport", "__redis__:invalidate", "a"]).as_bytes().to_vec(),
        "cp" => generator.pick(&["n*", "*", "__key*", "?port", "__redis__:invalid*", "[^n]*"]).as_bytes().to_vec(),
        "setting" => generator.pick(&pools::SETTINGS).as_bytes().to_vec(),
        "client" => generator.client().to_string().into_bytes(),
        "any" => generator.any_key().to_vec(),
        "long" => vec![b'x'; 60 + generator.below(10) as usize],
        kind => generator.key_of(kind).to_vec(),
    }
}
