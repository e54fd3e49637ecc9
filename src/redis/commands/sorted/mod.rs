//! Sorted sets: `ZADD`, `ZCARD`, `ZCOUNT`, `ZDIFF`, `ZDIFFSTORE`, `ZINCRBY`, `ZINTER`, `ZINTERCARD`, `ZINTERSTORE`,
//! `ZLEXCOUNT`, `ZMPOP`, `ZMSCORE`, `ZPOPMAX`, `ZPOPMIN`, `ZRANDMEMBER`, `ZRANGE` and its relatives, `ZRANK`, `ZREM`,
//! `ZREMRANGEBYLEX`, `ZREMRANGEBYRANK`, `ZREMRANGEBYSCORE`, `ZREVRANK`, `ZSCAN`, `ZSCORE`, `ZUNION`, `ZUNIONSTORE`; and
//! those that wait: `BZMPOP`, `BZPOPMAX`, `BZPOPMIN`.

mod add;
mod algebra;
mod bounds;
mod pops;
mod range;
mod reads;

use crate::redis::command::{Command, Group, Run};
use crate::redis::float::print_f64;
use crate::redis::key::Key;
use crate::redis::reply::Reply;

const fn new(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::SortedSet, name, arity, arguments, summary, run).keys(1, 1, 1)
}

/// A command whose keys come after their number.
const fn over(name: &'static str, arity: i32, arguments: &'static str, summary: &'static str, run: Run) -> Command {
    Command::new(Group::SortedSet, name, arity, arguments, summary, run)
}

const ADD: &str = "key [NX|XX] [GT|LT] [CH] [INCR] score member [score member ...]";
const RANGE: &str = "key start stop [BYSCORE|BYLEX] [REV] [LIMIT offset count] [WITHSCORES]";
const STORE_RANGE: &str = "dst src min max [BYSCORE|BYLEX] [REV] [LIMIT offset count]";
const BY_SCORE: &str = "key min max [WITHSCORES] [LIMIT offset count]";
const BY_SCORE_DOWN: &str = "key max min [WITHSCORES] [LIMIT offset count]";
const COMBINE: &str = "numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM|MIN|MAX] [WITHSCORES]";
const STORE: &str = "destination numkeys key [key ...] [WEIGHTS weight [weight ...]] [AGGREGATE SUM|MIN|MAX]";
const POP: &str = "numkeys key [key ...] MIN|MAX [COUNT count]";

