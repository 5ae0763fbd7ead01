//! Survival curves and their comparison.

use super::*;

#[test]
fn survival_curves() {
    // lifelines.KaplanMeierFitter at 10, 20, 30, 40; its log-log band at 20 and 40; median; NelsonAalenFitter at 20, 40;
    // restricted_mean_survival_time(40); errors by numpy sums written out
    for (ties, at, bands, median, mean, hazards) in [
        (
            false,
            [
                0.892627412172,
                0.734964194638,
                0.53876758167,
                0.345675440871,
            ],
            [
                0.58023549474,
                0.840125337422,
                0.202072056661,
                0.493800200923,
            ],
            [32.3, 24.6, 38.1],
            [28.4233419775, 1.78772758124],
            [
                0.303963595789,
                0.0883278892767,
                1.03811716063,
                0.215865714313,
            ],
        ),
        (
            true,
            [
                0.956973995272,
                0.825362187064,
                0.611627522581,
                0.422718757339,
            ],
            [
                0.680850502628,
                0.908618433684,
                0.26840579552,
                0.569101833658,
            ],
            [38.0, 29.0, 44.0],
            [31.2507647139, 1.538315313],
            [
                0.189057767381,
                0.0669899418932,
                0.834087364427,
                0.179684319819,
            ],
        ),
    ] {
        let tally = survival_of(&people(ties));
        let curve = tally.kaplan_meier(Level::P95, Band::LogLog).unwrap();
        for (time, expected) in [10.0, 20.0, 30.0, 40.0].into_iter().zip(at) {
            close(curve.survival_at(time), expected);
        }
        for (time, band) in [20.0, 40.0].into_iter().zip(bands.chunks(2)) {
            let point = curve
                .points
                .iter()
                .rfind(|point| point.time <= time)
                .unwrap();
            close(point.low.unwrap(), band[0]);
            close(point.high.unwrap(), band[1]);
        }
        let quantile = curve.median();
        assert_eq!(
            [quantile.value, quantile.low, quantile.high],
            median.map(Some)
        );
        let restricted = curve.restricted_mean(40.0).unwrap();
        close(restricted.value, mean[0]);
        close(restricted.standard_error, mean[1]);
        let hazard = tally.nelson_aalen(Level::P95).unwrap();
        for (time, expected) in [20.0, 40.0].into_iter().zip(hazards.chunks(2)) {
            let point = hazard
                .points
                .iter()
                .rfind(|point| point.time <= time)
                .unwrap();
            close(point.hazard, expected[0]);
            close(point.standard_error, expected[1]);
            assert!(point.low < point.hazard && point.hazard < point.high);
        }
    }
}

#[test]
fn number_at_risk() {
    let tally =
        SurvivalTally::from_rows(&[1.0, 2.0, 2.0, 4.0], &[true, true, false, true]).unwrap();
    let table = tally.at_risk(&[0.0, 2.0, 3.0, 9.0]);
    let rows: Vec<_> = table
        .iter()
        .map(|row| (row.at_risk, row.events_before, row.censored_before))
        .collect();
    assert_eq!(rows, [(4, 0, 0), (3, 1, 0), (1, 2, 1), (0, 3, 1)]);
}

#[test]
fn median_on_a_flat_stretch() {
    // S is exactly 0.5 from 2 to 5: the middle of it, as R's quantile.survfit documents
    let tally = SurvivalTally::from_rows(&[1.0, 2.0, 5.0, 6.0], &[true; 4]).unwrap();
    assert_eq!(
        tally
            .kaplan_meier(Level::P95, Band::Log)
            .unwrap()
            .median()
            .value,
        Some(3.5)
    );
}

