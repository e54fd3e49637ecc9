//! What holds of every run, whatever the pattern and the faults.

use std::collections::BTreeSet;

use cachescope::audit::{LostCause, WriteState};
use cachescope::engine::VirtualTime;
use cachescope::run::{ExportFormat, Run, export};
use cachescope::scenario::{Action, Intervention};
use cachescope::world::{Actor, Deed, EventKind, Fault, FaultKind, WriteId};
use proptest::prelude::*;

use super::support::{any_scenario, cases, run_ready, seconds};

fn times(run: &Run) -> Vec<VirtualTime> {
    let times: BTreeSet<_> = run.trace.events().iter().map(|event| event.at).collect();
    times.into_iter().collect()
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn the_ledger_adds_up_at_every_time(scenario in any_scenario()) {
        let run = Run::of(scenario).unwrap();
        let mut last = 0;
        for at in times(&run) {
            let ledger = run.audit.ledger(at);
            prop_assert_eq!(ledger.acknowledged, ledger.durable + ledger.pending + ledger.lost);
            prop_assert!(ledger.acknowledged >= last, "nobody can be told 'saved' and then not have been");
            last = ledger.acknowledged;
            let of_state = |state| run.audit.writes().iter().filter(|write| write.state(at) == Some(state)).count();
            prop_assert_eq!(of_state(WriteState::Lost), ledger.lost);
            prop_assert_eq!(of_state(WriteState::Pending), ledger.pending);
            prop_assert_eq!(of_state(WriteState::Durable), ledger.durable);
        }
    }

    #[test]
    fn durable_means_in_the_database_and_lost_means_never_there(scenario in any_scenario()) {
        let run = Run::of(scenario).unwrap();
        let mut committed = BTreeSet::new();
        for event in run.trace.events() {
            if let EventKind::RowCommitted { row } = &event.kind {
                committed.insert(WriteId(row.version()));
            }
        }
        for write in run.audit.writes() {
            if write.durable.is_some() {
                let carrier = write.coalesced_into.unwrap_or(write.write);
                prop_assert!(committed.contains(&carrier), "{:?} is durable without a commit", write.write);
            }
            let was_there = |cause| matches!(cause, LostCause::Overwritten | LostCause::Failover);
            if write.lost().is_some_and(|lost| !was_there(lost.cause)) {
                prop_assert!(!committed.contains(&write.write), "{:?} is lost and committed", write.write);
            }
        }
    }

    #[test]
    fn only_write_behind_loses_what_it_acknowledged(scenario in any_scenario()) {
        let run = Run::of(scenario).unwrap();
        if run.scenario.pattern == "write-behind" {
            return Ok(());
        }
        // Others lose only what the database itself loses, or is told to write twice.
        let doubles = |action: &Action| match action {
            Action::Inject(incident) => incident.fault.fault == FaultKind::Duplicate,
            Action::Meddle { deed, .. } => *deed == Deed::Duplicate,
            _ => false,
        };
        let some_double = run.scenario.interventions.iter().any(|intervention| doubles(&intervention.action));
        for lost in run.audit.writes().iter().filter_map(|write| write.lost()) {
            let expected = lost.cause == LostCause::Failover || (some_double && lost.cause == LostCause::Overwritten);
            prop_assert!(expected, "lost, as {}", lost.cause.words());
        }
        prop_assert_eq!(run.audit.ledger(run.trace.end()).pending, 0);
    }

    #[test]
    fn a_pending_write_is_always_in_the_queue_or_in_hand(scenario in any_scenario()) {
        let run = Run::of(scenario).unwrap();
        for at in times(&run) {
            let scene = run.trace.scene(at);
            for write in run.audit.pending_writes(at) {
                let held = scene.is_dirty(write.write.0) || scene.in_hand.contains(&write.write);
                // A write that a flusher crash let go of while its statement was on its way is durable soon.
                prop_assert!(held || write.durable.is_some(), "{:?} is pending and nowhere at {at}", write.write);
            }
        }
    }

    #[test]
    fn every_message_is_sent_once_and_arrives_or_is_lost_once(scenario in any_scenario()) {
        let run = Run::of(scenario).unwrap();
        let (mut sent, mut ended) = (BTreeSet::new(), BTreeSet::new());
        for event in run.trace.events() {
            match &event.kind {
                EventKind::Sent { message, arrives, .. } => {
                    prop_assert!(sent.insert(*message));
                    prop_assert!(*arrives >= event.at);
                }
                EventKind::Arrived { message } | EventKind::MessageLost { message, .. } => {
                    prop_assert!(sent.contains(message) && ended.insert(*message));
                }
                _ => {}
            }
        }
    }

    #[test]
    fn every_request_ends_once_and_only_after_it_began(scenario in any_scenario()) {
        let run = Run::of(scenario).unwrap();
        let (mut open, mut ended) = (BTreeSet::new(), BTreeSet::new());
        for event in run.trace.events() {
            match &event.kind {
                EventKind::RequestStarted { request, client, .. } => {
                    prop_assert!(matches!(client, Actor::Client(_)));
                    prop_assert!(open.insert(*request));
                }
                EventKind::RequestEnded { request, .. } => {
                    prop_assert!(open.contains(request) && ended.insert(*request));
                }
                _ => {}
            }
        }
        let patience = run.scenario.timings.client_timeout;
        for event in run.trace.events() {
            if let EventKind::RequestStarted { request, .. } = &event.kind {
                prop_assert!(ended.contains(request) || event.at + patience >= run.trace.end());
            }
        }
    }

    #[test]
    fn every_run_can_be_exported(scenario in any_scenario()) {
        let run = Run::of(scenario).unwrap();
        let json: serde_json::Value = serde_json::from_str(&export(&run, ExportFormat::Json)).unwrap();
        prop_assert_eq!(json["events"].as_array().unwrap().len(), run.trace.events().len());
        prop_assert!(export(&run, ExportFormat::Csv).starts_with("seconds,actor,event\n"));
        prop_assert!(export(&run, ExportFormat::Mermaid).starts_with("sequenceDiagram\n"));
    }
}

#[test]
fn a_diagram_tells_lost_messages_and_how_each_actor_is() {
    let calm = run_ready("everyday", None);
    let cut = Intervention::fault(seconds(5.0), Fault { fault: FaultKind::Unreachable, target: Actor::Cache });
    let diagram = export(&calm.with(cut).unwrap(), ExportFormat::Mermaid);
    assert!(diagram.contains("    App-xCache: GET"), "{diagram}");
    assert!(diagram.contains("Note over Cache: Cache is cut off at 5.00 s"), "{diagram}");
    assert!(!export(&calm, ExportFormat::Mermaid).contains("-x"));
}
