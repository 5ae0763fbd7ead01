//! What holds for any data.

use super::*;

fn some_history() -> impl Strategy<Value = History> {
    (0..12_u64, 1..40_u32, 0..40_u32).prop_map(|(x, t_x, more)| {
        let t_x = if x == 0 { 0 } else { t_x };
        history(x, f64::from(t_x), f64::from(t_x + more))
    })
}

/// The customers of the table with every time multiplied.
fn scaled(by: f64) -> HistoryTally {
    let counts: Vec<_> = histories()
        .folded()
        .iter()
        .map(|&(h, n)| (history(h.frequency(), h.recency() * by, h.age() * by), n))
        .collect();
    HistoryTally::from_counts(&counts)
}

#[test]
fn another_unit_of_time_scales_alpha_and_beta_alone() {
    let fit = |by| {
        BgNbd::fit(
            &scaled(by),
            Dropout::AfterRepeats,
            Level::P95,
            Progress::none(),
        )
        .unwrap()
    };
    let (weeks, days) = (fit(1.0), fit(7.0));
    for ((week, day), factor) in weeks
        .parameters
        .iter()
        .zip(&days.parameters)
        .zip([1.0, 7.0, 1.0, 1.0])
    {
        within(day.estimate.value / week.estimate.value, factor, 1e-6);
        within(
            day.estimate.standard_error / week.estimate.standard_error,
            factor,
            1e-5,
        );
    }
    // Each repeat purchase carries one factor of the density of its time.
    let repeats = histories().repeat_purchases() as f64;
    close(
        days.log_likelihood,
        weeks.log_likelihood - repeats * 7.0_f64.ln(),
    );
}

#[test]
fn duplicated_customers_keep_the_fit_and_shrink_its_errors() {
    let mut twice = histories();
    twice.merge(&histories());
    for dropout in [Dropout::AfterRepeats, Dropout::AfterEveryPurchase] {
        let one = BgNbd::fit(&histories(), dropout, Level::P95, Progress::none()).unwrap();
        let two = BgNbd::fit(&twice, dropout, Level::P95, Progress::none()).unwrap();
        assert_eq!((two.n, two.distinct), (2 * one.n, one.distinct));
        close(two.log_likelihood, 2.0 * one.log_likelihood);
        for (one, two) in one.parameters.iter().zip(&two.parameters) {
            within(two.estimate.value / one.estimate.value, 1.0, 1e-6);
            within(
                two.estimate.standard_error / one.estimate.standard_error,
                0.5_f64.sqrt(),
                1e-6,
            );
        }
    }
    let mut twice = spends();
    twice.merge(&spends());
    let one = GammaGamma::fit(&spends(), Level::P95, Progress::none()).unwrap();
    let two = GammaGamma::fit(&twice, Level::P95, Progress::none()).unwrap();
    within(two.model.p() / one.model.p(), 1.0, 1e-6);
    close(two.log_likelihood, 2.0 * one.log_likelihood);
}

#[test]
fn a_large_fit_is_the_maximum_over_all_customers() {
    // 40,000 distinct histories, so that a pilot fit comes first: the slope there is zero whatever the start was.
    let mut counts = Vec::new();
    for i in 0..40_000_u64 {
        let u = |k: u64| ((i + 1) * k % 40_009) as f64 / 40_009.0;
        let age = 30.0 + 20.0 * u(7919);
        let x = (3.0 * u(104_729) * u(611_953) / (0.02 + u(1_299_709))) as u64;
        let recency = if x == 0 { 0.0 } else { age * u(15_485_863) };
        counts.push((history(x.min(60), recency, age), 1 + i % 3));
    }
    let tally = HistoryTally::from_counts(&counts);
    let fit = BgNbd::fit(&tally, Dropout::AfterRepeats, Level::P95, Progress::none()).unwrap();
    for i in 0..4 {
        let moved = |by: f64| {
            let mut point = fit.model.parameters();
            point[i] *= by;
            fit.model
                .with_parameters(&point)
                .unwrap()
                .log_likelihood(&tally)
        };
        let slope = (moved(1.001) - moved(0.999)) / 0.002;
        let error = fit.ln_covariance[i][i].sqrt();
        assert!((slope * error).abs() < 1e-3, "parameter {i}: slope {slope}");
        assert!(moved(1.0 + error) < fit.log_likelihood && moved(1.0 - error) < fit.log_likelihood);
    }
}

