//! The delayed second deletion: what a slow reader has stored after the first one goes a moment later.
//!
//! It costs a command and a miss for each write, and old copies can be read until then. The pause is a guess at how long
//! the slowest reader takes.

use super::super::context::Caller;
use crate::database::RowKey;
use crate::engine::Span;

pub(super) fn schedule(caller: &Caller, pause: Span, key: RowKey) {
    let later = caller.after_request();
    let (world, actor) = (caller.world.clone(), caller.place.actor);
    caller.world.inner.sim.spawn(async move {
        let died = world.process(actor).crashed.wait();
        let second = async {
            world.sleep(pause).await;
            super::remove(&later, key).await.ok();
        };
        // It was only in the memory of the process.
        crate::engine::race(second, died).await;
    });
}
