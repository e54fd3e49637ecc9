//! What each fault does, measured; and that it ends when it is told to.

use cachescope::audit::{Freshness, LostCause, WriteState};
use cachescope::database::Value;
use cachescope::engine::{Span, VirtualTime};
use cachescope::redis::EvictionPolicy;
use cachescope::run::Run;
use cachescope::scenario::{Action, Intervention, Knob, Scenario, ScenarioError, Step, ready, scripted};
use cachescope::trace::frame;
use cachescope::workload::Mix;
use cachescope::world::{
    Actor, Answer, CacheMemory, Condition, Deed, Details, EventKind, Fault, FaultKind, Incident, MessageId, ParcelKind,
    RequestId, Source,
};

use super::support::{run_ready, seconds};

fn incident(at: f64, fault: FaultKind, target: Actor, details: Details) -> Intervention {
    Intervention::fault(seconds(at), Incident { fault: Fault { fault, target }, details })
}

fn lasting(secs: f64) -> Details {
    Details { lasts: Some(Span::from_secs_f64(secs)), ..Details::default() }
}

fn condition(run: &Run, actor: Actor, at: f64) -> Condition {
    frame(&run.trace, seconds(at)).actor(actor).condition
}

fn lost(run: &Run) -> Vec<(u64, LostCause)> {
    let lost = run.audit.writes().iter().filter_map(|write| Some((write.write.0, write.lost()?.cause)));
    lost.collect()
}

fn stale(run: &Run) -> usize {
    run.audit.reads().iter().filter(|read| matches!(read.freshness, Freshness::Stale { .. })).count()
}

/// The first message of that kind that is sent to `to` at or after a time, and when.
fn message(run: &Run, to: Actor, kind: ParcelKind, after: f64) -> (MessageId, VirtualTime, VirtualTime) {
    let found =
        run.trace.events().iter().filter(|event| event.at >= seconds(after)).find_map(|event| match &event.kind {
            EventKind::Sent { message, to: receiver, parcel, arrives, .. }
                if *receiver == to && parcel.kind == kind =>
            {
                Some((*message, event.at, *arrives))
            }
            _ => None,
        });
    found.unwrap()
}

fn meddled(run: &Run, at: VirtualTime, message: MessageId, deed: Deed) -> Run {
    run.with(Intervention { at, action: Action::Meddle { message, deed } }).unwrap()
}

fn arrival(run: &Run, wanted: MessageId) -> Option<VirtualTime> {
    run.trace.events().iter().find_map(|event| match &event.kind {
        EventKind::Arrived { message } if *message == wanted => Some(event.at),
        _ => None,
    })
}

#[test]
fn a_failover_loses_exactly_the_acknowledged_commits_that_had_not_been_shipped() {
    let run = run_ready("failover", None);
    let at = run.scenario.interventions[0].at;
    let unshipped = |event: &cachescope::world::Event| match &event.kind {
        EventKind::RowCommitted { row }
            if row.version() > 0 && event.at + Span::from_secs(3) > at && event.at <= at =>
        {
            Some((row.version(), LostCause::Failover))
        }
        _ => None,
    };
    let expected: Vec<(u64, LostCause)> = run.trace.events().iter().filter_map(unshipped).collect();
    assert_eq!(expected.len(), 2);
    assert_eq!(lost(&run), expected);
    let before = run.audit.ledger(at - Span::from_nanos(1));
    let after = run.audit.ledger(at);
    assert_eq!((before.durable, before.lost), (4, 0));
    assert_eq!((after.durable, after.lost), (2, 2));
    let marks: Vec<String> = run.audit.marks().iter().map(|mark| run.audit.sentence(mark)).collect();
    assert!(marks.iter().any(|text| text.contains("the failover to a replica that lagged behind")), "{marks:?}");
    // The database serves again, with the older rows, and takes new writes.
    let rows = |at| frame(&run.trace, at).rows.into_iter().map(|row| row.row.version()).collect::<Vec<_>>();
    assert_eq!((rows(at - Span::from_nanos(1)), rows(run.trace.end())), (vec![4, 3, 2], vec![0, 1, 2]));
    assert!(run.audit.reads().iter().any(|read| matches!(read.freshness, Freshness::AfterLoss { .. })));
    let in_step = Details { lag: Some(Span::ZERO), ..lasting(3.0) };
    let scenario = Scenario { interventions: Vec::new(), ..run.scenario.clone() };
    let in_step =
        Run::of(scenario).unwrap().with(incident(9.5, FaultKind::Failover, Actor::Database, in_step)).unwrap();
    assert_eq!(lost(&in_step), []);
}

