//! Weighted scores and raking against statsmodels 0.15.0 and scipy 1.17.1 by `bench/reference/weighting.py`, with their laws and what
//! they refuse.
#![allow(clippy::unwrap_used)]

use std::ops::ControlFlow;

use proptest::{collection::vec, prelude::*};
use radost_stats::{
    raking::{Margin, RakingError, RakingOptions, WeightBounds, rake, trim},
    values::ValueTally,
    weighting::*,
    *,
};

#[track_caller]
fn close(got: f64, expected: f64) {
    let tolerance = 1e-9 * (1.0 + expected.abs());
    assert!(
        (got - expected).abs() <= tolerance,
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

/// The 40 scores and weights of `bench/reference/weighting.py`.
fn rows() -> Vec<(i64, f64)> {
    (0..40)
        .map(|i| ((7 * i + 3 * (i / 5)) % 11, 0.5 + (i * 13 % 7) as f64 / 4.0))
        .collect()
}

fn nps_of(rows: &[(i64, f64)]) -> WeightedNpsTally {
    let mut tally = WeightedNpsTally::default();
    for &(score, weight) in rows {
        tally.push(score, weight).unwrap();
    }
    tally
}

fn share_of(rows: &[(i64, f64)]) -> WeightedCsatTally {
    let mut tally = WeightedCsatTally::default();
    for &(score, weight) in rows {
        tally.push(score >= 8, weight).unwrap();
    }
    tally
}

fn mean_of(rows: &[(i64, f64)]) -> WeightedMeanTally {
    let mut tally = WeightedMeanTally::default();
    for &(score, weight) in rows {
        tally.push(score as f64, weight).unwrap();
    }
    tally
}

#[test]
fn weighted_scores() {
    let nps = nps_of(&rows())
        .interval(NpsMethod::AdjustedWald, Population::Endless, Level::P95)
        .unwrap();
    // (Σ w)² / Σ w² and n over it
    close(nps.effective_n, 34.5423302598);
    close(nps.design_effect, 1.15799946614);
    // DescrStatsW([1, 0, -1], weights scaled to the effective n, with pseudo-responses), norm.interval
    close(nps.interval.value, -39.4088669951);
    close(nps.interval.low, -62.0850157995);
    close(nps.interval.high, -10.4344090464);
    assert_eq!(nps.interval.n, 40);

    // statsmodels proportion_confint of the effective counts
    for (method, low, high) in [
        (ShareMethod::Wilson, 18.1743268106, 47.6907857385),
        (ShareMethod::ClopperPearson, 16.4565125188, 49.0103391154),
    ] {
        let csat = share_of(&rows())
            .interval(method, Population::Endless, Level::P95)
            .unwrap();
        close(csat.interval.value, 31.0344827586);
        close(csat.interval.low, low);
        close(csat.interval.high, high);
    }

    // DescrStatsW(scores, weights scaled to the effective n).tconfint_mean(0.05)
    let mean = mean_of(&rows());
    let endless = mean.interval(Population::Endless, Level::P95).unwrap();
    close(endless.interval.value, 5.1724137931);
    close(endless.interval.low, 4.04406001141);
    close(endless.interval.high, 6.30076757479);
    let of_hundred = mean.interval(Population::Of(100), Level::P95).unwrap();
    close(of_hundred.interval.low, 4.29839471208);
    close(of_hundred.interval.high, 6.04643287413);

    // CompareMeans(second 20, first 20).ttest_ind and tconfint_diff(0.05, usevar="unequal")
    let rows = rows();
    let (first, second) = rows.split_at(20);
    let change = mean_of(second)
        .compare(&mean_of(first), Level::P95)
        .unwrap();
    close(change.difference, 0.504173946806);
    close(change.low, -1.7822514937);
    close(change.high, 2.79059938731);
    close(change.p_value, 0.656498779767);
}

#[test]
fn weighted_index() {
    let scale = Scale::new(1.0, 5.0).unwrap();
    let attribute = CsiAttribute {
        satisfaction: scale,
        importance: scale,
    };
    let mut tally = WeightedCsiTally::new(vec![attribute; 2]).unwrap();
    let mut plain = CsiTally::new(vec![attribute; 2]).unwrap();
    let mut equal = tally.clone();
    for (s, m, weight) in [
        ([5.0, 3.0], [Some(5.0), Some(2.0)], 2.0),
        ([4.0, 2.0], [Some(4.0), None], 1.0),
        ([3.0, 3.0], [Some(3.0), Some(2.0)], 1.0),
        ([5.0, 5.0], [Some(5.0), Some(1.0)], 0.5),
        ([2.0, 4.0], [Some(4.0), Some(4.0)], 1.5),
        ([4.0, 4.0], [Some(4.0), Some(3.0)], 1.0),
        ([1.0, 2.0], [Some(5.0), Some(5.0)], 0.75),
        ([5.0, 4.0], [Some(2.0), Some(3.0)], 1.25),
    ] {
        let s = s.map(Some);
        tally.push(&s, &m, weight).unwrap();
        equal.push(&s, &m, 7.0).unwrap();
        plain.push(&s, &m).unwrap();
    }
    // the index and the numerical derivative of it by each respondent's weight
    let csi = tally.interval(Population::Endless, Level::P95).unwrap();
    close(csi.interval.value, 63.9734054541);
    close(csi.effective_n, 6.96774193548);
    let error = (csi.interval.high - csi.interval.value) / Level::P95.z();
    assert!((error - 9.85507900482).abs() < 1e-6, "{error}");

    let (equal, plain) = (
        equal
            .interval(Population::Endless, Level::P95)
            .unwrap()
            .interval,
        plain.interval(Level::P95).unwrap(),
    );
    close(equal.low, plain.low);
    close(equal.high, plain.high);
    assert_eq!(equal.attributes[1].n_importance, 7);
}

#[test]
fn weighted_means_of_skewed_values() {
    let mut tally = WeightedLogMeanTally::default();
    for (score, weight) in rows() {
        tally.push(1.0 + score as f64, weight).unwrap();
    }
    // exp(DescrStatsW(log(1 + scores), weights scaled to the effective n).tconfint_mean(0.05)); exp(m + s²/2) and
    // scipy.stats.norm.interval and t.interval around m + s²/2 with √( s²/n + s⁴/(2 (n − 1)) )
    for (method, value, low, high) in [
        (
            LogMeanMethod::Geometric,
            5.02484770151,
            3.88988442288,
            6.49096262985,
        ),
        (
            LogMeanMethod::Cox,
            6.60756922858,
            4.99677703587,
            8.73762643342,
        ),
        (
            LogMeanMethod::ModifiedCox,
            6.60756922858,
            4.94483075478,
            8.82941667281,
        ),
    ] {
        let mean = tally.interval(method, Level::P95).unwrap();
        close(mean.interval.value, value);
        close(mean.interval.low, low);
        close(mean.interval.high, high);
        assert_eq!(mean.interval.method, method.into());
    }
    refuses(
        tally.push(0.0, 1.0),
        "0 has no logarithm: a value must be a finite number above zero",
    );
}

#[test]
fn weighted_quantiles() {
    let mut tally = WeightedValueTally::default();
    for (score, weight) in rows() {
        tally.push(score as f64, weight).unwrap();
    }
    // numpy.searchsorted in the cumulated shares at p and p ∓ z √(p (1 − p) / n_eff)
    for (probability, value, low, high) in [
        (0.25, 3.0, 1.0, 4.0),
        (0.5, 5.0, 4.0, 7.0),
        (0.75, 8.0, 7.0, 9.0),
    ] {
        let quantile = tally.quantile_interval(probability, Level::P95).unwrap();
        let interval = quantile.interval;
        assert_eq!(
            (interval.value, interval.low, interval.high),
            (value, Some(low), Some(high))
        );
        assert_eq!(interval.method, IntervalMethod::Woodruff);
    }
    let extreme = tally.quantile_interval(0.99, Level::P95).unwrap();
    assert_eq!(extreme.interval.high, None);
}

/// The 60 respondents of `bench/reference/weighting.py`.
fn respondents() -> (Vec<f64>, Vec<Margin>) {
    let of = |category: fn(usize) -> usize, targets: &[f64]| Margin {
        categories: (0..60).map(category).collect(),
        targets: targets.to_vec(),
    };
    let margins = vec![
        of(|i| (i * 7 + i / 9) % 3, &[0.5, 0.3, 0.2]),
        of(|i| (i * 5 + i / 7) % 2, &[48.0, 52.0]),
        of(|i| (i / 4 + i % 3) % 4, &[10.0, 20.0, 30.0, 40.0]),
    ];
    let base = (0..60).map(|i| 1.0 + f64::from(i % 4) / 2.0).collect();
    (base, margins)
}

#[test]
fn raked_weights_are_those_of_least_divergence() {
    let (base, margins) = respondents();
    let options = RakingOptions {
        tolerance: 1e-13,
        ..RakingOptions::default()
    };
    let raked = rake(&base, &margins, &options, &Progress::none()).unwrap();
    // scipy.optimize.minimize and Newton on the dual of the least Kullback–Leibler divergence
    for (response, expected) in [
        (0, 0.297095612577),
        (1, 0.573563606889),
        (2, 0.733825347293),
        (17, 1.79746901211),
        (59, 0.36983323493),
    ] {
        close(raked.weights[response], expected);
    }
    close(raked.effective_n, 37.7751596323);
    close(raked.tally().unwrap().effective_n().unwrap(), 37.7751596323);
    assert!(raked.worst_gap.gap <= 1e-13 && raked.iterations > 1 && raked.at_bounds == 0);
}

#[test]
fn raking_within_bounds_keeps_margins_and_bounds() {
    // scipy.optimize.linprog finds weights for these margins from 0.3 to 2.2, and none from 0.3 to 2.0
    let (base, margins) = respondents();
    let bounds = WeightBounds {
        low: 0.3,
        high: 2.2,
    };
    let options = RakingOptions {
        bounds: Some(bounds),
        ..RakingOptions::default()
    };
    let free = rake(
        &base,
        &margins,
        &RakingOptions::default(),
        &Progress::none(),
    )
    .unwrap();
    assert!(free.weights.iter().any(|w| *w > 2.2));
    let raked = rake(&base, &margins, &options, &Progress::none()).unwrap();
    assert!(raked.weights.iter().all(|w| (0.3..=2.2).contains(w)));
    assert!(raked.at_bounds > 0 && raked.effective_n > free.effective_n);
    for (
        margin,
        Margin {
            categories,
            targets,
        },
    ) in margins.iter().enumerate()
    {
        let total: f64 = targets.iter().sum();
        for (category, target) in targets.iter().enumerate() {
            let of = categories.iter().zip(&raked.weights);
            let sum: f64 = of.filter(|(c, _)| **c == category).map(|(_, w)| w).sum();
            let gap = (sum / 60.0 - target / total).abs();
            assert!(gap <= 1e-9, "margin {margin}, category {category}: {gap}");
        }
    }

    let tight = RakingOptions {
        bounds: Some(WeightBounds {
            low: 0.3,
            high: 2.0,
        }),
        max_iterations: 50,
        ..options
    };
    let error = rake(&base, &margins, &tight, &Progress::none()).unwrap_err();
    assert!(matches!(
        error,
        RakingError::NotConverged { iterations: 50, worst_gap } if worst_gap.gap > 0.01
    ));
    assert!(
        error.to_string().starts_with("after 50 rounds category "),
        "{error}"
    );
}

#[test]
fn raking_refused() {
    let margin = |categories: &[usize], targets: &[f64]| Margin {
        categories: categories.to_vec(),
        targets: targets.to_vec(),
    };
    let good = margin(&[0, 1], &[1.0, 1.0]);
    let try_rake = |weights: &[f64], margins: &[Margin]| {
        rake(
            weights,
            margins,
            &RakingOptions::default(),
            &Progress::none(),
        )
    };
    refuses(
        try_rake(&[], std::slice::from_ref(&good)),
        "there are no responses to weight",
    );
    refuses(
        try_rake(&[1.0, 1.0], &[]),
        "raking needs at least one margin",
    );
    refuses(
        try_rake(&[1.0], std::slice::from_ref(&good)),
        "margin 0 has categories for 2 responses, and there are 1",
    );
    refuses(
        try_rake(&[1.0, 1.0], &[good.clone(), margin(&[0, 2], &[1.0, 1.0])]),
        "response 1 is in category 2 of margin 1, which has 2 targets",
    );
    refuses(
        try_rake(&[1.0, 1.0], &[margin(&[0, 0], &[0.6, 0.4])]),
        "nobody has answered in category 1 of margin 0: join it with another",
    );
    assert!(try_rake(&[1.0, 1.0], &[margin(&[0, 0], &[0.6, 0.0])]).is_ok());
    for target in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refuses(
            try_rake(&[1.0, 1.0], &[margin(&[0, 1], &[1.0, target])]),
            &format!(
                "{target} is not a target for category 1 of margin 0: it must be a finite number above zero"
            ),
        );
    }
    for weight in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e10] {
        refuses(
            try_rake(&[1.0, weight], std::slice::from_ref(&good)),
            &format!("response 1 has the weight {weight}: it must be a number from 1e-9 to 1e9"),
        );
    }
    // Two margins that say different things of the same people
    let contradiction = [good.clone(), margin(&[0, 1], &[1.0, 3.0])];
    assert!(matches!(
        try_rake(&[1.0, 1.0], &contradiction),
        Err(RakingError::NotConverged { .. })
    ));
    for (low, high) in [
        (1.0, 2.0),
        (0.5, 1.0),
        (-0.1, 2.0),
        (f64::NAN, 2.0),
        (0.5, f64::INFINITY),
    ] {
        assert_eq!(
            trim(&[1.0], WeightBounds { low, high })
                .unwrap_err()
                .to_string(),
            format!(
                "weights cannot lie between {low} and {high} times their mean: one must be below 1 and the other above"
            ),
        );
    }
    refuses(
        rake(
            &[1.0, 1.0],
            std::slice::from_ref(&good),
            &RakingOptions {
                tolerance: 0.0,
                ..RakingOptions::default()
            },
            &Progress::none(),
        ),
        "raking needs a tolerance above zero and at least one round, not 0 and 1000",
    );
    let stop = |_, _| ControlFlow::Break(());
    refuses(
        rake(
            &[1.0, 1.0],
            &contradiction,
            &RakingOptions::default(),
            &Progress::new(&stop),
        ),
        "the computation was cancelled",
    );
}

