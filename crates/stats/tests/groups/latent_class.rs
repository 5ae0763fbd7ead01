//! Latent classes.

use super::*;

#[test]
fn latent_classes() {
    // em(answers(500), 2): theta of the first categories; standard errors by the inverse cross-products of numerical scores
    for (holes, log_likelihoods, shares, first, errors, entropy) in [
        (
            false,
            [-1904.81372954, -1810.22887847, -1808.69329996],
            [0.616125317011, 0.383874682989],
            [
                0.707159256999,
                0.18313601214,
                0.604554339423,
                0.285298225764,
                0.732339784279,
                0.0958305402285,
                0.0617967693269,
                0.494758978189,
            ],
            [
                0.0428788260902,
                0.0344123118171,
                0.0426284367093,
                0.0325361248163,
                0.0422723900624,
                0.0382173412111,
                0.0397516317784,
                0.0194748351027,
                0.0486171054604,
            ],
            0.629664549814,
        ),
        (
            true,
            [-1745.64183319, -1664.01722777, -1661.5562587],
            [0.609316041833, 0.390683958167],
            [
                0.710738676474,
                0.183369984767,
                0.59831853798,
                0.296988765008,
                0.746329561542,
                0.0972505796997,
                0.0608276984384,
                0.48851897831,
            ],
            [
                0.0466409549278,
                0.0372765810247,
                0.0456361601526,
                0.0345146602995,
                0.0453176076211,
                0.042086302676,
                0.0436072337744,
                0.0205483580692,
                0.0515686667273,
            ],
            0.602337821557,
        ),
    ] {
        let tally = answers(500, holes);
        for (classes, expected) in
            [1, 2, 3]
                .into_iter()
                .zip(log_likelihoods)
                .take(if holes { 2 } else { 3 })
        {
            let settings = LatentClass {
                starts: if classes < 3 { 3 } else { 15 },
                tolerance: if classes < 3 { 1e-10 } else { 1e-6 },
                ..LatentClass::new(classes, 1)
            };
            let fit = settings.fit(&tally, &none()).unwrap();
            assert!(
                fit.log_likelihood > expected - 0.01,
                "{} against {expected}",
                fit.log_likelihood
            );
            assert_eq!(fit.parameters, [7, 15, 23][classes - 1]);
            close(
                fit.aic,
                2.0 * fit.parameters as f64 - 2.0 * fit.log_likelihood,
            );
            close(
                fit.bic,
                fit.parameters as f64 * 500_f64.ln() - 2.0 * fit.log_likelihood,
            );
            assert_eq!(fit.g_squared.is_none(), holes);
            if classes < 3 {
                within(fit.log_likelihood, expected, 1e-6); // three classes have many local optima, and some better than these
            }
        }
        let fit = LatentClass::new(2, 1).fit(&tally, &none()).unwrap();
        assert!(fit.identified && fit.starts_at_best > 10);
        within(fit.entropy_r2.unwrap(), entropy, 1e-4);
        within(fit.classes[0].share.value, shares[0], 1e-4);
        within(fit.classes[1].share.value, shares[1], 1e-4);
        within(
            fit.classes[0].share.standard_error.unwrap(),
            errors[0],
            1e-4,
        );
        within(
            fit.classes[1].share.standard_error.unwrap(),
            errors[0],
            1e-4,
        );
        let both = (0..4).flat_map(|item| [(0, item), (1, item)]);
        for ((class, item), (expected, error)) in
            both.zip(first.into_iter().zip(errors.into_iter().skip(1)))
        {
            let probability = fit.classes[class].items[item].probabilities[0];
            within(probability.value, expected, 1e-4);
            within(probability.standard_error.unwrap(), error, 1e-4);
        }
    }
}