#[test]
fn a_write_that_the_queue_still_has_survives_a_failover() {
    // The failover comes between the flush's commit and the queue's trimming.
    let calm = run_ready("everyday", Some("write-behind"));
    let commit = calm.trace.events().iter().find_map(|event| match &event.kind {
        EventKind::RowCommitted { row } if row.version() > 0 => Some((event.at, row.version())),
        _ => None,
    });
    let (at, version) = commit.unwrap();
    let strike =
        Intervention::fault(at + Span::from_millis(10), Fault { fault: FaultKind::Failover, target: Actor::Database });
    let run = calm.with(strike).unwrap();
    assert_eq!(lost(&run), []);
    let states = |at: VirtualTime| {
        let ledger = run.audit.ledger(at);
        (ledger.durable, ledger.pending)
    };
    let write = &run.audit.writes()[version as usize - 1];
    let [.., (_, WriteState::Durable), (gone, WriteState::Pending), (back, WriteState::Durable)] = write.states()[..]
    else {
        panic!("{:?}", write.states())
    };
    assert_eq!(states(gone).0, 0, "what was durable waits in the queue again");
    assert!(states(gone).1 > 0 && states(back).0 > 0);
}

#[test]
fn a_cache_comes_back_with_what_its_disk_had_and_answers_loading_meanwhile() {
    let snapshot = run_ready("restart-snapshot", None);
    let file = run_ready("restart-file", None);
    let crash = snapshot.scenario.interventions[0].at;
    let pending = |run: &Run| run.audit.ledger(crash - Span::from_nanos(1)).pending;
    assert_eq!(pending(&snapshot), pending(&file));
    let (lost_snapshot, lost_file) = (lost(&snapshot).len(), lost(&file).len());
    assert!(lost_file < lost_snapshot && lost_snapshot < pending(&snapshot), "{lost_file} {lost_snapshot}");
    // Under everysec, what was acknowledged more than about a second before the crash is safe.
    for write in file.audit.writes().iter().filter(|write| write.lost().is_some()) {
        assert!(write.told.unwrap() + Span::from_millis(1_600) > crash, "{:?}", write.told);
    }
    for run in [&snapshot, &file] {
        assert!(!condition(run, Actor::Cache, 16.4).up && condition(run, Actor::Cache, 16.6).restarting);
        let well = crash + Span::from_secs(8);
        assert_eq!(frame(&run.trace, well).actor(Actor::Cache).condition, Condition::HEALTHY);
    }
    let typed = Action::Command { text: "GET product:1".to_owned() };
    let typed = file.with(Intervention { at: seconds(16.7), action: typed }).unwrap();
    let reply = cachescope::run::last_reply(&typed, seconds(16.7)).unwrap();
    assert_eq!(reply, "(error) LOADING Redis is loading the dataset in memory");
}

#[test]
fn a_file_that_reaches_the_disk_every_second_loses_at_most_about_that() {
    let mut scenario = run_ready("restart-file", None).scenario;
    scenario.interventions.clear();
    let calm = Run::of(scenario).unwrap();
    let told: Vec<VirtualTime> = calm.audit.writes().iter().filter_map(|write| write.told).collect();
    let mut losses = 0;
    for at in told.into_iter().map(|told| told + Span::from_millis(20)) {
        let incident =
            Incident { fault: Fault { fault: FaultKind::Crash, target: Actor::Cache }, details: lasting(2.0) };
        let run = calm.with(Intervention::fault(at, incident)).unwrap();
        for write in run.audit.writes().iter().filter(|write| write.lost().is_some()) {
            // A second until the file is forced to the disk, and half of one for that.
            assert!(write.told.unwrap() + Span::from_millis(1_500) > at, "{:?} at {at}", write.told);
            losses += 1;
        }
    }
    assert!(losses > 0, "but some are lost");
}

#[test]
fn a_cache_can_be_started_from_nothing_though_its_disk_has_all() {
    let file = run_ready("restart-file", None);
    let restart = |source| incident(17.0, FaultKind::Restart, Actor::Cache, Details { source, ..Details::default() });
    let kept = file.with(restart(Some(Source::Aof))).unwrap();
    let bare = file.with(restart(Some(Source::Nothing))).unwrap();
    assert!(lost(&bare).len() > lost(&kept).len());
    assert!(lost(&bare).iter().all(|(_, cause)| *cause == LostCause::CacheCrash));
    let none = run_ready("everyday", None).with(restart(Some(Source::Rdb))).map(drop);
    let error = none.unwrap_err().to_string();
    assert!(error.contains("snapshots"), "{error}");
}

