//! The real files beside the repository, against values computed by the R package NPS 1.1.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;

use radost_stats::NpsTally;
use support::shared_rows;

mod support;

fn tally<'a>(
    rows: impl IntoIterator<Item = &'a BTreeMap<String, String>>,
    column: &str,
) -> NpsTally {
    let mut tally = NpsTally::default();
    for row in rows {
        tally.push(row[column].parse().unwrap()).unwrap();
    }
    tally
}

#[track_caller]
fn close(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance,
        "got {got}, expected {expected}"
    );
}

#[test]
fn mobile_customers() {
    // nps_mobi: NPS(CUSL3), nps.var, nps.se
    let Some(rows) = shared_rows("ecsi/ecsi_mobi.csv") else {
        return;
    };
    let tally = tally(&rows, "CUSL3");
    close(tally.score().unwrap(), 14.0, 1e-8);
    close(tally.variance().unwrap(), 0.6004, 1e-8);
    close(
        (tally.variance().unwrap() / tally.n() as f64).sqrt(),
        0.049006122,
        1e-8,
    );
}

#[test]
fn fruit_growers() {
    // nps_testdata: NPS(REC), nps.var, nps.se, and by BU and by Region
    let Some(rows) = shared_rows("nps/nps_testdata.csv") else {
        return;
    };
    let all = tally(&rows, "REC");
    close(all.score().unwrap(), 10.0, 1e-8);
    close(all.variance().unwrap(), 0.814, 1e-8);
    close(
        (all.variance().unwrap() / all.n() as f64).sqrt(),
        0.028530685,
        1e-8,
    );

    let mut union = NpsTally::default();
    for (column, group, expected) in [
        ("BU", "Apples", 14.8),
        ("BU", "Oranges", 7.6),
        ("BU", "Bananas", 9.6),
        ("BU", "Berries", 8.0),
        ("Region", "NAM", 11.0454),
        ("Region", "EMEA", 4.2471),
        ("Region", "APAC", 23.0216),
        ("Region", "LATAM", 1.0526),
    ] {
        let part = tally(rows.iter().filter(|row| row[column] == group), "REC");
        close(part.score().unwrap(), expected, 0.001);
        if column == "Region" {
            union.merge(&part);
        }
    }
    assert_eq!(union, all);
}
