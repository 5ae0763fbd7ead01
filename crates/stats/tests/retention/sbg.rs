//! Contracts.

use super::*;

#[test]
fn contracts() {
    // Fader and Hardie (2007), Journal of Interactive Marketing 21(1): alpha 0.668, beta 3.806 and alpha 0.704, beta 1.182;
    // further digits: maximum over scipy.special.betaln; DEL and DERL: scipy.special.hyp2f1
    for (survivors, values, errors, log_likelihood, beyond, lifetimes) in [
        (
            [1000, 869, 743, 653, 593, 551, 517, 491],
            [0.668088439563, 3.80609555202],
            [0.103734959221, 0.785531998456],
            -1611.15814739,
            [
                0.460439660978,
                0.435779577816,
                0.41417238451,
                0.395055328776,
                0.377999056323,
            ],
            [5.92225339798, 5.90137743161, 6.89670645665],
        ),
        (
            [1000, 631, 468, 382, 326, 289, 262, 241],
            [0.704077255057, 1.18204296448],
            [0.0655989494608, 0.152475602611],
            -1680.26518846,
            [
                0.220084976733,
                0.204410796887,
                0.191190201315,
                0.179865002709,
                0.170037463059,
            ],
            [3.69490851211, 4.10313992008, 5.89409553005],
        ),
    ] {
        let tally = ContractTally::from_survivors(&survivors).unwrap();
        let fit = ShiftedBetaGeometric::fit(&tally, Level::P95, Progress::none()).unwrap();
        fits(&fit, &values, &errors, log_likelihood, 1e-6);
        for (t, expected) in (8..).zip(beyond) {
            within(fit.model.survival(t), expected, 1e-7);
        }
        let rate = DiscountRate::effective(0.1, 1.0).unwrap();
        let [lifetime, after_1, after_4] = lifetimes;
        within(fit.model.discounted_lifetime(rate).unwrap(), lifetime, 1e-5);
        within(
            fit.model.discounted_residual_lifetime(1, rate).unwrap(),
            after_1,
            1e-5,
        );
        within(
            fit.model.discounted_residual_lifetime(4, rate).unwrap(),
            after_4,
            1e-5,
        );
        // The same by adding up payments one by one.
        let sum: f64 = (0..400)
            .map(|t| fit.model.survival(t) / 1.1_f64.powi(t as i32))
            .sum();
        close(fit.model.discounted_lifetime(rate).unwrap(), sum);
        close(
            fit.model.retention(3),
            fit.model.survival(3) / fit.model.survival(2),
        );
    }
}

#[test]
fn contracts_that_cannot_be_used() {
    refuses(
        ContractTally::from_survivors(&[100, 90, 95]),
        "95 customers cannot be left in period 2, when 90 were left before it",
    );
    refuses(
        ContractTally::from_survivors(&[100]),
        "survivors of at least two periods are needed, the first of which is the size of the cohort",
    );
    let mut tally = ContractTally::default();
    refuses(
        tally.add_ended(0, 5),
        "a contract ends at its first renewal or later, not at renewal 0",
    );
    refuses(
        tally.add_running(1_000_000, 5),
        "1000000 renewals are too many: take longer periods",
    );
    let fit = |survivors: &[u64]| {
        let tally = ContractTally::from_survivors(survivors).unwrap();
        ShiftedBetaGeometric::fit(&tally, Level::P95, Progress::none())
    };
    refuses(
        ShiftedBetaGeometric::fit(&tally, Level::P95, Progress::none()),
        "there are no customers",
    );
    assert!(matches!(
        fit(&[100, 0]),
        Err(ModelError::NoRepeaters { customers: 100 })
    ));
    assert!(matches!(
        fit(&[100, 100]),
        Err(ModelError::OneHistory { customers: 100 })
    ));
    // A tenth leaves every year: all customers are alike.
    assert!(matches!(
        fit(&[100_000, 90_000, 81_000, 72_900, 65_610]),
        Err(ModelError::Boundary { .. })
    ));
    let model = ShiftedBetaGeometric::new(0.7, 2.0).unwrap();
    assert_eq!(
        model.discounted_lifetime(DiscountRate::continuous(1e-300).unwrap()),
        None
    );
}
