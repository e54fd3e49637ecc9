//! Interleavings that leave something wrong behind, each beside the same run with a protection.

use super::{Ready, Topic, guarded, scripted, with_outage};
use crate::engine::{Distribution, Span};
use crate::scenario::Step::{Read, Write};
use crate::scenario::{Knob, Scenario};
use crate::world::{Actor, FaultKind, Timings};

const fn between(low: u64, high: u64) -> Distribution {
    Distribution::Uniform { low: Span::from_millis(low), high: Span::from_millis(high) }
}

/// A network on which the reader's row takes far longer than the writer's.
fn stale_fill() -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (0.7, 2, Write, "product:1"),
        (8.0, 3, Read, "product:1"),
        (12.0, 4, Read, "product:1"),
    ];
    let mut scenario = scripted("hybrid-invalidate", 20, &requests);
    scenario.timings = Timings { database_link: between(200, 2_000), ..Timings::classroom() };
    scenario.seed = 8;
    scenario
}

pub(super) const STALE_FILL: Ready = Ready {
    id: "stale-fill",
    title: "The stale fill",
    topic: Topic::Races,
    story: "A reader misses and gets the old row. Before she stores it, a writer changes the row and deletes the copy. Then \
            the old row is stored, and stays.",
    moment: 9.9,
    without: None,
    build: stale_fill,
};

pub(super) const STALE_FILL_LEASES: Ready = Ready {
    id: "stale-fill-leases",
    title: "The stale fill, with leases",
    topic: Topic::Races,
    story: "The reader got a lease with her miss. The deletion made it void, so the cache does not take her old row.",
    moment: 7.0,
    without: Some("stale-fill"),
    build: || guarded(stale_fill(), &[(Knob::Leases, 1.0)]),
};

pub(super) const STALE_FILL_VERSIONED: Ready = Ready {
    id: "stale-fill-versioned",
    title: "The stale fill, with versions",
    topic: Topic::Races,
    story: "The deletion left a tombstone. The reader watched the key, so her EXEC does not store what she had read before.",
    moment: 7.0,
    without: Some("stale-fill"),
    build: || guarded(stale_fill(), &[(Knob::VersionedFills, 1.0)]),
};

pub(super) const STALE_FILL_SECOND_DELETE: Ready = Ready {
    id: "stale-fill-second-delete",
    title: "The stale fill, deleted again",
    topic: Topic::Races,
    story: "Four seconds after the first deletion comes a second. Until then the old row is read, afterwards no more.",
    moment: 9.9,
    without: Some("stale-fill"),
    build: || guarded(stale_fill(), &[(Knob::SecondDelete, 4.0)]),
};

/// A network on which one command takes far longer than another.
fn crossing_writers() -> Scenario {
    let requests = [
        (0.5, 1, Write, "product:1"),
        (1.1, 2, Write, "product:1"),
        (9.0, 3, Read, "product:1"),
        (11.5, 4, Read, "product:1"),
    ];
    let mut scenario = scripted("hybrid-update", 17, &requests);
    let cache_timeout = Span::from_secs(6);
    scenario.timings = Timings { cache_link: between(150, 2_000), cache_timeout, ..Timings::classroom() };
    scenario.settings.ttl = None;
    scenario
}

pub(super) const CROSSING_WRITERS: Ready = Ready {
    id: "crossing-writers",
    title: "Two writers cross",
    topic: Topic::Races,
    story: "Two writers reach the database in one order and the cache in the other. The older value stays in the cache.",
    moment: 12.1,
    without: None,
    build: crossing_writers,
};

pub(super) const CROSSING_WRITERS_VERSIONED: Ready = Ready {
    id: "crossing-writers-versioned",
    title: "Two writers cross, with versions",
    topic: Topic::Races,
    story: "Each writer looks at the copy first and replaces only an older one, if nobody has touched it meanwhile.",
    moment: 12.1,
    without: Some("crossing-writers"),
    build: || guarded(crossing_writers(), &[(Knob::VersionedFills, 1.0)]),
};

