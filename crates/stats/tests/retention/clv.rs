//! Purchase models and what customers are worth.

use super::*;

#[test]
fn bg_nbd_and_mbg_nbd_fits() {
    // lifetimes.BetaGeoFitter and ModifiedBetaGeoFitter: maximum of _negative_log_likelihood, errors from its curvature
    let fit = BgNbd::fit(
        &histories(),
        Dropout::AfterRepeats,
        Level::P95,
        Progress::none(),
    )
    .unwrap();
    fits(
        &fit,
        &[0.666728214993, 4.26982082931, 0.950418055407, 1.91678530011],
        &[
            0.08690002825,
            0.826153200921,
            0.333211713371,
            0.844404181359,
        ],
        -1678.99171815,
        1e-6,
    );
    assert_eq!((fit.n, fit.distinct), (240, HISTORIES.len() as u64));
    close(fit.model.log_likelihood(&histories()), fit.log_likelihood);
    let fit = BgNbd::fit(
        &histories(),
        Dropout::AfterEveryPurchase,
        Level::P95,
        Progress::none(),
    )
    .unwrap();
    fits(
        &fit,
        &[1.29418663726, 7.0976933792, 2.63336077051, 8.09023930812],
        &[0.254827978036, 1.57207955182, 1.19166873181, 4.256229384],
        -1692.5626344,
        1e-6,
    );
    close(fit.model.log_likelihood(&histories()), fit.log_likelihood);
}

#[test]
fn pareto_nbd_fit() {
    // lifetimes.ParetoNBDFitter: maximum of _conditional_log_likelihood; s and beta hardly determined by these customers
    let fit = ParetoNbd::fit(&histories(), Level::P95, Progress::none()).unwrap();
    fits(
        &fit,
        &[1.55441956975, 13.0528006025, 5.24099621791, 139.113284701],
        &[0.28558990508, 2.56580462947, 15.1444762718, 432.480624277],
        -1702.66361041,
        1e-4,
    );
    close(fit.model.log_likelihood(&histories()), fit.log_likelihood);
}

#[test]
fn gamma_gamma_fit() {
    // lifetimes.GammaGammaFitter: maximum of _negative_log_likelihood
    let fit = GammaGamma::fit(&spends(), Level::P95, Progress::none()).unwrap();
    fits(
        &fit,
        &[14.4960472151, 3.64286039697, 6.47111635194],
        &[11.2468683532, 0.541231652, 5.8726760341],
        -776.188532005,
        1e-5,
    );
    close(fit.model.log_likelihood(&spends()), fit.log_likelihood);
    // GammaGammaFitter(6.25, 3.74, 15.44).conditional_expected_average_profit([0, 1, 2, 7], [0, 11.77, 22.345, 50])
    let model = GammaGamma::new(6.25, 3.74, 15.44).unwrap();
    for (x, m, expected) in [
        (0, 0.0, 35.2189781022),
        (1, 11.77, 18.9168520578),
        (2, 22.345, 24.6596128609),
        (7, 50.0, 49.1288449129),
    ] {
        close(model.expected_spend(x, m).unwrap(), expected);
    }
    assert_eq!(GammaGamma::new(2.0, 0.9, 1.0).unwrap().mean_spend(), None);
}

const CUSTOMERS: [(u64, f64, f64); 6] = [
    (0, 0.0, 39.0),
    (1, 1.5, 38.5),
    (2, 30.43, 38.86),
    (7, 20.0, 39.0),
    (29, 37.0, 38.0),
    (150, 38.9, 39.0),
];

struct Forecasts {
    by_horizon: [(f64, [f64; 6]); 3],
    alive: [f64; 6],
    new: [f64; 3],
    pmf: [f64; 6],
    within_104: [f64; 5],
    forever: [f64; 6],
}

fn forecasts(model: &impl PurchaseModel, expected: &Forecasts) {
    let rate = DiscountRate::effective(0.15, 52.0).unwrap();
    for (i, &(x, t_x, age)) in CUSTOMERS.iter().enumerate() {
        let customer = history(x, t_x, age);
        for (t, values) in &expected.by_horizon {
            close(
                model.conditional_expectation(&customer, horizon(*t)),
                values[i],
            );
        }
        close(model.probability_alive(&customer), expected.alive[i]);
        if let Some(&value) = expected.within_104.get(i) {
            close(
                model.discounted_expectation(&customer, Until::Horizon(horizon(104.0)), rate),
                value,
            );
        }
        if expected.forever[i].is_finite() {
            let got = model.discounted_expectation(&customer, Until::Forever, rate);
            within(got, expected.forever[i], 1e-7 * expected.forever[i]);
        }
    }
    for (t, value) in [1.0, 39.0, 78.0].into_iter().zip(expected.new) {
        close(model.expectation(horizon(t)), value);
    }
    for (n, value) in (0..).zip(expected.pmf) {
        close(model.probability_of(n, horizon(39.0)), value);
    }
}

