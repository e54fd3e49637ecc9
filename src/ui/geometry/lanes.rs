//! The lanes between actors and what travels on them.

use super::layout::SEATS;
use super::shapes::{Point, Rect};
use crate::decimal::{self, Decimal};
use crate::world::Actor;

/// Half the distance between a lane's two directions.
const HALF: f64 = 8.0;

/// How far a packet stays from the ends of its lane.
const INSET: f64 = 12.0;

/// Which lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LaneId {
    /// Between the person on that seat and the application.
    Person(usize),
    /// Between the application and the cache layer.
    AppLoader,
    /// Between the application, or the cache layer, and the cache.
    Cache,
    /// Between the application, or the cache layer, and the database.
    Database,
    /// Between the flusher and the cache's queue.
    Queue,
    /// Between the flusher and the database.
    Flush,
}

/// Which way a packet goes: away from the people, or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// From the lane's first end to its second.
    Out,
    /// From its second end to its first.
    Back,
}

/// A lane: two tracks side by side, one for each direction.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Which.
    pub id: LaneId,
    /// The end towards the people.
    pub from: Point,
    /// The other end.
    pub to: Point,
    /// Where flags may stand on an upright lane: stretches from top to bottom.
    pub spots: Vec<(f64, f64)>,
    /// Flags of both directions stand to its left.
    pub left_only: bool,
}

/// A packet's place and where its flag would stand best.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// The middle of its token.
    pub at: Point,
    /// The flag's middle, from the token's.
    pub flag: Point,
    /// Most width of the flag.
    pub room: f64,
}

/// The seat that a client has on the stage. Of more clients than seats, several share one.
#[must_use]
pub fn seat(client: u8) -> usize {
    usize::from(client.saturating_sub(1)) % SEATS
}

/// The lane and the direction of a message, if it travels on the stage at all.
#[must_use]
pub fn route(from: Actor, to: Actor) -> Option<(LaneId, Direction)> {
    out(from, to).map(|lane| (lane, Direction::Out)).or_else(|| out(to, from).map(|lane| (lane, Direction::Back)))
}

fn out(from: Actor, to: Actor) -> Option<LaneId> {
    match (from, to) {
        (Actor::Client(client), Actor::App) => Some(LaneId::Person(seat(client))),
        (Actor::App, Actor::Loader) => Some(LaneId::AppLoader),
        (Actor::App | Actor::Loader, Actor::Cache) => Some(LaneId::Cache),
        (Actor::App | Actor::Loader, Actor::Database) => Some(LaneId::Database),
        (Actor::Flusher, Actor::Cache) => Some(LaneId::Queue),
        (Actor::Flusher, Actor::Database) => Some(LaneId::Flush),
        _ => None,
    }
}

impl LaneId {
    /// Its bit, and the next one, in a set of lanes and directions.
    #[must_use]
    pub fn bit(self, direction: Direction) -> u32 {
        let place = match self {
            Self::Person(seat) => 5 + u32::try_from(seat.min(SEATS)).unwrap_or(0),
            Self::AppLoader => 0,
            Self::Cache => 1,
            Self::Database => 2,
            Self::Queue => 3,
            Self::Flush => 4,
        };
        1 << (2 * place + u32::from(direction == Direction::Back))
    }
}

impl Lane {
    /// A lane between two points.
    #[must_use]
    pub fn new(id: LaneId, from: Point, to: Point) -> Self {
        Self { id, from, to, spots: Vec::new(), left_only: false }
    }

    /// Its length.
    #[must_use]
    pub fn length(&self) -> f64 {
        let (x, y) = (self.to.x - self.from.x, self.to.y - self.from.y);
        (x * x + y * y).sqrt().max(1.0)
    }

    /// The direction of its first track as a vector of length 1.
    #[must_use]
    pub fn unit(&self) -> Point {
        let length = self.length();
        Point { x: (self.to.x - self.from.x) / length, y: (self.to.y - self.from.y) / length }
    }

