//! Points and rectangles.

use crate::decimal::Decimal;

/// A point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// A rectangle.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Its left side.
    pub x: f64,
    /// Its upper side.
    pub y: f64,
    /// Its width.
    pub w: f64,
    /// Its height.
    pub h: f64,
}

impl Point {
    /// The point, on whole pixels, so that lines are sharp.
    #[must_use]
    pub fn whole(x: f64, y: f64) -> Self {
        Self { x: x.round(), y: y.round() }
    }
}

impl Rect {
    /// A rectangle from its upper left corner and its size.
    #[must_use]
    pub const fn new(x: f64, y: f64, w: f64, h: f64) -> Self {
        Self { x, y, w, h }
    }

    /// Its right side.
    #[must_use]
    pub fn right(&self) -> f64 {
        self.x + self.w
    }

    /// Its lower side.
    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.y + self.h
    }

    /// Half way between left and right.
    #[must_use]
    pub fn mid_x(&self) -> f64 {
        self.x + self.w / 2.0
    }

    /// Half way between top and bottom.
    #[must_use]
    pub fn mid_y(&self) -> f64 {
        self.y + self.h / 2.0
    }

    /// Whether the two share more than an edge.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Whether `other` is wholly within, give or take half a pixel.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        let slack = 0.5;
        other.x >= self.x - slack
            && other.y >= self.y - slack
            && other.right() <= self.right() + slack
            && other.bottom() <= self.bottom() + slack
    }

    /// The place as inline style.
    #[must_use]
    pub fn style(&self) -> String {
        let [x, y, w, h] = [self.x, self.y, self.w, self.h].map(Decimal);
        format!("left:{x:.1}px;top:{y:.1}px;width:{w:.1}px;height:{h:.1}px")
    }
}

/// A number from 0 to 1 that looks random and is always the same for the same `seed`: how a shard or a tile falls.
#[must_use]
pub fn scatter(seed: u32) -> f64 {
    let mut mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b1);
    mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca6b);
    mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35);
    f64::from(mixed ^ (mixed >> 16)) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scattered_numbers_fill_the_range() {
        let numbers: Vec<f64> = (0..200).map(scatter).collect();
        assert!(numbers.iter().all(|number| (0.0..=1.0).contains(number)));
        for fifth in 0..5_u8 {
            let low = f64::from(fifth) / 5.0;
            assert!(numbers.iter().filter(|number| (low..low + 0.2).contains(*number)).count() > 20);
        }
    }

    #[test]
    fn neighbours_that_touch_do_not_overlap() {
        let left = Rect::new(0.0, 0.0, 10.0, 10.0);
        assert!(!left.overlaps(&Rect::new(10.0, 0.0, 5.0, 10.0)));
        assert!(left.overlaps(&Rect::new(9.0, 9.0, 5.0, 10.0)));
    }
}