#[test]
fn bg_nbd_forecasts() {
    // BetaGeoFitter with (0.243, 4.414, 0.793, 2.426); for ever: gamma mean of scipy.special.hyp2f1
    let expected = Forecasts {
        by_horizon: [
            (
                1.0,
                [
                    0.00557767614033,
                    0.00595617543435,
                    0.0374479697417,
                    0.0233727185381,
                    0.649484041715,
                    3.40470942879,
                ],
            ),
            (
                39.0,
                [
                    0.194530721703,
                    0.199397067346,
                    1.22602817477,
                    0.73188596649,
                    19.6620952744,
                    102.506333804,
                ],
            ),
            (
                500.0,
                [
                    1.42513271588,
                    1.25180793168,
                    7.16848420694,
                    3.82806124559,
                    96.5298291811,
                    498.601770078,
                ],
            ),
        ],
        alive: [
            1.0,
            0.206640545152,
            0.726578570081,
            0.141122338293,
            0.950240133365,
            0.992649136963,
        ],
        new: [0.0532678911717, 1.19672319332, 1.86051905794],
        pmf: [
            0.573786352096,
            0.199395280836,
            0.0854297595391,
            0.045860353848,
            0.0276714493358,
            0.0179654938666,
        ],
        within_104: [
            0.398997885614,
            0.392751025031,
            2.36596061757,
            1.36234923466,
            35.7660545974,
        ],
        forever: [
            f64::NAN,
            0.898239819539,
            5.16955392844,
            2.78821132804,
            70.7547743349,
            f64::NAN,
        ],
    };
    forecasts(&bg(Dropout::AfterRepeats), &expected);
}

#[test]
fn mbg_nbd_forecasts() {
    // ModifiedBetaGeoFitter with (0.525, 6.183, 0.891, 1.614)
    let expected = Forecasts {
        by_horizon: [
            (
                1.0,
                [
                    0.00450473408759,
                    0.00566068233774,
                    0.0393396595072,
                    0.0227049018126,
                    0.626173337775,
                    3.272621716,
                ],
            ),
            (
                39.0,
                [
                    0.153439448449,
                    0.185619257095,
                    1.26296062327,
                    0.69725282668,
                    18.5604560081,
                    96.4154913075,
                ],
            ),
            (
                500.0,
                [
                    1.01138674646,
                    1.06697413293,
                    6.79664414135,
                    3.36120107328,
                    83.713762001,
                    430.414133404,
                ],
            ),
        ],
        alive: [
            0.389347648664,
            0.166783542955,
            0.706202265118,
            0.137415982574,
            0.945881772288,
            0.991863571562,
        ],
        new: [0.0530847952637, 1.1829536656, 1.80475757755],
        pmf: [
            0.582473189493,
            0.182783077288,
            0.0868948256735,
            0.0485704429516,
            0.0297741485594,
            0.0193873235536,
        ],
        within_104: [
            0.306854996752,
            0.357791131755,
            2.38806342527,
            1.27202311235,
            33.0509987614,
        ],
        forever: [
            f64::NAN,
            0.768761219835,
            4.92467578602,
            2.46277134465,
            61.7910717441,
            f64::NAN,
        ],
    };
    forecasts(&bg(Dropout::AfterEveryPurchase), &expected);
}

