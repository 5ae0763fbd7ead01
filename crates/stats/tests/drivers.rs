//! Key drivers against numpy 2.4.6, scipy 1.17.1, pandas 2.3.3 and statsmodels 0.15.0 by `bench/reference/drivers.py`, against relaimpo 2.2-7 and
//! rwa 0.1.0 where the shared data are there, and the laws and refusals.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, Progress, Scale, drivers::*};

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
fn all_close(got: impl IntoIterator<Item = f64>, expected: &[f64], tolerance: f64) {
    let got: Vec<f64> = got.into_iter().collect();
    assert_eq!(got.len(), expected.len());
    for (got, expected) in got.iter().zip(expected) {
        within(*got, *expected, tolerance * (1.0 + expected.abs()));
    }
}

/// The rows of `answers` in bench/reference/drivers.py.
fn answers(n: usize, p: usize, seed: u64) -> Vec<Vec<f64>> {
    let mut state = seed;
    let mut uniform = || {
        state = (1_103_515_245 * state + 12_345) % (1 << 31);
        (state >> 16) as f64 / 32_768.0
    };
    (0..n)
        .map(|_| {
            let mood = uniform();
            let x: Vec<f64> = (0..p)
                .map(|_| (1.0 + (10.0 * (0.4 * mood + 0.6 * uniform())).floor()).min(10.0))
                .collect();
            let sum: f64 = x
                .iter()
                .enumerate()
                .map(|(j, value)| (j + 1) as f64 * 0.125 * value)
                .sum();
            let mut row = vec![sum + 4.0 * uniform()];
            row.extend(x);
            row
        })
        .collect()
}

fn columns(p: usize) -> Vec<String> {
    std::iter::once("y".to_owned())
        .chain((0..p).map(|j| format!("x{j}")))
        .collect()
}

fn gram_of(rows: &[Vec<f64>]) -> Gram {
    let mut gram = Gram::new(columns(rows[0].len() - 1)).unwrap();
    for row in rows {
        gram.push(row).unwrap();
    }
    gram
}

fn model_of(rows: &[Vec<f64>]) -> DriverModel {
    model(&gram_of(rows))
}

fn model(gram: &Gram) -> DriverModel {
    let columns = gram.columns();
    gram.moments(Weights::Sampling)
        .unwrap()
        .model(&columns[0], &columns[1..])
        .unwrap()
}

fn values(model: &DriverModel, measure: DriverMeasure) -> Vec<f64> {
    let found = model.importance(measure, &Progress::none()).unwrap();
    found.drivers.iter().map(|driver| driver.value).collect()
}

/// Some answers missing, by the row's and the column's number.
fn holes(rows: &[Vec<f64>]) -> Vec<Vec<Option<f64>>> {
    let hole = |i: usize, j: usize| (i * (2 * j + 3) + j).is_multiple_of(11);
    rows.iter()
        .enumerate()
        .map(|(i, row)| {
            row.iter()
                .enumerate()
                .map(|(j, &value)| (!hole(i, j)).then_some(value))
                .collect()
        })
        .collect()
}

fn missing_of(rows: &[Vec<Option<f64>>]) -> MissingTally {
    let mut tally = MissingTally::new(columns(rows[0].len() - 1)).unwrap();
    for row in rows {
        tally.push(row, 1.0).unwrap();
    }
    tally
}

#[test]
fn regression() {
    let rows = answers(60, 5, 1);
    close(rows[0][0], 13.0588378906);
    let ols = model_of(&rows).ols(Level::P95);
    // OLS(y, add_constant(X)).fit(): params, bse, tvalues, pvalues, conf_int, and X's own
    let all: Vec<Coefficient> = std::iter::once(ols.intercept)
        .chain(ols.coefficients.iter().map(|own| own.slope))
        .collect();
    all_close(
        all.iter().map(|c| c.value),
        &[
            1.52720092637,
            0.0829250132146,
            0.222484785219,
            0.445718531502,
            0.54657129724,
            0.683027028069,
        ],
        1e-10,
    );
    all_close(
        all.iter().map(|c| c.standard_error),
        &[
            0.556799627407,
            0.0870958330419,
            0.0809763024317,
            0.0822563620521,
            0.082746140644,
            0.0823829674293,
        ],
        1e-10,
    );
    all_close(
        all.iter().map(|c| c.p_value),
        &[
            0.0082475757088,
            0.345282453628,
            0.00814460176722,
            1.43076235645e-06,
            1.79978135258e-08,
            3.35629189455e-11,
        ],
        1e-11,
    );
    close(all[5].t, 8.29087673559);
    close(all[5].low, 0.51785912297);
    close(all[5].high, 0.848194933167);
    close(all[0].low, 0.410884885712);
    close(ols.r_squared, 0.894459975838);
    close(ols.adjusted_r_squared, 0.884687751379);
    close(ols.f, 91.5308463855);
    within(ols.f_p_value / 4.12284056397e-25, 1.0, 1e-9);
    close(ols.residual_sd, 1.08605755377);
    assert_eq!(ols.degrees_of_freedom, 54.0);
    // variance_inflation_factor, numpy.linalg.cond, OLS of zscores
    all_close(
        ols.coefficients.iter().map(|own| own.vif),
        &[
            1.31827988305,
            1.488375964,
            1.72194743913,
            1.29205932538,
            1.43034627245,
        ],
        1e-10,
    );
    close(ols.condition_number, 2.46450592866);
    close(ols.condition_number_uncentred, 11.0284742975);
    all_close(
        ols.coefficients.iter().map(|own| own.standardized),
        &[
            0.0483285426458,
            0.148187104934,
            0.314349557303,
            0.331934211714,
            0.438361866365,
        ],
        1e-10,
    );
}

#[test]
fn weighted_regression() {
    let rows = answers(60, 5, 1);
    let mut gram = Gram::new(columns(5)).unwrap();
    for (i, row) in rows.iter().enumerate() {
        gram.push_weighted(row, (1 + i % 3) as f64).unwrap();
    }
    let ols_with = |weights| {
        let columns = columns(5);
        gram.moments(weights)
            .unwrap()
            .model("y", &columns[1..])
            .unwrap()
            .ols(Level::P95)
    };
    let all = |ols: &Ols, of: fn(&Coefficient) -> f64| -> Vec<f64> {
        std::iter::once(&ols.intercept)
            .chain(ols.coefficients.iter().map(|own| &own.slope))
            .map(of)
            .collect()
    };
    // WLS(y, X, weights).fit().params, rsquared
    let sampling = ols_with(Weights::Sampling);
    let params = [
        1.26579698409,
        0.0711003159334,
        0.217876697126,
        0.460187414072,
        0.582632032015,
        0.703386516381,
    ];
    all_close(all(&sampling, |c| c.value), &params, 1e-10);
    close(sampling.r_squared, 0.903025550269);
    close(sampling.effective_n, 51.4285714286);
    assert_eq!(sampling.n, 60);
    all_close(
        all(&sampling, |c| c.standard_error),
        &[
            0.595732705658,
            0.0964038965638,
            0.0868475435884,
            0.0893372884439,
            0.0885323813278,
            0.0898869281802,
        ],
        1e-10,
    );
    // OLS on repeated rows: bse
    let frequency = ols_with(Weights::Frequency);
    all_close(all(&frequency, |c| c.value), &params, 1e-10);
    all_close(
        all(&frequency, |c| c.standard_error),
        &[
            0.376065555788,
            0.0608564622978,
            0.0548238655327,
            0.0563955557789,
            0.0558874456163,
            0.0567425244294,
        ],
        1e-10,
    );
    all_close(
        values(&model(&gram), DriverMeasure::Lmg),
        &[
            0.065059523977,
            0.12276472986,
            0.222262610772,
            0.218637931977,
            0.274300753683,
        ],
        1e-10,
    );
}

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

