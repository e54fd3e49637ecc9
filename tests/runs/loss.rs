//! The central scene: acknowledged writes that die with the cache.

use cachescope::audit::LostCause;
use cachescope::engine::Span;
use cachescope::world::{Actor, EventKind};

use super::support::run_ready;

const SCENE: &str = "write-behind-data-loss";

#[test]
fn what_was_pending_at_the_crash_is_lost_and_nothing_else() {
    let run = run_ready(SCENE, None);
    let down = |kind: &EventKind| matches!(kind, EventKind::ConditionChanged { actor: Actor::Cache, condition } if !condition.up);
    let crash = run.trace.events().iter().find(|event| down(&event.kind)).unwrap().at;
    let before = run.audit.ledger(crash - Span::from_nanos(1));
    let after = run.audit.ledger(crash);
    assert!(before.pending > 0, "{before:?}");
    assert!(before.durable > 0, "the first flush shows how it should go: {before:?}");
    assert_eq!(before.lost, 0);
    assert_eq!((after.lost, after.pending), (before.pending, 0));
    assert_eq!(run.audit.ledger(run.trace.end()).lost, before.pending);
}

#[test]
fn each_lost_write_names_what_the_database_holds_and_who_reads_it() {
    let run = run_ready(SCENE, None);
    let end = run.trace.end();
    let lost: Vec<_> = run.audit.lost_writes(end).collect();
    for write in &lost {
        let loss = write.lost().unwrap();
        assert_eq!(loss.cause, LostCause::CacheCrash);
        let held = loss.database_holds.as_ref().expect("the row was there before");
        assert_eq!(held.key(), write.key());
        assert!(held.version() < write.write.0);
        assert_ne!(held.headline(), write.row.headline(), "a reader can see the difference");
    }
    let readers: Vec<_> = lost.iter().filter_map(|write| write.lost()?.next_reader.as_ref()).collect();
    assert!(!readers.is_empty(), "somebody reads what is left");
    for write in &lost {
        let loss = write.lost().unwrap();
        if let Some(reader) = &loss.next_reader {
            assert_eq!(reader.row, loss.database_holds, "the next reader gets the database's old row");
        }
    }
}

#[test]
fn no_other_pattern_loses_anything_in_the_same_scene() {
    for pattern in ["cache-aside", "read-through", "write-through", "hybrid-invalidate", "hybrid-update"] {
        let run = run_ready(SCENE, Some(pattern));
        let ledger = run.audit.ledger(run.trace.end());
        assert_eq!((ledger.lost, ledger.pending), (0, 0), "{pattern}");
        assert!(ledger.acknowledged > 0, "{pattern}");
    }
}

#[test]
fn a_crash_after_the_flush_loses_nothing_of_it() {
    let run = run_ready(SCENE, None);
    let written: Vec<_> = run.audit.writes().iter().filter(|write| write.durable.is_some()).collect();
    assert_eq!(written.len(), 3, "the three writes of the first round");
    assert!(written.iter().all(|write| write.lost().is_none()));
}
