//! Dose and response against scikit-learn 1.9.1 and statsmodels 0.15.0 by `bench/reference/drivers.py`, and the laws and refusals.
#![allow(clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, Progress, Scale, dose::*};

#[track_caller]
fn close(got: f64, expected: f64) {
    assert!(
        (got - expected).abs() <= 1e-9 * (1.0 + expected.abs()),
        "got {got}, expected {expected}"
    );
}

const DOSES: [f64; 14] = [
    1.0, 2.0, 2.0, 3.0, 4.0, 5.0, 6.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0,
];
const RESPONSES: [f64; 14] = [
    2.0, 1.0, 3.0, 2.0, 5.0, 4.0, 4.0, 7.0, 6.0, 9.0, 8.0, 7.0, 10.0, 9.0,
];
const WEIGHTS: [f64; 14] = [
    1.0, 2.0, 1.0, 1.0, 3.0, 1.0, 1.0, 2.0, 1.0, 1.0, 2.0, 1.0, 1.0, 1.0,
];

fn tally_of(pairs: impl IntoIterator<Item = (f64, f64)>) -> DoseTally {
    let mut tally = DoseTally::default();
    for (dose, response) in pairs {
        tally.push(dose, response).unwrap();
    }
    tally
}

fn both() -> impl Iterator<Item = (f64, f64)> {
    DOSES.into_iter().zip(RESPONSES)
}

fn isotonic(tally: &DoseTally, direction: Direction) -> IsotonicCurve {
    tally
        .isotonic(direction, 400, 1, Level::P95, &Progress::none())
        .unwrap()
}

#[test]
fn isotonic_curves() {
    // IsotonicRegression().fit(x, y, w).predict(unique(x))
    let mut weighted = DoseTally::default();
    for ((dose, response), weight) in both().zip(WEIGHTS) {
        weighted.add(dose, response, 1, weight).unwrap();
    }
    let rising = isotonic(&weighted, Direction::Rising);
    let expected = [
        1.75, 1.75, 2.0, 4.75, 4.75, 6.0, 6.0, 8.0, 8.0, 8.0, 9.5, 9.5,
    ];
    assert_eq!(rising.points.len(), expected.len());
    for (point, expected) in rising.points.iter().zip(expected) {
        close(point.value, expected);
        assert!(point.low <= point.value && point.value <= point.high);
    }
    assert!(
        rising
            .points
            .windows(2)
            .all(|pair| pair[0].low <= pair[1].low && pair[0].high <= pair[1].high)
    );
    // IsotonicRegression(increasing=False).fit(x, 11 - y)
    let falling = isotonic(
        &tally_of(both().map(|(x, y)| (x, 11.0 - y))),
        Direction::Falling,
    );
    for (point, expected) in falling
        .points
        .iter()
        .zip([9.0, 9.0, 9.0, 6.5, 6.5, 5.5, 5.0, 3.0, 3.0, 3.0, 1.5, 1.5])
    {
        close(point.value, expected);
    }
    close(falling.at(6.5).unwrap().value, 5.25);
    let elasticity = falling.elasticity(6.0, 50.0).unwrap();
    close(elasticity.value, 100.0 * (3.0 / 5.5 - 1.0));
    assert!(elasticity.low < elasticity.value && elasticity.value < elasticity.high);
    assert!(
        elasticity
            .to_string()
            .starts_with("50 % more → 45.5 % less ["),
        "{elasticity}"
    );
}

#[test]
fn logistic_curves() {
    // GLM(y / 10, add_constant(x), Binomial()).fit(cov_type="HC0"): params, bse, get_prediction at 5
    let curve = tally_of(both())
        .logistic(Scale::new(0.0, 10.0).unwrap(), Level::P95)
        .unwrap();
    close(curve.intercept, -2.05706220272);
    close(curve.slope, 0.383371422802);
    close(curve.slope_error, 0.0567186818026);
    close(curve.midpoint.unwrap(), 2.05706220272 / 0.383371422802);
    let five = curve.at(5.0).unwrap();
    close(five.value, 4.65006033446);
    close(five.low, 3.90945279372);
    close(five.high, 5.40642715235);
    // The logarithm of the ratio with numerical derivatives.
    let elasticity = curve.elasticity(5.0, 10.0).unwrap();
    for (got, expected) in [
        (elasticity.value, 10.2926149568),
        (elasticity.low, 6.98936687085),
        (elasticity.high, 13.6978493263),
    ] {
        assert!(
            (got - expected).abs() < 1e-6,
            "got {got}, expected {expected}"
        );
    }
    assert_eq!(
        elasticity.to_string(),
        "10 % more → 10.3 % more [7.0, 13.7]"
    );
}

