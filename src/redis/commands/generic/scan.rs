//! Listing keys: `KEYS` and `SCAN`.

use crate::redis::call::{Call, Outcome};
use crate::redis::database::Slot;
use crate::redis::key::Key;
use crate::redis::reply::Reply;
use crate::redis::server::{Purpose, Server};

use super::super::options::is;
use super::super::page::{Page, Pattern, ScanOptions, parse_cursor};

/// Keys whose time is over are left out and stay.
pub(super) fn keys(call: &mut Call<'_>) -> Outcome {
    let pattern = Pattern::new(call.arg(1));
    let now = call.now;
    let alive = call.database().iter().filter(|(_, entry)| !Server::is_over(entry.expires_at, now));
    let matching = alive.map(|(key, _)| key).filter(|key| pattern.matches(key));
    Ok(Reply::Array(Some(matching.map(|key| Reply::bulk(key.as_bytes())).collect())))
}

pub(super) fn scan(call: &mut Call<'_>) -> Outcome {
    let cursor = parse_cursor(call.arg(1))?;
    let options = ScanOptions::parse(call.args_from(2), true)?;
    let page = Page::new(cursor, call.database().len(), options.count);
    let visited: Vec<Key> = page.places().map(|place| call.database().key(Slot(place)).clone()).collect();
    let returned = visited.into_iter().filter(|key| is_wanted(call, key, &options));
    let returned = returned.map(|key| Reply::bulk(key.as_bytes())).collect();
    Ok(page.reply(returned))
}

/// Whether `SCAN` returns a key. With a type it counts as a look-up, and a key whose time is over has the type `none`,
/// both as in Redis.
fn is_wanted(call: &mut Call<'_>, key: &Key, options: &ScanOptions<'_>) -> bool {
    if !options.pattern.matches(key) {
        return false;
    }
    match options.type_name {
        None => call.server.live(call.db(), key, call.now).is_some(),
        Some(wanted) => {
            let slot = call.lookup(key, Purpose::Inspect);
            is(wanted, slot.map_or("none", |slot| call.entry(slot).value.type_name()))
        }
    }
}
