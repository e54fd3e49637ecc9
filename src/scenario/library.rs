//! The ready scenarios: each shows one thing, at a pace at which it can be followed.

mod faults;
mod overload;
mod queues;
mod races;

use super::{Intervention, Knob, Scenario, ScriptedRequest, Step};
use crate::engine::{Span, VirtualTime};
use crate::workload::Mix;
use crate::world::{Actor, Fault, FaultKind, Settings};

/// What a ready scenario is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// What a pattern does when all is well, and what that costs.
    Patterns,
    /// Something dies.
    Failures,
    /// Two things happen at the same time.
    Races,
    /// There is more to do than can be done.
    Overload,
}

impl Topic {
    /// All topics, in the order of a course.
    pub const ALL: [Self; 4] = [Self::Patterns, Self::Failures, Self::Races, Self::Overload];

    /// Its name for people.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Patterns => "How it works",
            Self::Failures => "When something dies",
            Self::Races => "Races",
            Self::Overload => "Overload",
        }
    }
}

/// A ready scenario.
pub struct Ready {
    /// Its name in links and messages.
    pub id: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// What it is about.
    pub topic: Topic,
    /// What to watch for, in a sentence or two.
    pub story: &'static str,
    /// The moment that tells the story, in seconds.
    pub moment: f64,
    /// The same run without its protection, if this one shows what that is good for.
    pub without: Option<&'static str>,
    build: fn() -> Scenario,
}

/// There is no ready scenario of this id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no scenario \"{id}\"; known are {}", known())]
pub struct UnknownScenario {
    id: String,
}

fn known() -> String {
    READY.iter().map(|ready| ready.id).collect::<Vec<_>>().join(", ")
}

