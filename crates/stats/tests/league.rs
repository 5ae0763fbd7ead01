//! League tables and funnels against scipy 1.17.1 by `bench/reference/league.py`.
#![allow(clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{CsatTally, Level, MeanTally, Progress, league::*, pool::StudyEffect};

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

/// X and N of the script.
fn shops() -> Vec<CsatTally> {
    (0..24_u64)
        .map(|i| {
            let n = 10 + (37 * i * i) % 190;
            let share = 0.6 + 0.3 * (1.7 * i as f64).sin() * 0.9;
            CsatTally::from_counts((n as f64 * share).round_ties_even() as u64, n).unwrap()
        })
        .collect()
}

/// Y and E of the script.
fn estimates() -> Vec<StudyEffect> {
    (0..20_u32)
        .map(|i| StudyEffect {
            effect: 60.0 + 8.0 * (2.3 * f64::from(i)).sin(),
            standard_error: 1.0 + f64::from((5 * i * i) % 7) / 2.0,
        })
        .collect()
}

fn options() -> LeagueOptions {
    LeagueOptions {
        draws: 20_000,
        ..LeagueOptions::default()
    }
}

/// Of units 0, 1 and 7: expected rank, rank quantiles, P(top 3), P(bottom 3) from 200,000 draws by numpy.
fn check_ranks(league: &League, expected: [[f64; 5]; 3]) {
    for (unit, [rank, low, high, top, bottom]) in [0, 1, 7].into_iter().zip(expected) {
        let row = &league.rows[unit];
        assert!((row.expected_rank - rank).abs() < 0.1, "{unit}: {row:?}");
        assert!((row.rank_low as f64 - low).abs() <= 1.0, "{unit}: {row:?}");
        assert!(
            (row.rank_high as f64 - high).abs() <= 1.0,
            "{unit}: {row:?}"
        );
        assert!((row.probability_top - top).abs() < 0.015, "{unit}: {row:?}");
        assert!(
            (row.probability_bottom - bottom).abs() < 0.015,
            "{unit}: {row:?}"
        );
    }
}

#[test]
fn shares() {
    // scipy.optimize.minimize(betabinom.logpmf): alpha, beta, mean
    let prior = beta_binomial(&shops()).unwrap().unwrap();
    within(prior.alpha, 4.22511633993, 1e-6);
    within(prior.beta, 2.72242776648, 1e-6);
    within(prior.mean, 60.8145306488, 1e-7);

    // scipy.stats.beta(alpha + x, beta + n - x): mean, ppf
    let league = league_of_shares(&shops(), &options(), Progress::none()).unwrap();
    for (unit, value) in [(0, 60.3339119564), (1, 83.8316499649), (7, 44.3736607835)] {
        within(league.rows[unit].value, value, 1e-7);
    }
    within(league.rows[1].low, 73.0043900917, 1e-6);
    within(league.rows[1].high, 92.2927466866, 1e-6);
    check_ranks(
        &league,
        [
            [12.813075, 4.0, 22.0, 0.017125, 0.025645],
            [3.120395, 1.0, 8.0, 0.64336, 0.0],
            [18.78185, 15.0, 23.0, 0.0, 0.066625],
        ],
    );
    assert_eq!(
        league_of_shares(&shops(), &options(), Progress::none()).unwrap(),
        league
    );
}

#[test]
fn means() {
    // scipy minimize_scalar(restricted likelihood); joint posterior of units 0, 1 and 7 by one large covariance matrix: mean, sd
    let league = league_of_estimates(&estimates(), &options(), Progress::none()).unwrap();
    let LeaguePrior::Normal { mean, variance } = league.prior else {
        panic!("{:?}", league.prior);
    };
    within(variance, 20.1871689079, 1e-6);
    within(mean, 60.1117281048, 1e-8);
    for (unit, value, sd) in [
        (0, 60.0052733853, 0.977771548683),
        (1, 63.7548926116, 2.79837420205),
        (7, 57.0929672562, 0.977771548683),
    ] {
        let row = &league.rows[unit];
        within(row.value, value, 1e-7);
        within((row.high - row.low) / 2.0 / Level::P95.z(), sd, 1e-6);
    }
    check_ranks(
        &league,
        [
            [10.519985, 7.0, 14.0, 0.00007, 0.000255],
            [5.58535, 1.0, 13.0, 0.302505, 0.0014],
            [15.00718, 11.0, 19.0, 0.0, 0.089265],
        ],
    );
}

#[test]
fn nothing_but_chance() {
    let alike = [(40, 50), (81, 100), (16, 20), (120, 150)]
        .map(|(x, n)| CsatTally::from_counts(x, n).unwrap());
    assert_eq!(beta_binomial(&alike).unwrap(), None);
    let options = LeagueOptions {
        places: 1,
        ..options()
    };
    let league = league_of_shares(&alike, &options, Progress::none()).unwrap();
    for row in &league.rows {
        within(row.value, 100.0 * 257.0 / 320.0, 1e-12);
        assert_eq!((row.rank_low, row.rank_high, row.shrinkage), (1, 4, 1.0));
        assert_eq!((row.expected_rank, row.probability_top), (2.5, 0.25));
    }
    let same = [StudyEffect {
        effect: 3.0,
        standard_error: 1.0,
    }; 4];
    let league = league_of_estimates(&same, &options, Progress::none()).unwrap();
    assert_eq!(league.prior, LeaguePrior::Common { value: 3.0 });
}

