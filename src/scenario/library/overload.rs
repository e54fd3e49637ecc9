//! Loads that a cached system does not survive by itself, each beside the same run with a protection.

use super::faults::struck;
use super::{Ready, Topic, guarded, seconds, with_outage};
use crate::engine::{Distribution, Span};
use crate::scenario::{Action, Intervention, Knob, Scenario};
use crate::workload::Mix;
use crate::world::{Actor, Details, FaultKind, Timings};

const fn between(low: u64, high: u64) -> Distribution {
    Distribution::Uniform { low: Span::from_millis(low), high: Span::from_millis(high) }
}

/// Readers of a warm cache in front of a database with few connections. A time to live of 0 s is none.
fn readers(seed: u64, duration: u64, ttl: u64, workload: Mix, pool: [u32; 2]) -> Scenario {
    let client_timeout = Span::from_secs(8);
    let mut scenario = Scenario {
        seed,
        duration: Span::from_secs(duration),
        workload: Mix { clients: 12, read_share: 1.0, ..workload },
        warm: true,
        timings: Timings { pool: pool[0], pool_waiting: pool[1], client_timeout, ..Timings::classroom() },
        ..Scenario::default()
    };
    scenario.settings.ttl = (ttl > 0).then(|| Span::from_secs(ttl));
    scenario
}

fn stampede() -> Scenario {
    let mut scenario = readers(1, 34, 10, Mix { rate: 12.0, keys: 1, ..Mix::default() }, [4, 10]);
    scenario.timings.cache_command = between(10, 20);
    scenario
}

pub(super) const STAMPEDE: Ready = Ready {
    id: "stampede",
    title: "A stampede",
    topic: Topic::Overload,
    story: "Everybody reads one product. The moment its copy expires, all of them miss and ask the database at once: it has \
            no connection left, and people are told of errors.",
    moment: 13.4,
    without: None,
    build: stampede,
};

pub(super) const STAMPEDE_SINGLE_FLIGHT: Ready = Ready {
    id: "stampede-single-flight",
    title: "A stampede, with single-flight",
    topic: Topic::Overload,
    story: "The first who misses loads the row, the others wait for that one's answer: one statement for each expiry.",
    moment: 12.6,
    without: Some("stampede"),
    build: || guarded(stampede(), &[(Knob::SingleFlight, 1.0)]),
};

pub(super) const STAMPEDE_LEASES: Ready = Ready {
    id: "stampede-leases",
    title: "A stampede, with leases",
    topic: Topic::Overload,
    story: "The cache gives one reader a lease to load and fill the key, and lets the others ask again a little later.",
    moment: 12.6,
    without: Some("stampede"),
    build: || guarded(stampede(), &[(Knob::Leases, 1.0)]),
};

pub(super) const STAMPEDE_EARLY: Ready = Ready {
    id: "stampede-early-expiry",
    title: "A stampede, with early expiry",
    topic: Topic::Overload,
    story: "Before the copy expires, a reader or two already load it anew, as chance will have it: nobody ever misses.",
    moment: 9.0,
    without: Some("stampede"),
    build: || guarded(stampede(), &[(Knob::EarlyExpiry, 1.0)]),
};

fn avalanche() -> Scenario {
    readers(1, 50, 30, Mix { rate: 8.0, keys: 60, skew: 0.3, ..Mix::default() }, [4, 8])
}

pub(super) const AVALANCHE: Ready = Ready {
    id: "avalanche",
    title: "An avalanche",
    topic: Topic::Overload,
    story: "Sixty copies were stored together and expire together. From that second on every reader misses.",
    moment: 33.5,
    without: None,
    build: avalanche,
};

pub(super) const AVALANCHE_JITTER: Ready = Ready {
    id: "avalanche-jitter",
    title: "An avalanche, with jitter",
    topic: Topic::Overload,
    story: "Each copy gets a time to live of its own, up to half shorter: they expire one after the other.",
    moment: 33.5,
    without: Some("avalanche"),
    build: || guarded(avalanche(), &[(Knob::TtlJitter, 50.0)]),
};

