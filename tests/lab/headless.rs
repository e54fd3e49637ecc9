//! A run that nobody looks at comes to the same figures as one with a trace.

use cachescope::audit::{Figures, LostCause};
use cachescope::engine::Span;
use cachescope::lab::{Headless, figures};
use cachescope::patterns;
use cachescope::run::Run;
use cachescope::scenario::{READY, Scenario};
use cachescope::workload::Mix;
use cachescope::world::Timings;
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
            assert!(run.kept() < 3_600, "{} with {ttl:?}: {} writes are kept", pattern.id, run.kept());
            assert_same(&run.figures(), &Run::of(scenario).unwrap(), &format!("{} with {ttl:?}", pattern.id));
        }
    }
}

#[test]
fn what_is_kept_does_not_grow_with_the_run() {
    let kept = |seconds| {
        let mut run = Headless::new(busy("write-behind", Some(5.0), seconds)).unwrap();
        run.advance(u64::MAX).unwrap();
        run.kept()
    };
    let (short, long) = (kept(30), kept(120));
    assert!(long < short + short / 4, "{short} after 30 s, {long} after 120 s");
}
