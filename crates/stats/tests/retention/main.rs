//! Retention against values from outside: lifetimes 0.11.3, lifelines 0.30.3, statsmodels 0.15.0, scipy 1.17.1 and pandas 2.3.3 by
//! `bench/reference/retention.py`, or a publication. Then the laws, and what is refused.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, Progress, retention::*};
use std::{collections::BTreeMap, ops::ControlFlow};

#[path = "../support/mod.rs"]
mod support;

mod clv;
mod cox;
mod laws;
mod sbg;
mod shared_data;
mod survival;
mod transactions;

/// x, t_x and T in days, and how many customers: drawn by `customers()` of the script.
#[rustfmt::skip]
const HISTORIES: &[(u64, u32, u32, u64)] = &[
    (0, 0, 182, 16), (0, 0, 210, 12), (0, 0, 238, 15), (0, 0, 266, 15), (1, 1, 210, 1), (1, 1, 238, 2), (1, 1, 266, 1), (1, 2, 210, 1),
    (1, 2, 266, 1), (1, 3, 238, 1), (1, 3, 266, 1), (1, 4, 238, 1), (1, 5, 210, 1), (1, 5, 266, 2), (1, 8, 266, 1), (1, 9, 210, 1),
    (1, 9, 266, 1), (1, 10, 266, 1), (1, 11, 182, 2), (1, 11, 266, 1), (1, 13, 182, 1), (1, 13, 238, 1), (1, 16, 182, 1),
    (1, 16, 210, 1), (1, 16, 238, 1), (1, 18, 182, 2), (1, 19, 238, 1), (1, 20, 238, 1), (1, 21, 182, 1), (1, 25, 210, 1),
    (1, 26, 182, 1), (1, 28, 182, 1), (1, 29, 210, 2), (1, 29, 266, 1), (1, 31, 238, 1), (1, 33, 210, 1), (1, 35, 182, 1),
    (1, 35, 210, 1), (1, 43, 210, 1), (1, 44, 238, 1), (1, 44, 266, 1), (1, 45, 266, 1), (1, 48, 182, 1), (1, 50, 238, 1),
    (1, 54, 238, 1), (1, 55, 182, 1), (1, 57, 182, 1), (1, 59, 210, 1), (1, 66, 266, 1), (1, 68, 182, 1), (1, 71, 266, 1),
    (1, 72, 210, 1), (1, 74, 210, 1), (1, 76, 238, 1), (1, 81, 182, 1), (1, 95, 266, 1), (1, 106, 238, 1), (1, 109, 182, 1),
    (1, 110, 238, 1), (1, 124, 266, 1), (1, 125, 238, 1), (1, 126, 210, 2), (1, 126, 238, 2), (1, 127, 210, 1), (1, 129, 266, 1),
    (1, 142, 210, 1), (1, 142, 266, 1), (1, 160, 238, 1), (1, 160, 266, 1), (1, 162, 182, 1), (1, 167, 182, 1), (1, 182, 266, 1),
    (1, 198, 238, 1), (1, 202, 266, 1), (1, 205, 210, 1), (1, 208, 266, 1), (1, 253, 266, 1), (2, 3, 182, 1), (2, 7, 210, 1),
    (2, 16, 238, 1), (2, 19, 238, 1), (2, 26, 182, 2), (2, 26, 238, 1), (2, 30, 182, 1), (2, 40, 182, 1), (2, 40, 210, 1),
    (2, 41, 266, 1), (2, 42, 238, 1), (2, 50, 210, 1), (2, 53, 266, 1), (2, 56, 238, 1), (2, 59, 182, 1), (2, 66, 182, 1),
    (2, 80, 182, 1), (2, 107, 238, 1), (2, 114, 238, 1), (2, 116, 210, 1), (2, 120, 238, 1), (2, 121, 266, 1), (2, 122, 266, 1),
    (2, 132, 182, 1), (2, 134, 266, 1), (2, 139, 210, 1), (2, 153, 238, 1), (2, 163, 238, 1), (2, 174, 182, 1), (2, 175, 210, 1),
    (2, 177, 238, 1), (2, 178, 210, 1), (2, 179, 210, 1), (2, 192, 210, 1), (2, 194, 266, 1), (2, 223, 266, 1), (2, 225, 266, 1),
    (2, 226, 266, 1), (2, 259, 266, 1), (3, 11, 210, 1), (3, 28, 238, 1), (3, 32, 210, 2), (3, 40, 182, 1), (3, 41, 266, 1),
    (3, 61, 266, 1), (3, 73, 266, 1), (3, 108, 238, 1), (3, 126, 210, 1), (3, 136, 182, 1), (3, 139, 238, 1), (3, 156, 210, 1),
    (3, 157, 182, 1), (3, 158, 238, 1), (3, 170, 210, 1), (3, 173, 210, 1), (3, 176, 266, 1), (3, 180, 182, 1), (3, 181, 182, 1),
    (3, 192, 210, 1), (3, 197, 266, 1), (3, 201, 238, 1), (3, 216, 238, 1), (3, 221, 238, 1), (3, 238, 266, 1), (4, 53, 238, 1),
    (4, 60, 210, 1), (4, 107, 210, 1), (4, 119, 182, 1), (4, 121, 210, 1), (4, 129, 182, 1), (4, 141, 266, 1), (4, 144, 182, 1),
    (5, 52, 182, 1), (5, 70, 238, 1), (5, 89, 210, 1), (5, 147, 210, 1), (5, 156, 238, 1), (5, 157, 182, 1), (5, 163, 182, 1),
    (5, 169, 182, 1), (5, 196, 210, 1), (5, 200, 238, 1), (5, 203, 210, 1), (5, 207, 210, 1), (6, 75, 238, 1), (6, 166, 266, 1),
    (6, 175, 266, 1), (7, 156, 182, 1), (8, 184, 238, 1), (9, 178, 182, 1), (10, 121, 210, 1), (10, 170, 210, 1), (10, 171, 182, 1),
    (11, 265, 266, 1), (12, 195, 210, 1), (12, 257, 266, 1), (13, 197, 210, 1), (15, 96, 182, 1), (15, 229, 238, 1), (33, 263, 266, 1),
];

