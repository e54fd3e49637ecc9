//! TTL jitter: each copy gets a somewhat shorter time to live than the setting says, at random, so that copies which were
//! stored together don't expire together.
//!
//! It costs a few more misses, for copies live shorter on average.

use crate::engine::Span;
use crate::world::World;

/// The time to live that one copy gets.
pub(crate) fn jittered(world: &World, ttl: Span) -> Span {
    let share = world.settings().protect.ttl_jitter;
    if share <= 0.0 {
        return ttl;
    }
    let part = world.inner.chance.jitter.borrow_mut().unit();
    ttl.scale(1.0 - share * part)
}
