//! The settings that a person can turn while a run goes on, as data: the page, the links and the checks follow it.

use serde::{Deserialize, Serialize};

use super::{Scenario, ScenarioError};
use crate::decimal::Decimal;
use crate::engine::Span;
use crate::redis::AppendFsync;
use crate::workload::Mix;
use crate::world::Settings;

/// A setting that can be turned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Knob {
    /// Share of reads.
    ReadShare,
    /// Requests per second.
    Rate,
    /// Rows asked for.
    Keys,
    /// Zipf exponent.
    Skew,
    /// Time to live, 0: none.
    Ttl,
    /// Pause between flushes.
    FlushInterval,
    /// Most entries of a flush.
    FlushBatch,
    /// Whether a flush writes only the newest copy of a row.
    Coalesce,
    /// Whether a flush takes entries out of the queue before it writes them.
    PopFirst,
    /// Whether a flush writes each row with a statement of its own.
    Apart,
    /// Whether the database keeps rows that are newer than what a flush brings.
    Versioned,
    /// Most dirty entries before writes are held back, 0: no limit.
    QueueLimit,
    /// Whether write-through writes the cache first.
    CacheFirst,
    /// Whether write-through uses one transaction.
    Transaction,
    /// Share of reads that ask for rows which don't exist.
    Absent,
    /// How often a reader asks again after an error.
    Retries,
    /// Whether the application works out the stock from what it reads.
    ReadModifyWrite,
    /// How far the read replica is behind, 0: none.
    ReplicaLag,
    /// Whether those who miss the same row wait for one load.
    SingleFlight,
    /// Whether only the holder of a lease fills.
    Leases,
    /// The factor beta of early expiry, 0: off.
    EarlyExpiry,
    /// By how much a time to live is shortened at most, 0: off.
    TtlJitter,
    /// How long an absent row is remembered, 0: off.
    NegativeTtl,
    /// Whether copies are only stored over what was seen.
    VersionedFills,
    /// The pause before the second deletion, 0: off.
    SecondDelete,
    /// The pause before a read is sent again, 0: off.
    Hedge,
    /// Whether a circuit breaker refuses calls, and old rows are served.
    Breaker,
    /// How long a copy stays in the application's own memory, 0: off.
    Near,
    /// Whether a Bloom filter answers for absent rows.
    Bloom,
    /// Whether a write is refused when its row has changed since it was read.
    CompareVersion,
    /// When the cache's file reaches the disk, 0: it has none.
    AppendFsync,
    /// How often the cache saves a snapshot, 0: never.
    Snapshots,
    /// Whether the queue for the database is a stream.
    Stream,
    /// How long the cache's replica is behind, 0: none.
    CacheReplica,
    /// Whether a write waits for the cache's replica.
    Wait,
}

/// What a knob looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KnobSpec {
    /// The knob.
    pub knob: Knob,
    /// Its name in links and messages.
    pub id: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// The unit of its values.
    pub unit: &'static str,
    /// Least value.
    pub low: f64,
    /// Greatest value.
    pub high: f64,
    /// The step of its slider; a step of 1 from 0 to 1 is a switch.
    pub step: f64,
    /// What 0 means, where it means something of its own.
    pub zero: Option<&'static str>,
    /// The patterns that heed it; none: all.
    pub only: &'static [&'static str],
    /// What it does and what that costs, in a sentence each; empty where the label says it.
    pub about: &'static str,
}

const fn spec(knob: Knob, id: &'static str, label: &'static str, unit: &'static str, range: [f64; 3]) -> KnobSpec {
    KnobSpec { knob, id, label, unit, low: range[0], high: range[1], step: range[2], zero: None, only: &[], about: "" }
}

/// A protection that is on or off.
const fn guard(knob: Knob, id: &'static str, label: &'static str, about: &'static str) -> KnobSpec {
    KnobSpec { about, ..spec(knob, id, label, "", [0.0, 1.0, 1.0]) }
}

/// A protection with a measure; 0 turns it off.
const fn dose(mut spec: KnobSpec, about: &'static str) -> KnobSpec {
    spec.zero = Some("off");
    spec.about = about;
    spec
}

