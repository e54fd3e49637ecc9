//! The outbox: a table of notices beside the rows, which a write adds to in its own transaction. Each notice names a row
//! whose cached copy is old.

use std::cell::RefCell;
use std::collections::VecDeque;

use super::rpc::{Call, Served};
use super::{Actor, Failure, Parcel, ParcelKind, Place, World};
use crate::database::{Row, RowKey, Statement};
use crate::engine::{Span, VirtualTime};

/// The notices, oldest first. They are as durable as the rows.
#[derive(Default)]
pub(crate) struct Outbox(RefCell<VecDeque<(VirtualTime, RowKey)>>);

impl Outbox {
    /// Forgets the notices that had not reached a replica so far behind.
    pub(super) fn lose_unshipped(&self, now: VirtualTime, lag: Span) {
        self.0.borrow_mut().retain(|(at, _)| *at + lag <= now);
    }
}

/// What is asked of the database about its outbox.
#[derive(Clone)]
pub(crate) enum Notices {
    /// To carry out these statements, a transaction that writes the row, and to leave a notice of it.
    Leave(Vec<Statement>, RowKey),
    /// To show the oldest, at most so many.
    Show(u32),
    /// To forget the oldest, so many.
    Forget(usize),
}

impl Notices {
    fn parcel(&self, world: &World) -> Parcel {
        match self {
            Self::Leave(statements, key) => {
                let text = || {
                    let update = statements.iter().find(|statement| statement.is_write()).map(ToString::to_string);
                    let (update, key) = (update.unwrap_or_default(), key.cache_key());
                    format!("BEGIN; {update}; INSERT INTO outbox (key) VALUES ('{key}'); COMMIT")
                };
                world.parcel(ParcelKind::SqlWrite, text)
            }
            Self::Show(count) => {
                Parcel::new(ParcelKind::SqlRead, format!("SELECT key FROM outbox ORDER BY id LIMIT {count}"))
            }
            Self::Forget(count) => {
                let oldest = format!("(SELECT id FROM outbox ORDER BY id LIMIT {count})");
                Parcel::new(ParcelKind::SqlWrite, format!("DELETE FROM outbox WHERE id IN {oldest}"))
            }
        }
    }
}

impl World {
    /// Sends the database a message about its outbox; gives the rows that notices name.
    ///
    /// # Errors
    ///
    /// When the database can't be had or refuses.
    pub(crate) async fn outbox_call(&self, from: Place, notices: Notices) -> Result<Vec<RowKey>, Failure> {
        let limit = self.inner.timings.database_timeout;
        let call = Call { from, to: Actor::Database, parcel: notices.parcel(self), limit };
        let world = self.clone();
        self.call(call, move || world.clone().serve_outbox(notices.clone())).await
    }

    async fn serve_outbox(self, notices: Notices) -> Served<Vec<RowKey>> {
        let Outbox(outbox) = &self.inner.outbox;
        match notices {
            Notices::Leave(statements, key) => {
                let Served { result, parcel } = self.clone().serve_statements(None, statements).await;
                // The commit was the last that was awaited: row and notice are there at the same instant.
                if result.is_ok() {
                    outbox.borrow_mut().push_back((self.now(), key));
                }
                Served { result: result.map(|_: Vec<Row>| Vec::new()), parcel }
            }
            Notices::Show(count) => {
                self.work_on_notices(false).await;
                let found: Vec<RowKey> = outbox.borrow().iter().take(count as usize).map(|(_, key)| *key).collect();
                let kind = if found.is_empty() { ParcelKind::Miss } else { ParcelKind::Rows };
                Served { parcel: Parcel::new(kind, format!("{} notices", found.len())), result: Ok(found) }
            }
            Notices::Forget(count) => {
                self.work_on_notices(true).await;
                let mut outbox = outbox.borrow_mut();
                let count = count.min(outbox.len());
                outbox.drain(..count);
                Served {
                    parcel: Parcel::new(ParcelKind::Done, format!("{count} notices gone")),
                    result: Ok(Vec::new()),
                }
            }
        }
    }
}