/// x and the mean value of the repeats, of the same customers.
#[rustfmt::skip]
const SPENDS: &[(u64, f64)] = &[
    (2, 22.12), (1, 24.28), (3, 32.35), (5, 34.21), (1, 69.33), (2, 18.86), (1, 20.73), (3, 10.92), (2, 39.36), (3, 22.08), (1, 13.34),
    (3, 15.54), (1, 568.76), (7, 17.84), (3, 13.5), (10, 22.15), (1, 12.12), (1, 24.79), (9, 24.36), (13, 41.69), (1, 34.78),
    (1, 25.74), (2, 23.27), (1, 38.93), (1, 18.85), (1, 42.01), (3, 22.29), (33, 27.22), (3, 33.19), (1, 35.71), (1, 41.83), (1, 18.26),
    (10, 42.41), (1, 36.85), (1, 37.48), (4, 20.32), (3, 13.14), (2, 32.65), (2, 55.46), (2, 138.97), (1, 52.85), (1, 89.17),
    (1, 23.13), (1, 17.34), (2, 40.24), (3, 17.28), (4, 12.85), (8, 12.78), (2, 31.91), (10, 73.76), (1, 70.18), (1, 21.36), (1, 48.62),
    (1, 76.84), (2, 25.27), (1, 19.44), (1, 47.18), (1, 39.26), (4, 27.03), (3, 23.75), (2, 28.61), (12, 33.11), (3, 31.11), (3, 31.27),
    (5, 23.73), (1, 64.76), (1, 23.11), (1, 106.92), (15, 15.04), (3, 13.52), (4, 19.06), (1, 6.0), (2, 27.6), (1, 62.12), (5, 43.18),
    (2, 14.76), (2, 39.9), (3, 35.83), (1, 15.7), (2, 52.32), (3, 27.49), (2, 12.19), (2, 19.36), (1, 35.48), (1, 26.52), (1, 15.98),
    (2, 26.12), (1, 13.01), (1, 53.81), (4, 30.61), (1, 27.86), (1, 19.53), (1, 11.29), (1, 17.7), (2, 30.1), (1, 27.54), (1, 9.79),
    (1, 23.07), (1, 40.55), (2, 16.82), (12, 31.76), (1, 44.41), (3, 21.43), (2, 11.47), (1, 37.49), (1, 40.56), (2, 27.22), (1, 57.29),
    (5, 19.14), (1, 11.68), (2, 15.28), (3, 14.9), (11, 23.47), (1, 39.09), (3, 36.03), (2, 25.14), (6, 35.42), (1, 23.65), (1, 25.9),
    (2, 13.6), (4, 19.86), (2, 13.96), (5, 50.59), (2, 24.22), (2, 85.3), (2, 56.74), (1, 21.35), (6, 19.7), (1, 36.69), (5, 85.14),
    (2, 32.19), (2, 30.93), (3, 27.28), (3, 7.29), (1, 15.4), (1, 56.63), (1, 44.1), (2, 79.77), (1, 23.96), (2, 31.48), (4, 79.45),
    (2, 30.36), (3, 26.43), (1, 58.87), (5, 28.51), (1, 50.45), (3, 19.5), (3, 36.43), (1, 42.94), (4, 99.31), (5, 35.23), (1, 47.26),
    (5, 30.15), (1, 88.58), (2, 45.13), (15, 198.91), (5, 56.35), (1, 23.63), (1, 37.11), (1, 66.23), (1, 97.19), (1, 39.65),
    (5, 16.31), (5, 18.01), (6, 34.67), (3, 18.87), (2, 38.14), (1, 13.63), (1, 20.02), (1, 26.25), (1, 14.55), (1, 29.68), (1, 27.42),
    (2, 21.39), (3, 24.56), (1, 22.49), (2, 33.77), (1, 21.39), (2, 55.26), (1, 9.32), (2, 17.96), (3, 19.64),
];

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

