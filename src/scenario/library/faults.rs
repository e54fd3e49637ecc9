//! Faults of the servers and the links that a pattern has to live with.

use super::{Ready, Topic, busy_writers, guarded, scripted, seconds, with_ttl};
use crate::engine::Span;
use crate::redis::EvictionPolicy;
use crate::scenario::Step::{Read, Write};
use crate::scenario::{Intervention, Knob, Scenario};
use crate::world::{Actor, CacheMemory, Details, Fault, FaultKind, Incident};

/// The same with a fault at that time.
pub(super) fn struck(mut scenario: Scenario, at: f64, fault: FaultKind, target: Actor, details: Details) -> Scenario {
    let incident = Incident { fault: Fault { fault, target }, details };
    scenario.intervene(Intervention::fault(seconds(at), incident));
    scenario
}

pub(super) fn lasting(secs: u64) -> Details {
    Details { lasts: Some(Span::from_secs(secs)), ..Details::default() }
}

pub(super) const FAILOVER: Ready = Ready {
    id: "failover",
    title: "A failover forgets",
    topic: Topic::Failures,
    story: "The database dies, and a replica that was three seconds behind takes its place. Writes that people were told \
            are saved had not reached it.",
    moment: 11.0,
    without: None,
    build: || {
        let requests = [
            (0.5, 1, Write, "product:1"),
            (3.5, 2, Write, "order:1"),
            (5.2, 3, Write, "product:1"),
            (6.0, 4, Write, "user:1"),
            (13.5, 1, Read, "order:1"),
            (14.5, 2, Read, "product:1"),
            (16.0, 3, Read, "user:1"),
        ];
        let details = Details { lag: Some(Span::from_secs(3)), ..lasting(3) };
        struck(scripted("hybrid-invalidate", 21, &requests), 9.5, FaultKind::Failover, Actor::Database, details)
    },
};

pub(super) const DELAYED_DELETE: Ready = Ready {
    id: "delayed-delete",
    title: "The deletion comes late",
    topic: Topic::Races,
    story: "The row is written, but the message that deletes its copy is held up on the way. Until it comes, and only until \
            then, readers get the old row.",
    moment: 11.2,
    without: None,
    build: || {
        let requests = [
            (0.5, 1, Read, "product:1"),
            (5.0, 2, Write, "product:1"),
            (9.8, 3, Read, "product:1"),
            (15.5, 4, Read, "product:1"),
        ];
        let by = Some(Span::from_secs(6));
        let details = Details { by, from: Some(Actor::App), ..Details::default() };
        let scenario = scripted("hybrid-invalidate", 20, &requests);
        struck(scenario, 6.2, FaultKind::Delay, Actor::Cache, details)
    },
};

/// The message that deletes a copy never arrives.
fn dropped_delete() -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (5.0, 2, Write, "product:1"),
        (11.0, 3, Read, "product:1"),
        (13.2, 4, Read, "product:1"),
        (17.5, 1, Read, "product:1"),
    ];
    let details = Details { from: Some(Actor::App), ..Details::default() };
    let scenario = with_ttl(scripted("hybrid-invalidate", 23, &requests), 13);
    struck(scenario, 6.2, FaultKind::Drop, Actor::Cache, details)
}

pub(super) const DROPPED_DELETE: Ready = Ready {
    id: "dropped-delete",
    title: "An invalidation is dropped",
    topic: Topic::Races,
    story: "The row is written, but its DEL is lost on the link. Readers get the old row until the copy’s time to live is over.",
    moment: 12.0,
    without: None,
    build: dropped_delete,
};

pub(super) const DROPPED_DELETE_AGAIN: Ready = Ready {
    id: "dropped-delete-again",
    title: "An invalidation is dropped, and sent again",
    topic: Topic::Races,
    story: "A second DEL follows after three seconds, whether the first arrived or not.",
    moment: 12.0,
    without: Some("dropped-delete"),
    build: || guarded(dropped_delete(), &[(Knob::SecondDelete, 3.0)]),
};

/// The cache dies in the midst of writes, and is started again.
fn restarted() -> Scenario {
    struck(busy_writers("write-behind", 30), 13.5, FaultKind::Crash, Actor::Cache, lasting(3))
}

pub(super) const RESTART_SNAPSHOT: Ready = Ready {
    id: "restart-snapshot",
    title: "Back from a snapshot",
    topic: Topic::Failures,
    story: "The cache saves a snapshot every few seconds. After its crash it loads the last one: what was queued since is \
            gone.",
    moment: 17.4,
    without: None,
    build: || guarded(restarted(), &[(Knob::Snapshots, 8.0), (Knob::FlushInterval, 30.0)]),
};

pub(super) const RESTART_FILE: Ready = Ready {
    id: "restart-file",
    title: "Back from the append-only file",
    topic: Topic::Failures,
    story: "The cache appends each write to a file, which reaches the disk every second. After the crash it loads that: at \
            most the last second is gone.",
    moment: 17.4,
    without: Some("restart-snapshot"),
    build: || guarded(restarted(), &[(Knob::AppendFsync, 1.0), (Knob::FlushInterval, 30.0)]),
};

pub(super) const QUEUE_EVICTED: Ready = Ready {
    id: "queue-evicted",
    title: "The queue is evicted",
    topic: Topic::Failures,
    story: "The cache gets less memory and evicts what was used least recently. The queue of unflushed writes is a key like \
            any other.",
    moment: 14.2,
    without: None,
    build: || {
        let mut scenario = busy_writers("write-behind", 26);
        scenario.settings.flush_interval = Span::from_secs(30);
        scenario.memory = CacheMemory { policy: EvictionPolicy::AllKeysLru, ..CacheMemory::default() };
        let details = Details { share: Some(0.4), ..lasting(8) };
        struck(scenario, 14.0, FaultKind::MemoryPressure, Actor::Cache, details)
    },
};
