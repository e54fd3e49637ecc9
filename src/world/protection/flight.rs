//! Single-flight: of those who miss the same row in one process, the first loads and stores it, and the others get that
//! one's row. A write of the row ends a flight, so that nobody who comes later gets the row as it was before.
//!
//! It costs that all wait as long as the slowest, and each further application server still loads for itself.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use super::super::context::Caller;
use super::{Protections, load};
use crate::database::{Row, RowKey};
use crate::engine::Signal;
use crate::world::Failure;

/// A row on its way for several.
pub(crate) struct Flight {
    landed: Signal,
    found: RefCell<Option<Result<Option<Row>, Failure>>>,
    over: Cell<bool>,
}

/// The one who loads; when this is dropped, the flight is over, well or not.
pub(crate) struct Leader(Rc<Flight>);

impl Drop for Leader {
    fn drop(&mut self) {
        self.0.over.set(true);
        self.0.landed.notify_all();
    }
}

pub(super) async fn select(caller: &Caller, key: RowKey, on: &Protections) -> Result<Option<Row>, Failure> {
    while let Some(flight) = under_way(caller, key) {
        if flight.found.borrow().is_none() {
            flight.landed.wait().await;
        }
        if let Some(found) = &*flight.found.borrow() {
            caller.hands.keep_out();
            return found.clone();
        }
        // Its leader died, and a new one is needed.
    }
    let landed = Signal::new(&caller.world.inner.sim);
    let flight = Rc::new(Flight { landed, found: RefCell::default(), over: Cell::default() });
    caller.hands.lead(Leader(Rc::clone(&flight)));
    caller.memory().rows.borrow_mut().or_default(key).flight = Some(Rc::clone(&flight));
    let found = load(caller, key, on.hedge).await;
    flight.found.replace(Some(found.clone()));
    flight.landed.notify_all();
    found
}

fn under_way(caller: &Caller, key: RowKey) -> Option<Rc<Flight>> {
    let rows = caller.memory().rows.borrow();
    rows.get(&key)?.flight.clone().filter(|flight| !flight.over.get())
}

/// Whoever asks from now on gets a flight of their own.
pub(super) fn forget(caller: &Caller, key: RowKey) {
    if let Some(kept) = caller.memory().rows.borrow_mut().get_mut(&key) {
        kept.flight = None;
    }
}
