//! Tail probabilities that keep their digits for millions of responses, and the noncentral distributions behind intervals of effects.
//!
//! The incomplete beta function of statrs stops after 140 terms and takes differences of log-gammas, which costs digits from some
//! thousands of degrees of freedom; here the leading factor is Loader's saddle-point form and the fraction runs to convergence.

use std::f64::consts::{PI, SQRT_2};

use statrs::function::{
    erf::erfc,
    gamma::{checked_gamma_lr, checked_gamma_ur, ln_gamma},
};

/// Φ(z).
pub(crate) fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// P(χ² > x).
pub(crate) fn chi_squared_sf(x: f64, freedom: f64) -> f64 {
    if x.is_nan() || freedom <= 0.0 {
        return f64::NAN;
    }
    if x <= 0.0 {
        1.0
    } else if x.is_infinite() {
        0.0
    } else {
        checked_gamma_ur(freedom / 2.0, x / 2.0).map_or(f64::NAN, |p| p.clamp(0.0, 1.0))
    }
}

/// P(F > f) with `between` and `within` degrees of freedom.
pub(crate) fn f_sf(f: f64, between: f64, within: f64) -> f64 {
    if f.is_nan() {
        return f64::NAN;
    }
    if f <= 0.0 {
        return 1.0;
    }
    if f.is_infinite() {
        return 0.0;
    }
    if within > 1e12 {
        return chi_squared_sf(f * between, between);
    }
    let total = within + between * f;
    beta_regularised(
        within / 2.0,
        between / 2.0,
        within / total,
        between * f / total,
    )
}

/// P(X ≤ k) for a binomial; `k` below zero gives 0.
pub(crate) fn binomial_cdf(k: f64, n: f64, p: f64) -> f64 {
    if k < 0.0 {
        0.0
    } else if k >= n {
        1.0
    } else {
        beta_regularised(n - k, k + 1.0, 1.0 - p, p)
    }
}

/// I_x(a, b), the regularised incomplete beta function, with y = 1 − x given apart so that neither end loses digits.
pub(crate) fn beta_regularised(a: f64, b: f64, x: f64, y: f64) -> f64 {
    if a.is_nan() || b.is_nan() || x.is_nan() || a <= 0.0 || b <= 0.0 {
        return f64::NAN;
    }
    if x <= 0.0 {
        return 0.0;
    }
    if y <= 0.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return (1.0 - beta_fraction(b, a, y, x)).clamp(0.0, 1.0);
    }
    beta_fraction(a, b, x, y).clamp(0.0, 1.0)
}

/// Lentz's evaluation of the continued fraction; it needs about √max(a, b) terms.
fn beta_fraction(a: f64, b: f64, x: f64, y: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let guard = |v: f64| if v.abs() < TINY { TINY } else { v };
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut fraction = d;
    for m in 1..100_000 {
        let m = f64::from(m);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / guard(1.0 + even * d);
        c = guard(1.0 + even / c);
        fraction *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / guard(1.0 + odd * d);
        c = guard(1.0 + odd / c);
        fraction *= d * c;
        if (d * c - 1.0).abs() < 4e-16 {
            break;
        }
    }
    // x^a y^b / (a B(a, b))
    b / (a + b) * binomial_density(a, b, x, y) * fraction
}

/// Γ(a+b+1) / (Γ(a+1) Γ(b+1)) · x^a y^b, for real a and b (Loader 2000, Fast and accurate computation of binomial probabilities).
pub(crate) fn binomial_density(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let n = a + b;
    if a <= 0.0 {
        return if b <= 0.0 { 1.0 } else { (b * y.ln()).exp() };
    }
    if b <= 0.0 {
        return (a * x.ln()).exp();
    }
    let log = stirling_error(n)
        - stirling_error(a)
        - stirling_error(b)
        - deviance(a, n * x)
        - deviance(b, n * y);
    log.exp() * (n / (2.0 * PI * a * b)).sqrt()
}

/// λ^k e^(−λ) / Γ(k+1) for real k.
fn poisson_density(k: f64, lambda: f64) -> f64 {
    if lambda <= 0.0 {
        return if k == 0.0 { 1.0 } else { 0.0 };
    }
    if k <= 0.0 {
        return (-lambda).exp();
    }
    (-stirling_error(k) - deviance(k, lambda)).exp() / (2.0 * PI * k).sqrt()
}

/// ln Γ(z+1) − (z + ½) ln z + z − ½ ln 2π
fn stirling_error(z: f64) -> f64 {
    if z > 15.0 {
        let w = 1.0 / (z * z);
        let series = 1.0 / 12.0
            - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w * (1.0 / 1680.0 - w * (1.0 / 1188.0))));
        series / z
    } else {
        ln_gamma(z + 1.0) - (z + 0.5) * z.ln() + z - 0.5 * (2.0 * PI).ln()
    }
}

/// k ln(k/m) + m − k without cancellation near k = m.
fn deviance(k: f64, m: f64) -> f64 {
    let v = (k - m) / (k + m);
    if v.abs() < 0.1 {
        let mut sum = (k - m) * v;
        let mut term = 2.0 * k * v;
        let square = v * v;
        for j in 1..1000 {
            term *= square;
            let next = sum + term / f64::from(2 * j + 1);
            if next == sum {
                break;
            }
            sum = next;
        }
        sum
    } else {
        k * (k / m).ln() + m - k
    }
}

