//! Every statistic against a value from outside: scipy 1.17.1 and statsmodels 0.15.0 by `bench/reference/scores.py`, or a publication.
#![allow(clippy::unwrap_used)]

use radost_stats::*;

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

fn mean_of(values: &[f64]) -> MeanTally {
    let mut tally = MeanTally::default();
    for &value in values {
        tally.push(value).unwrap();
    }
    tally
}

fn nps_of((promoters, passives, detractors): (u64, u64, u64)) -> NpsTally {
    NpsTally {
        promoters,
        passives,
        detractors,
    }
}

#[test]
fn normal_quantiles() {
    // scipy.stats.norm.isf((1 - level) / 2)
    for (level, expected) in [
        (0.5, 0.674489750196),
        (0.9, 1.64485362695),
        (0.95, 1.95996398454),
        (0.99, 2.57582930355),
        (0.999999, 4.89163847569),
    ] {
        close(Level::new(level).unwrap().z(), expected);
    }
}

#[test]
fn student_quantiles() {
    // scipy.stats.t.isf((1 - level) / 2, df) for the levels 0.5, 0.95 and 0.9999
    for (df, expected) in [
        (1.0, [1.0, 12.7062047362, 6366.19767132]),
        (2.0, [0.816496580928, 4.30265272975, 99.9924998438]),
        (3.7, [0.746485153482, 2.86752070719, 17.8644384469]),
        (9.0, [0.702722146751, 2.2621571628, 6.59368258394]),
        (30.0, [0.682755693321, 2.0422724563, 4.48241717541]),
        (999.0, [0.674735410347, 1.96234146113, 3.9063595611]),
        (99_999.0, [0.674492203578, 1.95998770777, 3.89074884696]),
        (1e6, [0.674489995531, 1.95996635681, 3.8906075818]),
        (1e8, [0.674489752649, 1.95996400826, 3.89059204337]),
        (1e12, [0.674489750196, 1.95996398454, 3.89059188643]),
    ] {
        for (level, expected) in [0.5, 0.95, 0.9999].into_iter().zip(expected) {
            close(Level::new(level).unwrap().t(df).unwrap(), expected);
        }
    }
}

#[test]
fn nps_intervals() {
    // scipy.stats.norm.interval(0.95, mean, error) with statsmodels DescrStatsW([1, 0, -1], weights)
    // and pseudo-responses as weights; the cut at ±100 and the stretch to the score are ours.
    for (counts, low, high) in [
        ((50, 30, 20), 14.0511301788, 44.2012970057),
        ((1, 0, 0), -48.4986494203, 100.0),
        ((10, 0, 0), 47.5035515448, 100.0),
        ((0, 0, 25), -100.0, -74.9768891973),
        ((431, 238, 331), 4.6059830578, 15.3341964038),
    ] {
        let nps = nps_of(counts).interval(Level::P95).unwrap();
        close(nps.low, low);
        close(nps.high, high);
        assert_eq!(nps.method, IntervalMethod::AdjustedWald);
    }
    // the same without pseudo-responses
    for (counts, low, high) in [
        ((50, 30, 20), 14.692191925, 45.307808075),
        ((431, 238, 331), 4.62526555711, 15.3747344429),
    ] {
        let nps = nps_of(counts).wald_interval(Level::P95).unwrap();
        close(nps.low, low);
        close(nps.high, high);
        assert_eq!(nps.method, IntervalMethod::Wald);
    }
}

#[test]
fn nps_comparisons() {
    // norm.interval and 2 norm.sf of the difference of two adjusted means; stretched to the plain difference where it lies outside
    for (later, earlier, difference, low, high, p, verdict) in [
        (
            (60, 25, 15),
            (40, 30, 30),
            35.0,
            12.5051153595,
            55.456049689,
            0.0019270777997,
            Verdict::Higher,
        ),
        (
            (5, 0, 0),
            (1000, 0, 0),
            0.0,
            -82.2113493213,
            7.80955470519,
            0.105253818574,
            Verdict::NoClearDifference,
        ),
        (
            (3, 2, 0),
            (1, 2, 3),
            280.0 / 3.0,
            -6.7863308453,
            126.23077529,
            0.0784120099285,
            Verdict::NoClearDifference,
        ),
    ] {
        let change = nps_of(later).compare(&nps_of(earlier), Level::P95).unwrap();
        close(change.difference, difference);
        close(change.low, low);
        close(change.high, high);
        close(change.p_value, p);
        assert_eq!(change.verdict(), verdict);
    }
}

