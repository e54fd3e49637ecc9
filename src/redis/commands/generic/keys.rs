//! Removing and testing keys: `DEL`, `UNLINK`, `EXISTS`, `TOUCH`, `TYPE`, `RANDOMKEY`.

use crate::redis::call::{Call, Outcome};
use crate::redis::database::Slot;
use crate::redis::reply::Reply;
use crate::redis::server::{Purpose, Server};

/// `DEL` and `UNLINK`. A key whose time is over does not count.
pub(super) fn delete(call: &mut Call<'_>) -> Outcome {
    let mut removed = 0;
    for key in call.args_from(1) {
        if let Some(slot) = call.server.live(call.db(), key, call.now) {
            call.remove(slot);
            removed += 1;
        }
    }
    Ok(Reply::count(removed))
}

pub(super) fn exists(call: &mut Call<'_>) -> Outcome {
    Ok(count_found(call, Purpose::Inspect))
}

pub(super) fn touch(call: &mut Call<'_>) -> Outcome {
    Ok(count_found(call, Purpose::Read))
}

fn count_found(call: &mut Call<'_>, purpose: Purpose) -> Reply {
    let found = call.args_from(1).iter().filter(|key| call.lookup(key, purpose).is_some());
    Reply::count(found.count())
}

pub(super) fn type_of(call: &mut Call<'_>) -> Outcome {
    let slot = call.lookup(call.arg(1), Purpose::Inspect);
    let name = slot.map_or("none", |slot| call.entry(slot).value.type_name());
    Ok(Reply::Status(name.into()))
}

/// Keys whose time is over are removed on the way.
pub(super) fn randomkey(call: &mut Call<'_>) -> Outcome {
    let db = call.db();
    while !call.database().is_empty() {
        let slot = Slot(call.server.random.below(call.database().len()));
        if !Server::is_over(call.entry(slot).expires_at, call.now) {
            return Ok(Reply::bulk(call.database().key(slot).as_bytes()));
        }
        call.server.expire(db, slot);
    }
    Ok(Reply::NIL)
}
