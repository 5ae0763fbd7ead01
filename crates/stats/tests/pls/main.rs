//! Path models against plspm 0.5.7 and statsmodels 0.15.0 by `bench/reference/pls.py`, and the mobile phone data against semPLS 1.0-10.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, Progress, Scale, pls::*};
use std::ops::ControlFlow;

#[path = "../support/mod.rs"]
mod support;

mod bootstrap;
mod fit;
mod laws;
mod refusals;
mod shared_data;

#[track_caller]
fn close(got: f64, expected: f64) {
    within(got, expected, 1e-8 * (1.0 + expected.abs()));
}

#[track_caller]
fn within(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance,
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn all_close(got: impl IntoIterator<Item = f64>, expected: &[f64]) {
    let got: Vec<f64> = got.into_iter().collect();
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.into_iter().zip(expected) {
        close(got, *expected);
    }
}

const COLUMNS: [&str; 9] = ["a1", "a2", "a3", "b1", "b2", "c1", "c2", "c3", "d1"];

fn model(mode_of_c: Mode) -> PlsModel {
    PlsModel::builder()
        .latent("A", Mode::A, ["a1", "a2", "a3"])
        .latent("B", Mode::A, ["b1", "b2"])
        .latent("C", mode_of_c, ["c1", "c2", "c3"])
        .latent("D", Mode::A, ["d1"])
        .path("A", "B")
        .path("A", "C")
        .path("B", "C")
        .path("B", "D")
        .path("C", "D")
        .build()
        .unwrap()
}

/// The same whole numbers as `answers()` of the script.
fn answers() -> Vec<[f64; 9]> {
    let mut state = 12345_u64;
    let mut unit = || {
        state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
        state as f64 / 2_147_483_648.0
    };
    let mut rows = Vec::new();
    for _ in 0..60 {
        let [a, b, c, d] = [unit(), unit(), unit(), unit()];
        let b = 0.6 * a + 0.4 * b;
        let c = 0.3 * a + 0.4 * b + 0.3 * c;
        let d = 0.3 * b + 0.4 * c + 0.3 * d;
        let mut row = Vec::new();
        for (latent, count, width) in [(a, 3, 9.0), (b, 2, 9.0), (c, 3, 6.0), (d, 1, 9.0)] {
            for i in 0..count {
                let own = 0.5 * latent + 0.5 * unit() * (1.0 - f64::from(i) / 5.0);
                row.push((1.0 + width * own).floor());
            }
        }
        rows.push(row.try_into().unwrap());
    }
    rows
}

fn rows_of<const N: usize>(columns: [&str; N], rows: &[[f64; N]]) -> PlsRows {
    let mut all = PlsRows::new(columns, MissingAnswers::Listwise).unwrap();
    for row in rows {
        all.push(&row.map(Some)).unwrap();
    }
    all
}

fn fit_of(model: &PlsModel, settings: &PlsSettings) -> PlsFit {
    let tally = rows_of(COLUMNS, &answers()).tally().unwrap();
    model.fit(&tally, settings).unwrap()
}

/// As near as plspm comes with a tolerance of 10⁻²².
const EXACT: PlsSettings = PlsSettings {
    scheme: PlsScheme::Centroid,
    scaling: PlsScaling::Standardized,
    tolerance: 1e-11,
    max_iterations: 1000,
};

fn scales() -> Vec<Scale> {
    let scale = |column: &str| Scale::new(1.0, if column.starts_with('c') { 7.0 } else { 10.0 });
    COLUMNS
        .iter()
        .map(|column| scale(column).unwrap())
        .collect()
}

/// Two latent variables of one indicator each, with every seventh answer missing on either side if asked.
fn pair(missing: bool) -> (PlsModel, PlsRows) {
    let model = PlsModel::builder()
        .latent("A", Mode::A, ["a1"])
        .latent("B", Mode::A, ["b1"])
        .path("A", "B")
        .build()
        .unwrap();
    let mut rows = PlsRows::new(["a1", "b1"], MissingAnswers::MeanReplacement).unwrap();
    for (i, row) in answers().iter().enumerate() {
        let a = (!missing || i % 7 != 0).then_some(row[0]);
        let b = (!missing || i % 7 != 1).then_some(row[3]);
        rows.push(&[a, b]).unwrap();
    }
    (model, rows)
}
