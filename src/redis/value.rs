//! A key's value: one of Redis's types.

use super::config::Allocator;
use super::list::List;
use super::text::Text;
use super::{fields::Fields, members::Members, sorted::Sorted, stream::Stream};

/// The value of a key. The larger kinds are boxed, so that strings stay close together.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Text),
    List(List),
    Hash(Box<Fields>),
    Set(Box<Members>),
    Sorted(Box<Sorted>),
    Stream(Box<Stream>),
}

impl Value {
    /// What `TYPE` says.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Value::Text(_) => "string",
            Value::List(_) => "list",
            Value::Hash(_) => "hash",
            Value::Set(_) => "set",
            Value::Sorted(_) => "zset",
            Value::Stream(_) => "stream",
        }
    }

    /// What `OBJECT ENCODING` says.
    pub(crate) fn encoding_name(&self) -> &'static str {
        match self {
            Value::Text(text) => text.encoding_name(),
            Value::List(_) => "quicklist",
            Value::Hash(fields) => {
                if fields.is_packed() {
                    "listpack"
                } else {
                    "hashtable"
                }
            }
            Value::Set(members) => {
                if members.is_integers() {
                    "intset"
                } else {
                    "hashtable"
                }
            }
            Value::Sorted(sorted) => {
                if sorted.is_packed() {
                    "listpack"
                } else {
                    "skiplist"
                }
            }
            Value::Stream(_) => "stream",
        }
    }

    /// Whether the value is one of the server's shared integers.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Value::Text(text) if text.is_shared())
    }

    /// How many elements a collection has, or bytes a string.
    pub(crate) fn len(&self) -> usize {
        match self {
            Value::Text(text) => text.as_bytes().len(),
            Value::List(list) => list.len(),
            Value::Hash(fields) => fields.len(),
            Value::Set(members) => members.len(),
            Value::Sorted(sorted) => sorted.len(),
            Value::Stream(stream) => stream.len(),
        }
    }

    /// Whether a collection has no elements; such a key is removed. A stream may be empty, as in Redis.
    pub(crate) fn is_empty(&self) -> bool {
        !matches!(self, Value::Text(_) | Value::Stream(_)) && self.len() == 0
    }

    /// A copy as `COPY` makes it.
    pub(crate) fn duplicate(&self) -> Value {
        match self {
            Value::Text(text) => Value::Text(text.duplicate()),
            other => other.clone(),
        }
    }

    /// The bytes that the value takes.
    pub(crate) fn size(&self, allocator: Allocator) -> u64 {
        match self {
            Value::Text(text) => text.size(allocator),
            Value::List(list) => list.size(allocator),
            Value::Hash(fields) => fields.size(allocator),
            Value::Set(members) => members.size(allocator),
            Value::Sorted(sorted) => sorted.size(allocator),
            Value::Stream(stream) => stream.size(allocator),
        }
    }
}
