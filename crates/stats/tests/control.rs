//! Control charts against their definitions and constants integrated by scipy 1.17.1, by `bench/reference/control.py`.
#![allow(clippy::unwrap_used)]

use proptest::{collection::vec, prelude::*};
use radost_stats::{CsatTally, control::*};

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

fn values() -> Vec<f64> {
    (0..30)
        .map(|i| 62.0 + f64::from((7 * i * i + 3 * i) % 11) / 2.0)
        .collect()
}

fn shares() -> Vec<CsatTally> {
    (0..12_u64)
        .map(|i| CsatTally::from_counts(70 + (13 * i * i) % 23 + 3 * i, 100 + 17 * i).unwrap())
        .collect()
}

fn events() -> Vec<EventCount> {
    (0..12_u64)
        .map(|i| EventCount {
            events: 8 + (5 * i * i) % 13,
            exposure: 2.5 + 0.3 * (i % 4) as f64,
        })
        .collect()
}

#[test]
fn individuals() {
    // XmR on 20 of 30: centre, limits; mR: centre, upper limit
    let phase = Phase {
        start: 0,
        baseline: 20,
    };
    let chart = xmr(&values(), &[phase]).unwrap();
    assert_eq!((chart.points.len(), chart.moving_ranges.len()), (30, 29));
    close(chart.points[29].centre, 64.1);
    close(chart.points[29].low, 56.6836799396);
    close(chart.points[0].high, 71.5163200604);
    close(chart.moving_ranges[0].centre, 2.78947368421);
    close(chart.moving_ranges[28].high, 9.11190482749);
}

#[test]
fn attributes() {
    // p and u: centre, first and last upper limit; Laney: σz, first lower and last upper limit
    let whole = [Phase::whole(12)];
    let chart = p_chart(&shares(), &whole, Dispersion::Sampling).unwrap();
    close(chart.points[3].centre, 48.6649440138);
    close(chart.points[0].high, 63.6595959369);
    close(chart.points[11].high, 57.5160071853);
    let chart = p_chart(&shares(), &whole, Dispersion::Laney).unwrap();
    close(chart.sigma_z[0], 1.03595758842);
    close(chart.points[0].low, 33.1311205682);
    close(chart.points[11].high, 57.834270072);
    let chart = u_chart(&events(), &whole, Dispersion::Sampling).unwrap();
    close(chart.points[3].centre, 4.77401129944);
    close(chart.points[0].high, 8.91966452637);
    close(chart.points[11].high, 8.32887961399);
    let chart = u_chart(&events(), &whole, Dispersion::Laney).unwrap();
    close(chart.sigma_z[0], 0.584782701294);
    close(chart.points[0].low, 2.34970500676);
    close(chart.points[11].high, 6.85283679516);
}

/// A chart with centre 0 and σ 1 from its first ten points.
fn after(monitored: &[f64]) -> ControlChart {
    let step = 2.0 / std::f64::consts::PI.sqrt();
    let mut all: Vec<f64> = (0..10)
        .map(|i| if i % 2 == 0 { step / 2.0 } else { -step / 2.0 })
        .collect();
    all.extend(monitored);
    let chart = xmr(
        &all,
        &[Phase {
            start: 0,
            baseline: 10,
        }],
    )
    .unwrap();
    close(chart.points[0].sigma, 1.0);
    chart
}

#[test]
fn run_rules() {
    // Each pattern by hand: what follows the ten baseline points, and where the rule first and last rings.
    let check = |rule: RunRule, monitored: &[f64], expected: &[(usize, usize)]| {
        let found: Vec<(usize, usize)> = after(monitored)
            .signals(&[rule])
            .iter()
            .map(|signal| (signal.from, signal.to))
            .collect();
        assert_eq!(found, expected, "{rule}");
    };
    check(
        RunRule::BeyondLimits,
        &[2.9, 3.1, 0.0, -3.2, -3.3],
        &[(11, 11), (13, 14)],
    );
    check(
        RunRule::TwoOfThreeBeyondTwoSigma,
        &[2.1, 0.0, 2.2, 0.0],
        &[(10, 12)],
    );
    check(
        RunRule::TwoOfThreeBeyondTwoSigma,
        &[2.1, 0.0, -2.2, 0.0],
        &[],
    );
    check(
        RunRule::FourOfFiveBeyondOneSigma,
        &[0.0, -1.1, -1.2, 0.5, -1.3, -1.4],
        &[(11, 15)],
    );
    check(RunRule::EightOnOneSide, &[0.1; 9], &[(10, 18)]);
    check(RunRule::EightOnOneSide, &[0.1; 7], &[]);
    check(RunRule::NineOnOneSide, &[-0.1; 8], &[(9, 17)]); // the last baseline point is below, too
    check(
        RunRule::SixTrending,
        &[0.0, 0.1, 0.2, 0.3, 0.4, 0.4],
        &[(9, 14)],
    );
    check(RunRule::SixTrending, &[0.0, 0.1, 0.1, 0.3, 0.4, 0.5], &[]);
    check(
        RunRule::FourteenAlternating,
        &[0.1, -0.1, 0.1, -0.1, 0.0],
        &[(0, 14)],
    );
    check(RunRule::FifteenWithinOneSigma, &[0.0; 5], &[(0, 14)]);
    check(
        RunRule::EightOutsideOneSigma,
        &[1.1, -1.2, 1.3, -1.4, 1.5, -1.6, 1.7, -1.8],
        &[(10, 17)],
    );
    assert!(after(&[3.5]).signals(&[]).is_empty());
    assert_eq!(RunRule::WESTERN_ELECTRIC.len() + RunRule::NELSON.len(), 12);
}