#[test]
fn csat_intervals() {
    // statsmodels proportion_confint(satisfied, n, 1 - level, method="wilson"); 81 of 263 and 15 of 148 are
    // in table I of Newcombe (1998), Statistics in Medicine 17, 857-872, as 0.2553 to 0.3662 and 0.0624 to 0.1605.
    for (satisfied, n, level, low, high) in [
        (81, 263, 0.9, 26.3313617188, 35.6566349608),
        (81, 263, 0.95, 25.5288519878, 36.6209576983),
        (0, 10, 0.95, 0.0, 27.7532799863),
        (10, 10, 0.9, 78.7058029917, 100.0),
        (1, 1, 0.95, 20.6549314377, 100.0),
        (15, 148, 0.95, 6.23863995307, 16.0487241723),
    ] {
        let tally = CsatTally::from_counts(satisfied, n).unwrap();
        let csat = tally.interval(Level::new(level).unwrap()).unwrap();
        close(csat.low, low);
        close(csat.high, high);
    }
}

#[test]
fn csat_comparisons() {
    // statsmodels confint_proportions_2indep(compare="diff", method="newcomb") and test_proportions_2indep(compare="diff",
    // method="score", correction=True).pvalue; contrasts a, d, g and b of Newcombe (1998), table II.
    for ((a, n), (b, m), low, high, p) in [
        (
            (56, 70),
            (48, 80),
            5.24314724024,
            33.3872654037,
            0.00825828792938,
        ),
        (
            (5, 56),
            (0, 29),
            -3.81371479035,
            19.2560013855,
            0.0991756545706,
        ),
        ((10, 10), (0, 20), 67.9086037142, 100.0, 7.23782987174e-08),
        (
            (9, 10),
            (3, 10),
            17.0522723935,
            80.9017973535,
            0.00760164147522,
        ),
    ] {
        let later = CsatTally::from_counts(a, n).unwrap();
        let change = later
            .compare(&CsatTally::from_counts(b, m).unwrap(), Level::P95)
            .unwrap();
        close(change.low, low);
        close(change.high, high);
        within(change.p_value, p, 1e-9 * p);
    }
}

#[test]
fn means() {
    // scipy.stats.t.interval(0.95, n - 1, x.mean(), sem(x)); x.std(ddof=1)
    let mut skewed = MeanTally::default();
    for (value, count) in [
        (7.0, 40),
        (6.0, 31),
        (5.0, 12),
        (4.0, 9),
        (3.0, 5),
        (2.0, 2),
        (1.0, 1),
    ] {
        skewed.add(value, count).unwrap();
    }
    let large = mean_of(&[1.0, 2.0, 3.0, 4.0, 4.0].map(|x| 1e6 + x));
    for (tally, mean, sd, low, high) in [
        (
            mean_of(&[6.0, 7.0, 5.0, 7.0, 6.0]),
            6.2,
            0.836660026534,
            5.16114936632,
            7.23885063368,
        ),
        (skewed, 5.82, 1.37348631099, 5.5474705179, 6.0925294821),
        (
            large,
            1000002.8,
            1.30384048104,
            1000001.18107,
            1000004.41893,
        ),
    ] {
        close(tally.sd().unwrap(), sd);
        let interval = tally.interval(Level::P95).unwrap();
        close(interval.value, mean);
        close(interval.low, low);
        close(interval.high, high);
    }
}

#[test]
fn welch() {
    // scipy.stats.ttest_ind(x, y, equal_var=False) and its confidence_interval(0.95)
    let earlier = mean_of(&[4.0, 5.0, 3.0, 4.0, 5.0, 2.0]);
    let change = mean_of(&[6.0, 7.0, 5.0, 7.0, 6.0])
        .compare(&earlier, Level::P95)
        .unwrap();
    close(change.low, 0.991335579677);
    close(change.high, 3.74199775366);
    close(change.p_value, 0.00372076359081);
}

const NA: f64 = f64::NAN;

/// The answers in `bench/reference/scores.py`: three satisfactions (1–5, 1–5, 0–10), three importances (1–5, 1–5, 0–10).
#[rustfmt::skip]
const CSI: [[f64; 6]; 24] = [
    [5., 4., 8., 5., 3., 4.], [4., 4., 7., 4., 2., NA], [3., NA, 9., 5., 4., 3.], [5., 5., 10., 5., 1., 5.],
    [2., 3., 4., 3., 3., 2.], [4., 2., NA, NA, NA, NA], [4., 5., 8., 4., 2., 5.], [1., 2., 3., 5., 5., 1.],
    [5., 4., 9., 4., 3., 4.], [3., 3., 6., 3., 2., 3.], [NA, 4., 7., 5., 4., 4.], [4., 4., 8., 4., NA, 5.],
    [5., 3., 5., 5., 2., 2.], [2., 2., 6., 2., 3., 3.], [4., 5., 10., 4., 1., 5.], [3., 4., NA, 3., 3., 4.],
    [5., 5., 9., 5., 2., 5.], [4., 3., 7., NA, 3., 3.], [3., 4., 8., 4., 4., 4.], [4., NA, 6., 5., 2., 3.],
    [5., 4., 10., 4., 3., 5.], [2., 1., 2., 3., 5., 1.], [4., 4., 9., 5., 3., 4.], [5., 5., 8., 4., 2., 4.],
];

