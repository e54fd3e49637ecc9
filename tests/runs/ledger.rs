//! The ledger in the hard cases: what is durable, what is lost and why, and who notices.

use cachescope::audit::{LostCause, MarkKind, WriteRecord, WriteState};
use cachescope::engine::{Distribution, Span, VirtualTime};
use cachescope::run::Run;
use cachescope::scenario::{Action, Intervention, Scenario, ScriptedRequest, Step, ready};
use cachescope::world::{Actor, EventKind, Fault, FaultKind, WriteId};

use super::support::seconds;

/// Write-behind with a script: a flush every 6 s, and one write and one read that ask for the same product.
fn behind(requests: &[(f64, Step, &str)], interventions: &[(f64, Action)]) -> Scenario {
    let mut scenario = ready("write-behind-data-loss", None).unwrap();
    scenario.interventions.clear();
    let script = requests.iter().map(|(at, step, key)| ScriptedRequest {
        at: seconds(*at),
        client: 1,
        step: *step,
        key: (*key).to_owned(),
    });
    scenario.script = script.collect();
    for (at, action) in interventions {
        scenario.intervene(Intervention { at: seconds(*at), action: action.clone() });
    }
    scenario
}

fn fault(fault: FaultKind, target: Actor) -> Action {
    Action::Inject(Fault { fault, target }.into())
}

fn typed(text: &str) -> Action {
    Action::Command { text: text.to_owned() }
}

fn lost_causes(run: &Run) -> Vec<(u64, LostCause)> {
    let end = run.trace.end();
    run.audit.lost_writes(end).map(|write| (write.write.0, write.lost().unwrap().cause)).collect()
}

fn write(run: &Run, number: u64) -> &WriteRecord {
    run.audit.write(WriteId(number)).unwrap()
}

const WRITES: [(f64, Step, &str); 3] =
    [(0.2, Step::Write, "product:1"), (0.8, Step::Write, "user:1"), (1.4, Step::Write, "order:1")];

#[test]
fn a_lost_write_stays_lost_when_later_writes_of_the_row_are_saved() {
    let crash = [(4.0, fault(FaultKind::Crash, Actor::Cache)), (5.0, fault(FaultKind::Repair, Actor::Cache))];
    let requests = [(0.2, Step::Write, "product:1"), (7.0, Step::Write, "product:1")];
    let run = Run::of(behind(&requests, &crash)).unwrap();
    assert_eq!(lost_causes(&run), [(1, LostCause::CacheCrash)]);
    assert_eq!(write(&run, 1).durable, None, "the later write does not bring it back");
    assert!(write(&run, 2).durable.is_some());
}

#[test]
fn what_a_typed_command_takes_from_the_queue_is_lost_and_nothing_else() {
    let cases: [(&str, &[u64]); 9] = [
        ("DEL dirty", &[1, 2, 3]),
        ("FLUSHALL", &[1, 2, 3]),
        ("LPOP dirty", &[1]),
        ("RPOP dirty 2", &[2, 3]),
        ("LTRIM dirty 1 1", &[1, 3]),
        ("LSET dirty 1 nonsense", &[2]),
        ("SET dirty text", &[1, 2, 3]),
        ("RENAME dirty elsewhere", &[1, 2, 3]),
        ("RPUSH dirty nonsense", &[]),
    ];
    for (command, lost) in cases {
        let run = Run::of(behind(&WRITES, &[(4.0, typed(command))])).unwrap();
        let expected: Vec<_> = lost.iter().map(|number| (*number, LostCause::Removed)).collect();
        assert_eq!(lost_causes(&run), expected, "{command}");
        let ledger = run.audit.ledger(run.trace.end());
        assert_eq!(ledger.durable, 3 - lost.len(), "{command}");
        let shown = run.trace.scene(seconds(4.0)).lost_queue.len();
        assert_eq!(shown, lost.len(), "{command}: the stage shows what is gone");
    }
}

