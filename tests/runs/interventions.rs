//! What is done to a run counts from its moment on, and changes nothing before.

use cachescope::engine::{Span, VirtualTime};
use cachescope::run::{Run, Session};
use cachescope::scenario::{Action, Intervention, Knob, Scenario, ScenarioError, ready};
use cachescope::workload::Mix;
use cachescope::world::{Actor, Answer, EventKind, Fault, FaultKind};
use proptest::prelude::*;

use super::support::{any_action, any_scenario, cases, needs_replica, run_ready, seconds};

/// The times that an intervention of a paused person is most likely to have: those of events.
fn moment(run: &Run, share: f64) -> VirtualTime {
    let events = run.trace.events();
    let place = (share * events.len() as f64) as usize;
    events.get(place).map_or(run.trace.end(), |event| event.at)
}

proptest! {
    #![proptest_config(cases(120))]

    #[test]
    fn an_intervention_leaves_all_that_was_seen_when_it_was_made(
        scenario in any_scenario(),
        share in 0.0..=1.0,
        action in any_action(),
    ) {
        let run = Run::of(scenario).unwrap();
        let at = moment(&run, share);
        let seen = &run.trace.events()[..run.trace.count_until(at)];
        // A message that is not there can't be taken hold of, and nothing takes the place of a cache without a replica.
        let Ok(changed) = run.with(Intervention { at, action: action.clone() }) else {
            let takes_hold = matches!(action, Action::Meddle { .. });
            prop_assert!(takes_hold || needs_replica(&action));
            return Ok(());
        };
        prop_assert_eq!(seen, &changed.trace.events()[..seen.len()]);
        let before = at - Span::from_nanos(1);
        prop_assert_eq!(run.audit.ledger(before), changed.audit.ledger(before));
        prop_assert_eq!(run.audit.reads_until(before), changed.audit.reads_until(before));
        let marked = |run: &Run| run.audit.marks().iter().filter(|mark| mark.at < at).cloned().collect::<Vec<_>>();
        prop_assert_eq!(marked(&run), marked(&changed));
    }
}

fn set(at: f64, name: Knob, value: f64) -> Intervention {
    Intervention { at: seconds(at), action: Action::Set { name, value } }
}

fn requests_until(run: &Run, at: f64) -> usize {
    let begun = |event: &&cachescope::world::Event| matches!(event.kind, EventKind::RequestStarted { .. });
    run.trace.events().iter().take_while(|event| event.at <= seconds(at)).filter(begun).count()
}

#[test]
fn a_workload_that_begins_in_the_middle_finds_its_rows() {
    let run = run_ready("first-read", Some("write-behind"));
    let busy = run.with(set(1.0, Knob::Rate, 20.0)).unwrap();
    let busier = busy.with(set(2.0, Knob::Keys, 300.0)).unwrap();
    let absent =
        |event: &cachescope::world::Event| matches!(event.kind, EventKind::RequestEnded { answer: Answer::Absent, .. });
    assert!(!busier.trace.events().iter().any(absent), "every row that is asked for is there");
    let rows = |at: f64| busier.trace.scene(seconds(at)).rows.len();
    assert_eq!((rows(0.5), rows(1.5), rows(2.5)), (1, 9, 300));
}

#[test]
fn a_turned_rate_counts_at_once() {
    let slow = Scenario { workload: Mix { rate: 0.01, ..Mix::default() }, ..ready("everyday", None).unwrap() };
    let run = Run::of(slow).unwrap().with(set(5.0, Knob::Rate, 50.0)).unwrap();
    let in_a_second = requests_until(&run, 6.0) - requests_until(&run, 5.0);
    assert!((25..80).contains(&in_a_second), "{in_a_second} requests in a second at a rate of 50");
    let idle = run.with(set(10.0, Knob::Rate, 0.0)).unwrap();
    assert_eq!(requests_until(&idle, 10.0), requests_until(&idle, 40.0));
}