#[test]
fn missing_answers() {
    let tally = missing_of(&holes(&answers(60, 3, 1)));
    let columns = columns(3);
    let with = |missing| {
        tally
            .moments(&columns, missing, Weights::Sampling, &Progress::none())
            .unwrap()
    };
    let means = |moments: &Moments| -> Vec<f64> {
        columns.iter().map(|c| moments.mean(c).unwrap()).collect()
    };
    let correlations = |moments: &Moments| -> Vec<f64> {
        let pairs = (0..4).flat_map(|a| (0..a).map(move |b| (a, b)));
        pairs
            .map(|(a, b)| moments.correlation(&columns[a], &columns[b]).unwrap())
            .collect()
    };
    // DataFrame.dropna()
    let listwise = with(Missing::Listwise);
    assert_eq!((listwise.n(), listwise.dropped()), (38, 22));
    all_close(
        means(&listwise),
        &[5.939453125, 5.73684210526, 5.76315789474, 5.60526315789],
        1e-11,
    );
    // DataFrame.corr()
    let pairwise = with(Missing::Pairwise);
    assert_eq!(pairwise.n(), 48);
    all_close(
        means(&pairwise),
        &[5.92962194372, 5.72222222222, 5.58181818182, 5.67272727273],
        1e-11,
    );
    all_close(
        correlations(&pairwise),
        &[
            0.642562828689,
            0.688639603321,
            0.551218574291,
            0.743954420779,
            0.373054849479,
            0.427693318914,
        ],
        1e-10,
    );
    let model = pairwise.model("y", &columns[1..]).unwrap();
    all_close(
        values(&model, DriverMeasure::Lmg),
        &[0.19738403276, 0.234640000475, 0.341608372013],
        1e-10,
    );
    // Direct maximisation of the likelihood, to its own six digits.
    let em = with(Missing::Em);
    assert!(em.n() > 48 && em.n() + em.dropped() == 60);
    all_close(
        means(&em),
        &[5.95561709941, 5.60532692912, 5.58813062698, 5.7789243762],
        2e-6,
    );
    all_close(
        correlations(&em),
        &[
            0.640634923321,
            0.635085822534,
            0.554200334702,
            0.731144779899,
            0.383009046566,
            0.405139944188,
        ],
        2e-6,
    );
    let report = em.em().unwrap();
    within(report.log_likelihood, -422.539306968, 1e-6);
    assert!(report.log_likelihood >= -422.539306968 - 1e-9 && report.change < 1e-10);
}

fn pairs(table: &[&[u32]]) -> PairTally {
    let mut tally = PairTally::default();
    for (i, row) in table.iter().enumerate() {
        for (j, &count) in row.iter().enumerate() {
            tally.add(i as f64, j as f64, f64::from(count)).unwrap();
        }
    }
    tally
}

#[test]
fn ordinal_correlations() {
    // Two-step maximum likelihood by scipy.integrate.quad and optimize.minimize_scalar; spearmanr; Bonett and Wright by hand.
    let check = |table: &[&[u32]], polychoric: [f64; 2], spearman: [f64; 4]| {
        let tally = pairs(table);
        let found = tally.polychoric(Level::P95).unwrap();
        within(found.value, polychoric[0], 1e-9);
        within(found.standard_error, polychoric[1], 1e-7);
        assert!(found.low < found.value && found.value < found.high && found.high < 1.0);
        let found = tally.spearman(Level::P95).unwrap();
        close(found.value, spearman[0]);
        within(found.p_value / spearman[1], 1.0, 1e-8);
        close(found.low, spearman[2]);
        close(found.high, spearman[3]);
    };
    check(
        &[&[12, 9, 4, 1], &[8, 17, 13, 5], &[2, 10, 21, 24]],
        [0.633081584503, 0.0657959222129],
        [
            0.541420217581,
            5.91146952806e-11,
            0.394341170988,
            0.661454427958,
        ],
    );
    check(
        &[&[1, 2, 9], &[3, 12, 8], &[15, 6, 2]],
        [-0.71405678137, 0.0849779410874],
        [
            -0.600006226715,
            6.4298552008e-07,
            -0.753170016147,
            -0.38513346412,
        ],
    );
    check(
        &[&[40, 12], &[9, 31]],
        [0.752940049492, 0.0909839840996],
        [
            0.54073252306,
            2.63355737447e-08,
            0.365106992144,
            0.679193118019,
        ],
    );
    check(
        &[&[50, 3, 0], &[4, 60, 5], &[0, 2, 45]],
        [0.989648188956, 0.00538836939652],
        [
            0.931602784633,
            2.63121855225e-75,
            0.902997386811,
            0.951985485929,
        ],
    );
}

fn binary_of(rows: &[Vec<f64>], above: f64) -> BinaryTally {
    let mut tally = BinaryTally::new((0..rows[0].len() - 1).map(|j| format!("x{j}"))).unwrap();
    for row in rows {
        tally.push(&row[1..], row[0] > above).unwrap();
    }
    tally
}

#[test]
fn yes_or_no_outcomes() {
    let tally = binary_of(&answers(120, 4, 3), 9.5);
    let drivers = ["x0", "x1", "x2", "x3"];
    let logit = tally.fit(&drivers, Level::P95).unwrap();
    assert_eq!((logit.n, logit.n_yes), (120.0, 42.0));
    // Logit(y, add_constant(X)).fit()
    let all: Vec<LogisticCoefficient> = std::iter::once(logit.intercept)
        .chain(logit.coefficients.iter().map(|own| own.slope))
        .collect();
    all_close(
        all.iter().map(|c| c.value),
        &[
            -11.1613428785,
            0.0712043503024,
            0.608802342829,
            0.164385556993,
            1.01091632883,
        ],
        1e-9,
    );
    all_close(
        all.iter().map(|c| c.standard_error),
        &[
            2.09870341402,
            0.150268915295,
            0.185602232558,
            0.162897338921,
            0.229261656013,
        ],
        1e-9,
    );
    all_close(
        all.iter().map(|c| c.p_value),
        &[
            1.04793794131e-07,
            0.635609606347,
            0.00103753533833,
            0.312909450325,
            1.03636571077e-05,
        ],
        1e-9,
    );
    close(all[2].low, 0.245028651564);
    close(all[2].high, 0.972576034093);
    close(logit.log_likelihood, -38.3522567755);
    close(logit.null_log_likelihood, -77.6935966916);
    close(logit.mcfadden_r_squared, 0.506365280941);
    close(logit.likelihood_ratio, 78.6826798321);
    within(logit.p_value / 3.31149026565e-16, 1.0, 1e-8);
    within(
        logit.coefficients[3].odds_ratio,
        1.01091632883_f64.exp(),
        1e-9,
    );

    // logistic_weights(y, X, ones) of the script
    let weights = tally.relative_weights(&drivers).unwrap();
    close(weights.r_squared, 0.0); // LOGW
    all_close(
        weights.drivers.iter().map(|driver| driver.value),
        &[0.0, 0.0, 0.0, 0.0], // LOGW
        1e-9,
    );
    let whole: f64 = weights
        .drivers
        .iter()
        .filter_map(|driver| driver.share)
        .sum();
    close(whole, 1.0);

    // The same regressions by all subsets.
    let dominance = tally.dominance(&drivers, &Progress::none()).unwrap();
    for (driver, expected) in dominance.drivers.iter().zip([
        [
            0.0319246772826,
            0.0738683263952,
            0.0363651226782,
            0.0160034753694,
            0.00146178468779,
        ],
        [
            0.143708339723,
            0.214082710715,
            0.151241539213,
            0.115118153918,
            0.0943909550474,
        ],
        [
            0.0548006094616,
            0.12891857327,
            0.0603200896786,
            0.0233317676112,
            0.00663200728681,
        ],
        [
            0.275931654474,
            0.369461992845,
            0.289490936759,
            0.238776526376,
            0.205997161916,
        ],
    ]) {
        close(driver.general, expected[0]);
        all_close(driver.by_size.iter().copied(), &expected[1..], 1e-9);
    }
    let sampled = tally
        .dominance_sampled(&drivers, 400, 1, &Progress::none())
        .unwrap();
    close(sampled.r_squared, logit.mcfadden_r_squared);
    for (driver, exact) in sampled.drivers.iter().zip(&dominance.drivers) {
        within(
            driver.value,
            exact.general,
            4.0 * driver.sampling_error.unwrap(),
        );
    }
}