    /// Whether it is level rather than upright.
    #[must_use]
    pub fn is_level(&self) -> bool {
        self.unit().x.abs() > 0.5
    }

    /// Whether it is too short for its tracks to be drawn and for words beside its packets.
    #[must_use]
    pub fn is_short(&self) -> bool {
        self.length() < 30.0
    }

    /// Which side a packet's head looks to.
    #[must_use]
    pub fn heading(&self, direction: Direction) -> &'static str {
        let unit = self.unit();
        let sign = if direction == Direction::Out { 1.0 } else { -1.0 };
        match (unit.x * sign, unit.y * sign) {
            (x, _) if x > 0.5 => "right",
            (x, _) if x < -0.5 => "left",
            (_, y) if y > 0.0 => "down",
            _ => "up",
        }
    }

    /// Where a packet is that has come so far, from 0 to 1.
    #[must_use]
    pub fn position(&self, direction: Direction, progress: f64) -> Point {
        let (length, unit) = (self.length(), self.unit());
        let inset = INSET.min(length * 0.2);
        let (share, side) = match direction {
            Direction::Out => (progress, 1.0),
            Direction::Back => (1.0 - progress, -1.0),
        };
        let half = if self.is_short() { HALF / 2.0 } else { HALF };
        let along = inset + (length - 2.0 * inset) * share;
        Point {
            x: self.from.x + unit.x * along + unit.y * half * side,
            y: self.from.y + unit.y * along - unit.x * half * side,
        }
    }

    /// A packet's place, and that of a flag `width` wide, which rides along and stays within the lane, on a stage so wide.
    #[must_use]
    pub fn spot(&self, direction: Direction, progress: f64, width: f64, stage: f64) -> Spot {
        let at = self.position(direction, progress);
        let room = self.room(stage);
        let flag = if self.is_level() {
            self.level_flag(direction, at, width.min(room))
        } else {
            self.upright_flag(direction, at, width.min(room), stage)
        };
        Spot { at, flag, room }
    }

    /// Most width of a flag beside it.
    #[must_use]
    pub fn room(&self, stage: f64) -> f64 {
        if self.is_level() { self.length() - 4.0 } else { stage * 0.44 }
    }

    fn level_flag(&self, direction: Direction, at: Point, width: f64) -> Point {
        let (low, high) = (self.from.x.min(self.to.x), self.from.x.max(self.to.x));
        let x = within(at.x, low + width / 2.0 + 2.0, high - width / 2.0 - 2.0);
        Point { x: x - at.x, y: if direction == Direction::Out { -23.0 } else { 23.0 } }
    }

    fn upright_flag(&self, direction: Direction, at: Point, width: f64, stage: f64) -> Point {
        let whole = [(self.from.y.min(self.to.y) + 11.0, self.from.y.max(self.to.y) - 11.0)];
        let spots = if self.spots.is_empty() { &whole[..] } else { &self.spots };
        let nearest = spots.iter().min_by(|a, b| distance(at.y, **a).total_cmp(&distance(at.y, **b)));
        let (low, high) = *nearest.unwrap_or(&whole[0]);
        let aside = width / 2.0 + 15.0;
        let x = if direction == Direction::Out && !self.left_only { aside } else { -aside };
        let x = within(at.x + x, width / 2.0 + 4.0, stage - width / 2.0 - 4.0);
        Point { x: x - at.x, y: within(at.y, low + 4.0, high - 4.0) - at.y }
    }

    /// The two tracks and their arrows as paths: out and back.
    #[must_use]
    pub fn paths(&self) -> [(String, String); 2] {
        let unit = self.unit();
        let (nx, ny) = (unit.y * HALF, -unit.x * HALF);
        let gap = 4.0;
        let a = Point { x: self.from.x + unit.x * gap, y: self.from.y + unit.y * gap };
        let b = Point { x: self.to.x - unit.x * gap, y: self.to.y - unit.y * gap };
        let line = |sx: f64, sy: f64| {
            let [from_x, from_y, to_x, to_y] = [a.x + sx, a.y + sy, b.x + sx, b.y + sy].map(Decimal);
            format!("M{from_x:.1} {from_y:.1}L{to_x:.1} {to_y:.1}")
        };
        [
            (line(nx, ny), arrow(Point { x: b.x + nx, y: b.y + ny }, unit)),
            (line(-nx, -ny), arrow(Point { x: a.x - nx, y: a.y - ny }, Point { x: -unit.x, y: -unit.y })),
        ]
    }
}