#[test]
fn phases_have_their_own_limits_and_patterns() {
    let mut levels = vec![1.0, 2.0, 1.5, 2.5, 1.0, 2.0];
    levels.extend([11.0, 12.0, 11.5, 12.5, 11.0, 12.0]);
    let one = xmr(
        &levels,
        &[Phase {
            start: 0,
            baseline: 6,
        }],
    )
    .unwrap();
    assert_eq!(one.signals(&[RunRule::BeyondLimits])[0].from, 6);
    let two = xmr(
        &levels,
        &[
            Phase {
                start: 0,
                baseline: 6,
            },
            Phase {
                start: 6,
                baseline: 6,
            },
        ],
    )
    .unwrap();
    assert!(two.signals(&RunRule::WESTERN_ELECTRIC).is_empty());
    close(two.points[6].centre, two.points[0].centre + 10.0);
    assert_eq!(two.moving_ranges.len(), 10); // none over the start of a phase
}

#[test]
fn refusals() {
    let whole = Phase::whole(3);
    refuses(
        xmr(&[1.0, f64::NAN, 2.0], &[whole]),
        "NaN at index 1 is not a finite number",
    );
    refuses(
        xmr(&[1.0; 3], &[whole]),
        "the baseline of phase 0 does not vary, so it has no limits",
    );
    refuses(
        xmr(&[1.0, 2.0], &[whole]),
        "the baseline of phase 0 has 3 points, and must have from 2 to the 2 of the phase",
    );
    let late = Phase {
        start: 1,
        baseline: 2,
    };
    refuses(
        xmr(&[1.0, 2.0, 3.0], &[late]),
        "phase 0 starts at 1: phases start at 0 and follow each other within 3 points",
    );
    let outside = Phase {
        start: 7,
        baseline: 2,
    };
    refuses(
        xmr(
            &[1.0, 2.0, 3.0],
            &[
                Phase {
                    start: 0,
                    baseline: 2,
                },
                outside,
            ],
        ),
        "phase 0 starts at 0: phases start at 0 and follow each other within 3 points",
    );
    assert!(xmr(&[], &[]).is_err());
    let empty = [CsatTally::default(); 3];
    refuses(
        p_chart(&empty, &[whole], Dispersion::Sampling),
        "the point at index 0 has no responses: leave it out",
    );
    let all = [CsatTally::from_counts(5, 5).unwrap(); 3];
    refuses(
        p_chart(&all, &[whole], Dispersion::Sampling),
        "the baseline of phase 0 does not vary, so it has no limits",
    );
    let none = EventCount {
        events: 1,
        exposure: 0.0,
    };
    refuses(
        u_chart(&[none; 3], &[whole], Dispersion::Sampling),
        "the exposure at index 0 is 0, and must be above zero",
    );
}

proptest! {
    #[test]
    fn a_chart_moves_and_turns_with_its_values(values in vec(-50.0..50.0_f64, 20..40), shift in -100.0..100.0_f64, scale in 0.1..10.0_f64) {
        let phases = [Phase { start: 0, baseline: 15 }];
        let chart = xmr(&values, &phases).unwrap();
        let moved: Vec<f64> = values.iter().map(|x| shift - scale * x).collect();
        let turned = xmr(&moved, &phases).unwrap();
        prop_assert!((turned.points[0].low - (shift - scale * chart.points[0].high)).abs() < 1e-8);
        // Nothing of the patterns depends on units or direction.
        prop_assert_eq!(chart.signals(&RunRule::NELSON), turned.signals(&RunRule::NELSON));
    }
}