fn contrast_tally() -> ContrastTally {
    let attribute = |name: &str| ContrastAttribute {
        name: name.into(),
        low_at_most: 4.0,
        high_at_least: 7.0,
    };
    ContrastTally::new("y", ["even", "delight", "must"].map(attribute).into()).unwrap()
}

#[test]
fn penalties_and_rewards() {
    let mut tally = contrast_tally();
    for row in answers(200, 3, 7) {
        let bonus = if row[2] >= 7.0 { 3.0 } else { 0.0 };
        let fine = if row[3] <= 4.0 { 4.0 } else { 0.0 };
        tally.push(row[0] + bonus - fine, &row[1..], 1.0).unwrap();
    }
    let found = tally.contrasts(Weights::Sampling, Level::P95).unwrap();
    // OLS(y, add_constant(low and high)).fit(): params, bse; t_test(low + high)
    close(found.intercept.value, 5.98268236102);
    let all = |of: fn(&Coefficient) -> f64| -> Vec<f64> {
        found
            .attributes
            .iter()
            .flat_map(|a| [of(&a.penalty), of(&a.reward)])
            .collect()
    };
    all_close(
        all(|c| c.value),
        &[
            -0.591665497657,
            0.0447513954465,
            -0.49994673111,
            4.06019540198,
            -4.86844574211,
            0.948070492528,
        ],
        1e-10,
    );
    all_close(
        all(|c| c.standard_error),
        &[
            0.220618008528,
            0.222807354617,
            0.219708946026,
            0.220197146402,
            0.228795262479,
            0.221377862226,
        ],
        1e-10,
    );
    for (attribute, (effect, error, p_value)) in found.attributes.iter().zip([
        (-0.54691410221, 0.383540129305, 0.155494415569),
        (3.56024867087, 0.375475082235, 9.44882998782e-18),
        (-3.92037524959, 0.391111604586, 2.64839636304e-19),
    ]) {
        close(attribute.asymmetry.value, effect);
        close(attribute.asymmetry.standard_error, error);
        within(attribute.asymmetry.p_value / p_value, 1.0, 1e-8);
    }
    let classes: Vec<FactorClass> = found
        .attributes
        .iter()
        .map(|attribute| attribute.class)
        .collect();
    assert_eq!(
        classes,
        [
            FactorClass::Performance,
            FactorClass::Excitement,
            FactorClass::Basic
        ]
    );
}

#[test]
fn what_if() {
    let ols = model_of(&answers(60, 5, 1)).ols(Level::P95);
    let scale = Scale::new(1.0, 10.0).unwrap();
    let change = |driver: &str, by| DriverChange {
        driver: driver.into(),
        by,
        scale,
    };
    let simulation = ols
        .simulate(
            &[change("x0", 20.0), change("x2", -1.0), change("x4", 0.5)],
            None,
        )
        .unwrap();
    // t_test of the same combination, x0 to the end of the scale
    close(simulation.change, 0.270339625552);
    close(simulation.low, -0.52469486258);
    close(simulation.high, 1.06537411368);
    assert!(
        simulation.drivers[0].clipped
            && simulation.drivers[0].to == 10.0
            && !simulation.drivers[1].clipped
    );
    close(simulation.after, simulation.before + simulation.change);
    // Nothing moves beyond the outcome's own scale.
    let narrow = Scale::new(0.0, simulation.before + 0.1).unwrap();
    let held = ols.simulate(&[change("x4", 2.0)], Some(narrow)).unwrap();
    assert!(held.clipped);
    within(held.change, 0.1, 1e-12);

    let improvement = |driver: &str, cost_per_unit| Improvement {
        driver: driver.into(),
        scale,
        cost_per_unit,
    };
    let ranked = ols
        .worthwhile(&[
            improvement("x0", 1.0),
            improvement("x3", 1.0),
            improvement("x4", 2.0),
        ])
        .unwrap();
    let order: Vec<&str> = ranked.iter().map(|change| change.driver.as_str()).collect();
    assert_eq!(order, ["x3", "x4", "x0"]);
    close(ranked[1].per_cost.value, 0.683027028069 / 2.0);
    close(ranked[1].per_cost.high, 0.848194933167 / 2.0);
}

fn bootstrap(interval: BootstrapInterval, missing: Missing) -> Bootstrap {
    Bootstrap {
        draws: 2000,
        seed: 3,
        level: Level::P95,
        interval,
        missing,
        weights: Weights::Sampling,
    }
}

fn rows_of(rows: &[Vec<f64>]) -> DriverRows {
    let mut kept = DriverRows::new(columns(rows[0].len() - 1)).unwrap();
    for row in rows {
        kept.push(
            &row.iter().map(|&value| Some(value)).collect::<Vec<_>>(),
            1.0,
        )
        .unwrap();
    }
    kept
}

#[test]
fn bootstrap_intervals() {
    // scipy.stats.bootstrap with 4000 resamples, LMG of the third of three drivers; its own Monte Carlo error is about 0.003.
    let rows = answers(60, 3, 1);
    let kept = rows_of(&rows);
    let drivers = ["x0", "x1", "x2"];
    for (interval, low, high) in [
        (
            BootstrapInterval::Percentile,
            0.194517892979,
            0.423656184023,
        ),
        (BootstrapInterval::Bca, 0.188430397704, 0.419357022387),
    ] {
        let found = kept
            .bootstrap(
                "y",
                &drivers,
                &[DriverMeasure::Lmg],
                &bootstrap(interval, Missing::Listwise),
                &Progress::none(),
            )
            .unwrap();
        let third = &found.rows[2];
        close(third.value, values(&model_of(&rows), DriverMeasure::Lmg)[2]);
        within(third.low, low, 0.01);
        within(third.high, high, 0.01);
        within(third.standard_error, 0.0573280975451, 0.003);
        assert_eq!(
            (found.n, found.unit, found.method, found.failed_draws),
            (60, ResampledUnit::Row, interval, 0)
        );
    }
}

