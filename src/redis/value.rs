//! A key's value: one of Redis's types.

use super::config::Allocator;
use super::list::List;
use super::text::Text;

/// The value of a key.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(Text),
    List(List),
}

impl Value {
    /// What `TYPE` says.
    pub(crate) fn type_name(&self) -> &'static str {
        match self {
            Value::Text(_) => "string",
            Value::List(_) => "list",
        }
    }

    /// What `OBJECT ENCODING` says.
    pub(crate) fn encoding_name(&self) -> &'static str {
        match self {
            Value::Text(text) => text.encoding_name(),
            Value::List(_) => "quicklist",
        }
    }

    /// Whether the value is one of the server's shared integers.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self, Value::Text(text) if text.is_shared())
    }

    /// A copy as `COPY` makes it.
    pub(crate) fn duplicate(&self) -> Value {
        match self {
            Value::Text(text) => Value::Text(text.duplicate()),
            Value::List(list) => Value::List(list.clone()),
        }
    }

    /// The bytes that the value takes.
    pub(crate) fn size(&self, allocator: Allocator) -> u64 {
        match self {
            Value::Text(text) => text.size(allocator),
            Value::List(list) => list.size(allocator),
        }
    }
}
