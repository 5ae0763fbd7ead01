//! Intervals, quantiles and bootstraps against scipy 1.17.1 and statsmodels 0.15.0 by `bench/reference/intervals.py`, with their laws
//! and what they refuse.
#![allow(clippy::unwrap_used)]

use std::ops::ControlFlow;

use proptest::{collection::vec, prelude::*};
use radost_stats::{
    values::{ValueError, ValueTally},
    *,
};

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

const MINUTES: [f64; 17] = [
    1.5, 2.0, 2.0, 2.5, 3.0, 3.0, 4.0, 4.5, 5.0, 5.0, 6.0, 8.0, 9.0, 12.0, 15.0, 21.0, 34.0,
];

fn values_of(values: &[f64]) -> ValueTally {
    let mut tally = ValueTally::default();
    for &value in values {
        tally.push(value).unwrap();
    }
    tally
}

fn counted(counts: &[(f64, u64)]) -> ValueTally {
    let mut tally = ValueTally::default();
    for &(value, count) in counts {
        tally.add(value, count).unwrap();
    }
    tally
}

#[test]
fn nps_score_intervals() {
    // scipy.optimize.brentq on the score statistic whose constrained likelihood scipy.optimize.minimize_scalar maximises:
    // good to about 1e-7, as the flat top of a likelihood is.
    for ((promoters, passives, detractors), low, high) in [
        ((50, 30, 20), 13.9551416022, 44.3393066469),
        ((431, 238, 331), 4.59994284159, 15.335571785),
        ((7, 2, 3), -17.8458115459, 69.6398029112),
        ((10, 0, 0), 44.4934400274, 100.0),
        ((0, 12, 0), -24.2494006655, 24.2494006655),
        ((3, 0, 1), -39.8716314835, 90.8825478381),
    ] {
        let tally = NpsTally {
            promoters,
            passives,
            detractors,
        };
        let nps = tally.score_interval(Level::P95).unwrap();
        within(nps.low, low, 1e-6);
        within(nps.high, high, 1e-6);
        assert_eq!(nps.method, IntervalMethod::Score);
    }
}

#[test]
fn net_scores_by_other_names() {
    let sentiment = NetSentimentTally::from_sentiment(60, 25, 15);
    let employees = EnpsTally {
        promoters: 60,
        passives: 25,
        detractors: 15,
    };
    assert_eq!(sentiment, employees);
    assert_eq!(sentiment.score().unwrap(), 45.0);
    // statsmodels DescrStatsW([1, 0, -1], [60, 25, 15], ddof=1).std / sqrt(100)
    close(
        sentiment
            .standard_error(VarianceConvention::Sample)
            .unwrap(),
        7.43660072231,
    );
    close(
        sentiment
            .standard_error(VarianceConvention::Population)
            .unwrap(),
        7.39932429347,
    );
    refuses(
        EnpsTally::from_sentiment(1, 0, 0).sample_variance(),
        "a variance that divides by n - 1 needs two responses",
    );
}

#[test]
fn share_intervals() {
    // statsmodels proportion_confint(satisfied, n, 0.05, method="agresti_coull" and "beta")
    for (satisfied, n, agresti_coull, exact) in [
        (
            81,
            263,
            [25.522066519, 36.6277431671],
            [25.2736745585, 36.7621922601],
        ),
        (0, 10, [0.0, 32.0887305751], [0.0, 30.8497107819]),
        (10, 10, [67.9112694249, 100.0], [69.1502892181, 100.0]),
        (
            15,
            148,
            [6.13859749288, 16.1487666325],
            [5.78440100834, 16.1650490349],
        ),
        (
            999_000,
            1_000_000,
            [99.8936075447, 99.9060090792],
            [99.8936081893, 99.9060998792],
        ),
    ] {
        let tally = CsatTally::from_counts(satisfied, n).unwrap();
        for (method, [low, high]) in [
            (ShareMethod::AgrestiCoull, agresti_coull),
            (ShareMethod::ClopperPearson, exact),
        ] {
            let csat = tally
                .interval_by(method, Population::Endless, Level::P95)
                .unwrap();
            close(csat.low, low);
            close(csat.high, high);
            assert_eq!(csat.method.to_string(), method.to_string());
        }
    }
    let billions = CsatTally::from_counts(1_000_000_000, 3_000_000_000).unwrap();
    let exact = billions
        .interval_by(ShareMethod::ClopperPearson, Population::Endless, Level::P95)
        .unwrap();
    let wilson = billions.interval(Level::P95).unwrap();
    within(exact.low, wilson.low, 1e-6);
    within(exact.high, wilson.high, 1e-6);
}

