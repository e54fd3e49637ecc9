//! What each protection does step by step, and what happens when it is disturbed.

use cachescope::audit::Freshness;
use cachescope::scenario::Step::{Read, Write};
use cachescope::scenario::{Action, Intervention, Knob};
use cachescope::world::{Actor, Answer, EventKind, FaultKind};

use super::support::{fault, loads, messages, run, script, seconds, with};

#[test]
fn a_lease_is_taken_kept_and_used_with_commands_of_redis() {
    let run = run(with(&script("cache-aside", 8, &[(0.5, 1, Read)]), &[(Knob::Leases, 1.0)]));
    let commands = messages(&run, Actor::App, Actor::Cache, 1);
    assert_eq!(commands[..2], ["SET product:1 lease 1 NX GET PX 10000", "WATCH product:1; GET product:1"]);
    assert!(commands[2].starts_with("MULTI; SET product:1 {") && commands[2].ends_with("PX 20000; EXEC"));
    assert_eq!(commands.len(), 3);
    let scene = run.trace.scene(run.trace.end());
    assert!(scene.entries.values().all(|entry| entry.row.is_some()) && scene.entries.len() == 1);
}

#[test]
fn who_waits_for_a_dead_holder_gets_a_lease_of_their_own_after_ten_seconds() {
    let mut scenario = with(&script("cache-aside", 24, &[(0.5, 1, Read), (3.0, 2, Read)]), &[(Knob::Leases, 1.0)]);
    scenario.timings.client_timeout = cachescope::engine::Span::from_secs(15);
    fault(&mut scenario, 1.8, FaultKind::Crash, Actor::App);
    fault(&mut scenario, 2.5, FaultKind::Repair, Actor::App);
    let run = run(scenario);
    let read = &run.audit.reads()[0];
    assert!(read.row.is_some() && read.client == Actor::Client(2));
    let waited = read.answered.since(read.started).as_secs_f64();
    assert!((9.0..14.0).contains(&waited), "{waited}");
}

#[test]
fn a_reader_who_comes_after_a_write_does_not_join_a_load_from_before_it() {
    // Omar's load is under way while Mina writes; Lena asks after Mina was told 'saved'.
    let mut scenario = script("hybrid-invalidate", 20, &[(0.5, 1, Write), (0.6, 2, Read), (5.2, 3, Read)]);
    scenario.timings.select = cachescope::engine::Distribution::Fixed { value: cachescope::engine::Span::from_secs(4) };
    let run = run(with(&scenario, &[(Knob::SingleFlight, 1.0), (Knob::VersionedFills, 1.0)]));
    assert!(run.audit.writes()[0].told.unwrap() < seconds(5.2));
    assert_eq!(loads(&run).len(), 2);
    assert!(run.audit.reads().iter().all(|read| read.freshness == Freshness::Fresh));
}

#[test]
fn when_a_leader_is_told_of_an_error_so_are_those_who_follow() {
    let mut scenario = script("cache-aside", 16, &[(0.5, 1, Read), (0.7, 2, Read)]);
    fault(&mut scenario, 0.2, FaultKind::Unreachable, Actor::Database);
    let run = run(with(&scenario, &[(Knob::SingleFlight, 1.0)]));
    assert_eq!(loads(&run).len(), 1);
    assert_eq!(run.audit.failures_until(run.trace.end()), 2);
}

#[test]
fn the_cache_tells_of_a_change_and_the_near_copy_goes() {
    let mut scenario = script("cache-aside", 20, &[(0.5, 1, Read), (5.0, 2, Read), (8.0, 3, Read), (12.0, 4, Read)]);
    let command = |text: &str| Action::Command { text: text.to_owned() };
    scenario.intervene(Intervention { at: seconds(10.0), action: command("DEL product:1") });
    let scenario = with(&scenario, &[(Knob::Near, 30.0)]);
    let kept = run(scenario.clone());
    let asked = |run: &cachescope::run::Run| {
        (1..=4).map(|request| messages(run, Actor::App, Actor::Cache, request).len()).collect::<Vec<_>>()
    };
    // The first fills, the second reads and keeps, the third has it near, the fourth must fill again.
    assert_eq!(asked(&kept), [2, 1, 0, 2]);
    // Word of the change is lost: the copy stays.
    let mut deaf = scenario;
    deaf.interventions.clear();
    fault(&mut deaf, 9.9, FaultKind::Unreachable, Actor::Cache);
    deaf.intervene(Intervention { at: seconds(10.0), action: command("DEL product:1") });
    fault(&mut deaf, 11.0, FaultKind::Repair, Actor::Cache);
    assert_eq!(asked(&run(deaf)), [2, 1, 0, 0]);
}

