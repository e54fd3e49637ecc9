//! Several futures inside one task. All of them poll their parts in the order given.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::Poll;

/// Which of two futures ended first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Either<A, B> {
    /// The first one did.
    First(A),
    /// The second one did.
    Second(B),
}

/// Waits for both futures.
pub async fn join2<A: Future, B: Future>(a: A, b: B) -> (A::Output, B::Output) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut first, mut second) = (None, None);
    poll_fn(|context| {
        if first.is_none()
            && let Poll::Ready(output) = a.as_mut().poll(context)
        {
            first = Some(output);
        }
        if second.is_none()
            && let Poll::Ready(output) = b.as_mut().poll(context)
        {
            second = Some(output);
        }
        match (first.take(), second.take()) {
            (Some(a), Some(b)) => Poll::Ready((a, b)),
            (a, b) => {
                (first, second) = (a, b);
                Poll::Pending
            }
        }
    })
    .await
}

/// Waits for all futures and gives their outputs in the order of the futures.
pub async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut parts: Vec<Part<F>> = futures.into_iter().map(|future| Part::Waits(Box::pin(future))).collect();
    let mut waiting = parts.len();
    poll_fn(|context| {
        for part in &mut parts {
            if let Part::Waits(future) = part
                && let Poll::Ready(output) = future.as_mut().poll(context)
            {
                *part = Part::Ended(output);
                waiting -= 1;
            }
        }
        if waiting == 0 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    parts.into_iter().filter_map(Part::output).collect()
}

enum Part<F: Future> {
    Waits(Pin<Box<F>>),
    Ended(F::Output),
}

impl<F: Future> Part<F> {
    fn output(self) -> Option<F::Output> {
        match self {
            Self::Waits(_) => None,
            Self::Ended(output) => Some(output),
        }
    }
}

/// Waits for the future that ends first and drops the other. If both are found to have ended, the first one counts.
pub async fn race<A: Future, B: Future>(a: A, b: B) -> Either<A::Output, B::Output> {
    let (mut a, mut b) = (pin!(a), pin!(b));
    poll_fn(|context| {
        if let Poll::Ready(output) = a.as_mut().poll(context) {
            return Poll::Ready(Either::First(output));
        }
        b.as_mut().poll(context).map(Either::Second)
    })
    .await
}
