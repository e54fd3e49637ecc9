//! Figures and sentences follow the runs.

use cachescope::audit::MarkKind;
use cachescope::engine::Span;
use cachescope::lessons::{Exhibit, Verdict, find};
use cachescope::run::Run;
use cachescope::scenario::Scenario;

fn look(id: &str, pick: fn(&'static cachescope::lessons::Claim) -> &'static Exhibit) -> Verdict {
    let claim = find(id).unwrap();
    claim.look(pick(claim)).unwrap()
}

fn value(verdict: &Verdict) -> f64 {
    verdict.figure.unwrap().value
}

fn against(verdict: &Verdict) -> f64 {
    verdict.figure.unwrap().against.unwrap().0
}

fn main_run(exhibit: &Exhibit) -> Run {
    Run::of((exhibit.showings)().remove(0).scenario).unwrap()
}

#[test]
fn a_cache_failure_breaks_nothing_before_it_and_only_then_overloads_a_small_database() {
    let run = main_run(&find("CA3").unwrap().breaks[0]);
    let crash = run.scenario.interventions.iter().find(|one| one.action.to_string().contains("crashes")).unwrap().at;
    assert_eq!(run.audit.failures_until(crash), 0);
    assert!(run.audit.failures_until(run.trace.end()) > 10);
}

#[test]
fn the_stale_fill_outlives_the_time_to_live() {
    let broken = look("CA5", |claim| &claim.breaks[0]);
    assert!(value(&broken) > against(&broken), "{}", broken.sentence);
    assert!(broken.sentence.contains("beyond the time to live"), "{}", broken.sentence);
    let proof = look("CA5", |claim| &claim.proof);
    assert!(value(&proof) > 0.0 && proof.sentence.contains("within the time to live"), "{}", proof.sentence);
}

#[test]
fn one_transaction_cures_what_broke_write_through() {
    let claim = find("WT1").unwrap();
    for (broken, cure) in claim.breaks.iter().zip(claim.cures) {
        assert!(claim.look(cure).unwrap().holds, "{}", cure.title);
        let (mut broken, cured) = ((broken.showings)().remove(0).scenario, (cure.showings)().remove(0).scenario);
        broken.settings.transaction = true;
        assert_eq!(broken, cured, "nothing but the transaction differs");
    }
}

#[test]
fn a_cache_cannot_be_rolled_back() {
    let run = main_run(&find("WT1").unwrap().breaks[2]);
    assert!(run.scenario.settings.transaction);
    let read = run.audit.reads().last().unwrap();
    let shown = read.row.as_ref().unwrap();
    let stored = run.trace.scene(run.trace.end()).rows.get(&read.key).unwrap().row.clone();
    assert!(shown.version() > stored.version(), "the reader got v{}, which the database never kept", shown.version());
    assert!(run.audit.write(cachescope::world::WriteId(shown.version())).unwrap().failed.is_some());
}

#[test]
fn a_time_to_live_frees_the_memory_of_unread_copies() {
    let (proof, cure) = (look("WT5", |claim| &claim.proof), look("WT5", |claim| &claim.cures[0]));
    assert!(value(&cure) < value(&proof), "{} {}", cure.sentence, proof.sentence);
    assert_eq!(against(&proof), 0.0, "cache-aside holds nothing unread");
}

#[test]
fn coalescing_saves_statements_and_a_batch_saves_commits() {
    let proof = look("WB2", |claim| &claim.proof);
    assert!(value(&proof) <= 0.5 && against(&proof) == 1.0, "{}", proof.sentence);
    let broken = look("WB2", |claim| &claim.breaks[0]);
    assert_eq!(value(&broken), 1.0, "{}", broken.sentence);
    for run in find("WB2").unwrap().breaks[0].run().unwrap() {
        assert!(run.trace.scene(run.trace.end()).database.commits < 8, "one commit for several writes");
    }
}

#[test]
fn a_burst_is_acknowledged_and_reaches_the_database_in_the_end() {
    let runs = find("WB3").unwrap().proof.run().unwrap();
    let ledger = runs[0].audit.ledger(runs[0].trace.end());
    assert_eq!((ledger.acknowledged, ledger.durable), (64, 64));
    let through = &runs[1].audit;
    assert!(through.failures_until(runs[1].trace.end()) > 32, "write-through refuses most");
    let broken = main_run(&find("WB3").unwrap().breaks[0]);
    let refused = broken.audit.marks().iter().find(|mark| mark.kind == MarkKind::Failed).unwrap();
    let told = broken.audit.sentence(refused);
    assert!(told.contains("EXECABORT"), "the cache refused a part of the transaction: {told}");
    let (scene, most) = (broken.trace.scene(refused.at), broken.scenario.memory.maxmemory);
    assert!(scene.cache.used_bytes * 10 > most * 9, "its memory was full: {} of {most}", scene.cache.used_bytes);
}

#[test]
fn each_lost_write_is_named_with_who_was_told_and_what_is_left() {
    let claim = find("WB4").unwrap();
    let run = main_run(&claim.proof);
    let sentence = claim.judge(&claim.proof, std::slice::from_ref(&run)).sentence;
    let lost: Vec<_> = run.audit.lost_writes(run.trace.end()).collect();
    assert!(lost.len() > 3);
    for write in lost {
        let held = write.lost().unwrap().database_holds.as_ref().unwrap();
        for part in [write.client.name().to_owned(), write.key().cache_key(), write.row.headline(), held.headline()] {
            assert!(sentence.contains(&part), "{part} is not in: {sentence}");
        }
    }
}

#[test]
fn a_shorter_interval_loses_less_and_lags_less_but_not_nothing() {
    for id in ["WB4", "WB5"] {
        let (proof, cure) = (look(id, |claim| &claim.proof), look(id, |claim| &claim.cures[0]));
        assert!(value(&cure) > 0.0 && value(&cure) < value(&proof), "{id}: {} {}", cure.sentence, proof.sentence);
    }
}

#[test]
fn sentences_follow_the_runs() {
    let claim = find("WB4").unwrap();
    let told = |interval: u64| {
        let mut scenario = (claim.proof.showings)().remove(0).scenario;
        scenario.settings.flush_interval = Span::from_secs(interval);
        claim.judge(&claim.proof, &[Run::of(scenario).unwrap()]).sentence
    };
    assert_ne!(told(6), told(3));
    assert_eq!(told(3), claim.look(&claim.cures[0]).unwrap().sentence);
}

#[test]
fn a_deletion_leaves_the_old_value_only_because_of_the_race() {
    let claim = find("HY1").unwrap();
    let mut calm: Scenario = (claim.breaks[0].showings)().remove(0).scenario;
    calm.timings = cachescope::world::Timings::classroom();
    calm.script[1].at = cachescope::engine::VirtualTime::from_secs(5);
    calm.script[2].at = cachescope::engine::VirtualTime::from_secs(9);
    calm.script[3].at = cachescope::engine::VirtualTime::from_secs(13);
    calm.duration = Span::from_secs(17);
    assert!(claim.judge(&claim.proof, &[Run::of(calm).unwrap()]).holds, "the same requests, one after the other");
}

#[test]
fn an_update_never_misses_even_when_it_leaves_a_stale_value() {
    let broken = look("HY2", |claim| &claim.breaks[0]);
    assert_eq!(value(&broken), 0.0, "no miss: {}", broken.sentence);
    assert!(broken.sentence.contains("1 of 1 read stale"), "{}", broken.sentence);
}

#[test]
fn figures_are_shown_with_their_unit() {
    let shown = |id: &str| look(id, |claim| &claim.proof).figure.unwrap().to_string();
    assert_eq!(shown("CA1"), "3 keys (distinct rows read: 3)");
    assert_eq!(shown("CA3"), "0 %");
    assert!(shown("CA4").ends_with(" times") && shown("CA5").ends_with(" s (time to live: 12 s)"));
    assert!(shown("WB3").contains(" writes per second (write-through: "), "{}", shown("WB3"));
    assert!(shown("WT5").contains("bytes"), "{}", shown("WT5"));
}