#[test]
fn pareto_nbd_forecasts() {
    // ParetoNBDFitter with (0.553, 10.578, 0.606, 11.669), then with alpha above beta; for ever: scipy.special.hyperu
    let expected = Forecasts {
        by_horizon: [
            (
                1.0,
                [
                    0.00326509022588,
                    0.0051924069297,
                    0.0446178585951,
                    0.0327929196036,
                    0.594499718539,
                    3.01449959541,
                ],
            ),
            (
                39.0,
                [
                    0.106526713177,
                    0.169166003941,
                    1.45512319326,
                    1.06990058441,
                    19.3404632207,
                    98.3509525176,
                ],
            ),
            (
                500.0,
                [
                    0.658942557766,
                    1.04367774083,
                    8.99439296132,
                    6.61808673736,
                    119.007375977,
                    608.369734483,
                ],
            ),
        ],
        alive: [
            0.294467031015,
            0.165077254011,
            0.869167559153,
            0.216534559905,
            0.983147840823,
            0.998602014896,
        ],
        new: [0.050979843246, 1.21300284428, 1.90939812931],
        pmf: [
            0.593625031602,
            0.165562947277,
            0.0824871841163,
            0.0490399536428,
            0.0316957067443,
            0.0214848283618,
        ],
        within_104: [
            0.206648174534,
            0.327843517988,
            2.82199224865,
            2.07547004981,
            37.4451919832,
        ],
        forever: [
            0.476299843289,
            0.754546846501,
            6.50173053756,
            4.78371542212,
            86.0560959082,
            439.74456617,
        ],
    };
    let model = ParetoNbd::new(0.553, 10.578, 0.606, 11.669).unwrap();
    forecasts(&model, &expected);
    // ParetoNBDFitter._conditional_log_likelihood
    log_likelihoods(
        &model,
        [
            -0.521507418877,
            -4.41694701602,
            -9.55428324515,
            -20.3760204838,
            -45.0429471925,
            15.0299114478,
        ],
    );
    let expected = Forecasts {
        by_horizon: [
            (
                1.0,
                [
                    7.62067350575e-05,
                    0.000260519553614,
                    0.0249901849626,
                    0.0129841775304,
                    0.408617303619,
                    2.13720682899,
                ],
            ),
            (
                39.0,
                [
                    0.00186386928514,
                    0.00634463107317,
                    0.61048555187,
                    0.317567858974,
                    9.90812038804,
                    52.2719437008,
                ],
            ),
            (
                500.0,
                [
                    0.00511357871738,
                    0.0173148933182,
                    1.67241541189,
                    0.871256508126,
                    26.8959520115,
                    143.409573276,
                ],
            ),
        ],
        alive: [
            0.00967056715428,
            0.0116891689517,
            0.68555951647,
            0.120636486815,
            0.956621343413,
            0.996186977642,
        ],
        new: [0.0137989167949, 0.064632474666, 0.0710925255237],
        pmf: [
            0.950729907934,
            0.0395882286433,
            0.00648632162082,
            0.00188683116661,
            0.000714125578427,
            0.000308501324094,
        ],
        within_104: [
            0.00286027549812,
            0.00971509719326,
            0.936272840025,
            0.487336517242,
            15.1380378782,
        ],
        forever: [
            0.00404142358827,
            0.013696505815,
            1.3220859842,
            0.688581675961,
            21.2942239087,
            113.341138223,
        ],
    };
    let model = ParetoNbd::new(0.553, 30.0, 1.4, 2.0).unwrap();
    forecasts(&model, &expected);
    log_likelihoods(
        &model,
        [
            -0.0505252652569,
            -5.03813204622,
            -12.9221214359,
            -25.0500652607,
            -57.6951698087,
            -37.496662788,
        ],
    );
}

fn log_likelihoods(model: &ParetoNbd, expected: [f64; 6]) {
    for (&(x, t_x, age), expected) in CUSTOMERS.iter().zip(expected) {
        let one = HistoryTally::from_histories(&[history(x, t_x, age)]);
        close(model.log_likelihood(&one), expected);
    }
}

#[test]
fn impossible_histories() {
    for (x, t_x, age, message) in [
        (
            1,
            5.0,
            4.0,
            "the last purchase at 5 is after the end of the observation at 4",
        ),
        (
            1,
            -1.0,
            4.0,
            "the recency -1 and the age 4 cannot be below zero",
        ),
        (
            0,
            3.0,
            4.0,
            "a customer without a repeat purchase cannot have made one at 3",
        ),
        (
            2,
            0.0,
            4.0,
            "2 repeat purchases cannot all be at the time of the first one",
        ),
        (
            2,
            f64::NAN,
            4.0,
            "the recency NaN and the age 4 must be finite numbers",
        ),
        (
            2,
            1.0,
            f64::INFINITY,
            "the recency 1 and the age inf must be finite numbers",
        ),
    ] {
        refuses(History::new(x, t_x, age), message);
    }
    refuses(Horizon::new(-1.0), "-1 is not a length of time");
    refuses(DiscountRate::continuous(0.0), "0 is not a rate of discount");
    refuses(
        DiscountRate::effective(-2.0, 52.0),
        "NaN is not a rate of discount",
    );
}