#[test]
fn straight_lines_in_logarithms() {
    // OLS of the logarithms: params, bse, conf_int, get_prediction at 5; elasticity at 5 for 10 % more
    let tally = tally_of(both());
    let check =
        |form, params: [f64; 2], interval: [f64; 2], at_five: [f64; 3], elasticity: [f64; 3]| {
            let curve = tally.log_linear(form, Level::P95).unwrap();
            close(curve.ols.intercept.value, params[0]);
            let slope = curve.ols.coefficients[0].slope;
            close(slope.value, params[1]);
            close(slope.low, interval[0]);
            close(slope.high, interval[1]);
            let five = curve.at(5.0).unwrap();
            let own = |y: f64| {
                if form == LogForm::LevelLog {
                    y
                } else {
                    y.exp()
                }
            };
            close(five.value, own(at_five[0]));
            close(five.low, own(at_five[1]));
            close(five.high, own(at_five[2]));
            let found = curve.elasticity(5.0, 10.0).unwrap();
            for (got, expected) in [found.value, found.low, found.high]
                .into_iter()
                .zip(elasticity)
            {
                assert!(
                    (got - expected).abs() < 1e-6,
                    "got {got}, expected {expected}"
                );
            }
            assert_eq!(found.method, CurveMethod::LogLinear(form));
        };
    check(
        LogForm::LevelLog,
        [-0.0511112412228, 3.45830982639],
        [2.27527559382, 4.64134405896],
        [5.51482370631, 4.66672879606, 6.36291861656],
        [5.97683895126, 3.74017188226, 8.21350602026],
    );
    check(
        LogForm::LogLevel,
        [0.485850777078, 0.168896255373],
        [0.107017435007, 0.230775075738],
        [1.33033205394, 1.1084540447, 1.55221006318],
        [8.81163996529, 5.4966188399, 12.2308290269],
    );
    check(
        LogForm::LogLog,
        [0.227283234395, 0.8074459657],
        [0.521443099391, 1.09344883201],
        [1.52681738383, 1.3217873276, 1.73184744007],
        [7.99965213656, 5.09545385761, 10.9841047684],
    );
}

#[test]
fn sentences() {
    let elasticity = |change_percent, value, low, high| Elasticity {
        dose: 1.0,
        change_percent,
        value,
        low,
        high,
        n: 10,
        level: Level::P95,
        method: CurveMethod::Isotonic,
    };
    assert_eq!(
        elasticity(10.0, 4.24, 1.1, 7.3).to_string(),
        "10 % more → 4.2 % more [1.1, 7.3]"
    );
    assert_eq!(
        elasticity(-10.0, -3.0, -5.0, 1.0).to_string(),
        "10 % less → 3.0 % less [-1.0, 5.0]"
    );
}

