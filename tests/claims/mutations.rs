//! Each check is given runs of which its claim is not true, and must say so: a check that can't fail proves nothing.

use cachescope::engine::{Distribution, Span};
use cachescope::lessons::{CLAIMS, Claim};
use cachescope::run::Run;
use cachescope::scenario::Scenario;

type Change = fn(Vec<Scenario>) -> Vec<Scenario>;

fn all_under(pattern: &str, scenarios: Vec<Scenario>) -> Vec<Scenario> {
    scenarios.into_iter().map(|scenario| Scenario { pattern: pattern.to_owned(), ..scenario }).collect()
}

fn reversed(mut scenarios: Vec<Scenario>) -> Vec<Scenario> {
    scenarios.reverse();
    scenarios
}

/// The wrong runs for each claim.
fn wrong(id: &str) -> Vec<Change> {
    match id {
        "CA1" => vec![|runs| all_under("write-through", runs), |runs| all_under("hybrid-update", runs)],
        "CA2" => vec![|runs| all_under("read-through", runs), |runs| all_under("write-through", runs)],
        "CA3" => vec![|runs| all_under("write-behind", runs), never_down],
        "CA4" => vec![uneven_network, only_first_reads],
        "CA5" => vec![|runs| all_under("hybrid-invalidate", runs), |runs| all_under("write-through", runs)],
        "CA6" | "WT3" | "WT4" | "WT5" | "WB1" | "WB2" | "WB3" => vec![reversed, twice_the_first],
        "WT1" => vec![|runs| all_under("cache-aside", runs)],
        "WT2" => vec![|runs| all_under("hybrid-invalidate", runs), |runs| all_under("cache-aside", runs)],
        "WB4" => vec![|runs| all_under("write-through", runs), never_down],
        "WB5" => vec![|runs| all_under("write-through", runs), |runs| all_under("cache-aside", runs)],
        "WB6" => vec![reversed, all_careful],
        "RT1" => vec![|runs| all_under("cache-aside", runs), |runs| all_under("write-behind", runs)],
        "RT2" => vec![|runs| all_under("cache-aside", runs), never_down],
        "HY1" => vec![|runs| all_under("cache-aside", runs), |runs| all_under("hybrid-update", runs)],
        "HY2" => vec![|runs| all_under("cache-aside", runs), |runs| all_under("hybrid-invalidate", runs)],
        "SG1" => vec![|runs| all_under("write-behind", runs)],
        _ => Vec::new(),
    }
}

fn twice_the_first(scenarios: Vec<Scenario>) -> Vec<Scenario> {
    vec![scenarios[0].clone(), scenarios[0].clone()]
}

fn never_down(mut scenarios: Vec<Scenario>) -> Vec<Scenario> {
    scenarios.iter_mut().for_each(|scenario| scenario.interventions.clear());
    scenarios
}

/// The way to the application takes longer than anything behind it.
fn uneven_network(mut scenarios: Vec<Scenario>) -> Vec<Scenario> {
    let client_link = Distribution::Uniform { low: Span::from_millis(10), high: Span::from_millis(5_000) };
    scenarios[0].timings.client_link = client_link;
    scenarios[0].duration = Span::from_secs(25);
    scenarios
}

fn only_first_reads(mut scenarios: Vec<Scenario>) -> Vec<Scenario> {
    scenarios[0].script.truncate(3);
    scenarios
}

fn all_careful(mut scenarios: Vec<Scenario>) -> Vec<Scenario> {
    for scenario in &mut scenarios {
        scenario.settings.pop_first = false;
        scenario.settings.apart = false;
    }
    scenarios
}

fn holds_for(claim: &Claim, scenarios: Vec<Scenario>) -> bool {
    let runs: Vec<Run> = scenarios.into_iter().map(|scenario| Run::of(scenario).unwrap()).collect();
    claim.judge(&claim.proof, &runs).holds
}

fn scenarios(claim: &Claim) -> Vec<Scenario> {
    (claim.proof.showings)().into_iter().map(|showing| showing.scenario).collect()
}

#[test]
fn each_check_fails_on_runs_of_which_its_claim_is_not_true() {
    for claim in CLAIMS {
        let changes = wrong(claim.id);
        assert!(!changes.is_empty(), "{} has no wrong runs", claim.id);
        for (place, change) in changes.into_iter().enumerate() {
            assert!(!holds_for(claim, change(scenarios(claim))), "{} holds for its wrong runs {place}", claim.id);
        }
    }
}

#[test]
fn the_table_opted_out_is_what_makes_the_difference() {
    let claim = cachescope::lessons::find("CA2").unwrap();
    let mut without = scenarios(claim);
    without[0].settings.uncached.clear();
    assert!(!holds_for(claim, without));
}

/// What does not depend on one lucky draw holds for other seeds too.
#[test]
fn proofs_do_not_hang_on_their_seed() {
    let steady = [
        "CA1", "CA2", "CA3", "CA4", "CA5", "CA6", "WT1", "WT2", "WT3", "WT4", "WT5", "WB1", "WB2", "WB3", "WB4", "WB5",
        "RT1", "RT2", "HY1", "HY2",
    ];
    for id in steady {
        let claim = cachescope::lessons::find(id).unwrap();
        for seed in 100..110 {
            let mut reseeded = scenarios(claim);
            reseeded.iter_mut().for_each(|scenario| scenario.seed = seed);
            assert!(holds_for(claim, reseeded), "{id} with seed {seed}");
        }
    }
}