#[test]
fn a_turned_flush_interval_counts_at_once() {
    let mut scenario = ready("everyday", Some("write-behind")).unwrap();
    scenario.settings.flush_interval = Span::from_secs(60);
    let run = Run::of(scenario).unwrap().with(set(8.0, Knob::FlushInterval, 1.0)).unwrap();
    let frame = cachescope::trace::frame(&run.trace, seconds(7.9));
    assert!(frame.flush.is_some_and(|(left, _)| left > Span::from_secs(50)));
    let flushed = run.audit.writes().iter().filter_map(|write| write.durable).min();
    assert!(flushed.is_some_and(|at| at < seconds(13.0)), "{flushed:?}");
}

#[test]
fn a_lifted_limit_lets_held_writes_go() {
    let mut scenario = ready("everyday", Some("write-behind")).unwrap();
    scenario.workload.read_share = 0.0;
    scenario.settings.queue_limit = Some(1);
    scenario.settings.flush_interval = Span::from_secs(600);
    scenario.timings.client_timeout = Span::from_secs(60);
    let run = Run::of(scenario).unwrap().with(set(20.0, Knob::QueueLimit, 0.0)).unwrap();
    let told = |at: f64| run.audit.ledger(seconds(at)).acknowledged;
    assert!(told(20.0) < 4, "{}", told(20.0));
    assert!(told(24.0) > 10, "{}", told(24.0));
}

#[test]
fn a_repaired_application_does_not_crash_between_two_steps_after_all() {
    let run = run_ready("torn-write", None);
    let without_trap = run
        .scenario
        .interventions
        .iter()
        .map(|intervention| Intervention { at: intervention.at.min(seconds(4.6)), ..intervention.clone() });
    let scenario = Scenario { interventions: without_trap.collect(), ..run.scenario.clone() };
    let run = Run::of(scenario).unwrap();
    assert_eq!(run.audit.failures_until(run.trace.end()), 0);
}

#[test]
fn two_faults_at_one_instant_happen_in_their_order() {
    let fault = |fault| Intervention::fault(seconds(9.0), Fault { fault, target: Actor::Flusher });
    let run = run_ready("everyday", Some("write-behind"));
    let crashed = run.with(fault(FaultKind::Repair)).unwrap().with(fault(FaultKind::Crash)).unwrap();
    let repaired = run.with(fault(FaultKind::Crash)).unwrap().with(fault(FaultKind::Repair)).unwrap();
    let up = |run: &Run| cachescope::trace::frame(&run.trace, seconds(9.0)).actor(Actor::Flusher).condition.up;
    assert_eq!((up(&crashed), up(&repaired)), (false, true));
    let flushes = |run: &Run| {
        let due = |event: &&cachescope::world::Event| matches!(event.kind, EventKind::FlushDue { .. });
        run.trace.events().iter().filter(|event| event.at > seconds(9.0)).filter(due).count()
    };
    assert_eq!(flushes(&crashed), 0);
    assert!(flushes(&repaired) > 2);
}

#[test]
fn interventions_at_the_very_start_and_the_very_end_count() {
    let run = run_ready("write-behind-data-loss", None);
    let start = VirtualTime::ZERO;
    let crash = |at| Intervention::fault(at, Fault { fault: FaultKind::Crash, target: Actor::Cache });
    let dead = run.with(crash(start)).unwrap();
    assert!(!cachescope::trace::frame(&dead.trace, start).actor(Actor::Cache).condition.up);
    let run = run_ready("everyday", Some("write-behind"));
    let end = run.trace.end();
    let pending = run.audit.ledger(end).pending;
    assert!(pending > 0);
    assert_eq!(run.with(crash(end)).unwrap().audit.ledger(end).lost, pending);
    let after = crash(run.trace.end() + Span::from_nanos(1));
    assert!(matches!(run.with(after), Err(ScenarioError::TooLate { .. })));
}

#[test]
fn a_typed_command_is_answered_with_its_own_reply() {
    let mut session = Session::new(ready("everyday", None).unwrap()).unwrap();
    for (text, reply) in [("SET a 1", "OK"), ("", ""), ("GET a", "\"1\""), ("GET b", "(nil)")] {
        let action = Action::Command { text: text.to_owned() };
        session.intervene(Intervention { at: seconds(3.0), action }).unwrap();
        assert_eq!(cachescope::run::last_reply(&session.run, seconds(3.0)).as_deref(), Some(reply), "{text}");
    }
}
