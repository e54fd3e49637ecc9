//! How the queue of write-behind loses what it was given, each beside the same run with a queue or an acknowledgement that
//! does not.

use super::faults::{lasting, struck};
use super::{Ready, Topic, guarded, scripted, with_outage};
use crate::engine::Span;
use crate::scenario::Step::{Read, Write};
use crate::scenario::{Knob, Scenario};
use crate::world::{Actor, FaultKind, Settings};

/// Writers of a run without a time to live and with a flush every six seconds, and readers at its end.
fn writers(duration: u64, writes: &[(f64, u8, &str)], reads: &[(f64, u8, &str)]) -> Scenario {
    let writes = writes.iter().map(|&(at, client, key)| (at, client, Write, key));
    let reads = reads.iter().map(|&(at, client, key)| (at, client, Read, key));
    let requests: Vec<_> = writes.chain(reads).collect();
    let settings = Settings { ttl: None, flush_interval: Span::from_secs(6), ..Settings::default() };
    Scenario { settings, ..scripted("write-behind", duration, &requests) }
}

/// The flusher takes entries out of the queue, and dies before the database has them.
fn flusher_took() -> Scenario {
    let writes = [(0.4, 1, "product:1"), (1.3, 2, "order:1"), (2.4, 3, "user:1"), (3.5, 4, "product:2")];
    let mut scenario = writers(26, &writes, &[(20.5, 2, "product:1"), (21.5, 4, "order:1")]);
    scenario.settings.pop_first = true;
    with_outage(scenario, Actor::Flusher, FaultKind::Crash, 6.9, 10.0)
}

pub(super) const FLUSHER_TOOK: Ready = Ready {
    id: "flusher-took-all",
    title: "The flusher dies with the batch",
    topic: Topic::Failures,
    story: "The flusher takes the oldest entries out of the queue with LPOP. It dies before the database has them, and nobody \
            else has them any more.",
    moment: 7.0,
    without: None,
    build: flusher_took,
};

pub(super) const FLUSHER_TOOK_STREAM: Ready = Ready {
    id: "flusher-took-all-stream",
    title: "The flusher dies with the batch, of a stream",
    topic: Topic::Failures,
    story: "The queue is a stream. What a flusher was given stays pending there until it acknowledges it, so the next life of \
            the flusher claims what the dead one had in hand.",
    moment: 17.6,
    without: Some("flusher-took-all"),
    build: || guarded(flusher_took(), &[(Knob::Stream, 1.0)]),
};

/// The cache comes back empty while the flusher is busy with what it had, and new writes are queued.
fn queue_cut() -> Scenario {
    let writes = [
        (0.4, 1, "product:1"),
        (5.4, 2, "order:1"),
        (6.3, 3, "user:1"),
        (7.3, 4, "product:2"),
        (8.3, 1, "user:2"),
        (13.3, 3, "order:2"),
        (13.45, 2, "product:1"),
    ];
    let mut scenario = writers(30, &writes, &[(24.5, 3, "order:2"), (25.5, 4, "product:1")]);
    scenario.settings.flush_interval = Span::from_secs(4);
    with_outage(scenario, Actor::Cache, FaultKind::Crash, 13.45, 13.6)
}

pub(super) const QUEUE_CUT: Ready = Ready {
    id: "queue-cut",
    title: "The queue is cut too short",
    topic: Topic::Failures,
    story: "While the flusher writes four entries, the cache comes back empty, and new ones are queued. LTRIM takes as many \
            from the front as were flushed, whichever they are: the new ones are gone.",
    moment: 15.2,
    without: None,
    build: queue_cut,
};

pub(super) const QUEUE_CUT_STREAM: Ready = Ready {
    id: "queue-cut-stream",
    title: "The queue is cut by ids, as a stream",
    topic: Topic::Failures,
    story: "The flusher acknowledges the entries that it has flushed by their ids, which the new stream does not have: the new \
            entries stay, and are flushed next.",
    moment: 15.2,
    without: Some("queue-cut"),
    build: || guarded(queue_cut(), &[(Knob::Stream, 1.0)]),
};

/// The cache dies, and its replica takes its place, which is two seconds behind.
fn cache_failover() -> Scenario {
    let writes = [
        (0.4, 1, "product:1"),
        (1.3, 2, "order:1"),
        (7.2, 3, "user:1"),
        (8.1, 4, "product:2"),
        (9.0, 1, "product:1"),
        (9.9, 2, "order:1"),
    ];
    let mut scenario = writers(30, &writes, &[(19.5, 3, "product:1"), (20.6, 4, "order:1")]);
    scenario.timings.cache_timeout = Span::from_secs(6);
    let scenario = guarded(scenario, &[(Knob::CacheReplica, 2.0)]);
    struck(scenario, 11.75, FaultKind::Failover, Actor::Cache, lasting(3))
}

pub(super) const CACHE_FAILOVER: Ready = Ready {
    id: "cache-failover",
    title: "A failover of the cache forgets",
    topic: Topic::Failures,
    story: "The cache dies, and a replica that was two seconds behind takes its place. Writes that people were told are saved \
            had not reached it, nor the database.",
    moment: 12.0,
    without: None,
    build: cache_failover,
};

pub(super) const CACHE_FAILOVER_WAIT: Ready = Ready {
    id: "cache-failover-wait",
    title: "A failover of the cache, after WAIT",
    topic: Topic::Failures,
    story: "Nobody is told ‘saved’ before WAIT says that the replica has the write. That takes two seconds more; who still \
            waits when the cache dies is told of an error, and no promise is broken.",
    moment: 12.0,
    without: Some("cache-failover"),
    build: || guarded(cache_failover(), &[(Knob::Wait, 1.0)]),
};
