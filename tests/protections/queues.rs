//! What the queue as a stream and the acknowledgement after `WAIT` do step by step, what they cost, and where they end.

use std::collections::BTreeSet;

use cachescope::audit::Freshness;
use cachescope::engine::VirtualTime;
use cachescope::patterns;
use cachescope::run::Run;
use cachescope::scenario::Step::{Read, Write};
use cachescope::scenario::{Action, Intervention, Knob, Scenario, ScenarioError, find, scripted};
use cachescope::world::{Actor, Answer, EventKind, Fault, FaultKind, WriteId};

use super::support::{fault, messages, run, script, seconds, with};

const STREAM: &[(Knob, f64)] = &[(Knob::Stream, 1.0)];

/// The texts of what the flusher sends to the cache.
fn flusher_sends(run: &Run) -> Vec<String> {
    let text = |kind: &EventKind| match kind {
        EventKind::Sent { from: Actor::Flusher, to: Actor::Cache, parcel, .. } => Some(parcel.text.to_string()),
        _ => None,
    };
    run.trace.events().iter().filter_map(|event| text(&event.kind)).collect()
}

fn sent(run: &Run) -> usize {
    run.trace.events().iter().filter(|event| matches!(event.kind, EventKind::Sent { .. })).count()
}

/// How long the first write took until its client was told.
fn took(run: &Run) -> f64 {
    let write = &run.audit.writes()[0];
    write.told.unwrap().since(write.started).as_secs_f64()
}

fn fates(run: &Run) -> (usize, usize, usize) {
    let ledger = run.audit.ledger(run.trace.end());
    (ledger.durable, ledger.pending, ledger.lost)
}

fn three_writes() -> Scenario {
    let requests = [(0.2, 1, Write, "product:1"), (0.8, 2, Write, "user:1"), (1.4, 3, Write, "order:1")];
    let mut scenario = scripted("write-behind", 32, &requests);
    scenario.settings.ttl = None;
    scenario
}

#[test]
fn entries_are_read_by_a_group_and_acknowledged_by_their_ids() {
    let run = run(with(&three_writes(), STREAM));
    assert!(messages(&run, Actor::App, Actor::Cache, 1)[0].contains("; XADD dirty:stream * row products {"));
    let sends = flusher_sends(&run);
    let ask = "MULTI; XAUTOCLAIM dirty:stream flushers flusher-1 0 0-0 COUNT 16; \
               XREADGROUP GROUP flushers flusher-1 COUNT 16 STREAMS dirty:stream >; EXEC";
    assert_eq!(sends[..3], [ask, "XGROUP CREATE dirty:stream flushers 0 MKSTREAM", ask]);
    let [stream, delete] = ["XACK dirty:stream flushers ", "XDEL dirty:stream "];
    assert!(sends[3].contains(stream) && sends[3].contains(delete), "{}", sends[3]);
    assert_eq!(sends[3].matches("-0").count(), 6, "three ids, twice: {}", sends[3]);
    assert_eq!(fates(&run), (3, 0, 0));
    let scene = run.trace.scene(run.trace.end());
    assert!(scene.queue.is_empty() && scene.entries.keys().all(|key| !key.starts_with("dirty")));
}

#[test]
fn a_flusher_that_dies_at_any_moment_leaves_its_entries_to_the_next() {
    let mut scenario = with(&three_writes(), STREAM);
    // What the list loses.
    scenario.settings.pop_first = true;
    let calm = run(scenario.clone());
    let moments: Vec<VirtualTime> = calm.trace.events().iter().map(|event| event.at).collect();
    let mut claimed = 0;
    for at in moments.into_iter().filter(|at| (seconds(5.9)..seconds(12.0)).contains(at)) {
        let crash = |fault, at| Intervention::fault(at, Fault { fault, target: Actor::Flusher });
        let mut scenario = scenario.clone();
        scenario.intervene(crash(FaultKind::Crash, at));
        scenario.intervene(crash(FaultKind::Repair, seconds(12.5)));
        let run = run(scenario);
        assert_eq!(fates(&run), (3, 0, 0), "crash at {at}");
        assert!(run.audit.writes().iter().all(|write| write.losses.is_empty()), "crash at {at}");
        assert!(flusher_sends(&run).last().unwrap().contains("flusher-2"), "another life, another consumer");
        claimed += usize::from(run.audit.writes()[0].durable > Some(seconds(12.5)));
    }
    assert!(claimed > 5, "{claimed}");
}

