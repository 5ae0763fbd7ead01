//! Key drivers: exact LMG, and the bootstrap of it.
#![allow(clippy::unwrap_used)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use radost_stats::{Level, Progress, drivers::*};

/// Answers on 1 to 10: a mood that all drivers share, and an outcome that follows them. A column after the other, the outcome first.
fn answers(rows: usize, drivers: usize) -> (Vec<String>, Vec<Vec<f64>>) {
    let mut state = 1_u64;
    let mut uniform = || {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / (1_u64 << 31) as f64
    };
    let mut columns = vec![Vec::with_capacity(rows); drivers + 1];
    for _ in 0..rows {
        let mood = uniform();
        let mut sum = 0.0;
        for (j, column) in columns[1..].iter_mut().enumerate() {
            let value = (1.0 + (10.0 * (0.4 * mood + 0.6 * uniform())).floor()).min(10.0);
            sum += (j + 1) as f64 * value;
            column.push(value);
        }
        let weights = (drivers * (drivers + 1) / 2) as f64;
        columns[0].push(
            (sum / weights + 2.0 * uniform() - 1.0)
                .round()
                .clamp(1.0, 10.0),
        );
    }
    let names = std::iter::once("y".to_owned()).chain((0..drivers).map(|j| format!("x{j}")));
    (names.collect(), columns)
}

fn lmg(names: &[String], columns: &[Vec<f64>]) -> Importance {
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let mut gram = Gram::new(names).unwrap();
    gram.push_columns(&slices, None).unwrap();
    let model = gram
        .moments(Weights::Sampling)
        .unwrap()
        .model("y", &names[1..])
        .unwrap();
    model
        .importance(DriverMeasure::Lmg, &Progress::none())
        .unwrap()
}

/// LMG adds up to R², and the driver that weighs most matters most.
fn check(found: &Importance) {
    let sum: f64 = found.drivers.iter().map(|driver| driver.value).sum();
    assert!((sum - found.r_squared).abs() < 1e-10);
    let most = found
        .drivers
        .iter()
        .max_by(|a, b| a.value.total_cmp(&b.value))
        .unwrap();
    assert_eq!(most.driver, found.drivers.last().unwrap().driver);
}

fn exact(c: &mut Criterion) {
    let mut group = c.benchmark_group("lmg");
    for (drivers, rows) in [(12, 100_000), (20, 100_000), (25, 100_000)] {
        let (names, columns) = answers(rows, drivers);
        check(&lmg(&names, &columns));
        group.sample_size(10);
        group.bench_function(
            format!("{drivers} drivers, {rows} rows, tally and measure"),
            |b| {
                b.iter(|| lmg(black_box(&names), black_box(&columns)));
            },
        );
    }
    group.finish();
}

fn bootstrap(c: &mut Criterion) {
    let (names, columns) = answers(100_000, 14);
    let mut rows = DriverRows::new(&names).unwrap();
    let mut blocks = BlockTally::new(&names, 1000, 1).unwrap();
    for i in 0..100_000 {
        let row: Vec<Option<f64>> = columns.iter().map(|column| Some(column[i])).collect();
        rows.push(&row, 1.0).unwrap();
        blocks.push(i as u64, &row, 1.0).unwrap();
    }
    let settings = Bootstrap {
        draws: 1000,
        seed: 1,
        level: Level::P95,
        interval: BootstrapInterval::Percentile,
        missing: Missing::Listwise,
        weights: Weights::Sampling,
    };
    let none = Progress::none();
    let of_rows = || {
        rows.bootstrap("y", &names[1..], &[DriverMeasure::Lmg], &settings, &none)
            .unwrap()
    };
    let of_blocks = || {
        blocks
            .bootstrap("y", &names[1..], &[DriverMeasure::Lmg], &settings, &none)
            .unwrap()
    };
    for (a, b) in of_rows().rows.iter().zip(of_blocks().rows) {
        assert!(a.low < a.value && a.value < a.high && (a.value - b.value).abs() < 1e-10);
        assert!((a.standard_error / b.standard_error - 1.0).abs() < 0.2);
    }
    let mut group = c.benchmark_group("bootstrap, 14 drivers, 100000 rows, 1000 draws");
    group.sample_size(10);
    group.bench_function("rows (exact)", |b| b.iter(of_rows));
    group.bench_function("1000 blocks (approximate)", |b| b.iter(of_blocks));
    group.finish();
}

/// Dominance over a yes or no: many rows of answers on 1 to 5, nearly all of them different.
fn logistic(c: &mut Criterion) {
    let (names, columns) = answers(20_000, 14);
    let mut tally = BinaryTally::new(&names[1..]).unwrap();
    for i in 0..20_000 {
        let row: Vec<f64> = columns[1..].iter().map(|x| (x[i] / 2.0).ceil()).collect();
        tally.push(&row, columns[0][i] > 5.0).unwrap();
    }
    let none = Progress::none();
    let sampled = || tally.dominance_sampled(&names[1..], 40, 1, &none).unwrap();
    let found = sampled();
    let whole = tally.fit(&names[1..], Level::P95).unwrap();
    assert!((found.r_squared - whole.mcfadden_r_squared).abs() < 1e-10);
    let mut group = c.benchmark_group("logistic dominance, 20000 rows");
    group.sample_size(10);
    group.bench_function("14 drivers, 40 orders", |b| b.iter(sampled));
    group.bench_function("8 drivers, every subset", |b| {
        b.iter(|| tally.dominance(&names[1..9], &none).unwrap())
    });
    group.finish();
}

criterion_group!(benches, exact, bootstrap, logistic);
criterion_main!(benches);
