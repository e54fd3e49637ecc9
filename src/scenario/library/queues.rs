//! How the queue of write-behind loses what it was given, each beside the same run with a queue or an acknowledgement that
//! does not.

use super::faults::{lasting, struck};
use super::{Ready, Topic, guarded, scripted, with_outage};
use crate::engine::Span;
use crate::scenario::Step::{Read, Write};
use crate::scenario::{Knob, Scenario, Step};
use crate::world::{Actor, FaultKind};

/// Writers and readers of a run without a time to live, and with a flush every six seconds.
fn writers(duration: u64, requests: &[(f64, u8, Step, &str)]) -> Scenario {
    let mut scenario = scripted("write-behind", duration, requests);
    scenario.settings.ttl = None;
    scenario
}

/// The flusher takes entries out of the queue, and dies before the database has them.
fn flusher_took() -> Scenario {
    let requests = [
        (0.4, 1, Write, "product:1"),
        (1.3, 2, Write, "order:1"),
        (2.4, 3, Write, "user:1"),
        (3.5, 4, Write, "product:2"),
        (20.5, 2, Read, "product:1"),
        (21.5, 4, Read, "order:1"),
    ];
    let mut scenario = writers(26, &requests);
    scenario.settings.pop_first = true;
    with_outage(scenario, Actor::Flusher, FaultKind::Crash, 6.9, 10.0)
}

pub(super) const FLUSHER_TOOK: Ready = Ready {
    id: "flusher-took-all",
    title: "The flusher dies with the batch",
    topic: Topic::Failures,
    story: "The flusher takes entries out of the queue with LPOP and dies before the database has them: nobody has them any more.",
    moment: 7.0,
    without: None,
    build: flusher_took,
};

pub(super) const FLUSHER_TOOK_STREAM: Ready = Ready {
    id: "flusher-took-all-stream",
    title: "The flusher dies with the batch, of a stream",
    topic: Topic::Failures,
    story: "What a flusher was given stays pending in the stream until it acknowledges it. Its next life claims that.",
    moment: 17.6,
    without: Some("flusher-took-all"),
    build: || guarded(flusher_took(), &[(Knob::Stream, 1.0)]),
};

/// The cache comes back empty while the flusher is busy with what it had, and new writes are queued.
fn queue_cut() -> Scenario {
    let requests = [
        (0.4, 1, Write, "product:1"),
        (5.4, 2, Write, "order:1"),
        (6.3, 3, Write, "user:1"),
        (7.3, 4, Write, "product:2"),
        (8.3, 1, Write, "user:2"),
        (13.3, 3, Write, "order:2"),
        (13.45, 2, Write, "product:1"),
        (24.5, 3, Read, "order:2"),
        (25.5, 4, Read, "product:1"),
    ];
    let mut scenario = writers(30, &requests);
    scenario.settings.flush_interval = Span::from_secs(4);
    with_outage(scenario, Actor::Cache, FaultKind::Crash, 13.45, 13.6)
}

pub(super) const QUEUE_CUT: Ready = Ready {
    id: "queue-cut",
    title: "The queue is cut too short",
    topic: Topic::Failures,
    story: "While the flusher writes four entries, the cache comes back empty, and two new ones are queued. LTRIM takes four from the front, whichever they are.",
    moment: 15.2,
    without: None,
    build: queue_cut,
};

pub(super) const QUEUE_CUT_STREAM: Ready = Ready {
    id: "queue-cut-stream",
    title: "The queue is cut by ids, as a stream",
    topic: Topic::Failures,
    story: "The flusher acknowledges what it has flushed by its ids. The new entries have others, and stay.",
    moment: 15.2,
    without: Some("queue-cut"),
    build: || guarded(queue_cut(), &[(Knob::Stream, 1.0)]),
};

/// The cache dies, and its replica takes its place, which is two seconds behind.
fn cache_failover() -> Scenario {
    let requests = [
        (0.4, 1, Write, "product:1"),
        (1.3, 2, Write, "order:1"),
        (7.2, 3, Write, "user:1"),
        (8.1, 4, Write, "product:2"),
        (9.0, 1, Write, "product:1"),
        (9.9, 2, Write, "order:1"),
        (19.5, 3, Read, "product:1"),
        (20.6, 4, Read, "order:1"),
    ];
    let mut scenario = writers(30, &requests);
    scenario.timings.cache_timeout = Span::from_secs(6);
    let scenario = guarded(scenario, &[(Knob::CacheReplica, 2.0)]);
    struck(scenario, 11.75, FaultKind::Failover, Actor::Cache, lasting(3))
}

pub(super) const CACHE_FAILOVER: Ready = Ready {
    id: "cache-failover",
    title: "A failover of the cache forgets",
    topic: Topic::Failures,
    story: "The cache dies, and a replica that was two seconds behind takes its place, without the writes that had not reached it.",
    moment: 12.0,
    without: None,
    build: cache_failover,
};

pub(super) const CACHE_FAILOVER_WAIT: Ready = Ready {
    id: "cache-failover-wait",
    title: "A failover of the cache, after WAIT",
    topic: Topic::Failures,
    story: "‘Saved’ is said when WAIT says that the replica has the write, two seconds later. Who still waits when the cache dies is told of an error.",
    moment: 12.0,
    without: Some("cache-failover"),
    build: || guarded(cache_failover(), &[(Knob::Wait, 1.0)]),
};
