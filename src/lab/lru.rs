//! An exact LRU cache of keys, for replays.

/// No place.
const NONE: u32 = u32::MAX;

#[derive(Clone, Copy)]
struct Place {
    key: u32,
    /// The one that was used just after.
    newer: u32,
    /// The one that was used just before.
    older: u32,
}

/// A cache that holds the keys that were used last. A key is a small number, counted from 0: there is a table of all keys.
pub struct Lru {
    capacity: usize,
    places: Vec<Place>,
    /// By key, where it is.
    of: Vec<u32>,
    newest: u32,
    oldest: u32,
}

impl Lru {
    /// A cache of at most so many keys.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, places: Vec::new(), of: Vec::new(), newest: NONE, oldest: NONE }
    }

    /// Uses a key; whether it was there. If not, it is from now on, and takes the place of the one that was used longest ago.
    pub fn access(&mut self, key: u32) -> bool {
        if key as usize >= self.of.len() {
            self.of.resize(key as usize + 1, NONE);
        }
        let place = self.of[key as usize];
        if place != NONE {
            if place != self.newest {
                self.take_out(place);
                self.put_in_front(place);
            }
            return true;
        }
        if self.capacity > 0 {
            self.insert(key);
        }
        false
    }

    fn insert(&mut self, key: u32) {
        let place = if self.places.len() < self.capacity {
            self.places.push(Place { key, newer: NONE, older: NONE });
            (self.places.len() - 1) as u32
        } else {
            let place = self.oldest;
            self.take_out(place);
            self.of[self.places[place as usize].key as usize] = NONE;
            self.places[place as usize].key = key;
            place
        };
        self.of[key as usize] = place;
        self.put_in_front(place);
    }

    fn take_out(&mut self, place: u32) {
        let Place { newer, older, .. } = self.places[place as usize];
        match self.places.get_mut(newer as usize) {
            Some(next) => next.older = older,
            None => self.newest = older,
        }
        match self.places.get_mut(older as usize) {
            Some(next) => next.newer = newer,
            None => self.oldest = newer,
        }
    }

    fn put_in_front(&mut self, place: u32) {
        let before = std::mem::replace(&mut self.newest, place);
        let slot = &mut self.places[place as usize];
        (slot.newer, slot.older) = (NONE, before);
        match self.places.get_mut(before as usize) {
            Some(next) => next.newer = place,
            None => self.oldest = place,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_holds_the_keys_that_were_used_last(capacity in 0_usize..6, keys in proptest::collection::vec(0_u32..9, 0..200)) {
            let (mut lru, mut list) = (Lru::new(capacity), Vec::<u32>::new());
            for key in keys {
                let there = list.iter().position(|held| *held == key);
                prop_assert_eq!(lru.access(key), there.is_some());
                if let Some(place) = there {
                    list.remove(place);
                }
                list.insert(0, key);
                list.truncate(capacity);
            }
        }
    }
}