fn penetration() -> Scenario {
    let workload = Mix { rate: 8.0, keys: 10, skew: 0.6, absent: 0.7, ..Mix::default() };
    readers(1, 30, 0, workload, [4, 8])
}

pub(super) const PENETRATION: Ready = Ready {
    id: "penetration",
    title: "Keys that don't exist",
    topic: Topic::Overload,
    story: "Most readers ask for rows that don't exist. What does not exist is never cached, so each of them goes through to \
            the database.",
    moment: 8.0,
    without: None,
    build: penetration,
};

pub(super) const PENETRATION_NEGATIVE: Ready = Ready {
    id: "penetration-negative",
    title: "Keys that don't exist, remembered",
    topic: Topic::Overload,
    story: "The cache keeps for half a minute that a row does not exist: only the first reader of each goes through.",
    moment: 12.0,
    without: Some("penetration"),
    build: || guarded(penetration(), &[(Knob::NegativeTtl, 30.0)]),
};

pub(super) const PENETRATION_BLOOM: Ready = Ready {
    id: "penetration-bloom",
    title: "Keys that don't exist, filtered",
    topic: Topic::Overload,
    story: "The application has a few bits for each row that exists, and turns the others away without asking anybody.",
    moment: 8.0,
    without: Some("penetration"),
    build: || guarded(penetration(), &[(Knob::Bloom, 1.0)]),
};

fn hot_key() -> Scenario {
    readers(1, 20, 0, Mix { rate: 25.0, keys: 5, skew: 2.0, ..Mix::default() }, [4, 12])
}

pub(super) const HOT_KEY: Ready = Ready {
    id: "hot-key",
    title: "A key too hot",
    topic: Topic::Overload,
    story: "One key is read more often than one cache server can answer. Its readers give up on the cache and crush the \
            database, which would not have been needed.",
    moment: 6.0,
    without: None,
    build: hot_key,
};

pub(super) const HOT_KEY_NEAR: Ready = Ready {
    id: "hot-key-near",
    title: "A key too hot, kept near",
    topic: Topic::Overload,
    story: "The application keeps its hottest copies in its own memory for five seconds. The cache tells it when one changes.",
    moment: 6.0,
    without: Some("hot-key"),
    build: || guarded(hot_key(), &[(Knob::Near, 5.0)]),
};

fn retry_storm() -> Scenario {
    let workload = Mix { rate: 4.0, keys: 6, skew: 0.5, retries: 5, ..Mix::default() };
    let mut scenario = readers(2, 50, 8, workload, [4, 24]);
    scenario.timings.database_timeout = Span::from_secs(3);
    with_outage(scenario, Actor::Database, FaultKind::Slow, 15.0, 24.0)
}

pub(super) const RETRY_STORM: Ready = Ready {
    id: "retry-storm",
    title: "A retry storm",
    topic: Topic::Overload,
    story: "The database is slow for nine seconds. Whoever is told of an error asks again at once: more and more ask, and \
            errors go on after the database is well again.",
    moment: 25.0,
    without: None,
    build: retry_storm,
};

pub(super) const RETRY_STORM_BREAKER: Ready = Ready {
    id: "retry-storm-breaker",
    title: "A retry storm, with a circuit breaker",
    topic: Topic::Overload,
    story: "After three failures the application leaves the database in peace for a while and answers with the rows that it \
            remembers.",
    moment: 25.0,
    without: Some("retry-storm"),
    build: || guarded(retry_storm(), &[(Knob::Breaker, 1.0)]),
};

/// Eight times as many readers as usual, all at once.
fn burst() -> Scenario {
    let scenario = readers(1, 30, 5, Mix { rate: 3.0, keys: 8, skew: 0.8, ..Mix::default() }, [4, 8]);
    let details = Details { lasts: Some(Span::from_secs(6)), factor: Some(8.0), ..Details::default() };
    struck(scenario, 11.0, FaultKind::Burst, Actor::App, details)
}

pub(super) const BURST: Ready = Ready {
    id: "burst",
    title: "A burst of clients",
    topic: Topic::Overload,
    story: "For six seconds, eight times as many people ask. Many miss the same copy at once, and the database has no connection left.",
    moment: 14.0,
    without: None,
    build: burst,
};

