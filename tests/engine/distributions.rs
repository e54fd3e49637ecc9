//! Random numbers and distributions: their first values, their moments, their frequencies.

use cachescope::engine::{Distribution, DistributionError, Rng, Sim, Span, Zipf};

use crate::statistics::{Estimate, check_counts, mean, variance};

const DRAWS: usize = 200_000;

fn stream() -> Rng {
    Sim::new(42).rng("golden")
}

fn first<T>(count: usize, mut draw: impl FnMut(&mut Rng) -> T) -> Vec<T> {
    let mut rng = stream();
    (0..count).map(|_| draw(&mut rng)).collect()
}

fn exponential(mean: Span) -> Distribution {
    Distribution::Exponential { mean }
}

/// The expected numbers come from an implementation of the documented methods in another language.
#[test]
fn the_first_numbers_of_a_stream_never_change() {
    let mut rng = Rng::new(0);
    let expected = [0x5317_5d61_490b_23df, 0x61da_6f3d_c380_d507, 0x5c0f_df91_ec9a_7bfc, 0x02ee_bf8c_3bbe_5e1a_u64];
    assert_eq!(expected.map(|_| rng.next_u64()), expected);
    let mut rng = Sim::new(42).rng("arrivals");
    let expected = [0x4f01_68ee_e5d7_0c8d, 0xa6f3_b081_dc44_bad3, 0xecfd_5170_6c21_edd2, 0x4a7d_e4ef_628a_3d7a_u64];
    assert_eq!(expected.map(|_| rng.next_u64()), expected);
    assert_eq!(first(2, Rng::unit), [0.823_256_151_988_534_3, 0.601_294_921_590_828_5]);
    assert_eq!(first(12, |rng| rng.below(6)), [4, 3, 5, 5, 1, 3, 5, 0, 3, 5, 0, 4]);
}

#[test]
fn the_first_draws_of_each_distribution_never_change() {
    let millisecond = Span::from_millis(1);
    let cases: [(Distribution, [u64; 6]); 4] = [
        (Distribution::Fixed { value: millisecond }, [1_000_000; 6]),
        (
            Distribution::Uniform { low: Span::from_micros(1), high: Span::from_micros(3) },
            [2_647, 2_203, 2_965, 2_833, 1_335, 2_123],
        ),
        (exponential(millisecond), [1_733_054, 919_533, 4_018_996, 2_480_495, 183_557, 824_328]),
        (
            Distribution::Lognormal { median: millisecond, sigma: 0.5 },
            [473_021, 3_407_591, 755_305, 2_169_507, 1_667_719, 1_036_818],
        ),
    ];
    for (distribution, expected) in cases {
        assert_eq!(first(6, |rng| distribution.sample(rng).as_nanos()), expected, "{distribution:?}");
    }
    let zipf = Zipf::new(1_000, 0.99).unwrap();
    assert_eq!(first(12, |rng| zipf.sample(rng)), [276, 53, 878, 545, 1, 39, 919, 1, 43, 460, 1, 186]);
    let even = Zipf::new(1_000, 0.0).unwrap();
    assert_eq!(first(6, |rng| even.sample(rng)), [823, 601, 982, 916, 167, 561]);
}

#[test]
fn streams_are_independent_of_each_other_and_of_the_order_of_asking() {
    let sim = Sim::new(5);
    let (mut early, mut other) = (sim.rng("keys"), sim.rng("delays"));
    let expected: Vec<u64> = (0..10).map(|_| early.next_u64()).collect();
    let others: Vec<u64> = (0..10).map(|_| other.next_u64()).collect();
    let mut late = sim.rng("keys");
    assert_eq!((0..10).map(|_| late.next_u64()).collect::<Vec<_>>(), expected);
    assert_ne!(others, expected);
    assert_ne!(Sim::new(6).rng("keys").next_u64(), expected[0]);
}

#[test]
fn whole_numbers_below_a_limit_are_equally_likely() {
    let mut rng = stream();
    for limit in [1, 2, 7, 100] {
        let mut counts = vec![0; limit as usize];
        for _ in 0..DRAWS {
            counts[rng.below(limit) as usize] += 1;
        }
        if limit > 1 {
            check_counts(&counts, &vec![1.0 / limit as f64; limit as usize], "below");
        }
    }
    assert_eq!(rng.below(0), 0);
    // Three quarters of 2^64: without drawing again, each third number would be twice as likely as the others.
    let limit = (1 << 63) + (1 << 62);
    let mut counts = [0; 3];
    for _ in 0..DRAWS {
        counts[(rng.below(limit) % 3) as usize] += 1;
    }
    check_counts(&counts, &[1.0 / 3.0; 3], "large limit");
}

#[test]
fn chance_and_pick_keep_to_their_odds() {
    let mut rng = stream();
    let hits = (0..DRAWS).filter(|_| rng.chance(0.3)).count() as u64;
    check_counts(&[hits, DRAWS as u64 - hits], &[0.3, 0.7], "chance");
    assert!((0..1_000).all(|_| rng.chance(1.0) && !rng.chance(0.0)));
    let mut counts = [0; 3];
    for _ in 0..DRAWS {
        counts[*rng.pick(&[0, 1, 2]).unwrap()] += 1;
    }
    check_counts(&counts, &[1.0 / 3.0; 3], "pick");
    assert_eq!(rng.pick::<u8>(&[]), None);
}

/// Draws in seconds.
fn draws(distribution: Distribution) -> Vec<f64> {
    first(DRAWS, |rng| distribution.sample(rng).as_secs_f64())
}

