//! The cache's tiles: entries, and those that are gone.

use super::backdrop::Moment;
use crate::audit::WriteState;
use crate::decimal::within;
use crate::trace::{EntryView, GhostView};
use crate::ui::geometry::{Wanted, place};
use crate::world::{Actor, ParcelKind, Removal, WriteId};

/// How an entry is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TileState {
    /// No entry.
    #[default]
    Empty,
    /// As in the database.
    Clean,
    /// About to expire.
    Expiring,
    /// Not yet in the database.
    Dirty,
    /// The database has something newer.
    Stale,
    /// Gone.
    Ghost,
    /// Gone, and it was the only copy of a promised write.
    Lost,
}

/// Whether somebody has just read or written an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Touch {
    /// Nobody.
    #[default]
    None,
    /// Somebody reads it.
    Read,
    /// Somebody has just written it.
    Write,
}

/// The lower line of a tile.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Foot {
    /// Nothing.
    #[default]
    Nothing,
    /// A bar that runs down, or that there is no end.
    TimeToLive,
    /// Not yet in the database.
    NotYet,
    /// Older than the database.
    Older,
    /// Why it went, and the same in a word.
    Gone(&'static str, &'static str),
    /// Lost, and who had been told that it was saved.
    Lost(Option<&'static str>),
}

/// A tile.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tile {
    /// How it is.
    pub state: TileState,
    /// The key.
    pub key: String,
    /// The value in short.
    pub value: String,
    /// The write that made it.
    pub version: Option<u64>,
    /// Its lower line.
    pub foot: Foot,
    /// Whether it has just been touched.
    pub touch: Touch,
    /// The time that it has left to live: seconds, rounded up, and its share in hundredths.
    pub ttl: Option<(u64, u32)>,
}

/// The cache's inside.
#[derive(Clone, Debug, PartialEq)]
pub struct CacheView {
    /// The tiles.
    pub tiles: Vec<Tile>,
    /// How many entries there are.
    pub count: usize,
    /// How many of them are not yet in the database.
    pub dirty: usize,
    /// How many entries are not shown.
    pub hidden: usize,
    /// Whether it came back empty after a crash and still is.
    pub is_emptied: bool,
}

impl TileState {
    /// Its name in the styles.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Clean => "clean",
            Self::Expiring => "expiring",
            Self::Dirty => "dirty",
            Self::Stale => "stale",
            Self::Ghost => "ghost",
            Self::Lost => "lost",
        }
    }

    /// It in words, for those who can't see it.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Empty => "",
            Self::Clean => "same as in the database",
            Self::Expiring => "about to expire",
            Self::Dirty => "not yet in the database",
            Self::Stale => "older than the database",
            Self::Ghost => "gone",
            Self::Lost => "lost",
        }
    }
}

/// What is in the cache, in so many tiles.
#[must_use]
pub fn cache(moment: &Moment, tiles: usize) -> CacheView {
    let frame = moment.frame;
    let mut all: Vec<Tile> = frame.entries.iter().map(|entry| of_entry(moment, entry)).collect();
    let entries = all.len();
    for ghost in frame.ghosts.iter().rev() {
        if !all.iter().any(|tile| tile.key == *ghost.key) {
            all.push(of_ghost(moment, ghost));
        }
    }
    let wanted: Vec<Wanted> = all.iter().map(|tile| wanted(moment, tile)).collect();
    let places = place(&wanted, tiles);
    let shown = places.iter().flatten().filter(|index| **index < entries).count();
    let tiles = places.into_iter().map(|index| index.and_then(|index| all.get(index).cloned()).unwrap_or_default());
    CacheView {
        tiles: tiles.collect(),
        count: frame.entry_count,
        dirty: dirty(moment),
        hidden: frame.entry_count.saturating_sub(shown),
        is_emptied: frame.entry_count == 0 && frame.since_crash.is_some(),
    }
}

/// How many entries are not yet in the database. A frame has not all entries of a full cache, but all of the queue.
fn dirty(moment: &Moment) -> usize {
    let frame = moment.frame;
    if frame.entries.len() == frame.entry_count {
        return frame.entries.iter().filter(|entry| entry.dirty).count();
    }
    let queue = frame.queue.iter().map(|dirty| dirty.row.key());
    let first = queue.clone().enumerate().filter(|(place, key)| !queue.clone().take(*place).any(|other| other == *key));
    first.count().min(frame.entry_count)
}

fn wanted(moment: &Moment, tile: &Tile) -> Wanted {
    let weight = match tile.state {
        TileState::Lost => 5,
        TileState::Dirty => 4,
        TileState::Stale => 3,
        _ if tile.touch != Touch::None => 3,
        TileState::Ghost => 1,
        _ => 2,
    };
    Wanted { rank: moment.backdrop.rank(&tile.key), weight }
}