#[test]
fn bootstrap_of_all_measures_and_missing_answers() {
    let rows = holes(&answers(60, 3, 1));
    let mut kept = DriverRows::new(columns(3)).unwrap();
    for row in &rows {
        kept.push(row, 1.0).unwrap();
    }
    let measures: Vec<DriverMeasure> = DriverMeasure::IMPORTANCES
        .into_iter()
        .chain([DriverMeasure::Beta, DriverMeasure::Slope])
        .collect();
    for (missing, dropped) in [
        (Missing::Listwise, 22),
        (Missing::Pairwise, 0),
        (Missing::Em, 0),
    ] {
        let bootstrap = Bootstrap {
            draws: 100,
            ..bootstrap(BootstrapInterval::Percentile, missing)
        };
        let drivers = ["x0", "x1", "x2"];
        let found = kept
            .bootstrap("y", &drivers, &measures, &bootstrap, &Progress::none())
            .unwrap();
        assert_eq!(found.rows.len(), 27);
        assert!(dropped == 0 || found.dropped == dropped);
        let moments = missing_of(&rows)
            .moments(&columns(3), missing, Weights::Sampling, &Progress::none())
            .unwrap();
        let model = moments.model("y", &drivers).unwrap();
        for (own, measure) in found.rows.chunks(3).zip(&measures) {
            for (row, expected) in own.iter().zip(values(&model, *measure)) {
                within(row.value, expected, 1e-9);
                assert_eq!(row.measure, *measure);
                assert!(row.low < row.high);
                assert_eq!(
                    row.share.is_none(),
                    matches!(measure, DriverMeasure::Beta | DriverMeasure::Slope)
                );
            }
        }
    }
}

#[test]
fn blocks_vary_as_rows_do() {
    let rows = answers(4000, 3, 9);
    let mut blocks = BlockTally::new(columns(3), 400, 1).unwrap();
    let mut halves = [blocks.clone(), blocks.clone()];
    for (i, row) in rows.iter().enumerate() {
        let row: Vec<Option<f64>> = row.iter().map(|&value| Some(value)).collect();
        blocks.push(i as u64, &row, 1.0).unwrap();
        halves[i % 2].push(i as u64, &row, 1.0).unwrap();
    }
    let drivers = ["x0", "x1", "x2"];
    let bootstrap = Bootstrap {
        draws: 600,
        ..bootstrap(BootstrapInterval::Percentile, Missing::Listwise)
    };
    let of_blocks = blocks
        .bootstrap(
            "y",
            &drivers,
            &[DriverMeasure::Lmg],
            &bootstrap,
            &Progress::none(),
        )
        .unwrap();
    let of_rows = rows_of(&rows)
        .bootstrap(
            "y",
            &drivers,
            &[DriverMeasure::Lmg],
            &bootstrap,
            &Progress::none(),
        )
        .unwrap();
    assert_eq!(of_blocks.unit, ResampledUnit::Block);
    for (block, row) in of_blocks.rows.iter().zip(&of_rows.rows) {
        close(block.value, row.value);
        within(block.standard_error / row.standard_error, 1.0, 0.2);
    }
    let [mut merged, other] = halves;
    merged.merge(&other).unwrap();
    let merged = merged
        .bootstrap(
            "y",
            &drivers,
            &[DriverMeasure::Lmg],
            &bootstrap,
            &Progress::none(),
        )
        .unwrap();
    for (a, b) in merged.rows.iter().zip(&of_blocks.rows) {
        close(a.low, b.low);
    }
}

#[test]
fn bootstrap_of_weighted_rows() {
    let rows = answers(60, 2, 4);
    let mut weighted = DriverRows::new(columns(2)).unwrap();
    let mut repeated = DriverRows::new(columns(2)).unwrap();
    for (i, row) in rows.iter().enumerate() {
        let row: Vec<Option<f64>> = row.iter().map(|&value| Some(value)).collect();
        weighted.push(&row, (1 + i % 3) as f64).unwrap();
        for _ in 0..1 + i % 3 {
            repeated.push(&row, 1.0).unwrap();
        }
    }
    let bootstrap = Bootstrap {
        weights: Weights::Frequency,
        ..bootstrap(BootstrapInterval::Bca, Missing::Listwise)
    };
    let of = |rows: &DriverRows| {
        rows.bootstrap(
            "y",
            &["x0", "x1"],
            &[DriverMeasure::Johnson],
            &bootstrap,
            &Progress::none(),
        )
        .unwrap()
    };
    let (weighted, repeated) = (of(&weighted), of(&repeated));
    assert_eq!((weighted.n, repeated.n), (120, 120));
    for (a, b) in weighted.rows.iter().zip(&repeated.rows) {
        close(a.value, b.value);
        within(a.standard_error / b.standard_error, 1.0, 0.1);
        within(a.low, b.low, 0.02);
    }
}

mod laws {
    use super::*;

    /// A few rows of an outcome and three drivers, on small whole numbers.
    fn rows() -> impl Strategy<Value = Vec<Vec<f64>>> {
        vec(vec((1..=10_i32).prop_map(f64::from), 4), 12..40)
    }

    fn solvable(rows: &[Vec<f64>]) -> Option<DriverModel> {
        let columns = columns(3);
        gram_of(rows)
            .moments(Weights::Sampling)
            .unwrap()
            .model("y", &columns[1..])
            .ok()
    }

    fn same(a: &[f64], b: &[f64]) -> bool {
        a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-8)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn importances_add_up(rows in rows()) {
            let Some(model) = solvable(&rows) else { return Ok(()) };
            for measure in [DriverMeasure::Lmg, DriverMeasure::Johnson, DriverMeasure::Pmvd, DriverMeasure::Pratt] {
                let found = values(&model, measure);
                prop_assert!((found.iter().sum::<f64>() - model.r_squared()).abs() < 1e-9, "{measure}");
                prop_assert!(measure == DriverMeasure::Pratt || found.iter().all(|&value| value >= 0.0));
            }
        }

        #[test]
        fn order_of_rows_scale_and_direction_do_not_matter(rows in rows(), cut in 0..12_usize, factors in vec(prop_oneof![-3.0..-0.1, 0.1..3.0], 4)) {
            let Some(model) = solvable(&rows) else { return Ok(()) };
            let mut moved = rows.clone();
            moved.rotate_left(cut);
            for row in &mut moved {
                for (value, factor) in row.iter_mut().zip(&factors) {
                    *value = 5.0 + *value * factor;
                }
            }
            let moved = solvable(&moved).unwrap();
            for measure in DriverMeasure::IMPORTANCES {
                prop_assert!(same(&values(&model, measure), &values(&moved, measure)), "{measure}");
            }
        }

        #[test]
        fn parts_merge_to_the_whole(rows in rows(), cut in 1..12_usize) {
            let mut first = gram_of(&rows[..cut]);
            first.merge(&gram_of(&rows[cut..])).unwrap();
            let whole = gram_of(&rows);
            prop_assert!(same(&first.sums().means, &whole.sums().means) && same(&first.sums().products, &whole.sums().products));
            let columns: Vec<Vec<f64>> = (0..4).map(|a| rows.iter().map(|row| row[a]).collect()).collect();
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let mut block = Gram::new(super::columns(3)).unwrap();
            block.push_columns(&columns, None).unwrap();
            prop_assert!(same(&block.sums().products, &whole.sums().products));
            prop_assert_eq!(block.n(), whole.n());
        }