/// The ready scenarios, the one that the page opens with first.
pub static READY: [Ready; 66] = [
    Ready {
        id: "first-read",
        title: "The first read",
        topic: Topic::Patterns,
        story: "Nobody has asked for this product yet: the cache misses, the database answers, and a copy stays behind.",
        moment: 2.0,
        without: None,
        build: || scripted("cache-aside", 7, &[(0.5, 1, Step::Read, "product:1")]),
    },
    Ready {
        id: "second-read",
        title: "The second read",
        topic: Topic::Patterns,
        story: "The first reader pays for the miss. The second finds the copy and never meets the database.",
        moment: 6.6,
        without: None,
        build: || {
            let requests = [(0.5, 1, Step::Read, "product:1"), (5.5, 2, Step::Read, "product:1")];
            scripted("cache-aside", 9, &requests)
        },
    },
    Ready {
        id: "stale-read",
        title: "A stale read",
        topic: Topic::Patterns,
        story: "The price changes in the database, the cached copy does not: until its time to live ends, readers get the \
                old price.",
        moment: 10.2,
        without: None,
        build: || {
            let requests = [
                (0.5, 1, Step::Read, "product:1"),
                (5.0, 2, Step::Write, "product:1"),
                (8.8, 3, Step::Read, "product:1"),
                (11.0, 4, Step::Read, "product:1"),
                (16.5, 1, Step::Read, "product:1"),
            ];
            with_ttl(scripted("cache-aside", 22, &requests), 12)
        },
    },
    Ready {
        id: "write-through-write",
        title: "A write-through write",
        topic: Topic::Patterns,
        story: "The write changes database and cache before anybody is told 'saved': slower, and the next read is a hit on \
                the new value.",
        moment: 3.0,
        without: None,
        build: || {
            let requests = [(0.5, 1, Step::Write, "product:1"), (4.6, 2, Step::Read, "product:1")];
            scripted("write-through", 8, &requests)
        },
    },
    Ready {
        id: "read-through-miss",
        title: "A read-through miss",
        topic: Topic::Patterns,
        story: "The application asks only the cache layer. The layer itself goes to the database and keeps a copy.",
        moment: 2.4,
        without: None,
        build: || {
            let requests = [(0.5, 1, Step::Read, "product:1"), (6.2, 2, Step::Read, "product:1")];
            scripted("read-through", 10, &requests)
        },
    },
    Ready {
        id: "hybrid-delete",
        title: "Update, then delete the copy",
        topic: Topic::Patterns,
        story: "The write changes the database and deletes the cached copy: the next read misses once and is fresh.",
        moment: 7.6,
        without: None,
        build: || {
            let requests = [
                (0.5, 1, Step::Read, "product:1"),
                (5.0, 2, Step::Write, "product:1"),
                (9.2, 3, Step::Read, "product:1"),
            ];
            scripted("hybrid-invalidate", 14, &requests)
        },
    },
    Ready {
        id: "hybrid-update",
        title: "Update, then update the copy",
        topic: Topic::Patterns,
        story: "The write changes the database and stores the new row in the cache: the next read is a hit, and fresh.",
        moment: 7.6,
        without: None,
        build: || {
            let requests = [
                (0.5, 1, Step::Read, "product:1"),
                (5.0, 2, Step::Write, "product:1"),
                (9.2, 3, Step::Read, "product:1"),
            ];
            scripted("hybrid-update", 12, &requests)
        },
    },
    Ready {
        id: "write-behind-data-loss",
        title: "Saved, then lost",
        topic: Topic::Failures,
        story: "People are told 'saved' as soon as the cache has their write. The cache dies before the next flush: what \
                was only there is gone.",
        moment: 14.8,
        without: None,
        build: data_loss,
    },
    Ready {
        id: "everyday",
        title: "An ordinary day",
        topic: Topic::Patterns,
        story: "Four people read and write a handful of rows. Turn the settings, break what you like.",
        moment: 12.0,
        without: None,
        build: Scenario::default,
    },
    Ready {
        id: "cache-outage",
        title: "The cache dies, the shop stays open",
        topic: Topic::Failures,
        story: "The cache crashes and comes back empty. Nobody sees an error: reads go to the database, slower and dearer.",
        moment: 16.0,
        without: None,
        build: || {
            let mut scenario = Scenario { seed: 4, duration: Span::from_secs(45), ..Scenario::default() };
            scenario.workload = Mix { rate: 1.6, read_share: 0.9, keys: 6, ..Mix::default() };
            with_outage(scenario, Actor::Cache, FaultKind::Crash, 14.0, 28.0)
        },
    },
    Ready {
        id: "torn-write",
        title: "A crash between two writes",
        topic: Topic::Failures,
        story: "Write-through writes the database, then the cache. The application dies between the two: the cache keeps \
                the old value.",
        moment: 9.0,
        without: None,
        build: torn_write,
    },
    Ready {
        id: "flusher-crash",
        title: "The flusher dies",
        topic: Topic::Failures,
        story: "Writes are still acknowledged at once, but nothing brings them to the database: the queue grows until the \
                flusher is back.",
        moment: 20.0,
        without: None,
        build: || {
            let scenario = busy_writers("write-behind", 36);
            with_outage(scenario, Actor::Flusher, FaultKind::Crash, 9.0, 24.0)
        },
    },
    Ready {
        id: "database-outage",
        title: "The database is down",
        topic: Topic::Failures,
        story: "Write-behind goes on saying 'saved' while the database is away, and catches up afterwards.",
        moment: 18.0,
        without: None,
        build: || {
            let scenario = busy_writers("write-behind", 40);
            with_outage(scenario, Actor::Database, FaultKind::Crash, 8.0, 22.0)
        },
    },
    races::DATA_LOSS_DURABLE,
    faults::RESTART_SNAPSHOT,
    faults::RESTART_FILE,
    faults::FAILOVER,
    faults::QUEUE_EVICTED,
    queues::FLUSHER_TOOK,
    queues::FLUSHER_TOOK_STREAM,
    queues::QUEUE_CUT,
    queues::QUEUE_CUT_STREAM,
    queues::CACHE_FAILOVER,
    queues::CACHE_FAILOVER_WAIT,
    faults::DELAYED_DELETE,
    faults::DROPPED_DELETE,
    faults::DROPPED_DELETE_AGAIN,
    races::STALE_FILL,
    races::STALE_FILL_LEASES,
    races::STALE_FILL_VERSIONED,
    races::STALE_FILL_SECOND_DELETE,
    races::CROSSING_WRITERS,
    races::CROSSING_WRITERS_VERSIONED,
    races::TORN_WRITE_TOGETHER,
    races::LOST_DELETE,
    races::LOST_DELETE_AGAIN,
    races::LOST_DELETE_OUTBOX,
    races::TORN_DELETE,
    races::TORN_DELETE_OUTBOX,
    races::LOST_UPDATE,
    races::LOST_UPDATE_COMPARED,
    races::REPLICA_REFILL,
    races::REPLICA_REFILL_VERSIONED,
    races::OUT_OF_ORDER,
    races::OUT_OF_ORDER_VERSIONED,
    overload::STAMPEDE,
    overload::STAMPEDE_SINGLE_FLIGHT,
    overload::STAMPEDE_LEASES,
    overload::STAMPEDE_EARLY,
    overload::AVALANCHE,
    overload::AVALANCHE_JITTER,
    overload::PENETRATION,
    overload::PENETRATION_NEGATIVE,
    overload::PENETRATION_BLOOM,
    overload::HOT_KEY,
    overload::HOT_KEY_NEAR,
    overload::RETRY_STORM,
    overload::RETRY_STORM_BREAKER,
    overload::BURST,
    overload::BURST_SINGLE_FLIGHT,
    overload::COLD_START,
    overload::COLD_START_SINGLE_FLIGHT,
    overload::POOL_EXHAUSTED,
    overload::POOL_EXHAUSTED_BREAKER,
    overload::SLOW_TAIL,
    overload::SLOW_TAIL_HEDGED,
];