pub(super) const BURST_SINGLE_FLIGHT: Ready = Ready {
    id: "burst-single-flight",
    title: "A burst of clients, with single-flight",
    topic: Topic::Overload,
    story: "However many ask, each row is loaded once for all who wait for it.",
    moment: 14.0,
    without: Some("burst"),
    build: || guarded(burst(), &[(Knob::SingleFlight, 1.0)]),
};

fn cold_start() -> Scenario {
    let mut scenario = readers(1, 30, 0, Mix { rate: 12.0, keys: 30, skew: 1.0, ..Mix::default() }, [4, 12]);
    let action = Action::Command { text: "FLUSHALL".to_owned() };
    scenario.intervene(Intervention { at: seconds(10.0), action });
    scenario
}

pub(super) const COLD_START: Ready = Ready {
    id: "cold-start",
    title: "A cold start",
    topic: Topic::Overload,
    story: "Somebody flushes the cache in the middle of the day. Every reader misses, and the database gets all the load that \
            the cache had kept from it.",
    moment: 13.5,
    without: None,
    build: cold_start,
};

pub(super) const COLD_START_SINGLE_FLIGHT: Ready = Ready {
    id: "cold-start-single-flight",
    title: "A cold start, with single-flight",
    topic: Topic::Overload,
    story: "Each row is loaded once, however many wait for it: the database is asked for as many rows as there are.",
    moment: 13.5,
    without: Some("cold-start"),
    build: || guarded(cold_start(), &[(Knob::SingleFlight, 1.0)]),
};

fn pool_exhausted() -> Scenario {
    let mut scenario = readers(1, 40, 8, Mix { rate: 4.0, keys: 6, skew: 0.5, ..Mix::default() }, [3, 4]);
    scenario.timings.database_timeout = Span::from_secs(3);
    with_outage(scenario, Actor::Database, FaultKind::Slow, 14.0, 26.0)
}

pub(super) const POOL_EXHAUSTED: Ready = Ready {
    id: "pool-exhausted",
    title: "No connection left",
    topic: Topic::Overload,
    story: "The database becomes slow, so each statement keeps its connection for longer. Soon all three are taken, four \
            readers wait, and the next are refused.",
    moment: 18.5,
    without: None,
    build: pool_exhausted,
};

pub(super) const POOL_EXHAUSTED_BREAKER: Ready = Ready {
    id: "pool-exhausted-breaker",
    title: "No connection left, with a circuit breaker",
    topic: Topic::Overload,
    story: "The application stops asking the slow database and answers with the rows that it remembers.",
    moment: 18.5,
    without: Some("pool-exhausted"),
    build: || guarded(pool_exhausted(), &[(Knob::Breaker, 1.0)]),
};

fn slow_tail() -> Scenario {
    let mut scenario = readers(2, 60, 2, Mix { rate: 1.5, keys: 6, ..Mix::default() }, [16, 16]);
    scenario.workload.clients = 4;
    scenario.warm = false;
    let database_link = Distribution::Lognormal { median: Span::from_millis(300), sigma: 1.2 };
    let database_timeout = Span::from_secs(4);
    scenario.timings = Timings { database_link, database_timeout, database_workers: 8, ..scenario.timings };
    scenario
}

pub(super) const SLOW_TAIL: Ready = Ready {
    id: "slow-tail",
    title: "A long tail",
    topic: Topic::Overload,
    story: "Most messages to the database are quick, a few take many times as long, and some readers wait in vain.",
    moment: 24.0,
    without: None,
    build: slow_tail,
};

pub(super) const SLOW_TAIL_HEDGED: Ready = Ready {
    id: "slow-tail-hedged",
    title: "A long tail, hedged",
    topic: Topic::Overload,
    story: "A read without an answer after a second and a half is sent once more, and the first answer counts.",
    moment: 24.0,
    without: Some("slow-tail"),
    build: || guarded(slow_tail(), &[(Knob::Hedge, 1.5)]),
};
