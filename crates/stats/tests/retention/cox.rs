//! Proportional hazards.

use super::*;

#[test]
fn cox_regression() {
    struct Expected {
        efron: [f64; 4],
        log_likelihood: f64,
        ratio_score_wald: [f64; 3],
        concordance: f64,
        tests: [(TimeTransform, [f64; 2]); 4],
        strata: [f64; 4],
        entry: [f64; 4],
        breslow: [f64; 4],
        breslow_log_likelihood: f64,
    }
    // lifelines.CoxPHFitter (coefficients, errors; log-likelihood; proportional_hazard_test; strata; entry_col);
    // statsmodels PHReg: Breslow, score and Wald tests
    for (ties, expected) in [
        (
            false,
            Expected {
                efron: [
                    -0.00193097206279,
                    0.168310122678,
                    0.0184780490278,
                    0.127217424358,
                ],
                log_likelihood: -103.164818792,
                ratio_score_wald: [1.77271605392, 1.77111240994, 1.75059685146],
                concordance: 0.588164251208,
                tests: [
                    (TimeTransform::Identity, [0.0282655275998, 0.0503766514741]),
                    (TimeTransform::Log, [0.203057264671, 0.0133802168071]),
                    (
                        TimeTransform::KaplanMeier,
                        [0.0073310230396, 0.106056643105],
                    ),
                    (TimeTransform::Rank, [0.0201877805548, 0.0541845912898]),
                ],
                strata: [
                    0.00112314616199,
                    0.140520524604,
                    0.0186307790832,
                    0.126585710059,
                ],
                entry: [
                    -0.00199456370645,
                    0.170049254104,
                    0.018536675272,
                    0.127250857366,
                ],
                breslow: [
                    -0.00193097206279,
                    0.168310122678,
                    0.0184780490278,
                    0.127217424358,
                ],
                breslow_log_likelihood: -103.164818792,
            },
        ),
        (
            true,
            Expected {
                efron: [
                    -0.0100600884817,
                    0.17119894852,
                    0.0189471603475,
                    0.125932352231,
                ],
                log_likelihood: -102.02650706,
                ratio_score_wald: [2.12722566743, 2.12083703786, 2.09365202162],
                concordance: 0.560945273632,
                tests: [
                    (TimeTransform::Identity, [0.109006957375, 0.0807114001212]),
                    (TimeTransform::Log, [0.293306225139, 0.0399545322312]),
                    (
                        TimeTransform::KaplanMeier,
                        [0.0816294967563, 0.122276261894],
                    ),
                    // Ties at their mean here, in the order of the rows there.
                    (TimeTransform::Rank, [f64::NAN; 2]),
                ],
                strata: [
                    -0.00721595559917,
                    0.147336649363,
                    0.0189622694693,
                    0.126287100115,
                ],
                entry: [
                    -0.0100600863785,
                    0.171198896693,
                    0.0189471604004,
                    0.12593235117,
                ],
                breslow: [
                    -0.00906395536267,
                    0.165788638665,
                    0.0189590525632,
                    0.12582932499,
                ],
                breslow_log_likelihood: -102.735746166,
            },
        ),
    ] {
        let people = people(ties);
        let data = cox_data(&people, |_, row| row);
        let fit = data
            .fit(TieHandling::Efron, Level::P95, Progress::none())
            .unwrap();
        coefficients(&fit, expected.efron);
        close(fit.log_likelihood, expected.log_likelihood);
        let [ratio, score, wald] = expected.ratio_score_wald;
        within(fit.likelihood_ratio.chi_squared, ratio, 1e-8);
        within(fit.score.chi_squared, score, 1e-6);
        within(fit.wald.chi_squared, wald, 1e-6);
        close(fit.concordance.unwrap(), expected.concordance);
        if !ties {
            // CoxPHFitter.baseline_cumulative_hazard_ at 10, 20, 40
            for (time, expected) in [
                (10.0, 0.109406412084),
                (20.0, 0.297396418689),
                (40.0, 1.0324997518),
            ] {
                let point = fit
                    .baseline
                    .iter()
                    .rfind(|point| point.time <= time)
                    .unwrap();
                within(point.cumulative_hazard, expected, 1e-7);
            }
        }
        for (transform, values) in expected.tests {
            let got = data.proportional_hazards(&fit, transform).unwrap();
            for (got, expected) in got.covariates.iter().zip(values) {
                assert!((-1.0..=1.0).contains(&got.correlation));
                if expected.is_finite() {
                    within(got.test.chi_squared, expected, 2e-6);
                }
            }
            assert_eq!(got.global.degrees_of_freedom, 2);
        }
        let stratified = cox_data(&people, |i, row| CoxRow {
            stratum: people[i].5,
            ..row
        });
        let fit = stratified
            .fit(TieHandling::Efron, Level::P95, Progress::none())
            .unwrap();
        coefficients(&fit, expected.strata);
        let late = cox_data(&people, |i, row| CoxRow {
            entry: (row.time - 0.05).min((i * 7 % 9) as f64),
            ..row
        });
        let fit = late
            .fit(TieHandling::Efron, Level::P95, Progress::none())
            .unwrap();
        coefficients(&fit, expected.entry);
        let fit = data
            .fit(TieHandling::Breslow, Level::P95, Progress::none())
            .unwrap();
        coefficients(&fit, expected.breslow);
        close(fit.log_likelihood, expected.breslow_log_likelihood);
    }
}

