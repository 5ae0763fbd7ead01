use std::f64::consts::TAU;

use super::normal_cdf;

/// Density of two standard normals with correlation `rho`, 0 at infinity.
pub(crate) fn bivariate_density(a: f64, b: f64, rho: f64) -> f64 {
    if a.is_infinite() || b.is_infinite() {
        return 0.0;
    }
    let left = (1.0 - rho) * (1.0 + rho);
    (-(a * a - 2.0 * rho * a * b + b * b) / (2.0 * left)).exp() / (TAU * left.sqrt())
}

/// P(X ≤ a, Y ≤ b) for two standard normals with correlation `rho`, |rho| ≤ 1, to about 10⁻¹⁵.
///
/// ```text
/// Φ₂(a, b; ρ) = Φ(a) Φ(b) + 1/2π ∫₀^{asin ρ} exp(−(a² + b² − 2 a b sin θ) / (2 cos² θ)) dθ
/// ```
/// Plackett (1954), Biometrika 41(3/4), 351–360. The integrand is smooth but turns ever more quickly toward ±90°, so that the interval is
/// halved where Gauss–Legendre's rule has not settled.
pub(crate) fn bivariate_cdf(a: f64, b: f64, rho: f64) -> f64 {
    if a == f64::NEG_INFINITY || b == f64::NEG_INFINITY {
        return 0.0;
    }
    if a == f64::INFINITY {
        return normal_cdf(b);
    }
    if b == f64::INFINITY {
        return normal_cdf(a);
    }
    let integrand = |theta: f64| {
        let (sine, cosine) = theta.sin_cos();
        // a² + b² − 2ab sin θ, written so that nothing cancels near ±90°.
        let squares = (a - b * sine).powi(2) + (b * cosine).powi(2);
        (-squares / (2.0 * cosine * cosine)).exp()
    };
    let end = rho.clamp(-1.0, 1.0).asin();
    let across = halved(&integrand, 0.0, end, rule(&integrand, 0.0, end), 24);
    (normal_cdf(a) * normal_cdf(b) + across / TAU).clamp(0.0, 1.0)
}

fn halved(integrand: &impl Fn(f64) -> f64, from: f64, to: f64, whole: f64, depth: u32) -> f64 {
    let middle = from + (to - from) / 2.0;
    let (left, right) = (rule(integrand, from, middle), rule(integrand, middle, to));
    if depth == 0 || (left + right - whole).abs() <= 1e-16 + 1e-14 * whole.abs() {
        return left + right;
    }
    halved(integrand, from, middle, left, depth - 1)
        + halved(integrand, middle, to, right, depth - 1)
}

/// Gauss–Legendre with 12 points: half of the nodes and their weights, as numpy.polynomial.legendre.leggauss(12) gives them.
const NODES: [(f64, f64); 6] = [
    (0.1252334085114689, 0.2491470458134027),
    (0.3678314989981802, 0.2334925365383546),
    (0.5873179542866175, 0.20316742672306573),
    (0.7699026741943047, 0.16007832854334642),
    (0.9041172563704748, 0.10693932599531907),
    (0.9815606342467192, 0.04717533638651141),
];

fn rule(integrand: &impl Fn(f64) -> f64, from: f64, to: f64) -> f64 {
    let (centre, half) = (from + (to - from) / 2.0, (to - from) / 2.0);
    let sum: f64 = NODES
        .iter()
        .map(|&(node, weight)| {
            weight * (integrand(centre - half * node) + integrand(centre + half * node))
        })
        .sum();
    half * sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bivariate() {
        // scipy.integrate.quad of norm.pdf(x) norm.cdf((b - rho x) / sqrt(1 - rho^2)), by bench/reference/drivers.py
        for (a, b, rho, expected) in [
            (0.3, -0.7, 0.5, 0.206523779786),
            (1.2, 0.4, -0.8, 0.540793240975),
            (-2.0, -1.5, 0.95, 0.0221000087642),
            (0.5, 0.5, 0.999, 0.685180786233),
            (3.0, -3.0, -0.3, 0.00132604651588),
        ] {
            assert!(
                (bivariate_cdf(a, b, rho) - expected).abs() < 1e-12,
                "{a} {b} {rho}"
            );
        }
        // P(X <= 0, Y <= 0) = 1/4 + asin(rho) / 2 pi.
        for rho in [-1.0, -0.999, -0.6, 0.0, 0.3, 0.95, 0.999_999, 1.0] {
            let expected = 0.25 + f64::asin(rho) / TAU;
            assert!(
                (bivariate_cdf(0.0, 0.0, rho) - expected).abs() < 1e-14,
                "{rho}"
            );
        }
        // With rho = 1 it is the smaller margin, with rho = -1 what both margins have above 1.
        assert!((bivariate_cdf(0.7, -0.2, 1.0) - normal_cdf(-0.2)).abs() < 1e-14);
        assert!(
            (bivariate_cdf(0.7, -0.2, -1.0) - (normal_cdf(0.7) + normal_cdf(-0.2) - 1.0)).abs()
                < 1e-14
        );
    }
}
