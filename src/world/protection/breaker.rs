//! The circuit breaker: after a few failures in a row, calls of a server are refused at once for a while, instead of each
//! waiting for its time limit; then one call tries whether it is back. Reads get an [old row](super::stale) meanwhile.
//!
//! It costs errors, or old rows, for some time after the server is well again.

use super::super::context::Caller;
use crate::engine::VirtualTime;
use crate::world::{Actor, Failure};
use std::cell::Cell;

/// So many failures in a row open it.
const FAILURES: u32 = 3;

/// The state of a breaker.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Breaker {
    failures: u32,
    open_until: Option<VirtualTime>,
}

fn of(caller: &Caller, server: Actor) -> &Cell<Breaker> {
    let memory = caller.memory();
    if server == Actor::Cache { &memory.cache } else { &memory.database }
}

/// Refuses a call while the breaker is open. Afterwards one call may try, and the others wait for what it finds.
pub(crate) fn allow(caller: &Caller, server: Actor) -> Result<(), Failure> {
    if !caller.world.settings().protect.breaker {
        return Ok(());
    }
    let (cell, now) = (of(caller, server), caller.world.now());
    let breaker = cell.get();
    match breaker.open_until {
        Some(until) if now < until => Err(Failure::Open(server)),
        Some(_) => {
            cell.set(Breaker { open_until: Some(now + caller.world.patience(server)), ..breaker });
            Ok(())
        }
        None => Ok(()),
    }
}

/// Learns from how a call went. An error that the server gave as its answer is no failure of the server.
pub(crate) fn judge<T>(caller: &Caller, server: Actor, result: &Result<T, Failure>) {
    if !caller.world.settings().protect.breaker {
        return;
    }
    let failed = matches!(
        result,
        Err(Failure::TimedOut(_) | Failure::Refused(_) | Failure::Reset(_) | Failure::PoolFull | Failure::Open(_))
    );
    let cell = of(caller, server);
    let failures = if failed { cell.get().failures + 1 } else { 0 };
    let opens = failures >= FAILURES;
    let open_until = opens.then(|| caller.world.now() + caller.world.patience(server));
    cell.set(Breaker { failures, open_until });
}