/// The cache can't be reached at the moment of the deletion.
fn lost_delete() -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (5.0, 2, Write, "product:1"),
        (10.4, 3, Read, "product:1"),
        (14.6, 4, Read, "product:1"),
    ];
    let scenario = scripted("hybrid-invalidate", 20, &requests);
    with_outage(scenario, Actor::Cache, FaultKind::Unreachable, 6.7, 8.2)
}

pub(super) const LOST_DELETE: Ready = Ready {
    id: "lost-delete",
    title: "The deletion is lost on its way",
    topic: Topic::Races,
    story: "The row is written, but the message that deletes the copy never arrives. The old copy lives out its time.",
    moment: 12.2,
    without: None,
    build: lost_delete,
};

pub(super) const LOST_DELETE_AGAIN: Ready = Ready {
    id: "lost-delete-again",
    title: "The deletion is lost, and sent again",
    topic: Topic::Races,
    story: "Two seconds later the copy is deleted once more, which this time arrives.",
    moment: 12.2,
    without: Some("lost-delete"),
    build: || guarded(lost_delete(), &[(Knob::SecondDelete, 2.0)]),
};

/// Two copies of a row in one flush, each written by a statement of its own that takes its time.
fn out_of_order() -> Scenario {
    let requests = [
        (0.5, 1, Write, "product:1"),
        (1.8, 2, Write, "order:1"),
        (3.0, 3, Write, "product:1"),
        (12.0, 4, Read, "product:1"),
    ];
    let mut scenario = scripted("write-behind", 17, &requests);
    scenario.settings.ttl = None;
    scenario.settings.apart = true;
    scenario.settings.coalesce = false;
    scenario.timings = Timings { write: between(100, 2_500), ..Timings::classroom() };
    scenario
}

pub(super) const OUT_OF_ORDER: Ready = Ready {
    id: "out-of-order-flush",
    title: "A flush out of order",
    topic: Topic::Races,
    story: "The flusher writes two copies of one row with statements that run side by side. The older lands last, and a write \
            that was saved is gone.",
    moment: 9.4,
    without: None,
    build: out_of_order,
};

pub(super) const OUT_OF_ORDER_VERSIONED: Ready = Ready {
    id: "out-of-order-flush-versioned",
    title: "A flush out of order, with versions",
    topic: Topic::Races,
    story: "Each statement says AND version < …, so an older copy never replaces a newer row.",
    moment: 9.4,
    without: Some("out-of-order-flush"),
    build: || guarded(out_of_order(), &[(Knob::Versioned, 1.0)]),
};

pub(super) const TORN_WRITE_TOGETHER: Ready = Ready {
    id: "torn-write-together",
    title: "A crash within one transaction",
    topic: Topic::Failures,
    story: "The cache is written between BEGIN and COMMIT. The application dies in between: the database takes its change \
            back, and both still agree.",
    moment: 9.0,
    without: Some("torn-write"),
    build: || guarded(super::torn_write(), &[(Knob::Transaction, 1.0)]),
};

pub(super) const DATA_LOSS_DURABLE: Ready = Ready {
    id: "write-behind-durable",
    title: "Saved, and on disk",
    topic: Topic::Failures,
    story: "The cache forces each write to its disk before anybody is told 'saved'. It dies at the same moment, comes back \
            with its queue, and the flusher goes on.",
    moment: 14.8,
    without: Some("write-behind-data-loss"),
    build: || guarded(super::data_loss(), &[(Knob::AppendFsync, 2.0)]),
};

/// The application dies between the row and the deletion of its copy.
fn torn_delete(pattern: &str) -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (5.5, 2, Write, "product:1"),
        (11.5, 3, Read, "product:1"),
        (14.0, 4, Read, "product:1"),
    ];
    let mut scenario = scripted(pattern, 19, &requests);
    scenario.settings.flush_interval = Span::from_secs(2);
    with_outage(scenario, Actor::App, FaultKind::CrashBetweenSteps, 4.5, 10.5)
}

