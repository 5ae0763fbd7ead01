//! Groups against kmedoids 0.5.5, scikit-learn 1.9.1, scipy 1.17.1 and EM in numpy 2.4.6 by `bench/reference/groups.py`; refusals; and
//! the laws that hold for any data.
#![allow(clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, Progress, groups::*};
use std::ops::ControlFlow;

mod kmedoids;
mod latent_class;
mod laws;
mod tree;

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
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

fn none() -> Progress<'static> {
    Progress::none()
}

/// Points around four corners, by the same formula as `blobs` in the script.
fn blobs(n: usize) -> [Column; 2] {
    let x = |i: usize| 10.0 * (i % 2) as f64 + (i * 7919 % 1009) as f64 / 1009.0 * 6.0;
    let y = |i: usize| 9.0 * (i / 2 % 2) as f64 + (i * 104_729 % 1013) as f64 / 1013.0 * 6.0;
    [
        Column::Numeric((0..n).map(|i| Some(x(i))).collect()),
        Column::Numeric((0..n).map(|i| Some(y(i))).collect()),
    ]
}

fn points(n: usize, distance: Distance) -> Profiles {
    Profiles::new(&blobs(n), None, distance).unwrap()
}

const SIZES: [usize; 4] = [2, 3, 2, 4];

/// By the same formula as `answers` in the script.
fn answers(n: usize, holes: bool) -> PatternTally {
    let mut tally = PatternTally::new(SIZES.to_vec()).unwrap();
    for r in 0..n {
        let kind = r % 5 < 2;
        let u = [389, 541, 677, 773].map(|p| (r * p % 997) as f64 / 997.0);
        let yes = |condition: bool| usize::from(condition);
        let mut row = [
            yes(u[0] < if kind { 0.8 } else { 0.3 }),
            if kind {
                yes(u[1] < 0.7) + yes(u[1] < 0.5)
            } else {
                yes(u[1] < 0.4) + yes(u[1] < 0.1)
            },
            yes(u[2] < if kind { 0.9 } else { 0.25 }),
            (4.0 * if kind { u[3] * u[3] } else { u[3].sqrt() }) as usize,
        ]
        .map(Some);
        if holes && r % 3 == 0 {
            row[r % 4] = None;
        }
        tally.push(&row).unwrap();
    }
    tally
}

fn rows() -> impl Strategy<Value = Vec<(u32, u32, u32)>> {
    vec((0..8_u32, 0..4_u32, 0..3_u32), 8..40).prop_filter("columns vary", |rows| {
        rows.iter().any(|r| r.0 != rows[0].0)
            && rows.iter().any(|r| r.1 != rows[0].1)
            && rows.iter().any(|r| r.2 != rows[0].2)
    })
}

fn columns(rows: &[(u32, u32, u32)]) -> [Column; 3] {
    [
        Column::Numeric(rows.iter().map(|row| Some(f64::from(row.0))).collect()),
        Column::Ordinal(
            rows.iter()
                .map(|row| (row.1 > 0).then_some(f64::from(row.1)))
                .collect(),
        ),
        Column::Nominal(rows.iter().map(|row| Some(row.2)).collect()),
    ]
}
