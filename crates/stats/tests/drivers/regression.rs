//! Linear and logistic regression.

use super::*;

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
    close(weights.r_squared, 0.538704835398);
    all_close(
        weights.drivers.iter().map(|driver| driver.value),
        &[
            0.0291590964863,
            0.15913496663,
            0.0794956045142,
            0.270915167767,
        ],
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