#[test]
fn coefficients_follow_the_units_of_their_covariates() {
    let people = people(true);
    let one = cox_data(&people, |_, row| row)
        .fit(TieHandling::Efron, Level::P95, Progress::none())
        .unwrap();
    let other = cox_data(&people, |_, row| CoxRow {
        covariates: vec![-10.0 * row.covariates[0] + 1000.0, row.covariates[1]],
        ..row
    });
    let other = other
        .fit(TieHandling::Efron, Level::P95, Progress::none())
        .unwrap();
    within(
        other.coefficients[0].value,
        -one.coefficients[0].value / 10.0,
        1e-9,
    );
    within(
        other.coefficients[0].standard_error,
        one.coefficients[0].standard_error / 10.0,
        1e-9,
    );
    close(other.log_likelihood, one.log_likelihood);
    close(other.concordance.unwrap(), one.concordance.unwrap());
}

#[test]
fn counted_people_are_people() {
    let people = people(true);
    let counted = cox_data(&people, |i, row| CoxRow {
        count: 1 + i as u64 % 3,
        ..row
    });
    let mut repeated = CoxData::new(&["age", "calls"]).unwrap();
    for (i, person) in people.iter().enumerate().rev() {
        for _ in 0..1 + i % 3 {
            repeated
                .push(CoxRow::new(person.0, person.1, vec![person.2, person.3]))
                .unwrap();
        }
    }
    for ties in [TieHandling::Efron, TieHandling::Breslow] {
        let one = counted.fit(ties, Level::P95, Progress::none()).unwrap();
        let other = repeated.fit(ties, Level::P95, Progress::none()).unwrap();
        assert_eq!((one.n, one.events), (other.n, other.events));
        close(one.log_likelihood, other.log_likelihood);
        close(one.concordance.unwrap(), other.concordance.unwrap());
        for (one, other) in one.coefficients.iter().zip(&other.coefficients) {
            within(one.value, other.value, 1e-9);
            within(one.standard_error, other.standard_error, 1e-9);
        }
        let tests =
            |data: &CoxData, fit| data.proportional_hazards(fit, TimeTransform::Rank).unwrap();
        close(
            tests(&counted, &one).global.chi_squared,
            tests(&repeated, &other).global.chi_squared,
        );
    }
}

#[test]
fn the_score_test_of_a_group_is_the_log_rank_test() {
    // Without ties, Cox (1972), section 6.
    let people = people(false);
    let mut data = CoxData::new(&["group"]).unwrap();
    for person in &people {
        let group = if person.4 == 0 { 1.0 } else { 0.0 };
        data.push(CoxRow::new(person.0, person.1, vec![group]))
            .unwrap();
    }
    let fit = data
        .fit(TieHandling::Efron, Level::P95, Progress::none())
        .unwrap();
    let groups = [0, 1].map(|j| survival_of(people.iter().filter(|person| person.4.min(1) == j)));
    close(
        fit.score.chi_squared,
        log_rank(&groups, LogRankWeight::LogRank)
            .unwrap()
            .chi_squared,
    );
}

#[test]
fn expectations_near_a_of_one_and_s_of_one_are_smooth() {
    let customer = history(3, 20.0, 30.0);
    let at = |a: f64| {
        BgNbd::new(0.6, 8.0, a, 2.0, Dropout::AfterRepeats)
            .unwrap()
            .conditional_expectation(&customer, horizon(50.0))
    };
    within(at(1.0), (at(1.0 - 1e-5) + at(1.0 + 1e-5)) / 2.0, 1e-8);
    let at = |s: f64| {
        ParetoNbd::new(0.6, 8.0, s, 9.0)
            .unwrap()
            .conditional_expectation(&customer, horizon(50.0))
    };
    within(at(1.0), (at(1.0 - 1e-5) + at(1.0 + 1e-5)) / 2.0, 1e-8);
}

