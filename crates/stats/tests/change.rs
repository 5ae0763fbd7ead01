//! Change points and trends against all segmentations and scipy 1.17.1, by `bench/reference/change.py`.
#![allow(clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{CsatTally, Level, Progress, change::*};

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!(
        (got - expected).abs() <= 1e-9 * (1.0 + expected.abs()),
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

fn series() -> Vec<f64> {
    (0..90)
        .map(|i| {
            let (step, late) = (10 * (i / 25 % 2), f64::from(u8::from(i >= 60)));
            f64::from(step) / 4.0 + 50.0 + f64::from((17 * i * i + 5 * i) % 19) / 6.0 - 0.8 * late
        })
        .collect()
}

fn shares() -> Vec<CsatTally> {
    (0..30_u64)
        .map(|i| {
            let fall = if (12..20).contains(&i) { 25 } else { 0 };
            CsatTally::from_counts(60 + (11 * i * i) % 17 - fall, 120 + 5 * (i % 3)).unwrap()
        })
        .collect()
}

fn quick() -> ChangeSearch {
    ChangeSearch {
        resamples: 200,
        ..ChangeSearch::default()
    }
}

fn places(found: &Changes) -> Vec<usize> {
    found.changes.iter().map(|change| change.index).collect()
}

#[test]
fn agrees_with_all_segmentations() {
    for min_segment in [1, 2, 10] {
        let search = ChangeSearch {
            min_segment,
            ..quick()
        };
        let found = changes_in_mean(&series(), &search, Progress::none()).unwrap();
        assert_eq!(places(&found), [25, 50, 75]);
        close(found.cost, 71.4263663895);
        close(found.sigma.unwrap(), 1.04835808251);
        assert!(found.p_value < 0.01);
        for change in &found.changes {
            assert!(change.low <= change.index && change.index <= change.high);
            assert!(change.high - change.low < 15);
        }
    }
    let found = changes_in_share(&shares(), &quick(), Progress::none()).unwrap();
    assert_eq!(places(&found), [12, 20]);
    close(found.cost, 5086.42896375);
    assert_eq!(found.segments.len(), 3);
    assert!(found.segments[1].level < found.segments[0].level);
}

#[test]
fn the_seed_alone_decides_the_draws() {
    let one = changes_in_mean(&series(), &quick(), Progress::none()).unwrap();
    assert_eq!(
        changes_in_mean(&series(), &quick(), Progress::none()).unwrap(),
        one
    );
    let stop = |_, _| std::ops::ControlFlow::Break(());
    refuses(
        changes_in_mean(&series(), &quick(), Progress::new(&stop)),
        "the computation was cancelled",
    );
}

#[test]
fn steps_without_noise() {
    let mut values = vec![4.0; 8];
    values.extend([6.0; 8]);
    let found = changes_in_mean(&values, &quick(), Progress::none()).unwrap();
    assert_eq!(places(&found), [8]);
    assert_eq!((found.changes[0].low, found.changes[0].high), (8, 8));
}

#[test]
fn trends() {
    // scipy.stats.theilslopes(alpha=.95), kendalltau; p with continuity correction
    let uneven: Vec<f64> = (0..24)
        .map(|i| f64::from(i) * 1.5 + f64::from(i % 3) / 4.0)
        .collect();
    let drifting: Vec<f64> = series()
        .iter()
        .zip(0..24)
        .map(|(x, i)| x + 0.05 * f64::from(i))
        .collect();
    let even: Vec<f64> = (0..15).map(f64::from).collect();
    let tied = [3, 4, 4, 3, 5, 4, 5, 4, 4, 5, 5, 6, 5, 4, 6].map(f64::from);
    for (times, values, expected) in [
        (
            &uneven,
            &drifting[..],
            [
                0.0282913165266,
                -0.0185185185185,
                0.0617647058824,
                0.195652173913,
                54.0,
                0.188633153037,
            ],
        ),
        (
            &even,
            &tied,
            [
                0.142857142857,
                0.0,
                0.222222222222,
                0.55249462011,
                50.0,
                0.00994437460754,
            ],
        ),
    ] {
        let trend = mann_kendall(times, values, Level::P95).unwrap();
        let got = [
            trend.slope,
            trend.low,
            trend.high,
            trend.tau,
            trend.s,
            trend.p_value,
        ];
        for (got, expected) in got.into_iter().zip(expected) {
            close(got, expected);
        }
    }
}

#[test]
fn refusals() {
    let none = Progress::none;
    refuses(
        changes_in_mean(&[1.0, 2.0, 3.0], &quick(), none()),
        "this needs 4 points, and there are 3",
    );
    refuses(
        changes_in_mean(&[1.0, 2.0, f64::INFINITY, 4.0], &quick(), none()),
        "inf at index 2 is not a finite number",
    );
    refuses(
        changes_in_mean(&[2.0; 9], &quick(), none()),
        "all points are equal, so nothing can have changed",
    );
    refuses(
        changes_in_share(
            &[CsatTally::from_counts(3, 4).unwrap(); 9],
            &quick(),
            none(),
        ),
        "all points are equal, so nothing can have changed",
    );
    refuses(
        changes_in_share(&[CsatTally::default(); 9], &quick(), none()),
        "the point at index 0 has no responses: leave it out",
    );
    let search = ChangeSearch {
        min_segment: 0,
        ..quick()
    };
    refuses(
        changes_in_mean(&series(), &search, none()),
        "the smallest segment must have at least 1 point",
    );
    let search = ChangeSearch {
        penalty: Penalty::Value(f64::NAN),
        ..quick()
    };
    refuses(
        changes_in_mean(&series(), &search, none()),
        "NaN is no penalty: it must be zero or more",
    );
    let search = ChangeSearch {
        resamples: 5,
        ..quick()
    };
    refuses(
        changes_in_mean(&series(), &search, none()),
        "5 resamples are too few: 100 are needed",
    );
    refuses(
        mann_kendall(&[1.0, 2.0], &[1.0], Level::P95),
        "there are 2 times for 1 values",
    );
    refuses(
        mann_kendall(&[1.0, 2.0, 2.0, 3.0], &[1.0; 4], Level::P95),
        "the time at index 2 is not after the one before it",
    );
    refuses(
        mann_kendall(&[1.0, 2.0, 3.0, 4.0], &[1.0; 4], Level::P95),
        "all points are equal, so nothing can have changed",
    );
    let long: Vec<f64> = (0..6000).map(f64::from).collect();
    refuses(
        mann_kendall(&long, &long, Level::P95),
        "this takes at most 5000 points, and there are 6000",
    );
}

/// The cheapest segmentation by looking at every last segment.
fn exhaustive(values: &[f64], sigma: f64, penalty: f64, smallest: usize) -> f64 {
    let n = values.len();
    let cost = |from: usize, to: usize| {
        let part = &values[from..to];
        let mean = part.iter().sum::<f64>() / part.len() as f64;
        part.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / sigma / sigma
    };
    let mut best = vec![f64::INFINITY; n + 1];
    best[0] = -penalty;
    for end in smallest..=n {
        for start in 0..=end - smallest {
            best[end] = best[end].min(best[start] + cost(start, end) + penalty);
        }
    }
    best[n]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn pruning_loses_nothing(values in vec(-5.0..5.0_f64, 8..60), smallest in 1..4_usize, penalty in 0.0..12.0_f64) {
        let search = ChangeSearch { min_segment: smallest, penalty: Penalty::Value(penalty), resamples: 100, ..ChangeSearch::default() };
        let found = changes_in_mean(&values, &search, Progress::none()).unwrap();
        let total = found.cost + penalty * found.changes.len() as f64;
        let best = exhaustive(&values, found.sigma.unwrap(), penalty, smallest);
        prop_assert!((total - best).abs() <= 1e-8 * (1.0 + best.abs()), "{total} {best}");
        for segment in &found.segments {
            prop_assert!(segment.to - segment.from >= smallest);
        }
    }

    #[test]
    fn units_and_direction_do_not_matter(values in vec(-5.0..5.0_f64, 8..40), shift in -100.0..100.0_f64, scale in 0.1..10.0_f64) {
        let turned: Vec<f64> = values.iter().map(|x| shift - scale * x).collect();
        let (one, two) = (
            changes_in_mean(&values, &quick(), Progress::none()).unwrap(),
            changes_in_mean(&turned, &quick(), Progress::none()).unwrap(),
        );
        prop_assert_eq!(places(&one), places(&two));
        let times: Vec<f64> = (0..values.len()).map(|i| i as f64).collect();
        let (up, down) = (mann_kendall(&times, &values, Level::P95).unwrap(), mann_kendall(&times, &turned, Level::P95).unwrap());
        prop_assert_eq!(up.s, -down.s);
        prop_assert!((up.slope * scale + down.slope).abs() < 1e-8);
    }
}