#[test]
fn weights_refused() {
    let mut tally = WeightedNpsTally::default();
    for weight in [0.0, -2.0, f64::NAN, f64::INFINITY, 1e-10] {
        refuses(
            tally.push(9, weight),
            &format!("{weight} is not a weight: it must be a number from 1e-9 to 1e9"),
        );
    }
    refuses(
        tally.push(11, 1.0),
        "11 is off the scale: a recommendation is a whole number from 0 to 10",
    );
    assert_eq!(tally, WeightedNpsTally::default());
    refuses(tally.score(), "there are no responses");
    refuses(
        WeightedMeanTally::default().mean(),
        "there are no responses",
    );
    for _ in 0..9 {
        tally.push(9, 1.0).unwrap();
    }
    tally.push(3, 1000.0).unwrap();
    refuses(
        tally.compare(&tally, Level::P95),
        "this needs 5 responses in effect, and the weights leave 1.0",
    );
    refuses(
        tally.interval(NpsMethod::Wald, Population::Of(9), Level::P95),
        "10 responses cannot come from a population of 9",
    );
    let mut mean = WeightedMeanTally::default();
    mean.push(3.0, 1.0).unwrap();
    mean.push(4.0, 1e6).unwrap();
    refuses(
        mean.interval(Population::Endless, Level::P95),
        "this needs 2 responses in effect, and the weights leave 1.0",
    );
    assert!(mean.push(f64::NAN, 1.0).is_err());
    assert!(WeightedValueTally::default().quantile(0.5).is_err());

    let weights = WeightTally::from_sums(3, 4.0, 6.0).unwrap();
    refuses(
        WeightTally::from_sums(3, 4.0, 5.0),
        "no 3 weighted answers have these sums",
    );
    assert!(WeightTally::from_sums(2, -1.0, 1.0).is_err());
    assert!(WeightTally::from_sums(2, f64::NAN, 1.0).is_err());
    assert!(WeightedNpsTally::from_sums(weights, 2.0, 3.0).is_err());
    assert!(WeightedCsatTally::from_sums(weights, 4.5).is_err());
    assert!(WeightedMeanTally::from_sums(weights, 10.0, 5.0).is_err());
    let rebuilt = WeightedNpsTally::from_sums(weights, 2.0, 1.0).unwrap();
    assert_eq!(rebuilt.score().unwrap(), 25.0);

    let mut pairs = WeightedPairTally::default();
    let bca = |pairs: &WeightedPairTally, replicates| {
        pairs.mean_bca(replicates, Level::P95, 1, &Progress::none())
    };
    refuses(bca(&pairs, 100), "there are no responses");
    refuses(
        pairs.push(f64::NAN, 1.0),
        "NaN has no place in an order of numbers: a value must be finite",
    );
    refuses(
        pairs.push(3.0, 0.0),
        "0 is not a weight: it must be a number from 1e-9 to 1e9",
    );
    assert_eq!(pairs, WeightedPairTally::default());
    pairs.push(3.0, 1.0).unwrap();
    refuses(
        bca(&pairs, 100),
        "this needs 2 responses in effect, and the weights leave 1.0",
    );
    pairs.push(4.0, 1.0).unwrap();
    refuses(
        bca(&pairs, 99),
        "a bootstrap needs 100 resamples or more, not 99",
    );
    let stop = |_, _| ControlFlow::Break(());
    refuses(
        pairs.mean_bca(100, Level::P95, 1, &Progress::new(&stop)),
        "the computation was cancelled",
    );
}

