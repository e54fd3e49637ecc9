//! What a run is made of.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use super::{Action, Intervention, Knob, ScenarioError};
use crate::database::RowKey;
use crate::engine::{Span, VirtualTime};
use crate::fields::Fields;
use crate::patterns;
use crate::workload::Mix;
use crate::world::{Actor, CacheMemory, FaultKind, Settings, Source, Timings};

/// The version of the format of scenarios.
pub const FORMAT: u32 = 1;

/// The greatest seed: the greatest whole number that JavaScript holds exactly, so that a page can tell the seed it shows.
pub const GREATEST_SEED: u64 = (1 << 53) - 1;

/// How much one run may be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The longest, in virtual time.
    pub longest: Span,
    /// Most requests.
    pub requests: f64,
}

impl Limits {
    /// Those of a run whose events are kept: ten minutes of virtual time.
    pub const TRACED: Self = Self { longest: Span::from_secs(600), requests: 60_000.0 };

    /// Those of a run of which only the figures are kept: eleven days.
    pub const COUNTED: Self = Self { longest: Span::from_secs(1_000_000), requests: 1e9 };
}

/// Most interventions and scripted requests.
const MOST_ITEMS: usize = 2_000;

/// What a scripted request does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Reads the row.
    Read,
    /// Writes the row.
    Write,
}

/// A request at a given time, beside or instead of a random workload.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScriptedRequest {
    /// When it is sent, in seconds of virtual time.
    pub at: VirtualTime,
    /// Who sends it, from 1.
    pub client: u8,
    /// What it does.
    #[serde(rename = "do")]
    pub step: Step,
    /// The row, by its cache key: `user:1`.
    pub key: String,
}

impl ScriptedRequest {
    fn read(value: &Value) -> Result<Self, String> {
        let mut fields = Fields::of(value);
        let at = fields.time("at");
        let client = fields.whole("client", u64::from(u8::MAX));
        let step = fields.choice("do", &["read", "write"]);
        let key = fields.text("key").map(ToOwned::to_owned);
        let request = Self {
            at: VirtualTime::ZERO + fields.need("at", at).unwrap_or_default(),
            client: fields.need("client", client).unwrap_or_default() as u8,
            step: if fields.need("do", step) == Some(1) { Step::Write } else { Step::Read },
            key: fields.need("key", key).unwrap_or_default(),
        };
        fields.end().map(|()| request)
    }

    /// The row that is asked for, if the key names one.
    #[must_use]
    pub fn row_key(&self) -> Option<RowKey> {
        RowKey::from_cache_key(&self.key)
    }
}

/// A run: `run(&Scenario)` gives the same events for the same scenario, always and everywhere.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Scenario {
    /// The version of the format, [`FORMAT`].
    pub version: u32,
    /// The pattern's id.
    pub pattern: String,
    /// The seed of all that is random, up to [`GREATEST_SEED`].
    pub seed: u64,
    /// How long the run lasts, in seconds of virtual time.
    pub duration: Span,
    /// The random workload.
    #[serde(skip_serializing_if = "is_default")]
    pub workload: Mix,
    /// Whether a copy of each row is in the cache at the start, all stored at once.
    #[serde(skip_serializing_if = "is_default")]
    pub warm: bool,
    /// Requests at given times.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub script: Vec<ScriptedRequest>,
    /// The pattern's settings.
    #[serde(skip_serializing_if = "is_default")]
    pub settings: Settings,
    /// Times and capacities.
    #[serde(skip_serializing_if = "is_default")]
    pub timings: Timings,
    /// The cache's memory.
    #[serde(skip_serializing_if = "is_default")]
    pub memory: CacheMemory,
    /// What happens to the system, and when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub interventions: Vec<Intervention>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            version: FORMAT,
            pattern: "cache-aside".to_owned(),
            seed: 1,
            duration: Span::from_secs(40),
            workload: Mix::default(),
            warm: false,
            script: Vec::new(),
            settings: Settings::default(),
            timings: Timings::default(),
            memory: CacheMemory::default(),
            interventions: Vec::new(),
        }
    }
}

impl<'de> Deserialize<'de> for Scenario {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl Scenario {
    /// Reads a run as it is written; it may still be one that can't be made.
    ///
    /// # Errors
    ///
    /// The first thing that can't be read, and what would be right.
    pub fn read(value: &Value) -> Result<Self, String> {
        let mut fields = Fields::of(value);
        let mut scenario = Self::default();
        fields.count("version", &mut scenario.version);
        if let Some(pattern) = fields.text("pattern") {
            pattern.clone_into(&mut scenario.pattern);
        }
        scenario.seed = fields.whole("seed", u64::MAX).unwrap_or(scenario.seed);
        fields.span("duration", &mut scenario.duration);
        fields.inner("workload", &mut |inner| scenario.workload.read(inner));
        fields.flag("warm", &mut scenario.warm);
        for (place, item) in (1..).zip(fields.items("script")) {
            match ScriptedRequest::read(item) {
                Ok(request) => scenario.script.push(request),
                Err(problem) => fields.fail(format!("script, item {place}: {problem}")),
            }
        }
        fields.inner("settings", &mut |inner| scenario.settings.read(inner));
        fields.inner("timings", &mut |inner| scenario.timings.read(inner));
        fields.inner("memory", &mut |inner| scenario.memory.read(inner));
        for (place, item) in (1..).zip(fields.items("interventions")) {
            match Intervention::read(item) {
                Ok(intervention) => scenario.interventions.push(intervention),
                Err(problem) => fields.fail(format!("interventions, item {place}: {problem}")),
            }
        }
        fields.end().map(|()| scenario)
    }

