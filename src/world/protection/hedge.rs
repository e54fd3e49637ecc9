//! Hedged requests, after Dean and Barroso, "The Tail at Scale" (CACM 2013): a read that has no answer after a while is
//! sent once more, and the answer that comes first counts.
//!
//! It costs a second request for each that is slow, so the pause should be as long as most requests take.

use std::pin::pin;

use crate::engine::{Either, Span, race};
use crate::world::World;

/// Calls once, or twice if `after` is a pause.
pub(super) async fn twice<F: Future>(world: &World, after: Span, call: impl Fn() -> F) -> F::Output {
    if after.is_zero() {
        return call().await;
    }
    Box::pin(hedged(world, after, call)).await
}

async fn hedged<F: Future>(world: &World, after: Span, call: impl Fn() -> F) -> F::Output {
    let mut first = pin!(call());
    if let Either::First(answer) = race(first.as_mut(), world.sleep(after)).await {
        return answer;
    }
    match race(first, call()).await {
        Either::First(answer) | Either::Second(answer) => answer,
    }
}