#[test]
fn a_flush_that_fails_is_claimed_again_before_anything_newer() {
    let mut scenario = with(&three_writes(), STREAM);
    scenario.script.push(scripted("write-behind", 1, &[(9.5, 4, Write, "product:1")]).script[0].clone());
    fault(&mut scenario, 5.0, FaultKind::Crash, Actor::Database);
    fault(&mut scenario, 9.0, FaultKind::Repair, Actor::Database);
    let run = run(scenario);
    assert_eq!(fates(&run), (4, 0, 0));
    let commits = run.trace.events().iter().filter_map(|event| match &event.kind {
        EventKind::RowCommitted { row } if row.version() > 0 => Some(row.version()),
        _ => None,
    });
    // The older copy of the product is in the same batch as the newer one, which stands for it.
    assert_eq!(commits.collect::<BTreeSet<_>>(), BTreeSet::from([2, 3, 4]));
    assert_eq!(run.audit.writes()[0].coalesced_into, Some(WriteId(4)));
}

#[test]
fn a_queue_that_is_turned_into_a_stream_is_emptied_first() {
    for (first, then) in [(0.0, 1.0), (1.0, 0.0)] {
        let requests: Vec<_> = (0..8).map(|number| (0.5 + f64::from(number) * 0.7, 1, Write)).collect();
        let mut scenario =
            with(&script("write-behind", 40, &requests), &[(Knob::Stream, first), (Knob::FlushBatch, 2.0)]);
        let action = Action::Set { name: Knob::Stream, value: then };
        scenario.intervene(Intervention { at: seconds(3.5), action });
        let run = run(scenario);
        assert_eq!(fates(&run), (8, 0, 0));
        let commits = run.trace.events().iter().filter_map(|event| match &event.kind {
            EventKind::RowCommitted { row } => Some(row.version()),
            _ => None,
        });
        assert!(commits.is_sorted(), "older entries come first");
        let texts = flusher_sends(&run).join("\n");
        assert!(texts.contains("LRANGE") && texts.contains("XREADGROUP"), "{texts}");
    }
}

/// The cost: none for the write, and one message more for the flusher, which makes the group.
#[test]
fn a_stream_costs_the_writer_nothing() {
    let (list, stream) = (run(three_writes()), run(with(&three_writes(), STREAM)));
    assert_eq!(took(&list).to_bits(), took(&stream).to_bits());
    assert_eq!(
        messages(&list, Actor::App, Actor::Cache, 1).len(),
        messages(&stream, Actor::App, Actor::Cache, 1).len()
    );
    let flushed =
        |run: &Run| flusher_sends(run).iter().position(|text| text.starts_with("LTRIM") || text.contains("XACK"));
    assert_eq!((flushed(&list), flushed(&stream)), (Some(1), Some(3)));
    let bytes = |run: &Run| run.trace.scene(seconds(5.0)).cache.used_bytes;
    assert!(bytes(&stream) > bytes(&list), "{} {}", bytes(&stream), bytes(&list));
}

/// The cost of `WAIT`: a message and its reply, and the time until the replica has the write and says so.
#[test]
fn a_write_that_waits_for_the_replica_takes_as_long_as_that_is_behind() {
    let replica = with(&three_writes(), &[(Knob::CacheReplica, 0.5)]);
    let (plain, waits) = (run(replica.clone()), run(with(&replica, &[(Knob::Wait, 1.0)])));
    assert_eq!(took(&plain).to_bits(), took(&run(three_writes())).to_bits(), "the replica alone delays nobody");
    let texts = messages(&waits, Actor::App, Actor::Cache, 1);
    assert_eq!((texts.len(), texts[1].as_str()), (2, "WAIT 1 450"));
    assert_eq!(sent(&waits), sent(&plain) + 3 * 2);
    assert!((0.8..1.6).contains(&(took(&waits) - took(&plain))), "{} {}", took(&waits), took(&plain));
    assert_eq!((fates(&plain), fates(&waits)), ((3, 0, 0), (3, 0, 0)));
}

#[test]
fn nobody_is_told_saved_while_no_replica_can_say_that_it_has_the_write() {
    for knobs in [&[(Knob::Wait, 1.0)][..], &[(Knob::Wait, 1.0), (Knob::CacheReplica, 5.0)]] {
        let run = run(with(&three_writes(), knobs));
        assert_eq!(run.audit.ledger(run.trace.end()).acknowledged, 0);
        let told = run.trace.events().iter().filter_map(|event| match &event.kind {
            EventKind::RequestEnded { answer: Answer::Failed { reason }, .. } => Some(reason.to_string()),
            _ => None,
        });
        let told: Vec<String> = told.collect();
        assert_eq!(told, vec!["no replica has confirmed the write in time"; 3]);
        assert!(run.audit.writes().iter().all(|write| write.durable.is_some()), "it was stored all the same");
    }
}