        #[test]
        fn whole_weights_are_repeated_rows(rows in rows(), weights in vec(1..4_usize, 40)) {
            let mut weighted = Gram::new(columns(3)).unwrap();
            let mut repeated = Gram::new(columns(3)).unwrap();
            for (row, &weight) in rows.iter().zip(&weights) {
                weighted.push_weighted(row, weight as f64).unwrap();
                for _ in 0..weight {
                    repeated.push(row).unwrap();
                }
            }
            let of = |gram: &Gram| {
                let columns = columns(3);
                Some(gram.moments(Weights::Frequency).unwrap().model("y", &columns[1..]).ok()?.ols(Level::P95))
            };
            let (Some(a), Some(b)) = (of(&weighted), of(&repeated)) else { return Ok(()) };
            prop_assert!(same(&[a.f_p_value, a.adjusted_r_squared], &[b.f_p_value, b.adjusted_r_squared]));
            for (a, b) in a.coefficients.iter().zip(&b.coefficients) {
                prop_assert!(same(&[a.slope.low, a.slope.p_value], &[b.slope.low, b.slope.p_value]));
            }
        }

        #[test]
        fn missing_patterns_merge_and_em_without_holes_is_the_plain_estimate(rows in rows(), cut in 1..12_usize) {
            let holed = holes(&rows);
            let mut first = missing_of(&holed[..cut]);
            first.merge(&missing_of(&holed[cut..])).unwrap();
            let whole = missing_of(&holed);
            prop_assert_eq!(first.n(), whole.n());
            let full: Vec<Vec<Option<f64>>> = rows.iter().map(|row| row.iter().map(|&x| Some(x)).collect()).collect();
            let full = missing_of(&full);
            let with = |tally: &MissingTally, missing| tally.moments(&columns(3), missing, Weights::Sampling, &Progress::none());
            for missing in [Missing::Listwise, Missing::Pairwise] {
                if let (Ok(a), Ok(b)) = (with(&first, missing), with(&whole, missing)) {
                    prop_assert!((a.mean("x1").unwrap() - b.mean("x1").unwrap()).abs() < 1e-9);
                }
            }
            if let (Ok(em), Ok(plain)) = (with(&full, Missing::Em), with(&full, Missing::Listwise)) {
                prop_assert!((em.correlation("y", "x2").unwrap() - plain.correlation("y", "x2").unwrap()).abs() < 1e-9);
            }
        }

        #[test]
        fn correlations_mirror(counts in vec(1..20_u32, 9)) {
            let table: Vec<&[u32]> = counts.chunks(3).collect();
            let turned: Vec<Vec<u32>> = (0..3).map(|j| (0..3).map(|i| counts[3 * i + j]).collect()).collect();
            let turned: Vec<&[u32]> = turned.iter().map(Vec::as_slice).collect();
            let mirrored: Vec<&[u32]> = table.iter().rev().copied().collect();
            for of in [PairTally::spearman, PairTally::polychoric] {
                let value = of(&pairs(&table), Level::P95).unwrap().value;
                prop_assert!((of(&pairs(&turned), Level::P95).unwrap().value - value).abs() < 1e-8);
                prop_assert!((of(&pairs(&mirrored), Level::P95).unwrap().value + value).abs() < 1e-8);
            }
        }

        #[test]
        fn no_and_yes_mirror(rows in rows()) {
            let mut tally = BinaryTally::new(["x"]).unwrap();
            let mut mirrored = tally.clone();
            for row in &rows {
                tally.push(&row[1..2], row[0] > 5.0).unwrap();
                mirrored.push(&row[1..2], row[0] <= 5.0).unwrap();
            }
            match (tally.fit(&["x"], Level::P95), mirrored.fit(&["x"], Level::P95)) {
                (Ok(a), Ok(b)) => {
                    prop_assert!((a.coefficients[0].slope.value + b.coefficients[0].slope.value).abs() < 1e-8);
                    prop_assert!((a.mcfadden_r_squared - b.mcfadden_r_squared).abs() < 1e-10);
                    prop_assert!(a.mcfadden_r_squared >= -1e-12 && a.mcfadden_r_squared <= 1.0);
                }
                (a, b) => prop_assert!(a.is_err() && b.is_err()),
            }
        }
    }

    #[test]
    fn drivers_that_do_not_go_together_get_their_own_share() {
        // A full factorial: every combination of 1..3 once, so that the drivers are uncorrelated.
        let mut rows = Vec::new();
        for i in 0..27_usize {
            let x = [i % 3, i / 3 % 3, i / 9].map(|x| x as f64);
            rows.push(vec![
                x[0] + 2.0 * x[1] + 0.5 * x[2] + (i * i % 7) as f64,
                x[0],
                x[1],
                x[2],
            ]);
        }
        let model = model_of(&rows);
        let first = values(&model, DriverMeasure::First);
        for measure in DriverMeasure::IMPORTANCES {
            all_close(values(&model, measure), &first, 1e-12);
        }
    }

    #[test]
    fn a_driver_without_a_coefficient_gets_nothing_by_pmvd() {
        // y follows x0 alone; x1 goes together with x0.
        let rows: Vec<Vec<f64>> = answers(40, 2, 2)
            .into_iter()
            .map(|row| vec![3.0 * row[1], row[1], row[2]])
            .collect();
        let model = model_of(&rows);
        all_close(values(&model, DriverMeasure::Pmvd), &[1.0, 0.0], 1e-9);
        assert!(values(&model, DriverMeasure::Lmg)[1] > 0.05);
    }
}

mod refusals {
    use super::*;