#[test]
fn regressions_that_cannot_be_made() {
    refuses(
        CoxData::new(&[]),
        "a regression needs at least one covariate",
    );
    let mut data = CoxData::new(&["age", "calls"]).unwrap();
    refuses(
        data.push(CoxRow::new(1.0, true, vec![1.0])),
        "a row has 1 covariates, not 2",
    );
    refuses(
        data.push(CoxRow::new(1.0, true, vec![1.0, f64::NAN])),
        "calls is NaN in a row: it must be a finite number",
    );
    for (entry, time) in [
        (0.0, f64::NAN),
        (0.0, -1.0),
        (3.0, 3.0),
        (f64::NAN, 3.0),
        (-1.0, 3.0),
    ] {
        let row = CoxRow {
            entry,
            ..CoxRow::new(time, true, vec![1.0, 2.0])
        };
        assert!(
            matches!(data.push(row), Err(CoxError::Time { .. })),
            "{entry} {time}"
        );
    }
    refuses(
        data.merge(&CoxData::new(&["age"]).unwrap()),
        "rows with different covariates cannot be joined",
    );
    let fit = |rows: &[(f64, bool, f64, f64)]| {
        let mut data = CoxData::new(&["age", "calls"]).unwrap();
        for &(time, event, age, calls) in rows {
            data.push(CoxRow::new(time, event, vec![age, calls]))
                .unwrap();
        }
        data.fit(TieHandling::Efron, Level::P95, Progress::none())
    };
    refuses(fit(&[]), "0 events are too few for 2 covariates");
    refuses(
        fit(&[(1.0, true, 1.0, 2.0), (2.0, false, 2.0, 1.0)]),
        "1 events are too few for 2 covariates",
    );
    let people = people(true);
    let with = |age: fn(f64, f64) -> f64, calls: fn(f64, f64) -> f64| -> Vec<_> {
        people
            .iter()
            .map(|p| (p.0, p.1, age(p.2, p.3), calls(p.2, p.3)))
            .collect()
    };
    refuses(
        fit(&with(|age, _| age, |_, _| 3.1)),
        "calls has the same value in all rows",
    );
    refuses(
        fit(&with(|age, _| age, |age, _| 7.0 - 2.0 * age)),
        "calls is a linear combination of the covariates before it",
    );
    let separated: Vec<_> = people.iter().map(|p| (p.0, p.1, -p.0, p.3)).collect();
    assert!(matches!(fit(&separated), Err(CoxError::Separation { name, .. }) if name == "age"));
    let together: Vec<_> = people
        .iter()
        .enumerate()
        .map(|(i, p)| (if p.1 { 100.0 } else { i as f64 }, p.1, p.2, p.3))
        .collect();
    let mut lonely: Vec<_> = together.iter().filter(|row| !row.1).copied().collect();
    lonely.extend([(100.0, true, 1.0, 2.0); 3]);
    refuses(
        fit(&lonely),
        "age does not differ among those at risk at the times of the events",
    );
    let stop = |_, _| ControlFlow::Break(());
    let data = cox_data(&people, |_, row| row);
    refuses(
        data.fit(TieHandling::Efron, Level::P95, Progress::new(&stop)),
        "the computation was cancelled",
    );
    let fitted = data
        .fit(TieHandling::Efron, Level::P95, Progress::none())
        .unwrap();
    let mut at_once = CoxData::new(&["age"]).unwrap();
    for (time, event, age) in [
        (5.0, true, 2.0),
        (5.0, true, 0.0),
        (6.0, false, 1.0),
        (6.0, false, 3.0),
        (7.0, false, -1.0),
    ] {
        at_once.push(CoxRow::new(time, event, vec![age])).unwrap();
    }
    let fitted_at_once = at_once
        .fit(TieHandling::Efron, Level::P95, Progress::none())
        .unwrap();
    refuses(
        at_once.proportional_hazards(&fitted_at_once, TimeTransform::Rank),
        "all events happen at one time, so no change with time can be seen",
    );
    let zero = cox_data(&people, |i, row| CoxRow {
        time: if i == 1 { 0.0 } else { row.time },
        ..row
    });
    assert!(matches!(
        zero.proportional_hazards(&fitted, TimeTransform::Log),
        Err(CoxError::LogOfZero)
    ));
    let mut other = CoxData::new(&["age", "visits"]).unwrap();
    other
        .merge(&CoxData::new(&["age", "visits"]).unwrap())
        .unwrap();
    assert!(matches!(
        other.proportional_hazards(&fitted, TimeTransform::Rank),
        Err(CoxError::DifferentCovariates)
    ));
}
