//! A call: a request message, work at the other end, a reply message, and a limit to the patience of the caller.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use super::network::{Delivery, Letter};
use super::{Actor, Failure, Parcel, ParcelKind, Place, World};
use crate::engine::{Either, Span, TaskId, race};

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
pub(crate) trait Order {
    /// The call.
    fn call(&self) -> &Call;

    /// Begins the work; what it finds is kept for the caller only when told so.
    fn begin(&self, keeps: bool) -> Work;

    /// Where the caller waits.
    fn reply(&self) -> &Reply;
}

/// How a call ended, from the one who carried it out to the caller.
#[derive(Default)]
pub(crate) struct Reply {
    result: Cell<Option<Result<(), Failure>>>,
    waiter: Cell<Option<TaskId>>,
}

/// What a caller waits for. It is no part of the order, so that a caller who waits in vain keeps nothing of that alive.
struct Answer<T> {
    found: Cell<Option<T>>,
    reply: Reply,
}

struct Asked<T, S> {
    call: Call,
    serve: S,
    answer: Rc<Answer<T>>,
}

impl<T: 'static, F: Future<Output = Served<T>> + 'static, S: Fn() -> F> Order for Asked<T, S> {
    fn call(&self) -> &Call {
        &self.call
    }

    fn begin(&self, keeps: bool) -> Work {
        // What is found waits with the answer, so that all that carries calls exists once and not for each type of result.
        let (serving, keep) = ((self.serve)(), keeps.then(|| Rc::clone(&self.answer)));
        Box::pin(async move {
            let Served { result, parcel } = serving.await;
            let result = result.map(|result| {
                if let Some(keep) = keep {
                    keep.found.set(Some(result));
                }
            });
            Served { result, parcel }
        })
    }

    fn reply(&self) -> &Reply {
        &self.answer.reply
    }
}

impl World {
    /// Makes a call. The work at the other end goes on even if the caller dies or gives up, as it does over a network.
    pub(crate) fn call<T: 'static, F: Future<Output = Served<T>> + 'static>(
        &self,
        call: Call,
        serve: impl Fn() -> F + 'static,
    ) -> impl Future<Output = Result<T, Failure>> {
        let (to, limit) = (call.to, call.limit);
        let answer = Rc::new(Answer { found: Cell::new(None), reply: Reply::default() });
        // The order gets its place in memory here: what is moved from future to future is copied each time.
        let order: Rc<dyn Order> = Rc::new(Asked { call, serve, answer: Rc::clone(&answer) });
        async move {
            self.send_out(order);
            self.await_reply(&answer.reply, to, limit).await?;
            answer.found.take().ok_or(Failure::Reset(to))
        }
    }

    fn send_out(&self, order: Rc<dyn Order>) {
        let world = self.clone();
        self.inner.sim.spawn(async move {
            let result = world.carry_out(&order, false).await;
            let reply = order.reply();
            // Without a result, the message or its reply vanished, of which a caller hears nothing.
            reply.result.set(result);
            if let Some(task) = reply.waiter.take() {
                world.inner.sim.wake(task);
            }
        });
    }

    async fn await_reply(&self, reply: &Reply, to: Actor, limit: Span) -> Result<(), Failure> {
        let sim = &self.inner.sim;
        let answer = poll_fn(|_| match reply.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                reply.waiter.set(sim.current_task());
                Poll::Pending
            }
        });
        sim.timeout(limit, answer).await.unwrap_or(Err(Failure::TimedOut(to)))
    }

    /// The other half of a call; nothing when no reply will ever come. A message that is sent `again` is carried out once
    /// more, and nobody heeds its reply.
    pub(super) async fn carry_out(&self, order: &Rc<dyn Order>, again: bool) -> Option<Result<(), Failure>> {
        let Call { from, to, parcel, .. } = order.call();
        let (from, to) = (*from, *to);
        let there = Letter { from: from.actor, to, parcel: parcel.clone(), request: from.request };
        if self.travel(there, Some(Rc::downgrade(order)), again).await != Delivery::Arrived {
            return None;
        }
        let served = self.work_unless_dead(to, || order.begin(!again)).await;
        let back = Letter { from: to, to: from.actor, parcel: served.parcel, request: from.request };
        match self.travel(back, None, again).await {
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
