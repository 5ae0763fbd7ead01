//! Integrals without a closed form that is safe for all parameters. All are sums over a double-exponential or logistic grid, whose
//! error falls exponentially with the number of nodes and which do not mind a root at the ends.

use std::f64::consts::FRAC_PI_2;

/// ∫₀ᴴ f(s) ds by tanh-sinh.
pub(super) fn integrate(to: f64, f: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 0.0625;
    let mut sum = 0.0;
    for node in -56..=56 {
        let t = f64::from(node) * STEP;
        let y = 2.0 * FRAC_PI_2 * t.sinh();
        let (u, rest) = logistic(y);
        let weight = u * rest * 2.0 * FRAC_PI_2 * t.cosh();
        if weight > 0.0 && u > 0.0 {
            sum += weight * f(to * u);
        }
    }
    sum * STEP * to
}

/// ∫₀^∞ f(s) ds by exp-sinh, for an f that dies out over a few times `scale`.
pub(super) fn integrate_to_infinity(scale: f64, f: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 0.0625;
    let mut sum = 0.0;
    for node in -60..=60 {
        let t = f64::from(node) * STEP;
        let s = scale * (FRAC_PI_2 * t.sinh()).exp();
        let value = f(s);
        if value != 0.0 && s.is_finite() {
            sum += value * s * FRAC_PI_2 * t.cosh();
        }
    }
    sum * STEP
}

/// Points p with weights that add up to 1, so that Σ w f(p) is the mean of f under a Beta(a, b) distribution.
///
/// The trapezoid rule in ln(p / (1 − p)): the step follows the width of the density, and f may vary as fast as (1 + pτ)⁻ᴿ.
pub(super) fn beta_nodes(a: f64, b: f64) -> Vec<(f64, f64)> {
    let deviation = ((a + b) / (a * b)).sqrt();
    let step = (0.4 * deviation).min(0.25);
    let mode = (a / b).ln();
    let ln_density = |y: f64| -a * softplus(-y) - b * softplus(y);
    let peak = ln_density(mode);
    let mut nodes = Vec::new();
    for direction in [1.0, -1.0] {
        // Far out p is 0 or 1 to all digits that any f can tell apart; what is left of the tail is a geometric series.
        let (end, p, rate) = if direction > 0.0 {
            (40.0, 1.0, b)
        } else {
            (80.0, 0.0, a)
        };
        let mut index = if direction > 0.0 { 0.0 } else { 1.0 };
        loop {
            let y = mode + direction * index * step;
            let weight = (ln_density(y) - peak).exp();
            if weight < 1e-17 {
                break;
            }
            if direction * y > end {
                nodes.push((p, weight / -(-rate * step).exp_m1()));
                break;
            }
            nodes.push((logistic(y).0, weight));
            index += 1.0;
        }
    }
    let total: f64 = nodes.iter().map(|&(_, weight)| weight).sum();
    for (_, weight) in &mut nodes {
        *weight /= total;
    }
    nodes
}

/// 1 / (1 + e⁻ʸ) and its complement, neither losing digits.
fn logistic(y: f64) -> (f64, f64) {
    (1.0 / (1.0 + (-y).exp()), 1.0 / (1.0 + y.exp()))
}

/// ln(1 + eʸ).
fn softplus(y: f64) -> f64 {
    y.max(0.0) + (-y.abs()).exp().ln_1p()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_integrals() {
        // ∫₀² √s ds = 2^1.5 / 1.5; ∫₀^∞ √s e⁻ˢ ds = √π / 2
        assert!((integrate(2.0, f64::sqrt) - 2f64.powf(1.5) / 1.5).abs() < 1e-12);
        let gamma = integrate_to_infinity(1.0, |s| (-s).exp() * s.sqrt());
        assert!((gamma - std::f64::consts::PI.sqrt() / 2.0).abs() < 1e-12);
    }

    #[test]
    fn beta_moments() {
        for (a, b) in [
            (1e-3, 0.02),
            (0.05, 0.3),
            (0.793, 2.426),
            (40.0, 3.0),
            (1e4, 2e4),
        ] {
            let mean = |f: fn(f64) -> f64| -> f64 {
                beta_nodes(a, b).iter().map(|&(p, w)| w * f(p)).sum()
            };
            let expected = a / (a + b);
            assert!((mean(|p| p) - expected).abs() < 1e-13, "{a} {b}");
            let second = expected * (a + 1.0) / (a + b + 1.0);
            assert!((mean(|p| p * p) - second).abs() < 1e-13, "{a} {b}");
        }
    }
}
