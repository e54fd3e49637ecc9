//! Removing, testing and naming keys.

use crate::redis::call::{Call, Outcome};
use crate::redis::reply::Reply;

/// `DEL` and `UNLINK`. A key whose time is over does not count.
pub(super) fn delete(call: &mut Call<'_>) -> Outcome {
    let mut removed = 0;
    for key in call.args_from(1) {
        if let Some(slot) = call.server.live(call.db(), key, call.now) {
            call.remove(slot);
            removed += 1;
        }
    }
    Ok(Reply::Integer(removed))
}
