//! A call: a request message, work at the other end, a reply message, and a limit to the patience of the caller.

use std::cell::Cell;
use std::future::{Future, pending};
use std::pin::Pin;
use std::rc::{Rc, Weak};

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

/// What a call asks for. Its message may arrive more than once, and then the work is done each time.
pub(crate) struct Order {
    call: Call,
    /// Begins the work; what it finds is kept for the caller only when told so.
    begin: Box<dyn Fn(bool) -> Work>,
}

impl World {
    /// Makes a call. The work at the other end goes on even if the caller dies or gives up, as it does over a network.
    pub(crate) fn call<T: 'static, F: Future<Output = Served<T>> + 'static>(
        &self,
        call: Call,
        serve: impl Fn() -> F + 'static,
    ) -> impl Future<Output = Result<T, Failure>> {
        // What is found waits here, so that all that carries calls exists once and not for each type of result.
        let found = Rc::new(Cell::new(None));
        let keep = Rc::clone(&found);
        let begin = move |keeps: bool| -> Work {
            let (serving, keep) = (serve(), keeps.then(|| Rc::clone(&keep)));
            Box::pin(async move {
                let Served { result, parcel } = serving.await;
                let result = result.map(|result| {
                    if let Some(keep) = keep {
                        keep.set(Some(result));
                    }
                });
                Served { result, parcel }
            })
        };
        let to = call.to;
        // The order gets its place in memory here: what is moved from future to future is copied each time.
        let order = Rc::new(Order { call, begin: Box::new(begin) });
        async move {
            self.call_for(order).await?;
            found.take().ok_or(Failure::Reset(to))
        }
    }

    async fn call_for(&self, order: Rc<Order>) -> Result<(), Failure> {
        let (reply_to, reply) = oneshot(&self.inner.sim);
        let (to, limit) = (order.call.to, order.call.limit);
        let world = self.clone();
        self.inner.sim.spawn(async move {
            if let Some(result) = world.carry_out(&order, false).await {
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

    /// The other half of a call; nothing when no reply will ever come. A message that is sent `again` is carried out once
    /// more, and nobody heeds its reply.
    pub(super) async fn carry_out(&self, order: &Rc<Order>, again: bool) -> Option<Result<(), Failure>> {
        let Call { from, to, parcel, .. } = &order.call;
        let (from, to) = (*from, *to);
        let there = Letter { from: from.actor, to, parcel: parcel.clone(), request: from.request };
        if self.travel(there, Rc::downgrade(order), again).await != Delivery::Arrived {
            return None;
        }
        let served = self.work_unless_dead(to, || (order.begin)(!again)).await;
        let back = Letter { from: to, to: from.actor, parcel: served.parcel, request: from.request };
        match self.travel(back, Weak::new(), again).await {
            Delivery::Arrived => Some(served.result),
            Delivery::SenderCrashed => Some(Err(Failure::Reset(to))),
            Delivery::Vanished => None,
        }
    }

    async fn work_unless_dead(&self, actor: Actor, begin: impl FnOnce() -> Work) -> Served<()> {
        if !self.is_up(actor) {
            return Served::failed(Failure::Refused(actor));
        }
        let crashed = self.process(actor).crashed.wait();
        match race(begin(), crashed).await {
            Either::First(served) => served,
            Either::Second(()) => Served::failed(Failure::Reset(actor)),
        }
    }
}
