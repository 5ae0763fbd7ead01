use super::{beta::beta_cdf, *};

/// The relative error allowed.
#[track_caller]
fn near(got: f64, expected: f64, allowed: f64, place: &str) {
    let error = if got == expected {
        0.0
    } else {
        ((got - expected) / expected).abs()
    };
    assert!(
        error <= allowed,
        "{place}: got {got:e}, expected {expected:e}, relative error {error:e}"
    );
}

#[test]
fn normal() {
    for (z, expected) in values::NORMAL_CDF {
        // A tail at z magnifies the rounding of z² / 2.
        let allowed = 4e-16 * (1.0 + z * z);
        near(normal_cdf(z), expected, allowed, &format!("cdf {z}"));
        if z <= 0.0 {
            near(
                two_sided_z(z),
                2.0 * expected,
                allowed,
                &format!("two-sided {z}"),
            );
        }
    }
    for (p, expected) in values::NORMAL_QUANTILE {
        near(
            normal_quantile(p),
            expected,
            1e-15,
            &format!("quantile {p}"),
        );
    }
    assert_eq!(
        [f64::NEG_INFINITY, f64::INFINITY].map(normal_cdf),
        [0.0, 1.0]
    );
    assert_eq!(
        [0.0, 1.0].map(normal_quantile),
        [f64::NEG_INFINITY, f64::INFINITY]
    );
}

#[test]
fn gamma_functions() {
    for (x, expected) in values::LN_GAMMA {
        near(ln_gamma(x), expected, 5e-16, &format!("ln gamma {x}"));
    }
    for (x, first, second) in values::POLYGAMMA {
        near(digamma(x), first, 2e-14, &format!("digamma {x}"));
        near(trigamma(x), second, 2e-14, &format!("trigamma {x}"));
    }
    for (z, expected) in values::STIRLING {
        // What is left is added to logarithms of size 1 and above.
        assert!((stirling_error(z) - expected).abs() < 2e-15, "{z}");
    }
}

#[test]
fn chi_squared() {
    for (x, freedom, expected) in values::CHI_SQUARED_SF {
        let place = format!("chi-squared {x}, {freedom}");
        near(chi_squared_sf(x, freedom), expected, 4e-13, &place);
    }
    for (x, freedom, expected) in values::LN_CHI_SQUARED_SF {
        let place = format!("chi-squared {x}, {freedom}");
        near(ln_chi_squared_sf(x, freedom), expected, 4e-15, &place);
    }
    assert_eq!(chi_squared_sf(0.0, 3.0), 1.0);
    assert_eq!(chi_squared_sf(-1e-12, 3.0), 1.0);
    assert_eq!(chi_squared_sf(f64::INFINITY, 3.0), 0.0);
    assert!(chi_squared_sf(f64::NAN, 3.0).is_nan());
}

#[test]
fn beta() {
    for (a, b, x, expected) in values::BETA_CDF {
        let place = format!("beta {a}, {b}, {x}");
        // 1 − x is rounded where x is small, and a steep tail magnifies that.
        near(beta_cdf(a, b, x), expected, 1e-12, &place);
        if (1e-200..0.999).contains(&expected) {
            let place = format!("beta quantile {a}, {b}, {expected}");
            near(beta_quantile(a, b, expected), x, 1e-12, &place);
        }
    }
    // scipy 1.17.1 scipy.special.betaincinv(a, b, p)
    for (a, b, p, expected) in [
        (81.0, 183.0, 0.025, 0.25273674558527126),
        (82.0, 182.0, 0.975, 0.36762192260135135),
        (1.0, 10.0, 0.025, 0.0025285785444617848),
        (1e6, 3e6, 0.975, 0.25042446295662485),
        (3.0, 1e8, 0.05, 8.176914356439422e-09),
        (7.3, 2.1, 0.4, 0.7614111348421825),
    ] {
        near(beta_quantile(a, b, p), expected, 1e-12, "betaincinv");
    }
    // scipy.special.betainc(a, b, x)
    for (a, b, x, expected) in [
        (5e5, 5e5, 0.4995, 0.1586552539314459),
        (1e8, 2e8, 0.33331, 0.19563463587136834),
    ] {
        near(beta_cdf(a, b, x), expected, 1e-11, "betainc");
    }
    assert_eq!([0.0, 1.0].map(|x| beta_cdf(2.0, 3.0, x)), [0.0, 1.0]);
    assert_eq!([0.0, 1.0].map(|p| beta_quantile(2.0, 3.0, p)), [0.0, 1.0]);
}

