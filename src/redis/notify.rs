//! Which events of keys are published: the setting `notify-keyspace-events` and its letters.

use serde::{Deserialize, Serialize};

/// A set of classes of events, as the setting's letters name them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NotifyEvents(pub(crate) u16);

/// `K`: published on `__keyspace@<db>__:<key>`.
pub(crate) const KEYSPACE: u16 = 1;
/// `E`: published on `__keyevent@<db>__:<event>`.
pub(crate) const KEYEVENT: u16 = 1 << 1;
/// `g`: what any type of value has in common.
pub(crate) const GENERIC: u16 = 1 << 2;
/// `$`: strings.
pub(crate) const STRING: u16 = 1 << 3;
/// `l`: lists.
pub(crate) const LIST: u16 = 1 << 4;
/// `s`: sets.
pub(crate) const SET: u16 = 1 << 5;
/// `h`: hashes.
pub(crate) const HASH: u16 = 1 << 6;
/// `z`: sorted sets.
pub(crate) const SORTED: u16 = 1 << 7;
/// `x`: keys whose time is over.
pub(crate) const EXPIRED: u16 = 1 << 8;
/// `e`: keys that made room.
pub(crate) const EVICTED: u16 = 1 << 9;
/// `t`: streams.
pub(crate) const STREAM: u16 = 1 << 10;
/// `m`: look-ups that found nothing.
pub(crate) const MISS: u16 = 1 << 11;
/// `d`: what modules do; no module is modelled.
const MODULE: u16 = 1 << 12;
/// `n`: new keys.
pub(crate) const NEW: u16 = 1 << 13;
/// `A`: all of them but misses and new keys.
const ALL: u16 = GENERIC | STRING | LIST | SET | HASH | SORTED | EXPIRED | EVICTED | STREAM | MODULE;

/// The letters that stand for one class each, in the order in which `CONFIG GET` writes them.
const LETTERS: [(u8, u16); 14] = [
    (b'g', GENERIC),
    (b'$', STRING),
    (b'l', LIST),
    (b's', SET),
    (b'h', HASH),
    (b'z', SORTED),
    (b'x', EXPIRED),
    (b'e', EVICTED),
    (b't', STREAM),
    (b'd', MODULE),
    (b'n', NEW),
    (b'K', KEYSPACE),
    (b'E', KEYEVENT),
    (b'm', MISS),
];

impl NotifyEvents {
    /// Reads the setting's letters; `None` for a letter that Redis does not know.
    #[must_use]
    pub fn parse(text: &str) -> Option<NotifyEvents> {
        let class = |letter| match letter {
            b'A' => Some(ALL),
            _ => LETTERS.iter().find_map(|&(known, class)| (known == letter).then_some(class)),
        };
        text.bytes().try_fold(0, |sum, letter| Some(sum | class(letter)?)).map(NotifyEvents)
    }

    /// The letters, as `CONFIG GET` writes them: beside `A` it does not mention new keys.
    #[must_use]
    pub fn letters(self) -> String {
        let mut out = String::new();
        let all = self.0 & ALL == ALL;
        if all {
            out.push('A');
        }
        for (letter, class) in LETTERS {
            if self.0 & class != 0 && !(all && class & (ALL | NEW) != 0) {
                out.push(char::from(letter));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_and_written() {
        for (typed, written) in
            [("", ""), ("KEA", "AKE"), ("Kg$lshzxetd", "AK"), ("Elm", "lEm"), ("Knx", "xnK"), ("KEAmn", "AKEm")]
        {
            assert_eq!(NotifyEvents::parse(typed).map(NotifyEvents::letters).as_deref(), Some(written), "{typed}");
        }
        assert_eq!(NotifyEvents::parse("Kq"), None);
    }
}
