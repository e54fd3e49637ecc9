//! What stands between cache and database: the queue of dirty entries and the flusher.

use super::backdrop::Moment;
use crate::database::Row;
use crate::decimal::{Decimal, within};
use crate::trace::DirtyView;
use crate::world::Actor;

/// Most slips that are drawn.
const SLIPS: usize = 24;

/// A dirty entry on its way.
#[derive(Clone, Debug, PartialEq)]
pub struct Slip {
    /// The write.
    pub write: u64,
    /// The row's key.
    pub key: String,
    /// The value that people look at.
    pub value: String,
    /// Whether the flusher has it in hand.
    pub in_hand: bool,
}

/// The queue.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueView {
    /// How many wait, or were lost.
    pub count: usize,
    /// Whether a crash took them.
    pub is_lost: bool,
    /// The slips, the next to go first.
    pub slips: Vec<Slip>,
}

/// The flusher.
#[derive(Clone, Debug, PartialEq)]
pub struct FlusherView {
    /// What it does.
    pub words: String,
    /// The part of its interval that is left, in hundredths, while it waits.
    pub left: Option<u32>,
}

/// The queue as it is, or as it was when a crash took it.
#[must_use]
pub fn queue(moment: &Moment) -> QueueView {
    let frame = moment.frame;
    let is_lost = frame.queue.is_empty() && !frame.lost_queue.is_empty();
    let all = if is_lost { &frame.lost_queue } else { &frame.queue };
    QueueView { count: all.len(), is_lost, slips: all.iter().take(SLIPS).map(slip).collect() }
}

fn slip(dirty: &DirtyView) -> Slip {
    let row: &Row = &dirty.row;
    Slip { write: row.version(), key: row.key().cache_key(), value: row.headline(), in_hand: dirty.in_hand }
}

/// What the flusher does.
#[must_use]
pub fn flusher(moment: &Moment) -> FlusherView {
    let frame = moment.frame;
    let idle = |words: &str| FlusherView { words: words.to_owned(), left: None };
    if !frame.actor(Actor::Flusher).condition.up {
        return idle("nothing is carried");
    }
    let in_hand = frame.queue.iter().filter(|dirty| dirty.in_hand).count();
    if in_hand > 0 {
        return idle(&format!("carries {in_hand} {}", if in_hand == 1 { "write" } else { "writes" }));
    }
    let cache_is_up = frame.actor(Actor::Cache).condition.up;
    if frame.queue.is_empty() && !cache_is_up {
        return idle("nothing to carry");
    }
    match frame.flush {
        Some((left, share)) => FlusherView {
            words: format!("runs in {:.1} s", Decimal(left.as_secs_f64())),
            left: Some(hundredths_left(share)),
        },
        None => idle("looks at the queue"),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
fn hundredths_left(gone: f64) -> u32 {
    (within(1.0 - gone, 0.0, 1.0) * 100.0).round() as u32
}

#[cfg(test)]
mod tests {
    use super::super::backdrop::tests::at;
    use super::*;

    #[test]
    fn the_queue_is_lost_as_long_as_it_was() {
        let before = at("write-behind-data-loss", 14.19, queue);
        let after = at("write-behind-data-loss", 14.3, queue);
        assert!(before.count > 0 && !before.is_lost);
        assert!(after.is_lost);
        assert_eq!(before.count, after.count);
        assert_eq!(before.slips[0].key, after.slips[0].key);
    }

    #[test]
    fn the_flusher_counts_down_and_then_carries() {
        let words: Vec<String> = (0..200)
            .map(|step| at("write-behind-data-loss", f64::from(step) * 0.05, |moment| flusher(moment).words))
            .collect();
        for part in ["runs in ", "looks at the queue", "carries "] {
            assert!(words.iter().any(|words| words.starts_with(part)), "{part}");
        }
    }
}