#[test]
fn means_of_skewed_values() {
    let mut tally = LogMeanTally::default();
    for minutes in MINUTES {
        tally.push(minutes).unwrap();
    }
    // scipy.stats.t.interval and norm.interval of ln x: exp(m), exp(m + s²/2)
    for (method, value, low, high) in [
        (
            LogMeanMethod::Geometric,
            5.45684000414,
            3.47225664057,
            8.57572060855,
        ),
        (
            LogMeanMethod::Cox,
            8.03176417011,
            4.88898466917,
            13.1948124303,
        ),
        (
            LogMeanMethod::ModifiedCox,
            8.03176417011,
            4.69489018117,
            13.7403076951,
        ),
    ] {
        let mean = tally.interval(method, Level::P95).unwrap();
        close(mean.value, value);
        close(mean.low, low);
        close(mean.high, high);
        assert_eq!(mean.n, 17);
        assert_eq!(mean.method, method.into());
    }
    refuses(
        tally.push(0.0),
        "0 has no logarithm: a value must be a finite number above zero",
    );
    assert!(tally.push(f64::NAN).is_err() && tally.push(-1.0).is_err());
    refuses(
        LogMeanTally::default().interval(LogMeanMethod::Cox, Level::P95),
        "this needs 2 responses, and there are 0",
    );
}

#[test]
fn quantiles() {
    let minutes = values_of(&MINUTES);
    // numpy.quantile(MINUTES, p) and scipy.stats.quantile_test(MINUTES, q=0, p=p).confidence_interval(0.95); nan is None here
    for (probability, value, low, high) in [
        (0.1, 2.0, None, Some(3.0)),
        (0.25, 3.0, Some(1.5), Some(5.0)),
        (0.5, 5.0, Some(3.0), Some(9.0)),
        (0.9, 17.4, Some(9.0), None),
    ] {
        let quantile = minutes.quantile_interval(probability, Level::P95).unwrap();
        close(quantile.value, value);
        assert_eq!((quantile.low, quantile.high), (low, high));
        assert!(quantile.coverage >= 0.95);
    }
    let hundreds: Vec<f64> = (1..=1000).map(f64::from).collect();
    // the same of 1..1000 at 0.99, and scipy.stats.binom.cdf(high - 1, 1000, p) - binom.cdf(low - 1, 1000, p)
    for (probability, low, high, coverage) in [
        (0.5, 459.0, 542.0, 0.991360050998),
        (0.9, 875.0, 925.0, 0.991708096691),
    ] {
        let quantile = values_of(&hundreds)
            .quantile_interval(probability, Level::P99)
            .unwrap();
        assert_eq!((quantile.low, quantile.high), (Some(low), Some(high)));
        close(quantile.coverage, coverage);
    }
    let million = counted(&[
        (0.0, 9000),
        (1.0, 4000),
        (2.0, 6000),
        (3.0, 9000),
        (4.0, 15_000),
        (5.0, 40_000),
        (6.0, 60_000),
        (7.0, 120_000),
        (8.0, 250_000),
        (9.0, 287_000),
        (10.0, 200_000),
    ]);
    let median = million.quantile_interval(0.5, Level::P95).unwrap();
    assert_eq!(
        (median.value, median.low, median.high),
        (8.0, Some(8.0), Some(8.0))
    );
}

#[test]
fn a_level_that_a_rank_meets_exactly_is_met() {
    // P(X ≤ 0) of five values is 1/32: the extremes hold the median with a chance of 15/16.
    let five = values_of(&[1.0, 2.0, 3.0, 4.0, 5.0]);
    let median = five
        .quantile_interval(0.5, Level::new(0.9375).unwrap())
        .unwrap();
    assert_eq!((median.low, median.high), (Some(1.0), Some(5.0)));
    close(median.coverage, 0.9375);
    let median = five.quantile_interval(0.5, Level::P95).unwrap();
    assert_eq!(
        (median.low, median.high, median.coverage),
        (None, None, 1.0)
    );
}