#[test]
fn log_rank_tests() {
    // lifelines.statistics.multivariate_logrank_test with three groups and with group 0 against the others
    let harrington = LogRankWeight::FlemingHarrington { p: 1.0, q: 0.5 };
    for (ties, expected, stratified) in [
        (
            false,
            [
                (
                    LogRankWeight::LogRank,
                    [
                        0.327596278499,
                        0.848913366875,
                        0.227254151001,
                        0.633567351054,
                    ],
                ),
                (
                    LogRankWeight::Gehan,
                    [
                        0.0313281978174,
                        0.984457945022,
                        0.0238568588469,
                        0.877249683862,
                    ],
                ),
                (
                    LogRankWeight::TaroneWare,
                    [
                        0.0871175751274,
                        0.957376270618,
                        0.0658492573348,
                        0.797479004281,
                    ],
                ),
                (
                    LogRankWeight::Peto,
                    [
                        0.0477238607704,
                        0.976420514456,
                        0.0370403528145,
                        0.847382912469,
                    ],
                ),
                (
                    harrington,
                    [
                        0.158425488035,
                        0.923843361389,
                        0.152224745687,
                        0.696418313484,
                    ],
                ),
            ],
            0.162973271278,
        ),
        (
            true,
            [
                (
                    LogRankWeight::LogRank,
                    [
                        0.322204752455,
                        0.851204923497,
                        0.209857353648,
                        0.646879231714,
                    ],
                ),
                (
                    LogRankWeight::Gehan,
                    [
                        0.0377968906328,
                        0.981279010662,
                        0.0245627398439,
                        0.875461547655,
                    ],
                ),
                (
                    LogRankWeight::TaroneWare,
                    [
                        0.0598141637327,
                        0.970535709726,
                        0.0560274690444,
                        0.812888585982,
                    ],
                ),
                (
                    LogRankWeight::Peto,
                    [
                        0.0333605436337,
                        0.983458073636,
                        0.0330098976996,
                        0.855828948081,
                    ],
                ),
                (
                    harrington,
                    [
                        0.135939301101,
                        0.934288828299,
                        0.0023617298864,
                        0.961239956714,
                    ],
                ),
            ],
            0.518356146027,
        ),
    ] {
        let people = people(ties);
        let group = |j: usize| survival_of(people.iter().filter(|person| person.4 == j));
        let groups = [group(0), group(1), group(2)];
        let rest = survival_of(people.iter().filter(|person| person.4 != 0));
        for (weight, values) in expected {
            let three = log_rank(&groups, weight).unwrap();
            let two = log_rank(&[groups[0].clone(), rest.clone()], weight).unwrap();
            let got = [
                three.chi_squared,
                three.p_value,
                two.chi_squared,
                two.p_value,
            ];
            for (got, expected) in got.into_iter().zip(values) {
                close(got, expected);
            }
        }
        // Strata: sums of numpy over strata, written out in the script
        let strata: Vec<Vec<_>> = (0..2)
            .map(|stratum| {
                let of = |j| {
                    people
                        .iter()
                        .filter(move |person| person.5 == stratum && person.4 == j)
                };
                (0..3).map(|j| survival_of(of(j))).collect()
            })
            .collect();
        close(
            stratified_log_rank(&strata, LogRankWeight::LogRank)
                .unwrap()
                .chi_squared,
            stratified,
        );
    }
}

#[test]
fn survival_that_cannot_be_computed() {
    let mut tally = SurvivalTally::default();
    for time in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            tally.push(time, true),
            Err(SurvivalError::Time { .. })
        ));
    }
    refuses(
        tally.kaplan_meier(Level::P95, Band::Log),
        "nobody was observed",
    );
    refuses(tally.nelson_aalen(Level::P95), "nobody was observed");
    refuses(
        SurvivalTally::from_rows(&[1.0], &[]),
        "there are 1 times but 0 marks of events",
    );
    assert!(matches!(
        SurvivalTally::from_rows(&[f64::NAN], &[true]),
        Err(SurvivalError::Time { .. })
    ));
    tally.add(5.0, 0, 3).unwrap();
    let curve = tally.kaplan_meier(Level::P95, Band::Log).unwrap();
    assert_eq!(
        (
            curve.survival_at(9.0),
            curve.median().value,
            curve.points.len()
        ),
        (1.0, None, 0)
    );
    refuses(
        curve.restricted_mean(6.0),
        "the mean cannot be restricted to 6: the last observation ends at 5",
    );
    assert_eq!(curve.restricted_mean(5.0).unwrap().value, 5.0);
    assert_eq!(curve.quantile(f64::NAN).value, None);

    refuses(
        log_rank(&[tally.clone()], LogRankWeight::LogRank),
        "a comparison needs two groups or more, not 1",
    );
    refuses(
        log_rank(
            &[tally.clone(), SurvivalTally::default()],
            LogRankWeight::LogRank,
        ),
        "group 1 is empty",
    );
    refuses(
        log_rank(&[tally.clone(), tally.clone()], LogRankWeight::LogRank),
        "there are no events in any group",
    );
    let strata = [vec![tally.clone(), tally.clone()], vec![tally.clone()]];
    refuses(
        stratified_log_rank(&strata, LogRankWeight::LogRank),
        "stratum 1 has 1 groups, and the first one has 2",
    );
    let power = LogRankWeight::FlemingHarrington {
        p: f64::NAN,
        q: 0.0,
    };
    refuses(
        log_rank(&[tally.clone(), tally.clone()], power),
        "NaN cannot be a power of the weights: it must be a finite number, zero or above",
    );
    // One group has gone before the other has an event.
    let early = SurvivalTally::from_rows(&[1.0, 2.0], &[false; 2]).unwrap();
    let late = SurvivalTally::from_rows(&[5.0, 6.0], &[true; 2]).unwrap();
    refuses(
        log_rank(&[early, late], LogRankWeight::LogRank),
        "the groups are not observed together at the times of the events, so they cannot be compared",
    );
}
