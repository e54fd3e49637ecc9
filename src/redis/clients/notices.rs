//! Keyspace notifications: what happens to keys, published on channels (`notify-keyspace-events`).

use crate::redis::notify;
use crate::redis::number::Decimal;
use crate::redis::server::Server;

impl Server {
    /// Publishes what happened to a key, if events of the class are wanted.
    #[inline]
    pub(crate) fn notify(&mut self, db: usize, class: u16, event: &str, key: &[u8]) {
        if self.config.notify.0 & class != 0 && !self.clients.subscriptions.is_empty() {
            self.publish_event(db, event, key);
        }
    }

    #[cold]
    fn publish_event(&mut self, db: usize, event: &str, key: &[u8]) {
        let wanted = self.config.notify.0;
        if wanted & notify::KEYSPACE != 0 {
            self.clients.publish(&channel("__keyspace@", db, key), event.as_bytes());
        }
        if wanted & notify::KEYEVENT != 0 {
            self.clients.publish(&channel("__keyevent@", db, event.as_bytes()), key);
        }
    }
}

/// The name of a channel: `<kind><db>__:<of>`.
fn channel(kind: &str, db: usize, of: &[u8]) -> Vec<u8> {
    let number = Decimal::new(db as i64);
    [kind.as_bytes(), number.as_bytes(), b"__:", of].concat()
}
