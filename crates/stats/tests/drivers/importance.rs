//! Shares of R².

use super::*;

#[test]
fn importances() {
    let model = model_of(&answers(60, 5, 1));
    // Brute force over all subsets and all orders.
    for (measure, expected) in [
        (
            DriverMeasure::Lmg,
            [
                0.0695541464312,
                0.116435503677,
                0.228422242641,
                0.203460122871,
                0.276587960218,
            ],
        ),
        (
            DriverMeasure::Pmvd,
            [
                0.00335501392941,
                0.0439452291919,
                0.26998272264,
                0.208870682632,
                0.368306327446,
            ],
        ),
        (
            DriverMeasure::Johnson,
            [
                0.0692973548863,
                0.117514731076,
                0.220292143465,
                0.20894009977,
                0.278415646642,
            ],
        ),
        (
            DriverMeasure::First,
            [
                0.234554120496,
                0.342053526799,
                0.553069992653,
                0.44876811657,
                0.560701875842,
            ],
        ),
        (
            DriverMeasure::Last,
            [
                0.00177173911573,
                0.0147539456427,
                0.0573859816687,
                0.0852749705385,
                0.134345878047,
            ],
        ),
        (
            DriverMeasure::Pratt,
            [
                0.0234058939258,
                0.0866677356163,
                0.233777602859,
                0.222363250327,
                0.32824549311,
            ],
        ),
        (
            DriverMeasure::Beta,
            [
                0.0483285426458,
                0.148187104934,
                0.314349557303,
                0.331934211714,
                0.438361866365,
            ],
        ),
        (
            DriverMeasure::Slope,
            [
                0.0829250132146,
                0.222484785219,
                0.445718531502,
                0.54657129724,
                0.683027028069,
            ],
        ),
    ] {
        all_close(values(&model, measure), &expected, 1e-10);
    }
    let dominance = model.dominance(&Progress::none()).unwrap();
    for (driver, expected) in dominance.drivers.iter().zip([
        [
            0.234554120496,
            0.0731089748146,
            0.027886640826,
            0.0104492569036,
            0.00177173911573,
        ],
        [
            0.342053526799,
            0.13436074622,
            0.0614085489023,
            0.0296007508207,
            0.0147539456427,
        ],
        [
            0.553069992653,
            0.278061322736,
            0.158557775891,
            0.0950361402571,
            0.0573859816687,
        ],
        [
            0.44876811657,
            0.230019573222,
            0.146839979958,
            0.106397974068,
            0.0852749705385,
        ],
        [
            0.560701875842,
            0.312514184886,
            0.21259332126,
            0.162784541053,
            0.134345878047,
        ],
    ]) {
        all_close(driver.by_size.iter().copied(), &expected, 1e-10);
    }
}

#[test]
fn importance_of_many_drivers() {
    let rows = answers(400, 16, 5);
    let mut gram = Gram::new(columns(16)).unwrap();
    let slices: Vec<Vec<f64>> = (0..17)
        .map(|a| rows.iter().map(|row| row[a]).collect())
        .collect();
    let slices: Vec<&[f64]> = slices.iter().map(Vec::as_slice).collect();
    gram.push_columns(&slices, None).unwrap();
    let model = model(&gram);
    let expected = [
        0.0289115428718,
        0.0309389930393,
        0.0472395301362,
        0.0559526118052,
        0.056096149543,
        0.0475766184816,
        0.0504340549647,
        0.0529223999271,
        0.0547637787215,
        0.0658675924122,
        0.0653879255062,
        0.0748106912239,
        0.0865540967334,
        0.0882230348657,
        0.0984229929317,
        0.0927862142828,
    ];
    all_close(values(&model, DriverMeasure::Lmg), &expected, 1e-10);

    let sampled = model.lmg_sampled(2000, 1, &Progress::none()).unwrap();
    assert_eq!(
        sampled.computation,
        Computation::Sampled {
            orders: 2000,
            seed: 1
        }
    );
    let sum: f64 = sampled.drivers.iter().map(|driver| driver.value).sum();
    within(sum, model.r_squared(), 1e-12);
    let mut squares = 0.0;
    for (driver, expected) in sampled.drivers.iter().zip(expected) {
        let error = driver.sampling_error.unwrap();
        assert!(error > 0.0 && error < 0.003);
        within(driver.value, expected, 4.0 * error);
        squares += ((driver.value - expected) / error).powi(2);
    }
    // The errors are neither far too small nor far too large: a chi-square of about 16.
    assert!((4.0..36.0).contains(&squares), "{squares}");
    assert_eq!(
        sampled,
        model.lmg_sampled(2000, 1, &Progress::none()).unwrap()
    );
    assert_ne!(
        sampled,
        model.lmg_sampled(2000, 2, &Progress::none()).unwrap()
    );
}
