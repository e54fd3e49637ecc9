//! Putting things in order. The sorting itself is that of plain numbers, whatever the things are: so its code exists once,
//! which the download notices.

/// The items in the order of their keys; those of equal keys stay in theirs.
#[must_use]
pub fn in_order<T>(items: Vec<T>, key: impl Fn(&T) -> (u64, u64)) -> Vec<T> {
    let mut keys: Vec<(u64, u64, usize)> =
        items.iter().enumerate().map(|(place, item)| (key(item).0, key(item).1, place)).collect();
    keys.sort_unstable();
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    keys.into_iter().filter_map(|(_, _, place)| items.get_mut(place)?.take()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_stable_order(items in proptest::collection::vec((0..5_u64, 0..5_u64, any::<u8>()), 0..40)) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| (item.0, item.1));
            prop_assert_eq!(in_order(items, |item| (item.0, item.1)), expected);
        }
    }
}