fn pairs_of(rows: &[(i64, f64)]) -> WeightedPairTally {
    let mut tally = WeightedPairTally::default();
    for &(score, weight) in rows {
        tally.push(score as f64, weight).unwrap();
    }
    tally
}

#[test]
fn a_weighted_mean_by_bootstrap() {
    let bca = |tally: &WeightedPairTally| {
        tally
            .mean_bca(20_000, Level::P95, 3, &Progress::none())
            .unwrap()
    };
    let found = bca(&pairs_of(&rows()));
    let mean = found.interval;
    // bca() of the script: 200,000 resamples by scipy's own random numbers, so that bounds agree to some hundredths of the standard
    // error, and the acceleration by the jackknife, exactly.
    close(mean.value, 5.1724137931);
    close(mean.acceleration, -0.00401594055079);
    for (got, expected) in [
        (mean.low, 4.07906976744),
        (mean.high, 6.22689263518),
        (mean.standard_error, 0.547446087568),
    ] {
        assert!(
            (got - expected).abs() < 0.03,
            "got {got}, expected {expected}"
        );
    }
    assert_eq!((mean.method, mean.n), (IntervalMethod::BcaBootstrap, 40));

    let mut halves = pairs_of(&rows()[..17]);
    halves.merge(&pairs_of(&rows()[17..]));
    assert_eq!(bca(&halves).interval, mean);

    // Equal weights change nothing: the plain bootstrap of the same seed.
    let equal: Vec<(i64, f64)> = rows().iter().map(|&(x, _)| (x, 1.0)).collect();
    let mut plain = ValueTally::default();
    for &(x, _) in &equal {
        plain.push(x as f64).unwrap();
    }
    let plain = plain
        .mean_bca(20_000, Level::P95, 3, &Progress::none())
        .unwrap();
    let weighted = bca(&pairs_of(&equal)).interval;
    for (got, expected) in [
        (weighted.value, plain.value),
        (weighted.low, plain.low),
        (weighted.high, plain.high),
        (weighted.acceleration, plain.acceleration),
        (weighted.standard_error, plain.standard_error),
    ] {
        close(got, expected);
    }
}