#[test]
fn a_command_in_another_database_takes_nothing() {
    let commands = [(3.0, typed("SELECT 1")), (3.1, typed("SET product:1 other")), (4.0, typed("FLUSHDB"))];
    let run = Run::of(behind(&WRITES, &commands)).unwrap();
    assert_eq!(lost_causes(&run), []);
    let scene = run.trace.scene(seconds(4.5));
    assert_eq!(scene.entries.len(), 3, "the three rows are still there");
    assert!(scene.entries.values().all(|entry| entry.row.is_some()));
}

#[test]
fn an_expired_or_evicted_queue_is_lost_with_its_cause() {
    let run = Run::of(behind(&WRITES, &[(3.5, typed("EXPIRE dirty 1"))])).unwrap();
    assert_eq!(lost_causes(&run), [(1, LostCause::Expired), (2, LostCause::Expired), (3, LostCause::Expired)]);
    let mut scenario = behind(&WRITES, &[(4.0, typed("SET large aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"))]);
    scenario.memory.maxmemory = 300;
    scenario.memory.policy = cachescope::redis::EvictionPolicy::AllKeysLru;
    let run = Run::of(scenario).unwrap();
    let causes = lost_causes(&run);
    assert!(!causes.is_empty() && causes.iter().all(|(_, cause)| *cause == LostCause::Evicted), "{causes:?}");
}

#[test]
fn a_copy_that_expires_before_the_flush_makes_stale_readers_but_loses_nothing() {
    let mut scenario = behind(&[(0.2, Step::Write, "product:1"), (4.0, Step::Read, "product:1")], &[]);
    scenario.settings.ttl = Some(Span::from_secs(1));
    let run = Run::of(scenario).unwrap();
    assert_eq!(run.audit.reads_until(run.trace.end()).stale, 1);
    assert_eq!(run.audit.ledger(run.trace.end()).durable, 1);
}

/// When the flusher's message of this kind to that actor leaves for the first time after the first flush is due.
fn flusher_sends(run: &Run, to: Actor, starts: &str) -> VirtualTime {
    let sent = run.trace.events().iter().find(|event| {
        matches!(&event.kind, EventKind::Sent { from: Actor::Flusher, to: receiver, parcel, .. }
            if *receiver == to && parcel.text.starts_with(starts))
    });
    sent.unwrap().at
}

#[test]
fn a_flusher_that_dies_at_any_moment_loses_nothing_while_the_cache_lives() {
    let calm = Run::of(behind(&WRITES, &[])).unwrap();
    let moments: Vec<VirtualTime> = calm.trace.events().iter().map(|event| event.at).collect();
    for at in moments.into_iter().filter(|at| (seconds(5.9)..seconds(12.0)).contains(at)) {
        let crash = Intervention::fault(at, Fault { fault: FaultKind::Crash, target: Actor::Flusher });
        let repair = Intervention::fault(seconds(12.5), Fault { fault: FaultKind::Repair, target: Actor::Flusher });
        let run = calm.with(crash).unwrap().with(repair).unwrap();
        let ledger = run.audit.ledger(run.trace.end());
        assert_eq!((ledger.lost, ledger.durable), (0, 3), "crash at {at}");
        for write in run.audit.writes() {
            assert_eq!(write.lost(), None, "crash at {at}");
        }
    }
}

