//! A string value and its encodings.

use super::config::Allocator;
use super::memory;
use super::number::{Decimal, parse_i64};

/// Strings up to this length share one allocation with their object header.
const EMBEDDED_LIMIT: usize = 44;
/// Integers below this one exist once for the whole server.
const SHARED_INTEGERS: i64 = 10_000;
/// Growing strings are given twice the room they need, up to this many bytes more.
const GREATEST_SPARE: u64 = 1024 * 1024;

/// How Redis stores a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Encoding {
    Int { shared: bool },
    Embedded,
    Raw { capacity: u64 },
}

/// A string value: its bytes, and the encoding that decides its size and what `OBJECT ENCODING` says.
#[derive(Clone, Debug)]
pub(crate) struct Text {
    bytes: Vec<u8>,
    encoding: Encoding,
}

impl Text {
    /// A string as a command's argument becomes one: an integer if it reads as one, else embedded or raw by length.
    pub(crate) fn encoded(bytes: &[u8], share: bool) -> Text {
        let mut text = Text { bytes: Vec::new(), encoding: Encoding::Embedded };
        text.assign(bytes, share);
        text
    }

    /// Takes another content, reusing the room.
    pub(crate) fn assign(&mut self, bytes: &[u8], share: bool) {
        self.assign_plain(bytes);
        if let Some(value) = parse_i64(bytes) {
            self.encoding = Encoding::Int { shared: share && (0..SHARED_INTEGERS).contains(&value) };
        }
    }

    /// Takes another content that is not looked at as an integer, as the result of `INCRBYFLOAT` is not.
    pub(crate) fn assign_plain(&mut self, bytes: &[u8]) {
        self.bytes.clear();
        self.bytes.extend_from_slice(bytes);
        self.encoding = if bytes.len() <= EMBEDDED_LIMIT {
            Encoding::Embedded
        } else {
            Encoding::Raw { capacity: bytes.len() as u64 }
        };
    }

    /// Takes an integer as its content.
    pub(crate) fn assign_integer(&mut self, value: i64, share: bool) {
        self.bytes.clear();
        self.bytes.extend_from_slice(Decimal::new(value).as_bytes());
        self.encoding = Encoding::Int { shared: share && (0..SHARED_INTEGERS).contains(&value) };
    }

    /// The content.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A copy as `COPY` makes it: an integer of its own even where the original is shared.
    pub(crate) fn duplicate(&self) -> Text {
        let encoding = match self.encoding {
            Encoding::Int { .. } => Encoding::Int { shared: false },
            Encoding::Raw { .. } => Encoding::Raw { capacity: self.bytes.len() as u64 },
            Encoding::Embedded => Encoding::Embedded,
        };
        Text { bytes: self.bytes.clone(), encoding }
    }

    /// Appends, as a raw string with spare room.
    pub(crate) fn append(&mut self, more: &[u8], allocator: Allocator) {
        self.grow(self.bytes.len() + more.len(), allocator);
        self.bytes.extend_from_slice(more);
    }

    /// Writes `patch` at `offset`, filling a gap with zero bytes.
    pub(crate) fn patch(&mut self, offset: usize, patch: &[u8], allocator: Allocator) {
        let end = offset + patch.len();
        if end > self.bytes.len() {
            self.grow(end, allocator);
            self.bytes.resize(end, 0);
        } else {
            self.grow(self.bytes.len(), allocator);
        }
        self.bytes[offset..end].copy_from_slice(patch);
    }

    /// Zero bytes, raw, as `SETRANGE` begins a new string.
    pub(crate) fn zeros(length: usize) -> Text {
        Text { bytes: vec![0; length], encoding: Encoding::Raw { capacity: length as u64 } }
    }

    /// Makes the string raw with room for `length` bytes (Redis, `sdsMakeRoomFor`).
    fn grow(&mut self, length: usize, allocator: Allocator) {
        let present = match self.encoding {
            Encoding::Raw { capacity } => usable(capacity, allocator),
            Encoding::Int { .. } | Encoding::Embedded => usable(self.bytes.len() as u64, allocator),
        };
        let needed = length as u64;
        let capacity = if needed <= present { present } else { needed + needed.min(GREATEST_SPARE) };
        self.encoding = Encoding::Raw { capacity };
    }

    /// What `OBJECT ENCODING` says.
    pub(crate) fn encoding_name(&self) -> &'static str {
        match self.encoding {
            Encoding::Int { .. } => "int",
            Encoding::Embedded => "embstr",
            Encoding::Raw { .. } => "raw",
        }
    }

    /// Whether the value is one of the server's shared integers.
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.encoding, Encoding::Int { shared: true })
    }

    /// The bytes that the value takes.
    pub(crate) fn size(&self, allocator: Allocator) -> u64 {
        let header = memory::OBJECT_HEADER;
        match self.encoding {
            Encoding::Int { shared: true } => 0,
            Encoding::Int { shared: false } => allocator.size_class(header),
            Encoding::Embedded => allocator.size_class(header + 3 + self.bytes.len() as u64 + 1),
            Encoding::Raw { capacity } => {
                let sds_header = memory::sds_header(capacity, false);
                allocator.size_class(header) + allocator.size_class(sds_header + capacity + 1)
            }
        }
    }
}

/// How many bytes fit in the allocation that a raw string of this capacity has.
fn usable(capacity: u64, allocator: Allocator) -> u64 {
    let header = memory::sds_header(capacity, false);
    allocator.size_class(header + capacity + 1) - header - 1
}