#[test]
fn binomial() {
    // scipy 1.17.1 scipy.stats.binom.cdf(k, n, p)
    for (k, n, p, expected) in [
        (0, 5, 0.5, 0.03125),
        (3, 10, 0.25, 0.7758750915527344),
        (499_000, 1_000_000, 0.5, 0.0228041499326948),
        (9, 10, 0.9, 0.6513215599),
        (20, 2000, 0.02, 0.0003312649267028513),
        (480, 1000, 0.5, 0.10872414660207),
        (900_300, 1_000_000, 0.9, 0.8417481248846),
    ] {
        near(binomial_cdf(k, n, p), expected, 2e-12, "binomial");
    }
    assert_eq!(binomial_cdf(7, 7, 0.2), 1.0);
}

#[test]
fn f_and_t() {
    for (f, between, within, expected) in values::F_SF {
        let place = format!("F {f}, {between}, {within}");
        near(f_sf(f, between, within), expected, 4e-13, &place);
        near(ln_f_sf(f, between, within).exp(), expected, 1e-12, &place);
        if (1e-200..0.999).contains(&expected) {
            let place = format!("F quantile {expected}, {between}, {within}");
            near(f_exceeded(expected, between, within), f, 2e-12, &place);
        }
    }
    for (t, freedom, expected) in values::TWO_SIDED_T {
        let place = format!("t {t}, {freedom}");
        near(two_sided_t(t, freedom), expected, 4e-13, &place);
        near(two_sided_t(-t, freedom), expected, 4e-13, &place);
        if (1e-200..0.999).contains(&expected) {
            let place = format!("t quantile {expected}, {freedom}");
            near(two_sided_t_quantile(expected, freedom), t, 2e-12, &place);
        }
    }
    // Without an end to the degrees of freedom, chi-squared and normal.
    near(f_sf(2.5, 3.0, 1e15), chi_squared_sf(7.5, 3.0), 1e-12, "F");
    near(two_sided_t(2.5, 1e15), two_sided_z(2.5), 1e-12, "t");
    // I_x(4, 2) = x⁴ (5 − 4 x), far below the smallest number.
    let far = 4.0 * 2e-300_f64.ln() + 5.0_f64.ln();
    near(ln_f_sf(1e300, 4.0, 8.0), far, 1e-14, "far");
    assert_eq!(f_sf(0.0, 2.0, 9.0), 1.0);
    assert_eq!(f_sf(f64::INFINITY, 2.0, 9.0), 0.0);
    assert_eq!(two_sided_t(0.0, 9.0), 1.0);
    assert_eq!(two_sided_t(f64::INFINITY, 9.0), 0.0);
    assert!(f_sf(f64::NAN, 2.0, 9.0).is_nan() && two_sided_t(f64::NAN, 9.0).is_nan());
}

// scipy 1.17.1, bench/reference/compare.py, tails()
#[test]
fn noncentral() {
    for (got, expected) in [
        (noncentral_chi_squared_cdf(12.0, 3.0, 7.5), 0.65395757045714), // stats.ncx2.cdf(12, 3, 7.5)
        (
            noncentral_chi_squared_cdf(5200.0, 3.0, 5000.0),
            0.91717890561144,
        ), // stats.ncx2.cdf(5200, 3, 5000)
        (noncentral_f_cdf(3.5, 3.0, 40.0, 4.2), 0.76462968315122), // stats.ncf.cdf(3.5, 3, 40, 4.2)
        (noncentral_f_cdf(80.0, 4.0, 900.0, 300.0), 0.66999975483552), // stats.ncf.cdf(80, 4, 900, 300)
        (noncentral_t_cdf(2.3, 12.0, 1.1), 0.85214181591189), // stats.nct.cdf(2.3, 12, 1.1)
        (noncentral_t_cdf(-0.4, 3.0, 0.7), 0.14551308481453), // stats.nct.cdf(-0.4, 3, 0.7)
        (noncentral_t_cdf(14.0, 198.0, 12.5), 0.88750527571218), // stats.nct.cdf(14, 198, 12.5)
        (noncentral_t_cdf(2.0, 1.0, 0.5), 0.74848558423929),  // stats.nct.cdf(2.0, 1, 0.5)
    ] {
        near(got, expected, 1e-11, "noncentral");
    }
    // A chain of densities may start from nothing.
    near(
        noncentral_chi_squared_cdf(1e-8, 1.0, 1e-9),
        chi_squared_cdf_of_one(1e-8),
        1e-8,
        "small",
    );
}

fn chi_squared_cdf_of_one(x: f64) -> f64 {
    1.0 - two_sided_z(x.sqrt())
}
