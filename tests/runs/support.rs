//! Random scenarios, and short ways to run them.

use cachescope::engine::{Span, VirtualTime};
use cachescope::patterns;
use cachescope::redis::AppendFsync;
use cachescope::run::Run;
use cachescope::scenario::{Action, Intervention, Knob, Scenario, ready};
use cachescope::workload::Mix;
use cachescope::world::{
    Actor, Deed, Details, Fault, FaultKind, Incident, MessageId, Protections, Settings, WriteOrder, takes,
};
use proptest::prelude::*;

/// The run of a ready scenario, with another pattern if one is given.
pub fn run_ready(id: &str, pattern: Option<&str>) -> Run {
    Run::of(ready(id, pattern).unwrap()).unwrap()
}

pub fn seconds(at: f64) -> VirtualTime {
    VirtualTime::from_secs_f64(at)
}

fn any_fault() -> impl Strategy<Value = Action> {
    let target = prop_oneof![
        Just(Actor::App),
        Just(Actor::Cache),
        Just(Actor::Database),
        Just(Actor::Flusher),
        Just(Actor::Loader)
    ];
    let kind = proptest::sample::select(FaultKind::ALL.to_vec());
    (kind, target, any_details())
        .prop_filter("a fault that can hit its target", |(kind, target, _)| kind.can_hit(*target))
        .prop_map(|(fault, target, details)| {
            let takes = |name| takes(fault, target).contains(&name);
            let Details { lasts, factor, by, share, lag, from, source: _ } = details;
            let share = share.filter(|_| takes("share") && (lasts.is_some() || !fault.hits_messages()));
            let details = Details {
                lasts: lasts.filter(|_| takes("for")),
                // Bursts multiply one another, so that large ones would make runs that take a minute each.
                factor: if fault == FaultKind::Burst { Some(1.5) } else { factor.filter(|_| takes("factor")) },
                by: by.filter(|_| takes("by")),
                lag: lag.filter(|_| takes("lag")),
                from: from.filter(|from| takes("from") && *from != target),
                share,
                source: None,
            };
            Action::Inject(Incident { fault: Fault { fault, target }, details })
        })
}

/// Whether it is a failover of the cache, which is refused where the cache has no replica.
pub fn needs_replica(action: &Action) -> bool {
    let target = Fault { fault: FaultKind::Failover, target: Actor::Cache };
    matches!(action, Action::Inject(incident) if incident.fault == target)
}

fn any_details() -> impl Strategy<Value = Details> {
    let span = || proptest::option::of((100_u64..9_000).prop_map(Span::from_millis));
    let from = proptest::option::of(prop_oneof![Just(Actor::App), Just(Actor::Cache), Just(Actor::Flusher)]);
    let factor = proptest::option::of((2_u32..5).prop_map(f64::from));
    (span(), factor, span(), proptest::option::of(0.1..0.9), span(), from)
        .prop_map(|(lasts, factor, by, share, lag, from)| Details { lasts, factor, by, share, lag, from, source: None })
}

/// Something done to one of the first messages, which may not be on its way at that time.
fn any_deed() -> impl Strategy<Value = Action> {
    let by = Some(Span::from_millis(1_700));
    let deeds: Vec<Deed> = Deed::IDS.iter().filter_map(|id| Deed::from_id(id, by)).collect();
    (1_u32..80, proptest::sample::select(deeds))
        .prop_map(|(message, deed)| Action::Meddle { message: MessageId(message), deed })
}

/// Anything that can be done to a run.
pub fn any_action() -> impl Strategy<Value = Action> {
    let commands = [
        "FLUSHALL",
        "DEL dirty",
        "LPOP dirty",
        "LPOP dirty 2",
        "RPOP dirty",
        "LTRIM dirty 0 0",
        "LSET dirty 0 nonsense",
        "RENAME dirty elsewhere",
        "EXPIRE dirty 1",
        "SELECT 1",
        "FLUSHDB",
        "RPUSH dirty nonsense",
        "SET product:1 nonsense",
        "SET dirty text",
        "EXPIRE product:1 1",
        "GET product:1",
        "DEL dirty:stream",
        "XTRIM dirty:stream MAXLEN 1",
        "XADD dirty:stream * row nonsense",
        "XGROUP DESTROY dirty:stream flushers",
        "SET dirty:stream text",
        "NOSUCH",
        "SET \"unclosed",
    ];
    let knobs =
        vec![Knob::Rate, Knob::Keys, Knob::Ttl, Knob::FlushInterval, Knob::ReadShare, Knob::QueueLimit, Knob::Stream];
    let knob = (proptest::sample::select(knobs), 1.0..20.0);
    prop_oneof![
        4 => any_fault(),
        2 => any_deed(),
        1 => proptest::sample::select(commands.to_vec()).prop_map(|text| Action::Command { text: text.to_owned() }),
        1 => knob.prop_map(|(name, value)| {
            let value = if name.spec().is_switch() { f64::floor(value) % 2.0 } else { value };
            Action::Set { name, value }
        }),
    ]
}

