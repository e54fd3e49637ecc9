//! Order with little code.
//!
//! Each type of item that the standard library sorts, and each pair of types that it maps, costs the download some four
//! kilobytes. Here all lists are sorted by the same short code, which sorts their places, and small maps are sorted lists.

use std::cmp::Ordering;

/// Sorts by two numbers, the first before the second; items with equal numbers keep their order.
pub(crate) fn sort_by_numbers<T>(items: &mut Vec<T>, numbers: impl Fn(&T) -> [u64; 2]) {
    let places = order_of_numbers(&items.iter().map(numbers).collect::<Vec<_>>());
    arrange(items, places);
}

/// Sorts by the items' own order.
pub(crate) fn sort<T: Ord>(items: &mut Vec<T>) {
    sort_by(items, T::cmp);
}

/// Sorts by a comparison; equal items keep their order.
pub(crate) fn sort_by<T>(items: &mut Vec<T>, compare: impl Fn(&T, &T) -> Ordering) {
    let places = order(items.len(), &|one, other| compare(&items[one], &items[other]));
    arrange(items, places);
}

fn order_of_numbers(numbers: &[[u64; 2]]) -> Vec<usize> {
    order(numbers.len(), &|one, other| numbers[one].cmp(&numbers[other]))
}

fn order(count: usize, compare: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..count).collect();
    merge_sort(&mut places, |one, other| compare(*one, *other).is_lt());
    places
}

/// Sorts plain numbers, such as times.
pub(crate) fn sort_plain<T: Ord + Copy>(items: &mut [T]) {
    merge_sort(items, |one, other| one < other);
}

/// Merges neighbours that are sorted, from single items on; equal items keep their order.
fn merge_sort<T: Copy>(items: &mut [T], is_before: impl Fn(&T, &T) -> bool) {
    let mut merged = Vec::with_capacity(items.len());
    let mut width = 1;
    while width < items.len() {
        for pair in items.chunks(2 * width) {
            let (mut left, mut right) = pair.split_at(width.min(pair.len()));
            while let (Some(one), Some(other)) = (left.first(), right.first()) {
                if is_before(other, one) {
                    merged.push(*other);
                    right = &right[1..];
                } else {
                    merged.push(*one);
                    left = &left[1..];
                }
            }
            merged.extend_from_slice(left);
            merged.extend_from_slice(right);
        }
        items.copy_from_slice(&merged);
        merged.clear();
        width *= 2;
    }
}

fn arrange<T>(items: &mut Vec<T>, places: Vec<usize>) {
    let mut rest: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(places.into_iter().filter_map(|place| rest.get_mut(place)?.take()));
}

/// A map as a list in the order of its keys: for maps that are small, or whose new keys are mostly the greatest.
#[derive(Clone, Debug, PartialEq)]
pub struct SmallMap<K, V> {
    items: Vec<(K, V)>,
}

impl<K, V> Default for SmallMap<K, V> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<K: Ord, V> SmallMap<K, V> {
    fn place(&self, key: &K) -> Result<usize, usize> {
        match self.items.last() {
            Some((last, _)) if last < key => Err(self.items.len()),
            _ => self.items.binary_search_by(|(other, _)| other.cmp(key)),
        }
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &K) -> Option<&V> {
        self.place(key).ok().map(|place| &self.items[place].1)
    }

    /// The value of the key that `order` finds equal, where it tells how a key stands to the one that is sought.
    #[must_use]
    pub fn find(&self, order: impl Fn(&K) -> Ordering) -> Option<&V> {
        let place = self.items.binary_search_by(|(key, _)| order(key)).ok()?;
        self.items.get(place).map(|(_, value)| value)
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        self.place(key).ok().map(|place| &mut self.items[place].1)
    }

    /// Whether there is such a key.
    #[must_use]
    pub fn contains_key(&self, key: &K) -> bool {
        self.place(key).is_ok()
    }

    /// Gives a key a value, and the one that it had.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        match self.place(&key) {
            Ok(place) => Some(std::mem::replace(&mut self.items[place].1, value)),
            Err(place) => {
                self.items.insert(place, (key, value));
                None
            }
        }
    }

    /// Removes a key, and gives its value.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        self.place(key).ok().map(|place| self.items.remove(place).1)
    }

    /// The value of a key, which gets the usual one if it has none.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let place = match self.place(&key) {
            Ok(place) => place,
            Err(place) => {
                self.items.insert(place, (key, V::default()));
                place
            }
        };
        &mut self.items[place].1
    }

    /// Keeps what `keep` says.
    pub fn retain(&mut self, mut keep: impl FnMut(&K, &mut V) -> bool) {
        self.items.retain_mut(|(key, value)| keep(key, value));
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.items.clear();
    }

    /// Keys and values in the order of the keys.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&K, &V)> {
        self.items.iter().map(|(key, value)| (key, value))
    }

    /// The keys in order.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = &K> {
        self.items.iter().map(|(key, _)| key)
    }

    /// The values in the order of their keys.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &V> {
        self.items.iter().map(|(_, value)| value)
    }

    /// The values in the order of their keys, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.items.iter_mut().map(|(_, value)| value)
    }

    /// How many keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no key.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl<K: Ord, V> Extend<(K, V)> for SmallMap<K, V> {
    fn extend<T: IntoIterator<Item = (K, V)>>(&mut self, pairs: T) {
        for (key, value) in pairs {
            self.insert(key, value);
        }
    }
}

impl<K, V> IntoIterator for SmallMap<K, V> {
    type Item = (K, V);
    type IntoIter = std::vec::IntoIter<(K, V)>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_small_map_is_a_map(steps in proptest::collection::vec((0_u8..4, 0_u8..12, any::<u8>()), 0..120)) {
            let (mut ours, mut theirs) = (SmallMap::default(), BTreeMap::new());
            for (step, key, value) in steps {
                match step {
                    0 => prop_assert_eq!(ours.insert(key, value), theirs.insert(key, value)),
                    1 => prop_assert_eq!(ours.remove(&key), theirs.remove(&key)),
                    2 => *ours.or_default(key) = *theirs.entry(key).and_modify(|old| *old = value).or_insert(value),
                    _ => {
                        ours.retain(|key, _| key % 5 != value % 5);
                        theirs.retain(|key, _| key % 5 != value % 5);
                    }
                }
                prop_assert_eq!(ours.get(&key), theirs.get(&key));
                prop_assert_eq!((ours.len(), ours.contains_key(&key)), (theirs.len(), theirs.contains_key(&key)));
            }
            prop_assert!(ours.iter().eq(theirs.iter()));
        }

        #[test]
        fn it_sorts_as_the_stable_sort_of_the_standard_library(
            items in proptest::collection::vec((0_u64..5, 0_u64..5, any::<u8>()), 0..80),
        ) {
            let (mut ours, mut theirs) = (items.clone(), items);
            sort_by_numbers(&mut ours, |item| [item.0, item.1]);
            theirs.sort_by_key(|item| (item.0, item.1));
            prop_assert_eq!(&ours, &theirs);
            sort_by(&mut ours, |one, other| other.1.cmp(&one.1));
            theirs.sort_by_key(|item| std::cmp::Reverse(item.1));
            prop_assert_eq!(&ours, &theirs);
            sort(&mut ours);
            theirs.sort();
            prop_assert_eq!(ours, theirs);
        }
    }
}
