//! Reading strings.

use crate::redis::call::{Call, Outcome};
use crate::redis::reply::Reply;
use crate::redis::server::Purpose;

pub(super) fn get(call: &mut Call<'_>) -> Outcome {
    let slot = call.find_text(call.arg(1), Purpose::Read)?;
    Ok(match slot {
        Some(slot) => Reply::bulk(call.text(slot)?.as_bytes()),
        None => Reply::NIL,
    })
}