/// How long an entry is lit after a write, in milliseconds.
const LIT: u64 = 900;

fn of_entry(moment: &Moment, entry: &EntryView) -> Tile {
    let ttl = entry.ttl.map(|(left, share)| (left.as_millis().div_ceil(1000), hundredths(share)));
    let (state, foot) = match entry {
        _ if entry.dirty => (TileState::Dirty, Foot::NotYet),
        _ if entry.stale => (TileState::Stale, Foot::Older),
        _ if ttl.is_some_and(|(_, share)| share <= 15) => (TileState::Expiring, Foot::TimeToLive),
        _ => (TileState::Clean, Foot::TimeToLive),
    };
    Tile {
        state,
        key: entry.key.to_string(),
        value: entry.short.to_string(),
        version: entry.version,
        foot,
        touch: touch(moment, entry),
        ttl,
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn hundredths(share: f64) -> u32 {
    (within(share, 0.0, 1.0) * 100.0).ceil() as u32
}

fn touch(moment: &Moment, entry: &EntryView) -> Touch {
    if entry.age.as_millis() < LIT && moment.frame.at.as_millis() > 0 {
        return Touch::Write;
    }
    let read = moment.frame.packets.iter().any(|packet| {
        packet.from == Actor::Cache && packet.kind == ParcelKind::Hit && is_about(moment, packet.request, &entry.key)
    });
    if read { Touch::Read } else { Touch::None }
}

fn is_about(moment: &Moment, request: Option<crate::world::RequestId>, key: &str) -> bool {
    moment.frame.requests.iter().any(|(id, _, operation, _)| Some(*id) == request && operation.key().cache_key() == key)
}

fn of_ghost(moment: &Moment, ghost: &GhostView) -> Tile {
    let record = ghost.version.and_then(|version| moment.run.audit.write(WriteId(version)));
    let state = record.and_then(|record| record.state(moment.frame.at));
    let (state, foot) = match state {
        Some(WriteState::Lost) => (TileState::Lost, Foot::Lost(record.map(|record| record.client.name()))),
        Some(WriteState::Underway | WriteState::Failed) if ghost.dirty => (TileState::Lost, Foot::Lost(None)),
        _ => (TileState::Ghost, cause(ghost)),
    };
    Tile {
        state,
        key: ghost.key.to_string(),
        value: ghost.short.to_string(),
        version: ghost.version,
        foot,
        touch: Touch::None,
        ttl: None,
    }
}

const fn cause(ghost: &GhostView) -> Foot {
    match ghost.cause {
        Removal::Crashed | Removal::Flushed if ghost.dirty => Foot::Gone("gone, still on its way", "on its way"),
        Removal::Crashed => Foot::Gone("gone, but in database", "in database"),
        Removal::Deleted => Foot::Gone("deleted", "deleted"),
        Removal::Expired => Foot::Gone("expired", "expired"),
        Removal::Evicted => Foot::Gone("evicted for memory", "evicted"),
        Removal::Flushed => Foot::Gone("flushed", "flushed"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::backdrop::tests::at;
    use super::*;

    fn states(seconds: f64) -> Vec<TileState> {
        at("write-behind-data-loss", seconds, |moment| cache(moment, 9).tiles.iter().map(|tile| tile.state).collect())
    }

    #[test]
    fn dirty_entries_are_lost_in_their_places_by_the_crash() {
        let (before, after) = (states(14.19), states(14.3));
        assert!(before.contains(&TileState::Dirty), "{before:?}");
        for (before, after) in before.iter().zip(&after) {
            match before {
                TileState::Dirty => assert_eq!(*after, TileState::Lost),
                TileState::Empty => assert_eq!(*after, TileState::Empty),
                _ => assert_eq!(*after, TileState::Ghost),
            }
        }
        let told = at("write-behind-data-loss", 14.3, |moment| {
            cache(moment, 9).tiles.iter().filter(|tile| matches!(tile.foot, Foot::Lost(Some(_)))).count()
        });
        assert!(told > 0);
    }

    #[test]
    fn an_entry_that_is_older_than_the_database_is_stale() {
        let states: Vec<TileState> =
            at("stale-read", 10.2, |moment| cache(moment, 9).tiles.iter().map(|tile| tile.state).collect());
        assert_eq!(states.iter().filter(|state| **state == TileState::Stale).count(), 1, "{states:?}");
    }

    #[test]
    fn entries_beyond_the_tiles_are_counted() {
        let view = at("everyday", 30.0, |moment| cache(moment, 2));
        assert_eq!(view.tiles.len(), 2);
        assert_eq!(view.hidden, view.count - 2);
    }
}