#[test]
fn refusals() {
    #[track_caller]
    fn refuses<T>(result: Result<T, DoseError>, message: &str) {
        assert_eq!(result.err().unwrap().to_string(), message);
    }
    let scale = Scale::new(0.0, 10.0).unwrap();
    let none = Progress::none();
    let up = |tally: &DoseTally| tally.isotonic(Direction::Rising, 100, 1, Level::P95, &none);
    let mut tally = DoseTally::default();
    refuses(up(&tally), "there are no responses");
    refuses(tally.logistic(scale, Level::P95), "there are no responses");
    refuses(
        tally.log_linear(LogForm::LogLog, Level::P95),
        "there are no responses",
    );
    refuses(
        tally.push(f64::NAN, 1.0),
        "NaN in column \"dose\", row 0, is not a usable number: it must lie between -2^53 and 2^53",
    );
    refuses(
        tally.add(1.0, 1.0, 1, 0.0),
        "the weight 0 of row 0 must be above zero and finite",
    );
    tally.push(1.0, 4.0).unwrap();
    refuses(up(&tally), "this needs 2 different doses, and there are 1");
    tally.push(2.0, 5.0).unwrap();
    refuses(
        tally.logistic(scale, Level::P95),
        "this needs 3 responses, and there are 2",
    );
    refuses(
        tally.log_linear(LogForm::LogLog, Level::P95),
        "this needs 3 responses, and there are 2",
    );
    refuses(
        tally.isotonic(Direction::Rising, 99, 1, Level::P95, &none),
        "a band needs 100 draws or more, not 99",
    );
    let stop = |_, _| std::ops::ControlFlow::Break(());
    refuses(
        tally.isotonic(Direction::Rising, 100, 1, Level::P95, &Progress::new(&stop)),
        "the computation was cancelled",
    );
    tally.push(0.0, 5.0).unwrap();
    refuses(
        tally.log_linear(LogForm::LevelLog, Level::P95),
        "0 is a dose of zero or below, which has no logarithm",
    );
    tally.push(3.0, -1.0).unwrap();
    refuses(
        tally.log_linear(LogForm::LogLevel, Level::P95),
        "-1 is a response of zero or below, which has no logarithm",
    );
    refuses(
        tally.logistic(scale, Level::P95),
        "the response -1 is off the scale from 0 to 10",
    );
    let ends = tally_of([(1.0, 10.0), (2.0, 10.0), (3.0, 10.0)]);
    refuses(
        ends.logistic(scale, Level::P95),
        "all responses are at one end of the scale, so there is no curve",
    );
    refuses(
        ends.log_linear(LogForm::LogLog, Level::P95),
        "all responses are equal, so there is no curve",
    );
    refuses(
        tally_of([(1.0, 0.0), (2.0, 0.0), (3.0, 10.0), (4.0, 10.0)]).logistic(scale, Level::P95),
        "a dose parts the lowest from the highest responses without error, so that the curve is infinitely steep",
    );
    let curve = tally_of(both()).logistic(scale, Level::P95).unwrap();
    refuses(
        curve.at(f64::INFINITY),
        "the curve says nothing about a dose of inf",
    );
    for change in [0.0, -100.0, f64::NAN] {
        refuses(
            curve.elasticity(5.0, change),
            &format!("the curve says nothing about a change in percent of {change}"),
        );
    }
    let steps = isotonic(
        &tally_of(both().map(|(x, y)| (x, y - 2.5))),
        Direction::Rising,
    );
    refuses(steps.at(13.0), "the curve says nothing about a dose of 13");
    refuses(
        steps.elasticity(2.0, 10.0),
        "the response at the dose 2 is not above zero, so that a change in percent means nothing",
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn isotonic_laws(pairs in vec((0..8_i32, 0..20_i32), 2..30), cut in 0..30_usize) {
        let pairs: Vec<(f64, f64)> = pairs.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect();
        let fit = |pairs: &[(f64, f64)], direction| {
            tally_of(pairs.iter().copied()).isotonic(direction, 100, 1, Level::P90, &Progress::none())
        };
        let Ok(curve) = fit(&pairs, Direction::Rising) else { return Ok(()) };
        // It rises, keeps the mean, and is its own fit.
        prop_assert!(curve.points.windows(2).all(|pair| pair[0].value <= pair[1].value + 1e-12));
        let at = |dose: f64| curve.at(dose).unwrap().value;
        let fitted: f64 = pairs.iter().map(|&(x, _)| at(x)).sum();
        prop_assert!((fitted - pairs.iter().map(|(_, y)| y).sum::<f64>()).abs() < 1e-8);
        let own: Vec<(f64, f64)> = curve.points.iter().map(|point| (point.dose, point.value)).collect();
        for (again, point) in fit(&own, Direction::Rising).unwrap().points.iter().zip(&curve.points) {
            prop_assert!((again.value - point.value).abs() < 1e-9);
        }
        // Reflected responses fall.
        let mirrored: Vec<(f64, f64)> = pairs.iter().map(|&(x, y)| (x, -y)).collect();
        for (mirror, point) in fit(&mirrored, Direction::Falling).unwrap().points.iter().zip(&curve.points) {
            prop_assert!((mirror.value + point.value).abs() < 1e-12);
        }
        // Parts in any order are the whole.
        let (first, second) = pairs.split_at(cut.min(pairs.len()));
        let mut merged = tally_of(second.iter().copied());
        merged.merge(&tally_of(first.iter().copied()));
        prop_assert_eq!(merged, tally_of(pairs.iter().copied()));
    }

    #[test]
    fn logistic_laws(pairs in vec((1..8_i32, 0..=10_i32), 4..30), factor in 0.1..5.0_f64) {
        let pairs: Vec<(f64, f64)> = pairs.into_iter().map(|(x, y)| (f64::from(x), f64::from(y))).collect();
        let scale = Scale::new(0.0, 10.0).unwrap();
        let fit = |pairs: &[(f64, f64)]| tally_of(pairs.iter().copied()).logistic(scale, Level::P95);
        let Ok(curve) = fit(&pairs) else { return Ok(()) };
        // Doses in another unit, and responses counted from the other end.
        let scaled: Vec<(f64, f64)> = pairs.iter().map(|&(x, y)| (x * factor, 10.0 - y)).collect();
        let other = fit(&scaled).unwrap();
        let gap: f64 = curve.slope + other.slope * factor;
        prop_assert!(gap.abs() < 1e-7 * (1.0 + curve.slope.abs()));
        let (a, b) = (curve.at(3.0).unwrap(), other.at(3.0 * factor).unwrap());
        prop_assert!((a.value + b.value - 10.0).abs() < 1e-7 && (a.low + b.high - 10.0).abs() < 1e-6);
    }
}