/// A flusher that takes entries out of the queue first dies while its statement is on its way. The database gets them all
/// the same, a little later.
#[test]
fn a_write_that_was_given_up_and_reaches_the_database_was_lost_until_then() {
    let mut scenario = behind(&WRITES, &[]);
    scenario.settings.pop_first = true;
    let calm = Run::of(scenario).unwrap();
    let end = calm.trace.end();
    let committed = write(&calm, 1).durable.unwrap();
    let crash = committed - Span::from_millis(100);
    let run = calm.with(Intervention { at: crash, action: fault(FaultKind::Crash, Actor::Flusher) }).unwrap();
    assert_eq!((run.audit.ledger(crash).lost, run.audit.ledger(committed).lost), (3, 0));
    let [loss] = &write(&run, 1).losses[..] else { panic!("{:?}", write(&run, 1).losses) };
    assert_eq!((loss.at, loss.cause), (crash, LostCause::FlusherCrash));
    assert_eq!((write(&run, 1).lost(), write(&run, 1).lost_at(crash)), (None, Some(loss)));
    assert_eq!((lost_causes(&run).len(), run.audit.ledger(end).durable), (0, 3));
    // Whoever looks at the run as it was before the commit sees the same.
    let before = committed - Span::from_nanos(1);
    let short = Run::of(Scenario { duration: before.since(VirtualTime::ZERO), ..run.scenario.clone() }).unwrap();
    assert_eq!(short.audit.ledger(before), run.audit.ledger(before));
    assert!(short.audit.marks().iter().all(|mark| run.audit.marks().contains(mark)));
    let told = run.audit.marks().iter().find(|mark| mark.kind == MarkKind::Lost).map(|mark| run.audit.sentence(mark));
    assert!(told.as_ref().is_some_and(|told| told.contains("the database had it after all at")), "{told:?}");
}

#[test]
fn a_cache_that_dies_at_any_moment_loses_just_what_does_not_reach_the_database() {
    let calm = Run::of(behind(&WRITES, &[])).unwrap();
    let moments: Vec<VirtualTime> = calm.trace.events().iter().map(|event| event.at).collect();
    for at in moments {
        let crash = Intervention::fault(at, Fault { fault: FaultKind::Crash, target: Actor::Cache });
        let run = calm.with(crash).unwrap();
        let end = run.trace.end();
        let held = run.trace.scene(end);
        for write in run.audit.writes().iter().filter(|write| write.told.is_some()) {
            let in_database = held.rows.get(&write.key()).unwrap().row.version() == write.write.0;
            let expected = if in_database { WriteState::Durable } else { WriteState::Lost };
            assert_eq!(write.state(end), Some(expected), "{:?}, crash at {at}", write.write);
        }
    }
}

#[test]
fn a_batch_whose_confirmation_is_lost_is_durable_once_and_written_again() {
    let calm = Run::of(behind(&WRITES, &[])).unwrap();
    let trim = flusher_sends(&calm, Actor::Cache, "LTRIM");
    let cut = Intervention::fault(trim, Fault { fault: FaultKind::Unreachable, target: Actor::Cache });
    let heal = Intervention::fault(seconds(11.0), Fault { fault: FaultKind::Repair, target: Actor::Cache });
    let run = calm.with(cut).unwrap().with(heal).unwrap();
    let commits = run
        .trace
        .events()
        .iter()
        .filter(|event| matches!(&event.kind, EventKind::RowCommitted { row } if row.version() == 1));
    assert_eq!(commits.count(), 2, "the batch stays in the queue and is written again");
    assert!(run.audit.writes().iter().all(|write| write.durable.is_some_and(|at| at < trim)));
    assert_eq!(lost_causes(&run), []);
}

#[test]
fn a_database_that_dies_in_the_middle_of_a_batch_gets_it_again() {
    let calm = Run::of(behind(&WRITES, &[])).unwrap();
    let begin = flusher_sends(&calm, Actor::Database, "BEGIN");
    for after in [100, 500, 700, 950, 1200, 1500, 1900] {
        let at = begin + Span::from_millis(after);
        let crash = Intervention::fault(at, Fault { fault: FaultKind::Crash, target: Actor::Database });
        let repair = Intervention::fault(seconds(10.0), Fault { fault: FaultKind::Repair, target: Actor::Database });
        let run = calm.with(crash).unwrap().with(repair).unwrap();
        let ledger = run.audit.ledger(run.trace.end());
        assert_eq!((ledger.lost, ledger.durable, ledger.pending), (0, 3, 0), "{after} ms after BEGIN was sent");
        let in_parts = |at| (1..3).contains(&run.audit.ledger(at).durable);
        assert!(!run.trace.events().iter().any(|event| in_parts(event.at)), "a transaction is all or nothing");
    }
}