const BEHIND: &[&str] = &["write-behind"];
const FLUSHING: &[&str] = &["write-behind", "hybrid-outbox"];
const THROUGH: &[&str] = &["write-through"];

static SPECS: [KnobSpec; 35] = [
    spec(Knob::ReadShare, "read-share", "Reads", "%", [0.0, 100.0, 5.0]),
    spec(Knob::Rate, "rate", "Requests", "per s", [0.0, 100.0, 0.1]),
    spec(Knob::Keys, "keys", "Rows in use", "", [1.0, 500.0, 1.0]),
    spec(Knob::Skew, "skew", "Popularity skew", "", [0.0, 2.0, 0.1]),
    KnobSpec { zero: Some("no limit"), ..spec(Knob::Ttl, "ttl", "Time to live", "s", [0.0, 120.0, 0.5]) },
    KnobSpec { only: FLUSHING, ..spec(Knob::FlushInterval, "flush-interval", "Flush every", "s", [0.5, 60.0, 0.5]) },
    KnobSpec { only: FLUSHING, ..spec(Knob::FlushBatch, "flush-batch", "Entries a flush", "", [1.0, 200.0, 1.0]) },
    KnobSpec { only: BEHIND, ..spec(Knob::Coalesce, "coalesce", "Only the newest copy", "", [0.0, 1.0, 1.0]) },
    KnobSpec { only: BEHIND, ..spec(Knob::PopFirst, "pop-first", "Unqueue before writing", "", [0.0, 1.0, 1.0]) },
    KnobSpec { only: BEHIND, ..spec(Knob::Apart, "apart", "A statement a row", "", [0.0, 1.0, 1.0]) },
    KnobSpec { only: BEHIND, ..spec(Knob::Versioned, "versioned", "Never over a newer row", "", [0.0, 1.0, 1.0]) },
    KnobSpec {
        only: BEHIND,
        zero: Some("no limit"),
        ..spec(Knob::QueueLimit, "queue-limit", "Hold writes back at", "dirty", [0.0, 200.0, 1.0])
    },
    KnobSpec { only: THROUGH, ..spec(Knob::CacheFirst, "cache-first", "Cache before database", "", [0.0, 1.0, 1.0]) },
    KnobSpec { only: THROUGH, ..spec(Knob::Transaction, "transaction", "In one transaction", "", [0.0, 1.0, 1.0]) },
    KnobSpec { zero: Some("none"), ..spec(Knob::Absent, "absent", "Reads of absent rows", "%", [0.0, 100.0, 5.0]) },
    KnobSpec { zero: Some("none"), ..spec(Knob::Retries, "retries", "Retries after an error", "", [0.0, 10.0, 1.0]) },
    guard(
        Knob::ReadModifyWrite,
        "read-modify-write",
        "Stock by reading",
        "For each write of a product, the application reads its stock, takes one piece away and writes the rest.",
    ),
    KnobSpec {
        zero: Some("none"),
        about: "The application reads rows from a replica of the database that is behind by so much.",
        ..spec(Knob::ReplicaLag, "replica-lag", "Read replica behind", "s", [0.0, 30.0, 0.5])
    },
    guard(
        Knob::SingleFlight,
        "single-flight",
        "Single-flight",
        "Those who miss the same row wait for one load. All wait as long as the slowest, and each further server still loads.",
    ),
    guard(
        Knob::Leases,
        "leases",
        "Leases",
        "Only who holds the key's lease may fill it; a deletion voids it. Others wait, ten seconds if the holder dies.",
    ),
    dose(
        spec(Knob::EarlyExpiry, "early-expiry", "Early expiry, beta", "", [0.0, 8.0, 0.5]),
        "A reader may load a copy anew before it expires, the likelier the nearer that is. Some rows are loaded too early.",
    ),
    dose(
        spec(Knob::TtlJitter, "ttl-jitter", "TTL jitter up to", "%", [0.0, 90.0, 5.0]),
        "Times to live are shortened at random, so that copies don't expire together. Copies live shorter on average.",
    ),
    dose(
        spec(Knob::NegativeTtl, "negative-ttl", "Remember absent rows", "s", [0.0, 60.0, 0.5]),
        "The cache keeps that a row does not exist. It takes memory for each key that anybody tries, and hides a new row.",
    ),
    guard(
        Knob::VersionedFills,
        "versioned-fills",
        "Versioned fills",
        "A copy is stored only over what its reader saw, never over a newer one. Writers send two messages for a copy.",
    ),
    dose(
        spec(Knob::SecondDelete, "second-delete", "Delete again after", "s", [0.0, 20.0, 0.5]),
        "A copy that a slow reader stored after the deletion is deleted too. Old copies last until then; each costs a miss.",
    ),
    dose(
        spec(Knob::Hedge, "hedge", "Ask again after", "s", [0.0, 10.0, 0.1]),
        "A read without an answer is sent once more, and the first answer counts. Slow reads cost their server twice.",
    ),
    guard(
        Knob::Breaker,
        "breaker",
        "Circuit breaker",
        "After three failures a server is left in peace for a while, and readers get old rows. They may be out of date.",
    ),
    dose(
        spec(Knob::Near, "near", "Near cache for", "s", [0.0, 60.0, 0.5]),
        "The application keeps copies itself and is told of changes. Until word is there, and if it is lost, they are old.",
    ),
    guard(
        Knob::Bloom,
        "bloom",
        "Bloom filter",
        "Ten bits a row say that a row surely does not exist. One absent row in a hundred gets through.",
    ),
    guard(
        Knob::CompareVersion,
        "compare-version",
        "Compare versions",
        "A write is refused if its row has changed since it was read, and worked out anew. Conflicts cost repetitions.",
    ),
    dose(
        spec(Knob::AppendFsync, "append-fsync", "Cache on disk", "(1: every second, 2: always)", [0.0, 2.0, 1.0]),
        "The cache appends each change to a file, so a crash does not take the queue. Always makes writes wait for the disk.",
    ),
    dose(
        spec(Knob::Snapshots, "snapshots", "Snapshot every", "s", [0.0, 60.0, 1.0]),
        "The cache saves all its data now and then (RDB). A crash takes what came since; each snapshot costs a copy in memory.",
    ),
    KnobSpec {
        only: BEHIND,
        ..guard(
            Knob::Stream,
            "stream",
            "Queue as a stream",
            "A flusher acknowledges what it has written; what a dead one had is claimed. Entries take more memory.",
        )
    },
    KnobSpec {
        zero: Some("none"),
        about: "Another cache, so much behind, takes the place of one that fails over. It costs the memory again.",
        ..spec(Knob::CacheReplica, "cache-replica", "Cache replica behind", "s", [0.0, 10.0, 0.1])
    },
    KnobSpec {
        only: BEHIND,
        ..guard(
            Knob::Wait,
            "wait",
            "Wait for the replica",
            "“Saved” is said when the replica has the write. Each write costs a WAIT, and fails without a replica.",
        )
    },
];

