//! A run that nobody looks at comes to the same figures as one with a trace.

use cachescope::audit::{Figures, LostCause};
use cachescope::engine::{Span, VirtualTime};
use cachescope::lab::{Headless, figures};
use cachescope::patterns;
use cachescope::run::Run;
use cachescope::scenario::{Action, Intervention, READY, Scenario};
use cachescope::workload::Mix;
use cachescope::world::{Actor, Deed, Details, Fault, FaultKind, Incident, MessageId, Timings};
use proptest::prelude::*;

use super::support::{any_scenario, cases};

/// Half a thousandth either way is what the histogram leaves open.
fn is_near(told: Option<Span>, exact: Option<Span>) -> bool {
    match (told, exact) {
        (Some(told), Some(exact)) => (told.as_secs_f64() - exact.as_secs_f64()).abs() <= exact.as_secs_f64() / 1_000.0,
        (told, exact) => told == exact,
    }
}

fn assert_same(figures: &Figures, run: &Run, what: &str) {
    let (audit, end) = (&run.audit, run.trace.end());
    let scene = run.trace.scene(end);
    let (ledger, reads) = (audit.ledger(end), audit.reads_until(end));
    let counts = [figures.acknowledged, figures.durable, figures.pending(), figures.lost].map(|count| count as usize);
    assert_eq!(counts, [ledger.acknowledged, ledger.durable, ledger.pending, ledger.lost], "{what}: the ledger");
    let after_loss =
        audit.reads().iter().filter(|read| matches!(read.freshness, cachescope::audit::Freshness::AfterLoss { .. }));
    assert_eq!(
        (figures.reads as usize, figures.stale as usize, figures.stale_age.most().unwrap_or_default()),
        (reads.total, reads.stale, reads.max_stale_age),
        "{what}: reads"
    );
    assert_eq!(figures.after_loss as usize, after_loss.count(), "{what}: reads after a loss");
    assert_eq!(figures.failed as usize, audit.failures_until(end), "{what}: errors");
    assert_eq!((figures.cache, figures.database), (scene.cache, scene.database), "{what}: the servers");
    let anomalies = audit.anomalies(end);
    for (kind, count) in figures.anomalies() {
        assert_eq!(count as usize, anomalies.count(kind), "{what}: {}", kind.id());
    }
    let causes = |cause: LostCause| {
        audit.lost_writes(end).filter(|write| write.lost().is_some_and(|lost| lost.cause == cause)).count()
    };
    for (cause, count) in figures.losses() {
        assert_eq!(count as usize, causes(cause), "{what}: {}", cause.words());
    }
    for (histogram, latencies) in
        [(&figures.read_latency, audit.read_latencies()), (&figures.write_latency, audit.write_latencies())]
    {
        assert_eq!(histogram.count() as usize, latencies.count(end), "{what}");
        let exact = latencies.quantiles(end);
        assert!(is_near(histogram.quantile(0.5), exact.p50), "{what}: {:?}", exact.p50);
        assert!(is_near(histogram.quantile(0.99), exact.p99), "{what}: {:?}", exact.p99);
    }
}