fn horizon(length: f64) -> Horizon {
    Horizon::new(length).unwrap()
}

fn history(x: u64, t_x: f64, age: f64) -> History {
    History::new(x, t_x, age).unwrap()
}

/// In weeks.
fn histories() -> HistoryTally {
    let weeks = |days: u32| f64::from(days) / 7.0;
    let counts: Vec<_> = HISTORIES
        .iter()
        .map(|&(x, t_x, age, n)| (history(x, weeks(t_x), weeks(age)), n))
        .collect();
    HistoryTally::from_counts(&counts)
}

fn spends() -> SpendTally {
    let spends: Vec<_> = SPENDS
        .iter()
        .map(|&(frequency, mean_value)| Spend {
            frequency,
            mean_value,
        })
        .collect();
    SpendTally::from_spends(&spends).unwrap()
}

fn bg(dropout: Dropout) -> BgNbd {
    match dropout {
        Dropout::AfterRepeats => BgNbd::new(0.243, 4.414, 0.793, 2.426, dropout),
        Dropout::AfterEveryPurchase => BgNbd::new(0.525, 6.183, 0.891, 1.614, dropout),
    }
    .unwrap()
}

#[track_caller]
fn fits<M: ParameterNames>(
    fit: &Fit<M>,
    values: &[f64],
    errors: &[f64],
    log_likelihood: f64,
    tolerance: f64,
) {
    for ((named, &value), &error) in fit.parameters.iter().zip(values).zip(errors) {
        within(named.estimate.value, value, tolerance * value);
        within(
            named.estimate.standard_error,
            error,
            20.0 * tolerance * error,
        );
        assert!(
            named.estimate.low < value && value < named.estimate.high,
            "{}",
            named.name
        );
    }
    close(fit.log_likelihood, log_likelihood);
}

/// `people(ties)` of the script: time, event, age, calls, group, stratum.
fn people(ties: bool) -> Vec<(f64, bool, f64, f64, usize, u32)> {
    (0..48_u32)
        .map(|i| {
            let (order, jitter) = (i * 37 % 48, f64::from(i * 11 % 7));
            let time = if ties {
                3.0 + f64::from(order) + f64::from((4 - order % 4) % 4) + jitter
            } else {
                3.0 + f64::from(order) + jitter / 10.0
            };
            let age = f64::from(i * 29 % 31) - 0.3 * (time % 17.0);
            let group = (i % 3) as usize;
            (
                time,
                i * 5 % 4 != 0,
                age,
                f64::from(i * 13 % 5),
                group,
                i / 2 % 2,
            )
        })
        .collect()
}

fn survival_of<'a>(
    people: impl IntoIterator<Item = &'a (f64, bool, f64, f64, usize, u32)>,
) -> SurvivalTally {
    let mut tally = SurvivalTally::default();
    for person in people {
        tally.push(person.0, person.1).unwrap();
    }
    tally
}

fn cox_data(
    people: &[(f64, bool, f64, f64, usize, u32)],
    row: impl Fn(usize, CoxRow) -> CoxRow,
) -> CoxData {
    let mut data = CoxData::new(&["age", "calls"]).unwrap();
    for (i, &(time, event, age, calls, ..)) in people.iter().enumerate() {
        data.push(row(i, CoxRow::new(time, event, vec![age, calls])))
            .unwrap();
    }
    data
}

#[track_caller]
fn coefficients(fit: &CoxFit, expected: [f64; 4]) {
    for (i, coefficient) in fit.coefficients.iter().enumerate() {
        // lifelines stops a few steps of 10⁻⁸ away.
        within(coefficient.value, expected[i], 1e-7);
        within(coefficient.standard_error, expected[i + 2], 1e-7);
    }
}

fn number(row: &BTreeMap<String, String>, column: &str) -> f64 {
    row[column].parse().unwrap()
}

/// Days since 1970-01-01 of a date such as 1997-09-30.
fn day(date: &str) -> i32 {
    let part = |range: std::ops::Range<usize>| date[range].parse::<i64>().unwrap();
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let months: i64 = (year - 1970) * 12 + month - 1;
    // The first day of a month is the first whose period is that month.
    let mut first = (months as f64 * 30.4) as i32;
    while CalendarPeriod::Month.index(first) >= months {
        first -= 1;
    }
    while CalendarPeriod::Month.index(first) < months {
        first += 1;
    }
    first + day as i32 - 1
}

fn transactions(rows: &[(u64, i32, i32)]) -> TransactionTally {
    let mut tally = TransactionTally::default();
    for &(customer, day, amount) in rows {
        tally
            .push(Transaction {
                customer,
                day,
                amount: f64::from(amount) / 4.0,
            })
            .unwrap();
    }
    tally
}

fn survival(rows: &[(u32, bool)]) -> SurvivalTally {
    let (times, events): (Vec<f64>, Vec<bool>) = rows
        .iter()
        .map(|&(time, event)| (f64::from(time), event))
        .unzip();
    SurvivalTally::from_rows(&times, &events).unwrap()
}