/// Any protections: mostly a few of them.
fn any_protections() -> impl Strategy<Value = Protections> {
    let span = || prop_oneof![2 => Just(Span::ZERO), 1 => (100_u64..6_000).prop_map(Span::from_millis)];
    let share = || prop_oneof![2 => Just(0.0), 1 => 0.1..0.9];
    (any::<[u8; 6]>(), (share(), share()), (span(), span(), span(), span()), 0_usize..4).prop_map(
        |(flags, (early_expiry, ttl_jitter), (negative_ttl, second_delete, hedge, near), fsync)| {
            let [single_flight, leases, versioned_fills, breaker, bloom, stream] = flags.map(|flag| flag < 80);
            Protections {
                single_flight,
                leases,
                early_expiry,
                ttl_jitter,
                negative_ttl,
                versioned_fills,
                compare_version: leases || bloom,
                second_delete,
                hedge,
                breaker,
                near,
                bloom,
                snapshots: Span::from_secs(if fsync == 0 && bloom { 3 } else { 0 }),
                stream,
                cache_replica: hedge,
                wait: !hedge.is_zero() && leases,
                append_fsync: [None, None, Some(AppendFsync::EverySecond), Some(AppendFsync::Always)][fsync],
            }
        },
    )
}

fn any_settings() -> impl Strategy<Value = Settings> {
    let ttl = proptest::option::of(1_u64..20);
    let flags = any::<[bool; 6]>();
    (ttl, 1_u64..8, 1_u32..8, proptest::option::of(1_u32..6), flags, any_protections()).prop_map(
        |(ttl, interval, flush_batch, queue_limit, flags, protect)| {
            let [coalesce, cache_first, transaction, pop_first, apart, versioned] = flags;
            Settings {
                ttl: ttl.map(Span::from_secs),
                flush_interval: Span::from_secs(interval),
                flush_batch,
                coalesce,
                pop_first,
                apart,
                versioned,
                queue_limit,
                order: if cache_first { WriteOrder::CacheFirst } else { WriteOrder::DatabaseFirst },
                transaction,
                read_modify_write: protect.leases,
                replica_lag: Span::from_millis(if protect.bloom { 700 } else { 0 }),
                protect,
                ..Settings::default()
            }
        },
    )
}

/// Any scenario of up to half a minute, with up to eight interventions.
pub fn any_scenario() -> impl Strategy<Value = Scenario> {
    let pattern = proptest::sample::select(patterns::ALL.to_vec());
    let mix = (1_u8..5, 0.1..6.0, 0.0..1.0, 1_u32..10, 0.0..2.0, 0.0..0.5, 0_u32..3).prop_map(
        |(clients, rate, read_share, keys, skew, absent, retries)| Mix {
            clients,
            rate,
            read_share,
            keys,
            skew,
            absent,
            retries,
            ..Mix::default()
        },
    );
    let interventions = proptest::collection::vec((0.0..30.0, any_action()), 0..8);
    (pattern, 0..=cachescope::scenario::GREATEST_SEED, 5_u64..30, mix, any_settings(), interventions).prop_map(
        |(pattern, seed, duration, workload, settings, interventions)| {
            let mut scenario = Scenario {
                pattern: pattern.id.to_owned(),
                seed,
                duration: Span::from_secs(duration),
                workload,
                settings,
                ..Scenario::default()
            };
            let has_replica = scenario.uses(Knob::CacheReplica);
            for (at, action) in interventions.into_iter().filter(|(_, action)| has_replica || !needs_replica(action)) {
                let at = seconds(at).min(scenario.end());
                scenario.intervene(Intervention { at, action });
            }
            scenario
        },
    )
}

/// So many cases, times `CACHESCOPE_CASES` for a longer search.
pub fn cases(usual: u32) -> ProptestConfig {
    let times = std::env::var("CACHESCOPE_CASES").ok().and_then(|times| times.parse().ok()).unwrap_or(1);
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(usual * times) }
}
