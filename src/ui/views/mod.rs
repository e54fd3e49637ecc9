//! What each part of the stage shows, as plain data that is compared, so that only what changed is drawn again. All of it
//! is a function of one moment of a run.

mod actors;
mod backdrop;
mod carriers;
mod code_lines;
mod desks;
mod packets;
mod people;
mod tables;
mod tiles;

pub use actors::{Health, Look, down_seconds, look};
pub use backdrop::{Backdrop, Moment};
pub use carriers::{FlusherView, QueueView, Slip, flusher, queue};
pub use code_lines::{Step, Task, tasks};
pub use desks::{DeskView, desk, loader_desk, statement};
pub use packets::wordings;
pub use people::{BubbleKind, PersonView, person};
pub use tables::{Note, RowState, Table, TableRow, tables};
pub use tiles::{CacheView, Foot, Tile, TileState, Touch, cache};

/// The share of the way to rest of something that broke so many seconds ago, at that speed of play: 0 at the moment, then
/// 1, in steps that can be seen.
#[must_use]
pub fn fall(seconds: f64, speed: f64, calm: bool) -> f64 {
    if calm {
        return 1.0;
    }
    let share = crate::decimal::within(seconds / (0.9 * speed.max(1.0)), 0.0, 1.0);
    (share * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fall_takes_as_long_to_the_eye_at_any_high_speed() {
        assert_eq!(fall(0.0, 1.0, false), 0.0);
        assert_eq!(fall(0.45, 1.0, false), 0.5);
        assert_eq!(fall(0.45, 0.1, false), 0.5);
        assert_eq!(fall(4.5, 10.0, false), 0.5);
        assert_eq!(fall(60.0, 10.0, false), 1.0);
        assert_eq!(fall(0.0, 1.0, true), 1.0);
    }
}