#[test]
fn an_application_that_crashes_forgets_what_it_knew() {
    let mut scenario = script("cache-aside", 20, &[(0.5, 1, Read), (10.0, 2, Read)]);
    scenario.settings.ttl = Some(cachescope::engine::Span::from_secs(3));
    fault(&mut scenario, 8.0, FaultKind::Crash, Actor::Database);
    let remembers = run(with(&scenario, &[(Knob::Breaker, 1.0)]));
    assert_eq!(remembers.audit.failures_until(remembers.trace.end()), 0);
    fault(&mut scenario, 8.2, FaultKind::Crash, Actor::App);
    fault(&mut scenario, 8.6, FaultKind::Repair, Actor::App);
    let forgets = run(with(&scenario, &[(Knob::Breaker, 1.0)]));
    assert_eq!(forgets.audit.failures_until(forgets.trace.end()), 1);
}

#[test]
fn an_open_breaker_spares_the_server_and_closes_again() {
    let requests: Vec<_> = (0..12).map(|number| (0.5 + f64::from(number) * 1.5, 1, Write)).collect();
    let mut scenario = script("cache-aside", 32, &requests);
    fault(&mut scenario, 0.2, FaultKind::Crash, Actor::Database);
    fault(&mut scenario, 6.0, FaultKind::Repair, Actor::Database);
    let run = run(with(&scenario, &[(Knob::Breaker, 1.0)]));
    let reasons = run.trace.events().iter().filter_map(|event| match &event.kind {
        EventKind::RequestEnded { answer: Answer::Failed { reason }, .. } => Some(reason.to_string()),
        _ => None,
    });
    let reasons: Vec<String> = reasons.collect();
    assert_eq!(reasons.iter().filter(|reason| reason.contains("refused")).count(), 3);
    assert!(reasons.iter().filter(|reason| reason.contains("breaker to database is open")).count() >= 2, "{reasons:?}");
    let told = run.audit.writes().iter().filter(|write| write.told.is_some()).count();
    assert_eq!(told + reasons.len(), 12);
    assert!(run.audit.writes()[11].told.is_some(), "closed again at the end");
}

#[test]
fn an_absent_row_costs_one_load_for_as_long_as_it_is_remembered() {
    let mut scenario = script("cache-aside", 30, &[]);
    scenario.workload = cachescope::workload::Mix {
        rate: 1.0,
        arrivals: cachescope::workload::Arrivals::Even,
        read_share: 1.0,
        keys: 1,
        absent: 1.0,
        ..scenario.workload
    };
    let expected = |knobs: &[(Knob, f64)]| loads(&run(with(&scenario, knobs))).len();
    assert_eq!(expected(&[]), 28);
    assert_eq!(expected(&[(Knob::NegativeTtl, 60.0)]), 3);
    assert_eq!(expected(&[(Knob::Bloom, 1.0)]), 0);
}

/// Redis's documentation says of `appendfsync everysec` that about a second of writes may be lost.
#[test]
fn a_cache_that_syncs_every_second_loses_only_what_is_younger() {
    let mut scenario = cachescope::scenario::ready("write-behind-data-loss", None).unwrap();
    scenario.workload.rate = 6.0;
    scenario.workload.read_share = 0.0;
    let lost = |fsync: f64| {
        let run = run(with(&scenario, &[(Knob::AppendFsync, fsync)]));
        let crash = seconds(14.2);
        run.audit.lost_writes(crash).map(|write| crash.since(write.told.unwrap()).as_secs_f64()).collect::<Vec<_>>()
    };
    let (none, every_second, always) = (lost(0.0), lost(1.0), lost(2.0));
    assert!(none.len() > 10 && none.iter().any(|age| *age > 2.0), "{none:?}");
    assert!(!every_second.is_empty() && every_second.iter().all(|age| *age < 2.0), "{every_second:?}");
    assert!(always.is_empty(), "{always:?}");
}

#[test]
fn what_comes_back_from_the_disk_is_flushed_and_nothing_is_lost() {
    let run = run(cachescope::scenario::ready("write-behind-durable", None).unwrap());
    let ledger = run.audit.ledger(run.trace.end());
    assert_eq!((ledger.lost, ledger.pending), (0, 0));
    assert_eq!(ledger.durable, ledger.acknowledged);
}
