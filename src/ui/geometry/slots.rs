//! A place for each key among the cache's tiles. The place depends only on the order in which the run's keys first came,
//! so a tile never jumps while others come and go, and looks the same when time is turned back.

use crate::order::sort_by_numbers;

/// A key that wants a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// Its place in the order in which keys first came.
    pub rank: usize,
    /// How much it matters; where there are too few tiles, those that matter most are shown.
    pub weight: u64,
}

/// For each tile the index of the key in it.
#[must_use]
pub fn place(wanted: &[Wanted], tiles: usize) -> Vec<Option<usize>> {
    let mut places = vec![None; tiles];
    if tiles == 0 {
        return places;
    }
    let mut shown: Vec<usize> = (0..wanted.len()).collect();
    if shown.len() > tiles {
        sort_by_numbers(&mut shown, |index| [u64::MAX - wanted[*index].weight, wanted[*index].rank as u64]);
        shown.truncate(tiles);
    }
    sort_by_numbers(&mut shown, |index| [wanted[*index].rank as u64, 0]);
    // First those whose own tile is free, so that a latecomer doesn't take it from them.
    let mut homeless = Vec::new();
    for index in shown {
        let home = wanted[index].rank % tiles;
        match places[home] {
            None => places[home] = Some(index),
            Some(_) => homeless.push(index),
        }
    }
    for index in homeless {
        let home = wanted[index].rank % tiles;
        let free = (0..tiles).map(|step| (home + step) % tiles).find(|tile| places[*tile].is_none());
        if let Some(tile) = free {
            places[tile] = Some(index);
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(rank: usize) -> Wanted {
        Wanted { rank, weight: 0 }
    }

    #[test]
    fn keys_stand_in_the_order_in_which_they_came() {
        assert_eq!(place(&[key(2), key(0), key(1)], 4), [Some(1), Some(2), Some(0), None]);
    }

    #[test]
    fn a_key_that_goes_moves_nobody() {
        let before = place(&[key(0), key(1), key(2)], 6);
        let after = place(&[key(0), key(2)], 6);
        assert_eq!((before[2], after[2]), (Some(2), Some(1)));
        assert_eq!(after[1], None);
    }

    #[test]
    fn what_matters_most_is_shown_when_there_are_too_few_tiles() {
        let wanted: Vec<Wanted> = (0..30).map(|rank| Wanted { rank, weight: u64::from(rank >= 26) }).collect();
        let places = place(&wanted, 9);
        for heavy in 26..30 {
            assert!(places.contains(&Some(heavy)), "{places:?}");
        }
        assert!(places.iter().all(Option::is_some));
    }

    #[test]
    fn every_key_gets_one_tile_only() {
        let wanted: Vec<Wanted> = [0, 9, 18, 3, 12].map(key).to_vec();
        let mut found: Vec<usize> = place(&wanted, 9).into_iter().flatten().collect();
        found.sort_unstable();
        assert_eq!(found, [0, 1, 2, 3, 4]);
        assert!(place(&wanted, 0).is_empty());
    }
}
