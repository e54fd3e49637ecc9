//! Sorting with little code.
//!
//! Each type of item that the standard library sorts costs the download some four kilobytes. Here all lists are sorted by the
//! same code: by two numbers for each item.

/// Sorts by two numbers, the first before the second; items with equal numbers keep their order.
pub(crate) fn sort_by_numbers<T>(items: &mut Vec<T>, numbers: impl Fn(&T) -> [u64; 2]) {
    let keys = items.iter().enumerate().map(|(place, item)| (numbers(item), place)).collect();
    let mut rest: Vec<Option<T>> = std::mem::take(items).into_iter().map(Some).collect();
    items.extend(order(keys).into_iter().filter_map(|place| rest.get_mut(place)?.take()));
}

fn order(mut keys: Vec<([u64; 2], usize)>) -> Vec<usize> {
    keys.sort_unstable();
    keys.into_iter().map(|(_, place)| place).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_sorts_as_the_stable_sort_of_the_standard_library(
            items in proptest::collection::vec((0_u64..5, 0_u64..5, any::<u8>()), 0..80),
        ) {
            let (mut ours, mut theirs) = (items.clone(), items);
            sort_by_numbers(&mut ours, |item| [item.0, item.1]);
            theirs.sort_by_key(|item| (item.0, item.1));
            prop_assert_eq!(ours, theirs);
        }
    }
}