#[test]
fn means_and_variances_are_those_of_the_formulas() {
    let second = Span::from_secs(1);
    let sigma = 0.5_f64;
    let cases = [
        (Distribution::Uniform { low: second, high: second * 3 }, 2.0, 1.0 / 3.0),
        (exponential(second * 2), 2.0, 4.0),
        (
            Distribution::Lognormal { median: second, sigma },
            (sigma * sigma / 2.0).exp(),
            ((sigma * sigma).exp() - 1.0) * (sigma * sigma).exp(),
        ),
    ];
    for (distribution, expected_mean, expected_variance) in cases {
        let what = format!("{distribution:?}");
        let drawn = draws(distribution);
        Estimate::of(&drawn).check(expected_mean, 0.02, &what);
        assert!((distribution.mean().as_secs_f64() - expected_mean).abs() < 1e-9, "{what}");
        let squares: Vec<f64> = drawn.iter().map(|value| (value - expected_mean) * (value - expected_mean)).collect();
        Estimate::of(&squares).check(expected_variance, 0.06, &what);
        assert!((variance(&drawn) / mean(&squares) - 1.0).abs() < 0.001, "{what}");
    }
    assert_eq!(Distribution::Fixed { value: second }.mean(), second);
}

#[test]
fn draws_fall_evenly_into_the_cells_between_quantiles() {
    let median = Span::from_secs(1);
    // Eighths of the standard normal distribution.
    let normal = [-1.150_349, -0.674_490, -0.318_639, 0.0, 0.318_639, 0.674_490, 1.150_349];
    let logs = normal.map(|z: f64| (0.7 * z).exp());
    let gaps = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0].map(|eighth: f64| -(1.0 - eighth / 8.0).ln());
    for (distribution, quantiles) in
        [(Distribution::Lognormal { median, sigma: 0.7 }, logs), (exponential(median), gaps)]
    {
        let mut counts = [0; 8];
        for value in draws(distribution) {
            counts[quantiles.partition_point(|quantile| *quantile <= value)] += 1;
        }
        check_counts(&counts, &[0.125; 8], &format!("{distribution:?}"));
    }
}

#[test]
fn a_uniform_draw_reaches_both_ends() {
    let narrow = Distribution::Uniform { low: Span::from_nanos(5), high: Span::from_nanos(7) };
    let drawn = first(1_000, |rng| narrow.sample(rng).as_nanos());
    assert_eq!((drawn.iter().min(), drawn.iter().max()), (Some(&5), Some(&7)));
    let whole = Distribution::Uniform { low: Span::ZERO, high: Span::MAX };
    assert!(first(100, |rng| whole.sample(rng)).iter().any(|span| *span > Span::MAX / 2));
}

#[test]
fn impossible_distributions_are_named() {
    let (low, high) = (Span::from_millis(2), Span::from_millis(1));
    let reversed = Distribution::Uniform { low, high };
    assert_eq!(reversed.check(), Err(DistributionError::Reversed { low, high }));
    let message = reversed.check().unwrap_err().to_string();
    assert_eq!(message, "a uniform time can't run from 2 ms to 1 ms: its low end is above its high end");
    assert_eq!(reversed.sample(&mut stream()), low);
    for sigma in [-0.1, 5.1, f64::NAN, f64::INFINITY] {
        let wide = Distribution::Lognormal { median: high, sigma };
        let message = wide.check().unwrap_err().to_string();
        assert_eq!(message, format!("a lognormal time's sigma must be from 0 to 5, not {sigma}"));
        wide.sample(&mut stream());
    }
    for fine in [Distribution::Lognormal { median: high, sigma: 5.0 }, exponential(Span::ZERO)] {
        assert_eq!(fine.check(), Ok(()));
    }
    assert_eq!(Zipf::new(0, 1.0).unwrap_err(), DistributionError::NoItems);
    for exponent in [-0.5, 20.5, f64::NAN] {
        let message = Zipf::new(5, exponent).unwrap_err().to_string();
        assert_eq!(message, format!("a Zipf popularity's exponent must be from 0 to 20, not {exponent}"));
    }
}

#[test]
fn zipf_probabilities_follow_the_law() {
    for exponent in [0.0, 0.6, 0.99, 1.2, 3.0] {
        let zipf = Zipf::new(500, exponent).unwrap();
        let total: f64 = (0..500).map(|rank| zipf.probability(rank)).sum();
        assert!((total - 1.0).abs() < 1e-12);
        for rank in [1_u32, 9, 99, 499] {
            let ratio = zipf.probability(0) / zipf.probability(rank);
            let expected = f64::from(rank + 1).powf(exponent);
            assert!((ratio / expected - 1.0).abs() < 1e-6, "exponent {exponent}, rank {rank}");
        }
        assert_eq!(zipf.probability(500), 0.0);
    }
}

#[test]
fn zipf_frequencies_match_their_probabilities() {
    for (items, exponent) in [(1, 1.0), (2, 0.0), (10, 0.8), (1_000, 0.99), (5_000, 1.2), (777, 0.0)] {
        let zipf = Zipf::new(items, exponent).unwrap();
        assert_eq!(zipf.items(), items);
        let mut counts = vec![0; items as usize];
        for rank in first(DRAWS, |rng| zipf.sample(rng)) {
            counts[rank as usize] += 1;
        }
        if items > 1 {
            let probabilities: Vec<f64> = (0..items).map(|rank| zipf.probability(rank)).collect();
            check_counts(&counts, &probabilities, &format!("{items} items, exponent {exponent}"));
        }
    }
}
