//! Sample sizes and powers against statsmodels 0.15.0 and scipy 1.17.1 by `bench/reference/power.py`, with their laws and what they refuse.
#![allow(clippy::unwrap_used)]

use proptest::prelude::*;
use radost_stats::{Level, Population, power::*};

const ENDLESS: [Population; 2] = [Population::Endless; 2];

#[track_caller]
fn close(got: f64, expected: f64) {
    let tolerance = 1e-9 * (1.0 + expected.abs());
    assert!(
        (got - expected).abs() <= tolerance,
        "got {got}, expected {expected}"
    );
}

#[track_caller]
fn refuses<T, E: std::error::Error>(result: Result<T, E>, message: &str) {
    assert_eq!(result.err().unwrap().to_string(), message);
}

fn share(percent: f64) -> Expected {
    Expected::Share { percent }
}

#[test]
fn sizes_for_a_margin() {
    // statsmodels samplesize_confint_proportion(q, e, 0.05): 384.145882069, 682.926012568, 752.925928856; NPS by the same formula:
    // 1014.14512866; means: the smallest n with scipy.stats.t.isf(0.025, n - 1) sd / sqrt(n) <= e
    let nps = Expected::Nps {
        promoters: 45.0,
        detractors: 25.0,
    };
    for (expected, margin, n, method) in [
        (share(50.0), 5.0, 385, SizeMethod::Normal),
        (share(80.0), 3.0, 683, SizeMethod::Normal),
        (share(2.0), 1.0, 753, SizeMethod::Normal),
        (nps, 5.0, 1015, SizeMethod::Normal),
        (Expected::Mean { sd: 1.5 }, 0.1, 867, SizeMethod::StudentT),
        (Expected::Mean { sd: 1.5 }, 1.0, 12, SizeMethod::StudentT),
        (Expected::Mean { sd: 0.4 }, 0.5, 5, SizeMethod::StudentT),
    ] {
        let size = sample_size(expected, margin, Population::Endless, Level::P95).unwrap();
        assert_eq!((size.n, size.method), (n, method));
        assert!(size.margin <= margin);
        let fewer = margin_of_error(expected, n - 1, Population::Endless, Level::P95).unwrap();
        assert!(fewer > margin);
    }
}

#[test]
fn sizes_from_finite_populations() {
    // n₀ / (1 + (n₀ − 1) / N) of Cochran (1977), section 4.4, with n₀ = 384.146: 79.51, 277.74, 369.98, 383.9987, rounded up
    for (population, n) in [(100, 80), (1000, 278), (10_000, 370), (1_000_000, 384)] {
        let size = sample_size(share(50.0), 5.0, Population::Of(population), Level::P95).unwrap();
        assert_eq!(size.n, n);
    }
    // Everyone, when nothing less will do
    let size = sample_size(share(50.0), 0.001, Population::Of(40), Level::P95).unwrap();
    assert_eq!((size.n, size.margin), (40, 0.0));
    let everyone = Expected::Mean { sd: 2.0 };
    let size = sample_size(everyone, 0.001, Population::Of(40), Level::P95).unwrap();
    assert_eq!((size.n, size.margin), (40, 0.0));
}

#[test]
fn power_of_means() {
    // statsmodels TTestIndPower().power(effect, nobs1, alpha, ratio)
    for (difference, sizes, level, expected) in [
        (0.5, [64, 64], Level::P95, 0.801459557922),
        (0.2, [20, 30], Level::P95, 0.104268685499),
        (1.2, [3, 3], Level::P95, 0.206833418898),
        (0.05, [4000, 8000], Level::P95, 0.732972092552),
        (2.0, [2, 2], Level::P95, 0.218307074847),
        (-0.5, [30, 30], Level::P99, 0.243719723973),
    ] {
        let contrast = Contrast::Means {
            difference: 2.0 * difference,
            sd: 2.0,
        };
        close(power(contrast, sizes, ENDLESS, level).unwrap(), expected);
    }
    // TTestIndPower().solve_power(effect, None, 0.05, power, ratio): 63.77, 63.69, 1570.73, 12.60
    for (difference, wanted, ratio, earlier, later) in [
        (0.5, 0.8, 1.0, 64, 64),
        (0.5, 0.9, 2.0, 64, 128),
        (0.1, 0.8, 1.0, 1571, 1571),
        (1.5, 0.95, 1.0, 13, 13),
    ] {
        let contrast = Contrast::Means {
            difference,
            sd: 1.0,
        };
        let sizes = group_sizes(contrast, ratio, wanted, ENDLESS, Level::P95).unwrap();
        assert_eq!((sizes.earlier, sizes.later), (earlier, later));
        assert!(sizes.power >= wanted && sizes.method == SizeMethod::NoncentralT);
    }
}

#[test]
fn power_of_shares_and_scores() {
    // statsmodels power_proportions_2indep(diff, prop2, nobs1, ratio, 0.05), whose first group is prop2 + diff
    for (later, earlier, [n1, n2], expected) in [
        (85.0, 80.0, [906, 906], 0.800275891657),
        (40.0, 30.0, [200, 400], 0.684812161928),
        (40.0, 60.0, [50, 50], 0.516323421027),
        (51.0, 50.0, [100, 100], 0.0522828746629),
    ] {
        let contrast = Contrast::Shares { earlier, later };
        close(
            power(contrast, [n2, n1], ENDLESS, Level::P95).unwrap(),
            expected,
        );
    }
    let nps = Contrast::Nps {
        earlier: NpsShares {
            promoters: 45.0,
            detractors: 25.0,
        },
        later: NpsShares {
            promoters: 50.0,
            detractors: 20.0,
        },
    };
    // statsmodels NormalIndPower(ddof=0).power(difference / error, 1, 0.05, ratio=0)
    for (sizes, expected) in [([400, 400], 0.426610076112), ([1000, 500], 0.635475362545)] {
        close(power(nps, sizes, ENDLESS, Level::P95).unwrap(), expected);
    }
    let sizes = group_sizes(nps, 1.0, 0.8, ENDLESS, Level::P95).unwrap();
    let fewer = power(nps, [sizes.earlier - 1; 2], ENDLESS, Level::P95).unwrap();
    assert!(fewer < 0.8 && sizes.power >= 0.8);
}

