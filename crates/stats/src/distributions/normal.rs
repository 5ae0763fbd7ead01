use std::f64::consts::{SQRT_2, TAU};

use libm::{erf, erfc};

/// Φ(z).
pub(crate) fn normal_cdf(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// Two-sided p-value of a standard normal `z`.
pub(crate) fn two_sided_z(z: f64) -> f64 {
    erfc(z.abs() / SQRT_2)
}

/// The z with Φ(z) = `probability`; infinite for 0 and 1.
///
/// Two steps of Halley's, each of which trebles the digits, from the rational approximation 26.2.23 of Abramowitz and Stegun (1964).
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    if probability > 0.5 {
        return -normal_quantile(1.0 - probability);
    }
    if probability <= 0.0 {
        return f64::NEG_INFINITY;
    }
    let t = (-2.0 * probability.ln()).sqrt();
    let above = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let below = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    let mut z = above / below - t;
    for _ in 0..2 {
        let density = normal_density(z);
        if density < f64::MIN_POSITIVE {
            break;
        }
        // Near the middle from the middle, where both differences are exact.
        let gap = if probability > 0.25 {
            0.5 * erf(z / SQRT_2) - (probability - 0.5)
        } else {
            normal_cdf(z) - probability
        };
        let error = gap / density;
        z -= error / (1.0 + 0.5 * z * error);
    }
    z
}

fn normal_density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / TAU.sqrt()
}