pub(super) const TORN_DELETE: Ready = Ready {
    id: "torn-delete",
    title: "A crash before the deletion",
    topic: Topic::Races,
    story: "The row is in the database, and the application dies before it has deleted the copy: whoever reads gets the old \
            row, for as long as the copy lives.",
    moment: 13.3,
    without: None,
    build: || torn_delete("hybrid-invalidate"),
};

pub(super) const TORN_DELETE_OUTBOX: Ready = Ready {
    id: "torn-delete-outbox",
    title: "A crash before the deletion, with an outbox",
    topic: Topic::Races,
    story: "With the row, the database has a notice that its copy is old. A relay finds it and deletes the copy, though the \
            application is dead.",
    moment: 10.0,
    without: Some("torn-delete"),
    build: || torn_delete("hybrid-outbox"),
};

pub(super) const LOST_DELETE_OUTBOX: Ready = Ready {
    id: "lost-delete-outbox",
    title: "The deletion is lost, with an outbox",
    topic: Topic::Races,
    story: "The application's message is lost, but the notice stays in the database until the relay's own deletion is done.",
    moment: 12.2,
    without: Some("lost-delete"),
    build: || Scenario { pattern: "hybrid-outbox".to_owned(), ..guarded(lost_delete(), &[(Knob::FlushInterval, 2.0)]) },
};

/// Rows are read from a replica that is six seconds behind.
fn replica_refill() -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (5.0, 2, Write, "product:1"),
        (8.6, 3, Read, "product:1"),
        (14.0, 4, Read, "product:1"),
    ];
    guarded(scripted("hybrid-invalidate", 19, &requests), &[(Knob::ReplicaLag, 6.0)])
}

pub(super) const REPLICA_REFILL: Ready = Ready {
    id: "replica-refill",
    title: "A replica refills the old value",
    topic: Topic::Races,
    story: "The copy is deleted, but the next reader asks a replica that has not heard of the write. The old row is stored \
            again, and stays when the replica has long caught up.",
    moment: 15.8,
    without: None,
    build: replica_refill,
};

pub(super) const REPLICA_REFILL_VERSIONED: Ready = Ready {
    id: "replica-refill-versioned",
    title: "A replica's old value is refused",
    topic: Topic::Races,
    story: "The deletion left a tombstone with the version of the write. What the replica has is older, so the reader asks the \
            database itself.",
    moment: 12.0,
    without: Some("replica-refill"),
    build: || guarded(replica_refill(), &[(Knob::VersionedFills, 1.0)]),
};

/// Two sales of one product at the same time, for which the application works out the stock.
fn lost_update() -> Scenario {
    let requests = [
        (0.5, 1, Read, "product:1"),
        (5.0, 2, Write, "product:1"),
        (5.2, 3, Write, "product:1"),
        (15.0, 4, Read, "product:1"),
    ];
    guarded(scripted("hybrid-invalidate", 20, &requests), &[(Knob::ReadModifyWrite, 1.0)])
}

pub(super) const LOST_UPDATE: Ready = Ready {
    id: "lost-update",
    title: "A lost update",
    topic: Topic::Races,
    story: "Two sales read the same stock, take one piece away and write the rest. Two pieces are sold, one is gone from the \
            stock.",
    moment: 9.0,
    without: None,
    build: lost_update,
};

pub(super) const LOST_UPDATE_COMPARED: Ready = Ready {
    id: "lost-update-compared",
    title: "A lost update, refused",
    topic: Topic::Races,
    story: "The database takes a write only if the row still has the version that it was worked out from. The second sale is \
            refused, reads the stock again, and writes one piece less.",
    moment: 9.0,
    without: Some("lost-update"),
    build: || guarded(lost_update(), &[(Knob::CompareVersion, 1.0)]),
};
