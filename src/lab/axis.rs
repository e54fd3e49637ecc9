//! What an experiment can vary: every knob of the page, and the sizes of cache, pool and database.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::redis::{Config, EvictionPolicy, Millis, Server, Session};
use crate::scenario::{Knob, Scenario, row_of_rank};

/// A setting that is varied.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Axis {
    /// A knob.
    Knob(Knob),
    /// The rows that fit into the cache; the least recently used are evicted.
    CacheRows,
    /// The application's database connections.
    Pool,
    /// Statements that the database works on at once.
    Workers,
}

/// No setting has this name.
#[derive(Clone, Debug, PartialEq, Error)]
#[error(
    "there is no setting \"{0}\" to vary; known are cache-rows, pool, workers and the settings of the page, such as ttl"
)]
pub struct UnknownAxis(String);

impl Axis {
    /// Its name in an experiment.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Knob(knob) => knob.spec().id,
            Self::CacheRows => "cache-rows",
            Self::Pool => "pool",
            Self::Workers => "workers",
        }
    }

    /// Its name for people, with its unit.
    #[must_use]
    pub fn label(self) -> String {
        match self {
            Self::Knob(knob) if knob.spec().unit.is_empty() => knob.spec().label.to_owned(),
            Self::Knob(knob) => format!("{}, {}", knob.spec().label, knob.spec().unit),
            Self::CacheRows => "Rows that fit into the cache".to_owned(),
            Self::Pool => "Database connections".to_owned(),
            Self::Workers => "Database workers".to_owned(),
        }
    }

    /// Gives a scenario this value.
    pub fn set(self, scenario: &mut Scenario, value: f64) {
        let count = value.round().max(1.0) as u32;
        match self {
            Self::Knob(knob) => knob.set_in_scenario(scenario, value),
            Self::Pool => scenario.timings.pool = count,
            Self::Workers => scenario.timings.database_workers = count,
            Self::CacheRows => {
                scenario.memory.maxmemory = bytes_of_rows(scenario, count);
                scenario.memory.policy = EvictionPolicy::AllKeysLru;
            }
        }
    }

    /// The value of a scenario, where it has one.
    #[must_use]
    pub fn of_scenario(self, scenario: &Scenario) -> Option<f64> {
        match self {
            Self::Knob(knob) => Some(knob.of_scenario(scenario)),
            Self::Pool => Some(f64::from(scenario.timings.pool)),
            Self::Workers => Some(f64::from(scenario.timings.database_workers)),
            Self::CacheRows => None,
        }
    }
}

/// What the cache's memory is when it holds so many copies of the most popular rows.
fn bytes_of_rows(scenario: &Scenario, rows: u32) -> u64 {
    let mut server = Server::new(Config::default(), 1);
    server.record_changes(false);
    let mut session = Session::default();
    let ttl = scenario.settings.ttl.map(|ttl| ttl.as_millis().max(1).to_string());
    for rank in 0..rows {
        let row = crate::database::seed::row(row_of_rank(rank));
        let (key, value) = (row.key().cache_key(), row.to_json());
        let mut command = vec!["SET", &key, &value];
        if let Some(ttl) = &ttl {
            command.extend(["PX", ttl]);
        }
        server.execute(&mut session, Millis(1), &command);
    }
    server.stats().used_bytes
}

impl TryFrom<String> for Axis {
    type Error = UnknownAxis;

    fn try_from(id: String) -> Result<Self, UnknownAxis> {
        match id.as_str() {
            "cache-rows" => Ok(Self::CacheRows),
            "pool" => Ok(Self::Pool),
            "workers" => Ok(Self::Workers),
            other => Knob::from_id(other).map(Self::Knob).map_err(|_| UnknownAxis(other.chars().take(40).collect())),
        }
    }
}

impl From<Axis> for String {
    fn from(axis: Axis) -> Self {
        axis.id().to_owned()
    }
}
