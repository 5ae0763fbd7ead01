//! Differences-in-differences against statsmodels 0.15.0 by `bench/reference/did.py`.
#![allow(clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, MeanTally, Progress, did::*};

#[track_caller]
fn close(got: f64, expected: f64) {
    within(got, expected, 1e-9);
}

#[track_caller]
fn within(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance * (1.0 + expected.abs()),
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

type Row = (u64, u32, bool, f64);

/// rows() of the script.
fn rows(periods: u32, start: impl Fn(u64) -> u32, unbalanced: bool) -> Vec<Row> {
    let mut rows = Vec::new();
    for c in 0..10_u64 {
        for p in 0..periods {
            let q = u64::from(p);
            if unbalanced && (3 * c + q) % 7 == 0 {
                continue;
            }
            for i in 0..3 + (c + q) % 3 {
                let treated = c >= 5 && p >= start(c);
                let noise = (7 * c * c + 11 * q * q + 5 * i * i + 3 * c * q + i) % 13;
                let y = 5.0
                    + 0.3 * c as f64
                    + 0.2 * f64::from(p)
                    + if treated { 0.5 } else { 0.0 }
                    + noise as f64 / 10.0;
                rows.push((c, p, treated, y));
            }
        }
    }
    rows
}

fn tally(rows: &[Row]) -> DidTally {
    let mut tally = DidTally::default();
    for &(cluster, period, treated, value) in rows {
        tally.push(cluster, period, treated, value).unwrap();
    }
    tally
}

fn two_periods() -> Vec<Row> {
    rows(2, |_| 1, false)
}

fn staggered() -> Vec<Row> {
    rows(6, |c| 2 + (c % 3) as u32, true)
}

#[test]
fn estimates() {
    // statsmodels OLS(y, dummies).fit(cov_type='cluster', use_t=True): effect, bse, p, interval
    for (rows, effects, expected) in [
        (
            two_periods(),
            DidEffects::Arms,
            [
                0.534962406015,
                0.128032486495,
                0.00238197208786,
                0.245332799621,
                0.824592012409,
            ],
        ),
        (
            two_periods(),
            DidEffects::Clusters,
            [
                0.497973102606,
                0.110818940882,
                0.00150277167504,
                0.247283241716,
                0.748662963495,
            ],
        ),
        (
            staggered(),
            DidEffects::Arms,
            [
                0.808583051868,
                0.318210120659,
                0.0316569781221,
                0.0887417481448,
                1.52842435559,
            ],
        ),
        (
            staggered(),
            DidEffects::Clusters,
            [
                0.541860906405,
                0.10926555492,
                0.000781466611011,
                0.294685048696,
                0.789036764113,
            ],
        ),
    ] {
        let fit = tally(&rows).estimate(effects, Level::P95).unwrap();
        let got = [
            fit.effect,
            fit.standard_error,
            fit.p_value,
            fit.low,
            fit.high,
        ];
        for (got, expected) in got.into_iter().zip(expected) {
            close(got, expected);
        }
        assert_eq!(
            (fit.clusters, fit.treated_clusters, fit.n),
            (10, 5, rows.len() as u64)
        );
    }
}

#[test]
fn permutations() {
    // All 252 assignments by statsmodels OLS: p by effect, p by t
    for (effects, by_effect, by_t) in [
        (DidEffects::Arms, 0.0555555555556, 0.0238095238095),
        (DidEffects::Clusters, 0.00793650793651, 0.00793650793651),
    ] {
        let tally = tally(&two_periods());
        let exact = tally
            .permutation(effects, 300, 1, Progress::none())
            .unwrap();
        assert_eq!(
            (exact.assignments, exact.method),
            (252, PermutationMethod::Exact)
        );
        close(exact.p_value, by_effect);
        close(exact.p_value_t, by_t);
        let drawn = tally
            .permutation(effects, 250, 3, Progress::none())
            .unwrap();
        assert_eq!(drawn.method, PermutationMethod::MonteCarlo { seed: 3 });
        assert!((drawn.p_value - by_effect).abs() < 0.06);
    }
    let test = tally(&staggered())
        .permutation(DidEffects::Clusters, 200, 1, Progress::none())
        .unwrap();
    assert!(test.p_value < 0.1 && test.p_value >= 1.0 / 201.0);
}

#[test]
fn power() {
    let design = DidDesign {
        treated_clusters: 10,
        control_clusters: 10,
        responses: 50.0,
        periods_before: 1,
        periods_after: 1,
        sd: 2.0,
        icc: 0.05,
        cluster_autocorrelation: 0.8,
    };
    // statsmodels TTestIndPower().power and .solve_power on changes of clusters
    close(design.standard_error().unwrap(), 0.215406592285);
    within(design.power(0.5, Level::P95).unwrap(), 0.593444296377, 1e-8);
    within(
        design.detectable(0.8, Level::P95).unwrap(),
        0.638179161907,
        1e-8,
    );
    assert_eq!(design.clusters_needed(0.5, 0.8, Level::P95).unwrap(), 16); // 15.589
    refuses(
        DidDesign { icc: 1.5, ..design }.standard_error(),
        "icc is 1.5, and must be from 0 to 1",
    );
    refuses(
        DidDesign {
            responses: 0.0,
            ..design
        }
        .detectable(0.8, Level::P95),
        "responses is 0, and must be above zero",
    );
    refuses(
        design.detectable(0.01, Level::P95),
        "power is 0.01, and must be between the level's error and 1",
    );
    refuses(
        DidDesign {
            treated_clusters: 1,
            ..design
        }
        .standard_error(),
        "treated_clusters is 1, and must be 2 or more",
    );
    refuses(
        design.clusters_needed(0.0, 0.8, Level::P95),
        "no number of clusters below 1000000 is enough",
    );
}

#[test]
fn refusals() {
    let mut mixed = tally(&two_periods());
    refuses(
        mixed.push(0, 0, true, 5.0),
        "cluster 0 is both treated and not treated in period 0",
    );
    refuses(mixed.push(0, 0, false, f64::NAN), "NaN cannot be averaged");
    assert_eq!(mixed, tally(&two_periods()));

    let estimate = |rows: &[Row], effects| tally(rows).estimate(effects, Level::P95);
    let only = |keep: &dyn Fn(&Row) -> bool| -> Vec<Row> {
        two_periods().into_iter().filter(|row| keep(row)).collect()
    };
    refuses(
        estimate(&only(&|row| row.1 == 0), DidEffects::Clusters),
        "this needs 2 periods, and there are 1",
    );
    refuses(
        estimate(&only(&|row| row.0 < 6), DidEffects::Clusters),
        "this needs 2 treated clusters, and there are 1",
    );
    refuses(
        estimate(&only(&|row| row.0 > 3), DidEffects::Arms),
        "this needs 2 untreated clusters, and there are 1",
    );
    refuses(
        estimate(&only(&|row| row.0 > 4), DidEffects::Clusters),
        "the treatment cannot be told from the effects of clusters and periods: it never starts or ends for some while others stay",
    );
    let one_each: Vec<Row> = (0..4)
        .flat_map(|c| (0..2).map(move |p| (c, p, c > 1 && p == 1, 5.0 + f64::from(p))))
        .collect();
    refuses(
        estimate(&one_each, DidEffects::Clusters),
        "clusters do not vary around the effects, so the effect has no standard error",
    );
    // Two clusters seen in both periods and two in one: six responses for four clusters, a period and the effect.
    let sparse = [
        (0, 0, false, 5.0),
        (0, 1, true, 6.0),
        (1, 0, false, 4.0),
        (1, 1, false, 7.0),
        (2, 1, true, 3.0),
        (3, 0, false, 2.0),
    ];
    refuses(
        estimate(&sparse, DidEffects::Clusters),
        "6 responses are too few for 6 effects",
    );
    refuses(
        tally(&two_periods()).permutation(DidEffects::Arms, 10, 1, Progress::none()),
        "10 permutations are too few: 100 are needed",
    );
    let stop = |_, _| std::ops::ControlFlow::Break(());
    refuses(
        tally(&two_periods()).permutation(DidEffects::Arms, 100, 1, Progress::new(&stop)),
        "the computation was cancelled",
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn common_moves_do_not_matter(noise in vec(0..20_u32, 16), shop in vec(-5.0..5.0_f64, 8), drift in -3.0..3.0_f64, scale in 0.5..4.0_f64) {
        let rows: Vec<Row> = noise.iter().zip(0_u32..).map(|(&e, i)| {
            let (c, p) = (i / 2, i % 2);
            (u64::from(c), p, c >= 4 && p == 1, f64::from(e) / 4.0)
        }).collect();
        let moved: Vec<Row> = rows.iter().map(|&(c, p, d, y)| (c, p, d, scale * y + shop[c as usize] + drift * f64::from(p))).collect();
        if let (Ok(one), Ok(two)) = (tally(&rows).estimate(DidEffects::Clusters, Level::P95), tally(&moved).estimate(DidEffects::Clusters, Level::P95)) {
            within(two.effect, scale * one.effect, 1e-8);
            within(two.standard_error, scale * one.standard_error, 1e-7);
        }
    }

    #[test]
    fn parts_merge_and_counts_are_rows(cut in 0..79_usize, times in 2..5_u64) {
        let rows = two_periods();
        let mut merged = tally(&rows[cut..]);
        merged.merge(&tally(&rows[..cut])).unwrap();
        let whole = tally(&rows).estimate(DidEffects::Clusters, Level::P95).unwrap();
        let parts = merged.estimate(DidEffects::Clusters, Level::P95).unwrap();
        close(parts.standard_error, whole.standard_error);
        let mut repeated = DidTally::default();
        let mut copies = Vec::new();
        for &(c, p, d, y) in &rows {
            let mut cell = MeanTally::default();
            cell.add(y, times).unwrap();
            repeated.add(c, p, d, cell).unwrap();
            copies.extend((0..times).map(|_| (c, p, d, y)));
        }
        close(repeated.estimate(DidEffects::Arms, Level::P95).unwrap().standard_error, tally(&copies).estimate(DidEffects::Arms, Level::P95).unwrap().standard_error);
    }
}