/// P(χ² ≤ x) with noncentrality `lambda`: a Poisson mixture, summed down from its far end, where the recursion only adds.
pub(crate) fn noncentral_chi_squared_cdf(x: f64, freedom: f64, lambda: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if lambda > 1e9 {
        return normal_cdf((x - freedom - lambda) / (2.0 * (freedom + 2.0 * lambda)).sqrt());
    }
    let half = lambda / 2.0;
    let (first, last) = mixture_range(half);
    let a = |j: f64| freedom / 2.0 + j;
    let mut cdf = checked_gamma_lr(a(last), x / 2.0).unwrap_or(0.0);
    let mut sum = 0.0;
    let mut j = last;
    loop {
        sum += poisson_density(j, half) * cdf;
        if j <= first {
            break;
        }
        j -= 1.0;
        cdf += poisson_density(a(j), x / 2.0);
    }
    sum.clamp(0.0, 1.0)
}

/// P(F ≤ f) with noncentrality `lambda`.
pub(crate) fn noncentral_f_cdf(f: f64, between: f64, within: f64, lambda: f64) -> f64 {
    if f <= 0.0 {
        return 0.0;
    }
    if lambda > 1e9 || within > 1e12 {
        return noncentral_chi_squared_cdf(f * between, between, lambda);
    }
    let total = within + between * f;
    let (x, y) = (between * f / total, within / total);
    let half = lambda / 2.0;
    let (first, last) = mixture_range(half);
    let (a, b) = (|j: f64| between / 2.0 + j, within / 2.0);
    let mut cdf = beta_regularised(a(last), b, x, y);
    let mut sum = 0.0;
    let mut j = last;
    loop {
        sum += poisson_density(j, half) * cdf;
        if j <= first {
            break;
        }
        j -= 1.0;
        cdf += b / (a(j) + b) * binomial_density(a(j), b, x, y);
    }
    sum.clamp(0.0, 1.0)
}

/// Where a Poisson distribution has all but 10⁻¹⁵ of its mass.
fn mixture_range(mean: f64) -> (f64, f64) {
    let reach = 9.0 * mean.sqrt();
    (
        (mean - reach).floor().max(0.0),
        (mean + reach + 40.0).ceil(),
    )
}

/// P(T ≤ t) for a noncentral t: Φ(t s − δ) averaged over s = √(χ²/ν), by the trapezoid rule in ln s², which converges exponentially.
pub(crate) fn noncentral_t_cdf(t: f64, freedom: f64, delta: f64) -> f64 {
    if freedom > 1e9 {
        return normal_cdf(t - delta);
    }
    let log_density = |u: f64| freedom / 2.0 * (u - u.exp() + 1.0);
    let spread = (2.0 / freedom).sqrt();
    let sharpest = 2.0 / t.abs().max(delta.abs()).max(1e-3);
    let step = (spread.min(sharpest) / 6.0).max(spread / 20_000.0);
    let (mut mass, mut sum) = (1.0, normal_cdf(t - delta));
    for direction in [-1.0, 1.0] {
        for i in 1..4_000_000 {
            let u = direction * step * f64::from(i);
            let log = log_density(u);
            if log < -38.0 {
                break;
            }
            let weight = log.exp();
            mass += weight;
            sum += weight * normal_cdf(t * (u / 2.0).exp() - delta);
        }
    }
    (sum / mass).clamp(0.0, 1.0)
}

/// Where the rising condition `below` turns false between `low` and `high`, by bisection.
pub(crate) fn bisect(mut low: f64, mut high: f64, below: impl Fn(f64) -> bool) -> f64 {
    for _ in 0..200 {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            break;
        }
        if below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
    low + (high - low) / 2.0
}

/// The bounds of a noncentrality: where the observed statistic is the upper and the lower α/2 point. Zero where it never is.
pub(crate) fn noncentrality_bounds(alpha: f64, guess: f64, cdf: impl Fn(f64) -> f64) -> (f64, f64) {
    let at = |p: f64| {
        if cdf(0.0) <= p {
            return 0.0;
        }
        let mut high = guess.max(1.0);
        while cdf(high) > p && high < 1e12 {
            high *= 2.0;
        }
        bisect(0.0, high, |lambda| cdf(lambda) > p)
    };
    (at(1.0 - alpha / 2.0), at(alpha / 2.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(got: f64, expected: f64) {
        assert!(
            (got - expected).abs() <= 1e-11 + 1e-9 * expected.abs(),
            "got {got}, expected {expected}"
        );
    }

    // scipy 1.17.1, bench/reference/compare.py, tails()
    #[test]
    fn agrees_with_scipy() {
        for (got, expected) in [
            (chi_squared_sf(3.84, 1.0), 0.050043521248705), // stats.chi2.sf(3.84, 1)
            (chi_squared_sf(1100.0, 1000.0), 0.014614408126295), // stats.chi2.sf(1100, 1000)
            (f_sf(2.5, 3.0, 40.0), 0.07325435201795),       // stats.f.sf(2.5, 3, 40)
            (f_sf(0.3, 3.0, 40.0), 0.82518295834993),       // stats.f.sf(0.3, 3, 40)
            (f_sf(4.2, 5.0, 2e6), 0.00081009291964508),     // stats.f.sf(4.2, 5, 2e6)
            (f_sf(30.0, 5.0, 200_000.0), 1.3716844222496e-30), // stats.f.sf(30, 5, 200000)
            (binomial_cdf(480.0, 1000.0, 0.5), 0.10872414660207), // stats.binom.cdf(480, 1000, 0.5)
            (binomial_cdf(900_300.0, 1e6, 0.9), 0.8417481248846), // stats.binom.cdf(900300, 1000000, 0.9)
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
            close(got, expected);
        }
    }
}
