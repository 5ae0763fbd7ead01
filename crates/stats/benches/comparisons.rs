//! How long the comparisons and league tables take on large inputs. Every bench asserts its answer first.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use radost_stats::{
    CsatTally, Level, Progress,
    change::{ChangeSearch, changes_in_mean},
    compare::{ContingencyTable, IndependenceMethod, MonteCarlo, OrdinalTally, RankMethod},
    did::{DidEffects, DidTally},
    forecast::{SmoothingModel, Trend, fit},
    league::{LeagueOptions, league_of_shares},
    suppress_two_way,
};

fn ranks(c: &mut Criterion) {
    // Ten million answers on 0–10 in two groups are 22 counts.
    let mut tally = OrdinalTally::new(2).unwrap();
    for answer in 0..11_u64 {
        tally
            .add(0, answer as f64, 400_000 + 9_000 * answer)
            .unwrap();
        tally
            .add(1, answer as f64, 490_000 - 7_000 * answer)
            .unwrap();
    }
    let test = tally.mann_whitney(0, 1, RankMethod::Auto).unwrap();
    assert!(test.p_value < 1e-100 && test.u > test.n_first as f64 * test.n_second as f64 / 2.0);
    c.bench_function("mann-whitney from a tally of ten million", |b| {
        b.iter(|| black_box(&tally).mann_whitney(0, 1, RankMethod::Auto));
    });
    let values: Vec<f64> = (0..1_000_000_u64)
        .map(|i| (i.wrapping_mul(2_654_435_761) % 1_000_003) as f64)
        .collect();
    c.bench_function("kruskal-wallis of a million distinct values", |b| {
        b.iter(|| {
            let mut tally = OrdinalTally::new(4).unwrap();
            for (i, &value) in values.iter().enumerate() {
                tally.push(i % 4, value).unwrap();
            }
            let test = tally.kruskal_wallis().unwrap();
            assert_eq!(test.n, 1_000_000);
            test.h
        });
    });
}

fn tables(c: &mut Criterion) {
    let sparse =
        ContingencyTable::from_rows(&[[3, 0, 2, 1], [1, 4, 0, 2], [0, 2, 5, 1], [2, 1, 0, 6]])
            .unwrap();
    let exact = |table: &ContingencyTable| {
        table
            .exact(MonteCarlo::default(), Progress::none())
            .unwrap()
    };
    assert_eq!(exact(&sparse).method, IndependenceMethod::Exact);
    c.bench_function("freeman-halton, 4 x 4, 30 responses", |b| {
        b.iter(|| exact(black_box(&sparse)));
    });
    let large = ContingencyTable::from_rows(&[
        [120, 90, 30, 4],
        [100, 95, 41, 2],
        [98, 70, 55, 9],
        [130, 85, 20, 1],
        [99, 99, 33, 7],
    ])
    .unwrap();
    assert!(matches!(
        exact(&large).method,
        IndependenceMethod::MonteCarlo { .. }
    ));
    c.bench_function(
        "freeman-halton, 5 x 4, 1,188 responses, 10,000 simulated",
        |b| {
            b.iter(|| exact(black_box(&large)));
        },
    );
    let counts: Vec<Vec<u64>> = (0..50_u64)
        .map(|r| (0..50).map(|c| (r * 31 + c * 17 + r * c) % 40).collect())
        .collect();
    let withheld = suppress_two_way(&counts, 5).unwrap();
    assert!(withheld.cells.iter().flatten().filter(|&&w| w).count() > 200);
    c.bench_function("suppression, 50 x 50", |b| {
        b.iter(|| suppress_two_way(black_box(&counts), 5));
    });
}

fn series(c: &mut Criterion) {
    let values: Vec<f64> = (0..5_000_u64)
        .map(|i| (i / 1_250 % 2) as f64 * 3.0 + (i * i * 17 % 101) as f64 / 25.0)
        .collect();
    let search = ChangeSearch::default();
    let found = changes_in_mean(&values, &search, Progress::none()).unwrap();
    assert_eq!(found.changes.len(), 3);
    c.bench_function("change points, 5,000 points, 1,000 resamples", |b| {
        b.iter(|| changes_in_mean(black_box(&values), &search, Progress::none()));
    });
    let months: Vec<f64> = (0..120_u64)
        .map(|i| 60.0 + 0.1 * i as f64 + (i % 12) as f64 + (i * i % 7) as f64)
        .collect();
    let model = SmoothingModel {
        trend: Trend::Damped,
        season: 12,
    };
    assert!(fit(&months, model, Progress::none()).unwrap().sse > 0.0);
    c.bench_function("damped holt-winters, 120 months", |b| {
        b.iter(|| fit(black_box(&months), model, Progress::none()));
    });
}

fn units(c: &mut Criterion) {
    let shops: Vec<CsatTally> = (0..1_000_u64)
        .map(|i| CsatTally::from_counts(10 + i * 13 % 60, 70 + i * 7 % 50).unwrap())
        .collect();
    let options = LeagueOptions::default();
    let league = league_of_shares(&shops, &options, Progress::none()).unwrap();
    let ranks: f64 = league.rows.iter().map(|row| row.expected_rank).sum();
    assert!((ranks - 500_500.0).abs() < 1e-3);
    c.bench_function("league of 1,000 shops, 4,000 draws", |b| {
        b.iter(|| league_of_shares(black_box(&shops), &options, Progress::none()));
    });
    let mut tally = DidTally::default();
    for shop in 0..200_u64 {
        for month in 0..24_u32 {
            for i in 0..3_u64 {
                let treated = shop % 2 == 0 && month >= 12;
                let noise = (shop * shop * 7 + u64::from(month * month) * 11 + i * 5) % 13;
                let value = noise as f64 + if treated { 0.5 } else { 0.0 };
                tally.push(shop, month, treated, value).unwrap();
            }
        }
    }
    let effect = tally.estimate(DidEffects::Clusters, Level::P95).unwrap();
    assert!((effect.effect - 0.5).abs() < 3.0 * effect.standard_error);
    c.bench_function(
        "difference-in-differences, 200 x 24, 1,000 permutations",
        |b| {
            b.iter(|| tally.permutation(DidEffects::Clusters, 1_000, 1, Progress::none()));
        },
    );
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10).measurement_time(std::time::Duration::from_secs(2)).warm_up_time(std::time::Duration::from_millis(300));
    targets = ranks, tables, series, units
}
criterion_main!(benches);