fn weighted_rows() -> impl Strategy<Value = Vec<(i64, f64)>> {
    vec((0..=10_i64, 0.1..5.0_f64), 6..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn integer_weights_are_duplicated_rows_in_the_estimate(rows in vec((0..=10_i64, 1..5_u64), 2..30)) {
        let weighted: Vec<(i64, f64)> = rows.iter().map(|&(x, w)| (x, w as f64)).collect();
        let (mut nps, mut csat, mut mean) = (NpsTally::default(), 0, MeanTally::default());
        for &(x, w) in &rows {
            nps.add(x, w).unwrap();
            csat += if x >= 8 { w } else { 0 };
            mean.add(x as f64, w).unwrap();
        }
        prop_assert!((nps_of(&weighted).score().unwrap() - nps.score().unwrap()).abs() < 1e-9);
        prop_assert!((mean_of(&weighted).mean().unwrap() - mean.mean().unwrap()).abs() < 1e-9);
        let share = share_of(&weighted).interval(ShareMethod::Wilson, Population::Endless, Level::P95).unwrap();
        let duplicated = CsatTally::from_counts(csat, nps.n()).unwrap();
        prop_assert!((share.interval.value - duplicated.share().unwrap()).abs() < 1e-9);
        // …but not in the interval, which knows how many were asked.
        let narrow = duplicated.interval(Level::P95).unwrap();
        prop_assert!(share.interval.high - share.interval.low >= narrow.high - narrow.low - 1e-9);
        prop_assert!(share.effective_n <= rows.len() as f64 + 1e-9);
    }

    #[test]
    fn equal_weights_change_nothing(scores in vec(0..=10_i64, 5..40), weight in 0.01..100.0_f64) {
        let rows: Vec<(i64, f64)> = scores.iter().map(|&x| (x, weight)).collect();
        let (mut nps, mut mean) = (NpsTally::default(), MeanTally::default());
        for &x in &scores {
            nps.push(x).unwrap();
            mean.push(x as f64).unwrap();
        }
        for method in [NpsMethod::AdjustedWald, NpsMethod::Wald, NpsMethod::Score] {
            let plain = nps.interval_by(method, Population::Of(50), Level::P95).unwrap();
            let weighted = nps_of(&rows).interval(method, Population::Of(50), Level::P95).unwrap();
            prop_assert!((plain.low - weighted.interval.low).abs() < 1e-9);
            prop_assert!((weighted.design_effect - 1.0).abs() < 1e-9);
        }
        let plain = mean.interval(Level::P95).unwrap();
        let weighted = mean_of(&rows).interval(Population::Endless, Level::P95).unwrap();
        prop_assert!((plain.low - weighted.interval.low).abs() < 1e-6);
        let mut values = WeightedValueTally::default();
        for &(x, w) in &rows {
            values.push(x as f64, w).unwrap();
        }
        let mut sorted = scores.clone();
        sorted.sort_unstable();
        let middle = (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) as f64 / 2.0;
        prop_assert_eq!(values.quantile(0.5).unwrap(), middle);
    }

    #[test]
    fn merged_parts_are_the_whole_and_scale_does_not_matter(mut a in weighted_rows(), b in weighted_rows(), factor in 0.1..10.0_f64) {
        let (mut nps, mut share, mut mean) = (nps_of(&a), share_of(&a), mean_of(&a));
        nps.merge(&nps_of(&b));
        share.merge(&share_of(&b));
        mean.merge(&mean_of(&b));
        a.extend(b);
        a.rotate_left(3);
        for row in &mut a {
            row.1 *= factor;
        }
        let near = |x: f64, y: f64| (x - y).abs() < 1e-6;
        let (x, y) = (
            nps.interval(NpsMethod::Score, Population::Endless, Level::P95).unwrap(),
            nps_of(&a).interval(NpsMethod::Score, Population::Endless, Level::P95).unwrap(),
        );
        prop_assert!(near(x.interval.low, y.interval.low) && near(x.effective_n, y.effective_n));
        let (x, y) = (
            share.interval(ShareMethod::AgrestiCoull, Population::Endless, Level::P95).unwrap(),
            share_of(&a).interval(ShareMethod::AgrestiCoull, Population::Endless, Level::P95).unwrap(),
        );
        prop_assert!(near(x.interval.high, y.interval.high));
        let (x, y) = (
            mean.interval(Population::Endless, Level::P95),
            mean_of(&a).interval(Population::Endless, Level::P95),
        );
        if let (Ok(x), Ok(y)) = (x, y) {
            prop_assert!(near(x.interval.low, y.interval.low));
        }
    }

    #[test]
    fn raking_meets_its_margins_whatever_the_order(
        kinds in vec((0..3_usize, 0..2_usize), 30..60),
        targets in (0.2..1.0_f64, 0.2..1.0_f64, 0.2..1.0_f64, 0.3..0.7_f64),
    ) {
        // One response of each kind, so that the margins can always be met.
        let mut kinds = kinds;
        kinds.extend((0..3).flat_map(|a| [(a, 0), (a, 1)]));
        let margins = |kinds: &[(usize, usize)]| [
            Margin { categories: kinds.iter().map(|k| k.0).collect(), targets: vec![targets.0, targets.1, targets.2] },
            Margin { categories: kinds.iter().map(|k| k.1).collect(), targets: vec![targets.3, 1.0 - targets.3] },
        ];
        let of = |kinds: &[(usize, usize)]| {
            rake(&vec![1.0; kinds.len()], &margins(kinds), &RakingOptions::default(), &Progress::none()).unwrap()
        };
        let raked = of(&kinds);
        prop_assert!(raked.worst_gap.gap <= 1e-9);
        prop_assert!((raked.weights.iter().sum::<f64>() / kinds.len() as f64 - 1.0).abs() < 1e-6);
        let reversed: Vec<_> = kinds.iter().rev().copied().collect();
        let back = of(&reversed);
        for (weight, mirror) in raked.weights.iter().zip(back.weights.iter().rev()) {
            prop_assert!((weight - mirror).abs() < 1e-6);
        }
    }

    #[test]
    fn trimming_keeps_the_sum_and_the_order(weights in vec(0.01..20.0_f64, 1..50), low in 0.0..0.9_f64, high in 1.1..4.0_f64) {
        let trimmed = trim(&weights, WeightBounds { low, high }).unwrap();
        let (before, after): (f64, f64) = (weights.iter().sum(), trimmed.weights.iter().sum());
        prop_assert!((before - after).abs() < 1e-9 * before);
        let mean = before / weights.len() as f64;
        for (i, w) in trimmed.weights.iter().enumerate() {
            prop_assert!(*w >= low * mean * (1.0 - 1e-12) && *w <= high * mean * (1.0 + 1e-12));
            for (j, v) in trimmed.weights.iter().enumerate() {
                prop_assert!(weights[i] > weights[j] || w <= &(v + 1e-9));
            }
        }
    }
}