fn arrow(tip: Point, unit: Point) -> String {
    let (x, y) = (tip.x - 5.0 * unit.x, tip.y - 5.0 * unit.y);
    let (sx, sy) = (3.5 * unit.y, 3.5 * unit.x);
    let [left, low, x, y, right, high] = [x - sx, y - sy, tip.x, tip.y, x + sx, y + sy].map(Decimal);
    format!("M{left:.1} {low:.1}L{x:.1} {y:.1}L{right:.1} {high:.1}")
}

/// The value, kept within the bounds; half way between them where they cross.
fn within(value: f64, low: f64, high: f64) -> f64 {
    if high < low { (low + high) / 2.0 } else { decimal::within(value, low, high) }
}

fn distance(y: f64, (low, high): (f64, f64)) -> f64 {
    (low - y).max(y - high).max(0.0)
}

/// The area of a flag of that size.
pub(super) fn flag_area(spot: &Spot, width: f64) -> Rect {
    let (w, h) = (width.min(spot.room), 20.0);
    Rect::new(spot.at.x + spot.flag.x - w / 2.0, spot.at.y + spot.flag.y - h / 2.0, w, h)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn level() -> Lane {
        Lane::new(LaneId::Cache, Point::whole(100.0, 50.0), Point::whole(250.0, 50.0))
    }

    #[test]
    fn every_pair_that_talks_has_a_lane_and_its_answer_comes_back_on_it() {
        let talks = [
            (Actor::Client(1), Actor::App),
            (Actor::App, Actor::Loader),
            (Actor::App, Actor::Cache),
            (Actor::Loader, Actor::Database),
            (Actor::Flusher, Actor::Cache),
            (Actor::Flusher, Actor::Database),
        ];
        for (from, to) in talks {
            let (lane, direction) = route(from, to).unwrap();
            assert_eq!(direction, Direction::Out);
            assert_eq!(route(to, from), Some((lane, Direction::Back)));
        }
        assert_eq!(route(Actor::Cache, Actor::Database), None);
    }

    #[test]
    fn out_and_back_pass_each_other_on_their_own_tracks() {
        let lane = level();
        let (out, back) = (lane.position(Direction::Out, 0.3), lane.position(Direction::Back, 0.7));
        assert_eq!((out.x, back.x), (149.8, 149.8));
        assert_eq!((out.y, back.y), (42.0, 58.0));
        assert!(lane.position(Direction::Out, 1.0).x < 250.0);
    }

    #[test]
    fn a_flag_stays_within_its_lane() {
        let lane = level();
        for step in 0_u8..=20 {
            let spot = lane.spot(Direction::Out, f64::from(step) / 20.0, 90.0, 1000.0);
            let area = flag_area(&spot, 90.0);
            assert!(area.x >= 100.0 && area.right() <= 250.0, "{area:?}");
        }
        let long = lane.spot(Direction::Back, 0.5, 900.0, 1000.0);
        assert_eq!(flag_area(&long, 900.0).w, 146.0);
    }

    #[test]
    fn each_lane_and_direction_has_a_bit_of_its_own() {
        let mut lanes = vec![LaneId::AppLoader, LaneId::Cache, LaneId::Database, LaneId::Queue, LaneId::Flush];
        lanes.extend((0..SEATS).map(LaneId::Person));
        let bits = lanes.iter().flat_map(|lane| [lane.bit(Direction::Out), lane.bit(Direction::Back)]);
        let union = bits.clone().fold(0, |union: u32, bit| union | bit);
        assert_eq!(union.count_ones() as usize, bits.count());
    }
}
