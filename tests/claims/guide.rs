//! The selection guide.

use cachescope::engine::Span;
use cachescope::lessons::{Criterion, Ranked, Weights, guide, rank};
use cachescope::patterns;
use cachescope::scenario::{Scenario, ready};
use cachescope::workload::Mix;

fn mostly_writes() -> Scenario {
    Scenario {
        seed: 9,
        duration: Span::from_secs(60),
        workload: Mix { rate: 1.2, read_share: 0.3, keys: 6, ..Mix::default() },
        ..Scenario::default()
    }
}

fn place(ranked: &[Ranked], pattern: &str) -> usize {
    ranked.iter().position(|one| one.pattern == pattern).unwrap()
}

#[test]
fn every_pattern_has_a_place_a_score_and_its_reasons() {
    let weights = Weights { read_latency: 1.0, loss: 3.0, ..Weights::NONE };
    let ranked = guide(&mostly_writes(), weights).unwrap();
    assert_eq!(ranked.len(), patterns::ALL.len());
    for pattern in &patterns::ALL {
        place(&ranked, pattern.id);
    }
    assert!(ranked.is_sorted_by(|one, other| one.score >= other.score));
    for one in &ranked {
        assert!((0.0..=100.0).contains(&one.score), "{one:?}");
        assert_eq!(one.reasons.len(), 2, "{one:?}");
        assert!(one.reasons[0].starts_with(Criterion::ReadLatency.label()), "{one:?}");
    }
}

#[test]
fn what_matters_decides() {
    let scenario = mostly_writes();
    let fast = guide(&scenario, Weights { write_latency: 1.0, ..Weights::NONE }).unwrap();
    assert_eq!(place(&fast, "write-behind"), 0);
    let safe = guide(&scenario, Weights { loss: 1.0, ..Weights::NONE }).unwrap();
    assert_eq!(place(&safe, "write-behind"), patterns::ALL.len() - 1, "what is only in the cache is at risk");
    assert_eq!(safe.last().unwrap().score, 0.0);
    let fresh = guide(&scenario, Weights { staleness: 1.0, ..Weights::NONE }).unwrap();
    assert_eq!(place(&fresh, "cache-aside"), patterns::ALL.len() - 1);
}

#[test]
fn the_risk_counts_before_it_comes_true_and_the_loss_afterwards() {
    let loss = Criterion::ALL.iter().position(|criterion| *criterion == Criterion::Loss).unwrap();
    let risk = |scenario: &Scenario| {
        let ranked = guide(scenario, Weights::NONE).unwrap();
        ranked[place(&ranked, "write-behind")].measured[loss]
    };
    assert!(risk(&mostly_writes()) > 0.0);
    assert!(risk(&ready("write-behind-data-loss", None).unwrap()) >= 6.0);
}

#[test]
fn only_proportions_count_and_nonsense_is_nothing() {
    let scenario = mostly_writes();
    let of = |weights| guide(&scenario, weights).unwrap();
    let one = of(Weights { loss: 1.0, read_latency: 2.0, ..Weights::NONE });
    let tenfold = of(Weights { loss: 10.0, read_latency: 20.0, ..Weights::NONE });
    assert_eq!(one, tenfold);
    let alike = of(Weights::NONE);
    let all_ones = Weights { read_latency: 1.0, write_latency: 1.0, staleness: 1.0, loss: 1.0, database_load: 1.0 };
    assert_eq!(
        alike.iter().map(|one| &one.pattern).collect::<Vec<_>>(),
        {
            let ones = of(all_ones);
            ones.into_iter().map(|one| one.pattern).collect::<Vec<_>>()
        }
        .iter()
        .collect::<Vec<_>>()
    );
    let nonsense = of(Weights { loss: f64::NAN, staleness: -4.0, read_latency: f64::INFINITY, ..Weights::NONE });
    assert_eq!(nonsense, alike);
    let huge = of(Weights { loss: f64::MAX, staleness: f64::MAX, ..Weights::NONE });
    assert!(huge.iter().all(|one| one.score.is_finite()));
}

#[test]
fn nothing_to_rank_is_an_empty_list_and_a_broken_scenario_an_error() {
    assert!(rank(&[], Weights::NONE).is_empty());
    let broken = Scenario { duration: Span::ZERO, ..Scenario::default() };
    assert!(guide(&broken, Weights::NONE).is_err());
}