    #[track_caller]
    fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
        assert_eq!(result.err().unwrap().to_string(), message);
    }

    #[test]
    fn tallies() {
        refuses(
            Gram::new(Vec::<String>::new()),
            "at least one driver is needed",
        );
        refuses(
            Gram::new(["a", "b", "a"]),
            "the column \"a\" is there twice",
        );
        let mut gram = Gram::new(["a", "b"]).unwrap();
        refuses(gram.push(&[1.0]), "1 values where 2 are needed");
        refuses(
            gram.moments(Weights::Sampling),
            "no row has all the answers that are needed",
        );
        for value in [f64::NAN, f64::INFINITY, 1e300] {
            let message = format!(
                "{value} in column \"b\", row 0, is not a usable number: it must lie between -2^53 and 2^53"
            );
            refuses(gram.push(&[1.0, value]), &message);
            let message = message.replace("row 0", "row 1");
            refuses(
                gram.push_columns(&[&[1.0, 2.0], &[1.0, value]], None),
                &message,
            );
        }
        for weight in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            refuses(
                gram.push_weighted(&[1.0, 2.0], weight),
                &format!("the weight {weight} of row 0 must be above zero and finite"),
            );
            refuses(
                gram.push_columns(&[&[1.0], &[2.0]], Some(&[weight])),
                &format!("the weight {weight} of row 0 must be above zero and finite"),
            );
        }
        refuses(
            gram.push_columns(&[&[1.0], &[1.0, 2.0]], None),
            "2 values where 1 are needed",
        );
        refuses(
            gram.merge(&Gram::new(["b", "a"]).unwrap()),
            "tallies with different columns cannot be joined",
        );
        assert_eq!(gram, Gram::new(["a", "b"]).unwrap());
        gram.push(&[1.0, 2.0]).unwrap();
        gram.push(&[2.0, 5.0]).unwrap();
        let sums = gram.sums().clone();
        assert_eq!(Gram::from_sums(["a", "b"], sums.clone()).unwrap(), gram);
        for broken in [
            GramSums {
                means: vec![1.0],
                ..sums.clone()
            },
            GramSums {
                weight: -2.0,
                ..sums.clone()
            },
            GramSums {
                n: 0,
                ..sums.clone()
            },
            GramSums {
                products: vec![1.0, 9.0, 1.0],
                ..sums.clone()
            },
            GramSums {
                products: vec![1.0, f64::NAN, 1.0],
                ..sums
            },
        ] {
            refuses(
                Gram::from_sums(["a", "b"], broken),
                "the sums do not fit 2 columns",
            );
        }
    }

    #[test]
    fn models() {
        let rows = answers(12, 3, 1);
        let moments = gram_of(&rows).moments(Weights::Sampling).unwrap();
        refuses(
            moments.model("y", &["x0", "wait"]),
            "there is no column \"wait\"",
        );
        refuses(
            moments.model("y", &["x0", "y"]),
            "the column \"y\" is there twice",
        );
        refuses(
            moments.model("y", &["x0", "x0"]),
            "the column \"x0\" is there twice",
        );
        refuses(
            moments.model("y", &[] as &[&str]),
            "at least one driver is needed",
        );
        let few = gram_of(&rows[..4]).moments(Weights::Sampling).unwrap();
        refuses(
            few.model("y", &["x0", "x1", "x2"]),
            "this needs 5 rows, and there are 4",
        );

        let with = |change: fn(&mut Vec<f64>)| {
            let mut rows = answers(12, 3, 1);
            rows.iter_mut().for_each(change);
            gram_of(&rows)
                .moments(Weights::Sampling)
                .unwrap()
                .model("y", &["x0", "x1", "x2"])
        };
        refuses(with(|row| row[2] = 0.1), "the column \"x1\" is constant");
        refuses(
            with(|row| row[0] = 1e9 / 3.0),
            "the column \"y\" is constant",
        );
        refuses(
            with(|row| row[3] = 2.0 * row[1] - 7.0),
            "the driver \"x2\" follows from \"x0\": leave one of them out",
        );
        refuses(
            with(|row| row[3] = row[1] / 3.0 + row[2]),
            "the driver \"x2\" follows from \"x0\", \"x1\": leave one of them out",
        );
        let wide = model_of(&answers(60, 26, 1));
        refuses(
            wide.importance(DriverMeasure::Lmg, &Progress::none()),
            "LMG is exact up to 25 drivers, and there are 26",
        );
        refuses(
            wide.importance(DriverMeasure::Pmvd, &Progress::none()),
            "PMVD is exact up to 20 drivers, and there are 26",
        );
        refuses(
            wide.lmg_sampled(19, 1, &Progress::none()),
            "at least 20 draws are needed, not 19",
        );
        assert!(wide.lmg_sampled(20, 1, &Progress::none()).is_ok());
        let stop = |_, _| std::ops::ControlFlow::Break(());
        let progress = Progress::new(&stop);
        refuses(
            wide.lmg_sampled(20, 1, &progress),
            "the computation was cancelled",
        );
        refuses(
            model_of(&answers(60, 15, 1)).importance(DriverMeasure::Lmg, &progress),
            "the computation was cancelled",
        );
    }

    #[test]
    fn perfect_fits_are_told_apart_from_failures() {
        let rows: Vec<Vec<f64>> = answers(20, 2, 1)
            .into_iter()
            .map(|row| vec![row[1] + 2.0 * row[2], row[1], row[2]])
            .collect();
        let ols = model_of(&rows).ols(Level::P95);
        within(ols.r_squared, 1.0, 1e-12);
        within(ols.coefficients[1].slope.value, 2.0, 1e-9);
        assert!(ols.f_p_value < 1e-100 && ols.coefficients[0].slope.p_value < 1e-50);
    }

    #[test]
    fn missing_answers() {
        let tally = |rows: &[[Option<f64>; 3]]| {
            let mut tally = MissingTally::new(["a", "b", "c"]).unwrap();
            for row in rows {
                tally.push(row, 1.0).unwrap();
            }
            tally
        };
        let with = |tally: &MissingTally, missing| {
            tally.moments(
                &["a", "b", "c"],
                missing,
                Weights::Sampling,
                &Progress::none(),
            )
        };
        let apart = tally(&[
            [Some(1.0), Some(2.0), None],
            [Some(3.0), Some(1.0), None],
            [Some(2.0), None, Some(2.0)],
            [Some(4.0), None, Some(5.0)],
        ]);
        refuses(
            with(&apart, Missing::Listwise),
            "no row has all the answers that are needed",
        );
        for missing in [Missing::Pairwise, Missing::Em] {
            refuses(
                with(&apart, missing),
                "nobody answered both \"b\" and \"c\", so how they go together is unknown",
            );
        }
        let silent = tally(&[[Some(1.0), Some(2.0), None], [Some(2.0), None, None]]);
        refuses(
            with(&silent, Missing::Em),
            "the column \"c\" has no answers",
        );
        let flat = tally(&[
            [Some(1.0), Some(2.0), Some(1.0)],
            [Some(1.0), Some(3.0), Some(2.0)],
            [Some(1.0), None, Some(4.0)],
        ]);
        for missing in [Missing::Pairwise, Missing::Em] {
            refuses(with(&flat, missing), "the column \"a\" is constant");
        }
        // a and b go together, b and c go together, a and c go apart: no complete data are like this.
        let mut contradictory = Vec::new();
        for i in 0..6 {
            let x = f64::from(i);
            let jitter = f64::from(i % 2) / 10.0;
            contradictory.push([Some(x), Some(x + jitter), None]);
            contradictory.push([None, Some(x), Some(x + jitter)]);
            contradictory.push([Some(x), None, Some(5.0 - x + jitter)]);
        }
        let refused = with(&tally(&contradictory), Missing::Pairwise)
            .err()
            .unwrap();
        assert!(
            matches!(refused, DriverError::NotPositiveDefinite { smallest_eigenvalue } if smallest_eigenvalue < -0.5)
        );
        assert!(refused.to_string().starts_with(
            "the pairwise correlations contradict each other (smallest eigenvalue -9.9"
        ));
        let mut tally = MissingTally::new(["a", "b", "c"]).unwrap();
        refuses(tally.push(&[None; 2], 1.0), "2 values where 3 are needed");
        tally.push(&[None; 3], 1.0).unwrap();
        refuses(
            with(&tally, Missing::Listwise),
            "the column \"a\" has no answers",
        );
        refuses(
            tally.add_pattern(
                &[1, 0],
                GramSums {
                    n: 0,
                    weight: 0.0,
                    weight_squares: 0.0,
                    means: vec![0.0; 2],
                    products: vec![0.0; 3],
                },
            ),
            "the sums do not fit 2 columns",
        );
        let stop = |_, _| std::ops::ControlFlow::Break(());
        let holed = missing_of(&holes(&answers(60, 3, 1)));
        refuses(
            holed.moments(
                &["y", "x0"],
                Missing::Em,
                Weights::Sampling,
                &Progress::new(&stop),
            ),
            "the computation was cancelled",
        );
    }

    #[test]
    fn correlations() {
        let mut tally = PairTally::default();
        refuses(tally.spearman(Level::P95), "nobody gave both answers");
        tally.push(1.0, 1.0).unwrap();
        tally.push(2.0, 1.0).unwrap();
        refuses(
            tally.polychoric(Level::P95),
            "all second answers are equal, so they go together with nothing",
        );
        tally.push(3.0, 2.0).unwrap();
        refuses(
            tally.spearman(Level::P95),
            "this needs 4 rows, and there are 3",
        );
        refuses(
            pairs(&[&[9, 0, 0], &[0, 7, 0], &[0, 0, 5]]).polychoric(Level::P95),
            "the answers are in perfect order, so the polychoric correlation has no estimate below 1",
        );
        refuses(
            pairs(&[&[0, 4], &[6, 3]]).polychoric(Level::P95),
            "the answers are in perfect order, so the polychoric correlation has no estimate below -1",
        );
        refuses(
            tally.push(1.0, f64::NAN),
            "NaN in column \"second\", row 3, is not a usable number: it must lie between -2^53 and 2^53",
        );
    }

    #[test]
    fn yes_or_no_outcomes() {
        let mut tally = BinaryTally::new(["x", "z"]).unwrap();
        refuses(
            tally.fit(&["x"], Level::P95),
            "no row has all the answers that are needed",
        );
        for i in 0..6 {
            tally
                .push(&[f64::from(i), f64::from(i * i % 5)], true)
                .unwrap();
        }
        refuses(tally.fit(&["x"], Level::P95), "all outcomes are yes");
        // Everything from 10 on is no.
        for i in 10..16 {
            tally
                .push(&[f64::from(i), f64::from(i * i % 5)], false)
                .unwrap();
        }
        refuses(
            tally.fit(&["x"], Level::P95),
            "yes and no are separated without error by x: the coefficients are infinite",
        );
        // Only at 20 there are both: separation of all the rest.
        tally.push(&[20.0, 0.0], false).unwrap();
        let mut quasi = BinaryTally::new(["x"]).unwrap();
        for (x, yes) in [
            (1.0, false),
            (2.0, false),
            (3.0, false),
            (3.0, true),
            (4.0, true),
            (5.0, true),
        ] {
            quasi.push(&[x], yes).unwrap();
        }
        refuses(
            quasi.fit(&["x"], Level::P95),
            "yes and no are separated without error by x: the coefficients are infinite",
        );
        let wide = binary_of(&answers(60, 13, 1), 50.0);
        let drivers: Vec<String> = (0..13).map(|j| format!("x{j}")).collect();
        refuses(
            wide.dominance(&drivers, &Progress::none()),
            "dominance is exact up to 12 drivers, and there are 13",
        );
        refuses(
            wide.dominance(&["x0", "x0"], &Progress::none()),
            "the column \"x0\" is there twice",
        );
        let stop = |_, _| std::ops::ControlFlow::Break(());
        refuses(
            wide.dominance(&["x0", "x1"], &Progress::new(&stop)),
            "the computation was cancelled",
        );
    }

    #[test]
    fn bootstraps() {
        let kept = rows_of(&answers(60, 2, 1));
        let settings = bootstrap(BootstrapInterval::Percentile, Missing::Listwise);
        let measures = [DriverMeasure::First];
        let few = Bootstrap {
            draws: 99,
            ..settings
        };
        refuses(
            kept.bootstrap("y", &["x0"], &measures, &few, &Progress::none()),
            "at least 100 draws are needed, not 99",
        );
        refuses(
            BlockTally::new(["y", "x"], 29, 1),
            "at least 30 draws are needed, not 29",
        );
        let stop = |_, _| std::ops::ControlFlow::Break(());
        refuses(
            kept.bootstrap("y", &["x0"], &measures, &settings, &Progress::new(&stop)),
            "the computation was cancelled",
        );
        // Rows of one number fall into one block, and nothing is left when it is left out.
        let mut one_block = BlockTally::new(["y", "x"], 30, 1).unwrap();
        for i in 0..8_u32 {
            let x = f64::from(i);
            one_block.push(5, &[Some(x * x), Some(x)], 1.0).unwrap();
        }
        let corrected = bootstrap(BootstrapInterval::Bca, Missing::Listwise);
        refuses(
            one_block.bootstrap("y", &["x"], &measures, &corrected, &Progress::none()),
            "the bias-corrected interval needs 3 rows or blocks, and there are 1",
        );
        // One row in six has another answer: a third of the resamples lack it.
        let mut rare = DriverRows::new(["y", "x"]).unwrap();
        for i in 0..6 {
            rare.push(
                &[
                    Some(f64::from(i * i % 5)),
                    Some(f64::from(u8::from(i == 3))),
                ],
                1.0,
            )
            .unwrap();
        }
        let refused = rare
            .bootstrap("y", &["x"], &measures, &settings, &Progress::none())
            .err()
            .unwrap();
        assert!(
            matches!(&refused, DriverError::UnstableResamples { draws: 2000, first, .. } if first.to_string() == "the column \"x\" is constant")
        );
    }

    #[test]
    fn contrasts_and_simulations() {
        let attribute = |low, high| ContrastAttribute {
            name: "clean".into(),
            low_at_most: low,
            high_at_least: high,
        };
        for (low, high) in [(3.0, 3.0), (4.0, 2.0), (f64::NAN, 2.0)] {
            refuses(
                ContrastTally::new("y", vec![attribute(low, high)]),
                &format!("{low} and {high} cannot be the limits of \"clean\""),
            );
        }
        refuses(
            ContrastTally::new("y", vec![]),
            "at least one driver is needed",
        );
        let mut tally = ContrastTally::new("y", vec![attribute(2.0, 4.0)]).unwrap();
        for (i, score) in [3.0, 3.0, 4.0, 5.0, 3.0, 4.0].into_iter().enumerate() {
            tally.push(i as f64, &[score], 1.0).unwrap();
        }
        refuses(
            tally.contrasts(Weights::Sampling, Level::P95),
            "nobody scores \"clean\" low",
        );
        let mut tally = ContrastTally::new("y", vec![attribute(2.0, 4.0)]).unwrap();
        for (i, score) in [1.0, 1.0, 4.0, 5.0, 2.0, 4.0].into_iter().enumerate() {
            tally.push(i as f64, &[score], 1.0).unwrap();
        }
        refuses(
            tally.contrasts(Weights::Sampling, Level::P95),
            "nobody scores \"clean\" in the middle",
        );

        let ols = model_of(&answers(60, 2, 1)).ols(Level::P95);
        let scale = Scale::new(1.0, 10.0).unwrap();
        let change = |driver: &str, by, scale| DriverChange {
            driver: driver.into(),
            by,
            scale,
        };
        refuses(
            ols.simulate(&[change("z", 1.0, scale)], None),
            "there is no column \"z\"",
        );
        refuses(
            ols.simulate(&[change("x0", 1.0, scale), change("x0", 1.0, scale)], None),
            "the column \"x0\" is there twice",
        );
        refuses(
            ols.simulate(&[change("x0", f64::NAN, scale)], None),
            "NaN is not a usable change",
        );
        let short = Scale::new(1.0, 2.0).unwrap();
        refuses(
            ols.simulate(&[change("x0", 1.0, short)], None),
            "1 and 2 cannot be the limits of \"x0\"",
        );
        refuses(
            ols.worthwhile(&[Improvement {
                driver: "x0".into(),
                scale,
                cost_per_unit: 0.0,
            }]),
            "0 is not a usable cost",
        );
        let place = |importance| QuadrantAttribute {
            name: "a".into(),
            importance,
            performance: 1.0,
        };
        refuses(
            importance_performance(vec![], Crosshair::Means, ImportanceKind::Stated),
            "at least one driver is needed",
        );
        refuses(
            importance_performance(
                vec![place(f64::NAN)],
                Crosshair::Means,
                ImportanceKind::Stated,
            ),
            "NaN is not a usable importance",
        );
    }
}

