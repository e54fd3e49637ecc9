//! Where everybody stands, for a width and a cast.

use super::lanes::{Lane, LaneId};
use super::shapes::{Point, Rect};
use crate::decimal::within;

/// Most people on the stage at once.
pub const SEATS: usize = 4;

const HEAD: f64 = 44.0;
const GAP: f64 = 6.0;

/// Most height of a person beside the application, and most width of a desk.
const PERSON: f64 = 104.0;
const DESK: f64 = 210.0;

/// Who takes part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Topology {
    /// People, from 1 to [`SEATS`].
    pub people: usize,
    /// Whether there is a cache layer.
    pub loader: bool,
    /// Whether there are a queue of dirty entries and a flusher.
    pub flusher: bool,
}

/// How much room there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// From 1000 pixels, or a little more: people to the left, memory and disk to the right.
    Wide,
    /// From 600 pixels: people above, disk below.
    Medium,
    /// As on a telephone.
    Narrow,
}

/// The places of all.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// The stage's width.
    pub width: f64,
    /// The stage's height.
    pub height: f64,
    /// How much room there is.
    pub class: Class,
    /// Columns of the cache's tiles.
    pub columns: usize,
    /// Rows of the cache's tiles.
    pub rows: usize,
    /// The people, by seat.
    pub people: Vec<Rect>,
    /// The application.
    pub app: Rect,
    /// The application's desk for each seat, from the application's own corner.
    pub desks: Vec<Rect>,
    /// The cache layer and its desk, the latter from the former's corner.
    pub loader: Option<(Rect, Rect)>,
    /// The cache.
    pub cache: Rect,
    /// The queue of dirty entries and the flusher.
    pub flusher: Option<(Rect, Rect)>,
    /// The database.
    pub database: Rect,
    /// The lanes.
    pub lanes: Vec<Lane>,
}

impl Class {
    /// The class of a width. A cache layer needs a column more.
    #[must_use]
    pub fn of(width: f64, cast: Topology) -> Self {
        let widest = if cast.loader { 1130.0 } else { 1000.0 };
        match width {
            wide if wide >= widest => Self::Wide,
            medium if medium >= 600.0 => Self::Medium,
            _ => Self::Narrow,
        }
    }

    /// Its name in the styles.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Wide => "wide",
            Self::Medium => "medium",
            Self::Narrow => "narrow",
        }
    }

    /// The name of the stage's direction in the styles.
    #[must_use]
    pub const fn orientation(self) -> &'static str {
        match self {
            Self::Wide => "horizontal",
            Self::Medium | Self::Narrow => "vertical",
        }
    }
}

impl Layout {
    /// The lane of that name.
    #[must_use]
    pub fn lane(&self, id: LaneId) -> Option<&Lane> {
        self.lanes.iter().find(|lane| lane.id == id)
    }

    /// How many tiles the cache has room for.
    #[must_use]
    pub const fn tiles(&self) -> usize {
        self.columns * self.rows
    }

    /// The height of a tile.
    #[must_use]
    pub const fn tile(&self) -> f64 {
        match self.class {
            Class::Narrow => 37.0,
            _ => 40.0,
        }
    }
}