#[test]
fn each_ready_scenario_with_each_pattern_comes_to_the_figures_of_its_trace() {
    for ready in &READY {
        for pattern in &patterns::ALL {
            let scenario = Scenario { pattern: pattern.id.to_owned(), ..ready.scenario() };
            let told = figures(scenario.clone()).unwrap();
            assert_same(&told, &Run::of(scenario).unwrap(), &format!("{} with {}", ready.id, pattern.id));
        }
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn any_scenario_comes_to_the_figures_of_its_trace(scenario in any_scenario()) {
        let told = figures(scenario.clone()).unwrap();
        assert_same(&told, &Run::of(scenario).unwrap(), "any");
    }

    #[test]
    fn a_run_in_pieces_is_the_run_in_one(scenario in any_scenario(), piece in 1_u64..40) {
        let mut run = Headless::new(scenario.clone()).unwrap();
        let mut last = 0.0;
        while !run.advance(piece).unwrap() {
            prop_assert!(run.progress() >= last);
            last = run.progress();
        }
        prop_assert_eq!(run.figures().clone(), figures(scenario).unwrap());
    }
}

/// A busy system whose calls have short limits, so that much is forgotten on the way.
fn busy(pattern: &str, ttl: Option<f64>, seconds: u64) -> Scenario {
    let mut timings = Timings::production();
    timings.client_timeout = Span::from_millis(400);
    timings.database_timeout = Span::from_millis(100);
    let mut scenario = Scenario {
        pattern: pattern.to_owned(),
        duration: Span::from_secs(seconds),
        workload: Mix { rate: 700.0, clients: 12, keys: 60, read_share: 0.6, ..Mix::default() },
        timings,
        ..Scenario::default()
    };
    scenario.settings.ttl = ttl.map(Span::from_secs_f64);
    scenario.settings.flush_interval = Span::from_millis(300);
    scenario.settings.flush_batch = 200;
    scenario
}

#[test]
fn what_is_forgotten_changes_no_figure() {
    for pattern in &patterns::ALL {
        for ttl in [None, Some(0.7), Some(9.0)] {
            let scenario = busy(pattern.id, ttl, 20);
            let mut run = Headless::new(scenario.clone()).unwrap();
            run.advance(u64::MAX).unwrap();
            let [writes, more] = run.kept();
            assert!(writes < 3_600 && more < 15_000, "{} with {ttl:?}: {writes} writes and {more}", pattern.id);
            assert_same(&run.figures(), &Run::of(scenario).unwrap(), &format!("{} with {ttl:?}", pattern.id));
        }
    }
}

/// What happens early in a run, so that most of it comes after.
fn troubles() -> Vec<Intervention> {
    let brief = |lasts| Details { lasts: Some(Span::from_secs_f64(lasts)), ..Details::default() };
    let inject = |fault, target, details| Action::Inject(Incident { fault: Fault { fault, target }, details });
    let actions = [
        inject(FaultKind::Crash, Actor::Cache, Details::default()),
        inject(FaultKind::Repair, Actor::Cache, Details::default()),
        inject(FaultKind::Unreachable, Actor::Cache, brief(0.8)),
        inject(FaultKind::Slow, Actor::Database, brief(0.5)),
        inject(FaultKind::Drop, Actor::Cache, Details { share: Some(0.2), ..brief(0.7) }),
        inject(FaultKind::Delay, Actor::Cache, Details { by: Some(Span::from_millis(90)), ..brief(0.7) }),
        inject(FaultKind::Duplicate, Actor::Database, Details { share: Some(0.3), ..brief(0.7) }),
        inject(FaultKind::Failover, Actor::Database, Details { lag: Some(Span::from_millis(700)), ..brief(0.4) }),
        inject(FaultKind::Crash, Actor::Flusher, brief(0.4)),
        Action::Meddle { message: MessageId(40_000), deed: Deed::Hold },
        Action::Meddle { message: MessageId(40_000), deed: Deed::Release },
    ];
    let times = (2..).map(|seconds| VirtualTime::from_millis(seconds * 900));
    times.zip(actions).map(|(at, action)| Intervention { at, action }).collect()
}

#[test]
fn what_is_forgotten_after_faults_changes_no_figure() {
    let mut anomalies = std::collections::BTreeMap::new();
    for pattern in &patterns::ALL {
        for seed in 1..=3 {
            let mut scenario = Scenario { seed, interventions: troubles(), ..busy(pattern.id, Some(2.0), 18) };
            scenario.settings.read_modify_write = seed == 2;
            scenario.workload.rate = 300.0;
            let mut run = Headless::new(scenario.clone()).unwrap();
            run.advance(u64::MAX).unwrap();
            let [writes, _] = run.kept();
            assert!(writes < 1_500, "{} with seed {seed}: {writes} writes are kept", pattern.id);
            for (kind, count) in run.figures().anomalies() {
                *anomalies.entry(kind.id()).or_insert(0) += count;
            }
            assert_same(&run.figures(), &Run::of(scenario).unwrap(), &format!("{} with seed {seed}", pattern.id));
        }
    }
    assert!(anomalies.values().all(|count| *count > 0), "{anomalies:?}");
}

#[test]
fn what_is_kept_does_not_grow_with_the_run() {
    let kept = |seconds, interventions: &[Intervention]| {
        let interventions = interventions.to_vec();
        let scenario = Scenario { interventions, ..busy("write-behind", Some(5.0), seconds) };
        let mut run = Headless::new(scenario).unwrap();
        run.advance(u64::MAX).unwrap();
        run.kept()
    };
    for interventions in [Vec::new(), troubles()] {
        let (short, long) = (kept(30, &interventions), kept(120, &interventions));
        for (short, long) in short.into_iter().zip(long) {
            assert!(long < short + short / 4, "{short} after 30 s, {long} after 120 s");
        }
    }
}