/// Real surveys, against relaimpo 2.2-7 and rwa 0.1.0.
mod shared_data {
    use std::{collections::BTreeMap, path::PathBuf};

    use super::*;

    /// Lines of a file in the shared data folder, cut at commas; `None` where the folder is absent.
    fn cells(file: &str) -> Option<Vec<Vec<String>>> {
        let data = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
        if !data.is_dir() {
            println!("skipped: ../shared/data is not here");
            return None;
        }
        let text = std::fs::read_to_string(data.join(file)).unwrap();
        Some(
            text.lines()
                .map(|line| {
                    line.split(',')
                        .map(|cell| cell.trim_matches('"').to_owned())
                        .collect()
                })
                .collect(),
        )
    }

    fn model(file: &str, outcome: &str, drivers: &[&str]) -> Option<DriverModel> {
        let lines = cells(file)?;
        let wanted: Vec<&str> = std::iter::once(outcome)
            .chain(drivers.iter().copied())
            .collect();
        let places: Vec<usize> = wanted
            .iter()
            .map(|name| lines[0].iter().position(|column| column == name).unwrap())
            .collect();
        let mut gram = Gram::new(wanted).unwrap();
        for line in &lines[1..] {
            let row: Vec<f64> = places
                .iter()
                .map(|&place| line[place].parse().unwrap())
                .collect();
            gram.push(&row).unwrap();
        }
        Some(
            gram.moments(Weights::Sampling)
                .unwrap()
                .model(outcome, drivers)
                .unwrap(),
        )
    }

