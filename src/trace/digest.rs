//! A hash of a whole trace, the same natively and in the browser.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::world::Event;

/// A trace's fingerprint: equal traces have equal digests, and other traces almost surely another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u64);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

/// The digest of these events in this order.
#[must_use]
pub fn digest(events: &[Event]) -> Digest {
    let mut hasher = StableHasher::default();
    for event in events {
        event.hash(&mut hasher);
    }
    Digest(hasher.finish())
}

/// FNV-1a over 64 bits, fed alike on every target: `usize` and `isize` count as 64 bits, all numbers are little-endian.
struct StableHasher(u64);

impl Default for StableHasher {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for StableHasher {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn write_u16(&mut self, number: u16) {
        self.write(&number.to_le_bytes());
    }

    fn write_u32(&mut self, number: u32) {
        self.write(&number.to_le_bytes());
    }

    fn write_u64(&mut self, number: u64) {
        self.write(&number.to_le_bytes());
    }

    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number as u64);
    }

    fn write_isize(&mut self, number: isize) {
        self.write_i64(number as i64);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::VirtualTime;
    use crate::world::{Actor, EventKind, Place, RequestId};

    fn line(at: u64, line: u32) -> Event {
        let place = Place { actor: Actor::App, request: Some(RequestId(1)) };
        Event { at: VirtualTime::from_millis(at), kind: EventKind::LineEntered { place, line } }
    }

    #[test]
    fn order_time_and_content_all_count() {
        let base = digest(&[line(1, 5), line(2, 6)]);
        assert_eq!(base, digest(&[line(1, 5), line(2, 6)]));
        assert_ne!(base, digest(&[line(2, 6), line(1, 5)]));
        assert_ne!(base, digest(&[line(1, 5), line(3, 6)]));
        assert_ne!(base, digest(&[line(1, 5), line(2, 7)]));
        assert_ne!(base, digest(&[line(1, 5)]));
    }

    #[test]
    fn known_events_have_a_known_digest() {
        assert_eq!(digest(&[]).to_string(), "cbf29ce484222325");
    }
}