#[test]
fn memory_pressure_evicts_by_the_policy_and_gives_the_memory_back() {
    let run = run_ready("queue-evicted", None);
    assert!(lost(&run).iter().any(|(_, cause)| *cause == LostCause::Evicted), "{:?}", lost(&run));
    assert!(condition(&run, Actor::Cache, 15.0).squeezed && !condition(&run, Actor::Cache, 22.5).squeezed);
    // Where nothing may be evicted, commands that need memory are refused.
    let mut scenario = Scenario { memory: CacheMemory::default(), ..run.scenario.clone() };
    assert_eq!(scenario.memory.policy, EvictionPolicy::NoEviction);
    scenario.pattern = "hybrid-update".to_owned();
    let refusing = Run::of(scenario).unwrap();
    let refused = |event: &&cachescope::world::Event| matches!(&event.kind, EventKind::Sent { parcel, .. } if parcel.text.starts_with("OOM "));
    let times: Vec<VirtualTime> = refusing.trace.events().iter().filter(refused).map(|event| event.at).collect();
    assert!(times.iter().all(|at| (seconds(14.0)..seconds(22.1)).contains(at)) && !times.is_empty(), "{times:?}");
    let evicted = |at| run.trace.scene(seconds(at)).cache.evicted;
    assert!(evicted(14.0) > 0 && evicted(26.0) == evicted(22.5));
}

#[test]
fn a_doubled_statement_that_waits_for_a_lock_waits_as_one() {
    // Mina's transaction has the row; Omar's update waits for it, and so does its double on the same connection.
    let requests = [(0.5, 1, Step::Write, "product:1"), (0.7, 2, Step::Write, "product:1")];
    let mut scenario = scripted("write-through", 20, &requests);
    Knob::Transaction.set_in_scenario(&mut scenario, 1.0);
    let run = Run::of(scenario).unwrap();
    let sent = run.trace.events().iter().find_map(|event| match &event.kind {
        EventKind::Sent { parcel, request: Some(RequestId(2)), .. } if parcel.text.starts_with("UPDATE") => {
            Some(event.at)
        }
        _ => None,
    });
    let fault = Fault { fault: FaultKind::Duplicate, target: Actor::Database };
    let doubled = run.with(Intervention::fault(sent.unwrap() - Span::from_nanos(1), fault)).unwrap();
    let durable = |run: &Run| run.audit.ledger(run.trace.end()).durable;
    assert_eq!((durable(&run), durable(&doubled)), (2, 2));
}

#[test]
fn a_burst_raises_the_line_at_the_database_and_ends() {
    let workload = Mix { rate: 1.5, read_share: 0.8, keys: 60, skew: 0.4, ..Mix::default() };
    let calm = Run::of(Scenario { seed: 3, workload, ..ready("everyday", None).unwrap() }).unwrap();
    let eightfold = Details { factor: Some(8.0), ..lasting(6.0) };
    let run = calm.with(incident(8.0, FaultKind::Burst, Actor::App, eightfold)).unwrap();
    let started = |run: &Run, from: f64, to: f64| {
        let begun = |event: &&cachescope::world::Event| {
            (seconds(from)..seconds(to)).contains(&event.at) && matches!(event.kind, EventKind::RequestStarted { .. })
        };
        run.trace.events().iter().filter(begun).count()
    };
    assert!(started(&run, 8.0, 14.0) > 5 * started(&calm, 8.0, 14.0));
    assert!(started(&run, 14.0, 30.0) < 2 * started(&calm, 14.0, 30.0) + 10);
    let longest = |run: &Run| {
        let waiting = run.trace.events().iter().filter_map(|event| match event.kind {
            EventKind::LoadChanged { actor: Actor::Database, waiting, .. } => Some(waiting),
            _ => None,
        });
        waiting.max().unwrap_or(0)
    };
    assert!(longest(&run) > 2 * longest(&calm), "{} {}", longest(&run), longest(&calm));
    let slowest = |run: &Run| run.audit.read_latencies().quantiles(run.trace.end()).p99;
    assert!(slowest(&run) > slowest(&calm), "{:?} {:?}", slowest(&run), slowest(&calm));
    let idle = ready("first-read", None).unwrap();
    let burst = incident(1.0, FaultKind::Burst, Actor::App, Details::default());
    assert_eq!(Run::of(idle).unwrap().with(burst).map(drop), Err(ScenarioError::NoRate));
}

