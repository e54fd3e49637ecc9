//! The protections: what each is good for beside the same run without it, whether it does what its paper says, and what it
//! costs.

#![allow(clippy::unwrap_used, reason = "a test may stop at what it does not expect")]

mod protections {
    mod behaviour;
    mod edges;
    mod pairs;
    mod papers;
    mod queues;
    mod support;
}