#[test]
fn funnels() {
    // Spiegelhalter's interpolation by scipy.stats.binom
    let funnel = funnel_of_shares(&shops(), Some(80.0), FunnelMethod::ExactBinomial).unwrap();
    let wide = Level::new(0.998).unwrap();
    for (n, limits) in [
        (
            10,
            [47.0506117079, 97.6716935635, 30.2463960193, 99.9068677425],
        ),
        (
            100,
            [71.3523914966, 87.0257767285, 66.3234148483, 90.9021747435],
        ),
        (
            1000,
            [77.441566746, 82.3997205814, 75.9568357506, 83.7716844942],
        ),
    ] {
        let (inner, outer) = (funnel.band(n, Level::P95), funnel.band(n, wide));
        for (got, expected) in [inner.low, inner.high, outer.low, outer.high]
            .into_iter()
            .zip(limits)
        {
            within(got, expected, 1e-8);
        }
    }
    // numpy: target, φ, τ²; z of unit 1
    let winsorised = 0.1;
    for (method, phi, tau_squared, z) in [
        (FunnelMethod::Normal, 1.0, 0.0, 3.71474781016),
        (
            FunnelMethod::Multiplicative { winsorised },
            10.1559201722,
            0.0,
            1.16565410133,
        ),
        (
            FunnelMethod::Additive { winsorised },
            1.0,
            239.160196681,
            1.55384812892,
        ),
    ] {
        let funnel = funnel_of_shares(&shops(), None, method).unwrap();
        within(funnel.target, 60.7784431138, 1e-9);
        within(funnel.phi, phi, 1e-9);
        within(funnel.tau_squared, tau_squared, 1e-9);
        within(funnel.rows[1].z, z, 1e-9);
        let band = funnel.band(funnel.rows[1].n, Level::P95);
        assert_eq!(funnel.rows[1].value > band.high, z > Level::P95.z());
    }
}

#[test]
fn refusals() {
    let none = Progress::none;
    let tally = |x, n| CsatTally::from_counts(x, n).unwrap();
    refuses(
        beta_binomial(&[tally(1, 2), tally(2, 3)]),
        "this needs 3 units, and there are 2",
    );
    refuses(
        beta_binomial(&[tally(1, 2), tally(2, 3), tally(0, 0)]),
        "unit 2 has no responses: leave it out",
    );
    refuses(
        beta_binomial(&[tally(2, 2), tally(3, 3), tally(9, 9)]),
        "all responses of all units are equal, so there is nothing to rank",
    );
    let bad = LeagueOptions {
        places: 0,
        ..options()
    };
    refuses(
        league_of_shares(&shops(), &bad, none()),
        "0 places are not a top of 24 units",
    );
    let bad = LeagueOptions {
        draws: 1,
        ..options()
    };
    refuses(
        league_of_shares(&shops(), &bad, none()),
        "1 draws are too few: 100 are needed",
    );
    let mut units = estimates();
    units[4].standard_error = 0.0;
    refuses(
        league_of_estimates(&units, &options(), none()),
        &format!(
            "unit 4 has the mean {} and the standard error 0: they must be finite, and the error above zero",
            units[4].effect
        ),
    );
    refuses(
        league_of_means(&[MeanTally::default(); 8], &options(), none()),
        "unit 0 has no responses: leave it out",
    );
    let mut flat = MeanTally::default();
    flat.add(4.0, 9).unwrap();
    refuses(
        league_of_means(&[flat; 8], &options(), none()),
        "no unit has responses that differ, so their means have no errors to judge by",
    );
    refuses(
        funnel_of_shares(&shops(), Some(180.0), FunnelMethod::Normal),
        "the target 180 is not between 0 and 100 percent",
    );
    refuses(
        funnel_of_shares(&shops(), None, FunnelMethod::Additive { winsorised: 0.7 }),
        "a share of 0.7 extremes at each end cannot be pulled in: from 0 to below 0.5",
    );
    let stop = |_, _| std::ops::ControlFlow::Break(());
    refuses(
        league_of_shares(&shops(), &options(), Progress::new(&stop)),
        "the computation was cancelled",
    );
    refuses(
        league_of_shares(&vec![tally(1, 2); 6000], &options(), none()),
        "6000 units are too many: at most 5000",
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn shrinkage_draws_inward_and_mirrors(counts in vec((0..60_u64, 1..60_u64), 6..20)) {
        let units: Vec<CsatTally> = counts.iter().map(|&(x, n)| CsatTally::from_counts(x.min(n), n).unwrap()).collect();
        let mirror: Vec<CsatTally> = units.iter().map(|u| CsatTally::from_counts(u.n() - u.satisfied(), u.n()).unwrap()).collect();
        let options = LeagueOptions { draws: 200, ..LeagueOptions::default() };
        let Ok(league) = league_of_shares(&units, &options, Progress::none()) else {
            return Ok(()); // everyone alike
        };
        let turned = league_of_shares(&mirror, &options, Progress::none()).unwrap();
        let mean = match league.prior {
            LeaguePrior::Beta { alpha, beta } => 100.0 * alpha / (alpha + beta),
            LeaguePrior::Common { value } | LeaguePrior::Normal { mean: value, .. } => value,
        };
        for (row, other) in league.rows.iter().zip(&turned.rows) {
            prop_assert!((row.value - mean).abs() <= (row.raw - mean).abs() + 1e-9);
            prop_assert!((row.value - (100.0 - other.value)).abs() < 1e-4);
            prop_assert!(row.low <= row.value && row.value <= row.high);
            prop_assert!(row.rank_low as f64 <= row.expected_rank.ceil() && row.expected_rank.floor() <= row.rank_high as f64);
        }
        let ranks: f64 = league.rows.iter().map(|row| row.expected_rank).sum();
        let n = units.len() as f64;
        prop_assert!((ranks - n * (n + 1.0) / 2.0).abs() < 1e-6);
    }
}
