//! Krippendorff's alpha on a million ratings (bar: 1 s) and k-medoids on 10,000 profiles (bar: 2 s), with the rest of agreement and groups.
#![allow(clippy::unwrap_used, missing_docs)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use radost_stats::{Level, Progress, agreement::*, groups::*};

/// A number from 0 to 1 that looks random, the same on every run.
fn noise(i: u64, j: u64) -> f64 {
    let mut x =
        (i + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (j + 1).wrapping_mul(0xD134_2543_DE82_EF95);
    x = (x ^ (x >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((x ^ (x >> 29)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// 200,000 units rated by five raters each, one rating in twenty missing.
fn ratings(values: f64) -> Vec<[Option<f64>; 5]> {
    let rating = |unit: u64, rater: u64| {
        let own = 0.7 * noise(unit, 9) + 0.3 * noise(unit, rater);
        (noise(unit, 20 + rater) > 0.05).then(|| (own * values).floor())
    };
    (0..200_000)
        .map(|unit| [0, 1, 2, 3, 4].map(|rater| rating(unit, rater)))
        .collect()
}

fn krippendorff(c: &mut Criterion) {
    let mut group = c.benchmark_group("krippendorff, 1,000,000 ratings");
    group.sample_size(10);
    for (name, values, metrics) in [
        (
            "five values, all metrics",
            5.0,
            &[
                AlphaMetric::Nominal,
                AlphaMetric::Ordinal,
                AlphaMetric::Interval,
                AlphaMetric::Ratio,
            ][..],
        ),
        (
            "a million values, interval",
            1e6,
            &[AlphaMetric::Interval][..],
        ),
    ] {
        let rows = ratings(values);
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut tally = UnitTally::default();
                for row in black_box(&rows) {
                    tally.push(row).unwrap();
                }
                for &metric in metrics {
                    let alpha = tally.alpha(metric).unwrap().value;
                    assert!((0.3..0.9).contains(&alpha), "{metric} {alpha}");
                }
            });
        });
    }
    let mut tally = UnitTally::default();
    for row in ratings(5.0) {
        tally.push(&row).unwrap();
    }
    group.bench_function("interval of 1,000 draws", |b| {
        b.iter(|| {
            let interval = tally
                .interval(AlphaMetric::Ordinal, Level::P95, 1000, 1, &Progress::none())
                .unwrap();
            assert!(interval.low < interval.high && interval.high - interval.low < 0.01);
        });
    });
    group.finish();
}

/// Profiles of eight numbers around six centres.
fn numbers(n: u64) -> Vec<Column> {
    (0..8)
        .map(|column| {
            let value = |i: u64| {
                3.0 * noise(i % 6, 100 + column) + noise(i, column) + noise(i, 50 + column)
            };
            Column::Numeric((0..n).map(|i| Some(value(i))).collect())
        })
        .collect()
}

/// Mixed columns: four numbers, of which one is missing at times, two places, two categories.
fn mixed(n: u64) -> Vec<Column> {
    let mut columns = numbers(n);
    columns.truncate(4);
    if let Some(Column::Numeric(values)) = columns.first_mut() {
        for (i, value) in values.iter_mut().enumerate() {
            if noise(i as u64, 77) < 0.1 {
                *value = None;
            }
        }
    }
    let code = |i: u64, column: u64, codes: f64| {
        ((0.5 * noise(i % 6, column) + 0.5 * noise(i, column)) * codes).floor()
    };
    for column in [200, 201] {
        columns.push(Column::Ordinal(
            (0..n).map(|i| Some(code(i, column, 7.0))).collect(),
        ));
        columns.push(Column::Nominal(
            (0..n)
                .map(|i| Some(code(i, column + 50, 5.0) as u32))
                .collect(),
        ));
    }
    columns
}

fn k_medoids(c: &mut Criterion) {
    let mut group = c.benchmark_group("k-medoids, 10,000 profiles");
    group.sample_size(10);
    for (name, columns, distance) in [
        (
            "Euclidean, 8 numbers, 6 groups",
            numbers(10_000),
            Distance::Euclidean,
        ),
        (
            "Gower, 8 mixed columns, 6 groups",
            mixed(10_000),
            Distance::Gower,
        ),
    ] {
        let profiles = Profiles::new(&columns, None, distance).unwrap();
        group.bench_function(name, |b| {
            b.iter(|| {
                let fit = KMedoids::new(6, 1)
                    .fit(black_box(&profiles), &Progress::none())
                    .unwrap();
                assert_eq!(
                    (fit.method, fit.distinct),
                    (KMedoidsMethod::FasterPam, 10_000)
                );
                assert!(
                    fit.sizes.iter().all(|size| (1000.0..2600.0).contains(size)),
                    "{:?}",
                    fit.sizes
                );
            });
        });
    }
    let profiles = Profiles::new(&numbers(10_000), None, Distance::Euclidean).unwrap();
    let fit = KMedoids::new(6, 1)
        .fit(&profiles, &Progress::none())
        .unwrap();
    group.bench_function("silhouette, all distances", |b| {
        b.iter(|| {
            let s = silhouette(&profiles, &fit.assignment, &Progress::none()).unwrap();
            assert!(s.mean > 0.1 && s.rows.len() == 10_000);
        });
    });
    group.finish();
}

fn latent_class(c: &mut Criterion) {
    let mut tally = PatternTally::new(vec![4; 8]).unwrap();
    for i in 0..100_000 {
        let answer =
            |item: u64| ((0.6 * noise(i % 3, 300 + item) + 0.4 * noise(i, item)) * 4.0) as usize;
        let answers: Vec<Option<usize>> = (0..8).map(|item| Some(answer(item))).collect();
        tally.push(&answers).unwrap();
    }
    let mut group = c.benchmark_group("latent classes, 100,000 customers");
    group.sample_size(10);
    group.bench_function("3 classes, 8 items of 4, 10 starts", |b| {
        b.iter(|| {
            let settings = LatentClass {
                starts: 10,
                tolerance: 1e-6,
                ..LatentClass::new(3, 1)
            };
            let fit = settings.fit(&tally, &Progress::none()).unwrap();
            assert!(
                fit.classes
                    .iter()
                    .all(|class| (class.share.value - 1.0 / 3.0).abs() < 0.05)
            );
        });
    });
    group.finish();
}

criterion_group!(benches, krippendorff, k_medoids, latent_class);
criterion_main!(benches);