impl Ready {
    /// The scenario.
    #[must_use]
    pub fn scenario(&self) -> Scenario {
        (self.build)()
    }

    /// The run without a protection and all that have one, this one among them, if there are any.
    #[must_use]
    pub fn family(&self) -> Vec<&'static Self> {
        let first = self.without.unwrap_or(self.id);
        let family: Vec<_> = READY.iter().filter(|ready| ready.id == first || ready.without == Some(first)).collect();
        if family.len() > 1 { family } else { Vec::new() }
    }
}

/// The ready scenario of that id.
///
/// # Errors
///
/// When there is none.
pub fn find(id: &str) -> Result<&'static Ready, UnknownScenario> {
    let found = READY.iter().find(|ready| ready.id == id);
    found.ok_or_else(|| UnknownScenario { id: id.chars().take(60).collect() })
}

/// The scenario of that id, run with another pattern if one is given.
///
/// # Errors
///
/// When there is no such scenario.
pub fn ready(id: &str, pattern: Option<&str>) -> Result<Scenario, UnknownScenario> {
    let mut scenario = find(id)?.scenario();
    if let Some(pattern) = pattern {
        pattern.clone_into(&mut scenario.pattern);
    }
    Ok(scenario)
}

fn seconds(at: f64) -> VirtualTime {
    VirtualTime::from_secs_f64(at)
}

/// A run of these requests alone: when, who, what, which row.
#[must_use]
pub fn scripted(pattern: &str, duration: u64, requests: &[(f64, u8, Step, &str)]) -> Scenario {
    let script = requests.iter().map(|&(at, client, step, key)| ScriptedRequest {
        at: seconds(at),
        client,
        step,
        key: key.to_owned(),
    });
    Scenario {
        pattern: pattern.to_owned(),
        duration: Span::from_secs(duration),
        workload: Mix { rate: 0.0, ..Mix::default() },
        script: script.collect(),
        ..Scenario::default()
    }
}