#[test]
fn bootstrapped_means() {
    // scipy.stats.bootstrap((x,), numpy.mean, n_resamples=200_000, method="BCa"): bounds and standard error to the error of resampling,
    // which for 20,000 resamples is some hundredths of the standard error; the acceleration exactly.
    let scale = counted(&[(1.0, 4), (2.0, 6), (3.0, 10), (5.0, 30), (7.0, 50)]);
    for (tally, low, high, error, acceleration) in [
        (
            values_of(&MINUTES),
            5.20588235294,
            13.8823529412,
            2.00149111143,
            0.0788403134828,
        ),
        (scale, 5.07, 5.8, 0.184032520497, -0.0154363271657),
    ] {
        let mean = tally
            .mean_bca(20_000, Level::P95, 3, &Progress::none())
            .unwrap();
        within(mean.low, low, 0.1 * error);
        within(mean.high, high, 0.1 * error);
        within(mean.standard_error, error, 0.03 * error);
        close(mean.acceleration, acceleration);
        assert_eq!(
            (mean.method, mean.replicates),
            (IntervalMethod::BcaBootstrap, 20_000)
        );
        let again = tally
            .mean_bca(20_000, Level::P95, 3, &Progress::none())
            .unwrap();
        assert_eq!(mean, again);
    }
    let agreed = counted(&[(4.0, 30)])
        .mean_bca(200, Level::P95, 1, &Progress::none())
        .unwrap();
    assert_eq!((agreed.low, agreed.value, agreed.high), (4.0, 4.0, 4.0));
}

#[test]
fn the_bootstrap_of_an_index_can_be_stopped() {
    let scale = Scale::new(1.0, 5.0).unwrap();
    let attribute = CsiAttribute {
        satisfaction: scale,
        importance: scale,
    };
    let row = CsiRow {
        satisfaction: vec![Some(4.0)],
        importance: vec![Some(3.0)],
    };
    let stop = |_, _| ControlFlow::Break(());
    refuses(
        csi_bootstrap(
            &[attribute],
            &[row.clone(), row],
            100,
            Level::P95,
            1,
            &Progress::new(&stop),
        ),
        "the computation was cancelled",
    );
}

#[test]
fn finite_populations() {
    let nps = NpsTally {
        promoters: 50,
        passives: 30,
        detractors: 20,
    };
    let csat = CsatTally::from_counts(80, 100).unwrap();
    let mut mean = MeanTally::default();
    mean.add(3.0, 40).unwrap();
    mean.add(5.0, 60).unwrap();
    let scale = Scale::new(1.0, 5.0).unwrap();
    let mut csi = CsiTally::new(vec![CsiAttribute {
        satisfaction: scale,
        importance: scale,
    }])
    .unwrap();
    for answer in [2.0, 3.0, 4.0, 5.0] {
        csi.push(&[Some(answer)], &[Some(answer)]).unwrap();
    }

    // Everyone has answered: nothing is uncertain.
    let all = Population::Of(100);
    for method in [NpsMethod::AdjustedWald, NpsMethod::Wald, NpsMethod::Score] {
        let census = nps.interval_by(method, all, Level::P95).unwrap();
        assert_eq!((census.low, census.high), (30.0, 30.0));
    }
    let census = csat
        .interval_by(ShareMethod::ClopperPearson, all, Level::P95)
        .unwrap();
    assert_eq!((census.low, census.high), (80.0, 80.0));
    let census = mean.interval_in(all, Level::P95).unwrap();
    assert_eq!((census.low, census.high), (4.2, 4.2));
    let census = csi.interval_in(Population::Of(4), Level::P95).unwrap();
    assert_eq!(census.low, census.high);

    // Half has: Wald and delta bounds come nearer by the correction.
    let half = nps
        .interval_by(NpsMethod::Wald, Population::Of(200), Level::P95)
        .unwrap();
    let endless = nps.wald_interval(Level::P95).unwrap();
    close(
        (half.high - 30.0) / (endless.high - 30.0),
        (100.0_f64 / 199.0).sqrt(),
    );
    let half = csi.interval_in(Population::Of(8), Level::P90).unwrap();
    let endless = csi.interval(Level::P90).unwrap();
    close(
        (half.high - half.value) / (endless.high - endless.value),
        0.5_f64.sqrt(),
    );

    let few = Population::Of(99);
    let message = "100 responses cannot come from a population of 99";
    refuses(nps.interval_by(NpsMethod::Wald, few, Level::P95), message);
    refuses(
        csat.interval_by(ShareMethod::Wilson, few, Level::P95),
        message,
    );
    refuses(mean.interval_in(few, Level::P95), message);
    refuses(
        csi.interval_in(Population::Of(3), Level::P95),
        "4 responses cannot come from a population of 3",
    );
}