    /// When the run ends.
    #[must_use]
    pub fn end(&self) -> VirtualTime {
        VirtualTime::ZERO + self.duration
    }

    /// Puts an intervention in its place in time, after those of the same time.
    pub fn intervene(&mut self, intervention: Intervention) {
        let place = self.interventions.partition_point(|other| other.at <= intervention.at);
        self.interventions.insert(place, intervention);
    }

    /// Checks that the run can be made and stays within bounds.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, and what would be right.
    pub fn check(&self) -> Result<(), ScenarioError> {
        self.check_within(&Limits::TRACED)
    }

    /// Checks that the run can be made and stays within these bounds.
    ///
    /// # Errors
    ///
    /// The first thing that is wrong, and what would be right.
    pub fn check_within(&self, limits: &Limits) -> Result<(), ScenarioError> {
        if self.version != FORMAT {
            return Err(ScenarioError::Version { found: self.version });
        }
        patterns::find(&self.pattern)?;
        if self.seed > GREATEST_SEED {
            return Err(ScenarioError::Seed { found: self.seed, most: GREATEST_SEED });
        }
        if self.duration.is_zero() || self.duration > limits.longest {
            let (found, longest) = (self.duration.as_secs_f64(), limits.longest.as_secs_f64());
            return Err(ScenarioError::Duration { found, longest });
        }
        self.workload.check()?;
        self.check_amount(limits)?;
        self.check_settings()?;
        self.check_script()?;
        self.check_interventions()
    }

    fn check_amount(&self, limits: &Limits) -> Result<(), ScenarioError> {
        let expected = self.workload.rate * self.duration.as_secs_f64();
        if expected > limits.requests {
            return Err(ScenarioError::TooManyRequests { expected, most: limits.requests });
        }
        let items = self.script.len().max(self.interventions.len());
        if items > MOST_ITEMS {
            return Err(ScenarioError::TooManyItems { found: items, most: MOST_ITEMS });
        }
        Ok(())
    }

    fn check_settings(&self) -> Result<(), ScenarioError> {
        let least = Span::from_millis(1);
        if self.settings.ttl.is_some_and(|ttl| ttl < least) {
            return Err(ScenarioError::Setting { name: "ttl", right: "at least 0.001 s, or null for none" });
        }
        if self.settings.flush_interval < least {
            return Err(ScenarioError::Setting { name: "flush-interval", right: "at least 0.001 s" });
        }
        if self.settings.flush_batch == 0 || self.settings.flush_batch > 1_000 {
            return Err(ScenarioError::Setting { name: "flush-batch", right: "from 1 to 1000" });
        }
        if self.settings.queue_limit == Some(0) {
            return Err(ScenarioError::Setting { name: "queue-limit", right: "at least 1, or null for none" });
        }
        for spec in Knob::of_protections() {
            spec.knob.check(spec.knob.of_scenario(self))?;
        }
        self.timings.check_distributions()?;
        self.timings.check()?;
        Ok(())
    }

    fn check_script(&self) -> Result<(), ScenarioError> {
        for request in &self.script {
            if request.row_key().is_none_or(|key| key.id == 0) {
                return Err(ScenarioError::Key { found: request.key.chars().take(60).collect() });
            }
            if request.client == 0 || request.client > 12 {
                return Err(ScenarioError::Client { found: request.client });
            }
        }
        Ok(())
    }

    /// Whether a knob is above 0 at some time of the run.
    #[must_use]
    pub fn uses(&self, knob: Knob) -> bool {
        self.turns_on(knob, &self.interventions)
    }

    fn turns_on(&self, knob: Knob, by: &[Intervention]) -> bool {
        let turns_it = |intervention: &Intervention| matches!(intervention.action, Action::Set { name, value } if name == knob && value > 0.0);
        knob.of_scenario(self) > 0.0 || by.iter().any(turns_it)
    }

    /// Checks that a fault finds what it is about, given all that is done before it.
    fn check_need(&self, intervention: &Intervention, before: &[Intervention]) -> Result<(), ScenarioError> {
        let Action::Inject(incident) = &intervention.action else { return Ok(()) };
        let is_on = |knob: Knob| self.turns_on(knob, before);
        let no_file = |file, knob: Knob| Err(ScenarioError::NoFile { file, setting: knob.spec().id });
        match (incident.fault.fault, incident.details.source) {
            (FaultKind::Burst, _) if !is_on(Knob::Rate) => Err(ScenarioError::NoRate),
            (FaultKind::Failover, _) if incident.fault.target == Actor::Cache && !is_on(Knob::CacheReplica) => {
                Err(ScenarioError::NoReplica { setting: Knob::CacheReplica.spec().id })
            }
            (_, Some(Source::Aof)) if !is_on(Knob::AppendFsync) => no_file("append-only file", Knob::AppendFsync),
            (_, Some(Source::Rdb)) if !is_on(Knob::Snapshots) => no_file("snapshot", Knob::Snapshots),
            _ => Ok(()),
        }
    }

    fn check_interventions(&self) -> Result<(), ScenarioError> {
        for (index, intervention) in self.interventions.iter().enumerate() {
            intervention.check()?;
            self.check_need(intervention, self.interventions.get(..index).unwrap_or_default())?;
            if intervention.at > self.end() {
                return Err(ScenarioError::TooLate {
                    at: intervention.at.as_secs_f64(),
                    end: self.duration.as_secs_f64(),
                });
            }
        }
        if self.interventions.is_sorted_by_key(|intervention| intervention.at) {
            Ok(())
        } else {
            Err(ScenarioError::Order)
        }
    }
}
