//! Scores on the real files beside the repository: values of the R package NPS 1.1 and counts, from `REFERENCE_VALUES.csv`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::{collections::BTreeMap, path::PathBuf};

use radost_stats::{
    raking::{Margin, RakingOptions, rake},
    values::ValueTally,
    weighting::WeightedNpsTally,
    *,
};

/// Rows of a file in the shared data folder; `None` where the folder is absent. Its files quote no commas.
fn rows(file: &str) -> Option<(Vec<String>, Vec<Vec<String>>)> {
    let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    if !data.is_dir() {
        println!("skipped: ../shared/data is not here");
        return None;
    }
    let text = std::fs::read_to_string(data.join(file)).unwrap();
    let cells = |line: &str| -> Vec<String> {
        line.split(',')
            .map(|cell| cell.trim_matches('"').to_owned())
            .collect()
    };
    let mut lines = text.lines();
    let header = cells(lines.next().unwrap());
    Some((header, lines.map(cells).collect()))
}

fn column(header: &[String], name: &str) -> usize {
    header.iter().position(|column| column == name).unwrap()
}

#[track_caller]
fn close(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance,
        "got {got}, expected {expected}"
    );
}

#[test]
fn standard_errors_of_nps() {
    for (file, name, score, error) in [
        ("nps/nps_testdata.csv", "REC", 10.0, 0.028530685),
        ("ecsi/ecsi_mobi.csv", "CUSL3", 14.0, 0.049006122),
    ] {
        let Some((header, rows)) = rows(file) else {
            return;
        };
        let at = column(&header, name);
        let mut tally = NpsTally::default();
        for row in &rows {
            tally.push(row[at].parse().unwrap()).unwrap();
        }
        close(tally.score().unwrap(), score, 1e-9);
        // NPS::nps.se, which is not in points
        let population = tally
            .standard_error(VarianceConvention::Population)
            .unwrap();
        close(population / 100.0, error, 1e-9);
        let sample = tally.standard_error(VarianceConvention::Sample).unwrap();
        let n = tally.n() as f64;
        close(sample, population * (n / (n - 1.0)).sqrt(), 1e-9);
        for method in [NpsMethod::AdjustedWald, NpsMethod::Wald, NpsMethod::Score] {
            let nps = tally
                .interval_by(method, Population::Endless, Level::P95)
                .unwrap();
            // 250 and 1,000 responses: the methods agree to a few hundredths of the width
            close(nps.low, score - Level::P95.z() * population, 0.3);
            close(nps.high, score + Level::P95.z() * population, 0.3);
        }
    }
}

#[test]
fn regions_raked_to_equal_shares() {
    let Some((header, rows)) = rows("nps/nps_testdata.csv") else {
        return;
    };
    let (score, region) = (column(&header, "REC"), column(&header, "Region"));
    // NPS 1.1 by region; with equal shares the score of all is their mean
    let expected = [
        ("NAM", 11.0454),
        ("EMEA", 4.2471),
        ("APAC", 23.0216),
        ("LATAM", 1.0526),
    ];
    let margin = Margin {
        categories: rows
            .iter()
            .map(|row| {
                expected
                    .iter()
                    .position(|(name, _)| *name == row[region])
                    .unwrap()
            })
            .collect(),
        targets: vec![1.0; 4],
    };
    let raked = rake(
        &vec![1.0; rows.len()],
        &[margin],
        &RakingOptions::default(),
        &Progress::none(),
    )
    .unwrap();
    let mut tally = WeightedNpsTally::default();
    for (row, weight) in rows.iter().zip(&raked.weights) {
        tally.push(row[score].parse().unwrap(), *weight).unwrap();
    }
    let mean = expected.iter().map(|(_, score)| score).sum::<f64>() / 4.0;
    close(tally.score().unwrap(), mean, 0.001);
    let weighted = tally
        .interval(NpsMethod::AdjustedWald, Population::Endless, Level::P95)
        .unwrap();
    assert!(weighted.effective_n < 1000.0);
    close(weighted.design_effect, raked.design_effect, 1e-9);
}

#[test]
fn satisfied_passengers() {
    let Some((header, rows)) = rows("airline/airline_satisfaction.csv") else {
        return;
    };
    let rows = &rows[..103_904];
    let answer = column(&header, "satisfaction");
    let satisfied = rows.iter().filter(|row| row[answer] == "satisfied").count() as u64;
    let tally = CsatTally::from_counts(satisfied, rows.len() as u64).unwrap();
    assert_eq!((tally.satisfied(), tally.n()), (45_025, 103_904));
    close(tally.share().unwrap(), 43.333269, 1e-6);
    for method in [
        ShareMethod::Wilson,
        ShareMethod::AgrestiCoull,
        ShareMethod::ClopperPearson,
    ] {
        let csat = tally
            .interval_by(method, Population::Endless, Level::P95)
            .unwrap();
        // statsmodels proportion_confint(45025, 103904, 0.05, method="wilson")
        close(csat.low, 43.0322, 0.001);
        close(csat.high, 43.6348, 0.001);
    }

    // Arrival delays: 310 are missing, and their median has an interval although one in two is on time
    let delay = column(&header, "Arrival Delay in Minutes");
    let mut delays = ValueTally::default();
    let mut services: BTreeMap<String, u64> = BTreeMap::new();
    let wifi = column(&header, "Inflight wifi service");
    for row in rows {
        if let Ok(minutes) = row[delay].parse() {
            delays.push(minutes).unwrap();
        }
        *services.entry(row[wifi].clone()).or_default() += 1;
    }
    assert_eq!(services["0"], 3103);
    assert_eq!(delays.n(), 103_904 - 310);
    // numpy.quantile of the column: 0, 13 and 44
    for (probability, value) in [(0.5, 0.0), (0.75, 13.0), (0.9, 44.0)] {
        let quantile = delays.quantile_interval(probability, Level::P95).unwrap();
        close(quantile.value, value, 1e-9);
        assert!(quantile.low.unwrap() <= value && value <= quantile.high.unwrap());
    }
}