#[test]
fn small_populations_need_fewer() {
    let contrast = Contrast::Shares {
        earlier: 80.0,
        later: 85.0,
    };
    let small = [Population::Of(1000), Population::Of(1000)];
    let sizes = group_sizes(contrast, 1.0, 0.8, small, Level::P95).unwrap();
    assert!(sizes.earlier < 906 && sizes.power >= 0.8);
    // A whole population leaves nothing to chance.
    let tiny = [Population::Of(50), Population::Of(70)];
    let sizes = group_sizes(contrast, 1.0, 0.999999, tiny, Level::P95).unwrap();
    assert!(sizes.earlier <= 50 && sizes.later <= 70 && sizes.power >= 0.999999);
    let means = Contrast::Means {
        difference: 0.01,
        sd: 1.0,
    };
    assert_eq!(power(means, [50, 70], tiny, Level::P95).unwrap(), 1.0);
}

#[test]
fn refused() {
    for percent in [0.0, 100.0, -3.0, f64::NAN, f64::INFINITY] {
        refuses(
            margin_of_error(share(percent), 10, Population::Endless, Level::P95),
            &format!("{percent} is not an expected share: write a percentage between 0 and 100"),
        );
    }
    for (promoters, detractors) in [(60.0, 50.0), (-1.0, 5.0), (0.0, 0.0), (100.0, 0.0)] {
        let expected = Expected::Nps {
            promoters,
            detractors,
        };
        refuses(
            margin_of_error(expected, 10, Population::Endless, Level::P95),
            &format!(
                "{promoters} % promoters and {detractors} % detractors cannot be expected together"
            ),
        );
    }
    for sd in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        refuses(
            margin_of_error(Expected::Mean { sd }, 10, Population::Endless, Level::P95),
            &format!(
                "{sd} is not an expected standard deviation: it must be a finite number above zero"
            ),
        );
    }
    let mean = Expected::Mean { sd: 1.0 };
    refuses(
        margin_of_error(mean, 1, Population::Endless, Level::P95),
        "this needs 2 responses, and there are 1",
    );
    refuses(
        margin_of_error(share(50.0), 11, Population::Of(10), Level::P95),
        "11 responses cannot come from a population of 10",
    );
    refuses(
        sample_size(share(50.0), 0.0, Population::Endless, Level::P95),
        "0 is not a margin of error: it must be a finite number above zero",
    );
    refuses(
        sample_size(share(50.0), 1e-12, Population::Endless, Level::P95),
        "more than 10^15 responses would be needed",
    );
    refuses(
        sample_size(mean, 1.0, Population::Of(1), Level::P95),
        "this needs 2 responses, and there are 1",
    );
    let equal = Contrast::Shares {
        earlier: 50.0,
        later: 50.0,
    };
    refuses(
        power(equal, [10, 10], ENDLESS, Level::P95),
        "0 is not a difference to look for",
    );
    let contrast = Contrast::Means {
        difference: 1.0,
        sd: 1.0,
    };
    refuses(
        power(contrast, [1, 10], ENDLESS, Level::P95),
        "this needs 2 responses, and there are 1",
    );
    refuses(
        group_sizes(contrast, 0.0, 0.8, ENDLESS, Level::P95),
        "0 is not a ratio of group sizes: it must lie between 1e-6 and 1e6",
    );
    for power in [0.05, 1.0, f64::NAN] {
        refuses(
            group_sizes(contrast, 1.0, power, ENDLESS, Level::P95),
            &format!(
                "{power} is not a power: write a chance between that of a false alarm and 1, such as 0.8"
            ),
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn more_responses_never_hurt(percent in 1.0..99.0_f64, n in 2..5000_u64, more in 1..5000_u64) {
        for expected in [share(percent), Expected::Mean { sd: percent }] {
            for population in [Population::Endless, Population::Of(n + more + 10)] {
                let few = margin_of_error(expected, n, population, Level::P95).unwrap();
                let many = margin_of_error(expected, n + more, population, Level::P95).unwrap();
                prop_assert!(many < few);
            }
        }
        let contrast = Contrast::Means { difference: percent / 100.0, sd: 1.0 };
        let few = power(contrast, [n, n], ENDLESS, Level::P95).unwrap();
        let many = power(contrast, [n, n + more], ENDLESS, Level::P95).unwrap();
        prop_assert!((0.05 - 1e-9..=1.0).contains(&few) && few <= many + 1e-12);
    }

    #[test]
    fn which_group_is_earlier_does_not_matter(a in 5.0..95.0_f64, step in 1.0..4.0_f64, n in 2..500_u64, m in 2..500_u64) {
        let forth = power(Contrast::Shares { earlier: a, later: a + step }, [n, m], ENDLESS, Level::P90).unwrap();
        let back = power(Contrast::Shares { earlier: a + step, later: a }, [m, n], ENDLESS, Level::P90).unwrap();
        prop_assert!((forth - back).abs() < 1e-12);
    }
}