    /// Checks every case of the reference table against every column of it.
    #[test]
    fn reference_table() {
        let Some(reference) = cells("keydrivers/keydriver_reference.csv") else {
            return;
        };
        let (header, lines) = reference.split_first().unwrap();
        let mut cases: BTreeMap<&str, Vec<BTreeMap<&str, &str>>> = BTreeMap::new();
        for line in lines {
            let row: BTreeMap<&str, &str> = header
                .iter()
                .map(String::as_str)
                .zip(line.iter().map(String::as_str))
                .collect();
            cases.entry(row["case"]).or_default().push(row);
        }
        assert!(cases.len() >= 4);
        for (case, rows) in cases {
            let file = match case {
                case if case.starts_with("swiss") => "keydrivers/swiss.csv",
                case if case.starts_with("mtcars") => "keydrivers/mtcars.csv",
                case if case.starts_with("mobi") => "ecsi/ecsi_mobi.csv",
                _ => "keydrivers/customersat_yellowpages.csv",
            };
            let drivers: Vec<&str> = rows.iter().map(|row| row["driver"]).collect();
            let model = model(file, rows[0]["outcome"], &drivers).unwrap();
            let ols = model.ols(Level::P95);
            let lmg = model
                .importance(DriverMeasure::Lmg, &Progress::none())
                .unwrap();
            let johnson = model
                .importance(DriverMeasure::Johnson, &Progress::none())
                .unwrap();
            let of = |measure| values(&model, measure);
            for (j, row) in rows.iter().enumerate() {
                let expect = |column: &str, got: f64| {
                    let expected: f64 = row[column].parse().unwrap();
                    assert!(
                        (got - expected).abs() <= 1e-10 * (1.0 + expected.abs()),
                        "{case} {} {column}: {got}, not {expected}",
                        row["driver"]
                    );
                };
                let own = &ols.coefficients[j];
                expect("n", model.n() as f64);
                expect("r2", model.r_squared());
                expect("ols_b", own.slope.value);
                expect("ols_se", own.slope.standard_error);
                expect("std_beta", own.standardized);
                expect("lmg", lmg.drivers[j].value);
                expect("lmg_share", lmg.drivers[j].share.unwrap());
                expect("first", of(DriverMeasure::First)[j]);
                expect("last", of(DriverMeasure::Last)[j]);
                expect("pratt", of(DriverMeasure::Pratt)[j]);
                expect("betasq", of(DriverMeasure::BetaSquared)[j]);
                expect("johnson_own", johnson.drivers[j].value);
                expect("rwa_pkg_raw", johnson.drivers[j].value);
                expect("rwa_pkg_pct", 100.0 * johnson.drivers[j].share.unwrap());
            }
        }
    }

    #[test]
    fn swiss_fertility() {
        // Grömping 2006: F = 19.76 on 5 and 41 degrees of freedom. Pratt's measure is below zero for Agriculture, LMG never is.
        let drivers = [
            "Agriculture",
            "Examination",
            "Education",
            "Catholic",
            "Infant.Mortality",
        ];
        let Some(model) = model("keydrivers/swiss.csv", "Fertility", &drivers) else {
            return;
        };
        let ols = model.ols(Level::P95);
        within(ols.f, 19.76, 0.005);
        assert_eq!(ols.degrees_of_freedom, 41.0);
        assert!(values(&model, DriverMeasure::Pratt)[0] < -0.11);
    }

    #[test]
    fn airline_services() {
        let Some(reference) = cells("keydrivers/airline_keydriver_reference.csv") else {
            return;
        };
        let data = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("../../../shared/data/airline/airline_satisfaction.csv");
        let text = std::fs::read_to_string(data).unwrap();
        let mut lines = text.lines();
        let header: Vec<&str> = lines.next().unwrap().split(',').collect();
        let drivers: Vec<&str> = reference[1..].iter().map(|row| row[2].as_str()).collect();
        // The ratings stand side by side, one digit each, so that a line need not be cut in full.
        let first = header
            .iter()
            .position(|column| *column == drivers[0])
            .unwrap();
        let mut columns: Vec<Vec<Option<f64>>> = vec![Vec::new(); drivers.len() + 1];
        for line in lines.take(103_904) {
            let mut cells = line.split(',').skip(first);
            let satisfied = line.ends_with(",satisfied");
            columns[0].push(Some(f64::from(u8::from(satisfied))));
            for column in &mut columns[1..] {
                let rating = cells.next().unwrap().as_bytes()[0] - b'0';
                column.push((rating > 0).then_some(f64::from(rating)));
            }
        }
        assert_eq!(&header[first..first + drivers.len()], drivers.as_slice());
        let names: Vec<&str> = std::iter::once("satisfied")
            .chain(drivers.iter().copied())
            .collect();
        let mut tally = MissingTally::new(names.clone()).unwrap();
        let slices: Vec<&[Option<f64>]> = columns.iter().map(Vec::as_slice).collect();
        tally.push_columns(&slices, None).unwrap();
        let moments = tally
            .moments(
                &names,
                Missing::Listwise,
                Weights::Sampling,
                &Progress::none(),
            )
            .unwrap();
        assert_eq!((moments.n(), moments.dropped()), (95_704, 8_200));
        let model = moments.model("satisfied", &drivers).unwrap();
        within(model.r_squared(), 0.487813288517492, 1e-10);
        let lmg = model
            .importance(DriverMeasure::Lmg, &Progress::none())
            .unwrap();
        let johnson = model
            .importance(DriverMeasure::Johnson, &Progress::none())
            .unwrap();
        let ols = model.ols(Level::P95);
        for (j, row) in reference[1..].iter().enumerate() {
            let expected: Vec<f64> = row[4..].iter().map(|cell| cell.parse().unwrap()).collect();
            let got = [
                model.r_squared(),
                ols.coefficients[j].mean,
                ols.coefficients[j].slope.value,
                ols.coefficients[j].standardized,
                lmg.drivers[j].value,
                lmg.drivers[j].share.unwrap(),
                johnson.drivers[j].value,
                johnson.drivers[j].share.unwrap(),
            ];
            all_close(got, &expected, 1e-10);
        }
    }
}
