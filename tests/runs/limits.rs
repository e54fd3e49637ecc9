//! Whatever a scenario says, it is refused with a reason or runs to its end within bounds.

use cachescope::database::TableId;
use cachescope::engine::{Distribution, Span};
use cachescope::redis::EvictionPolicy;
use cachescope::run::{ExportFormat, Playhead, Run, export, state};
use cachescope::scenario::{Scenario, ScenarioError, decode, encode, ready};
use cachescope::trace::narrate;
use cachescope::workload::{Arrivals, Mix};
use cachescope::world::{CacheMemory, Settings, Timings};
use proptest::prelude::*;

use super::support::{any_scenario, cases};

/// Times from nothing to beyond all that can be told.
fn any_span() -> impl Strategy<Value = Span> {
    prop_oneof![
        1 => Just(Span::ZERO),
        1 => Just(Span::MAX),
        4 => (0_u64..2_000_000).prop_map(Span::from_micros),
        4 => (100_u64..2_000).prop_map(Span::from_millis),
    ]
}

fn any_distribution() -> impl Strategy<Value = Distribution> {
    prop_oneof![
        any_span().prop_map(|value| Distribution::Fixed { value }),
        (any_span(), any_span()).prop_map(|(low, high)| Distribution::Uniform { low, high }),
        any_span().prop_map(|mean| Distribution::Exponential { mean }),
        (any_span(), -1.0..6.0).prop_map(|(median, sigma)| Distribution::Lognormal { median, sigma }),
    ]
}

fn any_timings() -> impl Strategy<Value = Timings> {
    let distributions = proptest::collection::vec(any_distribution(), 8);
    (distributions, 0_u32..6, 0_u32..6, 0_u32..6, any_span(), any_span(), any_span()).prop_map(
        |(of, database_workers, pool, pool_waiting, client_timeout, cache_timeout, database_timeout)| Timings {
            client_link: of[0],
            cache_link: of[1],
            database_link: of[2],
            local_link: of[3],
            cache_command: of[4],
            select: of[5],
            write: of[6],
            commit: of[7],
            database_workers,
            pool,
            pool_waiting,
            client_timeout,
            cache_timeout,
            database_timeout,
        },
    )
}

fn any_memory() -> impl Strategy<Value = CacheMemory> {
    let policy = proptest::sample::select(EvictionPolicy::ALL.to_vec());
    (prop_oneof![Just(0), 1_u64..2_000, Just(u64::MAX)], policy)
        .prop_map(|(maxmemory, policy)| CacheMemory { maxmemory, policy })
}

/// A scenario in which everything may be extreme or impossible.
fn any_extreme() -> impl Strategy<Value = Scenario> {
    let ttl = proptest::option::of(any_span());
    (any_scenario(), any_timings(), any_memory(), ttl, any_span(), any::<bool>(), 0_u32..1_200).prop_map(
        |(scenario, timings, memory, ttl, flush_interval, even, flush_batch)| {
            let settings = Settings {
                ttl,
                flush_interval,
                flush_batch,
                uncached: vec![TableId::Users, TableId::Users],
                ..scenario.settings.clone()
            };
            let arrivals = if even { Arrivals::Even } else { Arrivals::Poisson };
            let workload = Mix { arrivals, ..scenario.workload.clone() };
            Scenario { timings, memory, settings, workload, ..scenario }
        },
    )
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn an_extreme_scenario_is_refused_or_runs(scenario in any_extreme()) {
        let Ok(run) = Run::of(scenario.clone()) else { return Ok(()) };
        let head = Playhead { at: run.trace.end(), ..Playhead::default() };
        let report = state(&run, &head, &run.trace.scene(head.at));
        let shown = serde_json::to_value(report).unwrap();
        prop_assert!(shown["ledger"]["lost"].is_u64());
        prop_assert!(run.trace.events().is_sorted_by_key(|event| event.at));
        prop_assert!(run.audit.marks().is_sorted_by_key(|mark| mark.at));
        let lines = run.trace.events().iter().filter_map(narrate).count();
        prop_assert!(lines > 0 || run.audit.reads().is_empty());
        prop_assert!(export(&run, ExportFormat::Mermaid).len() < 200_000);
    }

    #[test]
    fn a_scenario_with_any_part_replaced_is_refused_or_runs(
        scenario in any_scenario(),
        part in 0_usize..11,
        value in any_value(),
    ) {
        let mut json = serde_json::to_value(&scenario).unwrap();
        let name = ["version", "pattern", "seed", "duration", "workload", "script", "settings", "timings", "memory",
            "interventions", "other"][part];
        json[name] = value;
        let Ok(scenario) = serde_json::from_value::<Scenario>(json) else { return Ok(()) };
        if scenario.check().is_ok() {
            prop_assert_eq!(decode(&encode(&scenario)), Ok(scenario.clone()));
            let _ = Run::of(scenario);
        }
    }
}

fn any_value() -> impl Strategy<Value = serde_json::Value> {
    let texts = [
        "null",
        "0",
        "-1",
        "1",
        "1e300",
        "0.5",
        "\"cache-aside\"",
        "[]",
        "{}",
        "[{}]",
        "[null]",
        r#"{"rate":2000}"#,
        r#"{"clients":200}"#,
        r#"{"keys":1,"skew":3}"#,
        r#"{"rate":-1}"#,
        r#"[{"at":0,"client":1,"do":"read","key":"user:4294967295"}]"#,
        r#"[{"at":1e9,"client":1,"do":"write","key":"order:1"}]"#,
        r#"[{"at":0,"client":13,"do":"read","key":"user:1"}]"#,
        r#"[{"at":0,"client":1,"do":"read","key":"user:0"}]"#,
        r#"[{"at":0,"do":"inject","fault":"slow","target":"flusher"}]"#,
        r#"[{"at":0,"do":"inject","fault":"crash","target":"client-1"}]"#,
        r#"[{"at":0,"do":"set","name":"rate","value":1e9}]"#,
        r#"[{"at":0,"do":"command","text":"SET a \"\\xff\\x00\""},{"at":0,"do":"command","text":"KEYS *"}]"#,
        r#"{"maxmemory":1,"policy":"allkeys-lfu"}"#,
        r#"{"flush-batch":1,"queue-limit":1}"#,
    ];
    proptest::sample::select(texts.to_vec()).prop_map(|text| serde_json::from_str(text).unwrap())
}

#[test]
fn a_run_with_too_many_events_is_refused_with_the_time() {
    let mut scenario = ready("everyday", Some("write-behind")).unwrap();
    scenario.workload = Mix { rate: 2000.0, ..scenario.workload };
    scenario.duration = Span::from_secs(30);
    let refused = Run::of(scenario).err().unwrap();
    assert!(matches!(refused, ScenarioError::TooManyEvents { .. }), "{refused}");
    assert!(refused.to_string().contains("lower its rate or duration"), "{refused}");
}

#[test]
fn a_key_is_shown_whole_and_apart_from_others() {
    let long = "k".repeat(200);
    let mut run = super::support::run_ready("first-read", None);
    for text in
        [format!("SET {long}1 a"), format!("SET {long}2 b"), r#"SET "\xff" c"#.to_owned(), r#"SET "\xfe" d"#.to_owned()]
    {
        let action = cachescope::scenario::Action::Command { text };
        let at = super::support::seconds(0.1);
        run = run.with(cachescope::scenario::Intervention { at, action }).unwrap();
    }
    assert_eq!(run.trace.scene(super::support::seconds(0.1)).entries.len(), 4);
}