#[test]
fn values_refused() {
    let mut tally = ValueTally::default();
    refuses(
        tally.push(f64::INFINITY),
        "inf has no place in an order of numbers: a value must be finite",
    );
    refuses(tally.quantile(0.5), "there are no responses");
    refuses(
        tally.quantile(1.0),
        "1 is not a quantile: write a number between 0 and 1, such as 0.5",
    );
    assert!(tally.quantile(f64::NAN).is_err());
    refuses(
        tally.mean_bca(99, Level::P95, 1, &Progress::none()),
        "a bootstrap needs 100 resamples or more, not 99",
    );
    tally.push(3.0).unwrap();
    refuses(
        tally.mean_bca(100, Level::P95, 1, &Progress::none()),
        "this needs 2 responses, and there are 1",
    );
    tally.push(1e300).unwrap();
    assert!(matches!(
        tally.mean_tally(),
        Err(ValueError::Mean(MeanError::Value { .. }))
    ));
    let stop = |_, _| ControlFlow::Break(());
    let stopped = values_of(&[1.0, 2.0]).mean_bca(100, Level::P95, 1, &Progress::new(&stop));
    assert_eq!(stopped, Err(ValueError::Cancelled(Cancelled)));
}

fn nps_tally() -> impl Strategy<Value = NpsTally> {
    (0..200_u64, 0..200_u64, 0..200_u64)
        .prop_map(|(promoters, passives, detractors)| NpsTally {
            promoters,
            passives,
            detractors,
        })
        .prop_filter("someone answers", |tally| tally.n() > 0)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_nps_interval_holds_the_score_and_mirrors(tally in nps_tally(), level in 0.5..0.999_f64, more in 0..1000_u64) {
        let level = Level::new(level).unwrap();
        let mirror = NpsTally { promoters: tally.detractors, detractors: tally.promoters, ..tally };
        for population in [Population::Endless, Population::Of(tally.n() + more)] {
            for method in [NpsMethod::AdjustedWald, NpsMethod::Wald, NpsMethod::Score] {
                let nps = tally.interval_by(method, population, level).unwrap();
                let back = mirror.interval_by(method, population, level).unwrap();
                prop_assert!(-100.0 <= nps.low && nps.low <= nps.value && nps.value <= nps.high && nps.high <= 100.0);
                prop_assert_eq!((nps.low, nps.high), (-back.high, -back.low));
            }
        }
    }

    #[test]
    fn exact_share_intervals_are_the_tests_turned_round(satisfied in 0..60_u64, more in 0..60_u64) {
        let n = satisfied + more + 1;
        let tally = CsatTally::from_counts(satisfied, n).unwrap();
        let by = |method| tally.interval_by(method, Population::Endless, Level::P95).unwrap();
        let exact = by(ShareMethod::ClopperPearson);
        let opposite = CsatTally::from_counts(n - satisfied, n).unwrap();
        let back = opposite.interval_by(ShareMethod::ClopperPearson, Population::Endless, Level::P95).unwrap();
        prop_assert!((exact.low + back.high - 100.0).abs() < 1e-9);
        prop_assert!(exact.low <= exact.value && exact.value <= exact.high);
        // At the upper bound as few or fewer satisfied have the chance 2.5 %.
        if satisfied < n {
            let p = exact.high / 100.0;
            let mut term = (1.0 - p).powi(n as i32);
            let mut chance = term;
            for k in 0..satisfied {
                term *= (n - k) as f64 / (k + 1) as f64 * p / (1.0 - p);
                chance += term;
            }
            prop_assert!((chance - 0.025).abs() < 1e-9, "{}", chance);
        }
        let (wilson, agresti_coull) = (by(ShareMethod::Wilson), by(ShareMethod::AgrestiCoull));
        prop_assert!(agresti_coull.low <= wilson.low + 1e-9 && wilson.high <= agresti_coull.high + 1e-9);
    }

    #[test]
    fn quantiles_follow_the_values(mut a in vec(-50..50_i32, 1..40), b in vec(-50..50_i32, 1..40), p in 0.01..0.99_f64) {
        let tally = |values: &[i32]| values_of(&values.iter().map(|&x| f64::from(x)).collect::<Vec<_>>());
        let mut merged = tally(&b);
        merged.merge(&tally(&a));
        a.extend(b);
        let whole = tally(&a);
        prop_assert_eq!(&merged, &whole);
        let quantile = whole.quantile_interval(p, Level::P90).unwrap();
        prop_assert!(quantile.low.is_none_or(|low| low <= quantile.value));
        prop_assert!(quantile.high.is_none_or(|high| quantile.value <= high));
        prop_assert!(quantile.coverage >= 0.9 - 1e-9);
        let mirrored: Vec<i32> = a.iter().map(|x| -x).collect();
        let mirror = tally(&mirrored).quantile_interval(1.0 - p, Level::P90).unwrap();
        prop_assert!((mirror.value + quantile.value).abs() < 1e-9);
        let doubled: Vec<i32> = a.iter().map(|x| 2 * x + 7).collect();
        let moved = tally(&doubled).quantile_interval(p, Level::P90).unwrap();
        prop_assert!((moved.value - 2.0 * quantile.value - 7.0).abs() < 1e-9);
        prop_assert_eq!(moved.low, quantile.low.map(|low| 2.0 * low + 7.0));
    }

    #[test]
    fn the_bootstrap_moves_and_stretches_with_the_values(values in vec(0..10_i32, 5..30), seed in any::<u64>()) {
        let of = |map: fn(f64) -> f64| {
            let mut tally = ValueTally::default();
            for &x in &values {
                tally.push(map(f64::from(x))).unwrap();
            }
            tally.mean_bca(200, Level::P90, seed, &Progress::none()).unwrap()
        };
        let (plain, moved) = (of(|x| x), of(|x| 4.0 * x - 3.0));
        prop_assert!(plain.low <= plain.high);
        prop_assert!((moved.low - (4.0 * plain.low - 3.0)).abs() < 1e-9);
        prop_assert!((moved.high - (4.0 * plain.high - 3.0)).abs() < 1e-9);
        prop_assert!((moved.standard_error - 4.0 * plain.standard_error).abs() < 1e-9);
    }
}