fn csi_attributes() -> Vec<CsiAttribute> {
    let five = Scale::new(1.0, 5.0).unwrap();
    let eleven = Scale::new(0.0, 10.0).unwrap();
    [five, five, eleven]
        .map(|scale| CsiAttribute {
            satisfaction: scale,
            importance: scale,
        })
        .into()
}

fn csi_rows() -> Vec<CsiRow> {
    let given = |x: &f64| Some(*x).filter(|x| !x.is_nan());
    CSI.iter()
        .map(|row| CsiRow {
            satisfaction: row[..3].iter().map(given).collect(),
            importance: row[3..].iter().map(given).collect(),
        })
        .collect()
}

fn csi_tally(rows: &[CsiRow]) -> CsiTally {
    let mut tally = CsiTally::new(csi_attributes()).unwrap();
    for row in rows {
        tally.push(&row.satisfaction, &row.importance).unwrap();
    }
    tally
}

#[test]
fn csi_delta_interval() {
    // the index and the numerical derivative of it by each respondent's weight (numpy 2.4.6, central differences)
    let csi = csi_tally(&csi_rows()).interval(Level::P95).unwrap();
    close(csi.value, 69.0837535778);
    within(
        (csi.high - csi.low) / 2.0 / Level::P95.z(),
        5.17889419584,
        1e-7,
    );
    assert_eq!((csi.n, csi.method), (24, IntervalMethod::Delta));

    // numpy nanmean
    let means = [
        (3.73913043478, 4.13636363636),
        (3.63636363636, 2.81818181818),
        (7.22727272727, 3.59090909091),
    ];
    for (row, (satisfaction, importance)) in csi.attributes.iter().zip(means) {
        close(row.mean_satisfaction, satisfaction);
        close(row.mean_importance, importance);
    }
    assert_eq!(
        csi.attributes
            .iter()
            .map(|row| row.n_importance)
            .collect::<Vec<_>>(),
        [22, 22, 22]
    );
    close(csi.attributes.iter().map(|row| row.weight).sum(), 1.0);
}

#[test]
fn csi_bootstrap_agrees_with_scipy_and_with_delta() {
    // scipy.stats.bootstrap((rows,), index, n_resamples=20000, method="percentile", rng=default_rng(1));
    // a percentile of 4,000 resamples strays by about 0.2 points.
    let csi = csi_bootstrap(
        &csi_attributes(),
        &csi_rows(),
        4000,
        Level::P95,
        7,
        &Progress::none(),
    )
    .unwrap();
    within(csi.low, 58.4282566804, 0.7);
    within(csi.high, 78.3828857465, 0.7);
    let delta = csi_tally(&csi_rows()).interval(Level::P95).unwrap();
    within((csi.high - csi.low) / (delta.high - delta.low), 1.0, 0.05);
    assert_eq!(
        (csi.value, csi.method),
        (delta.value, IntervalMethod::PercentileBootstrap)
    );
}

#[test]
fn csi_comparison() {
    // the last 12 respondents against the first 12; variances as above
    let rows = csi_rows();
    let change = csi_tally(&rows[12..])
        .compare(&csi_tally(&rows[..12]), Level::P95)
        .unwrap();
    close(change.difference, 2.29584431493);
    within(
        (change.high - change.low) / 2.0 / Level::P95.z(),
        10.6282357059,
        1e-7,
    );
    within(change.p_value, 0.828977083598, 1e-8);
    assert_eq!(change.verdict(), Verdict::NoClearDifference);
}

#[test]
fn adjusted_p_values() {
    // statsmodels multipletests(p, method="fdr_bh")
    let adjusted = benjamini_hochberg(&[0.01, 0.04, 0.03, 0.20, 0.04, 1.0, 0.0, 0.6]).unwrap();
    let expected = [
        0.04,
        0.064,
        0.064,
        0.266666666667,
        0.064,
        1.0,
        0.0,
        0.685714285714,
    ];
    for (got, expected) in adjusted.into_iter().zip(expected) {
        close(got, expected);
    }
    // Benjamini and Hochberg (1995), section 4: 15 p-values, of which the first four are rejected at 0.05
    let p = [
        0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262,
        0.5719, 0.6528, 0.7590, 1.0,
    ];
    let adjusted = benjamini_hochberg(&p).unwrap();
    assert_eq!(adjusted.iter().filter(|&&p| p <= 0.05).count(), 4);
}
