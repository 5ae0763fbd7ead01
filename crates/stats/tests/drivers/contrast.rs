//! Penalties, rewards and what-if.

use super::*;

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
