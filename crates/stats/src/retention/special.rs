//! Functions that the retention models need, or that lose digits when written plainly.

/// ln(eᵘ + eᵛ).
pub(super) fn ln_add_exp(u: f64, v: f64) -> f64 {
    let (small, large) = if u < v { (u, v) } else { (v, u) };
    if large == f64::NEG_INFINITY {
        large
    } else {
        large + (small - large).exp().ln_1p()
    }
}

/// (1 − e^(−kx)) / k, which is x when k is 0.
pub(super) fn saturation(k: f64, x: f64) -> f64 {
    if (k * x).abs() < 1e-300 {
        x
    } else {
        -(-k * x).exp_m1() / k
    }
}

/// ln ₂F₁(1, b; c; z) for b > 0, c > 0 and 0 ≤ z < 1, by Gauss's continued fraction (DLMF 15.7.3 with a = 1).
///
/// Any positive coefficients keep every partial quotient of one sign, so nothing cancels, and the fraction converges at the rate
/// ((1 − √(1−z)) / (1 + √(1−z))), where the power series needs 36 / (1 − z) terms. `None` when it has not settled in 200,000 steps.
pub(super) fn ln_2f1_unit(b: f64, c: f64, z: f64) -> Option<f64> {
    const TINY: f64 = 1e-290;
    if z == 0.0 {
        return Some(0.0);
    }
    // Modified Lentz for 1 + d₁z/(1 + d₂z/(1 + …)), whose reciprocal is the function.
    let (mut value, mut upper, mut lower) = (1.0, 1.0, 0.0);
    for step in 1..200_000_u32 {
        let m = f64::from(step / 2);
        let d = if step == 1 {
            -b / c
        } else if step % 2 == 1 {
            -(b + m) * (c - 1.0 + m) / ((c - 1.0 + 2.0 * m) * (c + 2.0 * m))
        } else {
            -m * (c - 1.0 - b + m) / ((c - 2.0 + 2.0 * m) * (c - 1.0 + 2.0 * m))
        };
        lower = 1.0 + d * z * lower;
        if lower.abs() < TINY {
            lower = TINY;
        }
        lower = 1.0 / lower;
        upper = 1.0 + d * z / upper;
        if upper.abs() < TINY {
            upper = TINY;
        }
        let change = upper * lower;
        value *= change;
        if (change - 1.0).abs() < 1e-16 {
            return (value > 0.0).then(|| -value.ln());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn close(got: f64, expected: f64) {
        assert!(
            (got - expected).abs() <= 5e-14 * (1.0 + expected.abs()),
            "got {got}, expected {expected}"
        );
    }

    const HYPERGEOMETRIC: [(f64, f64, f64, f64); 6] = [
        (0.5, 2.0, 0.3, 0.085_198_461_386_967_24),
        (3.2, 4.7, 0.9, 1.180_881_171_576_127),
        (30.5, 33.0, 0.99, 2.764_269_081_053_452),
        (0.243, 1.3, 0.999, 0.840_614_138_027_064_3),
        (4.0, 4.3, 0.95, 2.576_427_213_860_456),
        (151.0, 152.2, 0.5, 0.685_343_381_144_490_2),
    ];

    #[test]
    fn hypergeometric() {
        // scipy 1.17.1: log(special.hyp2f1(1, b, c, z))
        for (b, c, z, expected) in HYPERGEOMETRIC {
            close(ln_2f1_unit(b, c, z).unwrap_or(f64::NAN), expected);
        }
    }
}