impl Knob {
    /// The knobs that a pattern heeds.
    pub fn of_pattern(pattern: &str) -> impl Iterator<Item = &'static KnobSpec> + use<'_> {
        SPECS.iter().filter(move |spec| spec.only.is_empty() || spec.only.contains(&pattern))
    }

    /// All knobs.
    pub fn all() -> impl Iterator<Item = &'static KnobSpec> {
        SPECS.iter()
    }

    /// The knob of that name.
    ///
    /// # Errors
    ///
    /// When there is none, with those that there are.
    pub fn from_id(id: &str) -> Result<Self, ScenarioError> {
        let found = SPECS.iter().find(|spec| spec.id == id);
        found.map(|spec| spec.knob).ok_or_else(|| ScenarioError::UnknownSetting {
            found: id.chars().take(60).collect(),
            known: SPECS.map(|spec| spec.id).join(", "),
        })
    }

    /// What it looks like.
    #[must_use]
    pub fn spec(self) -> &'static KnobSpec {
        &SPECS[self as usize]
    }

    /// The knobs of the replica and of the protections.
    pub fn of_protections() -> impl Iterator<Item = &'static KnobSpec> {
        SPECS.iter().skip(Self::ReplicaLag as usize)
    }

    /// Whether it is one of the protections.
    #[must_use]
    pub const fn protects(self) -> bool {
        self as usize > Self::ReplicaLag as usize
    }

    /// Checks a value for it.
    ///
    /// # Errors
    ///
    /// When it is out of range.
    pub fn check(self, value: f64) -> Result<(), ScenarioError> {
        let KnobSpec { id: name, low, high, .. } = *self.spec();
        if (low..=high).contains(&value) {
            return Ok(());
        }
        Err(ScenarioError::KnobRange { name, low, high, found: value })
    }

    /// A value in words.
    #[must_use]
    pub fn show(self, value: f64) -> String {
        let spec = self.spec();
        match (spec.zero, spec.is_switch()) {
            (Some(zero), _) if value == 0.0 => zero.to_owned(),
            (_, true) => if value > 0.0 { "on" } else { "off" }.to_owned(),
            _ if spec.unit.is_empty() => Decimal(value).to_string(),
            _ => format!("{} {}", Decimal(value), spec.unit),
        }
    }

    /// The value at the start of a scenario.
    #[must_use]
    pub fn of_scenario(self, scenario: &Scenario) -> f64 {
        self.read(&scenario.workload, &scenario.settings)
    }

    /// Gives a scenario's start another value.
    pub fn set_in_scenario(self, scenario: &mut Scenario, value: f64) {
        self.turn(&mut scenario.workload, &mut scenario.settings, value);
    }

    /// The value in force.
    #[must_use]
    pub fn read(self, mix: &Mix, settings: &Settings) -> f64 {
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        let percent = |share: f64| (share * 1000.0).round() / 10.0;
        match self {
            Self::ReadShare => percent(mix.read_share),
            Self::Rate => mix.rate,
            Self::Keys => f64::from(mix.keys),
            Self::Skew => mix.skew,
            Self::Ttl => settings.ttl.map_or(0.0, Span::as_secs_f64),
            Self::FlushInterval => settings.flush_interval.as_secs_f64(),
            Self::FlushBatch => f64::from(settings.flush_batch),
            Self::Coalesce => flag(settings.coalesce),
            Self::PopFirst => flag(settings.pop_first),
            Self::Apart => flag(settings.apart),
            Self::Versioned => flag(settings.versioned),
            Self::QueueLimit => settings.queue_limit.map_or(0.0, f64::from),
            Self::CacheFirst => flag(settings.order == crate::world::WriteOrder::CacheFirst),
            Self::Transaction => flag(settings.transaction),
            Self::Absent => percent(mix.absent),
            Self::Retries => f64::from(mix.retries),
            Self::ReadModifyWrite => flag(settings.read_modify_write),
            Self::ReplicaLag => settings.replica_lag.as_secs_f64(),
            Self::SingleFlight => flag(settings.protect.single_flight),
            Self::Leases => flag(settings.protect.leases),
            Self::EarlyExpiry => settings.protect.early_expiry,
            Self::TtlJitter => percent(settings.protect.ttl_jitter),
            Self::NegativeTtl => settings.protect.negative_ttl.as_secs_f64(),
            Self::VersionedFills => flag(settings.protect.versioned_fills),
            Self::SecondDelete => settings.protect.second_delete.as_secs_f64(),
            Self::Hedge => settings.protect.hedge.as_secs_f64(),
            Self::Breaker => flag(settings.protect.breaker),
            Self::Near => settings.protect.near.as_secs_f64(),
            Self::Bloom => flag(settings.protect.bloom),
            Self::CompareVersion => flag(settings.protect.compare_version),
            Self::AppendFsync => match settings.protect.append_fsync {
                None => 0.0,
                Some(AppendFsync::Always) => 2.0,
                Some(_) => 1.0,
            },
            Self::Snapshots => settings.protect.snapshots.as_secs_f64(),
            Self::Stream => flag(settings.protect.stream),
            Self::CacheReplica => settings.protect.cache_replica.as_secs_f64(),
            Self::Wait => flag(settings.protect.wait),
        }
    }

    /// Gives it another value. Numbers are cut to what the setting can hold.
    pub fn turn(self, mix: &mut Mix, settings: &mut Settings, value: f64) {
        use crate::world::WriteOrder::{CacheFirst, DatabaseFirst};
        let count = |value: f64| value.round().max(0.0) as u32;
        match self {
            Self::ReadShare => mix.read_share = value / 100.0,
            Self::Rate => mix.rate = value,
            Self::Keys => mix.keys = count(value).max(1),
            Self::Skew => mix.skew = value,
            Self::Ttl => settings.ttl = (value > 0.0).then(|| Span::from_secs_f64(value)),
            Self::FlushInterval => settings.flush_interval = Span::from_secs_f64(value),
            Self::FlushBatch => settings.flush_batch = count(value).max(1),
            Self::Coalesce => settings.coalesce = value > 0.5,
            Self::PopFirst => settings.pop_first = value > 0.5,
            Self::Apart => settings.apart = value > 0.5,
            Self::Versioned => settings.versioned = value > 0.5,
            Self::QueueLimit => settings.queue_limit = (value >= 1.0).then(|| count(value)),
            Self::CacheFirst => settings.order = if value > 0.5 { CacheFirst } else { DatabaseFirst },
            Self::Transaction => settings.transaction = value > 0.5,
            Self::Absent => mix.absent = value / 100.0,
            Self::Retries => mix.retries = count(value),
            Self::ReadModifyWrite => settings.read_modify_write = value > 0.5,
            Self::ReplicaLag => settings.replica_lag = Span::from_secs_f64(value),
            Self::SingleFlight => settings.protect.single_flight = value > 0.5,
            Self::Leases => settings.protect.leases = value > 0.5,
            Self::EarlyExpiry => settings.protect.early_expiry = value,
            Self::TtlJitter => settings.protect.ttl_jitter = value / 100.0,
            Self::NegativeTtl => settings.protect.negative_ttl = Span::from_secs_f64(value),
            Self::VersionedFills => settings.protect.versioned_fills = value > 0.5,
            Self::SecondDelete => settings.protect.second_delete = Span::from_secs_f64(value),
            Self::Hedge => settings.protect.hedge = Span::from_secs_f64(value),
            Self::Breaker => settings.protect.breaker = value > 0.5,
            Self::Near => settings.protect.near = Span::from_secs_f64(value),
            Self::Bloom => settings.protect.bloom = value > 0.5,
            Self::CompareVersion => settings.protect.compare_version = value > 0.5,
            Self::AppendFsync => {
                settings.protect.append_fsync = match count(value) {
                    0 => None,
                    1 => Some(AppendFsync::EverySecond),
                    _ => Some(AppendFsync::Always),
                }
            }
            Self::Snapshots => settings.protect.snapshots = Span::from_secs_f64(value.round()),
            Self::Stream => settings.protect.stream = value > 0.5,
            Self::CacheReplica => settings.protect.cache_replica = Span::from_secs_f64(value),
            Self::Wait => settings.protect.wait = value > 0.5,
        }
    }
}