#[test]
fn models_that_cannot_be_fitted() {
    refuses(
        GammaGamma::new(6.25, 3.74, 15.44)
            .unwrap()
            .with_parameters(&[6.25, 3.74]),
        "the model has 3 parameters, and 2 were given",
    );
    let fit = |counts: &[(History, u64)]| {
        BgNbd::fit(
            &HistoryTally::from_counts(counts),
            Dropout::AfterRepeats,
            Level::P95,
            Progress::none(),
        )
    };
    refuses(fit(&[]), "there are no customers");
    let quiet = [(history(0, 0.0, 30.0), 5), (history(0, 0.0, 20.0), 5)];
    refuses(
        fit(&quiet),
        "none of the 10 customers has made a repeat purchase, so there is no rate to estimate",
    );
    let alike = [(history(2, 10.0, 30.0), 7)];
    refuses(
        fit(&alike),
        "all 7 customers have the same history, so the differences between customers cannot be estimated",
    );
    refuses(
        ParetoNbd::fit(
            &HistoryTally::from_counts(&quiet),
            Level::P95,
            Progress::none(),
        ),
        "none of the 10 customers has made a repeat purchase, so there is no rate to estimate",
    );
    // Everyone buys to the last day: nobody ever seems to stop.
    let loyal: Vec<_> = (1..30).map(|x| (history(x, 30.0, 30.0), 10)).collect();
    assert!(
        matches!(
            fit(&loyal),
            Err(ModelError::Boundary {
                name: "a" | "b",
                ..
            })
        ),
        "{:?}",
        fit(&loyal).err()
    );
    let stop = |_, _| ControlFlow::Break(());
    let stopped = BgNbd::fit(
        &histories(),
        Dropout::AfterRepeats,
        Level::P95,
        Progress::new(&stop),
    );
    assert!(matches!(stopped, Err(ModelError::Cancelled(_))));
    refuses(
        ParetoNbd::fit(&histories(), Level::P95, Progress::new(&stop)),
        "the computation was cancelled",
    );

    refuses(
        BgNbd::new(0.2, f64::NAN, 1.0, 1.0, Dropout::AfterRepeats),
        "the parameter alpha is NaN: it must be a finite number above zero",
    );
    refuses(
        ParetoNbd::new(0.2, 4.0, 1.0, 0.0),
        "the parameter beta is 0: it must be a finite number above zero",
    );
    refuses(
        GammaGamma::new(-1.0, 4.0, 1.0),
        "the parameter p is -1: it must be a finite number above zero",
    );
    refuses(
        ShiftedBetaGeometric::new(1.0, f64::INFINITY),
        "the parameter beta is inf: it must be a finite number above zero",
    );

    let spend = |frequency, mean_value| Spend {
        frequency,
        mean_value,
    };
    let fit = |spends: &[Spend]| {
        GammaGamma::fit(
            &SpendTally::from_spends(spends).unwrap(),
            Level::P95,
            Progress::none(),
        )
    };
    refuses(fit(&[]), "there are no customers");
    assert!(matches!(
        fit(&[spend(0, 0.0), spend(2, -4.0)]),
        Err(ModelError::NoRepeaters { customers: 2 })
    ));
    assert!(matches!(
        fit(&[spend(2, 4.0), spend(2, 4.0)]),
        Err(ModelError::OneHistory { customers: 2 })
    ));
    let even: Vec<_> = (1..50).map(|x| spend(x, 20.0)).collect();
    assert!(
        matches!(fit(&even), Err(ModelError::Boundary { .. })),
        "{:?}",
        fit(&even).err()
    );
    refuses(
        SpendTally::from_spends(&[spend(2, f64::INFINITY)]),
        "a mean value of inf cannot be counted: it must be a finite number",
    );
    assert!(SpendTally::from_spends(&[spend(0, f64::NAN)]).is_ok());
    let spends = GammaGamma::new(6.0, 0.9, 15.0).unwrap();
    let rate = DiscountRate::continuous(0.01).unwrap();
    let worth = |margin| {
        lifetime_value(
            &bg(Dropout::AfterRepeats),
            &spends,
            &History::NEW,
            0.0,
            margin,
            Until::Forever,
            rate,
        )
    };
    refuses(
        worth(1.0),
        "0.9 is not a shape q of spends with a finite mean",
    );
    refuses(worth(f64::NAN), "NaN is not a margin");
    assert!(matches!(
        validate_holdout(
            &bg(Dropout::AfterRepeats),
            &[],
            horizon(1.0),
            7,
            Progress::none()
        ),
        Err(ModelError::NoCustomers)
    ));
    let tracking = |tally: &HistoryTally, times: &[f64]| {
        expected_tracking(&bg(Dropout::AfterRepeats), tally, times, Progress::none())
    };
    refuses(
        tracking(&HistoryTally::default(), &[1.0]),
        "there are no customers",
    );
    refuses(
        tracking(&histories(), &[f64::NAN]),
        "NaN is not a length of time",
    );
}
