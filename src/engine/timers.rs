//! Futures that wait for virtual time: sleeping, yielding, time limits.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use thiserror::Error;

use super::agenda::Purpose;
use super::events::EventKey;
use super::executor::Sim;
use super::time::VirtualTime;

/// Time was up before the future had ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("time was up")]
pub struct Elapsed;

enum Stage {
    Idle(Purpose),
    Armed(EventKey),
    Done,
}

/// Waits for an instant; see [`Sim::sleep`]. Its place among what is due at that instant is decided when it is first
/// polled. Dropping it cancels it.
#[must_use = "a sleep does nothing until it is awaited"]
pub struct Sleep {
    sim: Sim,
    deadline: VirtualTime,
    stage: Stage,
}

impl Sleep {
    pub(super) fn new(sim: &Sim, deadline: VirtualTime, purpose: Purpose) -> Self {
        Self { sim: sim.clone(), deadline, stage: Stage::Idle(purpose) }
    }

    /// The instant that it waits for.
    pub fn deadline(&self) -> VirtualTime {
        self.deadline
    }
}

impl Future for Sleep {
    type Output = ();

    #[inline]
    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        let Self { sim, deadline, stage } = &mut *self;
        match stage {
            Stage::Idle(purpose) => {
                // An instant in the past counts as now.
                *deadline = sim.now().max(*deadline);
                *stage = Stage::Armed(sim.arm(*deadline, *purpose));
            }
            Stage::Armed(key) => {
                if !sim.is_armed(*deadline, key) {
                    *stage = Stage::Done;
                    return Poll::Ready(());
                }
            }
            Stage::Done => return Poll::Ready(()),
        }
        Poll::Pending
    }
}

impl Drop for Sleep {
    #[inline]
    fn drop(&mut self) {
        if let Stage::Armed(key) = self.stage {
            self.sim.disarm(self.deadline, key);
        }
    }
}

/// Lets everything else that is due at this instant go first; see [`Sim::yield_now`].
#[must_use = "yielding does nothing until it is awaited"]
pub struct YieldNow(Sleep);

impl YieldNow {
    pub(super) fn new(sim: &Sim) -> Self {
        Self(Sleep::new(sim, VirtualTime::ZERO, Purpose::Sleep))
    }
}

impl Future for YieldNow {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        Pin::new(&mut self.0).poll(context)
    }
}

/// Runs the future until the sleep ends. The future is polled first, so its result counts when both end together.
pub(super) async fn timeout_at<F: Future>(sleep: Sleep, future: F) -> Result<F::Output, Elapsed> {
    let mut future = pin!(future);
    let mut sleep = pin!(sleep);
    poll_fn(|context| {
        if let Poll::Ready(output) = future.as_mut().poll(context) {
            return Poll::Ready(Ok(output));
        }
        sleep.as_mut().poll(context).map(|()| Err(Elapsed))
    })
    .await
}