pub(crate) fn with_ttl(mut scenario: Scenario, ttl: u64) -> Scenario {
    scenario.settings.ttl = Some(Span::from_secs(ttl));
    scenario
}

/// A fault at one time and the repair at another.
pub(crate) fn with_outage(mut scenario: Scenario, target: Actor, fault: FaultKind, from: f64, to: f64) -> Scenario {
    scenario.intervene(Intervention::fault(seconds(from), Fault { fault, target }));
    scenario.intervene(Intervention::fault(seconds(to), Fault { fault: FaultKind::Repair, target }));
    scenario
}

/// The same with some knobs turned from the start.
pub(crate) fn guarded(mut scenario: Scenario, knobs: &[(Knob, f64)]) -> Scenario {
    for (knob, value) in knobs {
        knob.set_in_scenario(&mut scenario, *value);
    }
    scenario
}

fn torn_write() -> Scenario {
    let requests =
        [(0.5, 1, Step::Read, "product:1"), (5.5, 2, Step::Write, "product:1"), (11.5, 3, Step::Read, "product:1")];
    let scenario = scripted("write-through", 16, &requests);
    with_outage(scenario, Actor::App, FaultKind::CrashBetweenSteps, 4.5, 10.5)
}

fn busy_writers(pattern: &str, duration: u64) -> Scenario {
    Scenario {
        pattern: pattern.to_owned(),
        seed: 2,
        duration: Span::from_secs(duration),
        workload: Mix { rate: 0.9, read_share: 0.3, keys: 6, ..Mix::default() },
        settings: Settings { ttl: None, flush_interval: Span::from_secs(5), ..Settings::default() },
        ..Scenario::default()
    }
}

/// The central scene. A first round of writes is flushed, so one sees how it should go; of the second round, the cache
/// takes everything with it.
fn data_loss() -> Scenario {
    use Step::{Read, Write};
    let requests = [
        (0.4, 1, Write, "product:1"),
        (1.3, 2, Write, "order:1"),
        (2.4, 3, Write, "user:1"),
        (4.6, 4, Read, "product:1"),
        (7.2, 2, Write, "product:1"),
        (8.1, 1, Write, "order:2"),
        (9.0, 3, Write, "product:2"),
        (9.9, 4, Write, "user:2"),
        (10.8, 2, Write, "order:1"),
        (11.7, 1, Write, "product:1"),
        (15.6, 3, Read, "product:1"),
        (17.0, 2, Read, "order:1"),
        (20.0, 1, Read, "product:2"),
        (21.5, 4, Read, "user:2"),
    ];
    let mut scenario = scripted("write-behind", 27, &requests);
    scenario.settings = Settings { ttl: None, flush_interval: Span::from_secs(6), ..Settings::default() };
    with_outage(scenario, Actor::Cache, FaultKind::Crash, 14.2, 19.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_ready_scenario_can_be_run_and_survives_a_link() {
        for ready in &READY {
            let scenario = ready.scenario();
            assert_eq!(scenario.check(), Ok(()), "{}", ready.id);
            assert_eq!(super::super::decode(&super::super::encode(&scenario)), Ok(scenario.clone()), "{}", ready.id);
            assert!(ready.moment < scenario.duration.as_secs_f64(), "{}", ready.id);
            assert_eq!(READY.iter().filter(|other| other.id == ready.id).count(), 1);
            let Some(without) = ready.without.map(|id| find(id).unwrap()) else { continue };
            let (with, without) = (scenario, without.scenario());
            assert_eq!((with.seed, with.workload, with.script), (without.seed, without.workload, without.script));
            assert_ne!((with.pattern, with.settings), (without.pattern, without.settings), "{}", ready.id);
        }
    }

    #[test]
    fn an_unknown_scenario_is_named_with_those_that_exist() {
        let error = ready("nonsense", None).unwrap_err().to_string();
        assert!(error.contains("nonsense") && error.contains("write-behind-data-loss"), "{error}");
    }
}
