//! A hash value.

use indexmap::IndexMap;

use super::config::Config;
use super::hash::FixedState;
use super::key::Key;
use super::memory;

/// Fields with their values. A small hash keeps the order in which its fields were made, as Redis's listpack does.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    fields: IndexMap<Key, Box<[u8]>, FixedState>,
    packed: bool,
    /// What the fields take as they are stored.
    payload: u64,
}

impl Default for Fields {
    fn default() -> Fields {
        Fields { fields: IndexMap::default(), packed: true, payload: 0 }
    }
}

impl Fields {
    /// How many fields there are.
    pub(crate) fn len(&self) -> usize {
        self.fields.len()
    }

    /// The value of a field.
    pub(crate) fn get(&self, field: &[u8]) -> Option<&[u8]> {
        self.fields.get(field).map(AsRef::as_ref)
    }

    /// The field at a place, and its value.
    pub(crate) fn at(&self, place: usize) -> Option<(&[u8], &[u8])> {
        self.fields.get_index(place).map(|(field, value)| (field.as_bytes(), value.as_ref()))
    }

    /// Whether it is stored as one listpack.
    pub(crate) fn is_packed(&self) -> bool {
        self.packed
    }

    /// Sets a field; whether it is new.
    pub(crate) fn set(&mut self, field: &[u8], value: &[u8], config: &Config) -> bool {
        let longest = field.len().max(value.len()) as u64;
        if longest > config.limits.hash_value {
            self.unpack(config);
        }
        self.payload += self.weight(value, config);
        let is_new = match self.fields.get_mut(field) {
            Some(present) => {
                let former = std::mem::replace(present, value.into());
                self.payload -= self.weight(&former, config);
                false
            }
            None => {
                self.payload += self.weight(field, config);
                self.fields.insert(Key::new(field), value.into());
                true
            }
        };
        if self.len() as u64 > config.limits.hash_entries {
            self.unpack(config);
        }
        is_new
    }

    /// Removes a field; whether it was there.
    pub(crate) fn remove(&mut self, field: &[u8], config: &Config) -> bool {
        let Some(place) = self.fields.get_index_of(field) else { return false };
        let removed =
            if self.packed { self.fields.shift_remove_index(place) } else { self.fields.swap_remove_index(place) };
        if let Some((_, value)) = removed {
            self.payload -= self.weight(field, config) + self.weight(&value, config);
        }
        true
    }

    fn weight(&self, text: &[u8], config: &Config) -> u64 {
        if self.packed { memory::listpack_entry(text) } else { memory::sds(text.len() as u64, config.allocator) }
    }

    /// Stores it as a hash table from now on.
    pub(crate) fn unpack(&mut self, config: &Config) {
        if !std::mem::take(&mut self.packed) {
            return;
        }
        let weight = |text: &[u8]| memory::sds(text.len() as u64, config.allocator);
        self.payload = self.fields.iter().map(|(field, value)| weight(field) + weight(value)).sum();
    }

    /// The bytes that the value takes.
    pub(crate) fn size(&self, allocator: super::config::Allocator) -> u64 {
        if self.packed {
            memory::packed(self.payload, allocator)
        } else {
            memory::dictionary(self.len() as u64, self.payload, allocator)
        }
    }
}
