//! Experiments against what theory says.

use cachescope::engine::{Distribution, Span};
use cachescope::lab::{Axis, Durability, Kind, LossStudy, Measure, Range, Runs, Spec, Sweep};
use cachescope::scenario::{Knob, Scenario};
use cachescope::workload::Mix;
use cachescope::world::Timings;

fn base(pattern: &str, read_share: f64, rate: f64) -> Scenario {
    Scenario {
        pattern: pattern.to_owned(),
        workload: Mix { rate, clients: 12, keys: 300, read_share, ..Mix::default() },
        timings: Timings::production(),
        ..Scenario::default()
    }
}

fn swept(spec: Spec) -> Sweep {
    let mut sweep = Sweep::new(Spec { kind: Kind::Sweep, ..spec }).unwrap();
    let mut last = 0.0;
    while !sweep.advance(2_000).unwrap() {
        assert!(sweep.progress() >= last && sweep.progress() < 1.0);
        last = sweep.progress();
    }
    sweep
}

/// Each cell's mean is where theory says, within `slack`, and there is a theory.
fn assert_as_expected(sweep: &Sweep, slack: f64) {
    for cell in sweep.cells() {
        let told = cell.estimate(sweep.spec().measure).unwrap();
        let expected = cell.expected.unwrap();
        let off = (told.mean - expected).abs();
        assert!(off <= slack, "{} at {}: {} where theory says {expected}", cell.pattern, cell.x, told.mean);
    }
}

fn range(setting: Axis, values: &[f64]) -> Option<Range> {
    Some(Range { setting, values: values.to_vec() })
}

#[test]
fn an_expiring_cache_hits_as_often_as_theory_says() {
    let run = base("cache-aside", 0.9, 60.0);
    let x = range(Axis::Knob(Knob::Ttl), &[0.5, 3.0, 20.0]);
    assert_as_expected(&swept(Spec { run, requests: Some(30_000), x, seeds: 2, ..Spec::default() }), 1.2);
}

#[test]
fn a_cache_whose_copies_are_deleted_hits_as_often_as_theory_says() {
    let run = base("hybrid-invalidate", 0.8, 60.0);
    let x = range(Axis::Knob(Knob::Ttl), &[2.0, 20.0]);
    let patterns = vec!["hybrid-invalidate".to_owned(), "read-through".to_owned()];
    assert_as_expected(&swept(Spec { run, patterns, requests: Some(30_000), x, seeds: 2, ..Spec::default() }), 1.2);
}

#[test]
fn a_full_cache_hits_as_often_as_che_says() {
    let mut run = base("cache-aside", 1.0, 10.0);
    run.settings.ttl = None;
    let x = range(Axis::CacheRows, &[30.0, 100.0, 200.0]);
    // Redis samples five keys for each that it evicts, and its clock of uses ticks in seconds: so the rate is low.
    assert_as_expected(&swept(Spec { run, requests: Some(60_000), x, seeds: 1, ..Spec::default() }), 2.0);
}

#[test]
fn readers_wait_for_the_database_as_erlang_says() {
    let mut run = base("cache-aside", 1.0, 500.0);
    run.settings.ttl = Some(Span::from_millis(1));
    run.timings.select = Distribution::Exponential { mean: Span::from_millis(4) };
    run.timings.pool = 200;
    let spec = Spec {
        run,
        measure: Measure::ReadMean,
        requests: Some(60_000),
        x: range(Axis::Workers, &[3.0, 4.0, 8.0]),
        seeds: 2,
        ..Spec::default()
    };
    assert_as_expected(&swept(spec), 0.9);
}

#[test]
fn a_sweep_of_two_settings_has_all_combinations_and_tells_them_as_csv() {
    let spec = Spec {
        run: base("cache-aside", 0.8, 50.0),
        patterns: vec!["write-behind".to_owned(), "write-through".to_owned()],
        requests: Some(400),
        x: range(Axis::Knob(Knob::Ttl), &[1.0, 5.0, 9.0]),
        y: range(Axis::Knob(Knob::ReadShare), &[50.0, 90.0]),
        seeds: 2,
        ..Spec::default()
    };
    let sweep = swept(spec.clone());
    assert_eq!((sweep.cells().len(), sweep.runs()), (12, 24));
    assert!(sweep.cells().iter().all(|cell| cell.samples.len() == 2));
    let csv = sweep.csv();
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 13);
    assert!(lines[0].starts_with("pattern,ttl,read-share,hit-ratio,hit-ratio-low,hit-ratio-high,"), "{}", lines[0]);
    assert!(lines.iter().all(|line| line.split(',').count() == lines[0].split(',').count()));
    assert_eq!(sweep.csv(), swept(spec).csv());
}

#[test]
fn a_crash_takes_what_waited_for_the_flush() {
    let mut run = base("write-behind", 0.5, 80.0);
    run.duration = Span::from_secs(30);
    run.settings.flush_interval = Span::from_secs(4);
    run.settings.flush_batch = 1_000;
    let mut study = LossStudy::new(Spec { kind: Kind::Loss, run, crashes: 60, ..Spec::default() }).unwrap();
    while !study.advance(5_000).unwrap() {}
    for losses in study.losses() {
        let (mean, expected) = (losses.mean().unwrap(), losses.expected.unwrap());
        assert_eq!(losses.lost.len(), 60);
        let slack = 0.1 * expected + 2.0;
        assert!(
            mean.low - slack <= expected && expected <= mean.high + slack,
            "{}: {mean:?}, expected {expected}",
            losses.durability.label()
        );
    }
    let [none, everysec, always] = [0, 1, 2].map(|place| study.losses()[place].quantile(1.0).unwrap());
    assert!(none > everysec && everysec > always, "{none}, {everysec}, {always}");
    assert_eq!((always, study.losses()[2].durability), (0, Durability::Always));
    assert_eq!(study.csv().lines().count(), 181);
}

#[test]
fn a_link_holds_an_experiment() {
    let spec = Spec {
        kind: Kind::Sweep,
        x: range(Axis::CacheRows, &[1.0, 2.5]),
        y: range(Axis::Pool, &[4.0]),
        measure: Measure::Statements,
        ..Spec::default()
    };
    assert_eq!(Spec::from_link(&spec.to_link()), Ok(spec));
}

#[test]
fn an_experiment_that_can_t_be_made_says_why() {
    let refusal = |json: &str| Spec::from_json(json).unwrap_err().to_string();
    assert!(refusal("{\"kind\": \"sweep\"}").starts_with("a sweep needs x"));
    assert!(refusal("{\"kind\": \"guess\"}").contains("guess"));
    assert!(refusal("{\"patterns\": [\"write-sideways\"]}").contains("write-sideways"));
    assert!(refusal("{\"seeds\": 0}").contains("the seeds must be from 1 to 200, not 0"));
    assert!(refusal("{\"kind\": \"sweep\", \"x\": {\"setting\": \"colour\", \"values\": [1]}}").contains("colour"));
    assert!(refusal("{\"requests\": 5, \"run\": {\"workload\": {\"rate\": 0}}}").contains("a rate above 0"));
    assert!(Spec::from_link("%%").is_err());
}