pub(super) const COMMANDS: [Command; 35] = [
    over(
        "bzmpop",
        -5,
        "timeout numkeys key [key ...] MIN|MAX [COUNT count]",
        "As ZMPOP; waits for a set.",
        pops::bzmpop,
    )
    .writes()
    .counted(2),
    new("bzpopmax", -3, "key [key ...] timeout", "Pops the highest score; waits for a set.", pops::bzpopmax)
        .writes()
        .fast()
        .keys(1, -2, 1),
    new("bzpopmin", -3, "key [key ...] timeout", "Pops the lowest score; waits for a set.", pops::bzpopmin)
        .writes()
        .fast()
        .keys(1, -2, 1),
    new("zadd", -4, ADD, "Adds members, or changes their scores.", add::zadd).writes().grows().fast(),
    new("zcard", 2, "key", "Returns how many members there are.", reads::zcard).reads().fast(),
    new("zcount", 4, "key min max", "Counts the members of a range of scores.", range::zcount).reads().fast(),
    over("zdiff", -3, "numkeys key [key ...] [WITHSCORES]", "Returns what no later set has.", algebra::zdiff)
        .reads()
        .counted(1),
    new("zdiffstore", -4, "destination numkeys key [key ...]", "Stores what ZDIFF returns.", algebra::zdiffstore)
        .writes()
        .grows()
        .counted(2),
    new("zincrby", 4, "key increment member", "Adds to a member's score.", add::zincrby).writes().grows().fast(),
    over("zinter", -3, COMBINE, "Returns what all sets have.", algebra::zinter).reads().counted(1),
    over("zintercard", -3, "numkeys key [key ...] [LIMIT limit]", "Counts what all sets have.", algebra::zintercard)
        .reads()
        .counted(1),
    new("zinterstore", -4, STORE, "Stores what ZINTER returns.", algebra::zinterstore).writes().grows().counted(2),
    new("zlexcount", 4, "key min max", "Counts the members of a range of names.", range::zlexcount).reads().fast(),
    over("zmpop", -4, POP, "Pops from the first set that is there.", pops::zmpop).writes().counted(1),
    new("zmscore", -3, "key member [member ...]", "Returns several scores.", reads::zmscore).reads().fast(),
    new("zpopmax", -2, "key [count]", "Removes and returns the highest scores.", pops::zpopmax).writes().fast(),
    new("zpopmin", -2, "key [count]", "Removes and returns the lowest scores.", pops::zpopmin).writes().fast(),
    new("zrandmember", -2, "key [count [WITHSCORES]]", "Returns random members.", reads::zrandmember).reads(),
    new("zrange", -4, RANGE, "Returns the members of a range.", range::zrange).reads(),
    new("zrangebylex", -4, "key min max [LIMIT offset count]", "Returns a range of names.", range::zrangebylex).reads(),
    new("zrangebyscore", -4, BY_SCORE, "Returns a range of scores.", range::zrangebyscore).reads(),
    new("zrangestore", -5, STORE_RANGE, "Stores what ZRANGE returns.", range::zrangestore)
        .writes()
        .grows()
        .keys(1, 2, 1),
    new("zrank", 3, "key member", "Returns a member's place from the lowest score.", reads::zrank).reads().fast(),
    new("zrem", -3, "key member [member ...]", "Removes members.", add::zrem).writes().fast(),
    new("zremrangebylex", 4, "key min max", "Removes a range of names.", range::zremrangebylex).writes(),
    new("zremrangebyrank", 4, "key start stop", "Removes a range of places.", range::zremrangebyrank).writes(),
    new("zremrangebyscore", 4, "key min max", "Removes a range of scores.", range::zremrangebyscore).writes(),
    new("zrevrange", -4, "key start stop [WITHSCORES]", "Returns a range from the highest score.", range::zrevrange)
        .reads(),
    new("zrevrangebylex", -4, "key max min [LIMIT offset count]", "Returns names downwards.", range::zrevrangebylex)
        .reads(),
    new("zrevrangebyscore", -4, BY_SCORE_DOWN, "Returns scores downwards.", range::zrevrangebyscore).reads(),
    new("zrevrank", 3, "key member", "Returns a member's place from the highest score.", reads::zrevrank)
        .reads()
        .fast(),
    new(
        "zscan",
        -3,
        "key cursor [MATCH pattern] [COUNT count]",
        "Returns some members, and the cursor for more.",
        reads::zscan,
    )
    .reads(),
    new("zscore", 3, "key member", "Returns a member's score.", reads::zscore).reads().fast(),
    over("zunion", -3, COMBINE, "Returns what any set has.", algebra::zunion).reads().counted(1),
    new("zunionstore", -4, STORE, "Stores what ZUNION returns.", algebra::zunionstore).writes().grows().counted(2),
];

/// A score as RESP2 carries it.
fn score_reply(score: f64) -> Reply {
    Reply::bulk(print_f64(score))
}

/// Members as an array, with or without their scores.
fn entries_reply<'k>(entries: impl Iterator<Item = &'k (f64, Key)>, with_scores: bool) -> Reply {
    let mut out = Vec::new();
    for (score, member) in entries {
        out.push(Reply::bulk(member.as_bytes()));
        if with_scores {
            out.push(score_reply(*score));
        }
    }
    Reply::Array(Some(out))
}
