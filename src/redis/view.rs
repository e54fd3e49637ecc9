//! What an observer sees of a key.

use std::borrow::Cow;
use std::fmt;

use super::database::Entry;
use super::list::List;
use super::stream::Stream;
use super::time::Millis;
use super::value::Value;

/// A key's entry, looked at without any effect.
#[derive(Clone, Copy, Debug)]
pub struct EntryView<'a> {
    /// The value.
    pub value: ValueView<'a>,
    /// When its life ends, if it has a time to live.
    pub expires_at: Option<Millis>,
    /// What name, value and expiry take, in bytes.
    pub bytes: u64,
}

/// A value, by its type.
#[derive(Clone, Copy, Debug)]
pub enum ValueView<'a> {
    /// A string.
    Text(&'a [u8]),
    /// A list.
    List(ListView<'a>),
    /// A stream.
    Stream(StreamView<'a>),
    /// A collection of another type; [`ValueView::summary`] tells of it.
    Other(OtherView<'a>),
}

/// A hash, a set or a sorted set.
#[derive(Clone, Copy, Debug)]
pub struct OtherView<'a>(&'a Value);

impl OtherView<'_> {
    /// How many elements it has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether it has none, which no collection in the keyspace has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.len() == 0
    }
}

/// A list.
#[derive(Clone, Copy, Debug)]
pub struct ListView<'a>(&'a List);

impl<'a> ListView<'a> {
    /// How many elements it has.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether it has none, which a list in the keyspace never has.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }

    /// The element at a place, counted from 0 at the left.
    #[must_use]
    pub fn get(self, place: usize) -> Option<&'a [u8]> {
        self.0.get(i64::try_from(place).ok()?)
    }

    /// The elements from left to right.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a [u8]> {
        self.0.iter()
    }
}

/// A stream.
#[derive(Clone, Copy, Debug)]
pub struct StreamView<'a>(&'a Stream);

impl<'a> StreamView<'a> {
    /// How many entries it has.
    #[must_use]
    pub fn len(self) -> usize {
        self.0.len()
    }

    /// Whether it has none, as a stream that was just made for a group.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    /// The last value of the entry at a place, counted from 0 for the oldest.
    #[must_use]
    pub fn last_value(self, place: usize) -> Option<&'a [u8]> {
        self.0.at(place)?.fields.last().map(AsRef::as_ref)
    }
}

impl ValueView<'_> {
    /// What `TYPE` says.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        match self {
            ValueView::Text(_) => "string",
            ValueView::List(_) => "list",
            ValueView::Stream(_) => "stream",
            ValueView::Other(other) => other.0.type_name(),
        }
    }

    /// The value in a few words: a string itself, of anything else its type and how many elements it has.
    #[must_use]
    pub fn summary(&self) -> Cow<'_, str> {
        let (name, length) = match self {
            ValueView::Text(bytes) => return String::from_utf8_lossy(bytes),
            ValueView::List(list) => ("list", list.len()),
            ValueView::Stream(stream) => ("stream", stream.len()),
            ValueView::Other(other) => (other.0.type_name(), other.len()),
        };
        Cow::Owned(format!("{name} of {length}"))
    }
}

/// As [`ValueView::summary`].
impl fmt::Display for ValueView<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.summary())
    }
}

impl<'a> EntryView<'a> {
    pub(crate) fn of(entry: &'a Entry) -> EntryView<'a> {
        let value = match &entry.value {
            Value::Text(text) => ValueView::Text(text.as_bytes()),
            Value::List(list) => ValueView::List(ListView(list)),
            Value::Stream(stream) => ValueView::Stream(StreamView(stream)),
            other => ValueView::Other(OtherView(other)),
        };
        EntryView { value, expires_at: entry.expires_at, bytes: entry.bytes }
    }
}
