//! What `MEMORY USAGE` says of a key (Redis, `object.c`, `objectComputeSize`): it counts Redis's own structures as large as they
//! are, where [`super::memory`] rounds them up to what the allocator gives for them, and estimates a stream's trees.

use super::config::Allocator;
use super::memory;
use super::value::Value;

/// The bytes that are told of a key with a value.
pub(crate) fn usage(name: &[u8], value: &Value, allocator: Allocator) -> u64 {
    let rounding = |bytes: u64| allocator.size_class(bytes) - bytes;
    let key = memory::key(name.len() as u64, false, allocator) - rounding(memory::DICT_ENTRY);
    let size = value.size(allocator);
    let value = match value {
        // A shared integer is counted as if it were the key's own.
        Value::Text(_) => size.max(memory::OBJECT_HEADER),
        Value::List(list) => {
            size - rounding(memory::QUICKLIST) - memory::list_nodes(list.payload()) * rounding(memory::QUICKLIST_NODE)
        }
        Value::Stream(stream) => stream.usage(allocator),
        table if matches!(table.encoding_name(), "hashtable" | "skiplist") => {
            size - rounding(memory::DICT) - table.len() as u64 * rounding(memory::DICT_ENTRY)
        }
        _ => size,
    };
    key + value
}
