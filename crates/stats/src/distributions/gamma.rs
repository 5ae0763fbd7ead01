use std::f64::consts::TAU;

/// Steps of a series or a continued fraction; they need some √(largest parameter).
pub(super) const STEPS: u32 = 2_000_000;

/// ln Γ(z) for z > 0.
pub(crate) fn ln_gamma(z: f64) -> f64 {
    libm::lgamma(z)
}

/// ln B(a, b) for a and b above zero.
pub(crate) fn ln_beta(a: f64, b: f64) -> f64 {
    ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b)
}

/// ψ(x) for x > 0: recurrence up to 10, then the asymptotic series (DLMF 5.11.2).
pub(crate) fn digamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below -= 1.0 / x;
        x += 1.0;
    }
    let w = 1.0 / (x * x);
    let series = w
        * (1.0 / 12.0
            - w * (1.0 / 120.0
                - w * (1.0 / 252.0
                    - w * (1.0 / 240.0 - w * (1.0 / 132.0 - w * 691.0 / 32_760.0)))));
    below + x.ln() - 0.5 / x - series
}

/// ψ′(x) for x > 0, as [`digamma`].
pub(crate) fn trigamma(mut x: f64) -> f64 {
    let mut below = 0.0;
    while x < 10.0 {
        below += 1.0 / (x * x);
        x += 1.0;
    }
    let w = 1.0 / (x * x);
    let series = w
        * (1.0 / 6.0
            - w * (1.0 / 30.0
                - w * (1.0 / 42.0 - w * (1.0 / 30.0 - w * (5.0 / 66.0 - w * 691.0 / 2_730.0)))));
    below + (1.0 + 0.5 / x + series) / x
}

/// ln Γ(z) minus Stirling's (z − ½) ln z − z + ½ ln 2π, for z > 0.
///
/// Up to 15 by the recurrence, whose steps are small, where the difference itself would lose digits.
pub(crate) fn stirling_error(mut z: f64) -> f64 {
    if z <= 1.0 {
        return ln_gamma(z + 1.0) - ((z + 0.5) * z.ln() - z + 0.5 * TAU.ln());
    }
    let mut steps = 0.0;
    while z < 15.0 {
        steps += (z + 0.5) * (1.0 / z).ln_1p() - 1.0;
        z += 1.0;
    }
    let w = 1.0 / (z * z);
    let series =
        1.0 / 12.0 - w * (1.0 / 360.0 - w * (1.0 / 1260.0 - w * (1.0 / 1680.0 - w / 1188.0)));
    steps + series / z
}

/// k ln(k/m) + m − k, without the loss of digits where the two are near.
pub(super) fn deviance(k: f64, m: f64) -> f64 {
    let lean = (k - m) / (k + m);
    if lean.abs() > 0.1 {
        return k * (k / m).ln() + m - k;
    }
    let (mut sum, mut term) = ((k - m) * lean, 2.0 * k * lean);
    for odd in (3..100).step_by(2) {
        term *= lean * lean;
        let next = sum + term / f64::from(odd);
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// ln( λᵏ e^(−λ) / Γ(k+1) ) for real k ≥ 0 and λ > 0.
fn ln_poisson_density(k: f64, lambda: f64) -> f64 {
    if k == 0.0 {
        return -lambda;
    }
    -stirling_error(k) - deviance(k, lambda) - 0.5 * (TAU * k).ln()
}

/// λᵏ e^(−λ) / Γ(k+1) for real k ≥ 0 and λ ≥ 0.
pub(super) fn poisson_density(k: f64, lambda: f64) -> f64 {
    if lambda > 0.0 {
        ln_poisson_density(k, lambda).exp()
    } else if k == 0.0 {
        1.0
    } else {
        0.0
    }
}

/// A tail of a distribution: the smaller one as a logarithm, so that it keeps its digits.
#[derive(Clone, Copy)]
pub(super) enum Tail {
    Lower(f64),
    Upper(f64),
}

impl Tail {
    pub(super) fn ln_upper(self) -> f64 {
        match self {
            Self::Upper(ln) => at_most(ln, 0.0),
            Self::Lower(ln) => (-at_most(ln.exp(), 1.0)).ln_1p(),
        }
    }

    pub(super) fn upper(self) -> f64 {
        match self {
            Self::Upper(ln) => at_most(ln.exp(), 1.0),
            Self::Lower(ln) => 1.0 - at_most(ln.exp(), 1.0),
        }
    }

    pub(super) fn turned(self) -> Self {
        match self {
            Self::Upper(ln) => Self::Lower(ln),
            Self::Lower(ln) => Self::Upper(ln),
        }
    }
}

/// The smaller of the two; unlike `f64::min` it lets NaN through.
fn at_most(value: f64, most: f64) -> f64 {
    if value > most { most } else { value }
}

/// The regularised incomplete gamma function at a > 0: its power series below a + 1, the continued fraction DLMF 8.9.2 above.
pub(super) fn gamma_tail(a: f64, x: f64) -> Tail {
    if x.is_nan() {
        return Tail::Upper(x);
    }
    if x <= 0.0 {
        return Tail::Lower(f64::NEG_INFINITY);
    }
    if x.is_infinite() {
        return Tail::Upper(f64::NEG_INFINITY);
    }
    let density = ln_poisson_density(a, x);
    if x < a + 1.0 {
        let (mut term, mut sum) = (1.0, 1.0);
        for step in 1..STEPS {
            term *= x / (a + f64::from(step));
            sum += term;
            if term < sum * f64::EPSILON / 8.0 {
                break;
            }
        }
        return Tail::Lower(density + sum.ln());
    }
    // All quotients are positive while i < a, and further on the first differences dominate: no guard against zero is needed.
    let mut b = x + 1.0 - a;
    let mut d = 1.0 / b;
    let (mut c, mut fraction) = (f64::INFINITY, d);
    for step in 1..STEPS {
        let i = f64::from(step);
        let numerator = i * (a - i);
        b += 2.0;
        d = 1.0 / (b + numerator * d);
        c = b + numerator / c;
        let change = c * d;
        fraction *= change;
        if (change - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    Tail::Upper(density + a.ln() + fraction.ln())
}

/// P(χ² > x).
pub(crate) fn chi_squared_sf(x: f64, freedom: f64) -> f64 {
    gamma_tail(freedom / 2.0, x / 2.0).upper()
}

/// ln P(χ² > x), which goes on where the probability itself is too small for a number.
pub(crate) fn ln_chi_squared_sf(x: f64, freedom: f64) -> f64 {
    gamma_tail(freedom / 2.0, x / 2.0).ln_upper()
}
