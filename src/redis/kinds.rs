//! Commands' access to the values of each type beyond strings and lists: finding, reading, changing.

use super::call::Call;
use super::config::Config;
use super::database::Slot;
use super::errors::RedisError;
use super::fields::Fields;
use super::list::List;
use super::members::Members;
use super::server::Purpose;
use super::sorted::Sorted;
use super::stream::Stream;
use super::value::Value;

/// A type of value that is found by a key.
pub(crate) trait Kind: Sized + Default {
    fn of(value: &Value) -> Option<&Self>;
    fn of_mut(value: &mut Value) -> Option<&mut Self>;
    fn into_value(self) -> Value;
}

macro_rules! kinds {
    ($($variant:ident $kind:ty),*) => {$(
        impl Kind for $kind {
            fn of(value: &Value) -> Option<&$kind> {
                if let Value::$variant(own) = value { Some(own) } else { None }
            }

            fn of_mut(value: &mut Value) -> Option<&mut $kind> {
                if let Value::$variant(own) = value { Some(own) } else { None }
            }

            fn into_value(self) -> Value {
                Value::$variant(self.into())
            }
        }
    )*};
}

kinds!(List List, Hash Fields, Set Members, Sorted Sorted, Stream Stream);

impl Call<'_> {
    /// Looks up a key that may hold one type only.
    pub(crate) fn find<K: Kind>(&mut self, key: &[u8], purpose: Purpose) -> Result<Option<Slot>, RedisError> {
        let Some(slot) = self.lookup(key, purpose) else { return Ok(None) };
        self.get::<K>(slot).map(|_| Some(slot))
    }

    /// The value of a type at a place.
    pub(crate) fn get<K: Kind>(&self, slot: Slot) -> Result<&K, RedisError> {
        K::of(&self.entry(slot).value).ok_or(RedisError::WrongType)
    }

    /// Looks a key up to read its value of one type.
    pub(crate) fn read<K: Kind>(&mut self, key: &[u8]) -> Result<Option<&K>, RedisError> {
        match self.lookup(key, Purpose::Read) {
            Some(slot) => self.get(slot).map(Some),
            None => Ok(None),
        }
    }

    /// The place of a key that is to be changed. It is made if it is not there, and then [`Call::changed`] must follow.
    pub(crate) fn find_or_make<K: Kind>(&mut self, key: &[u8]) -> Result<Slot, RedisError> {
        match self.find::<K>(key, Purpose::Write)? {
            Some(slot) => Ok(slot),
            None => Ok(self.server.make(self.db(), key, K::default().into_value(), self.now)),
        }
    }

    /// The value at a place to change it, with the settings that it heeds; [`Call::changed`] must follow.
    pub(crate) fn edit<K: Kind>(&mut self, slot: Slot) -> Result<(&mut K, &Config), RedisError> {
        let db = self.db();
        let entry = self.server.databases[db].entry_mut(slot);
        K::of_mut(&mut entry.value).map(|value| (value, &self.server.config)).ok_or(RedisError::WrongType)
    }

    /// The value at a place was changed: it is weighed anew, and removed if it is left empty. Whether it was removed.
    pub(crate) fn changed(&mut self, slot: Slot) -> bool {
        let empty = self.server.update(self.db(), slot, |value| value.is_empty());
        if empty {
            self.remove(slot);
        }
        empty
    }

    /// Gives a key a whole new value; an empty one removes it. The event says what a value came from.
    pub(crate) fn store<K: Kind>(&mut self, key: &[u8], value: K, class: u16, event: &str) {
        let value = value.into_value();
        if value.is_empty() {
            // Redis removes the key without looking whether its time is over.
            if let Some(slot) = self.database().find(key) {
                self.remove(slot);
            }
            return;
        }
        match self.lookup(key, Purpose::Write) {
            Some(slot) => {
                self.server.overwrite(self.db(), slot, self.now, |present| *present = value);
                self.server.set_expiry(self.db(), slot, None);
            }
            None => {
                self.add(key, value);
            }
        }
        self.notify(class, event, key);
    }
}

/// A sample with repetitions has no more elements than this; Redis would go on until its memory is full.
const LARGEST_SAMPLE: usize = 1_000_000;

/// A random sample as `SRANDMEMBER` and its relatives take it: `count` different places, or for a negative count so many
/// that may repeat.
pub(crate) fn sample(call: &mut Call<'_>, length: usize, count: i64) -> Result<Vec<usize>, RedisError> {
    let random = &mut call.server.random;
    let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if length == 0 {
        return Ok(Vec::new());
    }
    if count < 0 && wanted > LARGEST_SAMPLE {
        return Err(RedisError::SampleTooLarge);
    }
    if count < 0 {
        return Ok((0..wanted).map(|_| random.below(length)).collect());
    }
    let mut places: Vec<usize> = (0..length).collect();
    if wanted >= length {
        return Ok(places);
    }
    for place in 0..wanted {
        places.swap(place, place + random.below(length - place));
    }
    places.truncate(wanted);
    Ok(places)
}
