//! A call: a request message, work at the other end, a reply message, and a limit to the patience of the caller.

use std::cell::Cell;
use std::future::{Future, pending};
use std::pin::Pin;
use std::rc::Rc;

use super::network::{Delivery, Letter};
use super::{Actor, Failure, Parcel, ParcelKind, Place, World};
use crate::engine::{Closed, Either, Span, oneshot, race};

/// A call to be made.
pub(crate) struct Call {
    pub(crate) from: Place,
    pub(crate) to: Actor,
    pub(crate) parcel: Parcel,
    pub(crate) limit: Span,
}

/// What the other end makes of a call: the result for the caller's code, and the message that carries it.
pub(crate) struct Served<T> {
    pub(crate) result: Result<T, Failure>,
    pub(crate) parcel: Parcel,
}

impl<T> Served<T> {
    pub(crate) fn failed(failure: Failure) -> Self {
        let parcel = Parcel::new(ParcelKind::Failure, failure.to_string());
        Self { result: Err(failure), parcel }
    }
}

/// The work at the other end of a call, whatever it finds.
type Work = Pin<Box<dyn Future<Output = Served<()>>>>;

impl World {
    /// Makes a call. The work at the other end goes on even if the caller dies or gives up, as it does over a network.
    pub(crate) fn call<T: 'static>(
        &self,
        call: Call,
        serve: impl Future<Output = Served<T>> + 'static,
    ) -> impl Future<Output = Result<T, Failure>> {
        // What is found waits here, so that all that carries calls exists once and not for each type of result.
        let found = Rc::new(Cell::new(None));
        let keep = Rc::clone(&found);
        // The work gets its place in memory here: a future that is moved from caller to caller is copied each time.
        let work: Work = Box::pin(async move {
            let Served { result, parcel } = serve.await;
            Served { result: result.map(|result| keep.set(Some(result))), parcel }
        });
        async move {
            let to = call.to;
            self.call_for(call, work).await?;
            found.take().ok_or(Failure::Reset(to))
        }
    }

    async fn call_for(&self, call: Call, work: Work) -> Result<(), Failure> {
        let (reply_to, reply) = oneshot(&self.inner.sim);
        let (to, limit) = (call.to, call.limit);
        let world = self.clone();
        self.inner.sim.spawn(async move {
            if let Some(result) = world.carry_out(call, work).await {
                // A caller that has given up or died is no longer there to take it.
                let _ = reply_to.send(result);
            }
        });
        let answer = async {
            match reply.await {
                Ok(result) => result,
                // The message or its reply vanished, of which a caller hears nothing.
                Err(Closed) => pending().await,
            }
        };
        self.inner.sim.timeout(limit, answer).await.unwrap_or(Err(Failure::TimedOut(to)))
    }

    /// The other half of a call; nothing when no reply will ever come.
    async fn carry_out(&self, call: Call, work: Work) -> Option<Result<(), Failure>> {
        let Call { from, to, parcel, .. } = call;
        let there = Letter { from: from.actor, to, parcel, request: from.request };
        if self.travel(there).await != Delivery::Arrived {
            return None;
        }
        let served = self.work_unless_dead(to, work).await;
        let back = Letter { from: to, to: from.actor, parcel: served.parcel, request: from.request };
        match self.travel(back).await {
            Delivery::Arrived => Some(served.result),
            Delivery::SenderCrashed => Some(Err(Failure::Reset(to))),
            Delivery::Vanished => None,
        }
    }

    async fn work_unless_dead(&self, actor: Actor, work: Work) -> Served<()> {
        if !self.is_up(actor) {
            return Served::failed(Failure::Refused(actor));
        }
        let crashed = self.process(actor).crashed.wait();
        match race(work, crashed).await {
            Either::First(served) => served,
            Either::Second(()) => Served::failed(Failure::Reset(actor)),
        }
    }
}