/// Values of `bench/reference/csi.py`: gradients by differences, and the variance respondent by respondent.
#[test]
fn parts_of_an_index_have_the_intervals_of_their_gradients() {
    let scale = Scale::new(1.0, 5.0).unwrap();
    let attribute = CsiAttribute {
        satisfaction: scale,
        importance: scale,
    };
    let mut tally = CsiTally::new(vec![attribute; 2]).unwrap();
    for (satisfaction, importance) in [
        ([Some(5.0), Some(3.0)], [Some(5.0), Some(2.0)]),
        ([Some(4.0), Some(2.0)], [Some(4.0), None]),
        ([Some(3.0), Some(3.0)], [Some(3.0), Some(2.0)]),
        ([Some(2.0), Some(5.0)], [Some(4.0), Some(5.0)]),
        ([Some(5.0), None], [Some(5.0), Some(1.0)]),
        ([Some(4.0), Some(4.0)], [Some(2.0), Some(4.0)]),
    ] {
        tally.push(&satisfaction, &importance).unwrap();
    }
    let parts = tally.parts(Level::P95).unwrap();
    let expected = [
        [
            [0.577889, 0.417225, 0.738554],
            [40.933836, 17.928056, 63.939615],
            [16.855109, 6.122519, 27.587699],
        ],
        [
            [0.422111, 0.261446, 0.582775],
            [25.326633, 7.611348, 43.041918],
            [16.884422, 8.399671, 25.369174],
        ],
    ];
    for (part, expected) in parts.iter().zip(expected) {
        for (found, [value, low, high]) in [part.weight, part.contribution, part.gap]
            .into_iter()
            .zip(expected)
        {
            within(found.value, value, 1e-6);
            within(found.low, low, 1e-6);
            within(found.high, high, 1e-6);
        }
    }
    let sum = |of: fn(&CsiPart) -> CsiBounds| parts.iter().map(|part| of(part).value).sum::<f64>();
    let index = tally.index().unwrap();
    close(sum(|part| part.weight), 1.0);
    close(sum(|part| part.contribution), index);
    close(sum(|part| part.gap), 100.0 - index);
    let empty = CsiTally::new(vec![attribute]).unwrap();
    refuses(empty.parts(Level::P95), "there are no responses");
}