#[test]
fn a_write_that_an_older_one_overwrites_is_lost() {
    let mut found = 0;
    for seed in 0..40 {
        let requests: Vec<_> = (0..8).map(|number| (0.2 + f64::from(number) * 2.2, Step::Write, "product:1")).collect();
        let mut scenario = behind(&requests, &[]);
        scenario.seed = seed;
        scenario.settings.flush_interval = Span::from_secs(20);
        scenario.settings.coalesce = false;
        scenario.settings.apart = true;
        scenario.timings.write = Distribution::Uniform { low: Span::from_millis(10), high: Span::from_millis(900) };
        let run = Run::of(scenario).unwrap();
        let end = run.trace.end();
        let held = run.trace.scene(end).rows.get(&run.audit.writes()[0].key()).unwrap().row.version();
        for write in run.audit.writes() {
            // All eight follow one another, so what the database holds in the end undoes all that came after it.
            let expected = if write.write.0 > held { WriteState::Lost } else { WriteState::Durable };
            assert_eq!(write.state(end), Some(expected), "seed {seed}, {:?} of {held}", write.write);
        }
        found += usize::from(lost_causes(&run).iter().any(|(_, cause)| *cause == LostCause::Overwritten));
    }
    assert!(found > 5, "{found} of 40 runs end with an old row");
}

#[test]
fn a_client_that_never_gets_its_saved_was_not_told() {
    let run = Run::of(behind(&WRITES[..1], &[])).unwrap();
    let answered = run.trace.events().iter().find(|event| matches!(event.kind, EventKind::Answered { .. })).unwrap().at;
    let crash = Fault { fault: FaultKind::Crash, target: Actor::App };
    let run = run.with(Intervention::fault(answered, crash)).unwrap();
    let write = write(&run, 1);
    assert_eq!(write.told, None);
    assert!(write.failed.is_some() && write.durable.is_some(), "saved all the same, but nobody was told");
    assert_eq!(run.audit.ledger(run.trace.end()).acknowledged, 0);
}

#[test]
fn a_write_that_is_lost_before_its_saved_arrives_is_lost_when_it_arrives() {
    let run = Run::of(behind(&WRITES[..1], &[])).unwrap();
    let answered = run.trace.events().iter().find(|event| matches!(event.kind, EventKind::Answered { .. })).unwrap().at;
    let run = run.with(Intervention { at: answered, action: typed("DEL dirty") }).unwrap();
    let write = write(&run, 1);
    let lost = write.lost().unwrap();
    assert_eq!((lost.cause, Some(lost.at)), (LostCause::Removed, write.told));
}

#[test]
fn a_read_that_was_answered_before_the_loss_is_not_its_next_reader() {
    let requests = [(0.2, Step::Write, "product:1"), (2.4, Step::Read, "product:1"), (7.0, Step::Read, "product:1")];
    let calm = Run::of(behind(&requests, &[])).unwrap();
    let answered = |event: &&cachescope::world::Event| {
        matches!(&event.kind, EventKind::Answered { answer: cachescope::world::Answer::Found { .. }, .. })
    };
    let at = calm.trace.events().iter().find(answered).unwrap().at;
    let crash = Intervention::fault(at, Fault { fault: FaultKind::Crash, target: Actor::Cache });
    let repair = Intervention::fault(seconds(6.5), Fault { fault: FaultKind::Repair, target: Actor::Cache });
    let run = calm.with(crash).unwrap().with(repair).unwrap();
    let reader = write(&run, 1).lost().unwrap().next_reader.as_ref().unwrap();
    assert_eq!(reader.row.as_ref().map(cachescope::database::Row::version), Some(0));
    assert!(reader.at > seconds(7.0));
}

#[test]
fn marks_are_in_the_order_of_their_times() {
    for pattern in &cachescope::patterns::ALL {
        let run = super::support::run_ready("write-behind-data-loss", Some(pattern.id));
        assert!(run.audit.marks().is_sorted_by_key(|mark| mark.at), "{}", pattern.id);
    }
}
