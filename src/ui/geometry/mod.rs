//! The stage's geometry, in CSS pixels from its upper left corner: where everybody stands, the way of a packet, the place
//! of its flag, the outlines of the casings, the place of each key among the tiles. Plain functions of the stage's width.

mod casing;
mod flags;
mod lanes;
mod layout;
mod shapes;
mod slips;
mod slots;

pub use casing::{chip, drum, plain};
pub use flags::{Flag, Flags};
pub use lanes::{Direction, Lane, LaneId, Spot, route, seat};
pub use layout::{Class, Layout, SEATS, Topology, layout};
pub use shapes::{Point, Rect, scatter};
pub use slips::Slips;
pub use slots::{Wanted, place};