/// The places for a stage so wide.
#[must_use]
pub fn layout(width: f64, cast: Topology) -> Layout {
    let cast = Topology { people: cast.people.clamp(1, SEATS), ..cast };
    match Class::of(width, cast) {
        Class::Wide => horizontal(width, cast),
        class => vertical(width.max(280.0), cast, class == Class::Narrow),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn columns(width: f64, least: f64) -> usize {
    within(((width - 24.0) / least).floor(), 2.0, 6.0) as usize
}

#[allow(clippy::cast_precision_loss)]
fn cache_height(rows: usize, tile: f64) -> f64 {
    HEAD + rows as f64 * (tile + GAP) + 8.0
}

#[allow(clippy::cast_precision_loss)]
fn horizontal(width: f64, cast: Topology) -> Layout {
    let (pad, top, height) = (20.0, 18.0, 498.0);
    let share = |with_loader: f64, without: f64| (width * if cast.loader { with_loader } else { without }).round();
    let people_width = if cast.loader { 198.0 } else { 206.0 };
    let app_width = if cast.loader { 164.0 } else { 178.0 };
    let (first, second, third) = (share(0.07, 0.096), share(0.07, 0.126), share(0.086, 0.0));
    let tall = height - top - 18.0;
    let row = (tall - HEAD) / cast.people as f64;
    let person = row.min(PERSON);
    let people: Vec<Rect> = (0..cast.people)
        .map(|seat| {
            let y = top + HEAD + seat as f64 * row + (row - person) / 2.0;
            Rect::new(pad, y, people_width, person)
        })
        .collect();
    let app = Rect::new(pad + people_width + first, top, app_width, tall);
    let loader = cast.loader.then(|| {
        let place = Rect::new(app.right() + second, top, app_width, tall);
        (place, Rect::new(8.0, place.mid_y() - place.y - 25.0, app_width - 16.0, 50.0))
    });
    let left = loader.map_or(app.right() + second, |(place, _)| place.right() + third);
    let store_width = width - pad - left;
    let rows = if cast.flusher { 3 } else { 4 };
    let cache = Rect::new(left, top, store_width, cache_height(rows, 40.0));
    let database = Rect::new(left, height - 18.0 - 156.0, store_width, 156.0);
    let flusher = cast.flusher.then(|| {
        let place = Rect::new(cache.right() - 186.0, cache.bottom() + 12.0, 186.0, 46.0);
        (Rect::new(left, cache.bottom() + 12.0, store_width - 186.0 - 22.0, 94.0), place)
    });
    let front = loader.map_or(app, |(place, _)| place);
    let mut lanes = level_people_lanes(&people, app);
    if let Some((place, _)) = loader {
        lanes.push(level(LaneId::AppLoader, app, place, app.mid_y()));
    }
    lanes.push(level(LaneId::Cache, front, cache, cache.mid_y() + 4.0));
    lanes.push(level(LaneId::Database, front, database, database.mid_y() + 4.0));
    if let Some(flusher) = flusher {
        lanes.extend(flusher_lanes(flusher, database, 30.0));
    }
    let desks = people.iter().map(|person| Rect::new(8.0, person.mid_y() - app.y - 25.0, app_width - 16.0, 50.0));
    let columns = columns(store_width, 162.0);
    let desks = desks.collect();
    Layout {
        width,
        height,
        class: Class::Wide,
        columns,
        rows,
        people,
        app,
        desks,
        loader,
        cache,
        flusher,
        database,
        lanes,
    }
}

fn level_people_lanes(people: &[Rect], app: Rect) -> Vec<Lane> {
    people.iter().enumerate().map(|(seat, person)| level(LaneId::Person(seat), *person, app, person.mid_y())).collect()
}

fn level(id: LaneId, from: Rect, to: Rect, y: f64) -> Lane {
    Lane::new(id, Point::whole(from.right(), y), Point::whole(to.x, y))
}

/// From the flusher down to the database, and to the queue beside it.
fn flusher_lanes((queue, flusher): (Rect, Rect), database: Rect, aside: f64) -> [Lane; 2] {
    let x = flusher.mid_x() + aside;
    let y = flusher.mid_y();
    let to_queue = if queue.bottom() <= flusher.y {
        (Point::whole(x, flusher.y), Point::whole(x, queue.bottom()))
    } else {
        (Point::whole(flusher.x, y), Point::whole(queue.right(), y))
    };
    [
        Lane::new(LaneId::Flush, Point::whole(x, flusher.bottom()), Point::whole(x, database.y + 4.0)),
        Lane::new(LaneId::Queue, to_queue.0, to_queue.1),
    ]
}

#[allow(clippy::cast_precision_loss)]
fn vertical(width: f64, cast: Topology, narrow: bool) -> Layout {
    let pick = |small: f64, large: f64| if narrow { small } else { large };
    let (pad, top, tall) = (pick(12.0, 20.0), pick(10.0, 14.0), pick(112.0, 92.0));
    let inner = width - 2.0 * pad;
    let cell = inner / cast.people as f64;
    let people: Vec<Rect> =
        (0..cast.people).map(|seat| Rect::new(pad + seat as f64 * cell + 3.0, top, cell - 6.0, tall)).collect();
    let app = Rect::new(pad, top + tall + pick(38.0, 48.0), inner, HEAD + pick(48.0, 58.0));
    let desk_top = pick(HEAD - 2.0, HEAD);
    let desks = people.iter().map(|person| {
        let wide = (person.w - 2.0 * pick(1.0, 4.0)).min(DESK);
        Rect::new(person.mid_x() - app.x - wide / 2.0, desk_top, wide, pick(42.0, 50.0))
    });
    let desks = desks.collect();
    let gap = pick(62.0, 70.0);
    let loader = cast.loader.then(|| {
        let place = Rect::new(pad, app.bottom() + gap, inner, 50.0);
        (place, Rect::new((place.w - 290.0).max(96.0), 4.0, pick(158.0, 180.0), 42.0))
    });
    let front = loader.map_or(app, |(place, _)| place);
    let store_width = inner - pick(32.0, 44.0);
    let columns = columns(store_width, 154.0);
    let rows = if columns >= 3 { 3 } else { 5 };
    let cache = Rect::new(pad, front.bottom() + gap, store_width, cache_height(rows, pick(37.0, 40.0)));
    let database_height = HEAD + 22.0 + 3.0 * pick(41.0, 25.0) + 22.0;
    let flusher = cast.flusher.then(|| carriers(width, &cache));
    let database_top =
        flusher.map_or(cache.bottom() + 56.0, |(queue, place)| place.bottom().max(queue.bottom() - 30.0) + 70.0);
    let database = Rect::new(pad, database_top, inner, database_height);
    let mut lanes: Vec<Lane> = people
        .iter()
        .enumerate()
        .map(|(seat, person)| upright(LaneId::Person(seat), person.mid_x(), person.bottom() + 2.0, app.y))
        .collect();
    let middle = (cache.x + store_width * pick(0.37, 0.42)).round();
    if let Some((place, _)) = loader {
        lanes.push(upright(LaneId::AppLoader, middle, app.bottom(), place.y));
    }
    lanes.push(upright(LaneId::Cache, middle, front.bottom(), cache.y));
    if let Some(flusher) = flusher {
        lanes.extend(flusher_lanes(flusher, database, pick(20.0, 30.0)));
    }
    let bypass = width - pad - pick(10.0, 16.0);
    lanes.push(Lane {
        spots: vec![(front.bottom() + 8.0, cache.y - 15.0), (cache.bottom() + 15.0, database.y - 8.0)],
        left_only: true,
        ..upright(LaneId::Database, bypass, front.bottom(), database.y + 4.0)
    });
    let class = if narrow { Class::Narrow } else { Class::Medium };
    let height = database.bottom() + 18.0;
    Layout { width, height, class, columns, rows, people, app, desks, loader, cache, flusher, database, lanes }
}

/// The queue and the flusher below the cache: side by side, or below each other where there is no room beside.
fn carriers(width: f64, cache: &Rect) -> (Rect, Rect) {
    let top = cache.bottom() + 14.0;
    if width < 360.0 {
        let queue = Rect::new(cache.x, top, cache.w, 94.0);
        return (queue, Rect::new(cache.right() - 150.0, queue.bottom() + 10.0, 150.0, 50.0));
    }
    let narrow = Class::of(width, Topology { people: 1, loader: false, flusher: true }) == Class::Narrow;
    let (wide, tall) = if narrow { ((width * 0.36).min(150.0), 166.0) } else { (186.0, 94.0) };
    let flusher = Rect::new(cache.right() - wide, cache.bottom() + 18.0, wide, 50.0);
    (Rect::new(cache.x, top, cache.w - wide - 14.0, tall), flusher)
}

fn upright(id: LaneId, x: f64, from: f64, to: f64) -> Lane {
    Lane::new(id, Point::whole(x, from), Point::whole(x, to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn casts() -> Vec<Topology> {
        let mut casts = Vec::new();
        for people in 1..=SEATS {
            for (loader, flusher) in [(false, false), (true, false), (false, true)] {
                casts.push(Topology { people, loader, flusher });
            }
        }
        casts
    }

    #[test]
    fn nobody_stands_on_anybody_nor_off_the_stage() {
        for width in [320.0, 358.0, 390.0, 560.0, 600.0, 720.0, 768.0, 999.0, 1000.0, 1230.0, 1680.0] {
            for cast in casts() {
                let found = layout(width, cast);
                let stage = Rect::new(0.0, 0.0, found.width, found.height);
                let mut places = vec![found.app, found.cache, found.database];
                places.extend(&found.people);
                places.extend(found.loader.map(|(place, _)| place));
                places.extend(found.flusher.iter().flat_map(|(queue, flusher)| [*queue, *flusher]));
                for (index, place) in places.iter().enumerate() {
                    assert!(stage.contains(place), "{width} {cast:?}: {place:?} is off the stage");
                    for other in &places[index + 1..] {
                        assert!(!place.overlaps(other), "{width} {cast:?}: {place:?} stands on {other:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn desks_are_within_their_owners() {
        for width in [320.0, 390.0, 768.0, 1280.0] {
            for cast in casts() {
                let found = layout(width, cast);
                let own = Rect::new(0.0, 0.0, found.app.w, found.app.h);
                assert!(found.desks.iter().all(|desk| own.contains(desk)), "{width} {cast:?}");
                if let Some((place, desk)) = found.loader {
                    assert!(Rect::new(0.0, 0.0, place.w, place.h).contains(&desk), "{width}: {desk:?} in {place:?}");
                }
            }
        }
    }

    #[test]
    fn every_lane_ends_at_its_actors() {
        for width in [390.0, 768.0, 1280.0] {
            let found = layout(width, Topology { people: 3, loader: false, flusher: true });
            assert_eq!(found.lanes.len(), 3 + 4);
            let cache = found.lane(LaneId::Cache).unwrap();
            assert!(cache.length() > 40.0);
            assert!(cache.to.x <= found.cache.right() && cache.to.y <= found.cache.bottom());
            assert!(found.lane(LaneId::AppLoader).is_none());
        }
    }
}