#[test]
fn role_conflict() {
    // Stouffer and Toby's 216 respondents: Goodman (1974) gives G² = 2.72 on 6 degrees of freedom; em in numpy: log-likelihood, G², X²
    let mut tally = PatternTally::new(vec![2; 4]).unwrap();
    for (pattern, count) in [42, 23, 6, 25, 6, 24, 7, 38, 1, 4, 1, 6, 2, 9, 2, 20]
        .into_iter()
        .enumerate()
    {
        let row: Vec<_> = (0..4).map(|item| Some(pattern >> (3 - item) & 1)).collect();
        tally.add(&row, count).unwrap();
    }
    let fit = LatentClass::new(2, 9).fit(&tally, &none()).unwrap();
    within(fit.log_likelihood, -504.467670118, 1e-7);
    within(fit.g_squared.unwrap(), 2.71992187167, 1e-6);
    within(fit.chi_squared.unwrap(), 2.71976198932, 1e-4);
    within(fit.classes[0].share.value, 0.720753723924, 1e-5);
    assert_eq!((fit.df, fit.n, fit.patterns), (6.0, 216, 16));
    let posterior = fit.posterior(&[Some(0); 4]).unwrap();
    assert_eq!(posterior.class, 1);
    within(posterior.probabilities.iter().sum(), 1.0, 1e-12);
    assert_eq!(fit.posterior(&[None; 4]).unwrap().class, 0);
}

#[test]
fn boundary_probabilities_have_no_standard_error() {
    // Two kinds that never overlap on the first two items.
    let mut tally = PatternTally::new(vec![2; 3]).unwrap();
    for (row, count) in [
        ([0, 0, 0], 40),
        ([0, 0, 1], 10),
        ([1, 1, 0], 10),
        ([1, 1, 1], 30),
    ] {
        tally.add(&row.map(Some), count).unwrap();
    }
    let fit = LatentClass::new(2, 1).fit(&tally, &none()).unwrap();
    assert_eq!(fit.boundary, 8);
    assert_eq!(
        fit.classes[0].items[0].probabilities[0],
        Probability {
            value: 1.0,
            standard_error: None
        }
    );
    within(fit.entropy_r2.unwrap(), 1.0, 1e-6);
    // Binomial: √(0.8 · 0.2 / 50) and √(50 · 40 / 90³)
    within(
        fit.classes[0].items[2].probabilities[0]
            .standard_error
            .unwrap(),
        0.0565685,
        1e-6,
    );
    within(
        fit.classes[0].share.standard_error.unwrap(),
        0.0523783,
        1e-6,
    );
    assert!(!fit.identified || fit.df >= 0.0);
}

#[test]
fn refused_patterns() {
    refuses(PatternTally::new(vec![]), "there are no items");
    refuses(
        PatternTally::new(vec![2, 1]),
        "item 1 has 1 categories: it takes 2 to 1000",
    );
    let mut tally = PatternTally::new(vec![2, 3]).unwrap();
    refuses(
        tally.push(&[Some(0)]),
        "the row has 1 answers, and there are 2 items",
    );
    refuses(
        tally.push(&[Some(0), Some(3)]),
        "item 1 has no category 3: there are 3, numbered from 0",
    );
    tally.push(&[None, None]).unwrap();
    let settings = LatentClass::new(2, 1);
    refuses(settings.fit(&tally, &none()), "there are no answers");
    tally.add(&[Some(0), Some(1)], 5).unwrap();
    tally.add(&[Some(0), Some(2)], 5).unwrap();
    refuses(
        settings.fit(&tally, &none()),
        "item 0 is constant: all its answers are equal or missing",
    );
    tally.add(&[Some(1), Some(2)], 5).unwrap();
    for classes in [0, 3] {
        refuses(
            LatentClass::new(classes, 1).fit(&tally, &none()),
            &format!(
                "{classes} classes cannot be told apart by 3 different patterns: ask for 1 or more, but fewer than the patterns"
            ),
        );
    }
    refuses(
        LatentClass {
            tolerance: f64::NAN,
            ..settings
        }
        .fit(&tally, &none()),
        "tolerance is NaN: it must be above 0",
    );
    refuses(
        tally.merge(&PatternTally::new(vec![2]).unwrap()),
        "tallies of different items cannot be merged",
    );
    let hasty = LatentClass {
        most_iterations: 2,
        ..settings
    }
    .fit(&answers(500, false), &none());
    assert!(matches!(
        hasty,
        Err(LatentClassError::NotConverged { iterations: 2, .. })
    ));
    let stop = |_, _| ControlFlow::Break(());
    refuses(
        settings.fit(&answers(500, false), &Progress::new(&stop)),
        "the computation was cancelled",
    );
    let poor = settings.fit(&tally, &none()).unwrap();
    assert!(!poor.identified && poor.classes[0].share.standard_error.is_none());
    assert_eq!((poor.n, poor.left_out), (15, 1));
}
