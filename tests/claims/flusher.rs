//! The flusher's settings, careless and careful, one by one.

use cachescope::audit::LostCause;
use cachescope::engine::Span;
use cachescope::lessons::find;
use cachescope::run::Run;
use cachescope::scenario::{Intervention, Scenario};
use cachescope::world::{Actor, EventKind, Fault, FaultKind, Settings};

/// The careless and the careful run of a scene, by its place in the exhibit.
fn scene(place: usize) -> (Run, Run) {
    let mut runs = find("WB6").unwrap().proof.run().unwrap().into_iter().skip(2 * place);
    (runs.next().unwrap(), runs.next().unwrap())
}

fn sent(run: &Run, to: Actor) -> Vec<String> {
    let texts = run.trace.events().iter().filter_map(|event| match &event.kind {
        EventKind::Sent { from: Actor::Flusher, to: receiver, parcel, .. } if *receiver == to => {
            Some(parcel.text.to_string())
        }
        _ => None,
    });
    texts.collect()
}

/// The versions in which a row was committed, in order.
fn commits(run: &Run, key: &str) -> Vec<u64> {
    let committed = run.trace.events().iter().filter_map(|event| match &event.kind {
        EventKind::RowCommitted { row } if row.key().cache_key() == key && row.version() > 0 => Some(row.version()),
        _ => None,
    });
    committed.collect()
}

#[test]
fn a_version_check_keeps_an_older_copy_from_replacing_a_newer_one() {
    let (careless, careful) = scene(0);
    assert_eq!(commits(&careless, "product:1"), [3, 1], "the database ends with the older write");
    assert_eq!(commits(&careful, "product:1"), [3]);
    let lost: Vec<_> = careless.audit.lost_writes(careless.trace.end()).map(|write| write.lost()).collect();
    assert!(matches!(lost[..], [Some(lost)] if lost.cause == LostCause::Overwritten), "{lost:?}");
    assert_eq!(careful.audit.ledger(careful.trace.end()).lost, 0);
    assert!(sent(&careful, Actor::Database).iter().all(|statement| statement.contains("AND version < ")));
    assert!(sent(&careless, Actor::Database).iter().all(|statement| !statement.contains("AND version")));
}

#[test]
fn one_transaction_leaves_no_batch_in_part() {
    let (careless, careful) = scene(1);
    let statements = |run: &Run| sent(run, Actor::Database);
    assert!(statements(&careless).iter().all(|text| !text.contains("BEGIN")), "a statement for each row");
    assert!(statements(&careful).iter().all(|text| text.starts_with("BEGIN; ")), "a transaction for all");
    for run in [&careless, &careful] {
        let ledger = run.audit.ledger(run.trace.end());
        assert_eq!((ledger.acknowledged, ledger.durable), (4, 4), "the retry brings all of it in the end");
    }
    let keys = ["order:1", "product:1", "user:1", "order:2"];
    assert!(keys.iter().any(|key| commits(&careless, key).len() == 2), "one was carried out twice");
    assert!(keys.iter().all(|key| commits(&careful, key).len() == 1));
}

#[test]
fn entries_that_stay_queued_survive_their_flusher() {
    let (careless, careful) = scene(2);
    let lost: Vec<_> = careless.audit.lost_writes(careless.trace.end()).collect();
    assert_eq!(lost.len(), 3);
    assert!(lost.iter().all(|write| write.lost().unwrap().cause == LostCause::FlusherCrash));
    assert!(sent(&careless, Actor::Cache).iter().any(|text| text.starts_with("LPOP dirty ")));
    assert!(sent(&careful, Actor::Cache).iter().all(|text| !text.starts_with("LPOP")));
    let ledger = careful.audit.ledger(careful.trace.end());
    assert_eq!((ledger.lost, ledger.durable), (0, 3));
}

fn popped(fault: FaultKind, at: f64) -> Run {
    let mut scenario: Scenario = (find("WB6").unwrap().proof.showings)().remove(4).scenario;
    assert!(scenario.settings.pop_first);
    scenario.interventions.clear();
    let at = cachescope::engine::VirtualTime::from_secs_f64(at);
    scenario.intervene(Intervention::fault(at, Fault { fault, target: Actor::Database }));
    Run::of(scenario).unwrap()
}

#[test]
fn a_batch_that_was_popped_and_failed_is_lost_and_says_so() {
    let run = popped(FaultKind::Crash, 5.0);
    let lost: Vec<_> = run.audit.lost_writes(run.trace.end()).collect();
    assert_eq!(lost.len(), 3);
    for write in &lost {
        let cause = write.lost().unwrap().cause;
        assert_eq!(cause, LostCause::FlushFailed);
        assert!(cause.words().contains("could not write it"));
    }
    let shown = run.audit.marks().iter().filter(|mark| run.audit.sentence(mark).contains("could not write it")).count();
    assert_eq!(shown, 3);
}

#[test]
fn a_popped_batch_is_in_hand_from_the_moment_it_leaves_the_queue() {
    let run = popped(FaultKind::Slow, 5.0);
    let ledger = run.audit.ledger(run.trace.end());
    assert_eq!((ledger.lost, ledger.durable), (0, 3), "slow is not lost");
    let left = run.trace.events().iter().find(|event| matches!(event.kind, EventKind::Unqueued { .. })).unwrap().at;
    assert_eq!(run.trace.scene(left).in_hand.len(), 3);
    assert_eq!(run.audit.ledger(left).pending, 3);
}

#[test]
fn the_careful_settings_are_the_usual_ones() {
    let Settings { pop_first, apart, flush_interval, .. } = Settings::default();
    assert!(!pop_first && !apart && flush_interval > Span::ZERO);
}
