//! Key drivers against numpy 2.4.6, scipy 1.17.1, pandas 2.3.3 and statsmodels 0.15.0 by `bench/reference/drivers.py`, against relaimpo 2.2-7 and
//! rwa 0.1.0 where the shared data are there, and the laws and refusals.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, Progress, Scale, drivers::*};

#[path = "../support/mod.rs"]
mod support;

mod bootstrap;
mod contrast;
mod correlation;
mod importance;
mod laws;
mod missing;
mod refusals;
mod regression;
mod shared_data;

#[track_caller]
fn close(got: f64, expected: f64) {
    within(got, expected, 1e-9 * (1.0 + expected.abs()));
}

#[track_caller]
fn within(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance,
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn all_close(got: impl IntoIterator<Item = f64>, expected: &[f64], tolerance: f64) {
    let got: Vec<f64> = got.into_iter().collect();
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        within(*got, *expected, tolerance * (1.0 + expected.abs()));
    }
}

/// The rows of `answers` in bench/reference/drivers.py.
fn answers(n: usize, p: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut state = seed;
    let mut uniform = || {
        state = (1_103_515_245 * state + 12_345) % (1 << 31);
        (state >> 16) as f64 / 32_768.0
    };
    (0..n)
        .map(|_| {
            let mood = uniform();
            let x: Vec<f64> = (0..p)
                .map(|_| (1.0 + (10.0 * (0.4 * mood + 0.6 * uniform())).floor()).min(10.0))
                .collect();
            let sum: f64 = x
                .iter()
                .enumerate()
                .map(|(j, value)| (j + 1) as f64 * 0.125 * value)
                .sum();
            let mut row = vec![sum + 4.0 * uniform()];
            row.extend(x);
            row
        })
        .collect()
}

fn columns(p: usize) -> Vec<String> {
    std::iter::once("y".to_owned())
        .chain((0..p).map(|j| format!("x{j}")))
        .collect()
}

fn gram_of(rows: &[Vec<f64>]) -> Gram {
    let mut gram = Gram::new(columns(rows[0].len() - 1)).unwrap();
    for row in rows {
        gram.push(row).unwrap();
    }
    gram
}

fn model_of(rows: &[Vec<f64>]) -> DriverModel {
    model(&gram_of(rows))
}

fn model(gram: &Gram) -> DriverModel {
    let columns = gram.columns();
    gram.moments(Weights::Sampling)
        .unwrap()
        .model(&columns[0], &columns[1..])
        .unwrap()
}

fn values(model: &DriverModel, measure: DriverMeasure) -> Vec<f64> {
    let found = model.importance(measure, &Progress::none()).unwrap();
    found.drivers.iter().map(|driver| driver.value).collect()
}

/// Some answers missing, by the row's and the column's number.
fn holes(rows: &[Vec<f64>]) -> Vec<Vec<Option<f64>>> {
    let hole = |i: usize, j: usize| (i * (2 * j + 3) + j).is_multiple_of(11);
    rows.iter()
        .enumerate()
        .map(|(i, row)| {
            row.iter()
                .enumerate()
                .map(|(j, &value)| (!hole(i, j)).then_some(value))
                .collect()
        })
        .collect()
}

fn missing_of(rows: &[Vec<Option<f64>>]) -> MissingTally {
    let mut tally = MissingTally::new(columns(rows[0].len() - 1)).unwrap();
    for row in rows {
        tally.push(row, 1.0).unwrap();
    }
    tally
}

fn pairs(table: &[&[u32]]) -> PairTally {
    let mut tally = PairTally::default();
    for (i, row) in table.iter().enumerate() {
        for (j, &count) in row.iter().enumerate() {
            tally.add(i as f64, j as f64, f64::from(count)).unwrap();
        }
    }
    tally
}

fn binary_of(rows: &[Vec<f64>], above: f64) -> BinaryTally {
    let mut tally = BinaryTally::new((0..rows[0].len() - 1).map(|j| format!("x{j}"))).unwrap();
    for row in rows {
        tally.push(&row[1..], row[0] > above).unwrap();
    }
    tally
}

fn bootstrap(interval: BootstrapInterval, missing: Missing) -> Bootstrap {
    Bootstrap {
        draws: 2000,
        seed: 3,
        level: Level::P95,
        interval,
        missing,
        weights: Weights::Sampling,
    }
}

fn rows_of(rows: &[Vec<f64>]) -> DriverRows {
    let mut kept = DriverRows::new(columns(rows[0].len() - 1)).unwrap();
    for row in rows {
        kept.push(
            &row.iter().map(|&value| Some(value)).collect::<Vec<_>>(),
            1.0,
        )
        .unwrap();
    }
    kept
}
