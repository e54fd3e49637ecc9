//! Where a protection meets a fault, another protection, or a pattern that stores in its own way.

use cachescope::audit::Freshness;
use cachescope::database::RowKey;
use cachescope::engine::{Distribution, Span};
use cachescope::scenario::Knob;
use cachescope::scenario::Step::{Read, Write};
use cachescope::world::{Actor, FaultKind};

use super::support::{fault, loads, messages, run, script, seconds, with};

fn commands(run: &cachescope::run::Run, request: u32) -> Vec<String> {
    messages(run, Actor::App, Actor::Cache, request)
}

#[test]
fn who_has_no_lease_stores_nothing() {
    // The cache is back when the row has been loaded, but the reader never got a token.
    let mut scenario = script("cache-aside", 12, &[(0.5, 1, Read)]);
    scenario.timings.select = Distribution::Fixed { value: Span::from_secs(3) };
    fault(&mut scenario, 0.2, FaultKind::Crash, Actor::Cache);
    fault(&mut scenario, 2.5, FaultKind::Repair, Actor::Cache);
    let stored = |knobs: &[(Knob, f64)]| {
        let run = run(with(&scenario, knobs));
        assert!(run.audit.reads()[0].row.is_some());
        run.trace.scene(run.trace.end()).entries.len()
    };
    assert_eq!((stored(&[]), stored(&[(Knob::Leases, 1.0)])), (1, 0));
}

#[test]
fn a_reload_before_its_time_renews_the_copy_with_every_way_to_store_it() {
    for (pattern, knobs) in [
        ("cache-aside", &[(Knob::EarlyExpiry, 8.0)][..]),
        ("write-through", &[(Knob::EarlyExpiry, 8.0)]),
        ("cache-aside", &[(Knob::EarlyExpiry, 8.0), (Knob::Leases, 1.0)]),
        ("cache-aside", &[(Knob::EarlyExpiry, 8.0), (Knob::VersionedFills, 1.0)]),
    ] {
        let requests: Vec<_> = (0..24).map(|number| (0.5 + f64::from(number), 1, Read)).collect();
        let mut scenario = script(pattern, 30, &requests);
        scenario.settings.ttl = Some(Span::from_secs(20));
        let run = run(with(&scenario, knobs));
        let loads = loads(&run);
        assert!(loads.len() >= 2 && loads[1] < seconds(20.0), "{pattern} {knobs:?}: {loads:?}");
        let name: std::rc::Rc<str> = RowKey::product(1).cache_key().into();
        let scene = run.trace.scene(seconds(26.0));
        let expires = scene.entries.get(&name).and_then(|entry| entry.expires);
        assert!(expires > Some(seconds(24.0)), "{pattern} {knobs:?}: {expires:?}");
    }
}

#[test]
fn a_late_second_deletion_does_not_undo_a_newer_one() {
    let scenario = script("hybrid-invalidate", 16, &[(0.5, 1, Write), (5.0, 2, Write)]);
    let run = run(with(&scenario, &[(Knob::VersionedFills, 1.0), (Knob::SecondDelete, 8.0)]));
    let name: std::rc::Rc<str> = RowKey::product(1).cache_key().into();
    let value = |at: f64| run.trace.scene(seconds(at)).entries.get(&name).map(|entry| entry.value.to_string());
    assert_eq!(value(4.0).as_deref(), Some("gone 1"));
    assert_eq!((value(9.0).as_deref(), value(12.5).as_deref()), (Some("gone 2"), Some("gone 2")));
}

#[test]
fn near_copies_go_when_the_cache_dies_and_nobody_would_tell_of_changes() {
    let mut scenario = script("cache-aside", 20, &[(0.5, 1, Read), (5.0, 2, Read), (8.0, 3, Read), (14.0, 4, Read)]);
    fault(&mut scenario, 10.0, FaultKind::Crash, Actor::Cache);
    fault(&mut scenario, 11.0, FaultKind::Repair, Actor::Cache);
    let run = run(with(&scenario, &[(Knob::Near, 30.0)]));
    assert!(commands(&run, 3).is_empty(), "it was near");
    assert!(!commands(&run, 4).is_empty(), "it must be asked for again");
}

#[test]
fn those_who_share_a_load_share_the_note_that_there_is_no_row() {
    let mut scenario = script("cache-aside", 8, &[]);
    scenario.timings.select = Distribution::Fixed { value: Span::from_secs(2) };
    scenario.workload = cachescope::workload::Mix {
        rate: 10.0,
        arrivals: cachescope::workload::Arrivals::Even,
        read_share: 1.0,
        keys: 1,
        absent: 1.0,
        ..scenario.workload
    };
    let run = run(with(&scenario, &[(Knob::NegativeTtl, 60.0), (Knob::SingleFlight, 1.0)]));
    let notes = (1..80).flat_map(|request| commands(&run, request)).filter(|text| text.contains("absent"));
    assert_eq!((loads(&run).len(), notes.count()), (1, 1));
}

#[test]
fn nobody_joins_a_load_from_before_a_commit() {
    // Omar loads the old row while Mina's transaction is open, and is long in storing it; Lena asks after Mina was told
    // 'saved'.
    let mut scenario = script("write-through", 20, &[(0.5, 1, Write), (1.9, 2, Read), (6.0, 3, Read)]);
    scenario.timings.cache_timeout = Span::from_secs(6);
    scenario.settings.transaction = true;
    scenario.settings.ttl = Some(Span::from_millis(1500));
    fault(&mut scenario, 3.85, FaultKind::Unreachable, Actor::Cache);
    fault(&mut scenario, 5.5, FaultKind::Repair, Actor::Cache);
    let run = run(with(&scenario, &[(Knob::SingleFlight, 1.0)]));
    assert!(run.audit.writes()[0].told.unwrap() < seconds(6.0));
    let late = run.audit.reads().iter().find(|read| read.started == seconds(6.0)).unwrap();
    assert_eq!(late.freshness, Freshness::Fresh);
}
