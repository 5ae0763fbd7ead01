//! Exponential smoothing against statsmodels 0.15.0 by `bench/reference/forecast.py`.
#![allow(clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, Progress, forecast::*};

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!(
        (got - expected).abs() <= 1e-9 * (1.0 + expected.abs()),
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

fn series() -> Vec<f64> {
    (0..40_i32)
        .map(|i| {
            60.0 + 0.4 * f64::from(i)
                + [3.0, -1.0, 2.0, -4.0][i as usize % 4]
                + f64::from((7 * i * i + 3 * i) % 11) / 4.0
        })
        .collect()
}

fn plain() -> Vec<f64> {
    (0..36_i32)
        .map(|i| 50.0 + 6.0 * (f64::from(i) / 5.0).sin() + f64::from((5 * i * i + i) % 7) / 3.0)
        .collect()
}

fn model(trend: Trend, season: usize) -> SmoothingModel {
    SmoothingModel { trend, season }
}

#[test]
fn fixed_parameters() {
    // statsmodels ETSModel.smooth(params): sse, forecasts 1, 4, 10; interval widths 4 and 10 over that of 1
    let seasons = [3.0, -1.0, 2.0, -4.0];
    for (trend, season, [alpha, beta, gamma, phi], [level, slope], expected) in [
        (
            Trend::None,
            0,
            [0.3, 0.0, 0.0, 1.0],
            [58.0, 0.0],
            [
                555.812253053,
                74.9479062657,
                74.9479062657,
                74.9479062657,
                1.12694276696,
                1.34536240471,
            ],
        ),
        (
            Trend::Additive,
            0,
            [0.4, 0.1, 0.0, 1.0],
            [58.0, 0.5],
            [
                582.01491582,
                75.8137909288,
                76.2130695514,
                77.0116267967,
                1.44913767462,
                2.98161030318,
            ],
        ),
        (
            Trend::Damped,
            0,
            [0.4, 0.1, 0.0, 0.9],
            [58.0, 0.5],
            [
                577.657293878,
                75.5102057373,
                75.5662509877,
                75.6368927191,
                1.40739056768,
                2.49878628903,
            ],
        ),
        (
            Trend::Additive,
            4,
            [0.3, 0.05, 0.2, 1.0],
            [60.0, 0.4],
            [
                50.3041231012,
                80.2289756602,
                74.320887794,
                79.5976566095,
                1.2186057607,
                2.10535032714,
            ],
        ),
        (
            Trend::Damped,
            4,
            [0.3, 0.05, 0.2, 0.95],
            [60.0, 0.4],
            [
                53.2323097091,
                79.9211886052,
                73.644806829,
                77.719494871,
                1.21019231815,
                1.98280356122,
            ],
        ),
    ] {
        let initial = SmoothingStates {
            level,
            slope,
            seasons: seasons[..season].to_vec(),
        };
        let parameters = SmoothingParameters {
            alpha,
            beta,
            gamma,
            phi,
        };
        let fit = smooth(&series(), model(trend, season), parameters, initial).unwrap();
        let ahead = fit.forecast(10, Level::P95).unwrap();
        let width = |h: usize| ahead[h - 1].high - ahead[h - 1].low;
        let got = [
            fit.sse,
            ahead[0].value,
            ahead[3].value,
            ahead[9].value,
            width(4) / width(1),
            width(10) / width(1),
        ];
        for (got, expected) in got.into_iter().zip(expected) {
            close(got, expected);
        }
    }
}

#[test]
fn fits_are_not_worse() {
    // statsmodels ExponentialSmoothing(initialization_method='estimated').fit().sse
    for (values, trend, season, sse) in [
        (series(), Trend::Additive, 4, 28.8005212625),
        (series(), Trend::Damped, 4, 29.4676127829),
        (series(), Trend::None, 4, 73.6105698165),
        (series(), Trend::Additive, 0, 339.350268893),
        (plain(), Trend::None, 0, 103.554037185),
        (plain(), Trend::Additive, 0, 66.8552249529),
        (plain(), Trend::Damped, 0, 63.6213914988),
    ] {
        let fit = fit(&values, model(trend, season), Progress::none()).unwrap();
        assert!(
            fit.sse <= sse * (1.0 + 1e-6),
            "{trend} {season}: {} against {sse}",
            fit.sse
        );
        assert!(fit.sse > 0.5 * sse);
        close(fit.residuals.iter().map(|e| e * e).sum(), fit.sse);
        assert_eq!(fit.last.seasons.len(), season);
    }
}

fn months() -> Vec<f64> {
    (0..60_i32)
        .map(|i| {
            70.0 + 5.0 * (f64::from(i) / 8.0).sin()
                + YEAR[i as usize % 12]
                + f64::from((5 * i * i + 7 * i) % 13) / 4.0
        })
        .collect()
}

const YEAR: [f64; 12] = [
    2.0, 1.0, 0.0, -1.0, -3.0, -4.0, -2.0, 0.0, 1.0, 2.0, 3.0, 1.0,
];

#[test]
fn five_years_of_months() {
    // statsmodels ETSModel.smooth(params): sse, forecasts 1 to 12, bounds of 1, 6 and 12
    let parameters = SmoothingParameters {
        alpha: 0.3,
        beta: 0.02,
        gamma: 0.1,
        phi: 1.0,
    };
    let initial = SmoothingStates {
        level: 71.0,
        slope: 0.15,
        seasons: YEAR.to_vec(),
    };
    let given = smooth(&months(), model(Trend::Additive, 12), parameters, initial).unwrap();
    close(given.sse, 217.091721626);
    let ahead = given.forecast(12, Level::P95).unwrap();
    let forecasts = [
        77.4037283212,
        76.9994120939,
        76.1689571835,
        75.3892133958,
        73.5149147739,
        72.9772836009,
        75.0100766003,
        77.3145440376,
        78.8863926013,
        80.1291046743,
        81.5383058712,
        79.9302844757,
    ];
    for (point, expected) in ahead.iter().zip(forecasts) {
        close(point.value, expected);
    }
    for (horizon, low, high) in [
        (1, 73.6755721439, 81.1318844985),
        (6, 68.1854787955, 77.7690884063),
        (12, 73.4897395663, 86.3708293852),
    ] {
        close(ahead[horizon - 1].low, low);
        close(ahead[horizon - 1].high, high);
    }

    // statsmodels ETSModel.fit(): sse, alpha, forecasts, interval widths 6 and 12 over that of 1. Its gamma stops at 10⁻⁴ of its range, ours
    // goes on towards nought.
    let fitted = fit(&months(), model(Trend::None, 12), Progress::none()).unwrap();
    assert!(
        (fitted.sse / 153.152292952 - 1.0).abs() < 1e-3,
        "{}",
        fitted.sse
    );
    assert!(
        (fitted.parameters.alpha - 0.555238755996).abs() < 2e-3 && fitted.parameters.gamma < 1e-3
    );
    let ahead = fitted.forecast(12, Level::P95).unwrap();
    let forecasts = [
        77.0104620432,
        76.6526100851,
        75.5447942157,
        74.3354805233,
        72.0232571762,
        71.2564861412,
        72.7337339067,
        74.7531916985,
        76.3140787308,
        77.1150728506,
        78.4551978321,
        76.6835689399,
    ];
    for (point, expected) in ahead.iter().zip(forecasts) {
        assert!(
            (point.value - expected).abs() < 0.02,
            "{point:?} against {expected}"
        );
    }
    let width = |h: usize| (ahead[h - 1].high - ahead[h - 1].low) / (ahead[0].high - ahead[0].low);
    assert!((width(6) - 1.59419270504).abs() < 3e-3 && (width(12) - 2.09551684263).abs() < 3e-3);
}

#[test]
fn refusals() {
    let none = Progress::none;
    refuses(
        fit(&[1.0, 2.0, 1.0], model(Trend::None, 0), none()),
        "this model needs 4 values, and there are 3",
    );
    refuses(
        fit(&[1.0; 30], model(Trend::Additive, 12), none()),
        "all values are equal, so there is nothing to forecast",
    );
    refuses(
        fit(&[1.0, f64::NAN, 2.0], model(Trend::None, 0), none()),
        "NaN at index 1 is not a finite number",
    );
    refuses(
        fit(&series(), model(Trend::None, 365), none()),
        "a season of 365 periods is too long: at most 60",
    );
    refuses(
        fit(&series()[..7], model(Trend::None, 4), none()),
        "this model needs 8 values, and there are 7",
    );
    let good = SmoothingParameters {
        alpha: 0.5,
        beta: 0.0,
        gamma: 0.0,
        phi: 1.0,
    };
    let states = |seasons: usize| SmoothingStates {
        level: 1.0,
        slope: 0.0,
        seasons: vec![0.0; seasons],
    };
    refuses(
        smooth(
            &series(),
            model(Trend::None, 0),
            SmoothingParameters { alpha: 1.5, ..good },
            states(0),
        ),
        "alpha is 1.5, and must be from 0 to 1",
    );
    refuses(
        smooth(&series(), model(Trend::None, 4), good, states(3)),
        "4 seasonal states were expected, and there are 3",
    );
    refuses(
        smooth(&[], model(Trend::None, 0), good, states(0)),
        "this model needs 1 values, and there are 0",
    );
    let fitted = smooth(&series(), model(Trend::None, 0), good, states(0)).unwrap();
    refuses(
        fitted.forecast(0, Level::P95),
        "0 is no horizon: from 1 to 10000",
    );
    let stop = |_, _| std::ops::ControlFlow::Break(());
    refuses(
        fit(&series(), model(Trend::None, 0), Progress::new(&stop)),
        "the computation was cancelled",
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn units_and_direction_do_not_matter(values in vec(0.0..10.0_f64, 16..24), shift in -50.0..50.0_f64, scale in 0.2..5.0_f64) {
        let turned: Vec<f64> = values.iter().map(|x| shift - scale * x).collect();
        let kind = model(Trend::None, 4);
        let (one, two) = (fit(&values, kind, Progress::none()).unwrap(), fit(&turned, kind, Progress::none()).unwrap());
        // Flat sums of squares leave the parameters loose, never the fit.
        prop_assert!((two.sse - scale * scale * one.sse).abs() < 1e-4 * (1.0 + two.sse), "{} {}", two.sse, scale * scale * one.sse);
    }
}
