//! How long requests took, as their clients felt it.

use crate::engine::{Span, VirtualTime};
use crate::order::sort_plain;

/// The latencies of a kind of request, in the order in which the requests ended.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Latencies {
    ended: Vec<VirtualTime>,
    spans: Vec<Span>,
}

/// What half and what nearly all requests stayed below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quantiles {
    /// Half took no longer; nothing while there is no request.
    pub p50: Option<Span>,
    /// 99 in 100 took no longer.
    pub p99: Option<Span>,
}

impl Latencies {
    pub(crate) fn push(&mut self, ended: VirtualTime, span: Span) {
        self.ended.push(ended);
        self.spans.push(span);
    }

    /// How many requests had ended at that time.
    #[must_use]
    pub fn count(&self, at: VirtualTime) -> usize {
        self.ended.partition_point(|ended| *ended <= at)
    }

    /// The quantiles of all requests that had ended at that time: the exact values by nearest rank, no estimate.
    #[must_use]
    pub fn quantiles(&self, at: VirtualTime) -> Quantiles {
        let mut spans = self.spans[..self.count(at)].to_vec();
        sort_plain(&mut spans);
        Quantiles { p50: nearest_rank(&spans, 50), p99: nearest_rank(&spans, 99) }
    }
}

/// The smallest value that at least `percent` of the sorted values don't exceed.
fn nearest_rank(sorted: &[Span], percent: usize) -> Option<Span> {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_nearest_ranks_of_what_has_ended() {
        let mut latencies = Latencies::default();
        for millis in 1..=100 {
            latencies.push(VirtualTime::from_millis(millis), Span::from_millis(101 - millis));
        }
        assert_eq!(latencies.quantiles(VirtualTime::ZERO), Quantiles::default());
        let all = latencies.quantiles(VirtualTime::from_secs(1));
        assert_eq!(all, Quantiles { p50: Some(Span::from_millis(50)), p99: Some(Span::from_millis(99)) });
        let first = latencies.quantiles(VirtualTime::from_millis(1));
        assert_eq!(first, Quantiles { p50: Some(Span::from_millis(100)), p99: Some(Span::from_millis(100)) });
    }
}
