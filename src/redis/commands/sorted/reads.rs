//! Looking at single members: `ZCARD`, `ZMSCORE`, `ZRANDMEMBER`, `ZRANK`, `ZREVRANK`, `ZSCAN`, `ZSCORE`.

use crate::redis::call::{Call, Outcome};
use crate::redis::kinds::sample;
use crate::redis::reply::Reply;
use crate::redis::sorted::{Sorted, packed_score};

use super::super::page::{Page, ScanOptions, parse_cursor};
use super::super::samples::sample_options;
use super::score_reply;

pub(super) fn zcard(call: &mut Call<'_>) -> Outcome {
    Ok(Reply::count(call.read::<Sorted>(call.arg(1))?.map_or(0, Sorted::len)))
}

pub(super) fn zscore(call: &mut Call<'_>) -> Outcome {
    let member = call.arg(2);
    let score = call.read::<Sorted>(call.arg(1))?.and_then(|set| set.score(member));
    Ok(score.map_or(Reply::NIL, score_reply))
}

pub(super) fn zmscore(call: &mut Call<'_>) -> Outcome {
    let members = call.args_from(2);
    let set = call.read::<Sorted>(call.arg(1))?;
    let score = |member: &&[u8]| set.and_then(|set| set.score(member)).map_or(Reply::NIL, score_reply);
    Ok(Reply::Array(Some(members.iter().map(score).collect())))
}

pub(super) fn zrank(call: &mut Call<'_>) -> Outcome {
    rank(call, false)
}

pub(super) fn zrevrank(call: &mut Call<'_>) -> Outcome {
    rank(call, true)
}

fn rank(call: &mut Call<'_>, from_end: bool) -> Outcome {
    let member = call.arg(2);
    let Some(set) = call.read::<Sorted>(call.arg(1))? else { return Ok(Reply::NIL) };
    let place = |rank| if from_end { set.len() - 1 - rank } else { rank };
    Ok(set.rank(member).map_or(Reply::NIL, |rank| Reply::count(place(rank))))
}

pub(super) fn zrandmember(call: &mut Call<'_>) -> Outcome {
    let count = sample_options(call.args_from(2), "withscores")?;
    let length = call.read::<Sorted>(call.arg(1))?.map_or(0, Sorted::len);
    let places = sample(call, length, count.map_or(1, |(count, _)| count))?;
    let mut out = Vec::new();
    if let Some(slot) = call.database().find(call.arg(1)) {
        let set = call.get::<Sorted>(slot)?;
        for (member, score) in places.into_iter().filter_map(|place| set.at(place)) {
            out.push(Reply::bulk(member.as_bytes()));
            if count.is_some_and(|(_, scores)| scores) {
                out.push(score_reply(score));
            }
        }
    }
    Ok(if count.is_some() { Reply::Array(Some(out)) } else { out.pop().unwrap_or(Reply::NIL) })
}

/// A packed set is returned at once, whatever the cursor and the count.
pub(super) fn zscan(call: &mut Call<'_>) -> Outcome {
    let cursor = parse_cursor(call.arg(2))?;
    let words = call.args_from(3);
    let Some(set) = call.read::<Sorted>(call.arg(1))? else { return Ok(Page::new(0, 0, 0).reply(Vec::new())) };
    let options = ScanOptions::parse(words, false)?;
    let page = Page::of(cursor, set.len(), options.count, set.is_packed());
    let mut out = Vec::new();
    for (member, score) in page.places().filter_map(|place| set.at(place)) {
        if options.pattern.matches(member) {
            out.push(Reply::bulk(member.as_bytes()));
            out.push(if set.is_packed() { Reply::bulk(packed_score(score)) } else { score_reply(score) });
        }
    }
    Ok(page.reply(out))
}
