//! Stale serving: the newest version of a row that the process has seen stands in when the row can't be had.
//!
//! It costs memory, and readers get old values without being told.

use super::super::context::Caller;
use super::Protections;
use crate::database::{Row, RowKey};
use crate::world::Failure;

/// The process has seen this row.
pub(super) fn remember(caller: &Caller, on: &Protections, row: &Row) {
    if !on.breaker {
        return;
    }
    let mut rows = caller.memory().rows.borrow_mut();
    let known = &mut rows.or_default(row.key()).known;
    if known.as_ref().is_none_or(|known| known.version() < row.version()) {
        *known = Some(row.clone());
    }
}

/// The newest version that was seen.
pub(super) fn known(caller: &Caller, on: &Protections, key: RowKey) -> Option<Row> {
    if !on.breaker {
        return None;
    }
    caller.memory().rows.borrow().get(&key)?.known.clone()
}

/// An old row in the place of an error.
pub(super) fn instead_of(
    caller: &Caller,
    on: &Protections,
    key: RowKey,
    failure: Failure,
) -> Result<Option<Row>, Failure> {
    let old = known(caller, on, key).filter(|_| caller.fills()).ok_or(failure)?;
    caller.hands.keep_out();
    Ok(Some(old))
}
