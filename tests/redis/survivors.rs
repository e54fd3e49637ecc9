//! What a server holds, to be compared with what it holds after a crash and a restart.

use std::collections::BTreeMap;

use cachescope::redis::{Millis, Server, ValueView};

/// The keys that are alive, by database and name: their values as text, and their expiries.
pub type Contents = BTreeMap<(u8, Vec<u8>), (String, Option<Millis>)>;

/// What a reader would find at a time.
pub fn contents(server: &Server, now: Millis) -> Contents {
    let mut found = Contents::new();
    for db in 0..server.config().databases {
        for (key, entry) in server.keys_in_order_of(db) {
            if entry.expires_at.is_some_and(|at| now > at) {
                continue;
            }
            let value = match entry.value {
                ValueView::Text(bytes) => format!("text {}", String::from_utf8_lossy(bytes)),
                other @ (ValueView::Other(_) | ValueView::Stream(_)) => format!("{other:?}"),
                ValueView::List(list) => {
                    format!("list {:?}", list.iter().map(String::from_utf8_lossy).collect::<Vec<_>>())
                }
            };
            found.insert((db, key.as_bytes().to_vec()), (value, entry.expires_at));
        }
    }
    found
}