#[test]
fn faults_of_one_actor_end_each_by_itself() {
    let mut scenario = ready("everyday", None).unwrap();
    let slow = |factor| Details { factor: Some(factor), ..lasting(6.0) };
    scenario.intervene(incident(2.0, FaultKind::Slow, Actor::Database, slow(4.0)));
    scenario.intervene(incident(4.0, FaultKind::Slow, Actor::Database, Details { factor: Some(20.0), ..lasting(2.0) }));
    scenario.intervene(incident(5.0, FaultKind::Unreachable, Actor::Database, lasting(4.0)));
    scenario.intervene(incident(11.0, FaultKind::Crash, Actor::Database, lasting(2.0)));
    scenario.intervene(incident(12.0, FaultKind::Repair, Actor::Database, Details::default()));
    scenario.intervene(incident(12.5, FaultKind::Crash, Actor::Database, lasting(3.0)));
    let run = Run::of(scenario).unwrap();
    let of = |at| {
        let Condition { up, reachable, slowness, .. } = condition(&run, Actor::Database, at);
        (up, reachable, slowness)
    };
    assert_eq!(of(3.0), (true, true, 4));
    assert_eq!(of(5.5), (true, false, 20));
    assert_eq!(of(6.5), (true, false, 4));
    assert_eq!(of(8.5), (true, false, 1));
    assert_eq!(of(9.5), (true, true, 1));
    assert_eq!((of(11.5).0, of(12.2).0), (false, true));
    assert_eq!((of(13.5).0, of(15.6).0), (false, true), "the first crash's end does not end the second crash");
}

#[test]
fn a_delayed_deletion_leaves_the_old_row_until_it_comes() {
    let run = run_ready("delayed-delete", None);
    assert_eq!(stale(&run), 1);
    let prompt = Run::of(Scenario { interventions: Vec::new(), ..run.scenario.clone() }).unwrap();
    assert_eq!(stale(&prompt), 0);
}

/// Of the messages to the cache in a long run, how many are lost under a fault of half of them for ten seconds.
#[test]
fn a_share_of_the_messages_is_drawn_from_a_stream_of_its_own() {
    let workload = Mix { rate: 20.0, ..Mix::default() };
    let scenario = Scenario { workload, duration: Span::from_secs(14), ..ready("everyday", None).unwrap() };
    let calm = Run::of(scenario).unwrap();
    let details = Details { share: Some(0.5), from: Some(Actor::App), ..lasting(10.0) };
    let run = calm.with(incident(2.0, FaultKind::Drop, Actor::Cache, details)).unwrap();
    let seen = |run: &Run, lost: bool| {
        let counts = |event: &&cachescope::world::Event| match &event.kind {
            EventKind::Sent { from: Actor::App, to: Actor::Cache, .. } => {
                !lost && (seconds(2.0)..seconds(12.0)).contains(&event.at)
            }
            EventKind::MessageLost { .. } => lost,
            _ => false,
        };
        run.trace.events().iter().filter(counts).count() as f64
    };
    let share = seen(&run, true) / seen(&run, false);
    assert!((0.4..0.6).contains(&share), "{share}");
    let demands = |run: &Run| {
        let started = |event: &cachescope::world::Event| match &event.kind {
            EventKind::RequestStarted { operation, .. } => Some((event.at, operation.clone())),
            _ => None,
        };
        run.trace.events().iter().filter_map(started).collect::<Vec<_>>()
    };
    assert_eq!(demands(&run), demands(&calm), "people ask for the same");
}

