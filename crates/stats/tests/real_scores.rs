//! Scores on the real files beside the repository: values of the R package NPS 1.1 and counts, from `REFERENCE_VALUES.csv`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;

use radost_stats::{
    raking::{Margin, RakingOptions, rake},
    values::ValueTally,
    weighting::WeightedNpsTally,
    *,
};
use support::shared_columns;

mod support;

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
        let Some(rows) = shared_columns(file, [name]) else {
            return;
        };
        let mut tally = NpsTally::default();
        for [score] in &rows {
            tally.push(score.parse().unwrap()).unwrap();
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
    let Some(rows) = shared_columns("nps/nps_testdata.csv", ["REC", "Region"]) else {
        return;
    };
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
            .map(|[_, region]| {
                expected
                    .iter()
                    .position(|(name, _)| name == region)
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
    for ([score, _], weight) in rows.iter().zip(&raked.weights) {
        tally.push(score.parse().unwrap(), *weight).unwrap();
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
    let Some(rows) = shared_columns(
        "airline/airline_satisfaction.csv",
        [
            "satisfaction",
            "Arrival Delay in Minutes",
            "Inflight wifi service",
        ],
    ) else {
        return;
    };
    let rows = &rows[..103_904];
    let satisfied = rows.iter().filter(|row| row[0] == "satisfied").count() as u64;
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
    let mut delays = ValueTally::default();
    let mut services: BTreeMap<&str, u64> = BTreeMap::new();
    for [_, delay, wifi] in rows {
        if let Ok(minutes) = delay.parse() {
            delays.push(minutes).unwrap();
        }
        *services.entry(wifi).or_default() += 1;
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
