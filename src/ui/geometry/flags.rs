//! Which packets show their words: a flag that would cover another one is left out.

use super::lanes::{Spot, flag_area};
use super::shapes::Rect;

/// The size of a letter and the frame around a flag's words.
const LETTER: f64 = 6.7;
const FRAME: f64 = 16.0;

/// The words that fit a flag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Flag<'a> {
    /// The words.
    pub words: &'a str,
    /// Their width with their frame.
    pub width: f64,
}

impl<'a> Flag<'a> {
    /// The longest of the wordings that fits; else the last one, which is then cut. They begin with the longest.
    #[must_use]
    pub fn fitting(wordings: &'a [String], room: f64) -> Option<Self> {
        let flags = wordings.iter().map(|words| Self { words, width: width(words) });
        let mut last = None;
        for flag in flags {
            if flag.width <= room {
                return Some(flag);
            }
            last = Some(flag);
        }
        last
    }
}

#[allow(clippy::cast_precision_loss)]
fn width(words: &str) -> f64 {
    words.chars().count() as f64 * LETTER + FRAME
}

/// The flags that are on the stage already.
#[derive(Default)]
pub struct Flags {
    taken: Vec<Rect>,
}

impl Flags {
    /// Puts up a flag if it covers none of those before it. Says whether it did.
    pub fn put(&mut self, spot: &Spot, width: f64) -> bool {
        let area = flag_area(spot, width);
        if self.taken.iter().any(|taken| taken.overlaps(&area)) {
            return false;
        }
        self.taken.push(area);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Direction, Lane, LaneId, Point};
    use super::*;

    #[test]
    fn the_longest_wording_that_fits_is_taken() {
        let wordings = ["UPDATE products SET price = 1".to_owned(), "UPDATE … id = 1".to_owned(), "UPDATE".to_owned()];
        assert_eq!(Flag::fitting(&wordings, 400.0).unwrap().words, wordings[0]);
        assert_eq!(Flag::fitting(&wordings, 120.0).unwrap().words, wordings[1]);
        assert_eq!(Flag::fitting(&wordings, 10.0).unwrap().words, wordings[2]);
        assert_eq!(Flag::fitting(&[], 10.0), None);
    }

    #[test]
    fn of_two_flags_on_one_spot_the_first_stays() {
        let lane = Lane::new(LaneId::Cache, Point::whole(0.0, 100.0), Point::whole(200.0, 100.0));
        let mut flags = Flags::default();
        assert!(flags.put(&lane.spot(Direction::Out, 0.5, 90.0, 800.0), 90.0));
        assert!(!flags.put(&lane.spot(Direction::Out, 0.6, 90.0, 800.0), 90.0));
        assert!(flags.put(&lane.spot(Direction::Back, 0.5, 90.0, 800.0), 90.0));
    }
}
