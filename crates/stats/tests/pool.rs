//! Pooled effects against statsmodels 0.15.0 and scipy 1.17.1 by `bench/reference/pool.py`.
#![allow(clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{Level, pool::*};

#[track_caller]
fn within(got: f64, expected: f64, tolerance: f64) {
    assert!(
        (got - expected).abs() <= tolerance * (1.0 + expected.abs()),
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

fn studies(effects: &[f64], errors: &[f64]) -> Vec<StudyEffect> {
    effects
        .iter()
        .zip(errors)
        .map(|(&effect, &standard_error)| StudyEffect {
            effect,
            standard_error,
        })
        .collect()
}

fn markets() -> Vec<StudyEffect> {
    studies(&[4.2, 1.6, 6.3, 3.0, 5.1], &[1.1, 0.8, 1.4, 0.9, 2.0])
}

fn alike() -> Vec<StudyEffect> {
    studies(&[3.1, 2.9, 3.4, 3.0], &[1.0, 0.7, 1.2, 0.9])
}

fn wide() -> Vec<StudyEffect> {
    studies(
        &[-12.0, 4.0, 9.5, 0.5, 22.0, 7.0, -3.0],
        &[2.0, 1.5, 3.0, 0.8, 4.0, 1.0, 2.5],
    )
}

#[test]
fn pooled_effects() {
    use Heterogeneity::{DerSimonianLaird, None, PauleMandel, Reml};
    // statsmodels combine_effects, method_re 'chi2' and 'iterated' (which stops at 1e-5): tau², mean, sd, hksj sd;
    // REML by scipy minimize_scalar of the restricted likelihood
    for (studies, method, tau_squared, effect, error, hartung_knapp, tolerance) in [
        (
            markets(),
            None,
            0.0,
            3.23106161154,
            0.477615797086,
            0.780326896764,
            1e-9,
        ),
        (
            markets(),
            DerSimonianLaird,
            2.05472506111,
            3.70578930589,
            0.833125991024,
            0.821761721424,
            1e-9,
        ),
        (
            markets(),
            PauleMandel,
            1.96425231555,
            3.69736981301,
            0.821448164063,
            0.82144843711,
            2e-5,
        ),
        (
            markets(),
            Reml,
            2.14379137778,
            3.71366770429,
            0.844435788391,
            f64::NAN,
            1e-6,
        ),
        (
            alike(),
            DerSimonianLaird,
            0.0,
            3.03495012737,
            0.448569035707,
            0.0953138208154,
            1e-9,
        ),
        (
            alike(),
            PauleMandel,
            0.0,
            3.03495012737,
            0.448569035707,
            0.0953138208154,
            1e-9,
        ),
        (
            alike(),
            Reml,
            0.0,
            3.03495012737,
            0.448569035707,
            0.0953138208154,
            1e-9,
        ),
        (
            wide(),
            None,
            0.0,
            2.36999071639,
            0.527738981521,
            2.30088426639,
            1e-9,
        ),
        (
            wide(),
            DerSimonianLaird,
            42.4062470349,
            3.41858829825,
            2.6052111777,
            3.84970536992,
            1e-9,
        ),
        (
            wide(),
            PauleMandel,
            103.627489291,
            3.7203225431,
            3.94595462068,
            3.94595462232,
            2e-5,
        ),
        (
            wide(),
            Reml,
            99.2958630108,
            3.70964915963,
            3.86658544875,
            f64::NAN,
            1e-6,
        ),
    ] {
        let pooled = pool(&studies, method, Level::P95).unwrap();
        within(pooled.tau_squared, tau_squared, tolerance);
        within(pooled.effect, effect, tolerance);
        within(pooled.standard_error, error, tolerance);
        if !hartung_knapp.is_nan() {
            within(pooled.hartung_knapp_error, hartung_knapp, tolerance);
        }
        within(pooled.weights.iter().sum(), 1.0, 1e-12);
    }
    // combine_effects: Q, I²; scipy: prediction interval with REML, Q profile of τ² by brentq
    for (studies, q, i_squared, prediction, profile) in [
        (
            markets(),
            10.6771607062,
            62.5368568474,
            [-1.66538507601, 9.09272048459],
            [0.0, 26.005239799],
        ),
        (
            alike(),
            0.13544857198,
            0.0,
            [1.10491334141, 4.96498691334],
            [0.0, 0.0],
        ),
        (
            wide(),
            114.051880389,
            94.7392362322,
            [-23.7662930225, 31.1855913418],
            [37.6102011772, 540.013051303],
        ),
    ] {
        let pooled = pool(&studies, Reml, Level::P95).unwrap();
        within(pooled.q, q, 1e-9);
        within(pooled.i_squared, i_squared, 1e-9);
        let new = pooled.prediction.unwrap();
        within(new.low, prediction[0], 1e-6);
        within(new.high, prediction[1], 1e-6);
        within(pooled.tau_squared_low, profile[0], 1e-8);
        within(pooled.tau_squared_high, profile[1], 1e-8);
    }
}

#[test]
fn refusals() {
    let pool = |studies: &[StudyEffect]| pool(studies, Heterogeneity::Reml, Level::P95);
    refuses(
        pool(&markets()[..1]),
        "pooling needs 2 studies, and there are 1",
    );
    refuses(
        pool(&studies(&[1.0, f64::NAN], &[1.0, 1.0])),
        "the effect of study 1 is NaN, not a finite number",
    );
    for error in [0.0, -1.0, f64::INFINITY] {
        assert!(matches!(
            pool(&studies(&[1.0, 2.0], &[1.0, error])),
            Err(PoolError::StandardError { study: 1, .. })
        ));
    }
    refuses(
        pool(&studies(&[1.0, 2.0], &[1e-200, 1e-200])),
        "the standard errors of the studies are too far apart to be pooled",
    );
    let two = pool(&studies(&[1.0, 2.0], &[1.0, 1.0])).unwrap();
    assert_eq!(two.prediction, None);
    let equal = pool(&studies(&[0.0; 3], &[1.0; 3])).unwrap();
    assert_eq!((equal.p_value, equal.hartung_knapp_p_value), (1.0, 1.0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn laws(sets in vec((-20.0..20.0_f64, 0.3..5.0_f64), 3..12), shift in -100.0..100.0_f64, scale in 0.2..5.0_f64) {
        let original: Vec<StudyEffect> = sets.iter().map(|&(effect, standard_error)| StudyEffect { effect, standard_error }).collect();
        let mut moved: Vec<StudyEffect> = sets.iter().map(|&(y, e)| StudyEffect { effect: shift - scale * y, standard_error: scale * e }).collect();
        moved.reverse();
        for method in [Heterogeneity::None, Heterogeneity::DerSimonianLaird, Heterogeneity::PauleMandel, Heterogeneity::Reml] {
            let (one, two) = (pool(&original, method, Level::P95).unwrap(), pool(&moved, method, Level::P95).unwrap());
            within(two.effect, shift - scale * one.effect, 1e-6);
            within(two.tau_squared, scale * scale * one.tau_squared, 1e-6);
            within(two.low, shift - scale * one.high, 1e-6);
            prop_assert!((two.q - one.q).abs() < 1e-6 * (1.0 + one.q));
            if method == Heterogeneity::PauleMandel && one.tau_squared > 0.0 {
                let squares: f64 = original.iter().map(|s| (s.effect - one.effect).powi(2) / (s.standard_error.powi(2) + one.tau_squared)).sum();
                within(squares, original.len() as f64 - 1.0, 1e-8);
            }
        }
    }
}
