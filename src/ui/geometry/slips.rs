//! The slips of the queue on their rails: the next to go stands at the right, the rest queue up behind it.

use super::shapes::Rect;
use crate::decimal::{Decimal, within};

const GAP: f64 = 4.0;
const PITCH: f64 = 37.0;
const TOP: f64 = 20.0;

/// How so many slips stand in a queue.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Slips {
    width: f64,
    step: f64,
    in_row: usize,
    rows: usize,
}

impl Slips {
    /// So many slips in a queue of that size. Where there is too little room they overlap, the next to go on top.
    #[must_use]
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    pub fn of(place: &Rect, count: usize) -> Self {
        let widest = if place.w < 250.0 { (place.w - GAP) / 2.0 } else { 92.0 };
        let width = within(widest, 40.0, 92.0);
        let fit = (((place.w + GAP) / (width + GAP)).floor() as usize).max(1);
        let most = (((place.h - 18.0) / PITCH).floor() as usize).max(1);
        let in_row = fit.max(count.div_ceil(most));
        let step = if in_row > fit { (place.w - width) / (in_row - 1) as f64 } else { width + GAP };
        Self { width, step, in_row, rows: count.div_ceil(in_row).clamp(1, most) }
    }

    /// Where the rails are, from the queue's top.
    pub fn rails(&self) -> impl Iterator<Item = f64> + use<> {
        (0..self.rows).map(|row| {
            #[allow(clippy::cast_precision_loss)]
            let row = row as f64;
            TOP + 33.0 + row * PITCH
        })
    }

    /// The place of a slip as inline style.
    #[must_use]
    #[allow(clippy::cast_precision_loss)]
    pub fn style(&self, index: usize) -> String {
        let (row, column) = (index / self.in_row, index % self.in_row);
        let (right, top) = (column as f64 * self.step, TOP + row as f64 * PITCH);
        let order = self.in_row - column;
        let [width, right, top] = [self.width, right, top].map(Decimal);
        format!("width:{width:.1}px;right:{right:.1}px;top:{top}px;z-index:{order}")
    }

    /// Whether so much of a slip is covered that its words can't be read.
    #[must_use]
    pub fn is_covered(&self, index: usize) -> bool {
        !index.is_multiple_of(self.in_row) && self.step < self.width * 0.8
    }

    /// How far the last slip of a row reaches from the right.
    #[cfg(test)]
    #[allow(clippy::cast_precision_loss)]
    fn reach(&self) -> f64 {
        (self.in_row - 1) as f64 * self.step + self.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_stay_within_the_queue_however_many() {
        for place in
            [Rect::new(0.0, 0.0, 338.0, 94.0), Rect::new(0.0, 0.0, 160.0, 166.0), Rect::new(0.0, 0.0, 128.0, 166.0)]
        {
            for count in 0..=24 {
                let slips = Slips::of(&place, count);
                assert!(slips.reach() <= place.w + 0.5, "{count} in {place:?}: {slips:?}");
                assert!(slips.rails().all(|top| top <= place.h), "{count} in {place:?}");
                assert!(slips.rows * slips.in_row >= count, "{count} in {place:?}");
            }
        }
    }

    #[test]
    fn the_next_to_go_stands_at_the_right_end() {
        let slips = Slips::of(&Rect::new(0.0, 0.0, 400.0, 94.0), 3);
        assert!(slips.style(0).contains("right:0.0px;top:20px"));
        assert!(slips.style(1).contains("right:96.0px"));
        assert!(!slips.is_covered(1));
        let crowd = Slips::of(&Rect::new(0.0, 0.0, 400.0, 94.0), 24);
        assert!(!crowd.is_covered(0) && crowd.is_covered(1));
    }
}