#[test]
fn a_replica_has_what_the_cache_had_so_long_ago() {
    let mut scenario = with(&three_writes(), &[(Knob::CacheReplica, 1.0), (Knob::FlushInterval, 30.0)]);
    fault(&mut scenario, 2.65, FaultKind::Failover, Actor::Cache);
    let run = run(scenario);
    let held = |at: f64| run.trace.scene(seconds(at)).entries.keys().map(ToString::to_string).collect::<Vec<_>>();
    // The first write reached the cache at 1.1 s, the second at 1.7 s, the third at 2.3 s.
    assert_eq!(held(2.6).len(), 3);
    assert_eq!((held(3.0), held(6.0)), (vec![], vec!["product:1".to_owned()]));
    assert_eq!(fates(&run).2, 2);
}

/// Redis's documentation warns of just that: a primary that restarts empty has a replica that is empty soon, too.
#[test]
fn a_replica_of_a_cache_that_came_back_empty_is_empty_soon() {
    let mut scenario = with(&three_writes(), &[(Knob::CacheReplica, 0.5), (Knob::FlushInterval, 30.0)]);
    fault(&mut scenario, 4.0, FaultKind::Crash, Actor::Cache);
    let instead = |fails_over: f64, repaired: Option<f64>| {
        let mut scenario = scenario.clone();
        if let Some(at) = repaired {
            fault(&mut scenario, at, FaultKind::Repair, Actor::Cache);
        }
        fault(&mut scenario, fails_over, FaultKind::Failover, Actor::Cache);
        let run = run(scenario);
        run.trace.scene(seconds(fails_over + 4.0)).entries.len()
    };
    assert_eq!((instead(5.0, None), instead(5.0, Some(4.8)), instead(6.0, Some(4.8))), (3, 3, 0));
}

#[test]
fn a_cache_without_a_replica_is_not_to_fail_over() {
    let mut scenario = three_writes();
    fault(&mut scenario, 5.0, FaultKind::Failover, Actor::Cache);
    let error = scenario.check().unwrap_err();
    assert_eq!(error, ScenarioError::NoReplica { setting: "cache-replica" });
    assert!(error.to_string().contains("turn on cache-replica before"));
    let action = Action::Set { name: Knob::CacheReplica, value: 1.0 };
    scenario.intervene(Intervention { at: seconds(4.0), action });
    assert_eq!(scenario.check(), Ok(()));
}

#[test]
fn a_dropped_invalidation_is_seen_until_the_copys_time_is_over() {
    let read = |id: &str| {
        let run = run(find(id).unwrap().scenario());
        run.audit.reads().iter().map(|read| read.freshness != Freshness::Fresh).collect::<Vec<_>>()
    };
    assert_eq!(read("dropped-delete"), [false, true, true, false]);
    assert_eq!(read("dropped-delete-again"), [false; 4]);
}

#[test]
fn without_the_burst_nobody_is_told_of_an_error() {
    let scenario = find("burst").unwrap().scenario();
    let failed = |scenario: Scenario| {
        let run = run(scenario);
        run.audit.failures_until(run.trace.end())
    };
    assert_eq!(failed(Scenario { interventions: Vec::new(), ..scenario.clone() }), 0);
    assert!(failed(scenario) > 20);
}

/// Where a write is one step of the application, it dies after that, before anybody is told.
#[test]
fn an_application_dies_between_steps_with_every_pattern() {
    for pattern in &patterns::ALL {
        let mut scenario = script(pattern.id, 12, &[(0.5, 1, Read), (5.0, 2, Write)]);
        fault(&mut scenario, 4.5, FaultKind::CrashBetweenSteps, Actor::App);
        let run = run(scenario);
        let write = &run.audit.writes()[0];
        assert!(write.failed.is_some() && write.told.is_none(), "{}", pattern.id);
        assert!(!cachescope::trace::frame(&run.trace, run.trace.end()).actor(Actor::App).condition.up);
        // The first step is done all the same.
        assert!(write.durable.is_some(), "{}", pattern.id);
    }
}
