//! Tails of the chi-squared and F distributions on the log scale, so that a split with p = 10⁻⁴⁰⁰ still ranks before one with 10⁻³⁵⁰.

use statrs::function::gamma::ln_gamma;

/// Steps of a series or continued fraction; they need about √(parameter), so this serves parameters up to 10¹⁰.
const STEPS: u32 = 200_000;
const TINY: f64 = 1e-300;

/// ln P(X > x) of a chi-squared variable.
pub(crate) fn ln_chi_squared(x: f64, df: f64) -> f64 {
    if x.is_nan() || x <= 0.0 || df <= 0.0 {
        return 0.0;
    }
    if x.is_infinite() {
        return f64::NEG_INFINITY;
    }
    let (a, x) = (df / 2.0, x / 2.0);
    let front = a * x.ln() - x - ln_gamma(a);
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0 / a, 1.0 / a);
        for step in 1..STEPS {
            term *= x / (a + f64::from(step));
            sum += term;
            if term < sum * f64::EPSILON / 8.0 {
                break;
            }
        }
        (-(front + sum.ln()).exp().min(1.0)).ln_1p()
    } else {
        // Lentz's evaluation of Γ(a, x) / (xᵃ e⁻ˣ).
        let mut b = x + 1.0 - a;
        let mut c = 1.0 / TINY;
        let mut d = 1.0 / b;
        let mut fraction = d;
        for step in 1..STEPS {
            let i = f64::from(step);
            let numerator = -i * (i - a);
            b += 2.0;
            d = 1.0 / away_from_zero(numerator * d + b);
            c = away_from_zero(b + numerator / c);
            fraction *= d * c;
            if (d * c - 1.0).abs() < f64::EPSILON {
                break;
            }
        }
        (front + fraction.ln()).min(0.0)
    }
}

/// P(X > x) of a chi-squared variable.
pub(crate) fn chi_squared(x: f64, df: f64) -> f64 {
    ln_chi_squared(x, df).exp()
}

/// ln P(X > f) of an F variable with `d1` and `d2` degrees of freedom.
pub(crate) fn ln_f(f: f64, d1: f64, d2: f64) -> f64 {
    if f.is_nan() || f <= 0.0 {
        return 0.0;
    }
    if f.is_infinite() {
        return f64::NEG_INFINITY;
    }
    // From the ratio, so that neither part overflows.
    let ratio = d1 / d2 * f;
    ln_beta_lower(
        1.0 / (1.0 + ratio),
        ratio / (1.0 + ratio),
        d2 / 2.0,
        d1 / 2.0,
    )
}

/// The `f` that an F variable exceeds with probability `upper`, by bisection on its logarithm.
pub(crate) fn f_exceeded(upper: f64, d1: f64, d2: f64) -> f64 {
    let target = upper.ln();
    let (mut low, mut high) = (-700.0_f64, 700.0_f64);
    for _ in 0..80 {
        let middle = (low + high) / 2.0;
        if ln_f(middle.exp(), d1, d2) > target {
            low = middle;
        } else {
            high = middle;
        }
    }
    ((low + high) / 2.0).exp()
}

/// ln of the regularised incomplete beta function at x, with y = 1 − x given apart so that neither loses digits.
fn ln_beta_lower(x: f64, y: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if y <= 0.0 {
        return 0.0;
    }
    let front = a * x.ln() + b * y.ln() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    if x < (a + 1.0) / (a + b + 2.0) {
        (front - a.ln() + beta_fraction(x, a, b).ln()).min(0.0)
    } else {
        (-(front - b.ln() + beta_fraction(y, b, a).ln())
            .exp()
            .min(1.0))
        .ln_1p()
    }
}

/// The continued fraction of the incomplete beta function by Lentz's method.
fn beta_fraction(x: f64, a: f64, b: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for step in 1..STEPS {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    fraction
}

fn away_from_zero(x: f64) -> f64 {
    if x.abs() < TINY { TINY } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(got: f64, expected: f64) {
        assert!(
            (got - expected).abs() <= 1e-9 * (1.0 + expected.abs()),
            "got {got}, expected {expected}"
        );
    }

    #[test]
    fn chi_squared_tail() {
        // scipy 1.17.1: scipy.stats.chi2.logsf(x, df)
        for (x, df, expected) in TAILS_CHI2 {
            close(ln_chi_squared(x, df), expected);
        }
        // scipy.stats.norm.logsf(sqrt(2000)) + ln 2, beyond the smallest f64 itself
        close(ln_chi_squared(2000.0, 1.0), -1004.0267419589522);
        assert_eq!(ln_chi_squared(0.0, 3.0), 0.0);
        assert_eq!(ln_chi_squared(f64::INFINITY, 3.0), f64::NEG_INFINITY);
    }

    #[test]
    fn f_tail_and_quantile() {
        // scipy 1.17.1: scipy.stats.f.logsf(x, d1, d2)
        for (x, d1, d2, expected) in TAILS_F {
            close(ln_f(x, d1, d2), expected);
        }
        // scipy 1.17.1: scipy.stats.f.isf(p, d1, d2)
        for (p, d1, d2, expected) in QUANTILES_F {
            close(f_exceeded(p, d1, d2), expected);
        }
    }

    const TAILS_CHI2: [(f64, f64, f64); 8] = [
        (0.5, 1.0, -0.7350111298371),
        (3.84, 1.0, -2.99486222718),
        (10.0, 4.0, -3.208240530772),
        (40.0, 50.0, -0.170518632351),
        (60.0, 50.0, -1.849969085874),
        (900.0, 1000.0, -0.01077508133857),
        (1100.0, 1000.0, -4.225747378927),
        (1e6, 1e6, -0.6935233777064),
    ];
    const TAILS_F: [(f64, f64, f64, f64); 7] = [
        (0.5, 3.0, 7.0, -0.3652308881945),
        (4.0, 3.0, 7.0, -2.819582688399),
        (2.0, 1.0, 1.0, -0.9369360064198),
        (50.0, 5.0, 15.0, -18.64655763215),
        (0.01, 250.0, 3000.0, 0.0),
        (1.05, 249.0, 5000.0, -1.249045664211),
        (1.02, 1e5, 1e6, -11.37783361854),
    ];
    const QUANTILES_F: [(f64, f64, f64, f64); 6] = [
        (0.025, 5.0, 15.0, 3.576415349279),
        (0.975, 5.0, 15.0, 0.1555759630785),
        (0.025, 249.0, 996.0, 1.210296143269),
        (0.001, 1.0, 2.0, 998.5002501251),
        (0.5, 3.7, 11.2, 0.8789996476727),
        (0.005, 1e5, 1e6, 1.012128845689),
    ];
}