impl KnobSpec {
    /// Whether it is on or off and nothing between.
    #[must_use]
    pub fn is_switch(&self) -> bool {
        self.high == 1.0 && self.step == 1.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_knob_finds_its_own_spec() {
        for spec in &SPECS {
            assert_eq!(spec.knob.spec(), spec);
            assert_eq!(Knob::from_id(spec.id), Ok(spec.knob));
            assert_eq!(serde_json::to_string(&spec.knob).unwrap(), format!("\"{}\"", spec.id));
        }
    }

    #[test]
    fn what_is_set_is_read() {
        for spec in &SPECS {
            for value in [spec.low, spec.high] {
                let mut scenario = Scenario::default();
                spec.knob.set_in_scenario(&mut scenario, value);
                assert_eq!(spec.knob.of_scenario(&scenario), value, "{}", spec.id);
            }
        }
    }

    #[test]
    fn a_wrong_value_or_name_is_refused_with_what_is_right() {
        let error = Knob::Rate.check(1e9).unwrap_err().to_string();
        assert_eq!(error, "the setting rate must be from 0 to 100, not 1000000000");
        assert!(Knob::Rate.check(f64::NAN).is_err());
        assert!(Knob::from_id("speed").unwrap_err().to_string().contains("flush-interval"));
    }
}