#[test]
fn extreme_customers_and_parameters_stay_finite() {
    let rate = DiscountRate::continuous(1e-4).unwrap();
    for parameters in [
        [1e-3, 1e-3, 1e-2, 1e-2],
        [50.0, 1e4, 30.0, 1e3],
        [1e3, 1e-2, 1e-3, 1e4],
        [1.0, 1.0, 1.0, 1.0],
    ] {
        let [r, alpha, a, b] = parameters;
        let models: [&dyn PurchaseModel; 3] = [
            &BgNbd::new(r, alpha, a, b, Dropout::AfterRepeats).unwrap(),
            &BgNbd::new(r, alpha, a, b, Dropout::AfterEveryPurchase).unwrap(),
            &ParetoNbd::new(r, alpha, a, b).unwrap(),
        ];
        for model in models {
            for customer in [
                history(0, 0.0, 0.0),
                history(1, 0.01, 1e4),
                history(5000, 999.0, 1000.0),
                history(5000, 1.0, 1000.0),
            ] {
                let alive = model.probability_alive(&customer);
                assert!(
                    (0.0..=1.0).contains(&alive),
                    "{parameters:?} {customer:?} {alive}"
                );
                let expected = model.conditional_expectation(&customer, horizon(1e4));
                let discounted = model.discounted_expectation(&customer, Until::Forever, rate);
                assert!(
                    expected.is_finite() && expected >= 0.0,
                    "{parameters:?} {customer:?} {expected}"
                );
                assert!(
                    discounted.is_finite() && discounted >= 0.0,
                    "{parameters:?} {customer:?} {discounted}"
                );
                let one = HistoryTally::from_histories(&[customer]);
                assert!(
                    model.log_likelihood(&one).is_finite(),
                    "{parameters:?} {customer:?}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn folding_is_the_same_for_any_order_and_parts(rows in vec(some_history(), 0..60), cut in 0..60_usize) {
        let cut = cut.min(rows.len());
        let whole = HistoryTally::from_histories(&rows);
        let mut parts = HistoryTally::from_histories(&rows[cut..]);
        parts.merge(&HistoryTally::from_histories(&rows[..cut]));
        prop_assert_eq!(&parts, &whole);
        prop_assert_eq!(whole.customers(), rows.len() as u64);
        let unfolded: Vec<_> = rows.iter().rev().map(|&row| (row, 1)).collect();
        prop_assert_eq!(HistoryTally::from_counts(&unfolded), whole);
    }

    #[test]
    fn probabilities_of_counts_add_up(r in 0.2..3.0, alpha in 1.0..20.0, a in 0.2..3.0, b in 0.2..5.0, t in 0.0..60.0) {
        let models: [&dyn PurchaseModel; 3] = [
            &BgNbd::new(r, alpha, a, b, Dropout::AfterRepeats).unwrap(),
            &BgNbd::new(r, alpha, a, b, Dropout::AfterEveryPurchase).unwrap(),
            &ParetoNbd::new(r, alpha, a, b).unwrap(),
        ];
        for model in models {
            let (mut total, mut mean) = (0.0, 0.0);
            for n in 0..3000 {
                let p = model.probability_of(n, horizon(t));
                total += p;
                mean += n as f64 * p;
                if n > 20 && p < 1e-12 { break; }
            }
            prop_assert!((total - 1.0).abs() < 1e-8, "{}", total);
            let expected = model.expectation(horizon(t));
            prop_assert!((mean - expected).abs() < 1e-6 * (1.0 + expected), "{} {}", mean, expected);
        }
    }

    #[test]
    fn forecasts_obey_their_order(customer in some_history(), t in 0.1..100.0) {
        let models: [&dyn PurchaseModel; 3] =
            [&bg(Dropout::AfterRepeats), &bg(Dropout::AfterEveryPurchase), &ParetoNbd::new(0.553, 10.578, 0.606, 11.669).unwrap()];
        for model in models {
            let (near, far) = (model.conditional_expectation(&customer, horizon(t)), model.conditional_expectation(&customer, horizon(2.0 * t)));
            prop_assert!(near <= far && far <= 2.0 * near + 1e-12);
            let rate = DiscountRate::continuous(0.01).unwrap();
            let some = model.discounted_expectation(&customer, Until::Horizon(horizon(t)), rate);
            let all = model.discounted_expectation(&customer, Until::Forever, rate);
            prop_assert!(some <= near * (1.0 + 1e-9) && some <= all * (1.0 + 1e-9));
            prop_assert!(some >= near * (-0.01 * t).exp() - 1e-9);
        }
    }

    #[test]
    fn summaries_do_not_depend_on_the_order_of_transactions(rows in vec((0..8_u64, 0..60, -8..40), 1..50), cut in 0..50_usize) {
        let cut = cut.min(rows.len());
        let whole = transactions(&rows);
        let mut parts = transactions(&rows[cut..]);
        parts.merge(&transactions(&rows[..cut]));
        for refunds in [RefundPolicy::LeaveOut, RefundPolicy::NetOfDay] {
            let calibration = Calibration { end: 30, holdout_end: Some(59), days_per_period: 7.0, refunds };
            prop_assert_eq!(whole.summarise(&calibration), parts.summarise(&calibration));
            if let Ok(summary) = whole.summarise(&calibration) {
                let days = |within: std::ops::RangeInclusive<i32>| {
                    let bought = rows.iter().filter(|row| row.2 >= 0 && within.contains(&row.1)).map(|row| (row.0, row.1));
                    bought.collect::<std::collections::BTreeSet<_>>().len() as u64
                };
                let repeats: u64 = summary.customers.iter().map(|c| c.history.frequency() + 1).sum();
                prop_assert_eq!(repeats, days(0..=30));
                let held_out: u64 = summary.customers.iter().map(|c| c.holdout_frequency).sum();
                prop_assert!(held_out <= days(31..=59));
            }
        }
        prop_assert_eq!(whole.rfm(59, 5, RefundPolicy::LeaveOut), parts.rfm(59, 5, RefundPolicy::LeaveOut));
        let table = whole.cohorts(CalendarPeriod::Week, Some(59), Level::P95);
        prop_assert_eq!(&table, &parts.cohorts(CalendarPeriod::Week, Some(59), Level::P95));
        if let Ok(table) = table {
            prop_assert_eq!(table.cohorts.iter().map(|cohort| cohort.size).sum::<u64>(), table.n);
            for cohort in &table.cohorts {
                prop_assert_eq!(cohort.ages.len() as i64, table.last - cohort.start + 1);
                prop_assert_eq!(cohort.ages[0].retained, cohort.size);
            }
            for (age, point) in table.curve.iter().enumerate() {
                let cells = table.cohorts.iter().filter_map(|cohort| cohort.ages.get(age));
                prop_assert_eq!(point.retained, cells.map(|cell| cell.retained).sum::<u64>());
                prop_assert!(point.low <= point.share && point.share <= point.high);
            }
        }
    }

    #[test]
    fn survival_merges_and_scales(rows in vec((0..40_u32, any::<bool>()), 1..60), cut in 0..60_usize) {
        let cut = cut.min(rows.len());
        let whole = survival(&rows);
        let mut parts = survival(&rows[cut..]);
        parts.merge(&survival(&rows[..cut]));
        prop_assert_eq!(&parts, &whole);
        let mut pushed = SurvivalTally::default();
        for &(time, event) in &rows {
            pushed.push(f64::from(time), event).unwrap();
        }
        prop_assert_eq!(&pushed, &whole);
        for band in [Band::Log, Band::LogLog, Band::Plain] {
            let curve = whole.kaplan_meier(Level::P95, band).unwrap();
            prop_assert!(curve.points.windows(2).all(|pair| pair[1].survival < pair[0].survival));
            for point in &curve.points {
                if let (Some(low), Some(high)) = (point.low, point.high) {
                    prop_assert!(0.0 <= low && low <= point.survival && point.survival <= high && high <= 1.0);
                }
            }
        }
        // Without censoring the curve is the share of those still there, and the mean their mean.
        let events: Vec<_> = rows.iter().map(|&(time, _)| (time, true)).collect();
        let curve = survival(&events).kaplan_meier(Level::P95, Band::Log).unwrap();
        let later = rows.iter().filter(|row| row.0 > 20).count() as f64;
        prop_assert!((curve.survival_at(20.0) - later / rows.len() as f64).abs() < 1e-12);
        let mean = rows.iter().map(|row| f64::from(row.0)).sum::<f64>() / rows.len() as f64;
        prop_assert!((curve.restricted_mean(40.0).unwrap().value - mean).abs() < 1e-9);
    }

    #[test]
    fn log_rank_does_not_care_for_the_order_of_groups(rows in vec((1..30_u32, any::<bool>(), 0..3_usize), 12..60)) {
        let group = |j: usize| survival(&rows.iter().filter(|row| row.2 == j).map(|row| (row.0, row.1)).collect::<Vec<_>>());
        let groups = [group(0), group(1), group(2)];
        let turned = [groups[2].clone(), groups[0].clone(), groups[1].clone()];
        for weight in [LogRankWeight::LogRank, LogRankWeight::Gehan, LogRankWeight::Peto] {
            if let (Ok(one), Ok(other)) = (log_rank(&groups, weight), log_rank(&turned, weight)) {
                prop_assert!((one.chi_squared - other.chi_squared).abs() < 1e-7 * (1.0 + one.chi_squared));
                let difference: f64 = one.groups.iter().map(|group| group.observed - group.expected).sum();
                prop_assert!(difference.abs() < 1e-9);
                prop_assert!((0.0..=1.0).contains(&one.p_value));
            }
        }
    }

    #[test]
    fn scores_merge_and_turn(values in vec(0..20_i32, 1..80), cut in 0..80_usize) {
        let of = |values: &[i32], sign: f64| {
            let mut tally = QuantileTally::default();
            for &value in values {
                tally.add(sign * f64::from(value), 1).unwrap();
            }
            tally
        };
        let cut = cut.min(values.len());
        let whole = of(&values, 1.0);
        let mut parts = of(&values[cut..], 1.0);
        parts.merge(&of(&values[..cut], 1.0));
        prop_assert_eq!(&parts, &whole);
        let scores = whole.scores(5);
        prop_assert!(scores.windows(2).all(|pair| pair[0].score <= pair[1].score && pair[0].value < pair[1].value));
        let total: u64 = scores.iter().map(|row| row.customers).sum();
        let mut below = 0;
        for (row, turned) in scores.iter().zip(of(&values, -1.0).scores(5).iter().rev()) {
            // Middle ranks turn exactly; only one that lies on a boundary belongs to the upper part both ways.
            let boundary = (5 * (2 * below + row.customers)) % (2 * total) == 0;
            prop_assert_eq!(turned.score, 6 - row.score + u32::from(boundary));
            below += row.customers;
        }
    }

    #[test]
    fn contracts_merge(ended in vec(0..50_u64, 1..10), running in vec(0..50_u64, 1..10)) {
        let mut whole = ContractTally::default();
        let (mut one, mut other) = (ContractTally::default(), ContractTally::default());
        for (t, &n) in (1..).zip(&ended) {
            whole.add_ended(t, n).unwrap();
            one.add_ended(t, n).unwrap();
        }
        for (t, &n) in (1..).zip(&running) {
            whole.add_running(t, n).unwrap();
            other.add_running(t, n).unwrap();
        }
        other.merge(&one);
        prop_assert_eq!(&other, &whole);
        prop_assert_eq!(whole.n(), ended.iter().sum::<u64>() + running.iter().sum::<u64>());
        let model = ShiftedBetaGeometric::new(0.7, 2.0).unwrap();
        let ended_shares: f64 = (1..60).map(|t| model.survival(t - 1) - model.survival(t)).sum();
        prop_assert!((ended_shares + model.survival(59) - 1.0).abs() < 1e-12);
    }
}