#[test]
fn a_held_message_waits_for_its_release_and_only_that_one() {
    let run = run_ready("hybrid-delete", None);
    let (delete, sent, arrives) = message(&run, Actor::Cache, ParcelKind::Invalidation, 5.0);
    let half_way = sent + Span::from_nanos(arrives.since(sent).as_nanos() / 2);
    let held = meddled(&run, half_way, delete, Deed::Hold);
    assert_eq!(arrival(&held, delete), None);
    assert_eq!(stale(&held), 1, "the reader meets the copy that should have been deleted");
    let packet = |run: &Run, at| frame(&run.trace, at).packets.into_iter().find(|packet| packet.message == delete);
    let shown = packet(&held, half_way + Span::from_secs(1)).unwrap();
    assert!(shown.held && (shown.progress - 0.5).abs() < 1e-6, "{shown:?}");
    let released = meddled(&held, half_way + Span::from_secs(2), delete, Deed::Release);
    assert_eq!(arrival(&released, delete), Some(arrives + Span::from_secs(2)));
    let delayed = meddled(&run, half_way, delete, Deed::Delay(Span::from_secs(2)));
    assert_eq!(arrival(&delayed, delete), arrival(&released, delete));
    let dropped = meddled(&held, half_way + Span::from_secs(2), delete, Deed::Drop);
    assert_eq!(arrival(&dropped, delete), None);
    assert!(packet(&dropped, half_way + Span::from_millis(2_100)).is_some_and(|packet| packet.lost.is_some()));
    // A hold that comes after a delay outlasts it.
    let again = meddled(&delayed, half_way + Span::from_secs(1), delete, Deed::Hold);
    assert_eq!(arrival(&again, delete), None);
}

#[test]
fn a_held_request_of_a_dead_process_is_gone() {
    let run = run_ready("hybrid-delete", None);
    let (delete, sent, _) = message(&run, Actor::Cache, ParcelKind::Invalidation, 5.0);
    let held = meddled(&run, sent, delete, Deed::Hold);
    let at = sent + Span::from_secs(1);
    let crashed = held.with(Intervention::fault(at, Fault { fault: FaultKind::Crash, target: Actor::App })).unwrap();
    let released =
        Intervention { at: at + Span::from_secs(2), action: Action::Meddle { message: delete, deed: Deed::Release } };
    let gone = ScenarioError::NoMessage { message: delete.0, at: (at + Span::from_secs(2)).as_secs_f64() };
    assert_eq!(crashed.with(released).map(drop), Err(gone));
}

/// The stock of the product at the end.
fn stock(run: &Run) -> Option<Value> {
    frame(&run.trace, run.trace.end()).rows.first()?.row.get("stock").cloned()
}

#[test]
fn a_request_that_arrives_twice_is_carried_out_twice_and_answered_once() {
    let mut scenario = scripted("hybrid-invalidate", 20, &[(0.5, 1, Step::Write, "product:1")]);
    Knob::ReadModifyWrite.set_in_scenario(&mut scenario, 1.0);
    let run = Run::of(scenario).unwrap();
    let (request, sent, _) = message(&run, Actor::App, ParcelKind::WriteRequest, 0.0);
    // The first is held up, so that the other one does not come in between.
    let twice = meddled(&run, sent, request, Deed::Duplicate);
    let twice = meddled(&twice, sent, request, Deed::Delay(Span::from_secs(5)));
    let count = |run: &Run, wanted: fn(&EventKind) -> bool| {
        run.trace.events().iter().filter(|event| wanted(&event.kind)).count()
    };
    let commits = |kind: &EventKind| matches!(kind, EventKind::RowCommitted { row } if row.version() > 0);
    let ends = |kind: &EventKind| matches!(kind, EventKind::RequestEnded { answer: Answer::Saved, .. });
    assert_eq!((count(&run, commits), count(&twice, commits)), (1, 2));
    assert_eq!((count(&run, ends), count(&twice, ends)), (1, 1));
    assert_ne!(stock(&run), stock(&twice), "two pieces are gone for one buyer");
}

#[test]
fn a_message_that_is_not_there_can_t_be_taken_hold_of() {
    let run = run_ready("hybrid-delete", None);
    for (message, at) in [(9_999, 1.0), (0, 1.0), (1, 0.1), (1, 9.0)] {
        for deed in [Deed::Hold, Deed::Release, Deed::Drop, Deed::Duplicate] {
            let action = Action::Meddle { message: MessageId(message), deed };
            let refused = run.with(Intervention { at: seconds(at), action }).map(drop);
            assert_eq!(refused, Err(ScenarioError::NoMessage { message, at }));
        }
    }
    let release = Action::Meddle { message: MessageId(1), deed: Deed::Release };
    let refused = run.with(Intervention { at: seconds(0.6), action: release }).map(drop);
    assert_eq!(refused, Err(ScenarioError::NotHeld { message: 1, at: 0.6 }));
    let endless = Action::Meddle { message: MessageId(1), deed: Deed::Delay(Span::from_secs(100_000)) };
    assert!(matches!(run.with(Intervention { at: seconds(0.6), action: endless }), Err(ScenarioError::Delay { .. })));
}
